from . import (
    helpdesk_ticket,
    helpdesk_ticket_category,
    helpdesk_ticket_stage,
    ir_attachment,
    mail_alias,
    mail_message,
    mail_thread,
    portal_share,
    res_config_settings,
    support_guard_delivery,
    support_guard_quarantine,
    support_guard_upload,
)
