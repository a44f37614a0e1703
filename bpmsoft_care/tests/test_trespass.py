import logging

from odoo import http
from odoo.addons.mail.tests.common import MockEmail
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import PASSWORD, BpmsoftCase, BpmsoftMixin, utc
from .decision_common import DecisionMixin
from .people_common import PeopleMixin
from .secret_common import CANARY, SecretMixin

#: what people write where it does not belong
SAID = f"Please look yourself, password: {CANARY}"


class TestTrespass(SecretMixin, DecisionMixin, PeopleMixin, BpmsoftCase):
    """Ways round the authorised person, the acceptance and the masking. Mon 2 March 2026."""

    def setUp(self):
        super().setUp()
        self.ticket = self.raise_ticket("2026-03-02 06:00", user_id=self.agent.id)
        self.move(self.ticket, "2026-03-02 07:10", "in_work")

    def merge(self, source, survivor):
        survivor = survivor.with_user(self.agent)
        (source | survivor).with_user(self.agent)._support_merge_into(survivor)

    # --- who accepts -------------------------------------------------------------------------------------

    def test_nobody_is_named_any_more(self):
        """B-12, B-5: once the authorised person has left, neither a colleague nor the person accepts what is paid"""
        offer = self.decide(self.ticket, "own_project", "n", amount=900)
        self.entitlement.contact_ids = False
        for user in (self.colleague_user, self.customer_user):
            with self.refused("Only the authorised contact"):
                self.answer(self.ticket, offer, "change", user=user)
        self.assertEqual(offer.state, "open")
        with self.refused("no client's contact"):
            self.decide(self.ticket, "own_project", "n", amount=800, reason="Cheaper")

    def test_let_through_is_not_authorised(self):
        """B-12, B-5: whose request was let through reads the offer; the authorised person accepts it"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        PeopleMixin.decide(self, ticket, "2026-03-02 07:00", "pass", reason="The plant stands still.")
        self.move(self.ticket, "2026-03-02 07:30", "resolved")  # the former one is over: it is this one's turn
        offer = self.decide(ticket, "own_project", "n", amount=900)
        with self.refused("Only the authorised contact"):
            self.answer(ticket, offer, "change", user=self.colleague_user)
        self.answer(ticket, offer, "change", user=self.customer_user)
        self.assertEqual(offer.partner_id, self.customer)

    def test_merging_accepts_nothing(self):
        """B-12: what waits for the client's word, or was declined, is not worked on under the name of another"""
        other = self.raise_ticket("2026-03-02 06:30", user_id=self.agent.id)
        offer = self.decide(self.ticket, "own_project", "n", amount=900)
        with self.refused("withdraw it first"):
            self.merge(self.ticket, other)
        self.answer(self.ticket, offer, comment="Too dear")
        with self.refused("resolve .* without it"):
            self.merge(self.ticket, other)
        self.merge(other, self.ticket)
        self.assertEqual(other.support_merged_into_id, self.ticket)
        with self.refused("has declined", Exception), self.env.cr.savepoint():
            self.move(self.ticket, "2026-03-03 09:00", "in_work")

    def test_held_is_no_problem(self):
        """B-5: a request that is held back is not worked on by making a problem of it"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        with self.refused("decide first"), self.env.cr.savepoint():
            ticket.with_user(self.agent).support_is_problem = True
        self.ticket.with_user(self.agent).support_is_problem = True
        self.assertTrue(self.ticket.support_is_problem)

    # --- secrets beside the messages -------------------------------------------------------------------------

    def test_words_about_an_offer(self):
        """S-6, B-9: a password in what is said about offers and estimates is kept where it belongs, and nowhere else"""
        with self.record_log(logging.DEBUG) as log:
            offer = self.decide(self.ticket, "own_project", "n", amount=900, note=SAID, words=SAID)
            self.answer(self.ticket, offer, comment=SAID)
            agent = self.at(self.ticket.with_user(self.agent), "2026-03-03 09:00")
            agent._bpmsoft_give_estimate(utc("2026-03-04 09:00"), words=SAID)
            self.decide(self.ticket, "own_project", "n", amount=800, reason=SAID, moment="2026-03-03 10:00")
            form = self.open_wizard(self.ticket, "2026-03-03 11:00", action="withdraw")
            form.reason = SAID
            form.save().action_withdraw()
            self.env["bpmsoft.decide.wizard"].search([]).unlink()
            self.env["bpmsoft.withdraw.wizard"].search([]).unlink()
        self.assertIn("Please look yourself", offer.comment)
        self.assert_nowhere(CANARY, log)
        self.assertIn("message", self.secrets(self.ticket).mapped("source"))

    def test_words_about_a_held_request(self):
        """S-6, B-5: a password in what the authorised person says of a request that is not theirs is masked"""
        ticket = self.mail_from("plant@irtysh.example", "2026-03-02 06:00")
        PeopleMixin.decide(self, ticket, "2026-03-02 07:00", "hand")
        page = self.at(ticket.with_user(self.customer_user).sudo(), "2026-03-02 08:00")
        page._bpmsoft_disown(self.customer_user, SAID)
        self.assertIn("Please look yourself", ticket.bpmsoft_decision_note)
        self.refuse(ticket, "2026-03-02 09:00", note=SAID)
        self.env["bpmsoft.refusal.wizard"].search([]).unlink()
        self.assert_nowhere(CANARY)

    def test_words_about_a_remote_session(self):
        """S-6, B-17: how somebody connected is no place for a password, written then or later"""
        self.at(self.ticket.with_user(self.agent), "2026-03-02 08:00").action_bpmsoft_start_session()
        session = self.ticket.bpmsoft_session_ids.with_user(self.agent)
        session.write({"note": SAID, "partner_note": SAID})
        self.assertIn("Please look yourself", session.note)
        session.action_end()
        self.at(session.browse(), "2026-03-02 12:00").create(
            {"ticket_id": self.ticket.id, "start": "2026-03-02 06:30:00", "stop": "2026-03-02 06:40:00", "note": SAID}
        )
        self.assert_nowhere(CANARY)

    def test_a_session_is_not_moved_out_of_reach(self):
        """S-1, B-17: a remote session is not moved to a request that the agent has no access to"""
        elsewhere = self.raise_ticket("2026-03-02 06:00", partner_id=self.stranger_user.partner_id.id)
        stranger = self.make_agent("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = stranger
        elsewhere.user_id = self.agent
        self.at(self.ticket.with_user(stranger), "2026-03-02 08:00").action_bpmsoft_start_session()
        session = self.ticket.bpmsoft_session_ids.with_user(stranger)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            session.write({"ticket_id": elsewhere.id})
        self.assertEqual(session.ticket_id, self.ticket)

    def test_an_answer_to_a_masked_request_in_quarantine(self):
        """S-6, D-16: an answer that was sent to another provider's address, and failed, is kept without its secrets"""
        elsewhere = self.env["support.provider"].create(
            {
                "name": "Elsewhere",
                "code": "elsewhere_test",
                "calendar_id": self.provider.calendar_id.id,
                "entitlement_mode": "ignore",
            }
        )
        team = self.env["helpdesk.ticket.team"].create(
            {
                "name": "Elsewhere",
                "support_provider_id": elsewhere.id,
                "alias_name": "elsewhere-test",
                "alias_domain_id": self.team.alias_domain_id.id,
            }
        )
        sent = self.ticket.message_ids.filtered(lambda message: "s" in (message.message_id or ""))[:1]

        def fail(*args, **kwargs):
            raise ValueError("cannot be stored")

        self.patch(self.env.registry["helpdesk.ticket"], "message_update", fail)
        self.patch(self.env.registry["helpdesk.ticket"], "message_post", fail)
        self.mail_in(
            SAID,
            "2026-03-02 09:00",
            self.customer.email,
            f"{team.alias_name}@{team.alias_domain_id.name}",
            headers=f"In-Reply-To: {sent.message_id}\nReferences: {sent.message_id}\n",
        )
        self.assertTrue(self.env["support.guard.quarantine"].search([]))
        self.assert_nowhere(CANARY)

    def test_words_of_a_rejection(self):
        """S-6, B-13: a password in what the client rejects a solution with is masked in the answer, too"""
        self.move(self.ticket, "2026-03-02 09:00", "resolved")
        page = self.at(self.ticket.with_user(self.customer_user).sudo(), "2026-03-02 10:00")
        page._support_portal_validate(self.customer_user, "reject", SAID)
        self.assertIn("Please look yourself", self.ticket.support_validation_comment)
        self.assert_nowhere(CANARY)
        self.assertIn("message", self.secrets(self.ticket).mapped("source"))


