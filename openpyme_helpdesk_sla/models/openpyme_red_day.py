from datetime import datetime

from odoo import api, fields, models


class OpenpymeRedDay(models.Model):
    """A ticket that was red on the morning of a working day, and whose it was then (R-8, O-14).

    Written with the morning's list and never again: whether a ticket is red changes by the hour and who leads an
    account from time to time, what was told to a leader on a morning does not. A ticket that turned red and white again
    between two mornings is on no list, and so not here.
    """

    _name = "openpyme.red.day"
    _description = "Red Ticket of a Day"
    _order = "day desc, red_since, id desc"
    _rec_name = "ticket_id"
    _allow_sudo_commands = False

    list_id = fields.Many2one("openpyme.daily.list", required=True, readonly=True, ondelete="cascade", index=True)
    day = fields.Date(required=True, readonly=True, help="In the provider's zone.")
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    leader_id = fields.Many2one(
        "res.users", string="Account Leader", readonly=True, ondelete="restrict", index=True, help="On that morning."
    )
    customer_id = fields.Many2one("res.partner", string="Client", readonly=True, ondelete="set null")
    impact_id = fields.Many2one("support.impact", readonly=True, ondelete="set null", help="On that morning.")
    red_since = fields.Datetime(readonly=True)
    red_hours = fields.Float(
        string="Red Since (Hours)",
        readonly=True,
        aggregator="avg",
        help="How long it had been red on that morning, nights and weekends included.",
    )

    # a ticket is red once a morning
    _once = models.UniqueIndex("(list_id, ticket_id)")

    @api.model
    def _note(self, daily, now: datetime) -> None:
        """Write down the red tickets of a list, with whose they are now. With sudo.

        :param now: naive UTC
        """
        zone = daily.provider_id.tz or "UTC"
        day = fields.Datetime.context_timestamp(daily.with_context(tz=zone), daily.morning).date()
        self.create(
            [
                {
                    "list_id": daily.id,
                    "day": day,
                    "ticket_id": ticket.id,
                    "leader_id": ticket.openpyme_leader_id.id,
                    "customer_id": ticket.commercial_partner_id.id,
                    "impact_id": ticket.openpyme_impact_id.id,
                    "red_since": ticket.openpyme_red_at,
                    "red_hours": (now - ticket.openpyme_red_at).total_seconds() / 3600,
                }
                for ticket in daily.ticket_ids
            ]
        )

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
