from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import pytz
from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts, history
from odoo.fields import Domain
from odoo.tools import SQL

#: Of each side, how many of those who wait longest are named.
WAITING_ROWS = 3


class SupportBoard(models.AbstractModel):
    """What is due today and this week, and who waits longest (R-7)."""

    _inherit = "support.board"

    @api.model
    def _prepare_board(self, scope) -> dict[str, Any]:
        board = super()._prepare_board(scope)
        if not board["empty"]:
            board["due"] = self._describe_due(scope)
            board["waiting"] = self._describe_waiting(scope)
        return board

    @api.model
    def _get_midnight(self, scope, day) -> datetime:
        """The reader's midnight before ``day``, naive UTC."""
        local = scope.zone.localize(datetime(day.year, day.month, day.day))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _get_due_domains(self, scope) -> dict[str, Domain]:
        """What is still to come until the end of the reader's day, and of his week (which begins as his language
        has it)."""
        today = pytz.utc.localize(scope.now).astimezone(scope.zone).date()
        ends = {
            "today": today + timedelta(days=1),
            "week": today + timedelta(days=7 - self._get_weekday(today)),
        }
        return {
            name: Domain("support_next_due", ">=", scope.now)
            & Domain("support_next_due", "<", self._get_midnight(scope, day))
            for name, day in ends.items()
        }

    @api.model
    def _describe_due(self, scope) -> dict[str, Any]:
        """Doors ``today`` and ``week``."""
        names = {"today": self.env._("Due Today"), "week": self.env._("Due This Week")}
        opened = scope.tickets & Domain("closed", "=", False) & Domain("active", "=", True)
        domains = self._get_due_domains(scope)
        tomorrow = self._get_midnight(
            scope, pytz.utc.localize(scope.now).astimezone(scope.zone).date() + timedelta(days=1)
        )
        query = self.env["helpdesk.ticket"]._search(opened & domains["week"])
        # one statement: the week has today in it
        [(week, today)] = self.env.execute_query(
            query.select(
                SQL("COUNT(*)"),
                SQL("COUNT(*) FILTER (WHERE %s < %s)", SQL.identifier(query.table, "support_next_due"), tomorrow),
            )
        )
        return {
            name: self._make_door("helpdesk.ticket", names[name], opened & domains[name], count)
            for name, count in (("today", today), ("week", week))
        }

    # --- who waits longest ------------------------------------------------------------------------

    @api.model
    def _describe_waiting(self, scope) -> list[dict[str, Any]]:
        """Whose turn it is in the open tickets, and since when in those that wait longest.

        :return: for us, the customer and others: ``side``, a door, and ``rows`` of ``id``, ``number``, ``name``,
            ``who`` and ``since`` (UTC)
        """
        Ticket = self.env["helpdesk.ticket"]
        opened = scope.tickets & Domain("closed", "=", False) & Domain("active", "=", True)
        sides: dict[str, list[str]] = defaultdict(list)
        for phase in facts.PHASES:
            sides[history.turn_of(phase)].append(phase)
        counts: dict[str, int] = defaultdict(int)
        for phase, count in Ticket._read_group(opened, ["support_phase"], ["__count"]):
            counts[history.turn_of(phase)] += count
        oldest = self._get_oldest(opened, sides)
        tickets = Ticket.search_fetch(
            Domain("id", "in", [ticket_id for _side, ticket_id, _since in oldest]), ["number", "name", "user_id"]
        ).grouped("id")
        names = {
            history.PROVIDER_TURN: self.env._("Waiting for Us"),
            history.CUSTOMER_TURN: self.env._("Waiting for the Customer"),
            history.THIRD_PARTY_TURN: self.env._("Waiting for Others"),
        }
        rows = defaultdict(list)
        for side, ticket_id, since in oldest:
            ticket = tickets[ticket_id]
            rows[side].append(
                {
                    "id": ticket_id,
                    "number": ticket.number,
                    "name": ticket.name,
                    # sudo: the name of a colleague of another company
                    "who": ticket.user_id.sudo().name or "",
                    "since": fields.Datetime.to_string(since),
                }
            )
        return [
            {
                **self._make_door("helpdesk.ticket", name, opened & self._get_side_domain(sides, side), counts[side]),
                "side": side,
                "rows": rows[side],
            }
            for side, name in names.items()
        ]

    @api.model
    def _get_side_domain(self, sides, side: str) -> Domain:
        if side == history.PROVIDER_TURN:
            # a ticket without a phase is ours too
            others = [phase for other, phases in sides.items() if other != side for phase in phases]
            return Domain("support_phase", "not in", others)
        return Domain("support_phase", "in", sides[side])

    @api.model
    def _get_oldest(self, opened: Domain, sides) -> list[tuple[str, int, datetime]]:
        """Of each side the open tickets that wait longest: ``(side, ticket id, since)``, the longest first.

        Since when a turn lasts is what the bar on the ticket says: from the fact at which it became theirs, however
        the phase changed within it. One statement.
        """
        query = self.env["helpdesk.ticket"]._search(opened)
        if query.is_empty():
            return []
        self.env["support.event"].flush_model()
        turns = SQL(" ").join(SQL("WHEN %s THEN %s", phase, side) for side, phases in sides.items() for phase in phases)
        self.env.cr.execute(
            SQL(
                """WITH step AS (
                       SELECT ticket_id, moment, rank, id, CASE phase %(turns)s ELSE %(ours)s END AS side
                       FROM (SELECT ticket_id, moment, id,
                                    CASE kind WHEN 'phase' THEN COALESCE(data->>'phase', 'new') ELSE 'new' END AS phase,
                                    CASE kind WHEN 'raised' THEN 0 ELSE 30 END AS rank
                             FROM support_event
                             WHERE kind IN ('raised', 'phase') AND ticket_id IN %(tickets)s) AS fact
                   ), change AS (
                       SELECT ticket_id, moment, rank, id, side,
                              LAG(side) OVER (PARTITION BY ticket_id ORDER BY moment, rank, id) AS before
                       FROM step
                   ), turn AS (
                       SELECT DISTINCT ON (ticket_id) ticket_id, side, moment
                       FROM change WHERE side IS DISTINCT FROM before
                       ORDER BY ticket_id, moment DESC, rank DESC, id DESC
                   ), place AS (
                       SELECT side, ticket_id, moment,
                              ROW_NUMBER() OVER (PARTITION BY side ORDER BY moment, ticket_id) AS place
                       FROM turn
                   )
                   SELECT side, ticket_id, moment FROM place WHERE place <= %(rows)s ORDER BY side, place""",
                turns=turns,
                ours=history.PROVIDER_TURN,
                tickets=query.subselect(),
                rows=WAITING_ROWS,
            )
        )
        return self.env.cr.fetchall()
