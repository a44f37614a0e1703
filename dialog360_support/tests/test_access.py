from odoo.exceptions import AccessError
from odoo.tests.common import HttpCase, tagged

from .common import PASSWORD, Dialog360Case, Dialog360Mixin

SUMMARY = "The template was paused for its quality. It is back in use after a review."
OWN = "helpdesk_mgmt.group_helpdesk_user_own"


@tagged("post_install", "-at_install")
class TestAccess(Dialog360Case):
    """Who does, reads and is told what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        #: works on own tickets, and on those of the first line that nobody has
        cls.novice = cls.make_agent("novice", OWN)
        cls.team.user_ids = [(4, cls.novice.id)]

    def test_handed_over_out_of_reach(self):
        """D-9: an agent who sees tickets of the own team only hands one over to another team, and says what was found;
        what is out of reach then is left for the list"""
        ticket = self.raise_ticket("2026-03-02 06:00", user_id=False)
        action = self.wizard(
            "dialog360.triage.wizard",
            ticket,
            "2026-03-02 06:30",
            self.novice,
            team_id=self.team_messaging.id,
            note="Not the number: the queue of templates.",
        ).action_apply()
        self.settle()
        self.assertEqual(ticket.team_id, self.team_messaging)
        note = ticket.message_ids.filtered(lambda message: "queue of templates" in (message.body or ""))
        self.assertEqual(note.author_id, self.novice.partner_id)
        self.assertFalse(ticket.with_user(self.novice).has_access("read"))
        self.assertEqual((action["res_model"], action.get("res_id", 0)), ("helpdesk.ticket", 0))

    def test_something_else_than_a_ticket_out_of_reach(self):
        """D-14: an agent says that a ticket is about something else than one that a colleague works on"""
        first = self.raise_ticket("2026-03-02 06:00", user_id=self.agent.id)
        second = self.raise_ticket("2026-03-02 07:00", user_id=False)
        self.assertEqual(second.dialog360_double_id, first)
        second = second.with_user(self.novice)
        self.env.invalidate_all()
        second.action_dialog360_no_double()
        self.assertFalse(second.dialog360_double_id)
        self.assertFalse(first.with_user(self.novice).has_access("read"))

    def test_no_subject_for_those_it_was_not_shared_with(self):
        """D-14, S-5: somebody of another company with whom a ticket was shared reads nothing of the client's other
        ones; the client does, and the contact's own link without a login does"""
        first = self.raise_ticket("2026-03-02 06:00")
        second = self.raise_ticket("2026-03-02 07:00")
        self.assertEqual(second.dialog360_double_id, first)
        second.guard_share_partner_ids = self.stranger_user.partner_id
        public = self.env.ref("base.public_user")
        for user, told in ((self.stranger_user, False), (self.colleague_user, True), (public, True)):
            rows = second.with_user(user).sudo()._support_portal_get_facts()
            self.assertEqual(any(first.number in row["text"] for row in rows), told, user.name)
        first.partner_id = self.colleague_user.partner_id
        rows = second.with_user(public).sudo()._support_portal_get_facts()
        self.assertFalse(any(first.number in row["text"] for row in rows), "the link is good for one ticket")

    def test_other_companies(self):
        """D-14, D-15: neither is a ticket of another company looked at, nor does one end in another's queue"""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        queue = self.env["helpdesk.ticket.team"].create(
            {
                "name": "Elsewhere",
                "company_id": other.id,
                "sequence": 1,
                "support_provider_id": self.provider.id,
                "support_own_stages": True,
            }
        )
        self.stages["new"].team_ids = [(4, queue.id)]
        first = self.raise_ticket("2026-03-02 06:00", user_id=False)
        self.assertEqual(first.sudo()._dialog360_get_first_line(), self.team)
        abroad = self.at(self.env["helpdesk.ticket"].sudo(), "2026-03-02 07:00").create(
            {
                "name": self.ticket_name,
                "description": "<p>Since noon.</p>",
                "team_id": queue.id,
                "company_id": other.id,
                "partner_id": self.customer.id,
            }
        )
        self.assertFalse(abroad.dialog360_double_id)
        self.assertEqual(abroad._dialog360_get_first_line(), queue)

    def test_an_answer_from_elsewhere_is_no_double(self):
        """D-15, D-14: a colleague's answer from another address points to its original, and to nothing else"""
        ticket = self.mail_in("It stands still.", "2026-03-02 06:00", f"Alder <{self.customer.email}>", self.address)
        self.say(ticket, "2026-03-02 06:10")
        sent = ticket.message_ids.sorted("id")[-1].message_id
        new = self.mail_in(
            "Here is what you asked for.",
            "2026-03-02 08:00",
            f"Sales <{self.colleague_user.email}>",
            self.address,
            subject=f"Re: {ticket.name}",
            headers=f"In-Reply-To: {sent}\n",
        )
        self.assertEqual(new.dialog360_original_id, ticket)
        self.assertFalse(new.dialog360_double_id)
        self.assertFalse(new.message_ids.filtered(lambda message: "looks like" in (message.body or "")))

    def test_one_summary_for_one_end(self):
        """D-11: where a desk has a stage between solved and closed, the client gets the summary once"""
        solved = self.stages["closed"].copy({"name": "Solved", "support_phase": "resolved", "closed": False})
        solved.team_ids = self.team | self.team_messaging | self.team_hub
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.at(ticket.with_user(self.agent), "2026-03-02 07:00").write(
            {"dialog360_summary": SUMMARY, "stage_id": solved.id}
        )
        self.settle()
        self.move(ticket, "2026-03-03 07:00", "closed")
        told = self.written_to(ticket).filtered(lambda message: "Solved" in (message.subject or ""))
        self.assertEqual(len(told), 1)

    def test_a_draft_of_the_summary(self):
        """D-11: what an agent has noted for the summary is read by nobody outside before the ticket ends"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        ticket.with_user(self.agent).dialog360_summary = "Is it their firewall again?"
        with self.assertRaises(AccessError):
            ticket.with_user(self.customer_user).read(["dialog360_summary"])
        with self.assertRaises(AccessError):
            ticket.with_user(self.customer_user).search([("dialog360_summary", "ilike", "firewall")])

    def test_nobody_rates_for_a_client(self):
        """D-11, D-19: no colleague writes what a client has said, and who has nothing to do with tickets reads none"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.wizard("dialog360.close.wizard", ticket, "2026-03-02 07:00", summary=SUMMARY).action_close()
        self.settle()
        token = ticket.sudo()._dialog360_get_rating_token()
        ticket.sudo().rating_apply(1, token=token, feedback="Slow")
        rating = ticket.sudo().rating_ids
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                rating.with_user(user).write({"rating": 5, "feedback": "Great"})
            with self.assertRaises(AccessError):
                rating.with_user(user).create(
                    {
                        "res_model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                        "res_id": ticket.id,
                        "rating": 5,
                        "consumed": True,
                    }
                )
        clerk = self.make_agent("clerk", "base.group_user")
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            rating.with_user(clerk).read(["feedback"])
        self.assertEqual(rating.with_user(self.agent).feedback, "Slow")

    def test_nobody_speaks_for_others(self):
        """D-19: a remark is its author's, of the moment when it was made, whatever a client of the server says"""
        Remark = self.env["dialog360.remark"].with_user(self.manager)
        forged = {"default_user_id": self.agent.id, "default_moment": "2020-01-01 00:00:00"}
        remark = Remark.with_context(**forged).create({"text": "Too many hands."})
        self.assertEqual(remark.user_id, self.manager)
        self.assertGreater(str(remark.moment), "2020-01-02")

    def test_remarks_of_other_companies(self):
        """D-19: a manager of another company reads no remark on a ticket that is out of reach"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        on_ticket, on_none = (
            self.env["dialog360.remark"]
            .with_user(self.agent)
            .create([{"text": "Too many hands.", "ticket_id": ticket.id}, {"text": "A second screen."}])
        )
        other = self.env["res.company"].create({"name": "Elsewhere"})
        boss = self.make_agent("boss", "helpdesk_mgmt.group_helpdesk_manager")
        boss.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        seen = self.env["dialog360.remark"].with_user(boss).with_company(other).search([])
        self.assertNotIn(on_ticket, seen)
        self.assertIn(on_none, seen)


@tagged("post_install", "-at_install")
class TestRateAccess(Dialog360Mixin, HttpCase):
    """Who gets to the page of a rating."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def test_only_the_client(self):
        """D-11: neither staff nor somebody of another company with whom the ticket was shared gets to the rating; the
        client's link without a login does"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.wizard("dialog360.close.wizard", ticket, "2026-03-02 07:00", summary=SUMMARY).action_close()
        ticket.guard_share_partner_ids = self.stranger_user.partner_id
        url = f"/my/ticket/{ticket.id}/rate/5"
        for user in (self.agent, self.stranger_user):
            self.authenticate(user.login, PASSWORD)
            self.assertNotIn("/rate/", self.url_open(url).url, user.name)
        self.assertFalse(ticket.sudo().rating_ids)
        self.authenticate(None, None)
        self.assertIn("/rate/", self.url_open(f"{url}?access_token={ticket.sudo()._portal_ensure_token()}").url)
