from . import (
    base_import_import_secret,
    bpmsoft_secret,
    bpmsoft_secret_log,
    helpdesk_ticket,
    helpdesk_ticket_form,
    helpdesk_ticket_secret,
    support_check_secret,
    support_finding_secret,
    support_health_secret,
    support_provider_secret,
)
