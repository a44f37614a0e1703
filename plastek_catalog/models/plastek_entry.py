from odoo import api, fields, models

from ..const import PROVIDER


class PlastekEntry(models.Model):
    """An entry of the classifier: what a request is about, which service, which role sees to it (P-4, P-2)."""

    _name = "plastek.entry"
    _inherit = ["support.used.mixin"]
    _description = "Classifier Entry"
    _order = "sequence, id"

    provider_id = fields.Many2one(
        "support.provider",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["support.provider"].sudo().search([("code", "=", PROVIDER)], limit=1),
    )
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    # of all languages in one list: customers write in theirs, whatever the reader's is
    words = fields.Text(
        help="Words by which it is recognised in subject and text, separated by commas. "
        "The beginning of a word finds all "
        "its forms.",
    )
    service_id = fields.Many2one(
        "support.service",
        ondelete="restrict",
        domain="[('provider_id.code', '=', 'plastek')]",
        help="Empty: no service is agreed, and no time is promised until one is entered.",
    )
    role_id = fields.Many2one(
        "support.role",
        ondelete="restrict",
        domain="[('provider_id.code', '=', 'plastek')]",
        help="Who sees to it, unless a routing rule names somebody else.",
    )
    active = fields.Boolean(default=True)
    warning = fields.Char(string="To Do", compute="_compute_warning")

    _code_unique = models.Constraint("UNIQUE(code)", "Two entries of the classifier cannot have the same code.")

    @api.depends("service_id", "service_id.active")
    def _compute_warning(self):
        for entry in self:
            entry.warning = False if entry.service_id else self.env._("no service agreed")

    @api.model
    def _find_of(self, service):
        """The entry of a ``service``, the first where several lead to it; with sudo, none of a service without."""
        return self.sudo().search([("service_id", "in", service.ids), ("active", "=", True)], limit=1)

    def write(self, vals):
        result = super().write(vals)
        if "service_id" in vals:
            # tickets that waited for a service get it, and with it their promises
            self.env["helpdesk.ticket"]._plastek_give_service(self)
        return result
