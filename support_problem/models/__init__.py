from . import (
    document_page,
    document_page_history,
    helpdesk_ticket,
    helpdesk_ticket_portal,
    helpdesk_ticket_problem,
    helpdesk_ticket_validation,
    support_notification,
    support_page_use,
    support_provider,
)
