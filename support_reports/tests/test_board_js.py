from datetime import timedelta

from odoo import fields
from odoo.addons.web.tests.test_js import MobileWebSuite, WebSuite
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_board_forecast import BoardCase


@tagged("post_install", "-at_install")
class TestSupportReportsJs(WebSuite):
    def get_hoot_filters(self):
        self._test_params = [("+", "@support_reports")]
        return super().get_hoot_filters()

    def test_support_reports(self):
        """R-7: the cards of the board as units: every figure is a door, reasons unfold, empty states speak."""
        self.test_unit_desktop()


@tagged("post_install", "-at_install")
class TestSupportReportsJsPhone(MobileWebSuite):
    def get_hoot_filters(self):
        self._test_params = [("+", "@support_reports")]
        return super().get_hoot_filters()

    def test_support_reports(self):
        """R-7: the same on a phone."""
        self.test_unit_mobile()


@tagged("post_install", "-at_install")
class TestBoardTour(HttpCase, BoardCase):
    browser_size = "1366x900"

    def test_manager_reads_the_forecast(self):
        """R-7: in a browser the manager unfolds why a ticket will be late, opens the ticket that should be given to
        somebody else, and who waits longest."""
        self.manager.password = self.manager.login
        # whatever the time of day is when this runs
        always = self._make_calendar("Always", "UTC", dict.fromkeys(range(7), ((0, 24),)))
        self.provider.calendar_id = always
        now = fields.Datetime.now()
        for number in (1, 2, 3):
            self.raise_ticket(now - timedelta(minutes=20 - number), name=f"Forecast {number}", user_id=self.agent.id)
        others = self.env["support.provider"].search([("id", "!=", self.provider.id)])
        others.team_ids.active = False
        others.active = False
        self.team.user_ids = [Command.set((self.agent | self.boss).ids)]
        self.start_tour("/odoo/support-board", "support_reports_board_tour", login=self.manager.login)
