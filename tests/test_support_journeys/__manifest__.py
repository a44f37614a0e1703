{
    "name": "Support: Journeys",
    "summary": "From the mail gateway and the portal to the escalation, with a real server, mail server and browser",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "category": "Hidden",
    "author": "Support Desk founders",
    "website": "https://github.com/support-desk/support-desk",
    "depends": ["judopay_priorities", "openpyme_helpdesk_sla", "plastek_catalog", "test_support_faults"],
    "external_dependencies": {"python": ["playwright"]},
    "post_load": "follow_the_wall_clock",
}
