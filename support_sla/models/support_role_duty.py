from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_datetime

#: a change of one of these makes a turn somebody's own, see support.rota.run
OWN = frozenset({"role_id", "user_id", "start", "stop"})


class SupportRoleDuty(models.Model):
    """One turn of a rota: who is on call for a role from when until when."""

    _name = "support.role.duty"
    _description = "On-Call Duty"
    _order = "start, id"

    role_id = fields.Many2one("support.role", required=True, ondelete="cascade", index=True)
    provider_id = fields.Many2one(related="role_id.provider_id")
    user_id = fields.Many2one("res.users", string="On Call", required=True, domain="[('share', '=', False)]")
    start = fields.Datetime(string="From", required=True)
    stop = fields.Datetime(string="To", required=True)
    run_id = fields.Many2one(
        "support.rota.run", string="Filled By", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )

    @api.depends("user_id.name", "role_id.name")
    def _compute_display_name(self):
        for duty in self:
            duty.display_name = " · ".join(filter(None, (duty.user_id.sudo().name, duty.role_id.name)))

    @api.constrains("role_id", "start", "stop")
    def _check_no_overlap(self):
        # two turns entered at the same time do not see each other: the second transaction fails and is repeated
        self.env.cr.execute(SQL("UPDATE support_role SET code = code WHERE id = ANY(%s)", list(self.role_id.ids)))
        for duty in self:
            if duty.start >= duty.stop:
                raise ValidationError(self.env._("A duty must end after it starts."))
            other = self.search(
                [
                    ("role_id", "=", duty.role_id.id),
                    ("id", "!=", duty.id),
                    ("start", "<", duty.stop),
                    ("stop", ">", duty.start),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(other._say_overlap())

    def write(self, vals):
        if not OWN.isdisjoint(vals) and "run_id" not in vals:
            # changed by hand: undoing the run that made it leaves it alone
            vals = {**vals, "run_id": False}
        return super().write(vals)

    def _say_overlap(self) -> str:
        """Who has this time already, from when until when in the reader's zone."""
        self.ensure_one()
        zone = self.env.user.tz or self.role_id.provider_id.tz or "UTC"
        return self.env._(
            "%(user)s is already on call for “%(role)s” from %(start)s to %(stop)s (%(zone)s). "
            "Only one person has a turn at a time: change one of the two turns, or delete it.",
            user=self.user_id.sudo().name,
            role=self.role_id.name,
            start=format_datetime(self.env, self.start, tz=zone, dt_format="EEE d MMM y HH:mm"),
            stop=format_datetime(self.env, self.stop, tz=zone, dt_format="EEE d MMM y HH:mm"),
            zone=zone,
        )

    @api.model
    def action_open_fill(self):
        """Open the wizard that fills a rota; the button of the calendar and of the list."""
        self.env["support.rota.wizard"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fill the Rota"),
            "res_model": "support.rota.wizard",
            "views": [(False, "form")],
            "target": "new",
        }
