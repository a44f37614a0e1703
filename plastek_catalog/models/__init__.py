from . import (
    helpdesk_ticket,
    helpdesk_ticket_correction,
    plastek_correction,
    support_notification,
    support_provider,
    support_service,
)
