from odoo.tests import Form, tagged

from .path_common import PathCase


@tagged("post_install", "-at_install")
class TestPathTurns(PathCase):
    """O-7: no window is offered that could only fail, and whoever is asked knows of it."""

    def test_in_line(self):
        """O-7, O-10: on a ticket that waits its turn the next step says which one comes first, and opens no window"""
        first = self.support()
        self.walk(first, "enough", "none")
        second = self.support()
        self.assertEqual(second.openpyme_path_mode, "next", "the scenario is understood while it waits")
        self.walk(second, "enough")
        self.assertEqual(second.openpyme_path_mode, "held")
        self.assertIn(first.number, second.openpyme_path_note)
        with self.refused(f"{first.number} .*is in work"):
            second.action_openpyme_path_next()
        wizard = self.env["openpyme.path.wizard"].with_user(self.agent).create({"ticket_id": second.id})
        self.assertIn(first.number, wizard.obstacle)
        first.sudo().stage_id = self.stages["cancelled"]
        self.assertEqual((second.openpyme_path_mode, second.openpyme_path_note), ("next", False))
        self.walk(second, "none")

    def test_somebody_elses_step(self):
        """O-7: only who applies it, and managers, say whether it works; others can name somebody else"""
        ticket = self.support()
        self.walk(ticket, "enough", "none", "unknown", "sent", "answered", "assigned")
        modes = {user: ticket.with_user(user).openpyme_path_mode for user in (self.agent, self.executor, self.manager)}
        self.assertEqual(list(modes.values()), ["other", "next", "waiting"])
        self.assertIn("turn of Agent executor", ticket.openpyme_path_note)
        form = self.open_step(ticket)
        self.assertEqual(form.answer_id.code, "handed_back", "nothing else would be taken")
        self.assertIn("Agent executor", form.withheld)
        form.note = "On holiday."
        form.save().action_take()
        self.assertEqual(self.step(ticket), "executor")

    def test_incomplete_scenario(self):
        """O-6: that the template is filled in is not offered while something is missing; it says what and why"""
        ticket = self.support()
        form = self.open_step(ticket)
        self.assertEqual(form.offered_ids[:].mapped("code"), ["enough"])
        self.assertIn("Evidence", form.missing)
        self.assertIn("once nothing of it is missing", form.withheld)

    def test_told_to_the_team(self):
        """O-7: the task belongs to whoever designs for the team, who is told once; readers get it as a link"""
        self.provider.openpyme_designer_id = self.designer
        ticket = self.support()
        self.walk(ticket, "enough", "none", "unknown", "sent")
        task = self.task(ticket)
        self.assertEqual(task.user_ids, self.designer)
        activity = task.sudo().activity_ids
        self.assertEqual((len(activity), activity.user_id), (1, self.designer))
        self.assertIn("Answer", activity.summary)
        self.assertIn("Agent designer designs it", ticket.openpyme_path_note)
        self.assertEqual(ticket.openpyme_path_task_id, task)
        task.sudo().project_id.privacy_visibility = "followers"
        self.env.invalidate_all()
        unread = ticket.with_user(self.leader)
        self.assertFalse(unread.openpyme_path_task_id, "whoever may not read it gets words alone")
        self.answer_task(ticket)
        self.assertFalse(task.sudo().activity_ids, "what is answered is asked of nobody any more")

    def test_the_projects_manager(self):
        """O-7: without a setting the manager of the project gets the task; without one nobody, and that is said"""
        project = self.provider.openpyme_design_project_id
        project.user_id = self.designer
        ticket = self.support()
        self.walk(ticket, "enough", "none", "unknown", "sent")
        self.assertEqual(self.task(ticket).user_ids, self.designer)
        project.user_id = False
        self.walk(ticket, "answered", "assigned", "fails", "sent")
        self.assertFalse(self.task(ticket).user_ids)
        self.assertIn("nobody has taken", ticket.openpyme_path_note)

    def test_who_designed_it(self):
        """O-7: whoever writes down what the team answered may apply it; whoever is named as its designer may not"""
        ticket = self.support()
        self.walk(ticket, "enough", "none", "unknown", "sent")
        self.take(ticket, "answered", user=self.leader, note="Use the second server.", designer_id=self.executor)
        form = self.choose(self.open_step(ticket), "assigned")
        form.person_id = self.executor
        with self.refused("has designed it"), self.cr.savepoint():
            form.save().action_take()
        form = self.choose(self.open_step(ticket), "assigned")
        form.person_id = self.leader
        form.save().action_take()
        self.assertEqual(ticket.openpyme_executor_id, self.leader)

    def test_nothing_internal_by_one_click(self):
        """O-7: what colleagues wrote is shown beside what the client reads, which begins empty"""
        ticket = self.support()
        self.walk(ticket, "enough", "none", "unknown", "sent", "answered", "assigned", "works")
        form = self.open_step(ticket)
        self.assertFalse(form.note)
        self.assertIn("Use the second server.", form.told_before)
        form.note = "Please stamp on the other machine."
        form.save().action_take()
        self.walk(ticket, "assigned")
        self.assertEqual(self.open_step(ticket).note, "Please stamp on the other machine.")
        other = self.support(partner_id=self.stranger_user.partner_id.id)
        self.walk(other, "enough", "known", "applied", "assigned")
        form = self.open_step(other)
        self.assertEqual((form.step_code, form.note), ("ask", False))

    # --- O-8 ----------------------------------------------------------------------------------------

    def make_alike(self):
        other = self.support(partner_id=self.stranger_user.partner_id.id, description="<p>Stamping fails</p>")
        return other._support_make_problem()

    def validated(self):
        ticket = self.support(description="<p>Stamping fails</p>")
        self.walk(ticket, "enough", "none", "documented", "applied", "asked")
        self.validate(ticket, True)
        return ticket

    def test_an_open_problem_is_alike(self):
        """O-8, E-7.1: when an open problem is alike none is made unasked: the leader is told, and links it"""
        problem = self.make_alike()
        ticket = self.validated()
        self.assertFalse(ticket.support_problem_id)
        self.assertEqual(self.told(ticket, "openpyme_problem"), [self.leader])
        intent = self.env["support.notification"].sudo().search([("code", "=", "openpyme_problem_alike")])
        self.assertIn(problem.number, intent._get_text())
        self.assertEqual((self.step(ticket), ticket.openpyme_path_mode), ("problem", "next"))
        form = self.open_step(ticket)
        self.assertIn(problem, form.found_problem_ids[:])
        form.problem_id = problem
        form.save().action_take()
        self.assertEqual((ticket.support_problem_id, self.step(ticket)), (problem, "done"))
        self.assertIn(problem.number, ticket.sudo().openpyme_path_entry_ids[-1].note)

    def test_none_of_them(self):
        """O-8: it is none of those that are alike: a new one is made; a closed problem is not proposed"""
        problem = self.make_alike()
        ticket = self.validated()
        with Form(
            self.env["openpyme.path.wizard"].with_user(self.agent).with_context(default_ticket_id=ticket.id)
        ) as form:
            self.assertFalse(form.problem_id)
        form.record.action_take()
        self.assertNotEqual(ticket.support_problem_id, problem)
        self.assertTrue(ticket.support_problem_id.support_is_problem)
        (problem | ticket.support_problem_id).sudo().write({"stage_id": self.stages["cancelled"].id})
        again = self.validated()
        self.assertTrue(again.support_problem_id, "nothing open is alike any more")
