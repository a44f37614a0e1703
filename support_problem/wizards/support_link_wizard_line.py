from odoo import fields, models


class SupportLinkWizardLine(models.TransientModel):
    """An open problem that may lie behind the incident, and why it is proposed (E-7.1)."""

    _name = "support.link.wizard.line"
    _description = "Similar Problem"
    _order = "id"

    wizard_id = fields.Many2one("support.link.wizard", required=True, ondelete="cascade", index=True)
    problem_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade")
    likeness = fields.Integer(string="Likeness (%)", readonly=True)
    reason = fields.Char(string="Because", readonly=True)
    incident_count = fields.Integer(related="problem_id.support_incident_count", string="Incidents", related_sudo=False)
    raised = fields.Datetime(related="problem_id.support_raised", related_sudo=False)
    stage_id = fields.Many2one(related="problem_id.stage_id", related_sudo=False)

    def action_link(self):
        """Link the wizard's incidents to this problem."""
        self.ensure_one()
        return self.wizard_id._link(self.problem_id)
