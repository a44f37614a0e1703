from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportRoleDuty(models.Model):
    """One turn of a rota: who is on call for a role from when until when."""

    _name = "support.role.duty"
    _description = "On-Call Duty"
    _order = "start, id"

    role_id = fields.Many2one("support.role", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one("res.users", required=True, domain="[('share', '=', False)]")
    start = fields.Datetime(string="From", required=True)
    stop = fields.Datetime(string="To", required=True)

    @api.constrains("role_id", "start", "stop")
    def _check_no_overlap(self):
        for duty in self:
            if duty.start >= duty.stop:
                raise ValidationError(self.env._("A duty must end after it starts."))
            if self.search_count(
                [
                    ("role_id", "=", duty.role_id.id),
                    ("id", "!=", duty.id),
                    ("start", "<", duty.stop),
                    ("stop", ">", duty.start),
                ],
                limit=1,
            ):
                raise ValidationError(
                    self.env._("Somebody is already on call for “%s” in this time.", duty.role_id.name)
                )
