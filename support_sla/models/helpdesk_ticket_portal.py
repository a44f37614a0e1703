from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytz
from babel.dates import format_timedelta, get_timezone, get_timezone_location

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime, get_lang
from odoo.tools.misc import babel_locale_parse

from ..tools import facts, history
from .support_time import to_instant

#: Longer subjects are mostly descriptions in the wrong box, and break every list they are shown in.
SUBJECT_LENGTH = 200
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
            ``facts`` and ``actions`` (see their hooks), ``escalation``, ``now`` (UTC text), ``notice``
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
            "actions": self._support_portal_get_actions(),
            "escalation": self._support_portal_describe_escalation(),
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

    def _support_portal_get_next(self, panel: dict[str, Any]) -> dict[str, Any]:
        """What happens next and whether the customer must do something.

        :param panel: of ``_support_get_panel(portal=True)``
        :return: ``headline`` and ``turn`` (sentences), ``hint`` (sentence or ""), ``late`` (sentences),
            ``moment`` (see :meth:`_support_portal_describe_moment`, or False), ``countdown`` (whether
            the moment is counted down to), ``tone`` (info, success, warning, danger), ``mine`` (whether
            it is the customer's turn)
        """
        self.ensure_one()
        _ = self.env._
        provider = self.support_provider_id.name
        turn = panel["turn"]
        since = self._support_portal_describe_moment(turn["since"], panel["now"])
        answer = {"late": [], "hint": "", "moment": False, "countdown": False, "tone": "info", "mine": False}
        if self.support_phase in (facts.CLOSED, facts.CANCELLED):
            headline = _("This ticket is closed")
            if self.support_phase == facts.CANCELLED:
                headline = _("This ticket was cancelled")
            return answer | {
                "headline": headline,
                "moment": since,
                "turn": _("You need to do nothing now."),
                "hint": self._support_portal_say_closed(),
                "tone": "success",
            }
        if self.support_phase == facts.RESOLVED:
            due = self._support_portal_find_clock(panel, "acceptance")
            until = self._support_portal_describe_moment(due and due["due"], panel["now"])
            return answer | {
                "headline": _("%s considers this solved", provider),
                "moment": until or since,
                "countdown": bool(until),
                "turn": _("It is your turn: is it solved?"),
                "hint": _("If it is not, answer below and the work goes on."),
                "tone": "success",
                "mine": True,
            }
        if turn["whose"] == "customer":
            due = self._support_portal_find_clock(panel, "customer_answer")
            until = self._support_portal_describe_moment(due and due["due"], panel["now"])
            headline = _("%s is waiting for your answer", provider)
            if until:
                headline = _(
                    "%(provider)s is waiting for your answer by %(time)s", provider=provider, time=until["text"]
                )
            elif since:
                headline = _(
                    "%(provider)s has been waiting for your answer since %(time)s",
                    provider=provider,
                    time=since["text"],
                )
            paused = any(clock["state"] == facts.PAUSED for clock in panel["clocks"])
            return answer | {
                "headline": headline,
                "moment": until or since,
                "countdown": bool(until),
                "turn": _("It is your turn: answer below."),
                "hint": _("Until then the time of what is promised to you stands still.") if paused else "",
                "tone": "warning",
                "mine": True,
            }
        answer["turn"] = _("It is %s's turn. You need to do nothing now.", provider)
        if turn["whose"] == "third_party":
            answer["turn"] = _("It is a third party's turn. You need to do nothing now.")
        return answer | self._support_portal_say_next(panel)

    def _support_portal_say_next(self, panel: dict[str, Any]) -> dict[str, Any]:
        """The headline while it is not the customer's turn."""
        _ = self.env._
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
                "hint": _("This is late. We are sorry.") if is_late else "",
            }
        live = [clock for clock in ours if clock["state"] in facts.LIVE]
        if any(clock["hold"] == facts.TO_AGREE for clock in live):
            return answer | {
                "headline": _("%s agrees on a date with you", provider),
                "hint": _("You will find it here as soon as it is agreed on."),
            }
        if any(clock["state"] == facts.PAUSED for clock in live):
            headline = {
                facts.WAITING_THIRD_PARTY: _("%s is waiting for a third party", provider),
                facts.ON_HOLD: _("%s has put this on hold", provider),
            }.get(self.support_phase, _("%s is working on it", provider))
            return answer | {
                "headline": headline,
                "hint": _("The time of what is promised to you goes on afterwards; see below what is left."),
            }
        if any(clock["hold"] == facts.NO_SLA for clock in live):
            return answer | {
                "headline": _("%s is looking into it", provider),
                "hint": _("No time is promised for this request; see below why."),
            }
        if not ours:
            return answer | {
                "headline": _("%s has your request", provider),
                "hint": _("No time is promised for this kind of request."),
            }
        return answer | {"headline": _("%s is working on it", provider)}

    def _support_portal_say_closed(self) -> str:
        return {
            "follow_up": self.env._("Not solved after all? Answer below: that makes a new ticket linked to this one."),
            "reopen": self.env._("Not solved after all? Answer below and the ticket is opened again."),
        }.get(self.support_provider_id.closed_reply, self.env._("If you need more, raise a new ticket."))

    def _support_portal_say_promise(self, clock: dict[str, Any], panel: dict[str, Any], late: bool) -> str:
        """What the provider does by when, or should have done. **Hook** for other metrics."""
        _ = self.env._
        values = {
            "provider": self.support_provider_id.name,
            "time": self._support_portal_describe_moment(clock["due"], panel["now"])["text"],
            "label": self._support_portal_get_label(clock),
        }
        match clock["metric"], late:
            case ("first_response" | "next_reply"), False:
                return _("%(provider)s answers you by %(time)s", **values)
            case ("first_response" | "next_reply"), True:
                return _("%(provider)s should have answered you by %(time)s", **values)
            case "status_update", False:
                return _("%(provider)s updates you by %(time)s", **values)
            case "status_update", True:
                return _("%(provider)s should have updated you by %(time)s", **values)
            case "acknowledged", False:
                return _("%(provider)s confirms your request by %(time)s", **values)
            case "containment", False:
                return _("%(provider)s gives you a workaround by %(time)s", **values)
            case "containment", True:
                return _("%(provider)s should have given you a workaround by %(time)s", **values)
            case "recovery", False:
                return _("%(provider)s restores the service by %(time)s", **values)
            case "recovery", True:
                return _("%(provider)s should have restored the service by %(time)s", **values)
            case "resolution", False:
                return _("%(provider)s solves this by %(time)s", **values)
            case "resolution", True:
                return _("%(provider)s should have solved this by %(time)s", **values)
            case _other, True:
                return _("%(label)s: was promised by %(time)s", **values)
        return _("%(label)s: promised by %(time)s", **values)

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
        _ = self.env._
        due = self._support_portal_describe_moment(clock["due"], panel["now"])
        done = self._support_portal_describe_moment(clock["stopped"], panel["now"])
        badge, tone = clock["badge"], clock["tone"]
        parts: list[str] = []
        if clock["hold"] == facts.NO_SLA:
            parts.append(_("No time is promised."))
        elif clock["hold"] == facts.TO_AGREE:
            parts.append(_("The date is agreed on with you."))
        elif clock["hold"] == facts.NO_TIME:
            parts.append(_("%s tells you when.", self.support_provider_id.name))
        elif clock["state"] == facts.DONE and done:
            missed = self._support_portal_describe_moment(clock["breached"] or clock["due"], panel["now"])
            if missed:
                parts.append(_("%(done)s, promised by %(due)s", done=done["text"], due=missed["text"]))
            else:
                parts.append(done["text"])
        elif clock["state"] == facts.STOPPED:
            pass  # the badge says it
        elif clock["state"] == facts.PAUSED:
            if clock["remaining"] is not None and clock["remaining"] > 0:
                parts.append(_("%s left when the time goes on", self._support_length(clock["remaining"])))
            # "waiting for the customer" is said to the customer
            theirs = self.env["support.pause.reason"]._get_labels().get("customer")
            parts += [_("waiting for your answer") if reason == theirs else reason for reason in clock["reasons"]]
        elif due:
            if clock["metric"] == "status_update":
                parts += [
                    _("every %s", clock["promise"]),
                    _("last %s", self._support_portal_describe_moment(clock["start"], panel["now"])["text"]),
                ]
                parts.append(_("next by %s", due["text"]))
            elif clock["due"] <= panel["now"]:
                parts.append(_("was promised by %s", due["text"]))
            else:
                parts.append(_("promised by %s", due["text"]))
            if tone == "info":
                badge = ""  # what is on its way needs no word beside the time
        return {
            "key": clock["key"],
            "label": self._support_portal_get_label(clock),
            "badge": badge,
            "tone": {"muted": "secondary"}.get(tone, tone),
            "text": " · ".join(part for part in parts if part),
            "explain": clock["explain"],
        }

    # --- the list of tickets ----------------------------------------------------------------------

    def _support_portal_get_rows(self) -> dict[int, dict[str, Any]]:
        """What the list says of each of these tickets; the same number of queries for any number of them.

        :return: by ticket id: ``provider``, ``priority``, ``color``, ``next`` (sentence or ""), ``moment``
            (see :meth:`_support_portal_describe_moment`), ``late``, ``turn`` (words), ``mine``
        """
        tickets = self.filtered("support_provider_id")
        now = self.env["support.event"]._now()
        text_now = fields.Datetime.to_string(now)
        events = self.env["support.event"]._read_facts(tickets.ids)
        agenda = self.env["support.target"]._get_agenda
        due: dict[int, Any] = {}
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
                "mine": mine,
                "turn": ""
                if ended
                else {
                    "customer": self.env._("Your turn"),
                    "third_party": self.env._("A third party's turn"),
                }.get(whose, self.env._("%s's turn", ticket.support_provider_id.name)),
            }
        return rows

    # --- moments in words -------------------------------------------------------------------------

    def _support_portal_describe_moment(
        self, moment: str | bool | None, now: str, provider_zone: str | None = None
    ) -> dict[str, str] | bool:
        """A moment for a customer to read (E-2.7).

        :param moment: UTC text, as in the panel
        :return: ``utc`` (ISO, for the browser), ``text`` (time, with the day when it is not today),
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
                time=self._support_portal_format(value, value if _same_day(value, zone, provider_zone) else None, provider_zone),
                city=self._support_portal_get_city(provider_zone),
            )
        return {
            "utc": f"{value.isoformat()}Z",
            "text": text,
            "full": self._support_portal_format(value, None, zone),
            "zone": words,
            "relative": self._support_portal_get_relative(int((value - reference).total_seconds())),
        }

    @api.model
    def _support_portal_format(self, value: datetime, reference: datetime | None, zone: str) -> str:
        """Time, with the day unless it is that of ``reference`` in ``zone``."""
        time = format_datetime(self.env, value, tz=zone, dt_format="HH:mm")
        if reference is not None and _local(value, zone).date() == _local(reference, zone).date():
            return time
        pattern = "EEE d MMM"
        if reference is not None and _local(value, zone).year != _local(reference, zone).year:
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

    # --- escalating -------------------------------------------------------------------------------

    def _support_portal_describe_escalation(self) -> dict[str, Any]:
        """``offered``: whether the page has a button; ``wait``: why not now (sentence or ""); ``last``:
        what the customer escalated last, ``{"text", "reason"}`` or False."""
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
                "text": self.env._("You escalated this ticket (%(time)s). %(told)s", time=moment["text"], told=told),
                "reason": row.reason,
            }
        return {
            "offered": self.support_provider_id.customer_escalation and not self._support_may_escalate(),
            "wait": self._support_portal_say_wait(),
            "last": last,
        }

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
        moment = self._support_portal_describe_moment(
            fields.Datetime.to_string(again), fields.Datetime.to_string(now)
        )
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

    # --- the form for a new ticket ----------------------------------------------------------------

    @api.model
    def _support_portal_get_offers(self, partner, company) -> dict[Any, Any]:
        """Which providers ``partner`` may raise a ticket with (E-6.1, E-9).

        :return: provider → its queues that the portal shows; both in superuser mode
        """
        in_company = Domain("company_id", "in", [False, company.id])
        teams = self.env["helpdesk.ticket.team"].search(
            Domain("support_provider_id.active", "=", True) & Domain("show_in_portal", "=", True) & in_company
        )
        providers = teams.support_provider_id.filtered_domain(in_company).sorted()
        return {
            provider: teams.filtered(lambda team, provider=provider: team.support_provider_id == provider)
            for provider in providers
            if self._support_portal_may_raise(provider, partner)
        }

    @api.model
    def _support_portal_may_raise(self, provider, partner) -> bool:
        """Whether ``provider`` takes tickets of ``partner`` through the portal.

        **Hook**: a provider may be stricter. One that refuses whoever has no entitlement offers itself
        to customers with one in force, and to their authorised contacts where it names any.
        """
        if provider.entitlement_mode != "refuse":
            return True
        return any(
            not entitlement.contact_ids or partner in entitlement.contact_ids
            for entitlement in self._support_portal_get_entitlements(provider, partner)
        )

    @api.model
    def _support_portal_get_entitlements(self, provider, partner):
        """The entitlements of ``partner``'s company in force on the provider's own date."""
        now = self.env["support.event"]._now()
        day = _local(now, provider.tz or "UTC").date()
        Entitlement = self.env["support.entitlement"]
        return Entitlement.browse(
            entitlement_id
            for entitlement_id, start, stop, _plan in Entitlement._get_periods(
                provider.id, partner.commercial_partner_id.id
            )
            if start <= day and (stop is None or day <= stop)
        )

    @api.model
    def _support_portal_describe_form(self, provider, teams, partner) -> dict[str, Any]:
        """The form for a new ticket with ``provider``, in words and ids. **Hook**: addons add keys for
        their own template (:meth:`_support_portal_get_form_template`).

        :return: ``provider`` (id, name, code, intro), ``notice``, ``teams``, ``services`` and
            ``priorities`` (lists, see below), ``fields`` (:meth:`_support_portal_form_fields`),
            ``template`` (external id or False), ``subject_length``
        """
        entitlement = self._support_portal_get_entitlements(provider, partner)[:1]
        match = {
            "provider_id": provider.id,
            "plan_id": entitlement.plan_id.id,
            "entitlement_id": entitlement.id,
            "team_id": teams.id if len(teams) == 1 else False,
            "channel_id": self.env["ir.model.data"]._xmlid_to_res_id("helpdesk_mgmt.helpdesk_ticket_channel_web"),
        }
        notice = ""
        if not entitlement and provider.entitlement_mode == "ask":
            notice = self.env._(
                "You have no support contract in force with %s. Your request is kept; they will tell you "
                "whether they can help.",
                provider.name,
            )
        return {
            "provider": {
                "id": provider.id,
                "name": provider.name,
                "code": provider.code,
                "intro": provider.portal_intro,
            },
            "notice": notice,
            "teams": [{"id": team.id, "name": team.name} for team in teams],
            "services": [
                {
                    "id": service.id,
                    "name": service.name,
                    "description": service.description or "",
                    "team": service.team_id.id,
                    "team_name": service.team_id.name if len(teams) > 1 else "",
                    "promises": self._support_portal_get_promises(
                        match
                        | {
                            "service_id": service.id,
                            "team_id": service.team_id.id or match["team_id"],
                            "priority_id": service.default_priority_id.id or provider.default_priority_id.id,
                        },
                        "service_id",
                    ),
                }
                for service in self._support_portal_get_services(provider, teams)
            ],
            "priorities": [
                self._support_portal_describe_priority(priority, match)
                for priority in self._support_portal_get_priorities(provider)
            ],
            "fields": self._support_portal_form_fields(provider),
            "template": self._support_portal_get_form_template(provider),
            "subject_length": SUBJECT_LENGTH,
        }

    @api.model
    def _support_portal_get_services(self, provider, teams):
        """The services that the form offers: of these queues, or of none in particular."""
        return provider.service_ids.filtered(
            lambda service: service.active
            and service.portal_visible
            and (not service.team_id or service.team_id in teams)
        )

    @api.model
    def _support_portal_get_priorities(self, provider):
        """The levels that a customer may propose."""
        return provider.priority_ids.filtered(lambda priority: priority.active and priority.portal_visible)

    @api.model
    def _support_portal_describe_priority(self, priority, match: Mapping[str, Any]) -> dict[str, Any]:
        """One level on the form: ``id``, ``code``, ``name``, ``definition``, ``example``, ``promises``
        (words) and ``note``.

        **Hook**: ``note`` is shown as soon as the level is chosen (a line to call as well …).
        """
        return {
            "id": priority.id,
            "code": priority.code,
            "name": priority.name,
            "definition": priority.definition or "",
            "example": priority.example or "",
            "promises": self._support_portal_get_promises({**match, "priority_id": priority.id}, "priority_id"),
            "note": "",
        }

    @api.model
    def _support_portal_get_promises(self, match: Mapping[str, Any], on: str) -> str:
        """What would be promised to a ticket like this, in a line; "" when that does not depend on ``on``."""
        found = self.env["support.policy"]._match(dict(match))
        if not found["version"] or on not in found["on"]:
            return ""
        version = self.env["support.policy.version"].browse(found["version"])
        order = ("first_response", "status_update", "resolution")
        shown = version.target_ids.filtered(
            lambda target: target.portal_visible and target.metric in order
        ).sorted(lambda target: order.index(target.metric))
        if not shown:
            return ""
        hours = [target._get_calendar().name or self.env._("around the clock") for target in shown]
        once = len(set(hours)) == 1
        parts = []
        for target, name in zip(shown, hours, strict=True):
            length = target._get_promise_text()
            if once:  # the same working hours need not be said three times
                length = length.removesuffix(f", {name}")
            if target.metric == "status_update":
                length = self.env._("every %s", length)
            label = self._support_portal_get_label({"metric": target.metric, "label": ""})
            parts.append(self.env._("%(promise)s: %(length)s", promise=label, length=length))
        return " · ".join(parts) + (f" ({hours[0]})" if once else "")

    @api.model
    def _support_portal_form_fields(self, provider) -> list[dict[str, Any]]:
        """Questions that the form of ``provider`` asks beside the common ones.

        **Hook**: an addon appends its own when ``provider`` is its provider. Each is a dict::

            {"name": "judopay_since",      # a field of helpdesk.ticket, and the name in the form
             "label": "Since when",        # translated
             "type": "datetime",           # char, text, selection, integer, boolean or datetime
             "required": True,             # the form comes back while it is empty
             "help": "",                   # a line below the question, translated
             "options": [(value, label)]}  # of a selection; only these values are taken

        The form shows them, keeps what was typed, checks them and stores them; a moment is read in the
        customer's zone. For anything more, see :meth:`_support_portal_get_form_template`,
        :meth:`_support_prepare_portal_values` and :meth:`_support_portal_check`.
        """
        return []

    @api.model
    def _support_portal_get_form_template(self, provider) -> str | bool:
        """External id of a template that the form calls after its own questions, or False.

        **Hook**. It is given ``form`` (:meth:`_support_portal_describe_form`) and ``typed`` (what was
        posted before, by name).
        """
        return False

    @api.model
    def _support_prepare_portal_values(self, provider, post: Mapping[str, Any]) -> dict[str, Any]:
        """Values of the ticket from the provider's own questions. Called only when nothing is wrong.

        **Hook**: extend it for what :meth:`_support_portal_form_fields` cannot say. Whatever is in
        ``post`` was typed by somebody: take nothing from it that the form did not offer.
        """
        return {
            spec["name"]: self._support_portal_read_field(spec, post)[0]
            for spec in self._support_portal_form_fields(provider)
        }

    @api.model
    def _support_portal_check(self, provider, post: Mapping[str, Any]) -> list[str]:
        """What is wrong with the answers to the provider's own questions, in sentences. **Hook**."""
        errors = (self._support_portal_read_field(spec, post)[1] for spec in self._support_portal_form_fields(provider))
        return [error for error in errors if error]

    @api.model
    def _support_portal_read_field(self, spec: Mapping[str, Any], post: Mapping[str, Any]) -> tuple[Any, str]:
        """The value of one question and what is wrong with it ("" when nothing is)."""
        _ = self.env._
        text = post.get(spec["name"])
        text = text.strip() if isinstance(text, str) else ""
        if spec["type"] == "boolean":
            return bool(text), _("Please confirm: %s", spec["label"]) if spec.get("required") and not text else ""
        if not text:
            return False, _("Please answer: %s", spec["label"]) if spec.get("required") else ""
        wrong = _("This answer is not understood: %s", spec["label"])
        match spec["type"]:
            case "selection":
                for value, _label in spec["options"]:
                    if str(value) == text:
                        return value, ""
                return False, _("Please choose one of those offered: %s", spec["label"])
            case "integer":
                return (int(text), "") if text.isascii() and text.isdecimal() and len(text) < 10 else (False, wrong)
            case "datetime":
                try:
                    local = datetime.fromisoformat(text).replace(tzinfo=None, microsecond=0)
                    zone = pytz.timezone(self.env.context.get("tz") or "UTC")
                    return zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None), ""
                except (ValueError, OverflowError):
                    return False, wrong
        if len(text) > TEXT_LENGTH:
            return False, _("Please shorten this answer: %s", spec["label"])
        return text, ""

    @api.model
    def _support_portal_read_post(
        self, provider, teams, post: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """Values of a ticket from what was posted, and what is wrong with it.

        Every id is one that the form offered; whoever sends another gets the form back.
        """
        _ = self.env._
        errors = []
        if len((post.get("subject") or "").strip()) > SUBJECT_LENGTH:
            errors.append(_("Please shorten the subject to %s characters.", SUBJECT_LENGTH))
        team = _pick(teams, post.get("team")) if len(teams) > 1 or post.get("team") else teams
        services = self._support_portal_get_services(provider, teams)
        service = _pick(services, post.get("support_service_id"))
        if service.team_id and len(teams) > 1 and not post.get("team"):
            team = service.team_id
        if not team:
            errors.append(_("Please choose one of the queues offered."))
        fitting = services.filtered(lambda record: not record.team_id or record.team_id == team)
        if services and not service and (fitting or post.get("support_service_id")):
            errors.append(_("Please choose one of the services offered."))
        elif service and team and service not in fitting:
            errors.append(
                _(
                    "“%(service)s” belongs to the queue “%(queue)s”: please choose that queue or another service.",
                    service=service.name,
                    queue=service.team_id.name,
                )
            )
        priorities = self._support_portal_get_priorities(provider)
        priority = _pick(priorities, post.get("support_priority_id"))
        if not priority and (priorities or post.get("support_priority_id")):
            errors.append(_("Please choose how urgent it is."))
        errors += self._support_portal_check(provider, post)
        if errors:
            return {}, errors
        values = {"team_id": team.id, **self._support_prepare_portal_values(provider, post)}
        if team.company_id:
            values["company_id"] = team.company_id.id
        if service:
            values["support_service_id"] = service.id
        if priority:
            values["support_priority_id"] = priority.id
        return values, []


def _pick(records, sent: object):
    """The one of ``records`` whose id was sent, or none."""
    text = str(sent or "").strip()
    # isdecimal() alone would take the digits of every script, and any number of them
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return records.filtered(lambda record: record.id == wanted)


def _local(moment: datetime, zone: str) -> datetime:
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone))


def _offset(zone: str, moment: datetime) -> timedelta | None:
    return _local(moment, zone).utcoffset()


def _same_day(moment: datetime, zone: str, other: str) -> bool:
    return _local(moment, zone).date() == _local(moment, other).date()
