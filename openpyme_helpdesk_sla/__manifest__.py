{
    "name": "OpenPyme Helpdesk SLA",
    "summary": "Support of ERP customers as OpenPyme gives it: account leaders, initial review, the guided path of a "
    "support request, problems, consultancy sessions, change in eleven steps, monitored servers",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "category": "After-Sales",
    "author": "Support Desk founders",
    "website": "https://github.com/support-desk/support-desk",
    "depends": ["support_problem", "support_sla"],
    "data": [
        "security/ir.model.access.csv",
        "data/resource_calendar_data.xml",
        "data/support_provider_data.xml",
        "data/support_kind_data.xml",
        "data/helpdesk_ticket_team_data.xml",
        "data/support_lane_data.xml",
        "views/helpdesk_ticket_views.xml",
        "views/support_entitlement_views.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
