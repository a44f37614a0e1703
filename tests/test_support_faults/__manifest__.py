{
    "name": "Support: Tests of the Engine under Faults",
    "summary": "Real server processes, databases and mail servers: killed, doubled, switched off",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "category": "Hidden",
    "author": "Support Desk founders",
    "website": "https://github.com/support-desk/support-desk",
    "depends": ["support_sla"],
    "external_dependencies": {"python": ["aiosmtpd"]},
}
