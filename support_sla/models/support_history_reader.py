import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from odoo import api, models

from ..tools import facts, past

#: Columns of a file, as fields of ``support.history.row``, with the longest text they may hold.
COLUMNS = {
    "reference": 200,
    "moment": 100,
    "zone": 64,
    "kind": 64,
    "phase": 64,
    "side": 64,
    "priority": 200,
    "provider": 200,
    "team": 200,
    "service": 200,
    "subject": 500,
    "description": 200_000,
    "customer": 500,
    "author": 500,
    "message": 200_000,
    "metric": 64,
    "until": 100,
    "pause_reason": 200,
}
#: What is one and the same for a ticket: the first row that names it does so for all.
OF_TICKET = ("provider", "team", "service", "subject", "description", "customer")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(slots=True)
class Story:
    """A ticket as it is going to be made: the ids of what its rows name, and the rows in the order of its life."""

    reference: str
    provider_id: int
    team_id: int
    service_id: int | None
    values: dict[str, str]
    rows: list[dict[str, Any]]
    #: the first stage of the queue for each phase
    stages: dict[str, int]
    #: priority by line, where a row names one
    priorities: dict[int, int] = field(default_factory=dict)
    default_priority_id: int | None = None

    @property
    def key(self) -> str:
        """What makes a ticket of another helpdesk the same one."""
        return f"{self.provider_id}:{self.reference}"


@dataclass(slots=True)
class Verdict:
    #: every row with its cells read, in the order given
    rows: list[dict[str, Any]]
    #: why a row, and with it its ticket, is not taken: by line
    wrong: dict[int, str]
    #: lines of ``wrong`` that are wrong themselves and not only of the same ticket
    culprits: set[int]
    stories: dict[str, Story]


def simple(text: str) -> str:
    """Words as they are compared: “Message-Out”, "message out" and "message_out" are one."""
    return re.sub(r"[\s_-]+", " ", text).strip().casefold()


