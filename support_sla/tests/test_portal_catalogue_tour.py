from odoo.tests import tagged

from .portal_common import PASSWORD
from .test_portal_catalogue import CatalogueCase


class CatalogueTour(CatalogueCase):
    def run_tour(self):
        self.start_tour("/my", "support_sla_portal_catalogue", login=self.user_a.login, timeout=180)
        ticket = self.env["helpdesk.ticket"].search([("partner_id", "=", self.partner_a.id)])
        self.assertEqual(ticket.support_service_id, self.advice)
        self.assertEqual(ticket.support_kind_id, self.course)

    def authenticate(self, user, password, **kwargs):
        # start_tour knows the login only
        return super().authenticate(user, PASSWORD if user == self.user_a.login else password, **kwargs)


@tagged("post_install", "-at_install")
class TestCatalogueTour(CatalogueTour):
    browser_size = "1366x768"

    def test_catalogue(self):
        """P-11, P-3: in a browser, from the portal's home over search, filter and card to a ticket with its kind; every
        page keeps names, headings, contrast and visible focus, and stands still."""
        self.run_tour()


@tagged("post_install", "-at_install")
class TestCatalogueTourPhone(CatalogueTour):
    browser_size = "400x800"

    def test_catalogue_on_a_phone(self):
        """P-11: the same on a phone, where nothing is wider than the screen and everything fits fingers."""
        self.run_tour()
