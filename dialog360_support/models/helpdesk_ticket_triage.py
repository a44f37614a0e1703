from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given, inside
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """Triage: how severe it is, who works on it, which team it is handed to if it cannot be solved at once (D-9)."""

    _inherit = "helpdesk.ticket"

    dialog360_triaged_at = fields.Datetime(string="Triaged", copy=False, readonly=True, groups="base.group_user")
    dialog360_triaged_by_id = fields.Many2one(
        "res.users", string="Triaged By", copy=False, readonly=True, groups="base.group_user"
    )
    dialog360_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Team on Record",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="The team that was recorded last as having this ticket.",
    )
    dialog360_involvement_ids = fields.One2many(
        "dialog360.involvement",
        "ticket_id",
        string="Teams Involved",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {
            "dialog360_triaged_at",
            "dialog360_triaged_by_id",
            "dialog360_team_id",
            "dialog360_involvement_ids",
        }

    def action_dialog360_triage(self):
        """Open the wizard that sets severity and resources, and hands the ticket over."""
        return self._support_open_wizard("dialog360.triage.wizard", self.env._("Triage"))

    def _support_after_look(self, now: datetime):
        """D-9: whichever way a ticket comes to another team, that is recorded."""
        result = super()._support_after_look(now)
        for ticket in self.filtered("dialog360_ticket"):
            if ticket.team_id and ticket.team_id != ticket.dialog360_team_id:
                moment = now if ticket.dialog360_team_id else ticket.support_raised or now
                note = given(self.env, "dialog360_reason") or ""
                self.env["dialog360.involvement"]._insert(ticket, ticket.team_id, moment, note)
                handed = bool(ticket.dialog360_team_id)
                ticket._support_set({"dialog360_team_id": ticket.team_id.id})
                if handed:
                    ticket._dialog360_tell_handed(note)
                    ticket._dialog360_join_review()
        return result

    def _dialog360_tell_handed(self, note: str) -> None:
        """Tell the leader of a team that it has got a ticket, where nobody was named who works on it. With sudo."""
        self.ensure_one()
        leader = self._support_filter_reachable(self.team_id.user_id)
        if not leader or self.user_id or leader == self.env.user or given(self.env, "support_no_notify"):
            return
        self.env["support.notification"]._enqueue(
            [
                {
                    "ticket_id": self.id,
                    "kind": "role",
                    "partner_id": leader.partner_id.id,
                    "code": "dialog360_handed",
                    "data": {"team": self.team_id.name, "note": note},
                }
            ]
        )

    def _dialog360_get_teams(self):
        """The teams that have had this ticket, in the order in which they got it; with sudo."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        return ticket_sudo.dialog360_involvement_ids.sorted("id").team_id or ticket_sudo.team_id

    def _dialog360_triage(self, values: dict[str, Any], note: str) -> None:
        """Set what triage decides, and record it. Access is checked by the caller.

        :param values: ``support_priority_id``, ``support_kind_id``, ``dialog360_lang_id``, ``team_id``, ``user_id``:
            what changes of these
        :param note: for colleagues: why, and what was found so far
        :raise UserError: when there is nothing to decide any more, or a team is to take over that is not told why
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo.support_phase in facts.ENDED:
            raise UserError(self.env._("This ticket is closed: there is nothing left to decide."))
        handed = "team_id" in values and values["team_id"] != self.team_id.id
        if handed and not note.strip():
            raise UserError(self.env._("Tell the other team what you have found so far: it saves asking twice."))
        if ticket_sudo.support_phase == facts.NEW and (values.get("user_id") or (self.user_id and not handed)):
            stage = self._support_get_phase_stage(facts.OPEN)  # somebody works on it from now on
            values = {**values, **({"stage_id": stage.id} if stage else {})}
        note = ticket_sudo._support_mask_said(note.strip())  # kept beside the ticket's own texts (D-16)
        if values:
            self.with_context(**inside(dialog360_reason=note)).write(values)
        ticket_sudo._support_set(
            {"dialog360_triaged_at": self.env["support.event"]._now(), "dialog360_triaged_by_id": self.env.uid}
        )
        if note:
            # as a message: whoever takes over reads it, and it is a sign of life (E-1.10).
            # sudo: with another team it may be out of reach of whoever has handed it over
            ticket_sudo.message_post(body=note, message_type="comment", subtype_xmlid="mail.mt_note")
