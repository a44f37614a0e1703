from odoo.exceptions import UserError
from odoo.tests import Form

from .common import BpmsoftCase, utc


class TestEstimate(BpmsoftCase):
    """No term to resolve: an estimate that is extended with a reason (B-4). Mon 2 March 2026; Moscow is UTC+3."""

    def setUp(self):
        super().setUp()
        self.ticket = self.raise_ticket("2026-03-02 07:00", user_id=self.agent.id)
        self.move(self.ticket, "2026-03-02 07:10", "in_work")
        self.obstacle = self.ref_("estimate_reason_obstacle")

    def wizard(self, moment="2026-03-02 08:00", user=None, ticket=None):
        ticket = self.at((ticket or self.ticket).with_user(user or self.agent), moment)
        action = ticket.action_bpmsoft_estimate()
        model = ticket.env[action["res_model"]].with_context(**action["context"])
        return Form(model)

    def estimate(self, until, moment="2026-03-02 08:00", reason=None, words="", **kwargs):
        form = self.wizard(moment, **kwargs)
        form.until = until
        if reason:
            form.reason_id = reason
        if words:
            form.words = words
        form.save().action_estimate()
        self.settle()

    def kinds_of(self, ticket=None):
        return (ticket or self.ticket).bpmsoft_estimate_ids.sorted("number").mapped("kind")

    def last_message(self, ticket=None):
        return (
            (ticket or self.ticket)
            .message_ids.filtered(lambda message: message.message_type == "comment")
            .sorted("id")[-1]
        )

    def test_given_and_told(self):
        """B-4: an estimate is told to the client at once, in the client's zone, and is no promise"""
        with self.mock_mail_gateway():
            self.estimate("2026-03-05 11:00:00")
        self.assertEqual(self.ticket.bpmsoft_estimate, utc("2026-03-05 11:00"))
        self.assertEqual(self.kinds_of(), ["given"])
        [mail] = [mail for mail in self._new_mails if self.customer in mail.recipient_ids]
        self.assertRegex(mail.body_html, r"We expect to solve .* by\s*<strong>Thu 5 Mar 14:00")
        # a message of a person: it is the reaction, too
        self.assertEqual(self.clock(self.ticket, "first_response").state, "done")

    def test_extended_with_a_reason(self):
        """B-4: later needs a reason and words; both are kept and told"""
        self.estimate("2026-03-05 11:00:00")
        self.estimate("2026-03-10 11:00:00", "2026-03-04 08:00", self.obstacle, "The test server is down.")
        row = self.ticket.bpmsoft_estimate_ids.sorted("number")[-1]
        self.assertEqual((row.kind, row.reason_id), ("extended", self.obstacle))
        self.assertEqual((row.before, row.until), (utc("2026-03-05 11:00"), utc("2026-03-10 11:00")))
        body = self.last_message().body
        for words in ("There is an obstacle", "The test server is down.", "and not by"):
            self.assertIn(words, body)

    def test_extension_without_reason(self):
        """B-4: an extension without reason, or without words, is refused and nothing typed is lost"""
        self.estimate("2026-03-05 11:00:00")
        form = self.wizard("2026-03-04 08:00")
        form.until = "2026-03-10 11:00:00"
        with self.assertRaisesRegex(AssertionError, "reason_id is a required field"):
            form.save()
        context = {"default_ticket_id": self.ticket.id, "default_before": "2026-03-05 11:00:00"}
        Wizard = self.at(self.env["bpmsoft.estimate.wizard"].with_user(self.agent), "2026-03-04 08:00")
        bare = Wizard.with_context(**context).create({"until": "2026-03-10 11:00:00", "words": "Because."})
        with self.refused("objective reason"):
            bare.action_estimate()
        self.assertEqual((bare.words, bare.until), ("Because.", utc("2026-03-10 11:00")))
        bare.write({"reason_id": self.obstacle.id, "words": "  "})
        with self.refused("Say in words"):
            bare.action_estimate()
        self.assertEqual((self.ticket.bpmsoft_estimate, self.kinds_of()), (utc("2026-03-05 11:00"), ["given"]))

    def test_shortened(self):
        """B-4: earlier needs no reason"""
        self.estimate("2026-03-05 11:00:00")
        self.estimate("2026-03-04 11:00:00", "2026-03-03 08:00")
        self.assertEqual(self.kinds_of(), ["given", "shortened"])
        self.assertIn("Good news", self.last_message().body)

    def test_wrong_moments(self):
        """B-4: a moment in the past, none at all, the same again, or on a request that is over, is refused"""
        with self.refused("lie in the future"):
            self.estimate("2026-03-02 07:59:00")
        wizard = self.at(self.env["bpmsoft.estimate.wizard"].with_user(self.agent), "2026-03-02 08:00")
        with self.refused("Say by when"):
            wizard.create({"ticket_id": self.ticket.id}).action_estimate()
        self.estimate("2026-03-05 11:00:00")
        with self.refused("already"):
            self.estimate("2026-03-05 11:00:00")
        late = self.wizard("2026-03-02 09:00")
        late.until = "2026-03-04 11:00:00"
        self.move(self.ticket, "2026-03-02 09:30", "resolved")
        with self.refused("is over"):
            late.save().action_estimate()
        with self.refused("is over"):
            self.wizard("2026-03-02 10:00")

    def test_somebody_was_faster(self):
        """B-4: of two who estimate at once the second hears of the first"""
        first, second = self.wizard(), self.wizard(user=self.other_agent)
        first.until, second.until = "2026-03-05 11:00:00", "2026-03-06 11:00:00"
        first.save().action_estimate()
        with self.refused("Agent expert has changed the estimate"):
            second.save().action_estimate()

    def test_working_hours_are_a_hint(self):
        """B-4: a moment outside the working hours is said to be one, and allowed"""
        form = self.wizard()
        form.until = "2026-03-07 11:00:00"  # a Saturday
        self.assertRegex(form.hint, "outside the working hours.*Mon 9 Mar")
        self.assertRegex(form.client_reads, r"Sat 7 Mar 14:00")
        form.until = "2026-03-05 11:00:00"
        self.assertFalse(form.hint)
        form.until = "2026-03-07 11:00:00"
        form.save().action_estimate()
        self.assertEqual(self.ticket.bpmsoft_estimate, utc("2026-03-07 11:00"))

    def watch(self, moment):
        self.at(self.env["bpmsoft.watch"].sudo(), moment)._cron_watch()

    def test_overdue_is_flagged_once(self):
        """B-4: an estimate that has passed is flagged, whoever works on it is told once; nothing is breached"""
        self.estimate("2026-03-05 11:00:00")
        moments = self.env["ir.cron.trigger"].search([("cron_id", "=", self.ref_("ir_cron_watch").id)])
        self.assertIn(utc("2026-03-05 11:00"), moments.mapped("call_at"))
        self.watch("2026-03-05 10:59")
        self.assertFalse(self.told(self.ticket, "bpmsoft_estimate_overdue"))
        self.assertEqual(self.at(self.ticket, "2026-03-05 10:59").bpmsoft_estimate_state, "ahead")
        for moment in ("2026-03-05 11:00", "2026-03-05 11:15", "2026-03-09 11:00"):
            self.watch(moment)
        self.assertEqual(self.told(self.ticket, "bpmsoft_estimate_overdue"), [self.agent])
        self.ticket.invalidate_recordset()
        self.assertEqual(self.at(self.ticket, "2026-03-05 11:00").bpmsoft_estimate_state, "overdue")
        overdue = self.env["helpdesk.ticket"].search([("bpmsoft_estimate", "<=", "now")])
        self.assertIn(self.ticket, overdue)  # March 2026 is over for the filter of today
        with self.mock_mail_gateway():
            self.deliver()
        mails = [mail for mail in self._new_mails if self.agent.partner_id in mail.recipient_ids]
        self.assertEqual(len([mail for mail in mails if "estimate has passed" in mail.subject]), 1)
        # another estimate that passes is another matter
        self.estimate("2026-03-12 11:00:00", "2026-03-09 12:00", self.obstacle, "Still down.")
        self.watch("2026-03-12 11:00")
        self.assertEqual(len(self.told(self.ticket, "bpmsoft_estimate_overdue")), 2)
        self.sweep("2027-03-12 11:00")
        self.assertFalse(self.clock(self.ticket, "resolution"))
        self.assertFalse(self.ticket.support_clock_ids.filtered(lambda c: c.metric == "resolution" and c.breached))

    def test_nobody_works_on_it(self):
        """B-4: where nobody works on the request its lead, else the administrator, is told"""
        self.estimate("2026-03-05 11:00:00")
        self.ticket.user_id = False
        self.watch("2026-03-05 11:00")
        self.assertEqual(self.told(self.ticket, "bpmsoft_estimate_overdue"), [self.manager])

    def test_a_bad_ticket_stops_no_other(self):
        """B-4: one ticket that cannot be looked at does not keep the others from being flagged"""
        other = self.raise_ticket(
            "2026-03-02 07:00", user_id=self.agent.id, partner_id=self.stranger_user.partner_id.id
        )
        self.estimate("2026-03-05 11:00:00")
        self.estimate("2026-03-05 11:00:00", ticket=other)
        Ticket = self.env.registry["helpdesk.ticket"]
        original, bad = Ticket._bpmsoft_flag_estimate, self.ticket.id

        def flag(ticket, now):
            if ticket.id == bad:
                raise ValueError("broken row")
            return original(ticket, now)

        self.patch(Ticket, "_bpmsoft_flag_estimate", flag)
        with self.assertLogs("odoo.addons.bpmsoft_care.models.bpmsoft_watch", "ERROR"):
            self.watch("2026-03-05 11:00")
        self.assertEqual(self.told(other, "bpmsoft_estimate_overdue"), [self.agent])
        self.assertFalse(self.told(self.ticket, "bpmsoft_estimate_overdue"))

    def test_ends_with_the_request(self):
        """B-4: resolving ends the estimate; what is opened again needs a new one, and somebody is told so"""
        self.estimate("2026-03-05 11:00:00")
        self.move(self.ticket, "2026-03-04 08:00", "resolved")
        self.assertEqual((self.ticket.bpmsoft_estimate, self.kinds_of()), (False, ["given", "ended"]))
        self.watch("2026-03-05 11:00")
        self.assertFalse(self.told(self.ticket, "bpmsoft_estimate_overdue"))
        self.assertFalse(self.ticket.bpmsoft_estimate_state)
        self.move(self.ticket, "2026-03-05 12:00", "in_work")
        self.assertEqual(self.told(self.ticket, "bpmsoft_estimate_again"), [self.agent])
        self.ticket.invalidate_recordset()
        self.assertEqual(self.ticket.bpmsoft_estimate_state, "none")
        self.assertIn("new estimate", self.ticket.with_user(self.agent)._support_get_notice(False))
        self.estimate("2026-03-09 11:00:00", "2026-03-05 13:00")
        self.assertEqual(self.kinds_of(), ["given", "ended", "given"])

    def test_by_no_other_way(self):
        """B-4, E-3.9: an estimate is not typed in, by RPC or import, nor changed or deleted afterwards"""
        self.estimate("2026-03-05 11:00:00")
        row = self.ticket.bpmsoft_estimate_ids.with_user(self.manager)
        for attempt in (
            lambda: self.ticket.with_user(self.manager).write({"bpmsoft_estimate": "2027-01-01 10:00:00"}),
            lambda: row.sudo().write({"until": "2027-01-01 10:00:00"}),
            lambda: row.sudo().unlink(),
            lambda: row.sudo().create({"ticket_id": self.ticket.id, "kind": "given"}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()
        result = (
            self.env["helpdesk.ticket"]
            .with_user(self.manager)
            .load(
                ["name", "description", "team_id/.id", "bpmsoft_estimate"],
                [["Imported", "x", str(self.team.id), "2027-01-01 10:00:00"]],
            )
        )
        self.assertFalse(result["ids"])
        self.assertIn("cannot be entered", result["messages"][0]["message"])

    def test_others_have_none(self):
        """B-4: requests of other providers have no estimate"""
        team = self.env["helpdesk.ticket.team"].create({"name": "Elsewhere"})
        ticket = self.raise_by("2026-03-02 07:00", team_id=team.id)
        with self.refused("no request of BPMSoft"):
            self.wizard(ticket=ticket)
        self.assertFalse(ticket.bpmsoft_estimate_state)

    def test_who_may(self):
        """B-4: who may not write to a ticket gives no estimate, and customers read no row of it"""
        stranger = self.make_agent("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        self.ticket.user_id = self.other_agent
        wizard = self.env["bpmsoft.estimate.wizard"].with_user(self.agent).create({"ticket_id": self.ticket.id})
        wizard.until = "2027-03-05 11:00:00"
        with self.assertRaises(UserError):
            self.ticket.with_user(stranger).action_bpmsoft_estimate()
        with self.assertRaises(UserError):
            wizard.with_user(stranger).action_estimate()
        for model in ("bpmsoft.estimate", "bpmsoft.estimate.reason", "bpmsoft.estimate.wizard"):
            self.assertFalse(self.env[model].with_user(self.customer_user).has_access("read"), model)

    def test_a_reason_in_use_stays(self):
        """B-4: a reason that was given cannot be deleted"""
        self.estimate("2026-03-05 11:00:00")
        self.estimate("2026-03-10 11:00:00", "2026-03-04 08:00", self.obstacle, "The test server is down.")
        with self.assertRaises(UserError):
            self.obstacle.with_user(self.manager).unlink()
