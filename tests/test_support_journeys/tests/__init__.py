from . import (
    test_critical_journey,
    test_dialog360_journey,
    test_escalation_journey,
    test_mail_journey,
    test_openpyme_journey,
    test_plastek_journey,
)
