from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext

from ..const import FIRST_LINE, PROVIDER
from .plastek_route import CONDITIONS


class HelpdeskTicket(models.Model):
    """What a request is about by the classifier, and which role sees to it (P-2, P-4)."""

    _inherit = "helpdesk.ticket"

    plastek_entry_id = fields.Many2one(
        "plastek.entry",
        string="Classifier Entry",
        compute="_compute_plastek_entry_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        groups="base.group_user",
        help="What the request is about; service and role follow it. Another service brings its own entry.",
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

    plastek_derived_from = fields.Json(
        copy=False,
        readonly=True,
        groups="base.group_system",
        help="From which entry, kind and channel service and role were derived last.",
    )

    @api.depends("support_service_id")
    def _compute_plastek_entry_id(self):
        """P-4, P-5: entry and service say the same. Whoever chooses another service chooses its entry with it; a
        service without one (consultation), and an entry that has none yet (Studio), are left as they are."""
        for ticket in self:
            ticket_sudo = ticket.sudo()
            entry_sudo, service_sudo = ticket_sudo.plastek_entry_id, ticket_sudo.support_service_id
            settled = entry_sudo and entry_sudo.service_id in (service_sudo.browse(), service_sudo)
            if service_sudo and service_sudo.provider_id.code == PROVIDER and not settled:
                entry_sudo = entry_sudo._find_of(service_sudo) or entry_sudo
            ticket.plastek_entry_id = entry_sudo

    @api.model
    def _support_refuse_derived(self, vals):
        result = super()._support_refuse_derived(vals)
        self._plastek_refuse_contradiction(vals)
        return result

    @api.model
    def _plastek_refuse_contradiction(self, vals: dict[str, Any]) -> None:
        """:raise ValidationError: when entry and service are named at once and each belongs to another (P-4, P-5)"""
        # sudo: the catalogue, whoever enters something
        entry_sudo = self.env["plastek.entry"].sudo().browse(vals.get("plastek_entry_id") or [])
        service_sudo = self.env["support.service"].sudo().browse(vals.get("support_service_id") or [])
        if not entry_sudo or not service_sudo or entry_sudo.service_id in (service_sudo.browse(), service_sudo):
            return
        other_sudo = entry_sudo._find_of(service_sudo)
        if other_sudo:
            raise ValidationError(
                self.env._(
                    "“%(entry)s” is a request for the service “%(own)s”, not “%(service)s”: name only one of them and "
                    "the other follows, or choose the entry “%(other)s”.",
                    entry=entry_sudo.name,
                    own=entry_sudo.service_id.name,
                    service=service_sudo.name,
                    other=other_sudo.name,
                )
            )

    @api.depends("plastek_entry_id")
    def _compute_support_service_id(self):
        # only another kind brings its service, not another queue; asked first, because the entry follows the service
        empty = self.filtered(
            lambda ticket: (
                not ticket.support_service_id
                and ticket.plastek_ticket
                and not ticket._plastek_follows("provider_id", "support_kind_id")
            )
        )
        empty.support_service_id = False
        result = super(HelpdeskTicket, self - empty)._compute_support_service_id()
        for ticket in self:
            entry_sudo = ticket.sudo().plastek_entry_id
            if entry_sudo and ticket._plastek_follows("provider_id", "plastek_entry_id"):
                ticket.support_service_id = entry_sudo.service_id
        return result

    @api.depends("plastek_entry_id", "support_kind_id", "channel_id", "support_provider_id", "team_id")
    def _compute_plastek_role_id(self):
        for ticket in self:
            if ticket.sudo().support_provider_id.code != PROVIDER:
                ticket.plastek_role_id = False
            elif not ticket.id and not ticket._origin and not ticket.plastek_entry_id:
                ticket.plastek_role_id = False  # on a form: it is recognised when it is saved
            elif ticket._plastek_follows("provider_id", *CONDITIONS.values()) or (
                # from the first line to another queue, or back, with the role that it had there
                ticket._plastek_follows("first_line")
                and ticket.plastek_role_id == self.env["plastek.route"]._get_intake()
            ):
                ticket.plastek_role_id = ticket._plastek_find_role()

    def _plastek_find_role(self):
        """The role that the rules name for this ticket as it is now (P-2); may be none."""
        self.ensure_one()
        basis = {**self._plastek_get_basis(), "team_id": self.sudo().team_id._origin.id}
        return self.env["plastek.route"]._route(basis, *self.sudo()._plastek_get_words())["role"]

    def _plastek_get_basis(self) -> dict[str, int | bool]:
        """What service and role are derived from: ids, and whether it is in a queue of the first line."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        records = {name: ticket_sudo[name] for name in CONDITIONS.values()}
        basis: dict[str, int | bool] = {
            name: record._origin.id or False
            for name, record in {"provider_id": ticket_sudo.support_provider_id, **records}.items()
        }
        basis["first_line"] = ticket_sudo.team_id.support_tier_id.code == FIRST_LINE
        return basis

    def _plastek_follows(self, *names: str) -> bool:
        """Whether one of ``names`` of :meth:`_plastek_get_basis` has changed since service and role were derived:
        what an agent has chosen since then stays when only the queue changes."""
        self.ensure_one()
        if self.sudo().support_provider_id.code != PROVIDER:
            return False
        former, basis = self.sudo().plastek_derived_from or {}, self._plastek_get_basis()
        return any(former.get(name, -1) != basis[name] for name in names)

    @api.onchange("plastek_entry_id")
    def _onchange_plastek_entry_id(self):
        # on the form an entry may be chosen back: then nothing differs from what is stored
        if self.plastek_entry_id and self.plastek_ticket:
            self.support_service_id = self.plastek_entry_id.service_id
            self.plastek_role_id = self._plastek_find_role()

    def _support_after_look(self, now: datetime) -> None:
        result = super()._support_after_look(now)
        for ticket in self:
            if ticket.support_provider_id.code == PROVIDER:
                ticket._plastek_settle_route(now)
        return result

    def _plastek_settle_route(self, now: datetime) -> None:
        """Keep from what service and role were derived, and tell the role when it is another one (P-2)."""
        former = self.plastek_derived_from or {}
        derived = self._plastek_keep_route()
        if given(self.env, "support_no_notify") or former.get("role_id") == derived["role_id"]:
            return
        if former or not self.support_history_reference:
            self._plastek_tell_role(now, again="role_id" in former)

    def _plastek_keep_route(self) -> dict[str, int | bool]:
        """Keep what service and role were derived from, and what came of it; with sudo."""
        self.ensure_one()
        # read before it is kept: what waits to be derived compares with what was
        outcome = {"service_id": self.support_service_id.id, "role_id": self.plastek_role_id.id}
        derived = {**self._plastek_get_basis(), **outcome}
        self._support_set({"plastek_derived_from": derived})
        return derived

    @api.depends("plastek_entry_id", "support_service_id")
    def _compute_plastek_no_service(self):
        for ticket in self:
            ticket.plastek_no_service = bool(ticket.plastek_entry_id) and not ticket.support_service_id

    @api.model
    def _support_get_watched(self):
        # the role too: whoever it is changed to is told
        return super()._support_get_watched() | {"plastek_entry_id", "plastek_role_id"}

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
        if not vals.get("plastek_role_id"):
            vals.pop("plastek_role_id", None)  # a form sends it empty: it is found by the rules
        subject, text = vals.get("name") or "", html2plaintext(vals.get("description") or "")
        kind_sudo = self.env["support.kind"].sudo().browse(vals.get("support_kind_id") or [])
        # the engine fills in the service of the kind
        service_id = vals.get("support_service_id") or kind_sudo.service_id.id
        if not vals.get("plastek_entry_id"):
            entry, words = self.env["plastek.entry"].sudo(), []
            if service_id:
                entry = entry._find_of(kind_sudo.service_id.browse(service_id))
            else:
                entry, words = Route._classify(subject, text)
            if entry:
                vals["plastek_entry_id"] = entry.id
            if entry and words:
                vals.update(plastek_guessed=", ".join(words), plastek_guessed_id=entry.id)
        entry_sudo = self.env["plastek.entry"].sudo().browse(vals.get("plastek_entry_id") or [])
        if entry_sudo.service_id and not service_id:
            vals["support_service_id"] = entry_sudo.service_id.id
        team = Route._route(vals, subject, text)["team"]
        if team and not self.env.context.get("default_team_id"):
            vals["team_id"] = team.id

    def _support_starts_clocks(self):
        """P-5: what stands in no row of the catalogue has no promise until somebody maps it."""
        unmapped = self.sudo().plastek_no_service and self.sudo().support_provider_id.code == PROVIDER
        return super()._support_starts_clocks() and not unmapped

    def _plastek_tell_role(self, now: datetime, again: bool = False) -> None:
        """P-2: the role that a request goes to learns of it, and gets it where the role assigns.

        :param again: tell it also when it was told before: the request comes back, or was handed over
        """
        self.ensure_one()
        role = self.plastek_role_id
        if not role or self.stage_id.support_phase in facts.ENDED:
            return
        suffix = f":{fields.Datetime.to_string(now)}" if again else ""
        self.env["support.notification"]._enqueue(
            [
                {
                    "ticket_id": self.id,
                    "kind": "role",
                    "partner_id": partner.id,
                    "code": "plastek_routed",
                    "summary": role.name,
                    "data": {"role": role.id},
                    "key": f"plastek_routed:{role.id}:{partner.id}{suffix}",
                }
                for partner in role._get_partners(self, now)
            ]
        )
        if not self.user_id:
            self.user_id = role._get_assignee(self, now)

    @api.model
    def _plastek_give_service(self, entries) -> None:
        """Open tickets of ``entries`` that had no service get the one that an administrator has mapped now."""
        tickets = self.sudo().search(
            [("plastek_entry_id", "in", entries.ids), ("plastek_no_service", "=", True), ("closed", "=", False)]
        )
        ours = entries.provider_id
        for entry in entries.filtered("service_id"):
            tickets.filtered(lambda ticket, entry=entry: ticket.plastek_entry_id == entry).write(
                {
                    "support_service_id": entry.service_id.id,
                    "support_priority_id": (entry.service_id.default_priority_id or ours.default_priority_id).id,
                }
            )

    def _support_get_notice(self, portal):
        # agents read it once, in place of "no policy matches"
        return super()._support_get_notice(portal) or (self._plastek_say_no_service() if portal else "")

    def _support_say_unpromised(self):
        return self._plastek_say_no_service() or super()._support_say_unpromised()

    def _plastek_say_no_service(self) -> str:
        if self.sudo().plastek_no_service and self.plastek_ticket:
            return self.env._("No service is agreed for this kind of request, so no time is promised.")
        return ""
