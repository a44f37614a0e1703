from . import (
    helpdesk_ticket,
    helpdesk_ticket_correction,
    helpdesk_ticket_mailbox,
    helpdesk_ticket_portal,
    helpdesk_ticket_route,
    plastek_correction,
    plastek_entry,
    plastek_mailbox,
    plastek_route,
    support_notification,
    support_provider,
    support_service,
)
