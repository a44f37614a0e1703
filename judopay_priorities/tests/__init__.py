from . import (
    test_acknowledgement,
    test_calendar,
    test_check,
    test_copies,
    test_critical,
    test_escalation,
    test_fix,
    test_hooks,
    test_portal,
    test_priority,
    test_queues,
    test_targets,
)
