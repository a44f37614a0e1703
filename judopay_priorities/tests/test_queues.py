from odoo.exceptions import ValidationError
from odoo.tests import Form

from .common import JudopayCase, utc


class TestQueues(JudopayCase):
    def test_mail_to_a_queue(self):
        """J-3: a mail to the queue's address becomes its ticket, with subject and attachment, in Active"""
        boundary = (
            'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\n'
            "Content-Type: text/plain\n\nSince noon.\n--b\n"
            'Content-Type: text/plain; name="gateway.log"\nContent-Disposition: attachment; filename="gateway.log"\n\n'
            "timeout\n--b--\n"
        )
        text = (
            "Message-Id: <with-log@alder.example>\nFrom: Alder Till <till@alder.example>\n"
            f"To: {self.address(self.transactions)}\nSubject: A payout is missing\n{boundary}"
        )
        gateway = self.at(self.env["mail.thread"].with_user(1), "2026-02-10 10:00")
        ticket = self.env["helpdesk.ticket"].browse(gateway.message_process("helpdesk.ticket", text))
        self.assertEqual(ticket.team_id, self.transactions)
        self.assertEqual(ticket.name, "A payout is missing")
        self.assertEqual(ticket.partner_id, self.merchant)
        self.assertEqual(ticket.stage_id, self.stages["active"])
        self.assertEqual(ticket.message_ids.attachment_ids.mapped("name"), ["gateway.log"])
        self.assertEqual(self.clock(ticket, "first_response").deadline, utc("2026-02-10 14:00"))

    def test_queue_decides_who_answers(self):
        """J-3: only a member of the queue can be assigned; another queue has other members"""
        ticket = self.raise_ticket("2026-02-10 10:00")
        ticket.user_id = self.agent
        with self.assertRaisesRegex(ValidationError, "does not answer in the queue"), self.env.cr.savepoint():
            ticket.user_id = self.other_agent
        ticket.invalidate_recordset()
        ticket.team_id = self.transactions
        self.assertFalse(ticket.user_id, "the former assignee does not answer there")
        ticket.user_id = self.other_agent

    def test_agents_of_another_queue_do_not_see_it(self):
        """J-3: who is limited to the own queues neither reads nor answers tickets of another one"""
        limited = self.make_agent("limited", "helpdesk_mgmt.group_helpdesk_user_team")
        self.transactions.user_ids |= limited
        mine = self.raise_ticket("2026-02-10 10:00", team_id=self.transactions.id)
        theirs = self.raise_ticket("2026-02-10 10:00")
        found = self.env["helpdesk.ticket"].with_user(limited).search([("id", "in", (mine | theirs).ids)])
        self.assertEqual(found, mine)
        self.assertFalse(mine.user_id, "the agent who raised it is no member there")

    def test_four_stages(self):
        """J-4: Active, With customer, Escalated, Closed, and no stage of the stock helpdesk"""
        for team in (self.team, self.transactions):
            self.assertEqual(
                [(stage.name, stage.support_phase, stage.closed) for stage in team._get_applicable_stages()],
                [
                    ("Active", "open", False),
                    ("With customer", "waiting_customer", False),
                    ("Escalated", "open", False),
                    ("Closed", "closed", True),
                ],
            )
        form = Form(self.env["helpdesk.ticket"].with_user(self.agent).with_context(default_team_id=self.team.id))
        self.assertEqual(form.stage_id, self.stages["active"])

    def test_board_has_these_columns(self):
        """J-4: the board of a queue has four columns, also when they are empty"""
        self.raise_ticket("2026-02-10 10:00")
        tickets = (
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .with_context(default_team_id=self.team.id, read_group_expand=True)
        )
        groups = tickets.formatted_read_group(
            [("team_id", "=", self.team.id)], groupby=["stage_id"], aggregates=["__count"]
        )
        self.assertEqual([group["stage_id"][0] for group in groups], [stage.id for stage in self.stages.values()])

    def test_stages_of_others_stay_theirs(self):
        """J-4: a queue that is not Judopay's does not get these stages"""
        team = self.env["helpdesk.ticket.team"].create({"name": "Somebody else"})
        stages = team._get_applicable_stages()
        for stage in self.stages.values():
            self.assertNotIn(stage, stages)

    def test_answer_of_the_merchant_brings_it_back(self):
        """J-4: an answer by mail moves a ticket from With customer to Active"""
        ticket = self.mail_in("Since noon.", "2026-02-10 10:00")
        self.say(ticket, "2026-02-10 10:10", "Which terminal?")
        self.move(ticket, "2026-02-10 10:11", "with_customer")
        asked = ticket.message_ids.filtered(lambda message: "Which terminal" in message.body)
        answered = self.mail_in(
            "Number four.", "2026-02-10 12:10", subject="Re: Payouts", headers=f"In-Reply-To: {asked.message_id}\n"
        )
        self.assertEqual(answered, ticket)
        self.assertEqual(ticket.stage_id, self.stages["active"])

    def test_answer_after_closing_makes_a_follow_up(self):
        """J-4: a closed ticket stays closed; what the merchant writes then is a ticket linked to it"""
        ticket = self.mail_in("Since noon.", "2026-02-10 10:00")
        self.say(ticket, "2026-02-10 10:10", "Done.")
        self.move(ticket, "2026-02-10 10:11", "closed")
        last = ticket.message_ids.filtered(lambda message: "Done" in message.body)
        self.mail_in("Not quite.", "2026-02-11 10:00", headers=f"In-Reply-To: {last.message_id}\n")
        self.assertEqual(ticket.stage_id, self.stages["closed"])
        self.assertEqual(ticket.support_follow_up_ids.stage_id, self.stages["active"])
        self.assertEqual(ticket.support_follow_up_ids.judopay_priority_state, "proposed")

    def test_closing_resolves(self):
        """J-4: Judopay knows no acceptance: closing is the resolution"""
        ticket = self.raise_ticket("2026-02-10 10:00", "PS2")
        self.move(ticket, "2026-02-10 13:00", "closed")
        clock = self.clock(ticket, "resolution")
        self.assertEqual((clock.state, clock.stopped, clock.verdict), ("done", utc("2026-02-10 13:00"), "on_time"))
