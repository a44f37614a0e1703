from odoo.addons.web.tests.test_js import WebSuite
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestBpmsoftJs(WebSuite):
    def get_hoot_filters(self):
        self._test_params = [("+", "@bpmsoft_care")]
        return super().get_hoot_filters()

    def test_bpmsoft(self):
        """B-9: a password is asked for by a click, is hidden again by itself, and is never kept by the web client."""
        self.test_unit_desktop()
