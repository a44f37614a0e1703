import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse, format_datetime, get_lang, posix_to_ldml

from ..tools import forecast

#: How many agents, and how many of the tickets that will be late, the card lists.
AGENT_ROWS = 15
LATE_ROWS = 10


class SupportBoard(models.AbstractModel):
    """Who has how much to do, and what will be late (R-7)."""

    _inherit = "support.board"

    @api.model
    def _prepare_board(self, scope) -> dict[str, Any]:
        board = super()._prepare_board(scope)
        if not board["empty"]:
            board["load"] = self._describe_load(scope, board["teams"], board["filters"]["teams"])
        return board

    @api.model
    def _describe_load(
        self, scope, teams_shown: list[dict[str, Any]], teams_readable: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """Open work per agent and team, and the forecast.

        :param teams_shown: the board's rows of teams; each gets its ``load``, a row as those of agents
        :param teams_readable: the queues that the reader may choose
        :return: ``agents``: rows of ``id``, ``name``, doors ``open``, ``today``, ``work`` and ``late``, ``seconds`` (of
            work left) and ``moves`` (doors with ``to``); ``others``: door to what is open with the ``agents`` (how
            many) that are not listed; ``late``: door to all that will be late; ``reasons``: the first of them with a
            sentence each; ``cut``: not all that is open was looked at
        """
        readable = self.env["helpdesk.ticket.team"].browse([team["id"] for team in teams_readable])
        teams = readable.filtered(
            lambda team: (
                (not scope.team_id or team.id == scope.team_id)
                and (not scope.provider_id or team.support_provider_id.id == scope.provider_id)
            )
        )
        outlooks = self._forecast(scope.now, readable)
        shown = outlooks.tickets.filtered(
            lambda ticket: (
                (not scope.team_id or ticket.team_id.id == scope.team_id)
                and (not scope.provider_id or ticket.support_provider_id.id == scope.provider_id)
            )
        )
        found = [(ticket, outlooks.found[ticket.id]) for ticket in shown if ticket.id in outlooks.found]
        late = sorted(
            ((ticket, outlook) for ticket, outlook in found if outlook.late), key=lambda pair: pair[1].task.order
        )
        counts = self._count_open(scope)
        names = self._get_agent_names(scope, outlooks, counts, shown, teams)
        self._add_team_load(scope, found, counts, teams_shown)
        return {
            **self._describe_agents(scope, outlooks, found, counts, names),
            "late": self._make_id_door(self.env._("Will Be Late If Nothing Changes"), [pair[0].id for pair in late]),
            "reasons": [self._describe_late(scope, ticket, outlook, names) for ticket, outlook in late[:LATE_ROWS]],
            "cut": outlooks.cut,
        }

    # --- counting ---------------------------------------------------------------------------------

    @api.model
    def _get_load_domains(self, scope) -> dict[str, Domain]:
        opened = scope.tickets & Domain("closed", "=", False) & Domain("active", "=", True)
        return {"open": opened, "today": opened & self._get_due_domains(scope)["today"]}

    @api.model
    def _count_open(self, scope) -> dict[str, dict[tuple[str, int], int]]:
        """Open and due today, by ``("user" | "team", id)``; 0 is nobody, or no team."""
        counts: dict[str, dict[tuple[str, int], int]] = {}
        for name, domain in self._get_load_domains(scope).items():
            counts[name] = defaultdict(int)
            for user, team, count in self.env["helpdesk.ticket"]._read_group(
                domain, ["user_id", "team_id"], ["__count"]
            ):
                counts[name]["user", user.id or 0] += count
                counts[name]["team", team.id or 0] += count
        return counts

    @api.model
    def _get_agent_names(self, scope, outlooks, counts, shown, teams) -> dict[int, str]:
        """Who is listed: whoever has something open, and the members of the queues who could help."""
        ids = {key for kind, key in counts["open"] if kind == "user" and key}
        ids.update(*(outlooks.members.get(team.id, set()) for team in teams))
        ids.update(outlooks.moves[ticket.id].target for ticket in shown if ticket.id in outlooks.moves)
        # sudo: the names of colleagues, also of another company
        names = {user.id: user.name for user in self.env["res.users"].sudo().browse(ids).sorted("name")}
        return {**names, forecast.NOBODY: self.env._("Nobody yet")}

    @api.model
    def _make_id_door(self, name: str, ids: list[int]) -> dict[str, Any]:
        return self._make_door("helpdesk.ticket", name, Domain("id", "in", ids), len(ids))

    @api.model
    def _describe_row(self, domains, counts, kind: str, key: int, name: str, found) -> dict[str, Any]:
        """The doors of an agent or a team. ``found``: its tickets that need work, with their outlooks."""
        mine = Domain(f"{kind}_id", "=", key or False)

        def door(title: str, figure: str) -> dict[str, Any]:
            return self._make_door(
                "helpdesk.ticket", f"{title}: {name}", domains[figure] & mine, counts[figure][kind, key]
            )

        return {
            "id": key,
            "name": name,
            "open": door(self.env._("Open"), "open"),
            "today": door(self.env._("Due Today"), "today"),
            "work": self._make_id_door(f"{self.env._('Waiting for Work')}: {name}", [pair[0].id for pair in found]),
            "seconds": sum(outlook.need for _ticket, outlook in found),
            "late": self._make_id_door(
                f"{self.env._('Will Be Late')}: {name}", [ticket.id for ticket, outlook in found if outlook.late]
            ),
        }

    @api.model
    def _describe_agents(self, scope, outlooks, found, counts, names) -> dict[str, Any]:
        domains = self._get_load_domains(scope)
        by_agent = defaultdict(list)
        given: dict[tuple[int, int], list[int]] = defaultdict(list)
        for ticket, outlook in found:
            by_agent[ticket.user_id.id or forecast.NOBODY].append((ticket, outlook))
            move = outlooks.moves.get(ticket.id)
            if move:
                given[move.source, move.target].append(ticket.id)
        rows = []
        for key, name in names.items():
            row = self._describe_row(domains, counts, "user", key, name, by_agent[key])
            row["moves"] = [
                {
                    **self._make_id_door(
                        self.env._("Give to %(agent)s: from %(name)s", agent=names[target], name=name), ids
                    ),
                    "to": names[target],
                }
                for (source, target), ids in given.items()
                if source == key
            ]
            # nobody has nothing: no row
            if key or row["open"]["count"]:
                rows.append(row)
        rows.sort(key=lambda row: (-row["late"]["count"], -row["seconds"], -row["open"]["count"], row["name"]))
        rest = [row["id"] for row in rows[AGENT_ROWS:]]
        others = self._make_door(
            "helpdesk.ticket",
            self.env._("Open: Other Agents"),
            # nobody is no id
            domains["open"] & Domain("user_id", "in", [key or False for key in rest]),
            sum(counts["open"]["user", key] for key in rest),
        )
        return {"agents": rows[:AGENT_ROWS], "others": {**others, "agents": len(rest)}}

    @api.model
    def _add_team_load(self, scope, found, counts, rows: list[dict[str, Any]]) -> None:
        domains = self._get_load_domains(scope)
        by_team = defaultdict(list)
        for ticket, outlook in found:
            by_team[ticket.team_id.id].append((ticket, outlook))
        for row in rows:
            row["load"] = self._describe_row(domains, counts, "team", row["id"], row["name"], by_team[row["id"]])

    # --- why --------------------------------------------------------------------------------------

    @api.model
    def _describe_late(self, scope, ticket, outlook: forecast.Outlook, names) -> dict[str, Any]:
        return {
            "id": ticket.id,
            "number": ticket.number,
            "name": ticket.name,
            "who": names.get(ticket.user_id.id or forecast.NOBODY, ""),
            "why": self._explain_late(scope, ticket, outlook),
        }

    @api.model
    def _explain_late(self, scope, ticket, outlook: forecast.Outlook) -> str:
        """In a sentence, moments in the reader's zone: what comes before it, when it begins and ends, and is due."""

        def say(instant: int | None) -> str:
            moment = self._to_moment(instant)
            return self._say_moment(scope, moment) if moment else ""

        length = self.env["helpdesk.ticket"]._support_length
        values = {
            "count": outlook.before,
            "ahead": length(outlook.ahead),
            "need": length(outlook.need),
            "begins": say(outlook.begins),
            "ends": say(outlook.ends),
            "due": say(outlook.task.due),
        }
        if not ticket.user_id:
            return self.env._("Nobody has it. It takes about %(need)s and is due %(due)s.", **values)
        if outlook.begins is None or (outlook.ends is None and not outlook.task.at_start):
            return self.env._(
                "%(count)s before it, %(ahead)s of work: there are no working hours in sight for it. Due %(due)s.",
                **values,
            )
        if outlook.task.at_start:
            return self.env._("%(count)s before it, %(ahead)s of work: begins %(begins)s, due %(due)s.", **values)
        if not outlook.before:
            return self.env._(
                "Nothing before it. Begins %(begins)s, takes about %(need)s until %(ends)s, due %(due)s.", **values
            )
        return self.env._(
            "%(count)s before it, %(ahead)s of work: begins %(begins)s, takes about %(need)s until %(ends)s, "
            "due %(due)s.",
            **values,
        )

    @api.model
    def _say_moment(self, scope, moment: datetime) -> str:
        """A moment in the reader's zone, with as much of the date as tells it apart: “Mon 10:20”, “2 Mar 10:20”."""
        lang = get_lang(self.env)
        # hours as the reader's language writes them, without the seconds
        hours = posix_to_ldml(re.sub(r"[:.]%S", "", lang.time_format), babel_locale_parse(lang.code))
        day = "EEE" if abs((moment - scope.now).days) < 6 else "d MMM"
        return format_datetime(self.env, moment, tz=str(scope.zone), dt_format=f"{day} {hours}")
