from odoo import fields, models
from odoo.tools import SQL


class Dialog360Overrun(models.Model):
    """Reviews of overruns, a row a team that had the ticket, for who looks over them (R-8, D-8).

    How far the promise was exceeded is what the ticket's clock of the solution counted when it ended.
    """

    _name = "dialog360.overrun"
    _description = "Overruns by Team"
    _auto = False
    _rec_name = "ticket_id"
    _order = "opened desc, id desc"
    _depends = {
        "dialog360.review": ["ticket_id", "due", "opened", "state", "closed_at"],
        "dialog360.review.line": ["review_id", "team_id", "user_id", "cause", "action", "answered"],
        "helpdesk.ticket": ["commercial_partner_id", "company_id", "support_priority_id"],
        "support.clock": ["ticket_id", "metric", "breached", "regrade_breach", "overrun", "stopped"],
    }

    review_id = fields.Many2one("dialog360.review", readonly=True, string="Reviews")
    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    customer_id = fields.Many2one("res.partner", string="Client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    priority_id = fields.Many2one("support.priority", string="Severity", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Answers", readonly=True)
    due = fields.Datetime(string="Was Promised By", readonly=True)
    opened = fields.Datetime(readonly=True)
    closed_at = fields.Datetime(string="Closed", readonly=True)
    state = fields.Selection([("open", "Open"), ("closed", "Closed")], readonly=True)
    answered = fields.Boolean(readonly=True)
    answered_share = fields.Float(
        string="Answered (Share)", readonly=True, aggregator="avg", help="Share of the teams that have answered."
    )
    overrun_hours = fields.Float(
        string="Overrun (Hours)",
        readonly=True,
        aggregator="avg",
        help="Beyond what was promised, on average; of tickets that were solved since.",
    )
    review_days = fields.Float(
        string="Days to Close",
        readonly=True,
        aggregator="avg",
        help="From the opening of a review to its last answer, on average; of closed ones.",
    )
    cause = fields.Text(readonly=True)
    action = fields.Text(string="What Is Done", readonly=True)

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            SELECT line.id, review.id AS review_id, review.ticket_id,
                   ticket.commercial_partner_id AS customer_id, ticket.company_id,
                   ticket.support_priority_id AS priority_id, line.team_id, line.user_id,
                   review.due, review.opened, review.closed_at, review.state,
                   line.answered, CASE WHEN line.answered THEN 1.0 ELSE 0.0 END AS answered_share,
                   clock.overrun / 3600.0 AS overrun_hours,
                   EXTRACT(EPOCH FROM review.closed_at - review.opened) / 86400.0 AS review_days,
                   line.cause, line.action
              FROM dialog360_review_line AS line
              JOIN dialog360_review AS review ON review.id = line.review_id
              JOIN helpdesk_ticket AS ticket ON ticket.id = review.ticket_id
              LEFT JOIN LATERAL (
                    SELECT overrun
                      FROM support_clock
                     WHERE ticket_id = review.ticket_id AND metric = 'resolution'
                       AND breached IS NOT NULL AND NOT regrade_breach AND stopped IS NOT NULL
                     ORDER BY grade, round
                     LIMIT 1
                   ) AS clock ON TRUE
            """
        )

    def action_open_review(self):
        """The review of this row."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "dialog360.review",
            "res_id": self.review_id.id,
            "views": [(False, "form")],
        }

    def action_open_tickets(self):
        """The tickets of these rows."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("helpdesk_mgmt.helpdesk_ticket_action")
        action.update(domain=[("id", "in", self.ticket_id.ids)], context={"active_test": False, "create": False})
        return action
