from . import (
    document_page,
    document_page_history,
    helpdesk_ticket,
    helpdesk_ticket_portal,
    support_page_use,
)
