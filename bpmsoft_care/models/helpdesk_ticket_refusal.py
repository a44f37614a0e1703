from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError

from .helpdesk_ticket_authorised import ASKED, HELD

COLUMNS = ("bpmsoft_ground_id", "bpmsoft_refused_at", "bpmsoft_refused_by_id", "bpmsoft_refusal_note")


class HelpdeskTicket(models.Model):
    """Requests that are refused, with a ground that the client is told (B-14).

    A refused request is cancelled: its clocks end without a verdict, so that it stands outside of achievement. What had
    been missed before stays missed.
    """

    _inherit = "helpdesk.ticket"

    bpmsoft_ground_id = fields.Many2one(
        "bpmsoft.refusal.ground",
        string="Ground of Refusal",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    bpmsoft_refused_at = fields.Datetime(string="Refused", copy=False, readonly=True, groups="base.group_user")
    bpmsoft_refused_by_id = fields.Many2one(
        "res.users", string="Refused By", copy=False, readonly=True, ondelete="set null", groups="base.group_user"
    )
    bpmsoft_refusal_note = fields.Text(
        string="Refused Because", copy=False, readonly=True, groups="base.group_user", help="Stays internal."
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | set(COLUMNS)

    def action_bpmsoft_refuse(self):
        """Open the wizard that refuses the request with a ground."""
        action = self._support_open_wizard("bpmsoft.refusal.wizard", self.env._("Refuse the Request"))
        ground = self.env.ref("bpmsoft_care.ground_not_authorised", raise_if_not_found=False)
        if ground and self.bpmsoft_standing in (HELD, ASKED):
            action["context"]["default_ground_id"] = ground.id
        return action

    def action_bpmsoft_take_back(self):
        """Take the refusal back: the request stands where it stood before, new."""
        for ticket in self:
            ticket.check_access("write")
            if not ticket.bpmsoft_ground_id:
                raise UserError(self.env._("%s was not refused.", ticket.number))
            stage = ticket.team_id._get_applicable_stages().filtered(lambda stage: stage.support_phase == facts.NEW)[:1]
            if not stage:
                raise UserError(self.env._("The queue “%s” has no stage for new requests.", ticket.team_id.name))
            ticket.write({"stage_id": stage.id})
        return True

    def _bpmsoft_refuse(self, ground, note: str) -> None:
        """Refuse the request: it is cancelled and the client told why. Access is checked by the caller.

        :param note: for colleagues
        :raise UserError: when it is over, or its queue has no stage to go to
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        if not ticket_sudo._bpmsoft_is_ours():
            raise UserError(self.env._("%s is no client's request that could be refused.", self.number))
        if ticket_sudo.support_phase in facts.ENDED:
            raise UserError(self.env._("%s is resolved or closed: there is nothing to refuse any more.", self.number))
        stage = self.team_id._get_applicable_stages().filtered(lambda stage: stage.support_phase == facts.CANCELLED)[:1]
        if not stage:
            raise UserError(
                self.env._(
                    "The queue “%s” has no stage that means cancelled: give one of its stages that phase.",
                    self.team_id.name,
                )
            )
        now = self.env["support.event"]._now()
        note = self._support_mask_said(note)
        ticket_sudo._support_set(
            {
                "bpmsoft_ground_id": ground.id,
                "bpmsoft_refused_at": now,
                "bpmsoft_refused_by_id": self.env.uid,
                "bpmsoft_refusal_note": note,
            }
        )
        self.write({"stage_id": stage.id})
        ticket_sudo._bpmsoft_enqueue(
            "refused", key=f"bpmsoft_refused:{fields.Datetime.to_string(now)}", ground=ground.id
        )
        self._message_log(
            body=self.env._("Refused: %(ground)s. %(note)s", ground=ground.name, note=note),
            author_id=self.env.user.partner_id.id,
        )

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        """Whoever moves a refused request out of its stage takes the refusal back."""
        result = super()._support_after_facts(rows, now)
        for row in rows:
            if row["kind"] != facts.PHASE or row["ticket_id"] not in self._ids:
                continue
            ticket = self.browse(row["ticket_id"])
            if ticket.bpmsoft_ground_id and (row.get("data") or {}).get("phase") != facts.CANCELLED:
                ticket._message_log(
                    body=self.env._("The refusal was taken back (%s).", ticket.bpmsoft_ground_id.name),
                    author_id=self.env.user.partner_id.id,
                )
                ticket._support_set(dict.fromkeys(COLUMNS, False))
        return result
