from . import support_annex, support_call_history, support_report_wizard
