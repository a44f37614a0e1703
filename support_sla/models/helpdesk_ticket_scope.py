from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import facts
from ..tools.clock import Reading
from .helpdesk_ticket_pause import MANAGERS
from .support_time import to_instant

#: ``data["source"]`` of the facts written here: promises taken off one by one stay off when this one ends
SOURCE = "outside"


class HelpdeskTicket(models.Model):
    """Tickets outside of the support: no promise holds, with a reason that the customer reads (E-3.5).

    Messages go on as ever: advice can still be given.
    """

    _inherit = "helpdesk.ticket"

    support_outside_id = fields.Many2one(
        "support.outside.reason",
        string="Outside of the Support",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    support_outside_at = fields.Datetime(string="Outside Since", copy=False, readonly=True, groups="base.group_user")
    support_outside_by_id = fields.Many2one(
        "res.users", string="Put Outside By", copy=False, readonly=True, groups="base.group_user"
    )
    support_outside_note = fields.Text(
        string="Outside Because", copy=False, readonly=True, groups="base.group_user", help="Stays internal."
    )
    support_outside_badge = fields.Char(compute="_compute_support_outside_badge", groups="base.group_user")
    support_has_outside = fields.Boolean(
        compute="_compute_support_has_outside", groups="base.group_user", help="The provider knows such reasons."
    )

    @api.depends("support_outside_id")
    @api.depends_context("lang")
    def _compute_support_outside_badge(self):
        for ticket in self:
            reason = ticket.sudo().support_outside_id
            ticket.support_outside_badge = reason._get_badge() if reason else False

    @api.depends("support_provider_id")
    def _compute_support_has_outside(self):
        # sudo: a button is shown or not, nothing is told of the reasons
        providers = dict(
            self.env["support.outside.reason"]
            .sudo()
            ._read_group([("provider_id", "in", self.sudo().support_provider_id.ids)], ["provider_id"], ["__count"])
        )
        for ticket in self:
            ticket.support_has_outside = bool(providers.get(ticket.sudo().support_provider_id))

    # --- actions ---------------------------------------------------------------------------------

    def action_support_outside(self):
        """Open the wizard that puts the ticket outside of the support, or changes why it is."""
        return self._support_open_wizard("support.outside.wizard", self.env._("Outside of the Support"))

    def action_support_inside(self):
        """Open the wizard that takes the ticket back into the support."""
        action = self._support_open_wizard("support.outside.wizard", self.env._("Back in the Support"))
        action["context"]["default_mode"] = "back"
        return action

    # --- business --------------------------------------------------------------------------------

    def _support_check_may_outside(self, reason_sudo):
        """:raise AccessError: for agents where the reason is the managers' to give"""
        if not reason_sudo.agents_may and not self.env.user.has_group(MANAGERS):
            raise AccessError(self.env._("Only a helpdesk manager decides about “%s”: ask one.", reason_sudo.name))

    def _support_put_outside(self, reason, note: str):
        """No promise holds from now on, because of ``reason`` (E-3.5). Access is checked by the caller.

        :raise UserError: when it cannot be so
        """
        self.ensure_one()
        ticket_sudo, reason_sudo = self.sudo(), reason.sudo()
        self._support_check_may_outside(reason_sudo)
        if reason_sudo.provider_id != ticket_sudo.support_provider_id:
            raise UserError(self.env._("“%s” is no reason of this ticket's provider.", reason_sudo.name))
        if ticket_sudo.support_phase in facts.ENDED:
            raise UserError(self.env._("This ticket is resolved or closed: its promises are over."))
        if ticket_sudo.support_outside_id:
            self._support_check_may_outside(ticket_sudo.support_outside_id)
            ticket_sudo._support_add_fact(facts.INCLUDED, self._support_prepare_inside(), side=facts.STAFF)
        metrics, others = reason_sudo._get_excluded()
        ticket_sudo._support_add_fact(
            facts.EXCLUDED,
            {
                "metrics": metrics,
                "except": others,
                "reason": reason_sudo.customer_text,
                "outside": reason_sudo.id,
                "source": SOURCE,
                "note": note,
            },
            side=facts.STAFF,
        )
        ticket_sudo._support_set(
            {
                "support_outside_id": reason_sudo.id,
                "support_outside_at": self.env["support.event"]._now(),
                "support_outside_by_id": self.env.uid,
                "support_outside_note": note,
            }
        )
        self._message_log(
            body=self.env._("Outside of the support: %(reason)s. %(note)s", reason=reason_sudo.name, note=note or "")
        )

    def _support_take_inside(self, note: str = "", side: str = facts.STAFF):
        """The promises hold again from now on. Access is checked by the caller."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        reason_sudo = ticket_sudo.support_outside_id
        if not reason_sudo:
            raise UserError(self.env._("This ticket is not outside of the support."))
        if side == facts.STAFF:
            self._support_check_may_outside(reason_sudo)
        ticket_sudo._support_set(dict.fromkeys(self._support_get_outside_columns(), False))
        ticket_sudo._support_add_fact(facts.INCLUDED, self._support_prepare_inside(), side=side)
        self._message_log(body=self.env._("Back in the support: the promises hold again. %s", note or ""))

    @api.model
    def _support_get_outside_columns(self) -> tuple[str, ...]:
        return ("support_outside_id", "support_outside_at", "support_outside_by_id", "support_outside_note")

    @api.model
    def _support_prepare_inside(self) -> dict[str, Any]:
        return {"metrics": [], "source": SOURCE}

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        for row in rows:
            if row["kind"] != facts.GRADED or row["ticket_id"] not in self._ids:
                continue
            ticket = self.browse(row["ticket_id"])
            if ticket.support_outside_id and ticket.support_outside_id.provider_id != ticket.support_provider_id:
                # one provider's reason says nothing about the promises of another
                ticket._support_take_inside(side=facts.SYSTEM)
        return result

    # --- words -----------------------------------------------------------------------------------

    def _support_tell_excluded(self, values: Mapping[str, Any], reading: Reading, portal: bool) -> str:
        if values.get("outside"):
            reason_sudo = self.env["support.outside.reason"].sudo().browse(values["outside"]).exists()
            if reason_sudo:
                text = reason_sudo.customer_text if portal else reason_sudo.name
                return super()._support_tell_excluded({**values, "reason": text}, reading, portal)
        return super()._support_tell_excluded(values, reading, portal)

    def _support_get_notice(self, portal: bool) -> str:
        notice = super()._support_get_notice(portal)
        reason_sudo = self.sudo().support_outside_id
        if not portal or not reason_sudo or self.support_phase in facts.ENDED:
            return notice
        return " ".join(sentence for sentence in (reason_sudo.customer_text, notice) if sentence)

    def _support_describe_escalation(self, now: datetime) -> dict[str, Any]:
        answer = super()._support_describe_escalation(now)
        reason_sudo = self.sudo().support_outside_id
        if reason_sudo and not reason_sudo._get_excluded()[0]:
            # nothing can be missed, so nobody is told any more
            answer["steps"] = [step for step in answer["steps"] if step["fired"]]
            if not answer["steps"]:
                answer.update(chain=False, quiet=True)
        return answer

    def _support_portal_get_facts(self) -> list[dict[str, str]]:
        answer = super()._support_portal_get_facts()
        reason_sudo = self.sudo().support_outside_id
        if reason_sudo:
            since = self._support_when(to_instant(self.sudo().support_outside_at))
            answer.append(
                {
                    "label": reason_sudo._get_badge(),
                    "text": self.env._("%(reason)s, since %(since)s.", reason=reason_sudo.name, since=since),
                }
            )
        return answer
