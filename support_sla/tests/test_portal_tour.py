from odoo.tests import tagged

from .portal_common import PASSWORD, PortalCase


class PortalTour(PortalCase):
    def run_tour(self):
        self.env["support.service"].create(
            {
                "name": "Booking",
                "provider_id": self.provider.id,
                "description": "Rooms and dates",
                "keywords": "hotel",
            }
        )
        self.start_tour("/my/tickets", "support_sla_portal_new_ticket", login=self.user_a.login, timeout=180)
        ticket = self.env["helpdesk.ticket"].search([("partner_id", "=", self.partner_a.id)])
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.support_priority_id, self.urgent)
        self.assertEqual(ticket.support_service_id.name, "Booking")
        self.assertEqual(len(ticket.support_escalation_ids), 1)

    def authenticate(self, user, password, **kwargs):
        # start_tour knows the login only
        return super().authenticate(user, PASSWORD if user == self.user_a.login else password, **kwargs)


@tagged("post_install", "-at_install")
class TestPortalTour(PortalTour):
    browser_size = "1366x768"

    def test_raise_a_ticket(self):
        """E-9: in a browser, a customer searches while typing, raises an urgent ticket, sees by when it is answered,
        escalates it and finds it in the list; every page has its names, headings in order, contrast, visible focus
        and stands still, and countdowns ask the server nothing."""
        self.run_tour()


@tagged("post_install", "-at_install")
class TestPortalTourPhone(PortalTour):
    browser_size = "400x800"

    def test_raise_a_ticket_on_a_phone(self):
        """E-9: the same on a phone, where no page is wider than the screen and everything fits fingers."""
        self.run_tour()
