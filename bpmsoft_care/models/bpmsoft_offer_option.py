from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .bpmsoft_outcome_option import KINDS


class BpmsoftOfferOption(models.Model):
    """One of the things that a client was offered, as the client read it (B-12)."""

    _name = "bpmsoft.offer.option"
    _description = "Option of an Offer"
    _order = "offer_id, sequence, id"
    _allow_sudo_commands = False

    offer_id = fields.Many2one("bpmsoft.offer", required=True, readonly=True, ondelete="cascade", index=True)
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    name = fields.Char(string="What", required=True, readonly=True)
    doer = fields.Char(string="Who Does It", readonly=True)
    description = fields.Text(string="What Exactly", readonly=True)
    is_paid = fields.Boolean(string="Paid", readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True, ondelete="restrict")
    terms = fields.Char(string="Price in Words", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("An offer is made by deciding about the ticket, not typed in."))

    def write(self, vals):
        raise UserError(self.env._("What was offered cannot be changed: make a new offer instead."))

    def unlink(self):
        raise UserError(self.env._("What was offered cannot be deleted."))

    @api.model
    def _make(self, vals_list: list[dict[str, Any]]):
        return super(BpmsoftOfferOption, self.sudo()).create(vals_list)

    def _say_price(self) -> str:
        """What it costs, in the reader's language: “12 000 ₽, after acceptance”, “free of charge”."""
        self.ensure_one()
        if not self.is_paid:
            return self.env._("free of charge")
        parts = [format_amount(self.env, self.amount, self.currency_id)] if self.amount and self.currency_id else []
        return ", ".join([*parts, *([self.terms] if self.terms else [])])
