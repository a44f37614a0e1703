from odoo.addons.web.tests.test_js import MobileWebSuite, WebSuite
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestSupportSlaJs(WebSuite):
    def get_hoot_filters(self):
        self._test_params = [("+", "@support_sla")]
        return super().get_hoot_filters()

    def test_support_sla(self):
        """E-8: countdown, panel, header and board as units: formats, one timer for the page, one axis with closed time
        folded, states that follow the time, rare buttons under More."""
        self.test_unit_desktop()


@tagged("post_install", "-at_install")
class TestSupportSlaJsPhone(MobileWebSuite):
    def get_hoot_filters(self):
        self._test_params = [("+", "@support_sla")]
        return super().get_hoot_filters()

    def test_support_sla(self):
        """E-8: the same on a phone, where the first button of the header is the one that is needed."""
        self.test_unit_mobile()
