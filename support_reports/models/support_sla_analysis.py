from collections.abc import Sequence
from typing import Any

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query


class SupportSlaAnalysis(models.Model):
    """Every promise and what came of it, a row a clock, to be grouped and summed (R-6).

    Reads what the engine stored and reckons no business time: the verdict is ``outcome`` and ``judged`` of
    ``support.clock``, which of them count is its ``_get_achievement_domain``, and working time is what the clock
    counted up to its end. So a change of priority, a reopening, an exclusion or a merge shows here at once.

    The row has the id of its clock. Level, policy and promise are those of the clock, as they were promised; service,
    team, agent, customer, channel and company are those of the ticket, as they are now. Lengths are in hours and only
    filled in where they mean something (see the fields), because an average takes empty ones for nothing.

    A query of the model rather than a view in the database: the engine may alter its columns without having to drop
    somebody else's view first. Addons add columns by extending :meth:`_select` and :meth:`_from`.
    """

    _name = "support.sla.analysis"
    _description = "SLA Analysis"
    _auto = False
    _rec_name = "ticket_id"
    _order = "judged desc, id desc"
    _depends = {
        "support.clock": [
            "breached",
            "budget",
            "counted",
            "cycle",
            "deadline",
            "metric",
            "overrun",
            "policy_id",
            "priority_id",
            "provider_id",
            "regrade_breach",
            "side",
            "start",
            "state",
            "stopped",
            "ticket_id",
            "version_id",
        ],
        "helpdesk.ticket": [
            "channel_id",
            "commercial_partner_id",
            "company_id",
            "support_raised",
            "support_service_id",
            "team_id",
            "user_id",
        ],
    }

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    provider_id = fields.Many2one("support.provider", readonly=True)
    metric = fields.Selection(selection="_selection_metric", string="Promise", readonly=True)
    side = fields.Selection(
        [("provider", "Provider"), ("customer", "Customer"), ("internal", "Internal")], string="Owed By", readonly=True
    )
    priority_id = fields.Many2one("support.priority", readonly=True, help="The level when the promise was made.")
    policy_id = fields.Many2one("support.policy", readonly=True)
    version_id = fields.Many2one("support.policy.version", readonly=True)
    service_id = fields.Many2one("support.service", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Agent", readonly=True)
    customer_id = fields.Many2one("res.partner", readonly=True)
    channel_id = fields.Many2one("helpdesk.ticket.channel", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    raised = fields.Datetime(readonly=True)
    start = fields.Datetime(readonly=True, help="Since when the promise runs.")
    deadline = fields.Datetime(string="Due", readonly=True)
    stopped = fields.Datetime(readonly=True)
    judged = fields.Datetime(
        readonly=True, help="When its outcome was settled: the deadline that was missed, else when it ended."
    )
    state = fields.Selection(
        [("running", "Running"), ("paused", "Paused"), ("done", "Done"), ("cancelled", "Cancelled")], readonly=True
    )
    outcome = fields.Selection(selection="_selection_outcome", readonly=True)
    regrade_breach = fields.Boolean(
        string="Late by a Change", readonly=True, help="Late only because the promise was changed."
    )
    reopened = fields.Integer(readonly=True, aggregator="sum", help="How often it was resumed after it had ended.")
    kept = fields.Integer(readonly=True, aggregator="sum", help="Promises of the provider that were kept.")
    late = fields.Integer(
        readonly=True, aggregator="sum", help="Promises of the provider that were missed and count, finished or not."
    )
    achieved = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Share of kept ones among kept and late ones. Promises that do not count leave it as it is.",
    )
    promised_hours = fields.Float(
        string="Promised (Hours)",
        readonly=True,
        aggregator="avg",
        help="Opening hours promised, on average; promises by agreement have none.",
    )
    working_hours = fields.Float(
        string="Taken (Working Hours)",
        readonly=True,
        aggregator="avg",
        help="Opening hours from start to end without pauses, on average; of fulfilled promises only.",
    )
    calendar_hours = fields.Float(
        string="Taken (Calendar Hours)",
        readonly=True,
        aggregator="avg",
        help="All hours from start to end, nights and pauses included, on average; of fulfilled promises only.",
    )
    overrun_hours = fields.Float(
        string="Overrun (Working Hours)",
        readonly=True,
        aggregator="avg",
        help="Opening hours beyond what was promised, on average; of late ones that have ended.",
    )
    overrun_total = fields.Float(
        string="Overrun in All (Working Hours)",
        readonly=True,
        aggregator="sum",
        help="Opening hours beyond what was promised, summed up; of late ones that have ended.",
    )

    def _selection_metric(self):
        return self.env["support.target"]._selection_metric()

    def _selection_outcome(self):
        return self.env["support.clock"]._fields["outcome"]._description_selection(self.env)

    @property
    def _table_query(self) -> SQL:
        return SQL("SELECT %s FROM %s WHERE %s", self._select(), self._from(), self._where())

    def _select(self) -> SQL:
        """The columns, separated by commas; ``clock`` and ``ticket`` name the two tables."""
        return SQL(
            """
            clock.id,
            clock.ticket_id,
            clock.provider_id,
            clock.metric,
            clock.side,
            clock.priority_id,
            clock.policy_id,
            clock.version_id,
            ticket.support_service_id AS service_id,
            ticket.team_id,
            ticket.user_id,
            ticket.commercial_partner_id AS customer_id,
            ticket.channel_id,
            ticket.company_id,
            ticket.support_raised AS raised,
            clock.start,
            clock.deadline,
            clock.stopped,
            clock.judged,
            clock.state,
            clock.outcome,
            clock.regrade_breach,
            clock.cycle AS reopened,
            CASE WHEN %(counts)s AND clock.outcome = 'kept' THEN 1 ELSE 0 END AS kept,
            CASE WHEN %(counts)s AND clock.outcome = 'late' THEN 1 ELSE 0 END AS late,
            CASE WHEN %(counts)s THEN CASE WHEN clock.outcome = 'kept' THEN %(one)s ELSE %(none)s END END AS achieved,
            clock.budget / %(hour)s AS promised_hours,
            CASE WHEN clock.state = 'done' THEN clock.counted / %(hour)s END AS working_hours,
            CASE WHEN clock.state = 'done' THEN EXTRACT(EPOCH FROM clock.stopped - clock.start) / 3600 END
                AS calendar_hours,
            CASE WHEN %(overran)s THEN clock.overrun / %(hour)s END AS overrun_hours,
            CASE WHEN %(overran)s THEN clock.overrun / %(hour)s END AS overrun_total
            """,
            counts=self._get_counts(),
            overran=SQL("clock.breached IS NOT NULL AND clock.stopped IS NOT NULL"),
            # no numeric: sums of it take several times as long
            hour=SQL("3600::double precision"),
            one=SQL("1::double precision"),
            none=SQL("0::double precision"),
        )

    def _from(self) -> SQL:
        """The tables. A left join by the primary key: PostgreSQL leaves it out where no column of the ticket is
        asked for, which the speed of the figures by provider and promise rests on (R-11)."""
        return SQL("support_clock AS clock LEFT JOIN helpdesk_ticket AS ticket ON ticket.id = clock.ticket_id")

    def _where(self) -> SQL:
        """Which clocks are looked at: all."""
        return SQL("TRUE")

    def _get_counts(self) -> SQL:
        """The clocks that count in the achievement: the engine's own definition, as SQL on ``clock``."""
        Clock = self.env["support.clock"].sudo()
        domain = Domain(Clock._get_achievement_domain()).optimize_full(Clock)
        return domain._to_sql(Clock, "clock", Query(self.env, "clock", SQL.identifier("support_clock")))

    # --- figures ------------------------------------------------------------------------------

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        """Totals and subtotals are added up from the finest groups, where that is possible (R-11): PostgreSQL reckons
        grouping sets in one process and every row once for each set, plain groups with all its workers."""
        widest = tuple(max(grouping_sets, key=len, default=()))
        additive = all(spec == "__count" or spec.rpartition(":")[2] in ("sum", "avg") for spec in aggregates)
        nested = all(tuple(groupby) == widest[: len(groupby)] for groupby in grouping_sets)
        if len(grouping_sets) > 1 and nested and additive and order in (None, "", ", ".join(widest)):
            # an average is made of its sum and of how many rows have a value
            parts = tuple(
                dict.fromkeys(
                    part
                    for spec in aggregates
                    for part in ((f"{spec[:-4]}:sum", f"{spec[:-4]}:count") if spec.endswith(":avg") else (spec,))
                )
            )
            rows = self._read_group(domain, widest, parts)
            if rows:
                return [self._roll_up(rows, len(widest), len(groupby), aggregates, parts) for groupby in grouping_sets]
        return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)

    @api.model
    def _roll_up(
        self, rows: list[tuple], width: int, depth: int, aggregates: Sequence[str], parts: Sequence[str]
    ) -> list[tuple]:
        """Groups by the first ``depth`` values of finer groups, in their order.

        :param rows: ``width`` values and then ``parts``: counts and sums
        :param aggregates: what is wanted: counts, sums and averages of these
        """
        groups: dict[tuple, dict[str, Any]] = {}
        for row in rows:
            totals = groups.setdefault(row[:depth], dict.fromkeys(parts, False))
            for part, value in zip(parts, row[width:], strict=True):
                if value is not False and value is not None:
                    totals[part] += value

        def figure(totals: dict[str, Any], spec: str):
            if not spec.endswith(":avg"):
                return totals[spec]
            number = totals[f"{spec[:-4]}:count"]
            return totals[f"{spec[:-4]}:sum"] / number if number else False

        return [(*group, *(figure(totals, spec) for spec in aggregates)) for group, totals in groups.items()]

    def action_support_open_tickets(self) -> dict[str, Any]:
        """The tickets behind these rows: one on its own page, several as a list."""
        tickets = self.ticket_id
        tickets.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("helpdesk_mgmt.helpdesk_ticket_action")
        action.update(
            name=self.env._("Tickets Behind the Figures"),
            domain=[("id", "in", tickets.ids)],
            context={"active_test": False, "create": False},
        )
        if len(tickets) == 1:
            action.update(name=tickets.display_name, res_id=tickets.id, views=[(False, "form")], view_mode="form")
        return action
