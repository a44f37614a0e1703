from odoo import api, fields, models


class SupportCallWizard(models.TransientModel):
    """Where advice by phone is a paid extra that was not bought, the agreement is recorded with the call (B-15)."""

    _inherit = "support.call.wizard"

    bpmsoft_unagreed = fields.Boolean(compute="_compute_bpmsoft_unagreed")
    bpmsoft_agreed_with = fields.Char(string="Agreed With")
    bpmsoft_terms = fields.Text(string="Price and Terms", help="In words: they stand on the bill.")

    @api.depends("ticket_id")
    def _compute_bpmsoft_unagreed(self):
        for wizard in self:
            ticket_sudo = wizard.ticket_id._filtered_access("read").sudo()
            wizard.bpmsoft_unagreed = bool(ticket_sudo) and bool(ticket_sudo._support_refuse_call())

    def action_log(self):
        self.ensure_one()
        agreed_with, terms = (self.bpmsoft_agreed_with or "").strip(), (self.bpmsoft_terms or "").strip()
        if agreed_with and terms and self.bpmsoft_unagreed:
            self.ticket_id.check_access("write")
            agreed = min(self.moment, self.env["support.event"]._now())
            self.ticket_id._bpmsoft_agree_extra("phone", agreed_with, agreed, terms)
        return super().action_log()
