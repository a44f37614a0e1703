from . import (
    helpdesk_ticket,
    helpdesk_ticket_copies,
    support_notification,
    support_priority,
)
