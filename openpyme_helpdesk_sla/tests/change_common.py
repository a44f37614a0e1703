from odoo.tests import Form, new_test_user

from .common import PASSWORD, OpenpymeCase

STORY = {
    "role": "cashier of a shop",
    "want": "print a gift receipt without prices",
    "benefit": "presents can be exchanged",
    "criteria": "- The receipt shows no price.\n- It shows the number of the sale.\n",
    "out_of_scope": "Receipts sent by e-mail",
}


class ChangeMixin:
    """A change of Mesa Foods, a project for it, and the way through its steps by buttons and wizards."""

    @classmethod
    def make_data(cls):
        super().make_data()
        cls.project = cls.env["project.project"].create({"name": "Mesa", "company_id": False})
        cls.provider.openpyme_project_id = cls.project
        cls.developer = new_test_user(
            cls.env,
            login="openpyme-developer",
            password=PASSWORD,
            groups="project.group_project_user,helpdesk_mgmt.group_helpdesk_user",
            email="developer@openpyme.example",
            name="Agent developer",
        )

    def make_change(self, moment="2026-02-10 16:00", **vals):
        return self.raise_ticket(moment, "change", **vals)

    def move(self, ticket, move, user=None, **values):
        """Press the button of ``move`` and fill its form in."""
        ticket = ticket.with_user(user or self.agent)
        action = getattr(ticket, f"action_openpyme_{move}")()
        return self.fill(action, user, **values)

    def fill(self, action, user=None, **values):
        form = self.open(action, user)
        for name, value in values.items():
            setattr(form, name, value)
        return form.save().action_move()

    def open(self, action, user=None):
        model = self.env[action["res_model"]].with_user(user or self.agent).with_context(**action["context"])
        return Form(model)

    def write_story(self, ticket, user=None, **values):
        action = ticket.with_user(user or self.agent).action_openpyme_story()
        model = self.env["openpyme.story"].with_user(user or self.agent).with_context(**action["context"])
        form = Form(model.browse(action["res_id"]) if action["res_id"] else model)
        for name, value in {**({} if action["res_id"] else STORY), **values}.items():
            setattr(form, name, value)
        return form.save()

    def break_down(self, ticket, *tasks, user=None):
        """``tasks``: (name, hours)."""
        action = ticket.with_user(user or self.agent).action_openpyme_create_tasks()
        with self.open(action, user) as form:
            for name, hours in tasks or (("Template", 2), ("Button", 6)):
                with form.line_ids.new() as line:
                    line.name = name
                    line.hours = hours
        form.record.action_create()
        return self.env["project.task"].search([("openpyme_ticket_id", "=", ticket.id)], order="sequence, id")

    def reach(self, ticket, name):
        """Take the steps before the one called ``name``."""
        for _round in range(12):
            step = ticket.openpyme_current_step_id
            if step.name == name:
                return step
            if step.needs == "story" and not ticket.openpyme_story_id._is_complete():
                self.write_story(ticket)
            elif step.needs == "tasks":
                self.break_down(ticket)
            elif step.needs == "tasks_done":
                self.env["project.task"].search([("openpyme_ticket_id", "=", ticket.id)]).state = "1_done"
            elif step.needs == "demo":
                self.move(ticket, "demo", demo_at="2026-02-01 10:00:00", invite=False)
            if step.needs == "client":
                self.move(ticket, "told", accepted="yes", note="On the phone")
            else:
                self.move(ticket, "finish")
        return self.fail(f"“{name}” is never reached")

    def states(self, ticket):
        """The state of each step in order: d(one), s(kipped), c(urrent), o(pen)."""
        return "".join(step["state"][0] for step in ticket.openpyme_steps)


class ChangeCase(ChangeMixin, OpenpymeCase):
    pass
