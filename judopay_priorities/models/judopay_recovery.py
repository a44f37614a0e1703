from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from ..const import PROVIDER


class JudopayRecovery(models.Model):
    """Outages and whether they kept within the objectives of recovery: restored in an hour, no data lost (R-8, J-18).

    A row an outage that was no mistake. The time is judged by the recovery clock of the ticket, or of the one it was
    merged into, as ``support.outage`` shows it; ``in_time`` counts those clocks alone that count in the achievement.
    """

    _name = "judopay.recovery"
    _description = "Recovery Objectives"
    _auto = False
    _rec_name = "ticket_id"
    _order = "began desc, id desc"
    _depends = {
        "support.outage": [
            "ticket_id",
            "provider_id",
            "began",
            "restored",
            "seconds",
            "lost_known",
            "lost",
            "allowed",
            "data_verdict",
            "void",
        ],
        "support.clock": ["ticket_id", "metric", "side", "start", "deadline", "breached", "state", "hold", "ending"],
        "helpdesk.ticket": ["commercial_partner_id", "company_id", "support_priority_id", "support_merged_into_id"],
        "support.provider": ["code"],
    }

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    customer_id = fields.Many2one("res.partner", string="Merchant", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    priority_id = fields.Many2one("support.priority", readonly=True)
    began = fields.Datetime(readonly=True)
    due = fields.Datetime(string="To Be Restored By", readonly=True)
    restored = fields.Datetime(readonly=True, help="Empty: the service is still down.")
    number = fields.Integer(string="Outages", readonly=True, aggregator="sum")
    down_hours = fields.Float(
        string="Down (Hours)",
        readonly=True,
        aggregator="avg",
        help="From the begin to the restoration, on average; of outages that are over.",
    )
    down_total = fields.Float(
        string="Down in All (Hours)", readonly=True, aggregator="sum", help="Of outages that are over."
    )
    recovery = fields.Selection(
        [("running", "Running"), ("kept", "Kept"), ("missed", "Missed")], string="Recovery (RTO)", readonly=True
    )
    in_time = fields.Float(
        string="Restored in Time",
        readonly=True,
        aggregator="avg",
        help="Share of those restored in time among those that were judged; what is excluded by agreement is left out.",
    )
    lost = fields.Integer(
        string="Data Lost (Minutes)", readonly=True, aggregator="sum", help="Where it is known how much."
    )
    allowed = fields.Integer(string="Data Lost at Most (Minutes)", readonly=True, aggregator=None)
    data = fields.Selection(
        [("kept", "Kept"), ("missed", "Missed"), ("unknown", "Not known yet")], string="Data (RPO)", readonly=True
    )
    nothing_lost = fields.Float(
        string="Data Kept",
        readonly=True,
        aggregator="avg",
        help="Share of the outages that lost no more data than allowed, among those of which that is known.",
    )

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            SELECT outage.id, 1 AS number, outage.ticket_id,
                   ticket.commercial_partner_id AS customer_id, ticket.company_id,
                   ticket.support_priority_id AS priority_id, outage.began, clock.deadline AS due, outage.restored,
                   CASE WHEN outage.restored IS NOT NULL THEN outage.seconds / 3600.0 END AS down_hours,
                   CASE WHEN outage.restored IS NOT NULL THEN outage.seconds / 3600.0 END AS down_total,
                   CASE WHEN clock.breached IS NOT NULL THEN 'missed'
                        WHEN clock.state = 'done' AND clock.hold IS NULL THEN 'kept'
                        WHEN clock.state IN ('running', 'paused') AND clock.hold IS NULL THEN 'running'
                   END AS recovery,
                   CASE WHEN %(counts)s THEN CASE WHEN clock.outcome = 'kept' THEN 1.0 ELSE 0.0 END END AS in_time,
                   CASE WHEN outage.lost_known THEN outage.lost END AS lost,
                   outage.allowed, outage.data_verdict AS data,
                   CASE outage.data_verdict WHEN 'kept' THEN 1.0 WHEN 'missed' THEN 0.0 END AS nothing_lost
              FROM support_outage AS outage
              JOIN support_provider AS provider ON provider.id = outage.provider_id AND provider.code = %(provider)s
              JOIN helpdesk_ticket AS ticket ON ticket.id = outage.ticket_id
              LEFT JOIN LATERAL (
                    WITH RECURSIVE line(id, next) AS (
                        SELECT ticket.id, ticket.support_merged_into_id
                         UNION
                        SELECT survivor.id, survivor.support_merged_into_id
                          FROM line
                          JOIN helpdesk_ticket AS survivor ON survivor.id = line.next
                    )
                    SELECT id FROM line WHERE next IS NULL LIMIT 1
                   ) AS judge ON TRUE
              LEFT JOIN LATERAL (
                    SELECT *
                      FROM support_clock
                     WHERE support_clock.ticket_id = judge.id
                       AND support_clock.metric = 'recovery'
                       AND support_clock.start = outage.began
                       AND support_clock.ending IS DISTINCT FROM 'superseded'
                     ORDER BY support_clock.grade DESC, support_clock.id DESC
                     LIMIT 1
                   ) AS clock ON TRUE
             WHERE outage.void IS NOT TRUE
            """,
            counts=self._get_counts(),
            provider=PROVIDER,
        )

    def _get_counts(self) -> SQL:
        """The clocks that count in the achievement: the engine's own definition, as SQL on ``clock``."""
        Clock = self.env["support.clock"].sudo()
        domain = Domain(Clock._get_achievement_domain()).optimize_full(Clock)
        return domain._to_sql(Clock, "clock", Query(self.env, "clock", SQL.identifier("support_clock")))

    def action_open_ticket(self):
        """The ticket of this row."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }
