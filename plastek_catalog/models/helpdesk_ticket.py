from collections.abc import Mapping
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given, inside
from odoo.addons.support_sla.models.support_time import to_instant
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError, ValidationError

from ..const import PROVIDER


class HelpdeskTicket(models.Model):
    """What the catalogue forbids, whichever way somebody tries (P-7), and how a level is raised (P-8)."""

    _inherit = "helpdesk.ticket"

    plastek_ticket = fields.Boolean(string="Of Plas-Tek", compute="_compute_plastek_ticket")
    plastek_may_raise = fields.Boolean(
        compute="_compute_plastek_may_raise", groups="base.group_user", help="Its level can be raised now."
    )
    plastek_raised = fields.Integer(string="Times Raised", copy=False, readonly=True, groups="base.group_user")

    @api.depends("support_provider_id.code")
    def _compute_plastek_ticket(self):
        for ticket in self:
            # sudo: customers may read their ticket but not the provider's record
            ticket.plastek_ticket = ticket.sudo().support_provider_id.code == PROVIDER

    @api.depends("support_service_id.plastek_raise", "support_priority_id", "stage_id.support_phase")
    def _compute_plastek_may_raise(self):
        for ticket in self:
            ticket.plastek_may_raise = ticket.plastek_ticket and not ticket._plastek_may_not_raise()

    @api.constrains("priority")
    def _check_plastek_stars(self):
        """P-7: nobody raises the stars past the level."""
        for ticket in self.filtered("plastek_ticket"):
            level = ticket.support_priority_id
            if level and ticket.priority and ticket.priority > level.stars:
                raise ValidationError(
                    self.env._(
                        "The stars of %(ticket)s follow its level, %(level)s: "
                        "raise the level where the service allows it.",
                        ticket=ticket.number,
                        level=level.display_name,
                    )
                )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {
            "plastek_raised",
            "plastek_guessed",
            "plastek_guessed_id",
            "plastek_no_service",
            "plastek_derived_from",
        }

    # --- the flags (P-7) --------------------------------------------------------------------------

    def _support_may_escalate(self):
        refusal = super()._support_may_escalate()
        if not refusal and self.plastek_ticket and not self._plastek_may_be_escalated():
            return self.env._("The catalogue does not allow escalating requests for “%s”.", self._plastek_service())
        return refusal

    def _support_allows_step(self, step, clock):
        forbidden = self.plastek_ticket and not self._plastek_may_be_escalated()
        return not forbidden and super()._support_allows_step(step, clock)

    def _plastek_may_be_escalated(self) -> bool:
        # sudo: portal users may not read the catalogue
        service_sudo = self.sudo().support_service_id
        return not service_sudo or service_sudo.plastek_escalation

    def _plastek_service(self) -> str:
        return self.sudo().support_service_id.name or ""

    def _support_allows_priority(self, priority):
        allowed = super()._support_allows_priority(priority)
        if self.plastek_ticket and self._plastek_is_higher(priority, self.support_priority_id):
            return allowed and not self._plastek_may_not_raise()
        return allowed

    def _support_refuse_priority(self, before: Mapping[str, Any], first: bool) -> str:
        """P-7, P-8: the level comes from the service; it is raised one step at a time, with a reason, or not at all."""
        refusal = super()._support_refuse_priority(before, first)
        ticket_sudo = self.sudo()
        service, level = ticket_sudo.support_service_id, ticket_sudo.support_priority_id
        if refusal or not self.plastek_ticket or not level:
            return refusal
        usual = service.default_priority_id or ticket_sudo.support_provider_id.default_priority_id
        if first or (service and (before.get("service_id") or False) != service.id):
            former = usual  # classified: it gets the level of its service
        else:
            former = self.env["support.priority"].sudo().browse(before.get("priority_id") or [])
        if not former or not self._plastek_is_higher(level, former) or given(self.env, "plastek_raise"):
            return ""
        if given(self.env, "support_side") == facts.SYSTEM:
            return ""  # a step of a chain, which has asked
        if not service:
            return self.env._(
                "%(ticket)s has no service yet: classify it before its level is raised from %(level)s to %(wanted)s.",
                ticket=self.number or self.name or "",
                level=former.display_name,
                wanted=level.display_name,
            )
        values = {"service": service.name, "level": former.display_name, "wanted": level.display_name}
        if not service.plastek_raise:
            return self.env._(
                "A request for “%(service)s” has the level %(level)s, and nobody can raise it to %(wanted)s: the "
                "catalogue does not allow it.",
                **values,
            )
        return self.env._(
            "A request for “%(service)s” has the level %(level)s. Raise it with the button “Raise Level”, "
            "one level at a "
            "time and with a reason.",
            **values,
        )

    @api.model
    def _plastek_is_higher(self, level, other) -> bool:
        """Whether ``level`` is more urgent than ``other``."""
        return bool(level and other) and (level.sequence, level.id) < (other.sequence, other.id)

    # --- raising (P-8) ----------------------------------------------------------------------------

    def _plastek_get_next_level(self):
        """The level above the one that the ticket has; none when it has the highest."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        levels = ticket_sudo.support_provider_id.priority_ids.filtered("active").sorted(
            lambda level: (level.sequence, level.id)
        )
        above = levels.filtered(lambda level: self._plastek_is_higher(level, ticket_sudo.support_priority_id))
        return above[-1:]

    def _plastek_may_not_raise(self) -> str:
        """Why the level cannot be raised now, in the reader's words; empty if it can."""
        self.ensure_one()
        service = self.sudo().support_service_id
        if not service:
            return self.env._("%s has no service yet: classify it first.", self.number)
        if not service.plastek_raise:
            return self.env._("The catalogue does not allow raising the level of requests for “%s”.", service.name)
        if self.support_phase in facts.ENDED:
            return self.env._("%s is closed: its level is settled.", self.number)
        if not self._plastek_get_next_level():
            return self.env._(
                "%(ticket)s has the highest level there is, %(level)s.",
                ticket=self.number,
                level=self.sudo().support_priority_id.display_name,
            )
        return ""

    def _plastek_raise_level(self, reason: str, side: str) -> None:
        """P-8: one level up, with a reason that is kept; access is checked by the caller.

        :raise UserError: when it is not possible, in words for whoever asked
        """
        self.ensure_one()
        refusal = self._plastek_may_not_raise()
        if refusal:
            raise UserError(refusal)
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the level is raised: it is kept with the ticket."))
        # sudo: customers raise the level of their own ticket, which they cannot write
        ticket_sudo = self.sudo()
        former, level = ticket_sudo.support_priority_id, self._plastek_get_next_level()
        raising = ticket_sudo.with_context(**inside(plastek_raise=True, support_side=side))
        raising.write({"support_priority_id": level.id})
        ticket_sudo._support_set({"plastek_raised": ticket_sudo.plastek_raised + 1})
        self._support_add_fact(
            facts.PRIORITY, {"from": former.id, "to": level.id, "raised": True, "reason": reason}, side=side
        )
        ticket_sudo.message_post(
            body=self.env._(
                "Level raised from %(old)s to %(new)s: %(reason)s",
                old=former.display_name,
                new=level.display_name,
                reason=reason,
            ),
            author_id=self.env.user.partner_id.id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )

    def _support_portal_get_page(self):
        page = super()._support_portal_get_page()
        page["plastek_raise"] = ""
        if self.plastek_ticket and not self._plastek_may_not_raise():
            page["plastek_raise"] = self.env._(
                "From %(old)s to %(new)s.",
                old=self.support_priority_id.display_name,
                new=self._plastek_get_next_level().display_name,
            )
        return page

    def _support_portal_get_facts(self):
        """P-8: what was raised, when and why, stays on the customer's page."""
        answer = super()._support_portal_get_facts()
        # sudo: of what was recorded only what the customer said or was told
        for event_sudo in self.sudo().support_event_ids.filtered(
            lambda event: event.kind == facts.PRIORITY and (event.data or {}).get("raised")
        ):
            Priority = self.env["support.priority"].sudo().with_context(active_test=False)
            former, level = (Priority.browse(event_sudo.data[name]).exists() for name in ("from", "to"))
            values = {
                "old": former.display_name or "",
                "new": level.display_name or "",
                "moment": self._support_when(to_instant(event_sudo.moment)),
                "reason": event_sudo.data.get("reason") or "",
            }
            text = self.env._("From %(old)s to %(new)s, %(moment)s", **values)
            if event_sudo.side == facts.CUSTOMER:
                text = self.env._("From %(old)s to %(new)s, %(moment)s: “%(reason)s”", **values)
            answer.append({"label": self.env._("Level raised"), "text": text})
        return answer

    def action_plastek_raise(self):
        """Open the wizard that asks why the level is raised."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Raise Level"),
            "type": "ir.actions.act_window",
            "res_model": "plastek.raise.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }
