from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts
from odoo.tools import html2plaintext

from ..const import PROVIDER


class HelpdeskTicket(models.Model):
    """What a request is about by the classifier, and which role sees to it (P-2, P-4)."""

    _inherit = "helpdesk.ticket"

    plastek_entry_id = fields.Many2one(
        "plastek.entry",
        string="Classifier Entry",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        groups="base.group_user",
        help="What the request is about; service and role follow it.",
    )
    plastek_guessed = fields.Char(
        string="Recognised By",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="The words by which the entry was recognised.",
    )
    plastek_guessed_id = fields.Many2one(
        "plastek.entry", string="Recognised As", copy=False, readonly=True, groups="base.group_user"
    )
    plastek_role_id = fields.Many2one(
        "support.role",
        string="Role",
        compute="_compute_plastek_role_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        groups="base.group_user",
        domain="[('provider_id', '=', support_provider_id)]",
    )
    plastek_no_service = fields.Boolean(
        string="No Service Agreed",
        compute="_compute_plastek_no_service",
        store=True,
        groups="base.group_user",
        help="The classifier's entry stands in no row of the catalogue, so no time is promised.",
    )

    @api.depends("plastek_entry_id")
    def _compute_support_service_id(self):
        result = super()._compute_support_service_id()
        for ticket in self:
            entry_sudo = ticket.sudo().plastek_entry_id
            if entry_sudo and ticket.sudo().support_provider_id.code == PROVIDER:
                ticket.support_service_id = entry_sudo.service_id
        return result

    @api.depends("plastek_entry_id", "support_kind_id", "channel_id", "support_provider_id")
    def _compute_plastek_role_id(self):
        Route = self.env["plastek.route"]
        for ticket in self:
            ticket_sudo = ticket.sudo()
            if ticket_sudo.support_provider_id.code != PROVIDER:
                ticket.plastek_role_id = False
                continue
            values = {
                "plastek_entry_id": ticket_sudo.plastek_entry_id.id,
                "support_kind_id": ticket_sudo.support_kind_id.id,
                "channel_id": ticket_sudo.channel_id.id,
            }
            found = Route._route(values, ticket.name or "", html2plaintext(ticket.description or ""))
            ticket.plastek_role_id = found["role"]

    @api.depends("plastek_entry_id", "support_service_id")
    def _compute_plastek_no_service(self):
        for ticket in self:
            ticket.plastek_no_service = bool(ticket.plastek_entry_id) and not ticket.support_service_id

    @api.model
    def _support_get_watched(self):
        return super()._support_get_watched() | {"plastek_entry_id"}

    @api.model
    def _support_complete_vals(self, vals):
        team_id = vals.get("team_id") or self.env.context.get("default_team_id")
        team_sudo = self.env["helpdesk.ticket.team"].sudo().browse(team_id or [])
        if team_sudo.support_provider_id.code == PROVIDER:
            self._plastek_complete_vals(vals)
        return super()._support_complete_vals(vals)

    @api.model
    def _plastek_complete_vals(self, vals: dict[str, Any]) -> None:
        """P-4, P-2: a request that names nothing is classified by its words, and goes to the queue its rules name."""
        Route = self.env["plastek.route"]
        subject, text = vals.get("name") or "", html2plaintext(vals.get("description") or "")
        kind_sudo = self.env["support.kind"].sudo().browse(vals.get("support_kind_id") or [])
        if not vals.get("support_service_id") and kind_sudo.service_id:
            vals["support_service_id"] = kind_sudo.service_id.id
        if not vals.get("plastek_entry_id"):
            service_id = vals.get("support_service_id")
            entry, words = self.env["plastek.entry"].sudo(), []
            if service_id:
                entry = entry.search([("service_id", "=", service_id)], limit=1)
            else:
                entry, words = Route._classify(subject, text)
            if entry:
                vals["plastek_entry_id"] = entry.id
            if entry and words:
                vals.update(plastek_guessed=", ".join(words), plastek_guessed_id=entry.id)
        entry_sudo = self.env["plastek.entry"].sudo().browse(vals.get("plastek_entry_id") or [])
        if entry_sudo.service_id and not vals.get("support_service_id"):
            vals["support_service_id"] = entry_sudo.service_id.id
        team = Route._route(vals, subject, text)["team"]
        if team and not self.env.context.get("default_team_id"):
            vals["team_id"] = team.id

    def _support_starts_clocks(self):
        """P-5: what stands in no row of the catalogue has no promise until somebody maps it."""
        unmapped = self.sudo().plastek_no_service and self.sudo().support_provider_id.code == PROVIDER
        return super()._support_starts_clocks() and not unmapped

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        if not given(self.env, "support_no_notify"):
            for row in rows:
                ticket = self.browse(row["ticket_id"])
                if row["kind"] == facts.RAISED and ticket.sudo().support_provider_id.code == PROVIDER:
                    ticket.sudo()._plastek_tell_role(now)
        return result

    def _plastek_tell_role(self, now: datetime) -> None:
        """P-2: the role that a request goes to learns of it."""
        self.ensure_one()
        role = self.plastek_role_id
        if not role:
            return
        self.env["support.notification"]._enqueue(
            [
                {
                    "ticket_id": self.id,
                    "kind": "role",
                    "partner_id": partner.id,
                    "code": "plastek_routed",
                    "summary": role.name,
                    "data": {"role": role.id},
                    "key": f"plastek_routed:{role.id}:{partner.id}",
                }
                for partner in role._get_partners(self, now)
            ]
        )

    @api.model
    def _plastek_give_service(self, entries) -> None:
        """Open tickets of ``entries`` that had no service get the one that an administrator has mapped now."""
        tickets = self.sudo().search(
            [("plastek_entry_id", "in", entries.ids), ("plastek_no_service", "=", True), ("closed", "=", False)]
        )
        for entry in entries.filtered("service_id"):
            tickets.filtered(lambda ticket, entry=entry: ticket.plastek_entry_id == entry).write(
                {"support_service_id": entry.service_id.id}
            )

    def _support_get_notice(self, portal):
        notice = super()._support_get_notice(portal)
        if self.sudo().plastek_no_service and self.plastek_ticket and not notice:
            return self.env._("No service is agreed for this kind of request, so no time is promised.")
        return notice
