from datetime import datetime
from typing import Any

from odoo import fields, models
from odoo.addons.support_sla.tools import facts


class HelpdeskTicket(models.Model):
    """Outside of the working hours: who is told at once, and what merchants read (J-14)."""

    _inherit = "helpdesk.ticket"

    def _judopay_prepare_critical(self, row: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
        """J-14: besides, whoever is on call at night; a person who is told for both reasons is told once."""
        intents = super()._judopay_prepare_critical(row, now)
        told = {intent["partner_id"]: intent for intent in intents if intent["code"] != "role_empty"}
        for night in self._judopay_prepare_night(row, now):
            same = told.get(night["partner_id"])
            if same and night["kind"] == "role":
                instead = night["code"].endswith("_instead")
                same["code"] = "judopay_night_critical_instead" if instead else "judopay_night_critical"
                same["data"] = {**same["data"], **night["data"]}
            else:
                intents.append(night)
        return intents

    def _judopay_prepare_night(self, row: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
        """J-14: whom to tell that a ticket has come to a level that does not wait until the morning.

        Once for each time it comes to the level; confirming the level that it has already is no news.
        """
        self.ensure_one()
        data = row.get("data") or {}
        role = self.support_priority_id.judopay_night_role_id
        if not role or self.support_phase in facts.ENDED or not self._support_is_shut(now):
            return []
        if self.support_outside_id:
            return []  # advice only: nothing is promised, nobody is woken (J-20)
        if row["kind"] == facts.PRIORITY and data.get("from") == data.get("to"):
            return []
        filled, how, partners = role._find_partners(self, now, on_call=True)
        if not partners:
            return [self._support_tell_administrator("role_empty", key=f"role_empty:{role.id}", role=role.name)]
        on_call = filled == role and how == "rota"
        code = "judopay_night_raised" if row["kind"] == facts.RAISED else "judopay_night_changed"
        return [
            {
                "ticket_id": self.id,
                "kind": "role",
                "partner_id": partner.id,
                "code": code if on_call else f"{code}_instead",
                # read when this addon is gone
                "summary": self.support_priority_id.display_name,
                "data": {"role": role.name},
                # the level that is set and confirmed in the same moment is told once
                "key": f"judopay_night:{now}:{partner.id}",
            }
            for partner in partners
        ]

    def _judopay_describe_night(self, moment: datetime) -> dict[str, Any]:
        """What a merchant reads about a ticket while the desk is shut, in the language and zone of the context.

        :param moment: naive UTC
        :return: ``kind``: "on_call" for a level that does not wait, "next_day" for one that does, "" when there is
            nothing to say; ``text``: sentences; ``lines``: telephone lines that are open then, see
            ``support.provider._support_get_contact_points``
        """
        self.ensure_one()
        nothing: dict[str, Any] = {"kind": "", "text": "", "lines": []}
        if not self.judopay_ticket or self.support_phase in facts.ENDED or not self._support_is_shut(moment):
            return nothing
        if self.sudo().support_outside_id:
            return nothing  # another notice says what that means
        role = self.support_priority_id.judopay_night_role_id
        if role:
            lines = self._judopay_get_night_lines(moment)
            told = bool(role._get_partners(self, moment, on_call=True))
            return {"kind": "on_call", "text": self._judopay_say_on_call(told, lines), "lines": lines}
        if not self.support_out_of_hours or self._judopay_is_answered():
            return nothing
        opening = self._support_get_opening(moment)
        if opening is None:
            text = self.env._("This arrived outside of our working hours. It is handled as soon as we are back.")
        else:
            # a mail has no reader's zone yet: the merchant's
            words = self.with_context(
                tz=self.env.context.get("tz") or self.partner_id.tz
            )._support_portal_describe_moment(fields.Datetime.to_string(opening), fields.Datetime.to_string(moment))
            text = self.env._(
                "This arrived outside of our working hours. It is handled in the next working day, "
                "which begins on %(time)s, %(zone)s.",
                time=words["full"],
                zone=words["zone"],
            )
        return {"kind": "next_day", "text": text, "lines": []}

    def _judopay_say_on_call(self, told: bool, lines: list[dict[str, Any]]) -> str:
        numbers = ", ".join(line["value"] for line in lines)
        if told and numbers:
            return self.env._(
                "We are outside of our working hours, but this does not wait: whoever is on call has been told. "
                "Please call as well: %s",
                numbers,
            )
        if told:
            return self.env._(
                "We are outside of our working hours, but this does not wait: whoever is on call has been told."
            )
        if numbers:
            return self.env._(
                "We are outside of our working hours. Please call, so that this does not wait: %s", numbers
            )
        return self.env._("We are outside of our working hours: please call us, so that this does not wait.")

    def _judopay_get_night_lines(self, moment: datetime) -> list[dict[str, Any]]:
        """The telephone lines that are open at ``moment``: where one can call, nobody waits for a mail.

        None while the merchant is asked for a call already, on a line that is open (J-8).
        """
        call = self._judopay_get_call_line()
        if call and call["open"]:
            return []
        points = self.support_provider_id._support_get_contact_points(ticket=self, now=moment)
        return [point for point in points if point["kind"] == "phone" and point["open"]]

    def _support_portal_get_actions(self) -> list[dict[str, str]]:
        """J-14: the line to call, as a button, while a ticket does not wait until the morning."""
        actions = super()._support_portal_get_actions()
        known = {action["url"] for action in actions}
        lines = self._judopay_describe_night(self.env["support.event"]._now())["lines"]
        return actions + [
            {"label": self.env._("Call %s", line["value"]), "url": line["url"], "icon": "fa-phone"}
            for line in lines
            if line["url"] not in known
        ]

    def _judopay_is_answered(self) -> bool:
        self.ensure_one()
        # sudo: what happened counts, whoever may read it
        return bool(
            self.env["support.event"]
            .sudo()
            .search_count([("ticket_id", "=", self.id), ("kind", "=", facts.MESSAGE_OUT)], limit=1)
        )

    def _support_get_notice(self, portal: bool) -> str:
        """J-14: on the page of a ticket, what the night means for it; it follows the level of the ticket."""
        notice = super()._support_get_notice(portal)
        if not portal:
            return notice
        # an outage, or why nothing is promised, does not hide the line that is open at night
        night = self._judopay_describe_night(self.env["support.event"]._now())["text"]
        return " ".join(sentence for sentence in (notice, night) if sentence)

    def _support_get_open_points(self) -> dict[int, list[str]]:
        """J-16: what the client service desk has to see to besides, before a ticket of the night is in order."""
        points = super()._support_get_open_points()
        for ticket in self._judopay_filter():
            if ticket.support_phase in facts.ENDED:
                continue
            if ticket.judopay_priority_state == "proposed":
                points[ticket.id].append(self.env._("priority not confirmed"))
            if ticket.judopay_call_state == "missing":
                points[ticket.id].append(self.env._("no call yet"))
        return points
