from odoo import fields, models
from odoo.exceptions import UserError


class SupportExcuseDecisionWizard(models.TransientModel):
    """Asks why an exclusion is refused or taken back (E-3.8)."""

    _name = "support.excuse.decision.wizard"
    _description = "Decide About an Exclusion"

    exclusion_ids = fields.Many2many("support.exclusion", required=True)
    decision = fields.Selection([("refused", "Refuse"), ("revoked", "Take back")], required=True)
    note = fields.Text(string="Why", required=True)

    def action_decide(self):
        self.ensure_one()
        if not (self.note or "").strip():
            raise UserError(self.env._("Say why: whoever asked wants to know."))
        self.exclusion_ids._check_decision(self.decision)
        self.exclusion_ids._decide(self.decision, self.note)
        return {"type": "ir.actions.act_window_close"}
