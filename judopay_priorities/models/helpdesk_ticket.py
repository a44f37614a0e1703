from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime

from ..const import PROVIDER


class HelpdeskTicket(models.Model):
    """Priorities that are proposed and confirmed (J-7), and what a critical one demands (J-12)."""

    _inherit = "helpdesk.ticket"

    judopay_ticket = fields.Boolean(string="Of Judopay", compute="_compute_judopay_ticket")
    judopay_priority_state = fields.Selection(
        [("proposed", "Not confirmed"), ("confirmed", "Confirmed")],
        string="Priority Is",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="A merchant proposes a priority; it is confirmed or changed after talking to the merchant. "
        "Until then the promises follow what was proposed.",
    )
    judopay_proposed_priority_id = fields.Many2one(
        "support.priority", string="Proposed Priority", copy=False, readonly=True, ondelete="restrict"
    )
    judopay_confirmed_priority_id = fields.Many2one(
        "support.priority", string="Confirmed Priority", copy=False, readonly=True, ondelete="restrict", tracking=True
    )
    judopay_confirmed_by_id = fields.Many2one(
        "res.users", string="Confirmed By", copy=False, readonly=True, groups="base.group_user"
    )
    judopay_confirmed_at = fields.Datetime(string="Confirmed", copy=False, readonly=True)
    judopay_confirmation_note = fields.Text(
        string="Talk with the Merchant", copy=False, readonly=True, groups="base.group_user"
    )
    judopay_dedicated_user_id = fields.Many2one(
        "res.users",
        string="Dedicated Resource",
        copy=False,
        tracking=True,
        domain=[("share", "=", False)],
        groups="base.group_user",
        help="Stays with the ticket until there is a fix or a workaround.",
    )
    judopay_dedicated_at = fields.Datetime(
        string="Dedicated Since",
        compute="_compute_judopay_dedicated_at",
        store=True,
        copy=False,
        groups="base.group_user",
    )
    judopay_lacks_dedicated = fields.Boolean(
        string="Lacks Dedicated Resource",
        compute="_compute_judopay_lacks_dedicated",
        search="_search_judopay_lacks_dedicated",
        groups="base.group_user",
    )

    @api.depends("support_provider_id.code")
    def _compute_judopay_ticket(self):
        for ticket in self:
            # sudo: customers may read their ticket but not the provider's record
            ticket.judopay_ticket = ticket.sudo().support_provider_id.code == PROVIDER

    @api.depends("judopay_dedicated_user_id")
    def _compute_judopay_dedicated_at(self):
        now = fields.Datetime.now()
        for ticket in self:
            # kept when nobody is named any more: it tells that somebody was, see _check_judopay_dedicated
            if ticket.judopay_dedicated_user_id:
                ticket.judopay_dedicated_at = now
            else:
                ticket.judopay_dedicated_at = ticket.judopay_dedicated_at

    @api.depends(
        "support_priority_id.judopay_dedicated",
        "judopay_dedicated_user_id",
        "stage_id.support_phase",
        "support_workaround_at",
    )
    def _compute_judopay_lacks_dedicated(self):
        for ticket in self:
            ticket.judopay_lacks_dedicated = (
                ticket.judopay_ticket
                and ticket.support_priority_id.judopay_dedicated
                and not ticket.judopay_dedicated_user_id
                and not ticket._judopay_has_workaround()
                and ticket.stage_id.support_phase not in facts.ENDED
            )

    def _search_judopay_lacks_dedicated(self, operator, value):
        if operator != "in":
            return NotImplemented
        lacks = (
            fields.Domain("support_provider_id.code", "=", PROVIDER)
            & fields.Domain("support_priority_id.judopay_dedicated", "=", True)
            & fields.Domain("judopay_dedicated_user_id", "=", False)
            & fields.Domain("support_workaround_at", "=", False)
            & fields.Domain("stage_id.support_phase", "not in", list(facts.ENDED))
        )
        if True in value and False in value:
            return fields.Domain.TRUE
        return lacks if True in value else ~lacks

    @api.constrains("judopay_dedicated_user_id", "stage_id")
    def _check_judopay_dedicated(self):
        """J-12: whoever was assigned stays until there is a fix or a workaround; no fix without anybody."""
        if self._support_get_side() != facts.STAFF:
            return  # a merchant may close an own ticket at any time
        for ticket in self._judopay_filter().filtered(
            lambda ticket: (
                ticket.support_priority_id.judopay_dedicated
                and not ticket.judopay_dedicated_user_id
                and ticket.support_phase not in facts.ENDED
            )
        ):
            if ticket._judopay_has_workaround():
                continue
            if ticket.stage_id.support_phase in (facts.RESOLVED, facts.CLOSED):
                raise ValidationError(
                    self.env._(
                        "%(ticket)s is %(priority)s and nobody was dedicated to it: assign a dedicated resource, "
                        "or confirm a lower priority, before you close it.",
                        ticket=ticket.number,
                        priority=ticket.support_priority_id.display_name,
                    )
                )
            if ticket.judopay_dedicated_at and ticket.stage_id.support_phase != facts.CANCELLED:
                raise ValidationError(
                    self.env._(
                        "The dedicated resource of %s stays until there is a fix or a workaround: "
                        "name somebody else to hand it over.",
                        ticket.number,
                    )
                )

    @api.constrains("user_id", "team_id")
    def _check_judopay_assignee(self):
        """J-3: the queue decides who can answer."""
        for ticket in self._judopay_filter():
            if not ticket.support_raised:
                continue  # being created: see _judopay_clear_stranger
            members = ticket.team_id.user_ids
            if members and ticket.user_id and ticket.user_id not in members:
                raise ValidationError(
                    self.env._(
                        "%(user)s does not answer in the queue “%(team)s”: assign one of its members, "
                        "or move the ticket to another queue.",
                        user=ticket.user_id.name,
                        team=ticket.team_id.name,
                    )
                )

    # --- actions ---------------------------------------------------------------------------------

    def action_judopay_confirm(self):
        """Open the wizard that confirms or changes the priority (J-7)."""
        self.ensure_one()
        return {
            "name": self.env._("Confirm the Priority"),
            "type": "ir.actions.act_window",
            "res_model": "judopay.confirm.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    def action_judopay_dedicate(self):
        """Open the wizard that assigns the dedicated resource (J-12)."""
        self.ensure_one()
        return {
            "name": self.env._("Dedicated Resource"),
            "type": "ir.actions.act_window",
            "res_model": "judopay.dedicate.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    # --- business --------------------------------------------------------------------------------

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {
            "judopay_priority_state",
            "judopay_proposed_priority_id",
            "judopay_confirmed_priority_id",
            "judopay_confirmed_by_id",
            "judopay_confirmed_at",
            "judopay_confirmation_note",
            "judopay_dedicated_at",
        }

    def _judopay_filter(self):
        return self.filtered("judopay_ticket")

    def _judopay_has_workaround(self) -> bool:
        """Whether a workaround is in force: it ends the need of a dedicated resource until it fails (J-12)."""
        self.ensure_one()
        return bool(self.support_workaround_at)

    def _judopay_confirm(self, priority, note: str) -> None:
        """J-7: make ``priority`` what both sides talked about. Access is checked by the caller.

        Confirming once more, with the same priority or another one, is a fact of its own.
        """
        self.ensure_one()
        if not self.judopay_ticket:
            raise UserError(self.env._("%s is no ticket of Judopay.", self.number))
        if self.support_phase in facts.ENDED:
            raise UserError(self.env._("%s is closed: its priority is settled.", self.number))
        if not (note or "").strip():
            raise UserError(self.env._("Note what was talked about with the merchant."))
        before = self.support_priority_id
        # first: whoever hears of the change finds it confirmed already; sudo: entered by nobody, see E-3.9
        self.sudo()._support_set(
            {
                **self._judopay_confirmed_values(priority, self.env["support.event"]._now()),
                "judopay_confirmation_note": note.strip(),
            }
        )
        self.write({"support_priority_id": priority.id})
        self._support_add_fact(
            facts.PRIORITY,
            {"from": before.id, "to": priority.id, "confirmed": True, "note": note.strip()},
            side=facts.STAFF,
        )
        if before == priority:
            body = self.env._("Priority confirmed: %(new)s. %(note)s", new=priority.display_name, note=note.strip())
        else:
            body = self.env._(
                "Priority changed to %(new)s, it was %(old)s. %(note)s",
                new=priority.display_name,
                old=before.display_name,
                note=note.strip(),
            )
        # "notification": said on the ticket, but no answer to anybody
        self.message_post(body=body, message_type="notification", subtype_xmlid="mail.mt_note")

    def _judopay_confirmed_values(self, priority, now: datetime) -> dict[str, Any]:
        return {
            "judopay_priority_state": "confirmed",
            "judopay_confirmed_priority_id": priority.id,
            "judopay_confirmed_by_id": self.env.uid,
            "judopay_confirmed_at": now,
            "judopay_confirmation_note": False,
        }

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        own = self._judopay_filter()
        intents = []
        for row in rows:
            if row["ticket_id"] in own._ids and row["kind"] in (facts.RAISED, facts.PRIORITY):
                ticket = own.browse(row["ticket_id"])
                ticket._judopay_follow_priority(row, now)
                if row["kind"] == facts.RAISED:
                    ticket._judopay_clear_stranger()
                intents += ticket._judopay_prepare_critical(row, now)
        if intents and not given(self.env, "support_no_notify"):
            self.env["support.notification"]._enqueue(intents)
        return result

    def _judopay_clear_stranger(self) -> None:
        """J-3: the helpdesk assigns a ticket to whoever raises it, also when it goes to a queue of others."""
        self.ensure_one()
        members = self.team_id.user_ids
        if members and self.user_id not in members:
            self._support_set({"user_id": False})

    def _judopay_follow_priority(self, row: dict[str, Any], now: datetime) -> None:
        """J-7: who named the priority says whether it is proposed or confirmed.

        Staff speak for Judopay: an agent who raises a ticket for a merchant has the merchant on the
        phone, one who changes the priority on the ticket has decided. Everybody else proposes.
        """
        self.ensure_one()
        priority = self.support_priority_id
        if (row.get("data") or {}).get("confirmed"):
            return  # _judopay_confirm has written it
        if not priority:
            self._support_set({"judopay_priority_state": False})
            return
        values: dict[str, Any] = {}
        if row["kind"] == facts.RAISED or row["side"] != facts.STAFF:
            values["judopay_proposed_priority_id"] = priority.id
        if row["side"] != facts.STAFF:
            values["judopay_priority_state"] = "proposed"
        elif (self.judopay_priority_state, self.judopay_confirmed_priority_id) != ("confirmed", priority):
            values.update(self._judopay_confirmed_values(priority, now))
        self._support_set(values)

    def _judopay_prepare_critical(self, row: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
        """J-12: whom to tell that the ticket has come to a level that must be told of, once per becoming."""
        self.ensure_one()
        role = self.support_priority_id.judopay_told_role_id
        data = row.get("data") or {}
        if not role or self.support_phase in facts.ENDED:
            return []
        if row["kind"] == facts.RAISED:
            code = "judopay_raised"
        elif data.get("confirmed") or self.judopay_confirmed_at == now:
            code = "judopay_confirmed"
        else:
            code = "judopay_changed"
        partners = role._get_partners(self, now, on_call=True)
        if not partners:
            return [self._support_tell_administrator("role_empty", key=f"role_empty:{role.id}", role=role.name)]
        return [
            {
                "ticket_id": self.id,
                "kind": "role",
                "partner_id": partner.id,
                "code": code,
                # read when this addon is gone
                "summary": self.support_priority_id.display_name,
                "data": {"who": self.env.user.name},
                # a change that is confirmed in the same moment is told once
                "key": f"judopay_critical:{now}:{partner.id}",
            }
            for partner in partners
        ]

    def _support_portal_get_facts(self) -> list[dict[str, str]]:
        """J-3, J-7: on the page of the ticket, whether the priority is confirmed, and who gets copies."""
        answer = super()._support_portal_get_facts()
        if not self.judopay_ticket:
            return answer
        proposed = self.judopay_proposed_priority_id.display_name or ""
        current = self.support_priority_id.display_name or ""
        if self.judopay_priority_state == "proposed":
            text = self.env._("%s, proposed. We confirm or change it after talking to you.", current)
        elif self.judopay_priority_state == "confirmed":
            values = {
                "current": current,
                "proposed": proposed,
                "date": format_datetime(
                    self.env, self.judopay_confirmed_at, tz=self.env.context.get("tz"), dt_format="d MMM y HH:mm"
                ),
            }
            if proposed and proposed != current:
                text = self.env._("%(current)s, confirmed on %(date)s; %(proposed)s was proposed.", **values)
            else:
                text = self.env._("%(current)s, confirmed on %(date)s.", **values)
        else:
            text = ""
        if text:
            answer.append({"label": self.env._("Priority"), "text": text})
        if self.email_cc:
            answer.append({"label": self.env._("Copies of our answers to"), "text": self.email_cc})
        return answer

    def _support_get_notice(self, portal: bool) -> str:
        notice = super()._support_get_notice(portal)
        # customers read it in _support_portal_get_facts
        if notice or portal or not self.judopay_ticket or self.support_phase in facts.ENDED:
            return notice
        if self.judopay_priority_state == "proposed":
            return self.env._(
                "The times follow %s as it was proposed; it is not confirmed with the merchant yet.",
                self.support_priority_id.display_name,
            )
        return notice
