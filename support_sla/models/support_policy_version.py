from datetime import datetime

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..tools import facts


class SupportPolicyVersion(models.Model):
    """The promises of a policy as they stood at one time; never edited once tickets run on them (E-3.6)."""

    _name = "support.policy.version"
    _description = "Support Policy Version"
    _order = "policy_id, number desc"

    policy_id = fields.Many2one("support.policy", required=True, ondelete="restrict", index=True)
    provider_id = fields.Many2one(related="policy_id.provider_id", store=True)
    number = fields.Integer(required=True, default=1)
    regrade = fields.Selection(
        [("from_start", "From the start of the ticket"), ("from_change", "From the moment of the change")],
        default="from_start",
        required=True,
    )
    retired = fields.Datetime(readonly=True, help="When a newer version took its place.")
    target_ids = fields.One2many("support.target", "version_id", string="Targets")
    ticket_count = fields.Integer(compute="_compute_ticket_count", string="Open Tickets")

    _number_unique = models.Constraint("UNIQUE(policy_id, number)", "This version exists already.")

    @api.depends("policy_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(policy)s, version %(number)s", policy=version.policy_id.name, number=version.number
            )

    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("support_version_id", "in", self.ids), ("closed", "=", False)], ["support_version_id"], ["__count"]
            )
        )
        for version in self:
            version.ticket_count = counts.get(version, 0)

    def write(self, vals):
        frozen = {"regrade", "policy_id", "number"} & vals.keys()
        for version in self:
            values = version._convert_to_write({name: version[name] for name in frozen})
            if any(values[name] != vals[name] for name in frozen) and version._is_in_use():
                raise UserError(
                    self.env._(
                        "Tickets run on “%s”; change its policy, which makes a new version.", version.display_name
                    )
                )
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        if any(version._is_in_use() for version in self):
            raise UserError(self.env._("Tickets run on this version; it cannot be deleted."))
        self.target_ids.unlink()
        return super().unlink()

    def _is_in_use(self) -> bool:
        """Whether any ticket has ever been measured by it."""
        self.ensure_one()
        # sudo: a ticket of another team counts as well
        return bool(
            self.env["support.clock"].sudo().search_count([("version_id", "=", self.id)], limit=1)
            or self.env["helpdesk.ticket"]
            .sudo()
            .with_context(active_test=False)
            .search_count([("support_version_id", "=", self.id)], limit=1)
        )

    @api.model
    @tools.ormcache("policy_id")
    def _get_retirements(self, policy_id: int) -> tuple[tuple[int, datetime | bool], ...]:
        """Versions of a policy in order: ``(id, when a newer one took its place, or False)``."""
        versions = self.sudo().search([("policy_id", "=", policy_id)], order="number")
        return tuple((version.id, version.retired) for version in versions)

    @api.model
    def _get_version_at(self, policy_id: int, moment: datetime) -> int | None:
        """The id of the version of a policy that was in force at ``moment`` (naive UTC); before there was any,
        the first one."""
        versions = self._get_retirements(policy_id)
        for version_id, retired in versions:
            if not retired or moment < retired:
                return version_id
        return versions[-1][0] if versions else None

    @api.model
    @tools.ormcache("version_id")
    def _get_compiled(self, version_id: int) -> facts.PolicyVersion:
        """The version as the clock function takes it."""
        version = self.sudo().browse(version_id)
        return facts.PolicyVersion(
            id=version.id,
            regrade=version.regrade,
            targets=tuple(target._to_fact() for target in version.target_ids),
        )
