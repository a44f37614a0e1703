from odoo import fields, models


class SupportRotaWizardPerson(models.TransientModel):
    """Somebody who takes turns, in the order of the list."""

    _name = "support.rota.wizard.person"
    _description = "Person of a Rota"
    _order = "sequence, id"

    wizard_id = fields.Many2one("support.rota.wizard", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=100)
    user_id = fields.Many2one("res.users", string="Person", required=True, domain="[('share', '=', False)]")
