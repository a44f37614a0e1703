from odoo import fields, models


class BpmsoftDecideWizardLine(models.TransientModel):
    """One of the things that are offered, with what it costs and what exactly it is (B-12)."""

    _name = "bpmsoft.decide.wizard.line"
    _description = "Offered to the Client"
    _order = "sequence, id"

    wizard_id = fields.Many2one("bpmsoft.decide.wizard", required=True, ondelete="cascade", index=True)
    option_id = fields.Many2one("bpmsoft.outcome.option", required=True, ondelete="cascade")
    sequence = fields.Integer(related="option_id.sequence", store=True)
    name = fields.Char(related="option_id.name", string="What")
    doer = fields.Char(related="option_id.doer", string="Who Does It")
    is_paid = fields.Boolean(related="option_id.is_paid", string="Paid")
    description = fields.Char(string="What Exactly")
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency")
    terms = fields.Char(string="Price in Words")
