from . import test_annex, test_board_forecast, test_board_js, test_sla_analysis, test_support_pdf, test_what_if
