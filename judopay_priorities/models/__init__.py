from . import (
    helpdesk_ticket,
    helpdesk_ticket_copies,
    helpdesk_ticket_fix,
    support_notification,
    support_priority,
)
