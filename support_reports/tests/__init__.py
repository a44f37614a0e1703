from . import (
    test_annex,
    test_board_forecast,
    test_board_js,
    test_call_history,
    test_meeting,
    test_report,
    test_report_dispatch,
    test_report_portal,
    test_sla_analysis,
    test_support_pdf,
    test_what_if,
)
