from odoo import fields, models
from odoo.exceptions import UserError


class PlastekRefuseWizard(models.TransientModel):
    """Asks why a correction is refused (P-10)."""

    _name = "plastek.refuse.wizard"
    _description = "Refuse a Correction"

    correction_id = fields.Many2one("plastek.correction", required=True, ondelete="cascade")
    note = fields.Text(string="Why Not", required=True)

    def action_refuse(self):
        self.ensure_one()
        if not self.note.strip():
            raise UserError(self.env._("Say why: whoever asked has to know."))
        self.correction_id._decide("refused", self.note)
        return {"type": "ir.actions.act_window_close"}
