{
    "name": "Support Problems and Knowledge",
    "summary": "Problems behind incidents, workarounds and solutions told to all of them, validation by the customer; "
    "knowledge pages found by the words of a ticket, sent as an answer, counted and rated",
    "version": "19.0.1.1.0",
    "license": "AGPL-3",
    "category": "After-Sales",
    "author": "Support Desk founders",
    "website": "https://github.com/support-desk/support-desk",
    "depends": ["document_page", "support_sla"],
    "data": [
        "security/ir.model.access.csv",
        "security/document_page_security.xml",
        "security/support_page_use_security.xml",
        "data/validation_templates.xml",
        "wizards/support_answer_wizard_views.xml",
        "wizards/support_missing_wizard_views.xml",
        "views/support_page_use_views.xml",
        "views/document_page_views.xml",
        "views/helpdesk_ticket_views.xml",
        "views/portal_templates.xml",
    ],
}
