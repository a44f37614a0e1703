from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError

OFFER_STATES = [
    ("free", "Free of charge"),
    ("open", "Waits for the client"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("withdrawn", "Withdrawn"),
    ("expired", "Expired"),
    ("replaced", "Replaced"),
]
#: of an offer with something paid: work on the solution waits
UNSETTLED = frozenset({"open", "declined", "withdrawn", "expired"})


class BpmsoftOffer(models.Model):
    """What the client is offered about a ticket, and what the client said (B-12).

    The verbs of the ticket write it, nobody else: what was put to a client and what was accepted stays as it was.
    """

    _name = "bpmsoft.offer"
    _description = "Offer to the Client"
    _order = "id desc"
    _allow_sudo_commands = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    commercial_partner_id = fields.Many2one(
        related="ticket_id.commercial_partner_id", string="Client", store=True, index="btree_not_null"
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True)
    number = fields.Integer(readonly=True, aggregator=None)
    decision_id = fields.Many2one(
        "bpmsoft.decision", required=True, readonly=True, ondelete="cascade", index="btree_not_null"
    )
    source_id = fields.Many2one(related="decision_id.source_id", store=True)
    state = fields.Selection(OFFER_STATES, required=True, readonly=True)
    is_paid = fields.Boolean(string="Paid", readonly=True, help="Something in it is paid.")
    offered = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Offered By", readonly=True, ondelete="restrict")
    valid_until = fields.Datetime(readonly=True)
    words = fields.Text(string="Message to the Client", readonly=True)
    option_ids = fields.One2many("bpmsoft.offer.option", "offer_id", string="Options", readonly=True)
    choice_id = fields.Many2one("bpmsoft.offer.option", string="Chosen", readonly=True, ondelete="restrict")
    amount = fields.Monetary(readonly=True, help="Of what was chosen; until then of the dearest paid option.")
    currency_id = fields.Many2one("res.currency", readonly=True, ondelete="restrict")
    answered = fields.Datetime(readonly=True)
    partner_id = fields.Many2one("res.partner", string="Answered By", readonly=True, ondelete="restrict")
    comment = fields.Text(string="Client's Comment", readonly=True)
    ended = fields.Datetime(readonly=True, help="Since when it holds no more.")
    ended_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    end_note = fields.Text(string="Why It Ended", readonly=True)

    _number_unique = models.UniqueIndex("(ticket_id, number)")
    # a client is asked one thing at a time
    _open_unique = models.UniqueIndex("(ticket_id) WHERE state = 'open'")
    # what the scheduled action looks for
    _expiry_idx = models.Index("(valid_until) WHERE state = 'open'")

    @api.depends("number", "ticket_id")
    def _compute_display_name(self):
        for offer in self:
            offer.display_name = self.env._(
                "Offer %(number)s on %(ticket)s", number=offer.number, ticket=offer.ticket_id.number or ""
            )

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("An offer is made by deciding about the ticket, not typed in."))

    def write(self, vals):
        raise UserError(self.env._("What was offered cannot be changed: make a new offer instead."))

    def unlink(self):
        raise UserError(self.env._("What was offered cannot be deleted."))

    @api.model
    def _make(self, vals: dict[str, Any]):
        """Put an offer down, by whoever is acting, now; access is checked by the caller.

        :param vals: ``ticket_id``, ``number``, ``decision_id``, ``words``, ``valid_until``; ``options``, a list of
            values of ``bpmsoft.offer.option``
        """
        vals = dict(vals)
        options = vals.pop("options")
        paid = [option for option in options if option["is_paid"]]
        dearest = max(paid, key=lambda option: option["amount"], default={})
        now = self.env["support.event"]._now()
        offer_sudo = super(BpmsoftOffer, self.sudo()).create(
            [
                {
                    "state": "open" if paid else "free",
                    "is_paid": bool(paid),
                    "offered": now,
                    "user_id": self.env.uid,
                    "amount": dearest.get("amount", 0),
                    "currency_id": dearest.get("currency_id", False),
                    **vals,
                    "valid_until": vals.get("valid_until") if paid else False,
                }
            ]
        )
        self.env["bpmsoft.offer.option"]._make([{**option, "offer_id": offer_sudo.id} for option in options])
        return offer_sudo

    def _turn(self, state: str, **vals: Any) -> None:
        """The offer is answered or ended; with sudo, by the ticket's verbs."""
        super().write({"state": state, **vals})

    def _end(self, state: str, note: str) -> None:
        """The offer holds no more: withdrawn, expired or replaced; with sudo. What was answered stays."""
        for offer in self:
            offer._turn(state, ended=self.env["support.event"]._now(), ended_by_id=self.env.uid, end_note=note or False)

    def _is_unsettled(self) -> bool:
        """Whether work on the solution has to wait; False for none."""
        return bool(self) and self.is_paid and self.state in UNSETTLED

    def action_open_ticket(self):
        """The ticket of this offer, from the list of paid work."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }
