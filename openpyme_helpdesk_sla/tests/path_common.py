from odoo.tests import Form

from .common import OpenpymeCase

__all__ = ["PathCase"]


class PathCase(OpenpymeCase):
    """Support tickets that go along the guided path, by the buttons that people press."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.openpyme_path_required = True
        cls.executor = cls.make_agent("executor")
        cls.designer = cls.make_agent("designer", "project.group_project_user")
        pages = cls.env["document.page"].with_user(cls.manager)
        cls.solution, cls.workaround = pages.create(
            [
                {
                    "name": name,
                    "content": f"<p>{text}</p>",
                    "support_use": use,
                    "support_state": "published",
                    "support_provider_ids": cls.provider.ids,
                    "company_id": False,
                }
                for use, name, text in (
                    ("solution", "Invoices are not stamped: certificate", "Load the new certificate."),
                    ("workaround", "Invoices are not stamped: by hand", "Stamp them on the page of the authority."),
                )
            ]
        )

    def setUp(self):
        super().setUp()
        self.moment = 0

    def support(self, **vals):
        """A support ticket in work."""
        return self.raise_ticket("2026-02-10 15:00", "support", **vals).with_user(self.agent)

    def tick(self):
        """Each step a minute later."""
        self.moment += 1
        return f"2026-02-10 15:{self.moment:02}" if self.moment < 60 else f"2026-02-10 16:{self.moment - 60:02}"

    def open_step(self, ticket, user=None):
        """The window of the next step, as the button opens it."""
        ticket = ticket.with_user(user or self.agent)
        action = ticket.action_openpyme_path_next()
        return Form(self.env[action["res_model"]].with_user(user or self.agent).with_context(**action["context"]))

    def choose(self, form, answer):
        if form.answer_count == 1:
            self.assertEqual(form.answer_id.code, answer)
            return form
        step = self.env["openpyme.path.step"].search([("code", "=", form.step_code)])
        form.answer_id = step.answer_ids.filtered(lambda known: known.code == answer)
        return form

    def take(self, ticket, answer, user=None, **values):
        """Press the button of the next step and answer it."""
        form = self.choose(self.open_step(ticket, user), answer)
        for name, value in values.items():
            form[name] = value
        return self.at(form.save(), self.tick()).action_take()

    def walk(self, ticket, *answers):
        """Answer one step after another, with what each of them needs."""
        for answer in answers:
            needed = {
                "known": {"note": "Restart the service."},
                "enough": {"note": "The rest can be seen in the log."},
                "fails": {"note": "The invoice came back.", "user": self.executor},
                "works": {"user": self.executor},
                "failed": {"note": "No change."},
                "rejected": {"note": "Still not stamped."},
            }.get(answer, {})
            step = self.step(ticket)
            if (step, answer) == ("executor", "assigned"):
                needed = {"person_id": self.executor}
            elif (step, answer) == ("page", "assigned"):
                needed = {"title": "How to stamp", "writer_id": self.manager}
            elif (step, answer) == ("design", "answered"):
                self.answer_task(ticket)
                continue
            elif (step, answer) in (("apply", "applied"), ("tell", "told")):
                needed = {"note": "Stamp them on the page of the authority."}
            self.take(ticket, answer, **needed)

    def step(self, ticket):
        return ticket.sudo().openpyme_path_step_id.code

    def trail(self, ticket):
        return [f"{step}:{answer}" for step, answer in ticket._openpyme_path_get_trail()]

    def task(self, ticket):
        return ticket._openpyme_path_get_task().with_user(self.designer)

    def answer_task(self, ticket, text="Use the second server."):
        """The team writes its answer and marks the task as done."""
        with Form(self.at(self.task(ticket), self.tick())) as form:
            form.openpyme_path_answer = text
            form.state = "1_done"

    def validate(self, ticket, accepted, comment=""):
        """The client answers on the portal."""
        user = self.customer_user
        self.at(ticket.with_user(user).sudo(), self.tick())._support_validate(accepted, comment, "customer")

    def states(self, ticket):
        return {step["key"]: step["state"] for step in ticket.with_user(self.agent).openpyme_path_steps}
