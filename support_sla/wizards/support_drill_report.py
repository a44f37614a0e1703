from collections.abc import Iterable
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..models.support_drill_run import DrillRun
from ..models.support_time import from_instant
from ..tools import facts

Hole = dict[str, Any]


class SupportDrillReport(models.AbstractModel):
    """What a rehearsal came to, in the reader's words and zone, with the holes it found (E-5.5)."""

    _name = "support.drill.report"
    _description = "Escalation Drill Report"

    @api.model
    def _describe(self, drill, run: DrillRun) -> dict[str, Any]:
        """One structure for the screen.

        :return: ``start``, ``zone`` (the provider's), ``policy`` (name, why), ``promises`` (label, promise, moment,
            badge, tone, why, chain, rounds), ``line`` (kind, at, step, moment, title, detail, tone, word, icon and
            people: id, name, channel, problem) and ``holes`` (level, text, fix, model, id). A moment is ``when`` in
            the reader's zone, ``when_there`` in the provider's (empty where it shows the same) and ``after``.
        """
        holes = self._find_holes(drill, run)
        return {
            "start": self._moment(run, run.start),
            "zone": run.ticket.support_provider_id.tz or "UTC",
            "policy": self._describe_policy(run),
            "promises": self._describe_promises(run, holes),
            "line": self._describe_line(run, holes),
            "holes": self._sort_holes(holes),
        }

    # --- moments -----------------------------------------------------------------------------------

    @api.model
    def _moment(self, run: DrillRun, instant: int | None) -> dict[str, str]:
        """A moment in the reader's zone, in the provider's where it differs, and how long after the raising."""
        if instant is None:
            return {"when": "", "when_there": "", "after": ""}
        there = run.ticket.support_provider_id.tz or "UTC"
        here = self.env.context.get("tz") or self.env.user.tz or there

        def text(zone: str) -> str:
            return format_datetime(self.env, from_instant(instant), tz=zone, dt_format="EEE d MMM, HH:mm")

        return {
            "when": text(here),
            "when_there": text(there) if text(there) != text(here) else "",
            "after": self._after(run, instant),
        }

    @api.model
    def _after(self, run: DrillRun, instant: int) -> str:
        seconds = max(instant - run.start, 0)
        days, rest = divmod(seconds, 86400)
        hours, minutes = rest // 3600, rest % 3600 // 60
        if days:
            return self.env._("+%(days)s d %(hours)02d:%(minutes)02d", days=days, hours=hours, minutes=minutes)
        return self.env._("+%(hours)s:%(minutes)02d", hours=hours, minutes=minutes)

    # --- promises ----------------------------------------------------------------------------------

    @api.model
    def _describe_policy(self, run: DrillRun) -> dict[str, Any]:
        if run.refusal:
            return {"name": False, "why": run.refusal}
        match = run.promised[2]
        events = [facts.Event(run.start, facts.GRADED, data=match)] if match else []
        return run.ticket.with_env(self.env(su=True))._support_describe_match(events)

    @api.model
    def _describe_promises(self, run: DrillRun, holes: list[Hole]) -> list[dict[str, Any]]:
        Target = self.env["support.target"].sudo()
        readings, past, match = run.promised
        version_id = match.get("version")
        if not version_id:
            return []
        labels = dict(Target._selection_metric())
        latest = {reading.clock.target: reading for reading in readings}
        promises = []
        for fact in self.env["support.policy.version"]._get_compiled(version_id).targets:
            target = Target.browse(fact.id)
            reading = latest.get(fact.id)
            clock = reading.clock if reading else None
            badge, tone = self._get_badge(run, reading)
            rounds = run.get_rounds(fact) if fact.metric == "status_update" else []
            promises.append(
                {
                    "key": fact.id,
                    "label": labels.get(fact.metric, fact.metric),
                    "promise": target._get_promise_text(reading.target.duration if reading else None),
                    **self._moment(run, reading.due if reading else None),
                    "badge": badge,
                    "tone": tone,
                    "why": run.ticket._support_explain(reading, past, False)
                    if reading
                    else [self.env._("Nothing in this drill starts it.")],
                    "chain": target.chain_id.name or False,
                    "rounds": [self._moment(run, instant) for instant in rounds],
                }
            )
            holes += self._find_promise_holes(target, labels.get(fact.metric, fact.metric), clock)
        return promises

    @api.model
    def _get_badge(self, run: DrillRun, reading) -> tuple[str, str]:
        """How a promise ends in this drill."""
        if reading is None:
            return self.env._("later"), "muted"
        if run.get_key(reading) in run.missed and reading.clock.hold != facts.TO_AGREE:
            return self.env._("missed"), "danger"
        return run.ticket._support_badge(reading.clock, run.start, None)

    # --- the time line -----------------------------------------------------------------------------

    @api.model
    def _describe_line(self, run: DrillRun, holes: list[Hole]) -> list[dict[str, Any]]:
        entries = sorted(run.entries, key=lambda entry: entry["moment"])
        line = []
        for number, entry in enumerate(entries):
            tell = getattr(self, f"_tell_{entry['kind']}")
            line.append(
                {
                    "key": number,
                    "kind": entry["kind"],
                    "at": fields.Datetime.to_string(from_instant(entry["moment"])),
                    "step": entry.get("step_id", False),
                    "people": [],
                    "detail": "",
                    **self._moment(run, entry["moment"]),
                }
            )
            line[-1].update(tell(run, entry, holes))
        return line

    @api.model
    def _label(self, entry: dict[str, Any]) -> str:
        metric = entry["reading"].clock.metric
        return dict(self.env["support.target"]._selection_metric()).get(metric, metric)

    def _tell_raised(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        ticket = run.ticket
        parts = [
            ticket.support_priority_id.display_name,
            ticket.support_service_id.display_name,
            ticket.team_id.display_name,
            ticket.partner_id.display_name,
        ]
        return {
            "icon": "fa-ticket",
            "tone": "info",
            "word": self.env._("ticket"),
            "title": self.env._("The ticket is raised"),
            "detail": " · ".join(part for part in parts if part),
        }

    def _tell_confirmed(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        template = run.ticket.support_provider_id.acknowledgement_template_id
        email = run.ticket.partner_id.email or run.ticket.partner_email
        name = run.ticket.partner_id.display_name or run.ticket.partner_email
        return {
            "icon": "fa-envelope-o",
            "tone": "info",
            "word": self.env._("mail"),
            "title": self.env._("Confirmation of receipt"),
            "detail": template.display_name,
            "people": [
                {
                    "id": run.ticket.partner_id.id,
                    "name": name or "",
                    "channel": self.env._("e-mail"),
                    "problem": "" if email else self.env._("no e-mail address"),
                }
            ],
        }

    def _tell_response(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        return self._act(self.env._("Somebody answers the customer"), "fa-comment-o")

    def _tell_waiting(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        return self._act(self.env._("The ticket waits for the customer"), "fa-pause", entry["stage"].display_name)

    def _tell_answer(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        return self._act(self.env._("The customer answers"), "fa-play", entry["stage"].display_name)

    def _tell_no_stage(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        text = self.env._("The queue has no stage that waits for the customer")
        holes.append(self._hole("warning", text, self.env._("Add one to the queue's stages."), run.ticket.team_id))
        return {"icon": "fa-warning", "tone": "warning", "word": self.env._("hole"), "title": text}

    def _tell_taken_charge(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        return self._act(
            self.env._("Somebody takes charge"),
            "fa-hand-paper-o",
            self.env._("Steps that wait for an acknowledgement are no longer taken for these promises."),
        )

    def _act(self, title: str, icon: str, detail: str = "") -> dict[str, Any]:
        return {"icon": icon, "tone": "muted", "word": self.env._("assumed"), "title": title, "detail": detail}

    def _tell_missed(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        return {
            "icon": "fa-clock-o",
            "tone": "danger",
            "word": self.env._("missed"),
            "title": self.env._("%s is missed", self._label(entry)),
            "detail": self.env._("Kept if done by this minute."),
        }

    def _tell_remind(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        recipient = run.ticket._support_get_recipient() or self._get_administrator(run)
        return {
            "icon": "fa-calendar-o",
            "tone": "warning",
            "word": self.env._("reminder"),
            "title": self.env._("A date is still to be agreed on: %s", self._label(entry)),
            "people": self._describe_people(run, recipient.partner_id, "message", holes),
        }

    def _tell_administrator(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        intent = entry["intent"]
        partner = self.env["res.partner"].sudo().browse(intent["partner_id"])
        return {
            "icon": "fa-user-times",
            "tone": "warning",
            "word": self.env._("notice"),
            "title": self.env._("The administrator is told that a role is empty"),
            "detail": (intent.get("data") or {}).get("role", ""),
            "people": self._describe_people(run, partner, "message", holes),
        }

    def _tell_changed(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        changes = entry["changes"]
        stage = self.env["helpdesk.ticket.stage"].sudo().browse(changes.get("stage_id") or [])
        priority = self.env["support.priority"].sudo().browse(changes.get("support_priority_id") or [])
        return {
            "icon": "fa-exchange",
            "tone": "info",
            "word": self.env._("change"),
            "title": self.env._("The step changes the ticket"),
            "detail": " · ".join(name for name in (stage.display_name, priority.display_name) if name),
        }

    def _tell_acknowledged(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        return self._skip(entry, self.env._("Not taken: somebody has taken charge."))

    def _tell_forbidden(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        step = self.env["support.escalation.step"].sudo().browse(entry["step_id"])
        why = self.env._("Not taken: the provider's rules allow no automatic escalation of such a ticket.")
        self._note(holes, self._hole("warning", f"{step.display_name}: {why}", "", step.chain_id))
        return self._skip(entry, why)

    def _skip(self, entry: dict, why: str) -> dict[str, Any]:
        step = self.env["support.escalation.step"].sudo().browse(entry["step_id"])
        return {
            "icon": "fa-ban",
            "tone": "muted",
            "word": self.env._("skipped"),
            "title": self.env._("%(promise)s: %(step)s", promise=self._label(entry), step=step.display_name),
            "detail": why,
        }

    def _tell_step(self, run: DrillRun, entry: dict, holes: list[Hole]) -> dict[str, Any]:
        row = entry["row"]
        step = self.env["support.escalation.step"].sudo().browse(row["step_id"])
        details = [self.env._("Role: %s", step.role_id.name), step._get_delay_text()]
        if step.reach == "working_hours":
            details.append(self.env._("in working hours"))
        details += self._find_step_holes(run, entry, step, holes)
        people = []
        for intent in entry["intents"]:
            partner = self.env["res.partner"].sudo().browse(intent["partner_id"])
            people += self._describe_people(run, partner, intent["channel"], holes)
        empty = row["state"] == "empty"
        return {
            "icon": "fa-user-times" if empty else "fa-bullhorn",
            "tone": "danger" if empty else "warning",
            "word": self.env._("nobody") if empty else self.env._("escalation"),
            "title": self.env._("%(promise)s: %(step)s", promise=self._label(entry), step=step.display_name),
            "detail": " · ".join(details),
            "people": people,
        }

    # --- people ------------------------------------------------------------------------------------

    @api.model
    def _get_administrator(self, run: DrillRun):
        return run.ticket.support_provider_id.administrator_id or self.env.ref("base.user_admin").sudo()

    @api.model
    def _describe_people(self, run: DrillRun, partners, channel: str, holes: list[Hole]) -> list[dict[str, str]]:
        """Who they are, how they hear of it, and why they would not."""
        people = []
        for partner in partners.sudo():
            user = partner.with_context(active_test=True).user_ids[:1]
            problem, fix = "", ""
            if channel == "activity":
                text = self.env._("activity")
                if not user:
                    problem = self.env._("no login, so no activity")
                    fix = self.env._("Fill the role with somebody who works in Odoo, or send a message.")
            elif user.notification_type == "inbox":
                text = self.env._("inbox")
            else:
                text = self.env._("e-mail")
                if not partner.email:
                    problem = self.env._("no e-mail address")
                    fix = self.env._("Enter an e-mail address on the contact.")
            if problem:
                hole = self.env._("%(name)s cannot be reached: %(why)s", name=partner.display_name, why=problem)
                self._note(holes, self._hole("danger", hole, fix, partner))
            people.append({"id": partner.id, "name": partner.display_name, "channel": text, "problem": problem})
        return people

    # --- holes -------------------------------------------------------------------------------------

    @api.model
    def _hole(self, level: str, text: str, fix: str, record=None) -> Hole:
        return {
            "level": level,
            "text": text,
            "fix": fix,
            "model": record._name if record else False,
            "id": record.id if record else False,
        }

    @api.model
    def _note(self, holes: list[Hole], hole: Hole) -> None:
        """The same hole is named once."""
        if hole not in holes:
            holes.append(hole)

    @api.model
    def _sort_holes(self, holes: Iterable[Hole]) -> list[Hole]:
        words = {
            "danger": self.env._("hole"),
            "warning": self.env._("weak"),
            "info": self.env._("note"),
        }
        order = list(words)
        return [
            {**hole, "key": number, "word": words[hole["level"]]}
            for number, hole in enumerate(sorted(holes, key=lambda hole: order.index(hole["level"])))
        ]

    @api.model
    def _find_holes(self, drill, run: DrillRun) -> list[Hole]:
        """Holes of the provider as a whole. **Hook**: an addon adds what its provider needs besides."""
        holes: list[Hole] = []
        provider, ticket = run.ticket.support_provider_id, run.ticket
        if not drill.team_id:
            text = self.env._("%s has no queue: no ticket can be raised.", drill.provider_id.display_name)
            holes.append(
                self._hole("danger", text, self.env._("Give a helpdesk team this provider."), drill.provider_id)
            )
            return holes
        if run.refusal:
            fix = self.env._("Enter an entitlement, or choose a customer who has one.")
            holes.append(self._hole("danger", run.refusal, fix, provider))
            return holes
        if ticket.partner_id and ticket.support_no_entitlement:
            text = self.env._("The customer has no entitlement in force at that moment.")
            holes.append(self._hole("info", text, "", provider))
        if not run.promised[2].get("version"):
            text = self.env._("No policy matches: nothing is promised and nobody is told of anything.")
            fix = self.env._("Add a policy for this priority, service or plan.")
            holes.append(self._hole("danger", text, fix, provider))
        if not provider.calendar_id._sla_hours().has_hours:
            text = self.env._("The working hours “%s” have no opening time.", provider.calendar_id.name)
            holes.append(self._hole("danger", text, self.env._("Enter opening hours."), provider.calendar_id))
        if drill.preset == "holiday" and not drill._find_holiday(fields.Date.context_today(drill)):
            text = self.env._("“%s” has no holiday within two years.", provider.calendar_id.name)
            fix = self.env._("Fill in the public holidays.")
            holes.append(self._hole("warning", text, fix, provider.calendar_id))
        if not provider.acknowledgement_template_id:
            text = self.env._("No confirmation of receipt is sent: the provider has no template for it.")
            fix = self.env._("Choose one on the provider, under Behaviour.")
            holes.append(self._hole("warning", text, fix, provider))
        elif ticket.partner_id and not (ticket.partner_id.email or ticket.partner_email):
            text = self.env._("%s has no e-mail address for the confirmation of receipt.", ticket.partner_id.name)
            holes.append(self._hole("warning", text, "", ticket.partner_id))
        if not self.env["support.health"]._has_mail_server():
            text = self.env._("No outgoing mail server is set up: mails go to this machine's own, if it has one.")
            holes.append(self._hole("warning", text, self.env._("Settings › Technical › Outgoing Mail Servers.")))
        return holes

    @api.model
    def _find_promise_holes(self, target, label: str, clock: facts.Clock | None) -> list[Hole]:
        holes = []
        if clock is not None and clock.hold == facts.NO_TIME:
            text = self.env._("%s: the working hours have no time in which it could be done.", label)
            holes.append(self._hole("danger", text, self.env._("Enter opening hours."), target._get_calendar()))
        steps = self.env["support.target"]._get_agenda(target.id)["steps"]
        if not steps and self.env["support.target"]._get_agenda(target.id)["side"] == "provider":
            text = self.env._("%s: nobody is told when it is missed.", label)
            fix = self.env._("Choose an escalation chain on the policy.")
            holes.append(self._hole("info", text, fix, target.policy_id))
        return holes

    @api.model
    def _find_step_holes(self, run: DrillRun, entry: dict, step, holes: list[Hole]) -> list[str]:
        """Holes of one step at the moment at which it is taken; what is to be said of it on the time line."""
        now: datetime = entry["row"]["fired"]
        role = step.role_id
        on_call = step.reach == "on_call"
        filled, how, _partners = role._find_partners(run.ticket, now, on_call=on_call)
        said = []
        if not filled:
            text = self.env._("Nobody fills the role “%s”; the next step is taken at once.", role.name)
            self._note(holes, self._hole("danger", text, self.env._("Name users, or a role to fall back to."), role))
            said.append(self.env._("the next step is taken at once"))
        elif filled != role:
            text = self.env._(
                "Nobody fills the role “%(role)s”: “%(other)s” is told.", role=role.name, other=filled.name
            )
            self._note(holes, self._hole("warning", text, self.env._("Name users for it."), role))
            said.append(self.env._("stands in: %s", filled.name))
        elif role.source != "users" and how == "users":
            said.append(self.env._("stand-ins: nobody is found otherwise"))
        if on_call and filled and how != "rota":
            when = self._moment(run, entry["moment"])
            text = (
                self.env._(
                    "Gap in the rota of “%(role)s”: nobody is on call %(when)s.", role=role.name, when=when["when"]
                )
                if role.duty_ids
                else self.env._("“%s” has no rota although whoever is on call is to be told.", role.name)
            )
            self._note(holes, self._hole("warning", text, self.env._("Enter who is on call."), role))
            said.append(self.env._("nobody on call: the named users instead"))
        elif on_call and how == "rota":
            said.append(self.env._("on call"))
        gone = role.with_context(active_test=False).user_ids.filtered(lambda user: not user.active)
        if gone:
            text = self.env._(
                "“%(role)s” names users who have left: %(names)s",
                role=role.name,
                names=", ".join(gone.mapped("name")),
            )
            self._note(holes, self._hole("warning", text, self.env._("Take them out of the role."), role))
        return said
