from . import support_board_forecast
from . import support_board_load
from . import support_board_trend
from . import support_board_waiting
from . import support_pdf
from . import support_provider_forecast
from . import support_sla_analysis
