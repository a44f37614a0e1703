from . import helpdesk_ticket, support_service
