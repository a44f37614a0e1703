import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from odoo import models
from odoo.tools import format_datetime
from odoo.tools.misc import babel_locale_parse, get_lang, posix_to_ldml

from ..tools import explain, facts, history
from ..tools.clock import Reading
from .support_time import from_instant

Values = Mapping[str, Any]


class HelpdeskTicket(models.Model):
    """How a deadline came about, in the reader's language (E-4).

    ``tools.explain`` gives facts without a language; ``_support_tell_<code>`` makes a sentence of each.
    An addon whose metric or pause tells more adds a method of that name.
    """

    _inherit = "helpdesk.ticket"

    def _support_when(self, instant: int, zone: str | None = None) -> str:
        """A moment in the reader's zone, with the provider's beside it where they differ (E-2.7)."""
        provider_zone = self.support_provider_id.tz or "UTC"
        reader_zone = self.env.context.get("tz") or self.env.user.tz or provider_zone
        moment = from_instant(instant)
        lang = get_lang(self.env)
        # hours as the reader's language writes them, without the seconds: 21:44 or 09:44 PM
        time_format = posix_to_ldml(re.sub(r"[:.]%S", "", lang.time_format), babel_locale_parse(lang.code))
        text = format_datetime(self.env, moment, tz=reader_zone, dt_format=f"EEE d MMM {time_format}")
        same = format_datetime(self.env, moment, tz=provider_zone, dt_format=f"EEE d MMM {time_format}") == text
        if same:
            return text
        return self.env._(
            "%(reader)s (%(provider)s in %(zone)s)",
            reader=text,
            provider=format_datetime(self.env, moment, tz=provider_zone, dt_format=f"EEE {time_format}"),
            zone=provider_zone,
        )

    def _support_say_due(self) -> str:
        """The next moment that the customer waits for, as messages say it: “Mon 2 Mar, 13:00 (London time)”, or "".

        In the provider's zone, which is named: a message does not know where it is read (E-2.7).
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        return self._support_say_moment(ticket_sudo.support_next_due) if ticket_sudo.support_next_due else ""

    def _support_say_moment(self, moment: datetime) -> str:
        """A moment (naive UTC) as messages say it, see :meth:`_support_say_due`."""
        self.ensure_one()
        zone = self.sudo().support_provider_id.tz or "UTC"
        return self.env._(
            "%(moment)s (%(city)s time)",
            moment=self._support_portal_format(moment, None, zone),
            city=self._support_portal_get_city(zone),
        )

    def _support_length(self, seconds: int | None) -> str:
        """A length in words: “2 h 05 min”."""
        if seconds is None:
            return ""
        hours, rest = divmod(int(seconds), 3600)
        minutes, left = divmod(rest, 60)
        if hours:
            return (
                self.env._("%(hours)s h %(minutes)02d min", hours=hours, minutes=minutes)
                if minutes
                else self.env._("%s h", hours)
            )
        if minutes:
            return (
                self.env._("%s min", minutes)
                if not left
                else self.env._("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=left)
            )
        return self.env._("%s s", left)

    def _support_shut_label(self, reason: str) -> str:
        return {
            "night": self.env._("outside working hours"),
            "weekend": self.env._("weekend"),
            "holiday": self.env._("holiday"),
            "break": self.env._("break"),
            "resolved": self.env._("resolved"),
        }.get(reason, "")

    def _support_explain(self, reading: Reading, past: history.History, portal: bool) -> list[str]:
        """How the deadline came about, sentence by sentence, in the reader's language (E-4)."""
        sentences = []
        for fact in explain.tell(reading, past):
            tell = getattr(self, f"_support_tell_{fact.code}", None)
            sentences.append(tell(fact.values, reading, portal) if tell else "")
        return [sentence for sentence in sentences if sentence]

    def _support_tell_promise(self, values: Values, reading: Reading, portal: bool) -> str:
        target = self.env["support.target"].browse(reading.clock.target)
        return self.env._("The promise is %s.", target._get_promise_text(reading.target.duration))

    def _support_tell_agreement(self, values: Values, reading: Reading, portal: bool) -> str:
        if reading.target.contract and reading.clock.deadline is None and reading.clock.breached is None:
            if portal:
                return self.env._("Your contract names no time for it: a date is agreed on with you.")
            return self.env._("The customer's contract names no time for it: a date is agreed on with the customer.")
        if portal:
            return self.env._("The date is agreed on with you.")
        return self.env._("The date is agreed on with the customer.")

    def _support_tell_start(self, values: Values, reading: Reading, portal: bool) -> str:
        if values.get("number"):
            return self.env._(
                "It is counted from %(at)s, because it took in %(ticket)s.",
                at=self._support_when(values["at"]),
                ticket=values["number"],
            )
        if values.get("admitted"):
            return self.env._("It is counted from %s, when the request was taken on.", self._support_when(values["at"]))
        return self.env._("It is counted from %s.", self._support_when(values["at"]))

    def _support_tell_opening(self, values: Values, reading: Reading, portal: bool) -> str:
        opening = self._support_when(values["opening"])
        if values.get("label"):
            return self.env._(
                "That was outside working hours (%(why)s), so the time runs from the next opening, %(opening)s.",
                why=values["label"],
                opening=opening,
            )
        return self.env._("That was outside working hours, so the time runs from the next opening, %s.", opening)

    def _support_tell_regrade(self, values: Values, reading: Reading, portal: bool) -> str:
        Version = self.env["support.policy.version"].sudo()
        if portal:
            return self.env._("The priority or service changed %s.", self._support_when(values["at"]))
        before = Version.browse(values["before"]).display_name if values["before"] else self.env._("no policy")
        after = Version.browse(values["after"]).display_name if values["after"] else self.env._("no policy")
        text = self.env._(
            "%(at)s: from “%(before)s” to “%(after)s”.", at=self._support_when(values["at"]), before=before, after=after
        )
        if values["mode"] == "from_change":
            return text + " " + self.env._("Counted anew from then.")
        if values["mode"] == "from_start":
            return text + " " + self.env._("Still counted from the start.")
        return text

    def _support_tell_hours(self, values: Values, reading: Reading, portal: bool) -> str:
        return self.env._(
            "The working hours were changed while it ran; it is counted on the new ones since %s.",
            self._support_when(values["at"]),
        )

    def _support_tell_pause(self, values: Values, reading: Reading, portal: bool) -> str:
        reason = self.env["support.pause.reason"]._get_labels().get(values["reason"], values["reason"])
        start = self._support_when(values["start"])
        if values["stop"] is None:
            return self.env._("%(reason)s since %(start)s: the time stands still.", reason=reason, start=start)
        return self.env._(
            "%(reason)s from %(start)s to %(stop)s: %(length)s do not count.",
            reason=reason,
            start=start,
            stop=self._support_when(values["stop"]),
            length=self._support_length(values["seconds"]),
        )

    def _support_tell_reopening(self, values: Values, reading: Reading, portal: bool) -> str:
        return self.env._(
            "Resolved %(ended)s and reopened %(reopened)s: the time between does not count.",
            ended=self._support_when(values["ended"]),
            reopened=self._support_when(values["reopened"]),
        )

    def _support_tell_agreed(self, values: Values, reading: Reading, portal: bool) -> str:
        if values.get("until") is None:
            return self.env._("Taken back %s: a new date is to be agreed on.", self._support_when(values["at"]))
        return self.env._(
            "Agreed %(at)s: %(until)s.",
            at=self._support_when(values["at"]),
            until=self._support_when(values["until"]),
        )

    def _support_tell_excluded(self, values: Values, reading: Reading, portal: bool) -> str:
        return self.env._(
            "No SLA is given from %(at)s: %(reason)s",
            at=self._support_when(values["at"]),
            reason=values.get("reason") or "",
        )

    def _support_tell_included(self, values: Values, reading: Reading, portal: bool) -> str:
        return self.env._("The SLA applies again from %s.", self._support_when(values["at"]))

    def _support_tell_skipped(self, values: Values, reading: Reading, portal: bool) -> str:
        parts = []
        if values["nights"]:
            parts.append(self.env._("1 night") if values["nights"] == 1 else self.env._("%s nights", values["nights"]))
        if values["breaks"]:
            parts.append(self.env._("1 break") if values["breaks"] == 1 else self.env._("%s breaks", values["breaks"]))
        if values["weekends"]:
            parts.append(
                self.env._("1 weekend") if values["weekends"] == 1 else self.env._("%s weekends", values["weekends"])
            )
        parts += [holiday["label"] or self.env._("a holiday") for holiday in values["holidays"]]
        return self.env._("Skipped, because nobody works then: %s.", ", ".join(dict.fromkeys(parts))) if parts else ""

    def _support_tell_due(self, values: Values, reading: Reading, portal: bool) -> str:
        return self.env._("So it is due by %s.", self._support_when(values["at"]))

    def _support_tell_paused(self, values: Values, reading: Reading, portal: bool) -> str:
        if not values.get("remaining"):
            return ""
        return self.env._("%s are left when the time goes on.", self._support_length(values["remaining"]))

    def _support_tell_hold(self, values: Values, reading: Reading, portal: bool) -> str:
        return {
            facts.TO_AGREE: self.env._("No date has been agreed on yet."),
            facts.NO_TIME: self.env._("The working hours have no time in which it could be done."),
            facts.NO_SLA: self.env._("No SLA is given at the moment."),
        }.get(values["why"], "")

    def _support_tell_breach(self, values: Values, reading: Reading, portal: bool) -> str:
        at = self._support_when(values["at"])
        if values["decided"]:
            return self.env._("The change itself made it late, on %s.", at)
        overrun = self._support_length(values["overrun"])
        if reading.clock.state in facts.LIVE:
            return self.env._("It was missed on %(at)s, by %(overrun)s so far.", at=at, overrun=overrun)
        return self.env._("It was missed on %(at)s, by %(overrun)s.", at=at, overrun=overrun)

    def _support_tell_end(self, values: Values, reading: Reading, portal: bool) -> str:
        at = self._support_when(values["at"])
        if values["ending"] == facts.MET_END:
            return self.env._(
                "It was done %(at)s after %(counted)s.", at=at, counted=self._support_length(values["counted"])
            )
        return self.env._("It ended %s without being fulfilled.", at)

    def _support_tell_excused(self, values: Values, reading: Reading, portal: bool) -> str:
        if portal:
            return self.env._("It was agreed that this delay does not count.")
        Reason = self.env["support.exclusion.reason"].sudo().with_context(active_test=False)
        return self.env._(
            "Excluded from achievement by agreement: %(reason)s, approved by %(who)s on %(at)s.",
            reason=Reason.search([("code", "=", values.get("reason"))], limit=1).name or values.get("reason") or "",
            who=self.env["res.users"].sudo().browse(values.get("user") or []).exists().name or self.env._("a manager"),
            at=self._support_when(values["at"]),
        )
