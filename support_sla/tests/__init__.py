from . import test_clocks, test_escalation, test_performance
from . import test_calendar_cache, test_calendar_holidays, test_calendar_hours
from . import test_gateway
