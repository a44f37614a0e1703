from odoo import fields, models


class SupportRotaWizardTurn(models.TransientModel):
    """One turn of the preview."""

    _name = "support.rota.wizard.turn"
    _description = "Turn of a Rota"
    _order = "start, id"

    wizard_id = fields.Many2one("support.rota.wizard", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one("res.users", string="On Call", readonly=True)
    start = fields.Datetime(string="From", readonly=True)
    stop = fields.Datetime(string="To", readonly=True)
    clash = fields.Char(string="In the Way", readonly=True)
