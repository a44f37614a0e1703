{
    "name": "Support: Tests of What Addons Add",
    "summary": "A metric of an addon by the documented hook, and the example of DEVELOP.md as an addon",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "category": "Hidden",
    "author": "Support Desk founders",
    "website": "https://github.com/support-desk/support-desk",
    "depends": ["support_sla", "test_support_faults"],
}