@tagged("-at_install", "post_install")
class TestTrespassPortal(SecretMixin, PeopleMixin, BpmsoftMixin, MockEmail, HttpCase):
    """What colleagues of the authorised person cannot do on the pages of a request."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def setUp(self):
        super().setUp()
        self.ticket = self.raise_as_client("2026-03-02 07:00")

    def post(self, user, url, **data):
        self.authenticate(user.login, PASSWORD)
        data["csrf_token"] = http.Request.csrf_token(self)
        response = self.url_open(url, data=data, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def test_the_form_is_not_for_colleagues(self):
        """B-5, B-9: a colleague, or the former person, answers no form and replaces no password"""
        url = f"/my/ticket/{self.ticket.id}/form"
        self.post(self.colleague_user, url, support_form="1", bpmsoft_password=CANARY, bpmsoft_account="plant")
        self.assertEqual(self.reveal(self.ticket), "visitor-Pass-1")
        self.assertEqual(self.ticket.bpmsoft_account, "support-visitor")
        self.assertIn("can be read only", self.url_open(url).text)
        self.post(self.customer_user, url, support_form="1", bpmsoft_password=CANARY)
        self.assertEqual(self.reveal(self.ticket), CANARY)
        self.change_person(self.entitlement, "2026-03-02 08:00")
        self.post(self.customer_user, url, support_form="1", bpmsoft_password="other-Pass-2")
        self.assertEqual(self.reveal(self.ticket), CANARY)

    def test_a_password_is_not_taken_back_by_colleagues(self):
        """B-5, B-9: a colleague sees that a password is kept and takes it not back; whoever gave it does"""
        url = f"/my/ticket/secret/{self.ticket.id}"
        secret = self.secrets(self.ticket).id
        response = self.post(self.colleague_user, url, secret=secret)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.ticket.bpmsoft_password_state, "kept")
        self.assertNotIn(url, self.url_open(f"/my/ticket/{self.ticket.id}").text)
        self.assertEqual(self.post(self.customer_user, url, secret=secret).status_code, 302)
        self.assertEqual(self.ticket.bpmsoft_password_state, "withdrawn")

    def test_the_order_of_the_former_person(self):
        """B-6, B-11, S-6: the answer to a proposed order goes to who is authorised by now; its words are masked"""
        second = self.raise_as_client("2026-03-02 07:01", name="The next one")
        before = f"{self.ticket.id},{second.id}"
        data = {
            "account": self.ticket.support_lane_account_id.id,
            "before": before,
            "order": f"{second.id},{self.ticket.id}",
            "note": SAID,
            "act": "propose",
        }
        self.assertEqual(self.post(self.customer_user, "/my/support/order", **data).status_code, 302)
        proposal = self.env["bpmsoft.order.proposal"].search([("account_id", "=", data["account"])])
        self.assertIn("Please look yourself", proposal.note)
        self.assert_nowhere(CANARY)
        self.change_person(self.entitlement, "2026-03-02 08:00")
        proposal.with_user(self.coordinator)._decide(False, "Not this week.")
        intent = self.env["support.notification"].search([("key", "=", f"bpmsoft_order:{proposal.id}")])
        self.assertEqual(intent.partner_id.email, "new@irtysh.example")
