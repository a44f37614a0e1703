from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError, ValidationError

from ..const import AGREED_HOURS, HIGH, PROVIDER, SUPPORT


class HelpdeskTicket(models.Model):
    """How far a failure reaches, which is the level of a support ticket (O-5)."""

    _inherit = "helpdesk.ticket"

    openpyme_impact_id = fields.Many2one(
        "support.impact",
        string="Impact",
        compute="_compute_openpyme_impact_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        groups="base.group_user",
        domain="[('provider_id', '=', support_provider_id)]",
        help="Of a support ticket; its level follows it. High: attended at once. Medium and low: in the hours of the "
        "client's contract.",
    )
    openpyme_impact_words = fields.Text(
        string="Means", compute="_compute_openpyme_impact_words", groups="base.group_user"
    )

    @api.depends("support_kind_id", "support_provider_id")
    def _compute_openpyme_impact_id(self):
        for ticket in self:
            if ticket.openpyme_kind != SUPPORT:
                ticket.openpyme_impact_id = False

    @api.depends("openpyme_impact_id")
    def _compute_support_priority_id(self):
        result = super()._compute_support_priority_id()
        for ticket in self:
            ticket_sudo = ticket.sudo()
            # a problem has the level of what made it one, and no impact of its own
            if ticket_sudo.support_provider_id.code == PROVIDER and not ticket_sudo.support_is_problem:
                ticket.support_priority_id = ticket_sudo.openpyme_impact_id.priority_id
        return result

    @api.depends("openpyme_impact_id.description", "support_entitlement_id")
    def _compute_openpyme_impact_words(self):
        for ticket in self:
            ticket.openpyme_impact_words = ticket._openpyme_say_impact()

    def _openpyme_say_impact(self) -> str:
        """What the impact means for this client: attended at once, or within the hours of the contract."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        impact_sudo = ticket_sudo.openpyme_impact_id
        if not impact_sudo:
            return ""
        parts = [impact_sudo.description or ""]
        seconds = ticket_sudo._support_get_contract_times(impact_sudo.priority_id).get("resolution")
        if seconds:
            parts.append(self.env._("Agreed with this client: %s.", self._support_length(seconds)))
        else:
            parts.append(self.env._("This client's contract names no hours for it: the date is by agreement."))
        return "\n".join(part for part in parts if part)

    @api.constrains("openpyme_impact_id")
    def _check_openpyme_impact(self):
        for ticket in self:
            ticket_sudo = ticket.sudo()
            impact_sudo = ticket_sudo.openpyme_impact_id
            if not impact_sudo:
                continue
            if impact_sudo.provider_id != ticket_sudo.support_provider_id:
                raise ValidationError(
                    self.env._(
                        "“%(impact)s” is not an impact of %(provider)s.",
                        impact=impact_sudo.name,
                        provider=ticket_sudo.support_provider_id.name or self.env._("no provider"),
                    )
                )
            if ticket_sudo.openpyme_kind != SUPPORT:
                raise ValidationError(
                    self.env._("Only support tickets have an impact: classify %s as support first.", ticket_sudo.number)
                )

    @api.model
    def _support_complete_vals(self, vals):
        team_id = vals.get("team_id") or self.env.context.get("default_team_id")
        # sudo: whoever raises a ticket need not read the configuration
        provider_sudo = self.env["helpdesk.ticket.team"].sudo().browse(team_id or []).support_provider_id
        if provider_sudo.code == PROVIDER:
            self._openpyme_complete_level(vals)
        return super()._support_complete_vals(vals)

    @api.model
    def _openpyme_complete_level(self, vals: dict[str, Any]) -> None:
        """O-5: a request is raised with an impact, from which its level follows, or with neither.

        History of another desk names levels: what had one was support of that impact.
        """
        Impact = self.env["support.impact"].sudo()
        impact_sudo = Impact.browse(vals.get("openpyme_impact_id") or [])
        level_id = vals.get("support_priority_id")
        if level_id and not impact_sudo and not vals.get("support_is_problem"):
            if not given(self.env, "support_no_notify"):
                raise UserError(
                    self.env._(
                        "A request is not raised with a level: it is reviewed and classified, and the level of a "
                        "support ticket follows its impact."
                    )
                )
            impact_sudo = Impact.search([("priority_id", "=", level_id)], limit=1)
            if impact_sudo:
                kind_sudo = impact_sudo.provider_id.kind_ids.filtered(lambda kind: kind.code == SUPPORT)[:1]
                vals.update(
                    openpyme_impact_id=impact_sudo.id, support_kind_id=vals.get("support_kind_id") or kind_sudo.id
                )
        if impact_sudo:
            vals["support_priority_id"] = impact_sudo.priority_id.id

    @api.model
    def _support_get_watched(self):
        return super()._support_get_watched() | {"openpyme_impact_id"}

    def _support_refuse_priority(self, before: Mapping[str, Any], first: bool) -> str:
        """O-5: the level is the impact, or there is none."""
        refusal = super()._support_refuse_priority(before, first)
        if refusal or not self.openpyme_ticket or self.support_is_problem:
            return refusal
        fitting = self.openpyme_impact_id.priority_id
        if self.support_priority_id == fitting:
            return ""
        if self.openpyme_kind != SUPPORT:
            return self.env._(
                "%(ticket)s has no level: only support tickets have one, and it follows their impact.",
                ticket=self.number,
            )
        return self.env._("The level of %(ticket)s follows its impact: change the impact.", ticket=self.number)

    def _support_allows_priority(self, priority):
        return super()._support_allows_priority(priority) and not self.openpyme_ticket

    def _support_get_contract_times(self, priority):
        """O-5: the hours of resolution that this client's contract has for an impact; none preset."""
        times = super()._support_get_contract_times(priority)
        name = AGREED_HOURS.get(priority.code)
        if self.openpyme_ticket and name and priority.provider_id == self.support_provider_id:
            hours = self.support_entitlement_id[name]
            if hours:
                times = {**times, "resolution": round(hours * 3600)}
        return times

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        """O-5: a stopped operation is attended at once, so its leader hears of it at once."""
        result = super()._support_after_facts(rows, now)
        if not given(self.env, "support_no_notify"):
            for row in rows:
                ticket_sudo = self.browse(row["ticket_id"]).sudo()
                if row["kind"] in (facts.RAISED, facts.PRIORITY) and ticket_sudo.openpyme_ticket:
                    ticket_sudo._openpyme_tell_stopped(now)
        return result

    def _openpyme_tell_stopped(self, now: datetime) -> None:
        self.ensure_one()
        if self.openpyme_impact_id.code != HIGH or self.support_phase in facts.ENDED:
            return
        role = self.env["support.role"].search(
            [("provider_id", "=", self.support_provider_id.id), ("code", "=", "leader")], limit=1
        )
        partners = role._get_partners(self, now)
        if not partners:
            intents = [
                self._support_tell_administrator(
                    "openpyme_stopped_nobody",
                    key=f"openpyme_stopped:{now}",
                    client=self.commercial_partner_id.name or "",
                )
            ]
        else:
            intents = [
                {
                    "ticket_id": self.id,
                    "kind": "role",
                    "partner_id": partner.id,
                    "channel": channel,
                    "code": "openpyme_stopped",
                    "summary": role.name,
                    "data": {"client": self.commercial_partner_id.name or ""},
                    "key": f"openpyme_stopped:{channel}:{partner.id}:{now}",
                }
                for partner in partners
                for channel in ("message", "activity")
            ]
        self.env["support.notification"]._enqueue(intents)
