from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """Requests that came through a customer's own mailbox (P-9)."""

    _inherit = "helpdesk.ticket"

    plastek_mailbox_id = fields.Many2one(
        "plastek.mailbox",
        string="Mailbox",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
    )

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        values = dict(custom_values or {})
        mailbox_sudo = self.env["plastek.mailbox"].sudo().browse(values.get("plastek_mailbox_id") or []).exists()
        if mailbox_sudo:
            author_sudo = self.env["res.partner"].sudo().browse(msg_dict.get("author_id") or [])
            company_sudo = mailbox_sudo.partner_id.commercial_partner_id
            if author_sudo.commercial_partner_id != company_sudo:
                # somebody of the customer whom nobody has entered yet; name and address of the mail stay on the ticket
                values["partner_id"] = mailbox_sudo.partner_id.id
        return super().message_new(msg_dict, custom_values=values)
