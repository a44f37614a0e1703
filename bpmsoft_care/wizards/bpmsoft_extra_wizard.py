from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..models.bpmsoft_agreed_extra import EXTRAS


class BpmsoftExtraWizard(models.TransientModel):
    """Records what was agreed with a client about a paid extra that its contract does not include (B-15)."""

    _name = "bpmsoft.extra.wizard"
    _description = "Paid Extra"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    extra = fields.Selection(EXTRAS, string="Paid Extra", required=True)
    included = fields.Boolean(compute="_compute_included")
    agreed_with = fields.Char()
    agreed = fields.Datetime(string="Agreed On", default=lambda self: self.env["support.event"]._now())
    terms = fields.Text(string="Price and Terms", help="In words: they stand on the bill.")

    @api.constrains("agreed")
    def _check_agreed(self):
        now = self.env["support.event"]._now()
        if any(wizard.agreed and wizard.agreed > now for wizard in self):
            raise ValidationError(self.env._("It cannot have been agreed on in the future."))

    @api.depends("ticket_id", "extra")
    def _compute_included(self):
        for wizard in self:
            ticket_sudo = wizard.ticket_id._filtered_access("read").sudo()
            wizard.included = bool(ticket_sudo and wizard.extra) and ticket_sudo._bpmsoft_has_extra(wizard.extra)

    def action_record(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        agreed_with, terms = (self.agreed_with or "").strip(), (self.terms or "").strip()
        if not agreed_with or not terms or not self.agreed:
            raise UserError(self.env._("Say with whom it was agreed, when, and for which price and terms."))
        if not ticket.sudo()._bpmsoft_is_ours():
            raise UserError(self.env._("%s is no client's request to BPMSoft customer care.", ticket.number))
        ticket._bpmsoft_agree_extra(self.extra, agreed_with, self.agreed, terms)
        return {"type": "ir.actions.act_window_close"}
