from . import test_clocks, test_escalation, test_performance
