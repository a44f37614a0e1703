from odoo import api, fields, models


class SupportPageUse(models.Model):
    """A page was sent on a ticket, or read by a customer who said whether it helped (E-7.2, P-12).

    Written by :meth:`_record` and :meth:`_settle` in superuser mode; nobody has the right to write it by hand.
    """

    _name = "support.page.use"
    _description = "Use of a Knowledge Page"
    _order = "moment desc, id desc"
    _rec_name = "page_id"

    page_id = fields.Many2one("document.page", required=True, readonly=True, ondelete="cascade", index=True)
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: a customer read the page on the portal and wrote no ticket.",
    )
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    moment = fields.Datetime(string="When", required=True, readonly=True)
    use = fields.Selection(
        selection=lambda self: self.env["document.page"]._fields["support_use"]._description_selection(self.env),
        string="As",
        required=True,
        readonly=True,
    )
    outcome = fields.Selection(
        [
            ("sent", "Sent"),
            ("solved", "Solved the ticket"),
            ("not_enough", "Was not enough"),
            ("helped", "Read: answers the question"),
            ("more", "Read: more help needed"),
        ],
        required=True,
        readonly=True,
    )
    validation = fields.Selection(
        [("asked", "Asked"), ("accepted", "Accepted"), ("rejected", "Rejected")],
        readonly=True,
        help="Whether the customer, asked to check it, said that it helps (E-7.3).",
    )

    @api.model
    def _record(self, page, outcome: str, ticket=None):
        """Count a use of ``page`` by the user of the environment, now. Access is checked by the caller.

        What one reader says of one page counts once a day.

        :param outcome: of the field's selection
        :param ticket: none for a reader on the portal
        :return: the row, in superuser mode
        """
        uses_sudo = self.sudo()
        now = self.env["support.event"]._now()
        if not ticket:
            today = now.replace(hour=0, minute=0, second=0, microsecond=0)
            said = [("page_id", "=", page.id), ("user_id", "=", self.env.uid), ("outcome", "=", outcome)]
            known = uses_sudo.search([*said, ("ticket_id", "=", False), ("moment", ">=", today)], limit=1)
            if known:
                return known
        return uses_sudo.create(
            {
                "page_id": page.id,
                "ticket_id": ticket.id if ticket else False,
                "user_id": self.env.uid,
                "moment": now,
                "use": page.sudo().support_use,
                "outcome": outcome,
            }
        )

    @api.model
    def _settle(self, tickets, outcome: str) -> None:
        """What became of the pages that were sent on ``tickets``: ``solved`` or ``not_enough``."""
        self.sudo().search([("ticket_id", "in", tickets.ids), ("outcome", "in", ("sent", "solved"))]).write(
            {"outcome": outcome}
        )

    def _ask(self):
        """The customer is asked whether this use helped."""
        self.sudo().validation = "asked"

    @api.model
    def _rate(self, ticket, accepted: bool) -> None:
        """What the customer answered rates the page that was asked about (E-7.2)."""
        uses_sudo = self.sudo().search([("ticket_id", "=", ticket.id), ("validation", "=", "asked")])
        uses_sudo.write(
            {
                "validation": "accepted" if accepted else "rejected",
                "outcome": "solved" if accepted else "not_enough",
            }
        )

    @api.model
    def _withdraw(self, ticket) -> None:
        """Nobody answered: what was sent is neither rated well nor badly."""
        self.sudo().search([("ticket_id", "=", ticket.id), ("validation", "=", "asked")]).write({"validation": False})
