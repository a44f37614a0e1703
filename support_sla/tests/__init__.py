from . import test_clocks, test_escalation, test_performance
from . import test_calendar_cache, test_calendar_holidays, test_calendar_hours
from . import test_gateway
from . import test_portal_access, test_portal_new_ticket, test_portal_ticket, test_portal_tour
from . import test_backend_tour, test_backend_views, test_js
