from . import (
    helpdesk_ticket,
    helpdesk_ticket_emergency,
    helpdesk_ticket_form,
    helpdesk_ticket_team,
    support_notification,
    support_provider,
)
