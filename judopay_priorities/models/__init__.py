from . import (
    helpdesk_ticket,
    helpdesk_ticket_call,
    helpdesk_ticket_copies,
    helpdesk_ticket_fix,
    helpdesk_ticket_form,
    helpdesk_ticket_night,
    helpdesk_ticket_queue,
    judopay_recovery,
    support_contact_point,
    support_notification,
    support_priority,
)
