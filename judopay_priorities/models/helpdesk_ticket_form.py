from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts

from ..const import PROVIDER

PHONE = "helpdesk_mgmt.helpdesk_ticket_channel_phone"


class HelpdeskTicket(models.Model):
    """The incident form (J-9), and calls at night that are followed by it (J-15).

    Which of the answers are asked for, how and of which levels are records (data/support_form_field_data.xml).
    """

    _inherit = "helpdesk.ticket"

    judopay_form_contact = fields.Char(string="Reported By", copy=False)
    judopay_form_what = fields.Text(string="What Fails", copy=False)
    judopay_form_since = fields.Datetime(string="Since When", copy=False)
    judopay_form_impact = fields.Text(string="Business Impact", copy=False)
    judopay_form_connections = fields.Text(string="Gateways and Inbound Connections", copy=False)
    judopay_form_references = fields.Text(string="Transaction References", copy=False)
    judopay_form_steps = fields.Text(string="Steps", copy=False)

    @api.model
    def _support_portal_form_fields(self, provider) -> list[dict[str, Any]]:
        """J-9: who reports is known on the portal; it can be somebody else."""
        specs = super()._support_portal_form_fields(provider)
        if provider.code == PROVIDER:
            partner = self.env.user.partner_id
            for spec in specs:
                if spec["name"] == "judopay_form_contact":
                    spec["value"] = ", ".join(filter(None, (partner.name, partner.phone or partner.email)))
        return specs

    @api.model
    def _support_prepare_portal_values(self, provider, post: Mapping[str, Any]) -> dict[str, Any]:
        """J-9: what happened is asked of everybody; it is not typed twice."""
        values = super()._support_prepare_portal_values(provider, post)
        if provider.code == PROVIDER and not values.get("judopay_form_what"):
            values["judopay_form_what"] = (post.get("description") or "").strip()
        return values

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        own = self._judopay_filter()
        for row in rows:
            if row["ticket_id"] in own._ids and row["kind"] in (facts.RAISED, facts.CALL):
                own.browse(row["ticket_id"])._judopay_follow_call(row)
        return result

    def _judopay_follow_call(self, row: Mapping[str, Any]) -> None:
        """J-15: a call that was taken out of hours is followed by the incident form, asked for at once: the merchant
        finds it in the morning. A call is a ticket of the phone's channel, or one that an agent raised and on which
        the merchant's call was logged."""
        self.ensure_one()
        if not self.support_out_of_hours:
            return
        if row["kind"] == facts.RAISED:
            called = self.channel_id.id == self.env["ir.model.data"]._xmlid_to_res_id(PHONE, raise_if_not_found=False)
        else:
            called = (row.get("data") or {}).get("direction") == "in" and any(
                event.kind == facts.RAISED and event.side == facts.STAFF for event in self._support_get_events()
            )
        if called:
            self._support_request_form("judopay_night_call")

    def _support_form_say_reason(self, reason: str) -> str:
        """J-15: why the merchant is asked."""
        if reason == "judopay_night_call":
            return self.env._(
                "You called us outside of our working hours and we have noted your call. The incident form of this "
                "ticket has to follow it, on the next working morning at the latest."
            )
        return super()._support_form_say_reason(reason)

    def _support_guess_outage(self):
        guess = super()._support_guess_outage()
        since = self.judopay_form_since
        return since if guess and since and since < guess else guess
