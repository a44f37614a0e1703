from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .path_common import PathCase


@tagged("post_install", "-at_install")
class TestPath(PathCase):
    def test_documented_solution(self):
        """O-7: a documented solution is applied and put to the client; accepted, the path is at its end"""
        ticket = self.support()
        self.assertEqual(ticket.openpyme_path_label, "Next: Scenario")
        self.walk(ticket, "enough")
        form = self.choose(self.open_step(ticket), "documented")
        self.assertEqual(form.page_id, self.solution, "found by the words of the ticket")
        self.at(form.save(), self.tick()).action_take()
        form = self.choose(self.open_step(ticket), "applied")
        self.assertIn("Load the new certificate", form.note)
        form.save().action_take()
        self.assertEqual(ticket.openpyme_path_label, "Next: Ask the client to check")
        self.assertEqual(ticket.support_phase, "open", "looking for a solution is work")
        self.take(ticket, "asked", note="We have loaded the new certificate.")
        self.assertEqual((ticket.support_phase, ticket.support_validation), ("resolved", "asked"))
        self.assertEqual(ticket.support_validation_kind, "solution")
        self.assertEqual(ticket.openpyme_path_mode, "waiting")
        self.validate(ticket, True)
        self.assertEqual((ticket.support_phase, self.step(ticket)), ("closed", "done"))
        self.assertFalse(ticket.support_problem_id, "a solution leaves no problem behind")
        self.assertEqual(
            self.states(ticket),
            {
                "scenario": "done",
                "solution": "done",
                "workaround": "skipped",
                "design": "skipped",
                "apply": "done",
                "page": "skipped",
                "validation": "done",
                "problem": "skipped",
            },
        )
        use = self.env["support.page.use"].search([("page_id", "=", self.solution.id)])
        self.assertEqual((use.ticket_id, use.outcome), (ticket, "solved"))

    def test_scenario(self):
        """O-7: the scenario is understood when its template is complete, or when somebody says why it is enough"""
        ticket = self.support(openpyme_scenario_where="Sales, invoices")
        form = self.choose(self.open_step(ticket), "understood")
        self.assertIn("Sales, invoices", form.told_before)
        self.assertIn("Evidence", form.missing)
        with self.assertRaisesRegex(UserError, "is not complete"):
            form.save().action_take()
        ticket.write(
            {
                "openpyme_scenario_who": "Till 3",
                "openpyme_scenario_steps": "Press stamp",
                "openpyme_scenario_expected": "A stamp",
                "openpyme_scenario_actual": "Error 302",
                "openpyme_scenario_since": "2026-02-10 12:00:00",
            }
        )
        self.env["ir.attachment"].create({"name": "a.png", "raw": b"x", "res_model": ticket._name, "res_id": ticket.id})
        self.walk(ticket, "understood", "none", "unknown", "sent")
        self.assertIn("Error 302", self.task(ticket).description)

    def test_recorded(self):
        """O-7: each step is recorded: who, when, answer, note; and what was recorded is changed by nobody"""
        ticket = self.support()
        self.walk(ticket, "enough")
        self.take(ticket, "known", user=self.leader, note="Restart the service.")
        entries = ticket.openpyme_path_entry_ids
        self.assertEqual([entry.number for entry in entries], [1, 2])
        last = entries[-1]
        self.assertEqual((last.user_id, str(last.moment)), (self.leader, "2026-02-10 15:02:00"))
        self.assertEqual((last.answer_id.code, last.note), ("known", "Restart the service."))
        for action in (
            lambda: last.sudo().write({"note": "Something else"}),
            lambda: last.sudo().unlink(),
            lambda: last.sudo().copy(),
            lambda: last.sudo().create({"ticket_id": ticket.id, "number": 9}),
        ):
            with self.assertRaises(UserError):
                action()

    def test_known_solution(self):
        """O-7: what is known but written nowhere is applied, and its page is assigned before validation"""
        ticket = self.support()
        self.walk(ticket, "enough", "known", "applied")
        self.assertEqual(self.step(ticket), "page")
        form = self.open_step(ticket)
        self.assertEqual((form.title, form.note), (ticket.name, "Restart the service."))
        self.assertEqual(form.writer_id, self.manager)
        form.save().action_take()
        page = ticket.openpyme_path_entry_ids[-1].page_id
        self.assertEqual((page.support_state, page.support_use), ("draft", "solution"))
        activity = self.env["mail.activity"].search([("res_model", "=", page._name), ("res_id", "=", page.id)])
        self.assertEqual(activity.user_id, self.manager)
        self.assertEqual(self.step(ticket), "ask")

    def test_documented_workaround(self):
        """O-7: a documented workaround contains the trouble, and the client is told that it is not permanent"""
        ticket = self.support()
        self.walk(ticket, "enough", "none")
        form = self.choose(self.open_step(ticket), "documented")
        self.assertEqual(form.page_id, self.workaround)
        form.save().action_take()
        self.walk(ticket, "applied")
        self.assertTrue(ticket.support_workaround_at)
        self.walk(ticket, "asked")
        self.assertEqual(ticket.support_validation_kind, "workaround")
        with self.mock_mail_gateway():
            self.deliver()
        message = ticket.sudo().message_ids.filtered(lambda message: message.message_type == "auto_comment")[:1]
        self.assertIn("not permanent", message.body)

    def test_known_workaround(self):
        """O-7: a workaround that is written nowhere has its page assigned as a workaround"""
        ticket = self.support()
        self.walk(ticket, "enough", "none", "known", "applied", "assigned")
        self.assertEqual(ticket.openpyme_path_entry_ids[-1].page_id.support_use, "workaround")
        self.assertEqual(self.step(ticket), "ask")

    def test_designed_by_the_team(self):
        """O-7: the template goes to the team as a task; its answer goes to an executor; leader and client are told"""
        ticket = self.support(description="<p>The stamp is missing on every invoice.</p>")
        self.walk(ticket, "enough", "none", "unknown")
        self.take(ticket, "sent", note="It is not the certificate.")
        task = self.task(ticket)
        self.assertEqual(task.project_id, self.provider.openpyme_design_project_id)
        self.assertEqual((task.openpyme_path_ticket_id, task.openpyme_path_round), (ticket, 1))
        self.assertIn("The stamp is missing", task.description)
        self.assertIn("It is not the certificate.", task.description)
        self.assertFalse(task.sudo().partner_id, "the client does not see it")
        self.assertEqual((ticket.openpyme_path_mode, ticket.openpyme_path_task_count), ("waiting", 1))
        self.answer_task(ticket)
        self.assertEqual(self.step(ticket), "executor")
        answered = ticket.openpyme_path_entry_ids[-1]
        self.assertEqual((answered.user_id, answered.note), (self.designer, "Use the second server."))
        self.assertEqual(self.told(ticket, "openpyme_answered"), [self.leader])
        self.walk(ticket, "assigned")
        self.assertEqual(ticket.openpyme_executor_id, self.executor)
        activity = ticket.sudo().activity_ids
        self.assertEqual(activity.user_id, self.executor)
        self.assertIn("say whether it works", activity.summary)
        self.assertIn("Use the second server.", activity.note)
        with self.assertRaisesRegex(UserError, "Agent executor"):
            self.take(ticket, "works")
        self.walk(ticket, "works")
        self.assertFalse(ticket.sudo().activity_ids, "what is done is asked of nobody any more")
        self.assertEqual(self.told(ticket, "openpyme_works"), [self.leader])
        form = self.open_step(ticket)
        self.assertEqual((form.note, form.told), (False, True))
        form.note = "Use the second server."
        form.save().action_take()
        message = ticket.sudo().message_ids.filtered(lambda message: message.message_type == "comment")[:1]
        self.assertIn("Use the second server.", message.body)
        self.assertIn("temporary", message.body)
        self.assertIn(self.customer, message.notified_partner_ids)
        self.walk(ticket, "assigned", "asked")
        self.assertEqual((ticket.support_validation, ticket.support_phase), ("asked", "resolved"))

    def test_back_to_the_team(self):
        """O-7: what does not work goes back to the team for another, as often as needed, each round numbered"""
        ticket = self.support()
        self.walk(ticket, "enough", "none", "unknown")
        tasks = self.env["project.task"]
        for round_ in (1, 2, 3):
            self.walk(ticket, "sent")
            task = self.task(ticket)
            tasks |= task
            self.assertEqual(task.openpyme_path_round, round_)
            self.assertIn(f"round {round_}", task.name)
            self.walk(ticket, "answered", "assigned", "fails")
        self.assertEqual(len(tasks), 3)
        self.assertIn("The invoice came back.", tasks[-1].description)
        self.walk(ticket, "sent")
        design = next(step for step in ticket.openpyme_path_steps if step["key"] == "design")
        self.assertEqual((design["state"], design["round"]), ("current", 4))

    def test_rejected(self):
        """O-7: a rejected validation leads back into the path: to the question, or to the team for what it designed"""
        ticket = self.support()
        self.walk(ticket, "enough", "documented", "applied", "asked")
        self.validate(ticket, False, "The next one failed again.")
        self.assertEqual((self.step(ticket), ticket.support_phase), ("solution", "open"))
        entry = ticket.openpyme_path_entry_ids[-1]
        self.assertEqual((entry.note, entry.user_id), ("The next one failed again.", self.customer_user))
        self.assertEqual(self.states(ticket)["validation"], "open")
        self.walk(ticket, "none", "unknown", "sent", "answered", "assigned", "works", "told", "assigned", "asked")
        self.validate(ticket, False, "Too slow.")
        self.assertEqual(self.step(ticket), "send")
        self.assertFalse(ticket.support_workaround_at, "what was rejected contains nothing")
        self.walk(ticket, "sent")
        self.assertIn("Too slow.", self.task(ticket).description)

    def test_recorded_by_hand(self):
        """O-7: what the client says on the phone is recorded as the client's answer and leads on as that does"""
        ticket = self.support()
        self.walk(ticket, "enough", "documented", "applied", "asked")
        with self.assertRaisesRegex(UserError, "asked twice"):
            self.walk(ticket, "again")
        self.walk(ticket, "accepted")
        self.assertEqual((ticket.support_validation, ticket.support_phase), ("accepted", "closed"))
        self.assertEqual(self.step(ticket), "done")

    def test_the_client_writes_instead(self):
        """O-7: a mail opens the ticket again and withdraws the question: it is asked again, or it goes back"""
        ticket = self.support()
        self.walk(ticket, "enough", "documented", "applied", "asked")
        self.say(ticket, "2026-02-10 18:10", "Not yet sure.", user=self.customer_user)
        self.assertEqual((ticket.support_phase, ticket.support_validation), ("open", False))
        self.assertEqual((self.step(ticket), ticket.openpyme_path_mode), ("validation", "next"))
        with self.assertRaisesRegex(UserError, "ask the client again"):
            self.walk(ticket, "accepted")
        self.walk(ticket, "again", "asked")
        self.assertEqual(ticket.support_validation, "asked")

    def test_one_by_one(self):
        """O-7, O-10: while another support ticket of the client is in work the path of another one waits"""
        first, second = self.support(), self.support()
        self.walk(first, "enough", "none")
        self.assertEqual(first.support_phase, "open")
        self.walk(second, "enough")
        for excess in ("refuse", "queue"):
            self.ref_("lane_support").excess = excess
            with self.refused(first.number), self.cr.savepoint():
                self.walk(second, "none")
            self.assertEqual((self.step(second), second.support_phase), ("solution", "new"))
        first.stage_id = self.stages["cancelled"]
        self.walk(second, "none")
        self.assertEqual((self.step(second), second.support_phase), ("workaround", "open"))

    # --- wrong input -------------------------------------------------------------------------------

    def test_two_at_once(self):
        """O-7: of two agents who answer the same step the second one is told who was first, and loses nothing"""
        ticket = self.support()
        self.walk(ticket, "enough")
        mine = self.choose(self.open_step(ticket), "known")
        mine.note = "Restart it."
        mine = mine.save()
        self.take(ticket, "none", user=self.leader)
        with self.assertRaisesRegex(UserError, "Agent leader.*Workaround"):
            mine.action_take()
        self.assertEqual(mine.note, "Restart it.")
        self.assertEqual(self.trail(ticket), ["scenario:enough", "solution:none"])

    def test_no_step_is_skipped(self):
        """O-7: an answer to a later step, or to one that is over, is refused by RPC as well"""
        ticket = self.support()
        Wizard = self.env["openpyme.path.wizard"].with_user(self.agent)
        asked = self.env.ref("openpyme_helpdesk_sla.path_ask_asked")
        for values in (
            {"step_id": asked.step_id.id, "answer_id": asked.id, "number": 1},
            {"answer_id": asked.id, "number": 1},
            {"step_id": asked.step_id.id, "answer_id": asked.id, "number": 9},
        ):
            wizard = Wizard.create({"ticket_id": ticket.id, "note": "Go on.", **values})
            with self.assertRaises(UserError):
                wizard.action_take()
        self.walk(ticket, "enough")
        again = Wizard.create(
            {
                "ticket_id": ticket.id,
                "number": 1,
                "step_id": self.env.ref("openpyme_helpdesk_sla.path_scenario").id,
                "answer_id": self.env.ref("openpyme_helpdesk_sla.path_scenario_enough").id,
                "note": "Twice.",
            }
        )
        with self.assertRaisesRegex(UserError, "answered twice"):
            again.action_take()
        with self.assertRaisesRegex(UserError, "cannot be entered"):
            ticket.write({"openpyme_path_step_id": asked.step_id.id})
        with self.assertRaises(UserError):
            self.env["helpdesk.ticket"].with_user(self.agent).create(
                {"name": "x", "description": "x", "openpyme_path_step_id": asked.step_id.id}
            )
        self.assertEqual(self.trail(ticket), ["scenario:enough"])

    def test_no_end_beside_the_path(self):
        """O-7: form, drag, import and RPC cannot end a support ticket beside its path; cancelling and merging can"""
        ticket = self.support()
        for code in ("validation", "closed"):
            with self.assertRaisesRegex(ValidationError, "Its next step: Scenario"), self.cr.savepoint():
                ticket.stage_id = self.stages[code]
            with self.assertRaises(ValidationError), Form(ticket) as form:
                form.stage_id = self.stages[code]
        rows = [[str(ticket.id), "openpyme_helpdesk_sla.stage_closed"]]
        loaded = ticket.load([".id", "stage_id/id"], rows)
        self.assertIn("end of its path", loaded["messages"][0]["message"])
        with self.assertRaisesRegex(UserError, "end of its path"), self.cr.savepoint():
            ticket._support_ask_validation("solution", "Fixed.")
        closed = self.raise_ticket("2026-02-10 15:00").with_user(self.agent)
        self.review(closed, "2026-02-10 15:01")
        closed.stage_id = self.stages["closed"]
        with self.assertRaisesRegex(ValidationError, "end of its path"), self.cr.savepoint():
            closed.support_kind_id = self.kinds["support"]
        ticket.stage_id = self.stages["cancelled"]
        self.assertEqual(ticket.support_phase, "cancelled")
        with self.assertRaisesRegex(UserError, "open it again"):
            ticket.action_openpyme_path_next()

    def test_waiting_is_not_ended_by_staff(self):
        """O-7: while the client checks, staff do not close the ticket in the client's place"""
        ticket = self.support()
        self.walk(ticket, "enough", "documented", "applied", "asked")
        with self.assertRaisesRegex(ValidationError, "end of its path"), self.cr.savepoint():
            ticket.stage_id = self.stages["closed"]
        self.provider.openpyme_path_required = False
        ticket.stage_id = self.stages["closed"]
        self.assertEqual(ticket.support_phase, "closed")

    def test_page_that_is_not_published(self):
        """O-7: a draft, an archived page and one of another kind or provider are not applied"""
        ticket = self.support()
        self.walk(ticket, "enough")
        wizard = self.choose(self.open_step(ticket), "documented").save()
        for spoil, undo in (
            ({"support_state": "draft"}, {"support_state": "published"}),
            ({"active": False}, {"active": True}),
            ({"support_use": "workaround"}, {"support_use": "solution"}),
        ):
            self.solution.write(spoil)
            with self.assertRaisesRegex(UserError, "no published page"), self.cr.savepoint():
                wizard.action_take()
            self.solution.write(undo)
        wizard.page_id = False
        with self.assertRaisesRegex(UserError, "Choose the page"):
            wizard.action_take()

    def test_only_support(self):
        """O-7: a ticket that is not classified, a change and another provider's ticket have no path"""
        for kind in (None, "change", "consultancy"):
            ticket = self.raise_ticket("2026-02-10 15:00", kind).with_user(self.agent)
            self.assertFalse(ticket.openpyme_path_step_id)
            self.assertEqual(ticket.openpyme_path_mode, "none")
            with self.assertRaisesRegex(UserError, "only support requests"):
                ticket.action_openpyme_path_next()
        self.assertFalse(ticket.openpyme_path_steps)

    def test_reclassified_in_the_middle(self):
        """O-7: a support ticket that becomes a change keeps what was done and goes no further; back, it goes on"""
        ticket = self.support()
        self.walk(ticket, "enough", "none")
        ticket.support_kind_id = self.kinds["change"]
        self.assertFalse(ticket.openpyme_path_step_id)
        self.assertEqual(ticket.openpyme_path_mode, "over")
        self.assertIn("its path ended", ticket.openpyme_path_note)
        self.assertEqual(len(ticket.openpyme_path_entry_ids), 2)
        self.assertNotIn("current", self.states(ticket).values())
        with self.assertRaisesRegex(UserError, "no support request any more"):
            ticket.action_openpyme_path_next()
        ticket.support_kind_id = self.kinds["support"]
        self.assertEqual(self.step(ticket), "workaround")

    def test_the_task_goes_away(self):
        """O-7: a task that is deleted or cancelled leaves no dead end: the template can be sent again"""
        ticket = self.support()
        self.walk(ticket, "enough", "none", "unknown", "sent")
        self.task(ticket).sudo().unlink()
        self.assertEqual(self.step(ticket), "send")
        self.assertIn("was deleted", ticket.openpyme_path_entry_ids[-1].note)
        self.walk(ticket, "sent")
        self.task(ticket).write({"state": "1_canceled"})
        self.assertEqual(self.step(ticket), "send")
        self.walk(ticket, "sent")
        self.take(ticket, "answered", note="They called: use the other printer.")
        task = self.task(ticket)
        self.assertEqual((task.state, task.openpyme_path_answer), ("1_done", "They called: use the other printer."))
        self.assertEqual(self.step(ticket), "executor")

    def test_a_task_without_an_answer(self):
        """O-7: the team cannot be done without an answer, nor answer twice, nor move a task to another ticket"""
        ticket = self.support()
        self.walk(ticket, "enough", "none", "unknown", "sent")
        task = self.task(ticket)
        with self.assertRaisesRegex(ValidationError, "write the workaround"), self.cr.savepoint():
            task.state = "1_done"
        with self.assertRaisesRegex(UserError, "made by the ticket's path"):
            task.openpyme_path_ticket_id = self.support()
        self.answer_task(ticket)
        self.walk(ticket, "assigned")
        task.state = "01_in_progress"
        task.write({"state": "1_done", "openpyme_path_answer": "Another idea."})
        self.assertEqual(self.step(ticket), "execute")
        self.assertIn("Another idea.", ticket.sudo().message_ids[0].body)

    def test_no_project(self):
        """O-7: without a project for workarounds it is said who chooses one"""
        ticket = self.support()
        self.walk(ticket, "enough", "none", "unknown")
        self.provider.openpyme_design_project_id = False
        findings = self.env["support.finding"].with_user(self.manager)
        findings.action_check()
        finding = findings.search([("code", "=", "openpyme_no_design_project")])
        self.assertIn("OpenPyme has no project", finding.message)
        with self.assertRaisesRegex(UserError, "Project for Workarounds"):
            self.walk(ticket, "sent")
        self.assertEqual(self.step(ticket), "send")

    def test_executor(self):
        """O-7: the executor is somebody else than the designer, and somebody who may work on the ticket"""
        ticket = self.support()
        self.walk(ticket, "enough", "none", "unknown", "sent")
        self.take(ticket, "answered", user=self.leader, note="Use the second server.", designer_id=self.leader)
        for person, words in ((self.designer, "may not work"), (self.leader, "somebody else applies it")):
            form = self.choose(self.open_step(ticket), "assigned")
            form.person_id = person
            wizard = form.save()
            with self.assertRaisesRegex(UserError, words), self.cr.savepoint():
                wizard.action_take()
        self.walk(ticket, "assigned")
        self.take(ticket, "handed_back", note="On holiday.")
        self.assertEqual((self.step(ticket), ticket.openpyme_executor_id.id), ("executor", False))

    def test_access(self):
        """S-1: agents without the ticket and customers neither see its path nor take a step"""
        ticket = self.support()
        self.walk(ticket, "enough")
        narrow = self.make_agent("narrow", "helpdesk_mgmt.group_helpdesk_user_own")
        self.assertFalse(self.env["openpyme.path.entry"].with_user(narrow).search([("ticket_id", "=", ticket.id)]))
        wizard = self.env["openpyme.path.wizard"].with_user(narrow).create({"ticket_id": ticket.id})
        self.assertFalse(wizard.step_id)
        with self.assertRaises(AccessError):
            wizard.action_take()
        for user in (narrow, self.customer_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_openpyme_path_next()
        with self.assertRaises(AccessError):
            self.env["openpyme.path.entry"].with_user(self.customer_user).search([])
        with self.assertRaises(AccessError):
            ticket.with_user(self.customer_user).read(["openpyme_path_step_id"])

    def test_words_are_edited(self):
        """O-7: a manager edits the words of a step; the steps themselves are neither made nor deleted"""
        step = self.env.ref("openpyme_helpdesk_sla.path_scenario")
        step.with_user(self.manager).name = "What happens"
        self.assertEqual(self.support().openpyme_path_label, "Next: What happens")
        with self.assertRaises(AccessError):
            step.with_user(self.agent).name = "No"
        with self.assertRaises(UserError), self.cr.savepoint():
            step.sudo().unlink()
        with self.assertRaises(UserError), self.cr.savepoint():
            step.sudo().answer_ids[:1].unlink()

    def test_words_for_every_answer(self):
        """O-7: every step and answer of the road has its words"""
        from ..tools import path

        steps = self.env["openpyme.path.step"].search([])
        known = {step.code: tuple(step.answer_ids.mapped("code")) for step in steps}
        self.assertEqual(known, dict(path.ANSWERS))
