{
    "name": "Support Desk demonstration",
    "summary": "People, customers and tickets for trying the desk out; installed by setup/run only",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "category": "After-Sales",
    "author": "Support Desk founders",
    "website": "https://github.com/support-desk/support-desk",
    "depends": [
        "bpmsoft_care",
        "dialog360_support",
        "judopay_priorities",
        "openpyme_helpdesk_sla",
        "plastek_catalog",
        "support_reports",
    ],
    "post_init_hook": "load",
}
