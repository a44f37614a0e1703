{
    "name": "Support Reports",
    "summary": "Monthly reports with frozen figures, analysis, forecast of breaches, what-if, the customer's annex",
    "version": "19.0.1.0.0",
    "license": "AGPL-3",
    "category": "After-Sales",
    "author": "Support Desk founders",
    "website": "https://github.com/support-desk/support-desk",
    "depends": ["calendar", "report_xlsx", "support_problem", "support_sla"],
    "external_dependencies": {"python": ["weasyprint"]},
    "data": [
        "security/ir.model.access.csv",
        "security/support_sla_analysis_security.xml",
        "views/support_pdf_templates.xml",
        "views/support_provider_forecast_views.xml",
        "views/support_reports_menus.xml",
        "views/support_sla_analysis_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["support_reports/static/src/backend/**/*"],
        "web.assets_tests": ["support_reports/static/tests/tours/**/*"],
        "web.assets_unit_tests": ["support_reports/static/tests/**/*.test.js"],
    },
}
