from odoo.tests.common import HttpCase, tagged

from .common import PASSWORD, OpenpymeMixin


@tagged("post_install", "-at_install")
class TestPortal(OpenpymeMixin, HttpCase):
    """What clients see and may do on the portal (O-1 to O-6)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def page(self, ticket, user=None):
        self.authenticate((user or self.customer_user).login, PASSWORD)
        return self.url_open(f"/my/ticket/{ticket.id}").text

    def test_the_leader_and_the_impact_in_words(self):
        """O-1, O-5: clients read who looks after them, and what kind and impact their request was found to have."""
        self.entitlement.openpyme_hours_medium = 6
        ticket = self.raise_ticket("2026-03-02 16:00", "support", impact="medium")
        page = self.page(ticket)
        self.assertIn("Your account leader", page)
        self.assertIn(self.leader.name, page)
        self.assertIn("Partial degradation", page)
        self.assertNotIn("Initial review", page)
        self.assertNotIn(self.leader.email, page)

    def test_a_moved_reply_leads_on(self):
        """O-2: the page of the cancelled number says where it goes on."""
        target = self.raise_ticket("2026-03-02 15:00", name="Stamps fail")
        ticket = self.raise_ticket("2026-03-02 16:00", name="Re: store")
        self.at(ticket.with_user(self.agent), "2026-03-02 17:00")._openpyme_move_to(target.with_user(self.agent))
        page = self.page(ticket)
        self.assertIn(f"goes on in {target.number}", page)
        self.assertIn(f"/my/ticket/{target.id}", page)

    def test_clients_neither_classify_nor_choose_a_level(self):
        """O-3, O-5: the form of a new request asks for neither; posted all the same, it is taken for nothing."""
        self.authenticate(self.customer_user.login, PASSWORD)
        page = self.url_open(f"/new/ticket?support_provider={self.provider.id}").text
        self.assertNotIn("support_kind_id", page)
        self.assertNotIn("openpyme_scenario", page)

    def test_the_scenario_is_a_page(self):
        """O-6: once it is support, the ticket's page asks for the scenario and the client answers on a page of it."""
        ticket = self.raise_ticket("2026-03-02 16:00", "support")
        self.assertIn("Scenario", self.page(ticket))
        form = self.url_open(f"/my/ticket/{ticket.id}/form").text
        for part in ("who", "where", "steps", "expected", "actual", "since"):
            self.assertIn(f"openpyme_scenario_{part}", form)
        change = self.raise_ticket("2026-03-02 16:00", "change")
        self.assertNotIn("Scenario", self.page(change))
