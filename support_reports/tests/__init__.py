from . import test_board_forecast
from . import test_sla_analysis
from . import test_support_pdf
