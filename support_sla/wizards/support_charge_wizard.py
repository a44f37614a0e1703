from odoo import fields, models
from odoo.exceptions import UserError


class SupportChargeWizard(models.TransientModel):
    """Records that a customer agreed to pay for what the entitlement does not include (P-3, B-15)."""

    _name = "support.charge.wizard"
    _description = "Agreed on the Charge"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    kind_id = fields.Many2one(related="ticket_id.support_kind_id", related_sudo=False)
    coverage = fields.Selection(related="ticket_id.support_coverage", related_sudo=False)
    note = fields.Text(string="Who Agreed to What", required=True)

    def action_record(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        note = (self.note or "").strip()
        if not note:
            raise UserError(self.env._("Say who agreed to what: the invoice rests on it."))
        if ticket.support_coverage not in ("extra", "none"):
            raise UserError(self.env._("This kind of request is included: there is nothing to agree on."))
        ticket._support_set(
            {
                "support_coverage_note": note,
                "support_coverage_by_id": self.env.uid,
                "support_coverage_at": self.env["support.event"]._now(),
            }
        )
        ticket._message_log(
            body=self.env._("The customer agreed on the charge: %s", note), author_id=self.env.user.partner_id.id
        )
        return {"type": "ir.actions.act_window_close"}
