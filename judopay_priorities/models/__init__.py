from . import (
    helpdesk_ticket,
    helpdesk_ticket_copies,
    helpdesk_ticket_fix,
    helpdesk_ticket_night,
    helpdesk_ticket_form,
    support_notification,
    support_priority,
)
