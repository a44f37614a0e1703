from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportRemap(models.Model):
    """Gives services the level that follows from their impact, all at once, and back again (E-6.4, P-5).

    What was agreed in a contract may contradict itself; whether services or impacts are right is for a manager
    to decide. New tickets get the new levels; tickets that exist keep theirs.
    """

    _name = "support.remap"
    _description = "Levels That Follow Impacts"
    _order = "id desc"
    _rec_name = "provider_id"

    provider_id = fields.Many2one("support.provider", required=True, readonly=True, ondelete="cascade", index=True)
    state = fields.Selection(
        [("draft", "Preview"), ("applied", "In force"), ("undone", "Taken back")],
        default="draft",
        required=True,
        readonly=True,
    )
    line_ids = fields.One2many("support.remap.line", "remap_id", readonly=True, string="Services")
    applied = fields.Datetime(readonly=True)
    applied_by_id = fields.Many2one("res.users", readonly=True)
    undone = fields.Datetime(string="Taken Back", readonly=True)
    undone_by_id = fields.Many2one("res.users", string="Taken Back By", readonly=True)
    left_alone = fields.Char(
        compute="_compute_left_alone",
        help="Services that somebody has changed since, with the levels they have: taking it back leaves them alone.",
    )

    @api.depends("state", "line_ids.left_alone", "line_ids.current_id")
    def _compute_left_alone(self):
        for remap in self:
            remap.left_alone = (
                ", ".join(
                    self.env._(
                        "%(service)s (%(level)s)",
                        service=line.service_id.name,
                        level=line.current_id.display_name or self.env._("no level"),
                    )
                    for line in remap.line_ids
                    if line.left_alone or (remap.state == "applied" and line.current_id != line.after_id)
                )
                or False
            )

    @api.model
    def _open_for(self, provider):
        """The preview for ``provider``, made anew; an action."""
        remap_sudo = self.sudo().search([("provider_id", "=", provider.id), ("state", "=", "draft")], limit=1)
        remap_sudo = remap_sudo or remap_sudo.create({"provider_id": provider.id})
        remap_sudo.line_ids.unlink()
        services = provider.service_ids.filtered(
            lambda service: (
                service.impact_id.priority_id
                and service.default_priority_id
                and service.impact_id.priority_id.sequence != service.default_priority_id.sequence
            )
        )
        remap_sudo.line_ids.create(
            [
                {
                    "remap_id": remap_sudo.id,
                    "service_id": service.id,
                    "before_id": service.default_priority_id.id,
                    "after_id": service.impact_id.priority_id.id,
                }
                for service in services
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Levels That Follow Impacts"),
            "res_model": self._name,
            "res_id": remap_sudo.id,
            "views": [(False, "form")],
        }

    def action_apply(self):
        """Give the services their new levels."""
        self.ensure_one()
        self._check_manager()
        if self.state != "draft":
            raise UserError(self.env._("This was applied already."))
        if not self.line_ids:
            raise UserError(self.env._("Every service has the level that follows from its impact: nothing to change."))
        for line in self.line_ids:
            line.service_id.default_priority_id = line.after_id
        self.sudo().write(
            {"state": "applied", "applied": self.env["support.event"]._now(), "applied_by_id": self.env.uid}
        )
        self.env["support.finding"]._check()

    def action_undo(self):
        """Give the services back the levels they had; those that somebody has changed since are left alone."""
        self.ensure_one()
        self._check_manager()
        if self.state != "applied":
            raise UserError(self.env._("There is nothing to take back."))
        changed = self.line_ids.filtered(lambda line: line.service_id.default_priority_id != line.after_id)
        changed.sudo().left_alone = True
        for line in self.line_ids - changed:
            line.service_id.default_priority_id = line.before_id
        self.sudo().write({"state": "undone", "undone": self.env["support.event"]._now(), "undone_by_id": self.env.uid})
        self.env["support.finding"]._check()

    def _check_manager(self):
        self.check_access("read")
        self.line_ids.service_id.check_access("write")
