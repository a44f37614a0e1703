from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import PROVIDER


class Dialog360Feedback(models.Model):
    """Everything that clients and teams have said about the support, for the regular review of the process (D-19).

    A row for each rating of a client, each answer of a team in a review, each remark of a colleague.
    """

    _name = "dialog360.feedback"
    _description = "Feedback"
    _auto = False
    _order = "moment desc, id desc"
    _depends = {
        "rating.rating": ["rating", "feedback", "consumed", "res_model", "res_id", "rated_on"],
        "dialog360.review.line": ["review_id", "team_id", "user_id", "cause", "action", "answered"],
        "dialog360.review": ["ticket_id", "opened"],
        "dialog360.remark": ["ticket_id", "team_id", "user_id", "moment", "text"],
        "helpdesk.ticket": [
            "commercial_partner_id",
            "company_id",
            "support_priority_id",
            "support_provider_id",
            "team_id",
            "user_id",
        ],
        "support.provider": ["code"],
    }

    source = fields.Selection(
        [("client", "Client"), ("review", "Review of an overrun"), ("team", "Colleague")], string="From", readonly=True
    )
    moment = fields.Datetime(string="When", readonly=True)
    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True)
    customer_id = fields.Many2one("res.partner", string="Client", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("helpdesk.ticket.team", readonly=True)
    user_id = fields.Many2one("res.users", string="Agent", readonly=True)
    priority_id = fields.Many2one("support.priority", string="Severity", readonly=True)
    rating = fields.Float(aggregator="avg", readonly=True, help="5 good, 3 middling, 1 bad; only of clients.")
    text = fields.Text(string="What Was Said", readonly=True)

    @property
    def _table_query(self) -> SQL:
        # ids of three tables in one: each keeps its own in every run
        return SQL(
            """
            SELECT said.*, ticket.company_id, ticket.commercial_partner_id AS customer_id,
                   ticket.support_priority_id AS priority_id
              FROM (
                SELECT rating.id * 3 AS id, 'client' AS source, rating.rated_on AS moment,
                       rating.res_id AS ticket_id, ticket.team_id, ticket.user_id,
                       rating.rating::numeric AS rating, rating.feedback AS text
                  FROM rating_rating AS rating
                  JOIN helpdesk_ticket AS ticket ON ticket.id = rating.res_id
                  JOIN support_provider AS provider ON provider.id = ticket.support_provider_id
                 WHERE rating.res_model = 'helpdesk.ticket' AND rating.consumed AND provider.code = %s
                UNION ALL
                SELECT line.id * 3 + 1, 'review', review.opened, review.ticket_id, line.team_id, line.user_id,
                       NULL::numeric, line.cause || E'\\n' || line.action
                  FROM dialog360_review_line AS line
                  JOIN dialog360_review AS review ON review.id = line.review_id
                 WHERE line.answered
                UNION ALL
                SELECT remark.id * 3 + 2, 'team', remark.moment, remark.ticket_id, remark.team_id, remark.user_id,
                       NULL::numeric, remark.text
                  FROM dialog360_remark AS remark
              ) AS said
              LEFT JOIN helpdesk_ticket AS ticket ON ticket.id = said.ticket_id
            """,
            PROVIDER,
        )

    def action_open_ticket(self):
        """The ticket that was spoken of; a remark may be about none."""
        self.ensure_one()
        self.check_access("read")
        if not self.ticket_id:
            raise UserError(self.env._("This remark is about no ticket in particular."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }
