from . import (
    helpdesk_ticket,
    helpdesk_ticket_copies,
    helpdesk_ticket_fix,
    helpdesk_ticket_form,
    helpdesk_ticket_night,
    support_notification,
    support_priority,
)
