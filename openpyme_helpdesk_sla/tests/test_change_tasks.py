from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form

from .change_common import ChangeCase


class TestChangeTasks(ChangeCase):
    def test_break_down(self):
        """O-12: several tasks at once in the account's project, linked both ways, by agents without project rights"""
        self.entitlement.openpyme_project_id = self.env["project.project"].create({"name": "Mesa only"})
        ticket = self.make_change()
        self.reach(ticket, "Task breakdown")
        with self.refused("no tasks"), self.env.cr.savepoint():
            ticket.with_user(self.agent).openpyme_current_step_id._finish()
        self.assertFalse(self.agent.has_group("project.group_project_user"))
        tasks = self.break_down(ticket, ("Template", 2), ("Button", 6), ("Training", 0))
        self.assertEqual(tasks.mapped("name"), ["Template", "Button", "Training"])
        self.assertEqual(tasks.project_id, self.entitlement.openpyme_project_id)
        self.assertEqual(ticket.with_user(self.developer).openpyme_task_ids, tasks)
        self.assertEqual(tasks[0].with_user(self.developer).action_openpyme_change()["res_id"], ticket.id)
        action = ticket.with_user(self.developer).action_openpyme_tasks()
        self.assertEqual(self.env["project.task"].search(action["domain"]), tasks)
        self.move(ticket, "finish")
        self.assertEqual(ticket.openpyme_current_step_id.name, "Execution")

    def test_agent_without_project_rights(self):
        """O-12: the ticket's form, the list and the board open for agents who know nothing of projects"""
        ticket = self.make_change()
        self.reach(ticket, "Execution")
        form = Form(ticket.with_user(self.agent))
        self.assertEqual((form.openpyme_task_text, form.openpyme_next), ("Tasks done: 0 of 2, hours 0 of 8", "finish"))
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).read(["openpyme_task_ids"])
        Form(ticket.with_user(self.developer))

    def test_execution(self):
        """O-12: execution ends once all tasks are done, or for a reason that is kept; given up ones do not count"""
        ticket = self.make_change()
        self.reach(ticket, "Execution")
        tasks = self.env["project.task"].search([("openpyme_ticket_id", "=", ticket.id)], order="sequence")
        self.assertEqual((ticket.openpyme_task_count, ticket.openpyme_task_progress), (2, 0))
        tasks[0].with_user(self.developer).state = "1_done"
        ticket.invalidate_recordset()
        self.assertEqual((ticket.openpyme_task_done, ticket.openpyme_task_progress), (1, 25))  # 2 of 8 hours
        with self.refused("1 of 2 tasks"), self.env.cr.savepoint():
            self.move(ticket, "finish")
        self.move(ticket, "finish", reason="The button comes with the next release")
        step = ticket.openpyme_ticket_step_ids[7]
        self.assertTrue(step.exception)
        self.assertIn("next release", step.note)
        self.assertIn("exception", ticket.openpyme_move_ids.mapped("kind"))
        other = self.make_change(partner_id=self.stranger_user.partner_id.id)
        self.reach(other, "Execution")
        tasks = self.env["project.task"].search([("openpyme_ticket_id", "=", other.id)], order="sequence")
        tasks[0].state, tasks[1].state = "1_done", "1_canceled"
        other.invalidate_recordset()
        self.assertEqual(other.openpyme_task_progress, 100)
        self.move(other, "finish")

    def test_deleted(self):
        """O-12: a task of a running change is given up or taken off, not deleted"""
        ticket = self.make_change()
        [task] = self.break_down(ticket, ("Template", 2))
        mine = task.with_user(self.developer)
        with self.refused("Cancel the task"), self.env.cr.savepoint():
            mine.unlink()
        mine.openpyme_ticket_id = False
        mine.unlink()
        self.assertFalse(ticket.openpyme_task_count)

    def test_foreign(self):
        """O-12: tasks of another company or project, private ones, tasks of foreign tickets: refused"""
        ticket = self.make_change()
        Task = self.env["project.task"].with_user(self.developer)
        other = self.env["project.project"].create({"name": "Rio"})
        with self.assertRaisesRegex(ValidationError, "in the project Rio"), self.env.cr.savepoint():
            Task.create({"name": "x", "project_id": other.id, "openpyme_ticket_id": ticket.id})
        task = Task.create({"name": "x", "project_id": other.id})
        with self.assertRaisesRegex(ValidationError, "in the project Rio"), self.env.cr.savepoint():
            task.openpyme_ticket_id = ticket
        company = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = self.env["project.project"].create({"name": "Elsewhere", "company_id": company.id})
        ticket.project_id = False
        with self.assertRaisesRegex(ValidationError, "Elsewhere"), self.env.cr.savepoint():
            self.env["project.task"].create(
                {"name": "x", "project_id": foreign.id, "company_id": company.id, "openpyme_ticket_id": ticket.id}
            )
        with self.assertRaisesRegex(ValidationError, "in no project"), self.env.cr.savepoint():
            Task.create({"name": "x", "project_id": False, "openpyme_ticket_id": ticket.id})
        plain = self.env["helpdesk.ticket"].create({"name": "x", "description": "x"})
        with self.assertRaisesRegex(ValidationError, "no request of OpenPyme"), self.env.cr.savepoint():
            task.sudo().openpyme_ticket_id = plain
        [own] = self.break_down(ticket, ("Template", 0))
        ticket.project_id = own.project_id
        with self.assertRaisesRegex(ValidationError, "in the project Mesa"), self.env.cr.savepoint():
            ticket.project_id = other

    def test_linked_by_whoever_works_on_the_ticket(self):
        """O-12, S-1: who works in projects but not on the ticket neither adds a task to a change nor takes one off"""
        ticket = self.make_change()
        [task] = self.break_down(ticket, ("Template", 2))
        outsider = self.make_agent("outsider", "project.group_project_user")
        Task = self.env["project.task"].with_user(outsider)
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            Task.create({"name": "x", "project_id": task.project_id.id, "openpyme_ticket_id": ticket.id})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            Task.with_context(default_openpyme_ticket_id=ticket.id).create(
                {"name": "x", "project_id": task.project_id.id}
            )
        own = Task.create({"name": "x", "project_id": task.project_id.id})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            own.openpyme_ticket_id = ticket
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            task.with_user(outsider).openpyme_ticket_id = False
        task.with_user(outsider).state = "1_done"
        own.with_user(self.developer).openpyme_ticket_id = ticket
        ticket.invalidate_recordset()
        self.assertEqual((ticket.openpyme_task_done, ticket.openpyme_task_count), (1, 2))

    def test_no_project(self):
        """O-12: without a project it is said who sets one, and nothing typed is lost"""
        self.provider.openpyme_project_id = False
        ticket = self.make_change()
        action = ticket.with_user(self.agent).action_openpyme_create_tasks()
        self.assertFalse(self.open(action).project_name)
        wizard = (
            self.env["openpyme.task.wizard"]
            .with_user(self.agent)
            .create({"ticket_id": ticket.id, "line_ids": [(0, 0, {"name": "Template"})]})
        )
        with self.refused("No project is set"), self.env.cr.savepoint():
            wizard.action_create()
        self.provider.openpyme_project_id = self.project
        wizard.action_create()
        self.assertEqual(ticket.openpyme_task_count, 1)

    def test_empty_and_wrong(self):
        """O-12: no task, a name of blanks and negative hours are refused"""
        ticket = self.make_change()
        Wizard = self.env["openpyme.task.wizard"].with_user(self.agent)
        for lines in ([], [(0, 0, {"name": "  "})]):
            with self.refused("at least one"), self.env.cr.savepoint():
                Wizard.create({"ticket_id": ticket.id, "line_ids": lines}).action_create()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            Wizard.create({"ticket_id": ticket.id, "line_ids": [(0, 0, {"name": "x", "hours": -1})]})

    def test_moved_to_another_change(self):
        """O-12: a task is a part of one change; moved to another it counts there, and the task says so"""
        one, two = self.make_change(), self.make_change()
        [task] = self.break_down(one, ("Template", 2))
        self.env.flush_all()
        self.env.cr.precommit.run()  # the task exists
        task.with_user(self.developer).with_context(tracking_disable=False).openpyme_ticket_id = two
        self.env.flush_all()
        self.env.cr.precommit.run()  # tracking is written when a transaction ends
        (one | two).invalidate_recordset()
        self.assertEqual((one.openpyme_task_count, two.openpyme_task_count), (0, 1))
        task.invalidate_recordset()
        tracked = task.message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "openpyme_ticket_id"
        )
        self.assertEqual(tracked[:1].new_value_integer, two.id)
