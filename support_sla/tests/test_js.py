from odoo.addons.web.tests.test_js import WebSuite
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSupportSlaJs(WebSuite):
    def get_hoot_filters(self):
        self._test_params = [("+", "@support_sla")]
        return super().get_hoot_filters()

    def test_support_sla(self):
        """E-8: countdown and panel as units: formats, one timer for the page, one axis, states that follow the time."""
        self.test_unit_desktop()
