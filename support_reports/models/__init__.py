from . import (
    support_board_forecast,
    support_board_load,
    support_board_trend,
    support_board_waiting,
    support_pdf,
    support_provider_forecast,
    support_sla_analysis,
)
