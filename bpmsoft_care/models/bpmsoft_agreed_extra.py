from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

EXTRAS = [
    ("phone", "Advice by phone"),
    ("messenger", "Advice by messenger"),
    ("registration", "Registering the request"),
]


class BpmsoftAgreedExtra(models.Model):
    """A paid extra that a client's contract does not include and that was agreed on for one request (B-15).

    Recorded with :class:`BpmsoftExtraWizard` and kept as it is, for billing.
    """

    _name = "bpmsoft.agreed.extra"
    _description = "Agreed Paid Extra"
    _order = "agreed desc, id desc"
    _rec_name = "extra"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="restrict", index=True)
    commercial_partner_id = fields.Many2one(
        "res.partner", string="Client", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    extra = fields.Selection(EXTRAS, string="Paid Extra", required=True, readonly=True)
    agreed_with = fields.Char(required=True, readonly=True)
    agreed = fields.Datetime(string="Agreed On", required=True, readonly=True)
    terms = fields.Text(string="Price and Terms", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Recorded By", required=True, readonly=True, ondelete="restrict")

    @api.constrains("agreed")
    def _check_agreed(self):
        now = self.env["support.event"]._now()
        if any(row.agreed > now for row in self):
            raise ValidationError(self.env._("It cannot have been agreed on in the future."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Record the agreement on the ticket, with “Paid Extra”."))
        return super().create(vals_list)

    def write(self, vals):
        raise UserError(self.env._("What was agreed cannot be changed: record another agreement instead."))

    def unlink(self):
        raise UserError(self.env._("What was agreed cannot be deleted."))

    def copy(self, default=None):
        raise UserError(self.env._("What was agreed cannot be copied."))

    @api.model
    def _name_extra(self, extra: str) -> str:
        return dict(self._fields["extra"]._description_selection(self.env)).get(extra, extra)
