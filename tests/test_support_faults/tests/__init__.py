from . import (
    test_agent,
    test_delivery,
    test_history,
    test_host_zone,
    test_kill,
    test_load,
    test_plastek_removed,
    test_poison,
    test_reinstall,
    test_rules_kill,
    test_two_sweeps,
    test_watchdog,
)
