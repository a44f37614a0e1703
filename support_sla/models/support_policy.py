from typing import Any

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class SupportPolicy(models.Model):
    """Which promises apply to which tickets.

    Conditions left empty match everything. The policy with the most conditions wins, then the lower
    sequence. The promises themselves (targets) hang below a *version*: editing them while tickets
    run on them makes a new version, and those tickets keep theirs (E-3.6).
    """

    _name = "support.policy"
    _description = "Support Policy"
    _order = "provider_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    provider_id = fields.Many2one("support.provider", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="provider_id.company_id")
    priority_id = fields.Many2one("support.priority", ondelete="restrict", domain="[('provider_id', '=', provider_id)]")
    service_id = fields.Many2one("support.service", ondelete="restrict", domain="[('provider_id', '=', provider_id)]")
    tier_id = fields.Many2one(
        "support.tier",
        string="Support Level",
        ondelete="restrict",
        domain="[('provider_id', '=', provider_id)]",
    )
    plan_id = fields.Many2one("support.plan", ondelete="restrict", domain="[('provider_id', '=', provider_id)]")
    entitlement_id = fields.Many2one(
        "support.entitlement", ondelete="restrict", domain="[('provider_id', '=', provider_id)]"
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Queue",
        ondelete="restrict",
        domain="[('support_provider_id', '=', provider_id)]",
    )
    category_id = fields.Many2one("helpdesk.ticket.category", ondelete="restrict")
    channel_id = fields.Many2one("helpdesk.ticket.channel", ondelete="set null")
    regrade = fields.Selection(
        [
            ("from_start", "From the start of the ticket"),
            ("from_change", "From the moment of the change"),
        ],
        string="After a Change, Count",
        default="from_start",
        required=True,
        help="How clocks of this policy are counted on a ticket that comes to it later, "
        "for example because its priority was raised.",
    )
    version_ids = fields.One2many("support.policy.version", "policy_id", string="Versions", copy=False)
    current_version_id = fields.Many2one("support.policy.version", copy=False, readonly=True)
    version_number = fields.Integer(related="current_version_id.number", string="Version")
    target_ids = fields.One2many(
        "support.target", "policy_id", domain=[("current", "=", True)], string="Targets", copy=True
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count", string="Open Tickets")
    earlier_count = fields.Integer(
        compute="_compute_ticket_count", string="On Earlier Versions", help="Open tickets that keep an earlier version."
    )
    is_in_use = fields.Boolean(
        compute="_compute_is_in_use", help="Tickets were measured by the current version: an edit makes a new one."
    )

    hours = fields.Selection(
        [("provider", "Working hours"), ("always", "Around the clock"), ("mixed", "Different hours")],
        compute="_compute_hours",
        help="The hours that the promises with a time run on.",
    )

    @api.depends("target_ids.basis", "target_ids.unit", "target_ids.metric")
    def _compute_hours(self):
        for policy in self:
            timed = policy._get_timed_targets()
            # the time to restore a service is mostly around the clock, whatever hours the others run on
            bases = set((timed.filtered(lambda target: target.metric != "recovery") or timed).mapped("basis"))
            policy.hours = False if not bases else bases.pop() if bases in ({"provider"}, {"always"}) else "mixed"

    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("support_version_id.policy_id", "in", self.ids), ("closed", "=", False)],
                ["support_version_id"],
                ["__count"],
            )
        )
        for policy in self:
            own = {version: count for version, count in counts.items() if version.policy_id == policy}
            policy.ticket_count = sum(own.values())
            policy.earlier_count = policy.ticket_count - own.get(policy.current_version_id, 0)

    def _compute_is_in_use(self):
        for policy in self:
            policy.is_in_use = bool(policy.current_version_id) and policy.current_version_id._is_in_use()

    def action_open_tickets(self):
        """The open tickets that run on any version of this policy."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_ticket_action")
        action["domain"] = [("support_version_id.policy_id", "=", self.id), ("closed", "=", False)]
        return action

    def action_put_around_the_clock(self):
        """Let all promises with a time run day and night, for tickets from now on."""
        self._put_on("always")

    def action_put_on_working_hours(self):
        """Let all promises with a time run on the provider's working hours, for tickets from now on.

        Not the time to restore a service after an outage (E-1.9): that has its own hours, often day and night.
        """
        self._put_on("provider")

    def _get_timed_targets(self):
        """What is promised at present, without what is agreed on the incident: that has a date and no hours."""
        return self.target_ids.filtered(lambda target: target.unit != "agreement")

    def _put_on(self, basis: str):
        """Every promise with a time of the current version on one basis; the next version where tickets run on it."""
        self.check_access("write")
        for policy in self:
            targets = policy._get_timed_targets()
            if not targets:
                raise UserError(self.env._("“%s” promises nothing that has a time.", policy.name))
            others = targets.filtered(lambda target: target.basis != basis)
            if basis == "provider":
                # an outage does not wait for the morning (J-18): who wants that says so on the promise itself
                others = others.filtered(lambda target: target.metric != "recovery")
            if others:
                values = {"basis": basis, "calendar_id": False}
                policy.write({"target_ids": [Command.update(target.id, values) for target in others]})

    def action_migrate(self):
        """Choose to which version open tickets are taken over (E-3.6)."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Migrate Open Tickets"),
            "res_model": "support.migrate.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_policy_id": self.id, "default_version_id": self.current_version_id.id},
        }

    def _get_migratable_domain(self, version) -> fields.Domain:
        """The open tickets that ``version`` of this policy may be given to."""
        self.ensure_one()
        return fields.Domain(
            [
                ("support_version_id.policy_id", "=", self.id),
                ("support_version_id", "!=", version.id),
                ("closed", "=", False),
            ]
        )

    @api.constrains("provider_id", *("priority_id", "service_id", "tier_id", "plan_id", "entitlement_id"))
    def _check_provider(self):
        for policy in self:
            for name in ("priority_id", "service_id", "tier_id", "plan_id", "entitlement_id"):
                if policy[name] and policy[name].provider_id != policy.provider_id:
                    raise ValidationError(
                        self.env._(
                            "“%(record)s” does not belong to %(provider)s.",
                            record=policy[name].display_name,
                            provider=policy.provider_id.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        target_lists = [vals.pop("target_ids", []) for vals in vals_list]
        policies = super().create(vals_list)
        for policy, targets in zip(policies, target_lists, strict=True):
            version = self.env["support.policy.version"].create({"policy_id": policy.id, "number": 1})
            policy.current_version_id = version
            if targets:
                policy.write({"target_ids": targets})
        self.env.registry.clear_cache()
        return policies

    def write(self, vals):
        if vals.get("target_ids"):
            for policy in self:
                commands = vals["target_ids"]
                if policy.current_version_id._is_in_use() and policy._changes_promises(commands):
                    commands = policy._move_to_new_version(commands)
                policy._write_targets(commands)
            vals = {name: value for name, value in vals.items() if name != "target_ids"}
        if "regrade" in vals:
            for policy in self.filtered(lambda policy: policy.regrade != vals["regrade"]):
                if policy.current_version_id._is_in_use():
                    policy._move_to_new_version([])
        result = super().write(vals)
        if "regrade" in vals:
            self.current_version_id.write({"regrade": vals["regrade"]})
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        used = self.version_ids.filtered(lambda version: version._is_in_use())
        if used:
            raise UserError(
                self.env._(
                    "“%s” has promises that tickets run on. Archive it instead.",
                    used[0].policy_id.name,
                )
            )
        self.version_ids.unlink()
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _changes_promises(self, commands: list) -> bool:
        """Whether the one2many ``commands`` change more than order, escalation and what the portal shows:
        these are a matter of today, not of the version."""
        quiet = {"sequence", "chain_id", "portal_visible"}
        for code, _id, values in ((*command, None, None)[:3] for command in commands):
            if code == Command.UPDATE and set(values or {}) <= quiet:
                continue
            if code != Command.LINK:
                return True
        return False

    def _keep_calendar(self, calendar):
        """The provider takes other working hours: promises that were measured on ``calendar`` keep it, and the next
        version runs on the new hours; open tickets are migrated to it when an administrator says so (E-3.6)."""
        for policy in self:
            for version in policy.version_ids:
                standard = version.target_ids.filtered(lambda target: target.basis == "provider")
                if not standard or not version._is_in_use():
                    continue
                if version == policy.current_version_id:
                    policy._move_to_new_version([])
                standard._pin_calendar(calendar)
        self.env.registry.clear_cache()

    def _write_targets(self, commands: list):
        """Apply one2many ``commands`` to the targets of the current version."""
        self.ensure_one()
        stamp = {"version_id": self.current_version_id.id}
        commands = [
            Command.create({**command[2], **stamp}) if command[0] == Command.CREATE else command for command in commands
        ]
        super().write({"target_ids": commands})

    def _move_to_new_version(self, commands: list) -> list:
        """Make the next version with copies of the current targets and point ``commands`` at them."""
        self.ensure_one()
        old = self.current_version_id
        new = old.copy({"number": old.number + 1, "policy_id": self.id})
        twins = {}
        for target in old.target_ids:
            twins[target.id] = target.copy({"version_id": new.id, "policy_id": self.id}).id
        old.retired = self.env["support.event"]._now()
        super().write({"current_version_id": new.id})
        old.target_ids.invalidate_recordset(["current"])
        self.env.add_to_compute(self.env["support.target"]._fields["current"], old.target_ids | new.target_ids)
        self.env["support.target"].flush_model(["current"])
        self.invalidate_recordset(["target_ids"])
        return [
            (command[0], twins.get(command[1], command[1]), *command[2:])
            if command[0] in (Command.UPDATE, Command.DELETE, Command.UNLINK)
            else command
            for command in commands
        ]

    # --- matching ---------------------------------------------------------------------------

    @api.model
    def _get_match_fields(self) -> tuple[str, ...]:
        """Names of the conditions; the same names are keys of ``helpdesk.ticket._get_match_values``.

        Addons extend both to match on more.
        """
        return (
            "priority_id",
            "service_id",
            "tier_id",
            "plan_id",
            "entitlement_id",
            "team_id",
            "category_id",
            "channel_id",
        )

    @api.model
    @tools.ormcache("provider_id")
    def _get_rules(self, provider_id: int) -> tuple[tuple[int, int, tuple[tuple[str, int], ...]], ...]:
        """Policies of a provider in the order in which they are tried, most specific first.

        :return: ``(policy id, current version id, ((condition, record id), …))``
        """
        rules = []
        # the caller may be looking at archived tickets: archived policies promise nothing
        policies = self.sudo().with_context(active_test=True)
        for policy in policies.search([("provider_id", "=", provider_id)], order="sequence, id"):
            conditions = tuple((name, policy[name].id) for name in self._get_match_fields() if policy[name])
            rules.append((policy.id, policy.current_version_id.id, conditions))
        rules.sort(key=lambda rule: -len(rule[2]))  # stable: sequence decides among equals
        return tuple(rules)

    @api.model
    def _match(self, values: dict[str, Any]) -> dict[str, Any]:
        """Find the policy for a ticket (spec: "most specific wins, then sequence; says why").

        :param values: ``provider_id`` and one id (or False) for each of :meth:`_get_match_fields`
        :return: ``version`` and ``policy`` (ids or None), ``on`` (conditions that matched),
            ``next_policy`` and ``next_reason``: the next best, and the condition it failed on or
            "less_specific"
        """
        answer: dict[str, Any] = {"version": None, "policy": None, "on": [], "next_policy": None, "next_reason": None}
        near: tuple[int, str] | None = None
        for policy_id, version_id, conditions in self._get_rules(values.get("provider_id") or 0):
            failed = [name for name, wanted in conditions if values.get(name) != wanted]
            if failed:
                if near is None and len(failed) < max(len(conditions), 2):
                    near = (policy_id, failed[0])
                continue
            if answer["policy"] is None:
                answer.update(version=version_id, policy=policy_id, on=[name for name, _wanted in conditions])
            else:
                answer.update(next_policy=policy_id, next_reason="less_specific")
                break
        if answer["next_policy"] is None and near is not None:
            answer.update(next_policy=near[0], next_reason=near[1])
        return answer
