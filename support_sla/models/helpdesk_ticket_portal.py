import re
from datetime import datetime, timedelta
from typing import Any

import pytz
from babel.dates import format_timedelta, get_timezone, get_timezone_location
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime, get_lang
from odoo.tools.misc import babel_locale_parse, posix_to_ldml

from ..tools import facts, history
from .support_time import to_instant

#: What fits into one answer of a form; whoever has more attaches a file.
TEXT_LENGTH = 20000
#: From which length on a countdown is told in this unit: nobody reads "in 4 320 minutes".
RELATIVE_UNITS = (("day", 2 * 86400, 86400), ("hour", 2 * 3600, 3600), ("minute", 60, 60), ("second", 0, 1))


class HelpdeskTicket(models.Model):
    """What customers see and do in the portal (E-9).

    Everything here runs on a record in superuser mode that the controller has checked access to, with
    the reader's ``lang`` and ``tz`` in the context, and hands plain words to the templates: portal
    users have no access to any model of the engine, and no template has to ask for it.
    """

    _inherit = "helpdesk.ticket"

    # --- the page of a ticket ---------------------------------------------------------------------

    def _support_portal_get_page(self) -> dict[str, Any]:
        """All that the page of a ticket says about its promises. **Hook**: addons add keys.

        :return: ``next`` (see :meth:`_support_portal_get_next`), ``promises`` (a list, see
            :meth:`_support_portal_describe_promise`), ``provider``, ``priority``, ``service`` (words),
            ``facts`` and ``actions`` (see their hooks), ``escalation``, ``now`` (UTC text), ``notice``,
            ``contacts`` (see ``support.provider._support_get_contact_points``)
        """
        self.ensure_one()
        panel = self._support_get_panel(portal=True)
        return {
            "now": panel["now"],
            "provider": self.support_provider_id.name,
            "priority": self.support_priority_id.display_name or "",
            "service": self.support_service_id.name or "",
            "notice": panel["notice"],
            "next": self._support_portal_get_next(panel),
            "promises": [self._support_portal_describe_promise(clock, panel) for clock in panel["clocks"]],
            "facts": self._support_portal_get_facts(),
            "actions": self._support_portal_get_merged() + self._support_portal_get_actions(),
            "escalation": self._support_portal_describe_escalation(),
            "turns": self._support_portal_describe_turns(panel),
            "contacts": self.support_provider_id._support_get_contact_points(ticket=self),
            "form": self._support_portal_describe_request_form(),
        }

    def _support_portal_describe_turns(self, panel: dict[str, Any]) -> dict[str, Any]:
        """With whom the ticket has been so far (E-4), for a bar and in words.

        :return: ``spans`` (``side``, ``share`` in percent, ``text``), ``totals`` (``side``, ``label``, ``text``);
            empty while it has been with one side only for a few seconds
        """
        labels = {
            "provider": self.support_provider_id.name,
            "customer": self.env._("You"),
            "third_party": self.env._("A third party"),
        }
        # once nobody has to do anything the life of the ticket is over
        spans = [span for span in panel["turn"]["spans"] if span["side"] in labels]
        whole = sum(span["seconds"] for span in spans)
        if whole < 60:
            return {"spans": [], "totals": []}
        totals = dict.fromkeys((span["side"] for span in spans), 0)
        for span in spans:
            totals[span["side"]] += span["seconds"]
        return {
            "spans": [
                {
                    "side": span["side"],
                    "share": round(100 * span["seconds"] / whole, 2),
                    "text": self.env._(
                        "%(side)s: %(length)s",
                        side=labels[span["side"]],
                        length=self._support_portal_get_length(span["seconds"]),
                    ),
                }
                for span in spans
            ],
            "totals": [
                {"side": side, "label": labels[side], "text": self._support_portal_get_length(seconds)}
                for side, seconds in totals.items()
            ],
        }

    def _support_portal_get_facts(self) -> list[dict[str, str]]:
        """What else the customer is told, above the description: ``{"label", "text"}`` each.

        **Hook**: a provider adds its own (a workaround, the release that brings the fix …).
        """
        self.ensure_one()
        return []

    def _support_portal_get_actions(self) -> list[dict[str, str]]:
        """Links beside *Answer* and *Escalate*: ``{"label", "url", "icon"}`` each (icon: a Font Awesome
        class or "").

        **Hook**: a provider adds its own, for example ``tel:`` links of its contact points.
        """
        self.ensure_one()
        return []

    def _support_portal_get_merged(self) -> list[dict[str, str]]:
        """A link to the ticket that this one was merged into (E-3.7)."""
        survivor = self._support_get_survivor()
        if survivor == self:
            return []
        label = self.env._("Go to %s", survivor.number)
        return [{"label": label, "url": survivor.access_url, "icon": "fa-arrow-right"}]

    def _support_portal_get_next(self, panel: dict[str, Any]) -> dict[str, Any]:
        """What happens next and whether the customer must do something.

        :param panel: of ``_support_get_panel(portal=True)``
        :return: ``headline`` and ``turn`` (sentences), ``hint`` (sentence or ""), ``late`` (sentences),
            ``moment`` (see :meth:`_support_portal_describe_moment`, or False), ``countdown`` (whether
            the moment is counted down to), ``tone`` (info, success, warning, danger), ``mine`` (whether
            it is the customer's turn), ``link`` (``label`` and ``url`` of where the customer answers; only where that
            is not the answer below)
        """
        self.ensure_one()
        provider = self.support_provider_id.name
        turn = panel["turn"]
        since = self._support_portal_describe_moment(turn["since"], panel["now"])
        answer = {"late": [], "hint": "", "moment": False, "countdown": False, "tone": "info", "mine": False}
        survivor = self._support_get_survivor()
        if survivor != self:
            return answer | {
                "headline": self.env._("This ticket goes on in %s", survivor.number),
                "moment": since,
                "turn": self.env._("You need to do nothing now."),
                "hint": self.env._("What you write here arrives there as well."),
                "tone": "info",
            }
        if self.support_phase in (facts.CLOSED, facts.CANCELLED):
            headline = self.env._("This ticket is closed")
            if self.support_phase == facts.CANCELLED:
                headline = self.env._("This ticket was cancelled")
            return answer | {
                "headline": headline,
                "moment": since,
                "turn": self.env._("You need to do nothing now."),
                "hint": self._support_portal_say_closed(),
                "tone": "success",
            }
        if self.support_phase == facts.RESOLVED:
            due = self._support_portal_find_clock(panel, "acceptance")
            until = self._support_portal_describe_moment(due and due["due"], panel["now"])
            return answer | {
                "headline": self.env._("%s considers this solved", provider),
                "moment": until or since,
                "countdown": bool(until),
                "turn": self.env._("It is your turn: is it solved?"),
                "hint": self.env._("If it is not, answer below and the work goes on."),
                "tone": "success",
                "mine": True,
            }
        if turn["whose"] == "customer":
            due = self._support_portal_find_clock(panel, "customer_answer")
            until = self._support_portal_describe_moment(due and due["due"], panel["now"])
            headline = self.env._("%s is waiting for your answer", provider)
            if until:
                headline = self.env._(
                    "%(provider)s is waiting for your answer by %(time)s", provider=provider, time=until["text"]
                )
            elif since:
                headline = self.env._(
                    "%(provider)s has been waiting for your answer since %(time)s",
                    provider=provider,
                    time=since["text"],
                )
            paused = any(clock["state"] == facts.PAUSED for clock in panel["clocks"])
            return answer | {
                "headline": headline,
                "moment": until or since,
                "countdown": bool(until),
                "turn": self.env._("It is your turn: answer below."),
                "hint": self.env._("Until then the time of what is promised to you stands still.") if paused else "",
                "tone": "warning",
                "mine": True,
            }
        answer["turn"] = self.env._("It is %s's turn. You need to do nothing now.", provider)
        if turn["whose"] == "third_party":
            answer["turn"] = self.env._("It is a third party's turn. You need to do nothing now.")
        if self._support_form_is_pending():
            answer["turn"] = self.env._("%s needs something from you: please complete the form below.", provider)
        elif self._support_form_is_open() and turn["whose"] != "third_party":
            answer["turn"] = self.env._("It is %s's turn. You help by completing the form below.", provider)
        return answer | self._support_portal_say_next(panel)

    def _support_portal_say_next(self, panel: dict[str, Any]) -> dict[str, Any]:
        """The headline while it is not the customer's turn."""
        provider = self.support_provider_id.name
        ours = [clock for clock in panel["clocks"] if clock["side"] == "provider"]
        running = [clock for clock in ours if clock["state"] == facts.RUNNING and clock["due"]]
        overdue = sorted((clock for clock in running if clock["due"] <= panel["now"]), key=lambda clock: clock["due"])
        ahead = [clock for clock in running if clock not in overdue]
        chosen = next((clock for clock in ahead if clock["key"] == panel["next"]), None) or min(
            ahead, key=lambda clock: clock["due"], default=None
        )
        if chosen:
            # what is missed is said as well, but the customer asks what comes now
            late = overdue
        else:
            chosen, late = (overdue[0], overdue[1:]) if overdue else (None, [])
        answer: dict[str, Any] = {
            "late": [self._support_portal_say_promise(clock, panel, late=True) for clock in late],
        }
        if chosen:
            is_late = chosen["due"] <= panel["now"]
            return answer | {
                "headline": self._support_portal_say_promise(chosen, panel, late=is_late),
                "moment": self._support_portal_describe_moment(chosen["due"], panel["now"]),
                "countdown": True,
                "tone": "danger" if is_late else "info",
                "hint": self.env._("This is late. We are sorry.") if is_late else "",
            }
        live = [clock for clock in ours if clock["state"] in facts.LIVE]
        if any(clock["hold"] == facts.TO_AGREE for clock in live):
            return answer | {
                "headline": self.env._("%s agrees on a date with you", provider),
                "hint": self.env._("You will find it here as soon as it is agreed on."),
            }
        if any(clock["state"] == facts.PAUSED for clock in live):
            headline = {
                facts.WAITING_THIRD_PARTY: self.env._("%s is waiting for a third party", provider),
                facts.ON_HOLD: self.env._("%s has put this on hold", provider),
            }.get(self.support_phase, self.env._("%s is working on it", provider))
            if self.support_pause_id:
                headline = self.env._(
                    "%(provider)s is waiting: %(reason)s", provider=provider, reason=self.support_pause_id.name
                )
            return answer | {
                "headline": headline,
                "hint": self.env._("The time of what is promised to you goes on afterwards; see below what is left."),
            }
        if any(clock["hold"] == facts.NO_SLA for clock in live):
            return answer | {
                "headline": self.env._("%s is looking into it", provider),
                "hint": self.env._("No time is promised for this request; see below why."),
            }
        if not ours:
            return answer | {
                "headline": self.env._("%s has your request", provider),
                "hint": self.env._("No time is promised for this kind of request."),
            }
        return answer | {"headline": self.env._("%s is working on it", provider)}

    def _support_portal_say_closed(self) -> str:
        return {
            "follow_up": self.env._("Not solved after all? Answer below: that makes a new ticket linked to this one."),
            "reopen": self.env._("Not solved after all? Answer below and the ticket is opened again."),
        }.get(self.support_provider_id.closed_reply, self.env._("If you need more, raise a new ticket."))

    def _support_portal_say_promise(self, clock: dict[str, Any], panel: dict[str, Any], late: bool) -> str:
        """What the provider does by when, or should have done. **Hook** for other metrics."""
        values = {
            "provider": self.support_provider_id.name,
            "time": self._support_portal_describe_moment(clock["due"], panel["now"])["text"],
            "label": self._support_portal_get_label(clock),
        }
        match clock["metric"], late:
            case (("first_response" | "next_reply"), False):
                return self.env._("%(provider)s answers you by %(time)s", **values)
            case (("first_response" | "next_reply"), True):
                return self.env._("%(provider)s should have answered you by %(time)s", **values)
            case "status_update", False:
                return self.env._("%(provider)s updates you by %(time)s", **values)
            case "status_update", True:
                return self.env._("%(provider)s should have updated you by %(time)s", **values)
            case "acknowledged", False:
                return self.env._("%(provider)s confirms your request by %(time)s", **values)
            case "containment", False:
                return self.env._("%(provider)s gives you a workaround by %(time)s", **values)
            case "containment", True:
                return self.env._("%(provider)s should have given you a workaround by %(time)s", **values)
            case "recovery", False:
                return self.env._("%(provider)s restores the service by %(time)s", **values)
            case "recovery", True:
                return self.env._("%(provider)s should have restored the service by %(time)s", **values)
            case "resolution", False:
                return self.env._("%(provider)s solves this by %(time)s", **values)
            case "resolution", True:
                return self.env._("%(provider)s should have solved this by %(time)s", **values)
            case _other, True:
                return self.env._("%(label)s: was promised by %(time)s", **values)
        return self.env._("%(label)s: promised by %(time)s", **values)

    @api.model
    def _support_portal_find_clock(self, panel: dict[str, Any], metric: str) -> dict[str, Any] | None:
        return next(
            (clock for clock in panel["clocks"] if clock["metric"] == metric and clock["state"] == facts.RUNNING), None
        )

    @api.model
    def _support_portal_get_label(self, clock: dict[str, Any]) -> str:
        """A promise in the customer's words. **Hook** for other metrics."""
        return {
            "acknowledged": self.env._("Confirmation"),
            "first_response": self.env._("First answer"),
            "next_reply": self.env._("Next answer"),
            "status_update": self.env._("Updates"),
            "resolution": self.env._("Solution"),
            "containment": self.env._("Workaround"),
            "recovery": self.env._("Service restored"),
            "customer_answer": self.env._("Your answer"),
            "acceptance": self.env._("Your acceptance"),
        }.get(clock["metric"], clock["label"])

    def _support_portal_describe_promise(self, clock: dict[str, Any], panel: dict[str, Any]) -> dict[str, Any]:
        """One row of the table of promises: ``key``, ``label``, ``badge`` (word or ""), ``tone``,
        ``text``, ``explain`` (sentences)."""
        due = self._support_portal_describe_moment(clock["due"], panel["now"])
        done = self._support_portal_describe_moment(clock["stopped"], panel["now"])
        badge, tone = clock["badge"], clock["tone"]
        parts: list[str] = []
        if clock["hold"] == facts.NO_SLA:
            parts.append(self.env._("No time is promised."))
        elif clock["hold"] == facts.TO_AGREE:
            badge, tone, said = self._support_portal_say_agreement(clock, done)
            parts.append(said)
        elif clock["hold"] == facts.NO_TIME:
            parts.append(self.env._("%s tells you when.", self.support_provider_id.name))
        elif clock["state"] == facts.DONE and done:
            missed = self._support_portal_describe_moment(clock["breached"] or clock["due"], panel["now"])
            if missed:
                # "Fri 12:28, promised by 12:18" would leave the day open
                until = missed["text"] if done["text"] != done["full"] else missed["full"]
                parts.append(self.env._("%(done)s, promised by %(due)s", done=done["text"], due=until))
            else:
                parts.append(done["text"])
        elif clock["state"] == facts.STOPPED:
            missed = self._support_portal_describe_moment(clock["breached"], panel["now"])
            if missed:
                parts.append(self.env._("was promised by %s", missed["text"]))
        elif clock["state"] == facts.PAUSED:
            if clock["remaining"] is not None and clock["remaining"] > 0:
                parts.append(self.env._("%s left when the time goes on", self._support_length(clock["remaining"])))
            # "waiting for the customer" is said to the customer
            theirs = self.env["support.pause.reason"]._get_labels().get("customer")
            yours = self.env._("waiting for your answer")
            parts += [yours if reason == theirs else reason for reason in clock["reasons"]]
        elif due:
            if clock["metric"] == "status_update":
                by_agreement = clock["budget"] is None
                parts += [
                    clock["promise"] if by_agreement else self.env._("every %s", clock["promise"]),
                    self.env._("last %s", self._support_portal_describe_moment(clock["start"], panel["now"])["text"]),
                ]
                if clock["due"] > panel["now"]:
                    parts.append(self.env._("next by %s", due["text"]))
                else:
                    parts.append(self.env._("was promised by %s", due["text"]))
            elif clock["due"] <= panel["now"]:
                parts.append(self.env._("was promised by %s", due["text"]))
            else:
                parts.append(self.env._("promised by %s", due["text"]))
            if tone == "info":
                badge = ""  # what is on its way needs no word beside the time
        if clock["excused"]:
            parts.append(self.env._("excluded by agreement"))
        return {
            "key": clock["key"],
            "label": self._support_portal_get_label(clock),
            "badge": badge,
            "tone": {"muted": "secondary"}.get(tone, tone),
            "text": " · ".join(part for part in parts if part),
            "explain": clock["explain"],
        }

    def _support_portal_say_agreement(self, clock: dict[str, Any], done) -> tuple[str, str, str]:
        """``badge``, ``tone`` and words of a promise whose date is agreed on with the customer, and was not.

        :param done: when it was over, described, or nothing
        """
        if clock["state"] == facts.DONE and done:
            # nothing was promised that could have been kept
            return "", "muted", self.env._("%s; no date had been agreed on", done["text"])
        return clock["badge"], clock["tone"], self.env._("The date is agreed on with you.")

    # --- the list of tickets ----------------------------------------------------------------------

    def _support_portal_get_rows(self) -> dict[int, dict[str, Any]]:
        """What the list says of each of these tickets; the same number of queries for any number of them.

        :return: by ticket id: ``provider``, ``priority``, ``color``, ``next`` (sentence or ""), ``moment``
            (see :meth:`_support_portal_describe_moment`), ``late``, ``missed`` (what was missed beside ``next``, or
            ""), ``turn`` (words), ``mine``
        """
        tickets = self.filtered("support_provider_id")
        now = self.env["support.event"]._now()
        text_now = fields.Datetime.to_string(now)
        events = self.env["support.event"]._read_facts(tickets.ids)
        agenda = self.env["support.target"]._get_agenda
        due: dict[int, Any] = {}
        missed: dict[int, Any] = {}
        clocks = self.env["support.clock"].search_fetch(
            Domain("ticket_id", "in", tickets.ids)
            & Domain("state", "=", facts.RUNNING)
            & Domain("side", "=", "provider")
            & Domain("deadline", "!=", False),
            ["ticket_id", "target_id", "metric", "deadline", "breached"],
            order="deadline",
        )
        for clock in clocks:
            if agenda(clock.target_id.id)["portal"]:
                if clock.deadline <= now:
                    missed.setdefault(clock.ticket_id.id, clock)
                kept = due.get(clock.ticket_id.id)
                # the first that is still ahead, else the first that was missed: as on the ticket's page
                if kept is None or (kept.deadline <= now < clock.deadline):
                    due[clock.ticket_id.id] = clock
        rows = {}
        for ticket in tickets:
            turns = history.turns(events[ticket.id], to_instant(now))
            whose = turns[-1].side if turns else "provider"
            ended = ticket.support_phase in (facts.CLOSED, facts.CANCELLED)
            mine = whose == "customer" and not ended
            clock = due.get(ticket.id) if not (ended or mine) else None
            moment = self._support_portal_describe_moment(
                clock and fields.Datetime.to_string(clock.deadline), text_now, ticket.support_provider_id.tz
            )
            next_step = ""
            if mine:
                next_step = (
                    self.env._("Is it solved?")
                    if ticket.support_phase == facts.RESOLVED
                    else self.env._("%s waits for your answer", ticket.support_provider_id.name)
                )
            elif clock:
                next_step = self._support_portal_get_label({"metric": clock.metric, "label": ""})
            rows[ticket.id] = {
                "provider": ticket.support_provider_id.name,
                "priority": ticket.support_priority_id.display_name or "",
                "next": next_step,
                "moment": moment,
                "late": bool(clock) and clock.deadline <= now,
                "missed": self._support_portal_say_missed(missed.get(ticket.id), clock),
                "mine": mine,
                "turn": ""
                if ended
                else {
                    "customer": self.env._("Your turn"),
                    "third_party": self.env._("A third party's turn"),
                }.get(whose, self.env._("%s's turn", ticket.support_provider_id.name)),
            }
        return rows

    @api.model
    def _support_portal_say_missed(self, clock, shown) -> str:
        """What was missed, when the list shows something else as next; "" otherwise."""
        if not clock or not shown or clock == shown:
            return ""
        return self.env._("late: %s", self._support_portal_get_label({"metric": clock.metric, "label": ""}))

    # --- moments in words -------------------------------------------------------------------------

    def _support_portal_describe_moment(
        self, moment: str | bool | None, now: str, provider_zone: str | None = None
    ) -> dict[str, str] | bool:
        """A moment for a customer to read (E-2.7).

        :param moment: UTC text, as in the panel
        :return: ``utc`` (ISO) and ``lang``, for the browser, ``text`` (time, with the day when it is not today),
            ``full`` (always with the day), ``zone`` ("London time", with the provider's own time where
            it differs), ``relative`` ("in 12 minutes")
        """
        if not moment:
            return False
        value, reference = fields.Datetime.to_datetime(moment), fields.Datetime.to_datetime(now)
        provider_zone = provider_zone or self.support_provider_id.tz or "UTC"
        zone = self.env.context.get("tz") or provider_zone
        text = self._support_portal_format(value, reference, zone)
        same = _offset(zone, value) == _offset(provider_zone, value)
        if same and "/" not in zone:
            zone = provider_zone  # "UTC" tells a customer nothing
        words = self._support_portal_get_city(zone)
        if words != zone:
            words = self.env._("%s time", words)
        if not same:
            words = self.env._(
                "%(zone)s (%(time)s in %(city)s)",
                zone=words,
                time=self._support_portal_format(
                    value, value if _same_day(value, zone, provider_zone) else None, provider_zone
                ),
                city=self._support_portal_get_city(provider_zone),
            )
        return {
            "utc": f"{value.isoformat()}Z",
            "text": text,
            "lang": get_lang(self.env).code.partition("@")[0].replace("_", "-"),
            "full": self._support_portal_format(value, None, zone),
            "zone": words,
            "relative": self._support_portal_get_relative(int((value - reference).total_seconds())),
        }

    @api.model
    def _support_portal_format(self, value: datetime, reference: datetime | None, zone: str) -> str:
        """Time, with the day unless it is that of ``reference`` in ``zone``."""
        lang = get_lang(self.env)
        # hours as the reader's language writes them, as in the explanations (_support_when)
        hours = posix_to_ldml(re.sub(r"[:.]%S", "", lang.time_format), babel_locale_parse(lang.code))
        time = format_datetime(self.env, value, tz=zone, dt_format=hours)
        if reference is not None and local_moment(value, zone).date() == local_moment(reference, zone).date():
            return time
        pattern = "EEE d MMM"
        if reference is not None and local_moment(value, zone).year != local_moment(reference, zone).year:
            pattern = "EEE d MMM y"
        return self.env._(
            "%(day)s, %(time)s", day=format_datetime(self.env, value, tz=zone, dt_format=pattern), time=time
        )

    @api.model
    def _support_portal_get_city(self, zone: str) -> str:
        """“London” for Europe/London, in the reader's language."""
        if "/" not in zone:
            return zone
        locale = babel_locale_parse(get_lang(self.env).code)
        try:
            return get_timezone_location(get_timezone(zone), locale=locale, return_city=True)
        except LookupError:
            return zone.rpartition("/")[2].replace("_", " ")

    @api.model
    def _support_portal_get_relative(self, seconds: int) -> str:
        """“in 12 minutes”, “5 hours ago”: the same words as the browser's own, so that nothing jumps
        when the countdown takes over (support_portal.js)."""
        locale = babel_locale_parse(get_lang(self.env).code)
        unit, size = next((unit, size) for unit, least, size in RELATIVE_UNITS if abs(seconds) >= least)
        whole = max(1, abs(seconds) // size) * (1 if seconds >= 0 else -1)
        return format_timedelta(
            timedelta(seconds=whole * size), granularity=unit, threshold=10**9, add_direction=True, locale=locale
        )

    @api.model
    def _support_portal_get_length(self, seconds: int) -> str:
        """“12 minutes”, “5 hours”, “3 days”: as rough as :meth:`_support_portal_get_relative`."""
        locale = babel_locale_parse(get_lang(self.env).code)
        unit, size = next((unit, size) for unit, least, size in RELATIVE_UNITS if seconds >= least)
        return format_timedelta(
            timedelta(seconds=max(1, seconds // size) * size), granularity=unit, threshold=10**9, locale=locale
        )

    # --- escalating -------------------------------------------------------------------------------

    def _support_portal_describe_escalation(self) -> dict[str, Any]:
        """``offered``: whether the page has a button; ``wait``: why not now (sentence or ""); ``last``:
        what the customer escalated last, or that it stands in the provider's stage for what was escalated,
        ``{"text", "reason"}`` or False."""
        self.ensure_one()
        row = self._support_portal_get_escalations()[:1]
        moment = self._support_portal_describe_moment(
            fields.Datetime.to_string(row.fired) if row else False,
            fields.Datetime.to_string(self.env["support.event"]._now()),
        )
        last = False
        if moment:
            told = self.env._("%s has been told.", self.support_provider_id.name)
            if self.support_acknowledged_at and self.support_acknowledged_at >= row.fired:
                told = self.env._("%s has taken charge.", self.support_provider_id.name)
            last = {
                "text": self.env._(
                    "%(name)s escalated this ticket (%(time)s). %(told)s",
                    name=row.user_id.name,
                    time=moment["text"],
                    told=told,
                ),
                "reason": row.reason,
            }
        elif self.support_escalated and self.stage_id == self.support_provider_id.escalated_stage_id:
            last = self._support_portal_describe_own_escalation()
        return {
            "offered": self.support_provider_id.customer_escalation and not self._support_may_escalate(),
            "wait": self._support_portal_say_wait(),
            "last": last,
        }

    def _support_portal_describe_own_escalation(self) -> dict[str, Any] | bool:
        """That the provider escalated it unasked, in words for the customer: whom it told is its own affair.
        Only where a stage of that name tells it anyway."""
        rows = self.support_escalation_ids.sorted(lambda row: (row.fired, row.id))
        moment = self._support_portal_describe_moment(
            fields.Datetime.to_string(rows[-1].fired) if rows else False,
            fields.Datetime.to_string(self.env["support.event"]._now()),
        )
        if not moment:
            return False
        name = self.support_provider_id.name
        if self.support_acknowledged_at and self.support_acknowledged_at >= rows[-1].fired:
            text = self.env._(
                "%(name)s escalated this ticket (%(time)s) and has taken charge.", name=name, time=moment["text"]
            )
        else:
            text = self.env._(
                "%(name)s escalated this ticket (%(time)s): it is with the next level of support.",
                name=name,
                time=moment["text"],
            )
        return {"text": text, "reason": False}

    def _support_portal_get_escalations(self):
        """What customers escalated by hand, the last one first."""
        return self.support_escalation_ids.filtered(lambda row: row.manual and row.user_id.share).sorted(
            lambda row: (row.fired, row.id), reverse=True
        )

    def _support_portal_say_wait(self) -> str:
        """Why a customer cannot escalate again yet, or "": one call is heard, fifty are noise (S-2)."""
        self.ensure_one()
        last = self._support_portal_get_escalations()[:1]
        now = self.env["support.event"]._now()
        again = last and last.fired + self._support_portal_get_escalation_pause()
        if not again or now >= again:
            return ""
        moment = self._support_portal_describe_moment(fields.Datetime.to_string(again), fields.Datetime.to_string(now))
        return self.env._("You can escalate it again from %s on.", moment["text"])

    @api.model
    def _support_portal_get_escalation_pause(self) -> timedelta:
        """The parameter ``support_sla.customer_escalation_minutes``: an hour unless an administrator sets it."""
        value = self.env["ir.config_parameter"].sudo().get_param("support_sla.customer_escalation_minutes", "60")
        try:
            return timedelta(minutes=max(1, min(int(value), 100000)))
        except ValueError:
            return timedelta(hours=1)

    def _support_portal_escalate(self, reason: str):
        """Escalate for a customer, who is the user of the environment; access is checked by the caller.

        :raise UserError: when it is not possible, in words for the customer
        """
        self.ensure_one()
        # One at a time: of fifty clicks at once the others wait here, fail to serialize once the first
        # is through, are retried by Odoo, and then find that it has been done.
        self.env.cr.execute(SQL("SELECT id FROM helpdesk_ticket WHERE id = %s FOR UPDATE", self.id))
        if not self.support_provider_id.customer_escalation:
            raise UserError(self.env._("This ticket cannot be escalated from here."))
        wait = self._support_portal_say_wait()
        if wait:
            raise UserError(self.env._("This ticket has been escalated already. %s", wait))
        if len(reason) > TEXT_LENGTH:
            raise UserError(self.env._("Please say it in fewer words."))
        self._support_escalate(reason, facts.CUSTOMER)

    def _support_portal_get_related(self, user) -> dict[str, Any]:
        """The ticket this one follows up and those that follow it up, as far as ``user`` may read them."""
        self.ensure_one()
        related = (self.support_origin_id | self.support_follow_up_ids).sorted("id")
        if not related:
            return {"origin": False, "follow_ups": []}
        readable = self.env["helpdesk.ticket"].with_user(user).search([("id", "in", related.ids)])
        shown = related.filtered(lambda ticket: ticket.id in readable.ids)
        origin = shown & self.support_origin_id
        return {
            "origin": {"id": origin.id, "name": origin.display_name} if origin else False,
            "follow_ups": [{"id": ticket.id, "name": ticket.display_name} for ticket in shown - origin],
        }


def local_moment(moment: datetime, zone: str) -> datetime:
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone))


def _offset(zone: str, moment: datetime) -> timedelta | None:
    return local_moment(moment, zone).utcoffset()


def _same_day(moment: datetime, zone: str, other: str) -> bool:
    return local_moment(moment, zone).date() == local_moment(moment, other).date()
