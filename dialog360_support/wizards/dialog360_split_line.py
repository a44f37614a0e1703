from odoo import api, fields, models
from odoo.exceptions import ValidationError


class Dialog360SplitLine(models.TransientModel):
    """One issue that becomes a ticket of its own (D-14)."""

    _name = "dialog360.split.line"
    _description = "Issue to Split Off"
    _inherit = ["support.masked.mixin"]

    wizard_id = fields.Many2one("dialog360.split.wizard", required=True, ondelete="cascade", index=True)
    candidate_ids = fields.Many2many(related="wizard_id.candidate_ids")
    name = fields.Char(string="Title", required=True)
    text = fields.Text(string="What It Is About", help="The part of the request that is about it.")
    message_ids = fields.Many2many(
        "mail.message",
        "dialog360_split_line_message_rel",
        string="Messages",
        domain="[('id', 'in', candidate_ids)]",
        help="What the client has written about it; with their files they go along.",
    )

    def _support_get_said_about(self, vals):
        named = self.env["dialog360.split.wizard"].sudo().browse(vals.get("wizard_id") or [])
        return (named or self.sudo().wizard_id).ticket_id.sudo(False)

    @api.constrains("name")
    def _check_name(self):
        for line in self:
            if not line.name.strip():
                raise ValidationError(self.env._("Each issue needs a title."))
