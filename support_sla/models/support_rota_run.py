from odoo import api, fields, models


class SupportRotaRun(models.Model):
    """What one run of the wizard put into a rota, so that it can be taken out again in one go (J-14)."""

    _name = "support.rota.run"
    _description = "Filling of a Rota"
    _order = "id desc"

    role_id = fields.Many2one("support.role", required=True, readonly=True, ondelete="cascade", index=True)
    first = fields.Date(string="From", readonly=True)
    last = fields.Date(string="To", readonly=True)
    duty_ids = fields.One2many("support.role.duty", "run_id", string="Turns", readonly=True)
    removable_count = fields.Integer(
        string="Turns to Remove",
        compute="_compute_removable_count",
        help="Those that are not over and that nobody changed since.",
    )

    @api.depends("duty_ids.stop")
    def _compute_removable_count(self):
        for run in self:
            run.removable_count = len(run._get_removable())

    @api.depends("role_id", "first", "last")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "%(role)s, %(first)s – %(last)s",
                role=run.role_id.name,
                first=(run.first and run.first.strftime("%Y-%m-%d")) or "",
                last=(run.last and run.last.strftime("%Y-%m-%d")) or "",
            )

    def _get_removable(self):
        now = self.env["support.event"]._now()
        return self.duty_ids.filtered(lambda duty: duty.stop > now)

    def action_undo(self):
        """Remove the turns that this run made, except those that are over or were changed by hand since."""
        self.check_access("unlink")
        duties = self._get_removable()
        count = len(duties)
        duties.unlink()
        self.unlink()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Turns removed: %s", count),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