class SupportHistoryReader(models.AbstractModel):
    """Reads rows of a history import: cells to values, rows to tickets, and says what is wrong with which (E-3.10).

    It reads with the rights of whoever imports, so that nobody names a queue of a company out of reach.
    """

    _name = "support.history.reader"
    _description = "Reader of Imported History"

    @api.model
    def _get_kinds(self) -> dict[str, str]:
        """Labels by code of what a row can tell."""
        labels = dict(self.env["support.event"]._fields["kind"]._description_selection(self.env))
        labels[past.CONFIRMATION] = self.env._("Confirmation of receipt")
        return {kind: labels[kind] for kind in past.KINDS}

    @api.model
    def _get_words(self) -> dict[str, dict[str, str]]:
        """What may stand in a column, as :func:`simple` words, by column: codes and labels → codes."""
        Event = self.env["support.event"]
        English = self.with_context(lang="en_US")
        choices: dict[str, list[dict[str, str]]] = {
            "kind": [English._get_kinds(), self._get_kinds()],
            "phase": [],
            "side": [],
            "metric": [],
            "pause_reason": [],
        }
        for env in (English.env, self.env):
            choices["phase"].append(dict(env["helpdesk.ticket.stage"]._selection_support_phase()))
            choices["side"].append(dict(Event._fields["side"]._description_selection(env)))
            choices["metric"].append(dict(env["support.target"]._selection_metric()))
            choices["pause_reason"].append(env["support.pause.reason"]._get_labels())
        return {
            column: {
                simple(word): code
                for labels in found
                for code, label in labels.items()
                for word in (label, code)
                if word
            }
            for column, found in choices.items()
        }

    @api.model
    def _judge(self, rows: Sequence[dict[str, Any]], now: datetime) -> Verdict:
        """Read rows and put them together to tickets.

        :param rows: dicts with ``line`` and the cells by names of ``COLUMNS``: text as in the file, or dates
        :param now: naive UTC; what lies after it has not happened
        """
        words = self._get_words()
        latest = {"moment": now, "until": past.LATEST}
        cleaned: list[dict[str, Any]] = []
        wrong: dict[int, list[str]] = defaultdict(list)
        by_reference: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for raw in rows:
            row, reasons = self._read_row(raw, words, latest)
            cleaned.append(row)
            if reasons:
                wrong[row["line"]] += reasons
            # a row without a reference belongs to no ticket but stands for itself
            by_reference[row["reference"] or f"\0{row['line']}"].append(row)
        book = self._make_book()
        stories: dict[str, Story] = {}
        culprits = set(wrong)
        for reference, told in by_reference.items():
            if not any(row["line"] in wrong for row in told):
                story, problems = self._tell(reference, told, book)
                if story and not problems:
                    stories[reference] = story
                for line, reason in problems:
                    wrong[line].append(reason)
                    culprits.add(line)
            first = min((row["line"] for row in told if row["line"] in wrong), default=None)
            if first is not None:
                for row in told:
                    if row["line"] not in wrong:
                        wrong[row["line"]] = [self.env._("Not imported because of line %s.", first)]
        return Verdict(cleaned, {line: " ".join(reasons) for line, reasons in wrong.items()}, culprits, stories)

    # --- a row -----------------------------------------------------------------------------------

    @api.model
    def _read_row(
        self, raw: dict[str, Any], words: dict[str, dict[str, str]], latest: dict[str, datetime]
    ) -> tuple[dict[str, Any], list[str]]:
        """One row with its cells read, and what is wrong with it whatever the other rows say."""
        reasons: list[str] = []
        row: dict[str, Any] = {"line": raw["line"]}
        for column, longest in COLUMNS.items():
            value = raw.get(column)
            if column in ("moment", "until"):
                row[column] = value or ""
                continue
            text = "" if value is None or value is False else str(value)
            if column == "reference" and _CONTROL.search(text):
                reasons.append(self.env._("The reference contains characters that cannot be shown."))
            text = _CONTROL.sub("", text).strip()
            if len(text) > longest:
                reasons.append(
                    self.env._(
                        "“%(column)s” is longer than %(longest)s characters.",
                        column=self._get_column_label(column),
                        longest=longest,
                    )
                )
                text = text[:longest]
            row[column] = text
        row["subject"] = re.sub(r"\s+", " ", row["subject"])
        if not row["reference"]:
            reasons.append(self.env._("The reference of the ticket is missing."))
        for column, codes in words.items():
            if row[column]:
                code = codes.get(simple(row[column]))
                if code is None:
                    reasons.append(self._say_unknown(column, row[column], codes))
                else:
                    row[column] = code
        reasons += self._read_moments(row, latest)
        reasons += self._check_row(row)
        return row, reasons

    @api.model
    def _get_column_label(self, column: str) -> str:
        return self.env["support.history.row"]._fields[column]._description_string(self.env)

    @api.model
    def _say_unknown(self, column: str, text: str, codes: dict[str, str]) -> str:
        return self.env._(
            "%(column)s: “%(text)s” is not known. Use one of %(codes)s.",
            column=self._get_column_label(column),
            text=text[:80],
            codes=", ".join(sorted(set(codes.values()))),
        )

    @api.model
    def _read_moments(self, row: dict[str, Any], latest: dict[str, datetime]) -> list[str]:
        reasons: list[str] = []
        try:
            zone = ZoneInfo(row["zone"] or "UTC")
        except (KeyError, ValueError, OSError):
            return [self.env._("The time zone “%s” is not known. Write it like Europe/London.", row["zone"][:80])]
        for column, limit in latest.items():
            value = row[column]
            if not value:
                row[column] = None
                continue
            try:
                row[column] = past.read_moment(value, zone, limit)
            except past.MomentError as error:
                row[column] = None
                text, label = str(value)[:80], self._get_column_label(column)
                if error.code == past.NO_TIME:
                    reason = self.env._("%(column)s: “%(text)s” has no time of day.", column=label, text=text)
                elif error.code == past.TOO_EARLY:
                    reason = self.env._("%(column)s: “%(text)s” lies before 1990.", column=label, text=text)
                elif error.code == past.TOO_LATE:
                    reason = self.env._("%(column)s: “%(text)s” lies in the future.", column=label, text=text)
                else:
                    reason = self.env._(
                        "%(column)s: “%(text)s” cannot be read. Write it like 2026-03-02 09:00:00.",
                        column=label,
                        text=text,
                    )
                reasons.append(reason)
        if not row["moment"] and not reasons:
            reasons.append(self.env._("The moment is missing."))
        row["zone"] = ""  # they are UTC from here on
        return reasons

    @api.model
    def _check_row(self, row: dict[str, Any]) -> list[str]:
        """What a kind needs beside it. Sets the side that follows from the kind."""
        kind = row["kind"]
        if not kind:
            return [self.env._("The kind is missing: what happened?")]
        reasons = []
        if kind == facts.PHASE and not row["phase"]:
            reasons.append(self.env._("The phase is missing: which one did the ticket come to?"))
        if kind == facts.PRIORITY and not row["priority"]:
            reasons.append(self.env._("The priority is missing: which one did the ticket get?"))
        if kind == facts.AGREED:
            if not row["until"]:
                reasons.append(self.env._("The agreed date is missing."))
            elif row["moment"] and row["until"] <= row["moment"]:
                reasons.append(self.env._("The agreed date must lie after the moment of the agreement."))
        fixed = past.FIXED_SIDE.get(kind)
        if fixed and row["side"] and row["side"] != fixed:
            sides = dict(self.env["support.event"]._fields["side"]._description_selection(self.env))
            reasons.append(self.env._("This kind is an act of “%s”: correct the side or the kind.", sides[fixed]))
        row["side"] = row["side"] or fixed or past.USUAL_SIDE.get(kind) or facts.STAFF
        return reasons

    # --- a ticket --------------------------------------------------------------------------------

    @api.model
    def _make_book(self) -> dict[str, Any]:
        """Providers, queues, services, priorities and stages by what a file may call them."""

        def index(records, *names: str) -> dict[str, list]:
            found: dict[str, list] = defaultdict(list)
            for record in records:
                for word in {simple(str(record[name])) for name in names if record[name]}:
                    found[word].append(record)
            return found

        providers = self.env["support.provider"].search([("code", "!=", False)])
        teams = self.env["helpdesk.ticket.team"].search([("support_provider_id", "in", providers.ids)])
        domain = [("provider_id", "in", providers.ids)]
        # what is archived today was in use then
        services = self.env["support.service"].with_context(active_test=False).search(domain, order="active desc, id")
        priorities = (
            self.env["support.priority"].with_context(active_test=False).search(domain, order="active desc, id")
        )
        return {
            "providers": providers,
            "provider": index(providers, "code", "name"),
            "teams": {
                provider.id: teams.filtered(lambda t, p=provider: t.support_provider_id == p) for provider in providers
            },
            "team": index(teams, "name"),
            "service": {
                provider.id: index(services.filtered(lambda s, p=provider: s.provider_id == p), "code", "name")
                for provider in providers
            },
            "priority": {
                provider.id: index(
                    priorities.filtered(lambda s, p=provider: s.provider_id == p), "code", "name", "display_name"
                )
                for provider in providers
            },
            "stages": {
                team.id: {stage.support_phase: stage.id for stage in reversed(list(team._get_applicable_stages()))}
                for team in teams
            },
        }

    @api.model
    def _tell(
        self, reference: str, rows: list[dict[str, Any]], book: dict[str, Any]
    ) -> tuple[Story | None, list[tuple[int, str]]]:
        """The ticket that rows of one reference tell of, or why they tell none: ``(line, reason)``."""
        problems = [
            (problem.line, self._say_problem(problem))
            for problem in past.judge(past.Row(row["line"], row["moment"], row["kind"]) for row in rows)
        ]
        by_line = {row["line"]: row for row in rows}
        ordered = [
            by_line[row.line]
            for row in past.in_order(past.Row(row["line"], row["moment"], row["kind"]) for row in rows)
        ]
        values: dict[str, str] = {}
        lines: dict[str, int] = {}
        for row in ordered:
            for column in OF_TICKET:
                if not row[column]:
                    continue
                if column not in values:
                    values[column], lines[column] = row[column], row["line"]
                elif column in ("provider", "team", "service") and simple(values[column]) != simple(row[column]):
                    problems.append(
                        (
                            row["line"],
                            self.env._(
                                "%(column)s: “%(text)s” is not what line %(other)s says of the same ticket.",
                                column=self._get_column_label(column),
                                text=row[column],
                                other=lines[column],
                            ),
                        )
                    )
        if problems:
            return None, problems
        first = ordered[0]["line"]
        provider, team, service, reason, column = self._find_place(values, book)
        if reason:
            return None, [(lines.get(column, first), reason)]
        story = Story(
            reference, provider.id, team.id, service.id if service else None, values, ordered, book["stages"][team.id]
        )
        story.default_priority_id = (
            (service.default_priority_id.id if service else None) or provider.default_priority_id.id or None
        )
        for row in ordered:
            if row["priority"] and row["kind"] in (facts.RAISED, facts.PRIORITY):
                found = book["priority"][provider.id].get(simple(row["priority"]))
                if found:
                    story.priorities[row["line"]] = found[0].id
                else:
                    problems.append(
                        (
                            row["line"],
                            self.env._(
                                "%(provider)s has no priority “%(text)s”.",
                                provider=provider.name,
                                text=row["priority"],
                            ),
                        )
                    )
        told = [row for row in ordered if row["phase"] and row["kind"] in (facts.RAISED, facts.PHASE)]
        last = told[-1] if told else {"phase": facts.NEW, "line": first}
        if last["phase"] not in book["stages"][team.id]:
            phases = dict(self.env["helpdesk.ticket.stage"]._selection_support_phase())
            problems.append(
                (
                    last["line"],
                    self.env._(
                        "The queue “%(team)s” has no stage for the phase “%(phase)s”.",
                        team=team.name,
                        phase=phases[last["phase"]],
                    ),
                )
            )
        return story, problems

    @api.model
    def _find_place(self, values: dict[str, str], book: dict[str, Any]) -> tuple:
        """Whose ticket it is: ``(provider, queue, service or None, reason, column)``; a reason if it cannot be said.

        The queue that is named; else that of the service; else the only one of the provider.
        """
        Provider, Team = self.env["support.provider"], self.env["helpdesk.ticket.team"]
        provider, team, service = Provider, Team, None
        if values.get("provider"):
            found = book["provider"].get(simple(values["provider"]), [])
            if not found:
                return provider, team, None, self.env._("There is no provider “%s”.", values["provider"]), "provider"
            provider = found[0]
        if values.get("team"):
            found = [
                candidate
                for candidate in book["team"].get(simple(values["team"]), [])
                if not provider or candidate.support_provider_id == provider
            ]
            if not found:
                return provider, team, None, self.env._("There is no queue “%s” of a provider.", values["team"]), "team"
            if len(found) > 1:
                reason = self.env._("Several queues are called “%s”: name the provider too.", values["team"])
                return provider, team, None, reason, "team"
            team = found[0]
            provider = team.support_provider_id
        if not provider:
            if len(book["providers"]) != 1:
                return provider, team, None, self.env._("Name the provider or the queue of the ticket."), "provider"
            provider = book["providers"]
        if values.get("service"):
            found = book["service"][provider.id].get(simple(values["service"]))
            if not found:
                reason = self.env._(
                    "%(provider)s has no service “%(text)s”.", provider=provider.name, text=values["service"]
                )
                return provider, team, None, reason, "service"
            service = found[0]
        if not team:
            teams = book["teams"][provider.id]
            if service and service.team_id in teams:
                team = service.team_id
            elif len(teams) == 1:
                team = teams
            else:
                reason = self.env._(
                    "%(provider)s has %(count)s queues: name the one of the ticket.",
                    provider=provider.name,
                    count=len(teams),
                )
                return provider, team, service, reason, "team"
        return provider, team, service, "", ""

    @api.model
    def _say_problem(self, problem: past.Problem) -> str:
        match problem.code:
            case past.NOT_RAISED:
                return self.env._("No row says when the ticket was raised (kind “raised”).")
            case past.RAISED_TWICE:
                return self.env._("The ticket was raised already in line %s.", problem.other)
            case past.BEFORE_RAISED:
                return self.env._("This lies before the ticket was raised (line %s).", problem.other)
            case _:
                return self.env._("Nothing can happen to the ticket after it was merged (line %s).", problem.other)
