from . import (
    helpdesk_ticket,
    support_entitlement,
    support_lane,
)
