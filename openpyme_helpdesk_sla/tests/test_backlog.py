from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import OpenpymeCase


@tagged("post_install", "-at_install")
class TestBacklog(OpenpymeCase):
    """A support ticket is never in the backlog (O-4)."""

    def test_not_by_drag_form_or_import(self):
        """O-4: refused with a clear message by drag (a write), by the form and by import."""
        ticket = self.raise_ticket("2026-03-02 16:00", "support").with_user(self.agent)
        with self.refused("support ticket"):
            ticket.write({"stage_id": self.stages["backlog"].id})
        with self.refused("support ticket"), Form(ticket) as form:
            form.stage_id = self.stages["backlog"]
        result = ticket.load([".id", "stage_id/.id"], [[str(ticket.id), str(self.stages["backlog"].id)]])
        self.assertIn("support ticket", result["messages"][0]["message"])
        ticket.invalidate_recordset()
        self.assertEqual(ticket.stage_id, self.stages["new"])

    def test_not_by_many_at_once(self):
        """O-4: of several tickets moved at once, one of support refuses the whole."""
        change = self.raise_ticket("2026-03-02 16:00", "change")
        support = self.raise_ticket("2026-03-02 16:00", "support")
        with self.assertRaises(ValidationError):
            (change | support).with_user(self.agent).stage_id = self.stages["backlog"]

    def test_others_may(self):
        """O-4: changes, consultancy and what is not classified yet may wait in the backlog."""
        for kind in ("change", "consultancy", None):
            ticket = self.raise_ticket("2026-03-02 16:00", kind)
            ticket.with_user(self.agent).stage_id = self.stages["backlog"]
            self.assertEqual(ticket.stage_id, self.stages["backlog"])

    def test_not_by_reclassifying(self):
        """O-4: a ticket that stands in the backlog does not become one of support before it has left it."""
        ticket = self.raise_ticket("2026-03-02 16:00", "change").with_user(self.agent)
        ticket.stage_id = self.stages["backlog"]
        with self.refused("another stage first"):
            ticket.support_kind_id = self.kinds["support"]
        ticket.write({"stage_id": self.stages["in_work"].id, "support_kind_id": self.kinds["support"].id})
        self.assertEqual(ticket.openpyme_kind, "support")

    def test_not_created_there(self):
        """O-4: nothing is raised as a support ticket in the backlog, whoever says that it was reviewed."""
        with self.assertRaises(ValidationError):
            self.env["helpdesk.ticket"].with_context(openpyme_reviewed=True).create(
                {
                    "name": "x",
                    "description": "<p>x</p>",
                    "team_id": self.team.id,
                    "partner_id": self.customer.id,
                    "support_kind_id": self.kinds["support"].id,
                    "stage_id": self.stages["backlog"].id,
                }
            )

    def test_no_automatic_step_leads_there(self):
        """O-4: no setting of the provider moves tickets into a backlog by itself."""
        for name in ("answered_stage_id", "escalated_stage_id"):
            with self.refused("backlog"):
                self.provider.write({name: self.stages["backlog"].id})
        with self.refused("backlog"):
            self.provider.answered_stage_id.openpyme_backlog = True

    def test_a_stage_becomes_a_backlog(self):
        """O-4: not while a support ticket stands in it."""
        ticket = self.raise_ticket("2026-03-02 16:00", "support")
        with self.refused(ticket.number):
            self.stages["new"].openpyme_backlog = True
        self.stages["waiting_other"].openpyme_backlog = True
        with self.assertRaises(ValidationError):
            ticket.with_user(self.agent).stage_id = self.stages["waiting_other"]

    def test_an_escalation_step_does_not_lead_there(self):
        """O-4: a step of a chain that would move a support ticket into a backlog is refused when it is set up."""
        step = self.env.ref("openpyme_helpdesk_sla.chain_answer_step_head")
        with self.refused("backlog"):
            step.stage_id = self.stages["backlog"]

    def test_another_provider_has_its_own_rules(self):
        """O-4: what is marked here says nothing about tickets of other providers."""
        other = self.provider.copy({"name": "Else", "code": "else_test"})
        queue = self.env["helpdesk.ticket.team"].create({"name": "Else", "support_provider_id": other.id})
        kind = self.env["support.kind"].create({"provider_id": other.id, "name": "Support", "code": "support"})
        self.stages["backlog"].team_ids = [(4, queue.id)]
        ticket = self.raise_by("2026-03-02 16:00", team_id=queue.id, support_kind_id=kind.id)
        ticket.with_user(self.agent).stage_id = self.stages["backlog"]
        self.assertEqual(ticket.stage_id, self.stages["backlog"])
