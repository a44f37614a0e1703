from . import (
    support_agree_wizard,
    support_call_wizard,
    support_drill,
    support_drill_report,
    support_escalate_wizard,
    support_excuse_decision_wizard,
    support_excuse_wizard,
    support_finding_wizard,
    support_holiday_wizard,
    support_holiday_wizard_line,
    support_hours_wizard,
    support_migrate_wizard,
)
