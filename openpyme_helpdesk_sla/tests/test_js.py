from odoo.addons.web.tests.test_js import WebSuite
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestOpenpymeJs(WebSuite):
    def get_hoot_filters(self):
        self._test_params = [("+", "@openpyme_helpdesk_sla")]
        return super().get_hoot_filters()

    def test_openpyme(self):
        """O-14: a row turns red while it is on the screen, without anybody opening the ticket or reloading the list."""
        self.test_unit_desktop()
