from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_time import from_instant
from odoo.addons.support_sla.tools import facts

#: what the helpdesk calls the way a ticket came in when somebody rang
PHONE = "helpdesk_mgmt.helpdesk_ticket_channel_phone"


class HelpdeskTicket(models.Model):
    """The call that goes with a critical ticket (J-8).

    What counts is what agents recorded: a call in the call log, or a ticket that an agent raised for
    a merchant on the phone. Whether a call came is read from these facts and kept on the ticket; it
    is demanded only while the ticket is at a level that asks for it.
    """

    _inherit = "helpdesk.ticket"

    judopay_call_state = fields.Selection(
        [("missing", "No call yet"), ("came", "Merchant called"), ("reached", "We called")],
        string="Call",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="At a level that asks for a call as well: whether the merchant called, or we reached the merchant.",
    )
    judopay_call_at = fields.Datetime(string="Called", copy=False, readonly=True)
    judopay_call_user_id = fields.Many2one(
        "res.users",
        string="Call Taken By",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"judopay_call_state", "judopay_call_at", "judopay_call_user_id"}

    def action_judopay_log_call(self):
        """Open the call log for the call that is missing (J-8)."""
        action = self.action_support_log_call()
        action["context"] = {**action["context"], "default_direction": "in"}
        return action

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        kinds = (facts.RAISED, facts.PRIORITY, facts.CALL)
        touched = {row["ticket_id"] for row in rows if row["kind"] in kinds}
        self._judopay_filter().filtered(lambda ticket: ticket.id in touched)._judopay_refresh_call()
        return result

    def _judopay_refresh_call(self) -> None:
        """J-8: keep on the tickets whether the call that their level asks for came. Used with sudo.

        A ticket that has ended keeps what it was at the end.
        """
        live = self.filtered(lambda ticket: ticket.support_phase not in facts.ENDED)
        asked = live.filtered("support_priority_id.judopay_call_point_id")
        for ticket in live - asked:
            ticket._support_set({"judopay_call_state": False, "judopay_call_at": False, "judopay_call_user_id": False})
        if not asked:
            return
        events = self.env["support.event"]._read_facts(asked.ids)
        for ticket in asked:
            ticket._support_set(ticket._judopay_find_call(events[ticket.id]))

    def _judopay_find_call(self, events: Sequence[facts.Event]) -> dict[str, Any]:
        """The call that the ticket's facts tell of: the merchant's first one, else our first one."""
        self.ensure_one()
        phone_id = self.env["ir.model.data"]._xmlid_to_res_id(PHONE)
        by_phone = bool(phone_id) and self.channel_id.id == phone_id
        came, reached = [], []
        for event in events:
            if event.kind == facts.RAISED and by_phone and event.side == facts.STAFF:
                came.append(event)
            elif event.kind == facts.CALL:
                (came if event.data.get("direction") == "in" else reached).append(event)
        first = min(came or reached, key=lambda event: event.order, default=None)
        if first is None:
            return {"judopay_call_state": "missing", "judopay_call_at": False, "judopay_call_user_id": False}
        return {
            "judopay_call_state": "came" if came else "reached",
            "judopay_call_at": from_instant(first.moment),
            "judopay_call_user_id": self.env["support.event"].browse(first.id).user_id.id,
        }

    def _judopay_get_call_line(self) -> dict[str, Any] | bool:
        """The line that the merchant is still asked to call, as ``support.provider._support_get_contact_points`` has
        it; False when no call is missing. For mails and the portal."""
        self.ensure_one()
        if self.judopay_call_state != "missing" or self.support_phase in facts.ENDED:
            return False
        # sudo: customers read of the line, not the record
        level_sudo = self.sudo().support_priority_id
        line = level_sudo._judopay_get_call_line()
        return {**line, "level": level_sudo.display_name} if line else False

    # --- the portal --------------------------------------------------------------------------------

    def _support_portal_describe_priority(self, priority, match):
        """J-8: whoever chooses such a level sees at once which line to call as well."""
        answer = super()._support_portal_describe_priority(priority, match)
        line = priority._judopay_get_call_line()
        if line:
            answer["note"] = self.env._(
                "Please call us as well, right after you have sent this: %(label)s.", label=line["label"]
            )
            answer["note_links"] = [{"label": line["value"], "url": line["url"], "icon": "fa-phone"}]
        return answer

    def _support_portal_get_page(self) -> dict[str, Any]:
        page = super()._support_portal_get_page()
        line = page["judopay_call"] = self._judopay_get_call_line()
        if line:  # asked for above, not offered once more beside "Answer"
            page["actions"] = [action for action in page["actions"] if action["url"] != line["url"]]
        return page

    def _support_portal_get_next(self, panel: dict[str, Any]) -> dict[str, Any]:
        """The page does not say "you need to do nothing" right below a request to call."""
        answer = super()._support_portal_get_next(panel)
        if not answer["mine"] and self._judopay_get_call_line():
            answer["turn"] = self.env._("%s works on it; please call as well.", self.support_provider_id.name)
        return answer

    def _support_portal_get_facts(self) -> list[dict[str, str]]:
        answer = super()._support_portal_get_facts()
        moment = self._support_portal_describe_moment(
            fields.Datetime.to_string(self.judopay_call_at) if self.judopay_call_at else False,
            fields.Datetime.to_string(self.env["support.event"]._now()),
        )
        if moment and self.judopay_call_state == "came":
            answer.append({"label": self.env._("Call"), "text": self.env._("You called: %s", moment["text"])})
        elif moment and self.judopay_call_state == "reached":
            answer.append({"label": self.env._("Call"), "text": self.env._("We called you: %s", moment["text"])})
        return answer
