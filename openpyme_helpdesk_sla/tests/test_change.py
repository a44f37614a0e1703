from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from .change_common import ChangeCase

NAMES = [
    "Requirements",
    "Analysis",
    "User story",
    "Clarification",
    "Technical design",
    "Functional feasibility",
    "Task breakdown",
    "Execution",
    "Demo on a local system",
    "Validation in test",
    "Validation in production",
]


class TestChange(ChangeCase):
    def test_eleven_steps(self):
        """O-12: a change gets eleven steps in order when it is classified, not before, and the first one begins"""
        ticket = self.raise_ticket("2026-02-10 16:00")
        self.assertFalse(ticket.openpyme_steps)
        self.review(ticket, "2026-02-10 16:05")
        with Form(ticket.with_user(self.leader)) as form:
            form.support_kind_id = self.kinds["change"]
        self.assertEqual([step["label"] for step in ticket.openpyme_steps], NAMES)
        self.assertEqual(self.states(ticket), "cooooooooooo"[:11])
        self.assertEqual((ticket.openpyme_position, ticket.openpyme_change_progress), ("1 of 11", 0))
        for kind in ("support", "consultancy"):
            self.assertFalse(self.raise_ticket("2026-02-10 16:00", kind).openpyme_steps)

    def test_one_after_another(self):
        """O-10, O-12: steps of a change are work: the first one taken starts the ticket, and a second change of a
        general account does not get past its first step meanwhile"""
        first, second = self.make_change(), self.make_change("2026-02-10 17:00")
        self.assertEqual(first.support_phase, "new")
        self.move(first, "finish")
        self.assertEqual(first.support_phase, "open")
        with self.refused("is in work"), self.env.cr.savepoint():
            self.move(second, "finish")
        self.assertEqual((second.support_phase, second.openpyme_position), ("new", "1 of 11"))

    def test_to_the_end(self):
        """O-12: from the requirements to the client's word in production, one step after another; then it is closed"""
        ticket = self.make_change()
        for index, name in enumerate(NAMES):
            self.reach(ticket, name)
            self.assertEqual(self.states(ticket), "d" * index + "c" + "o" * (10 - index), name)
            self.assertEqual(ticket.openpyme_position, f"{index + 1} of 11")
        self.assertNotEqual(ticket.stage_id, self.stages["closed"])
        self.move(ticket, "told", accepted="yes", note="On the phone")
        self.assertEqual(self.states(ticket), "d" * 11)
        self.assertEqual(
            (ticket.openpyme_change_state, ticket.openpyme_change_progress, ticket.openpyme_step_id.id),
            ("over", 100, False),
        )
        self.assertEqual(ticket.stage_id, self.stages["closed"])
        moves = ticket.openpyme_move_ids
        self.assertEqual(len(moves.filtered(lambda move: move.kind == "start")), 11)
        self.assertEqual(moves[-1].partner_id, self.leader.partner_id)  # who classified it
        self.assertEqual(set(moves[:-1].partner_id), {self.agent.partner_id})

    def test_skip(self):
        """O-12: a step is not skipped without a reason, which is kept; the user story is not skipped at all"""
        ticket = self.make_change()
        for reason in (False, "  "):
            with self.refused("Say why|required"), self.env.cr.savepoint():
                ticket.with_user(self.agent).openpyme_current_step_id._skip(reason or "")
        with self.refused("Say why"), self.env.cr.savepoint():
            self.move(ticket, "skip")
        self.move(ticket, "skip", reason="Agreed in the contract")
        self.assertEqual(self.states(ticket)[:2], "sc")
        first = ticket.openpyme_steps[0]
        self.assertEqual((first["note"], first["by"]), ("Agreed in the contract", self.agent.name))
        self.move(ticket, "finish")
        with self.refused("cannot be skipped"), self.env.cr.savepoint():
            self.move(ticket, "skip", reason="No time")
        self.assertEqual(
            [(move.kind, move.note) for move in ticket.openpyme_move_ids if move.note],
            [("skip", "Agreed in the contract")],
        )

    def test_order_by_any_way(self):
        """O-12: steps are moved by their buttons in order, not by RPC, import, drag or a form left open"""
        ticket = self.make_change()
        later = ticket.openpyme_ticket_step_ids[3]
        with self.refused("in order"), self.env.cr.savepoint():
            later.with_user(self.manager)._finish()
        with self.refused("in order"), self.env.cr.savepoint():
            later.with_user(self.manager)._skip("No time")
        for user in (self.agent, self.manager):
            for record, values in (
                (later, {"state": "done"}),
                (ticket.openpyme_move_ids, {"note": "x"}),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    record.with_user(user).write(values)
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    record.with_user(user).unlink()
            with self.refused("follows from"), self.env.cr.savepoint():
                ticket.with_user(user).openpyme_step_id = later.template_id
            result = (
                self.env["helpdesk.ticket"]
                .with_user(user)
                .load(
                    ["id", "openpyme_change_progress"], [[str(ticket.get_external_id()[ticket.id] or ticket.id), "90"]]
                )
            )
            self.assertFalse(result["ids"])
        for record in (ticket.openpyme_move_ids[0],):
            with self.refused("cannot be edited"), self.env.cr.savepoint():
                record.note = "x"
            with self.refused("cannot be deleted"), self.env.cr.savepoint():
                record.unlink()
        self.assertEqual(self.states(ticket), "c" + "o" * 10)

    def test_two_at_once(self):
        """O-12: two people with the same step open: one finishes it, the other is told and takes no second step"""
        ticket = self.make_change()
        mine = self.open(ticket.with_user(self.agent).action_openpyme_finish())
        theirs = self.open(ticket.with_user(self.leader).action_openpyme_finish(), self.leader)
        mine.save().action_move()
        with self.refused(f"Requirements.*over already.*{self.agent.name}.*Analysis"), self.env.cr.savepoint():
            theirs.save().action_move()
        self.assertEqual(self.states(ticket)[:3], "dco")

    def test_another_tickets_step(self):
        """O-12: a step of a ticket that one may not work on is not moved through a wizard of one's own ticket"""
        mine, other = self.make_change(), self.make_change(user_id=self.leader.id)
        own = self.make_agent("own", "helpdesk_mgmt.group_helpdesk_user_own")
        mine.user_id = own
        Wizard = self.env["openpyme.step.wizard"].with_user(own)
        values = {"ticket_id": mine.id, "step_id": other.openpyme_current_step_id.id, "move": "finish"}
        wizard = Wizard.create(values)
        self.assertFalse(wizard.step_name)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            wizard.action_move()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            Wizard.create({**values, "ticket_id": other.id}).action_move()
        self.assertEqual(self.states(other), "c" + "o" * 10)

    def test_go_back(self):
        """O-12: going back needs a reason and takes what comes after once more; the rounds are counted"""
        ticket = self.make_change()
        self.reach(ticket, "Technical design")
        analysis = ticket.openpyme_ticket_step_ids[1]
        with self.refused("Say why"), self.env.cr.savepoint():
            analysis.with_user(self.agent)._go_back(" ")
        self.move(ticket, "back", back_step_id=analysis, reason="Another shop takes part")
        self.assertEqual(self.states(ticket), "dc" + "o" * 9)
        self.assertEqual(ticket.openpyme_steps[1]["round"], 2)
        self.assertIn(
            ("back", "Another shop takes part"), [(move.kind, move.note) for move in ticket.openpyme_move_ids]
        )
        self.reach(ticket, "Technical design")
        self.assertEqual(ticket.openpyme_story_ids.mapped("version"), [1])  # what was agreed on still holds
        with self.refused("over already|in order|current step already"), self.env.cr.savepoint():
            ticket.openpyme_ticket_step_ids[6].with_user(self.agent)._go_back("No")

    def test_story(self):
        """O-12: clarification does not start without a complete user story; one that changes later makes a version"""
        ticket = self.make_change()
        self.reach(ticket, "User story")
        with self.refused("not written yet"), self.env.cr.savepoint():
            self.move(ticket, "finish")
        story = self.write_story(ticket, criteria=False)
        with self.refused("user story"), self.env.cr.savepoint():
            self.move(ticket, "finish")
        self.write_story(ticket, criteria="No price\nThe number of the sale")
        self.assertEqual(ticket.openpyme_story_ids, story)
        self.move(ticket, "finish")
        self.assertEqual((story.state, story.agreed_by_id), ("agreed", self.agent))
        with self.refused("is in force"), self.env.cr.savepoint():
            story.with_user(self.manager).want = "something else"
        with self.refused("stays"), self.env.cr.savepoint():
            story.with_user(self.manager).unlink()
        with self.assertRaises(AssertionError), self.env.cr.savepoint():
            self.write_story(ticket, want="print two")  # the form asks why
        with self.refused("Say why"), self.env.cr.savepoint():
            self.env["openpyme.story"].with_user(self.agent).create({"ticket_id": ticket.id, "want": "print two"})
        second = self.write_story(ticket, want="print two", reason="Asked for in the meeting")
        self.assertEqual((second.version, second.role, story.state), (2, story.role, "agreed"))
        second.with_user(self.agent).action_agree()
        self.assertEqual((story.state, second.state), ("replaced", "agreed"))
        self.assertIn("print two", ticket.openpyme_story_preview)
        with self.refused("button"), self.env.cr.savepoint():
            second.with_user(self.manager).write({"state": "draft"})

    def test_story_is_escaped(self):
        """O-12: what people write into a user story is text, not markup"""
        ticket = self.make_change()
        self.write_story(ticket, want="<script>alert(1)</script>")
        self.assertNotIn("<script>", ticket.openpyme_story_preview)

    def test_demo(self):
        """O-12: the demo step ends once a demo took place; a planned one is a meeting with the client as a guest"""
        ticket = self.make_change()
        self.reach(ticket, "Demo on a local system")
        with self.refused("No demo"), self.env.cr.savepoint():
            ticket.with_user(self.agent).openpyme_current_step_id._finish()
        self.move(ticket, "demo", demo_at="2126-02-12 16:00:00")
        step = ticket.openpyme_current_step_id
        event = step.demo_event_id
        self.assertEqual(event.partner_ids, self.customer | self.agent.partner_id)
        self.assertEqual(ticket.openpyme_next, "replan")
        with self.refused("still to come"), self.env.cr.savepoint():
            ticket.with_user(self.agent).openpyme_current_step_id._finish()
        self.move(ticket, "demo", demo_at="2026-02-01 10:00:00", invite=False)
        self.move(ticket, "finish")
        self.assertEqual(ticket.openpyme_current_step_id.name, "Validation in test")

    def test_rejected_in_test(self):
        """O-12: the client's no goes back to execution with the client's words"""
        ticket = self.make_change()
        self.reach(ticket, "Validation in test")
        with self.refused("has not accepted"), self.env.cr.savepoint():
            ticket.with_user(self.agent).openpyme_current_step_id._finish()
        with self.refused("what is not right"), self.env.cr.savepoint():
            ticket.with_user(self.agent).openpyme_current_step_id._answer(False, " ", "staff")
        self.move(ticket, "told", accepted="no", note="The logo is missing")
        self.assertEqual(self.states(ticket), "dddddddcooo")
        self.assertEqual(ticket.openpyme_steps[7]["round"], 2)
        back = ticket.openpyme_move_ids.filtered(lambda move: move.kind == "back")
        self.assertEqual((back.step_id.name, back.note), ("Execution", "The logo is missing"))

    def test_closing_is_no_way_round(self):
        """O-12: a change is not resolved or closed in the middle of its steps, by any way; cancelling is"""
        ticket = self.make_change()
        for stage in ("validation", "closed"):
            with self.assertRaisesRegex(ValidationError, "1 of 11"), self.env.cr.savepoint():
                ticket.with_user(self.agent).stage_id = self.stages[stage]
        ticket.with_user(self.agent).stage_id = self.stages["cancelled"]
        with self.refused("is over"), self.env.cr.savepoint():
            self.move(ticket, "finish")
        self.assertEqual(ticket.openpyme_next, "none")

    def test_kind_changed(self):
        """O-12: what is no change any more keeps its steps, standing still, and goes on when it is one again"""
        ticket = self.make_change()
        self.reach(ticket, "User story")
        ticket.with_user(self.leader).support_kind_id = self.kinds["consultancy"]
        self.assertEqual((ticket.openpyme_change_state, self.states(ticket)[:3]), ("halted", "ddc"))
        self.assertIn("no longer a change", str(ticket.message_ids.mapped("body")))
        with self.refused("stand still"), self.env.cr.savepoint():
            ticket.with_user(self.agent).openpyme_current_step_id._skip("No time")
        ticket.with_user(self.leader).support_kind_id = self.kinds["change"]
        self.assertEqual((ticket.openpyme_change_state, len(ticket.openpyme_steps)), ("running", 11))
        self.assertEqual(ticket.openpyme_current_step_id.name, "User story")
        self.assertEqual(
            [move.kind for move in ticket.openpyme_move_ids if move.kind in ("halt", "resume")], ["resume", "halt"]
        )

    def test_template_edited(self):
        """O-12: steps that are renamed, added, archived or moved hold for the changes after, not for those under way"""
        ticket = self.make_change()
        template = self.ref_("change_step_analysis").with_user(self.manager)
        template.write({"name": "Study", "needs": "tasks"})
        self.ref_("change_step_feasibility").with_user(self.manager).active = False
        self.env["openpyme.change.step"].with_user(self.manager).create({"name": "Training", "sequence": 200})
        self.assertEqual([step["label"] for step in ticket.openpyme_steps], NAMES)
        later = [step["label"] for step in self.make_change().openpyme_steps]
        self.assertEqual((later[1], later[-1], len(later)), ("Study", "Training", 11))
        self.move(ticket, "finish")
        self.move(ticket, "finish")  # needs nothing, as when the change began
        with self.refused("Archive it"), self.env.cr.savepoint():
            template.unlink()

    def test_snapshot_speaks_all_languages(self):
        """O-12: a change's own steps are read in the reader's language"""
        self.env["res.lang"]._activate_lang("es_ES")
        self.ref_("change_step_analysis").with_context(lang="es_ES").name = "Análisis"
        ticket = self.make_change()
        self.assertEqual(ticket.with_context(lang="es_ES").openpyme_ticket_step_ids[1].name, "Análisis")
        self.assertEqual(ticket.openpyme_ticket_step_ids[1].name, "Analysis")

    def test_changes_before_there_were_steps(self):
        """O-12: a change that has no steps gets them by a button; without any steps set up it is said"""
        templates = self.env["openpyme.change.step"].search([])
        templates.active = False
        ticket = self.make_change()
        self.assertEqual(ticket.openpyme_next, "start")
        with self.refused("no steps"), self.env.cr.savepoint():
            ticket.with_user(self.agent).action_openpyme_begin()
        templates.active = True
        ticket.with_user(self.agent).action_openpyme_begin()
        self.assertEqual(len(ticket.openpyme_steps), 11)
        ticket.with_user(self.agent).action_openpyme_begin()  # twice does nothing
        self.assertEqual(len(ticket.openpyme_steps), 11)

    def test_board(self):
        """O-12: the board of changes has a column for each step, the empty ones too"""
        ticket = self.make_change()
        groups = (
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .with_context(read_group_expand=True)
            .web_read_group([("id", "=", ticket.id)], ["openpyme_step_id"])["groups"]
        )
        self.assertEqual([group["openpyme_step_id"][1] for group in groups], NAMES)
        self.assertEqual([group["__count"] for group in groups], [1] + [0] * 10)

    def test_only_openpymes(self):
        """O-12: another provider's kind with the same code makes no steps"""
        other = self.env["support.provider"].create(
            {"name": "Harbour", "code": "harbour", "calendar_id": self.provider.calendar_id.id}
        )
        team = self.env["helpdesk.ticket.team"].create({"name": "Harbour desk", "support_provider_id": other.id})
        kind = self.env["support.kind"].create({"provider_id": other.id, "code": "change", "name": "Change"})
        ticket = self.raise_ticket("2026-02-10 16:00", team_id=team.id, support_kind_id=kind.id)
        self.assertFalse(ticket.openpyme_change_state)

    def test_batch(self):
        """O-12: many requests classified at once each get their own steps"""
        tickets = self.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"Change {number}",
                    "description": "<p>x</p>",
                    "team_id": self.team.id,
                    "partner_id": self.customer.id,
                }
                for number in range(3)
            ]
        )
        for ticket in tickets:
            self.review(ticket, "2026-02-10 16:05")
        tickets.with_user(self.leader).support_kind_id = self.kinds["change"]
        self.assertEqual({self.states(ticket) for ticket in tickets}, {"c" + "o" * 10})
        self.assertEqual(len(tickets.openpyme_ticket_step_ids), 33)
