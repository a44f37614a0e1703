from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts

from ..const import PROVIDER, SUPPORT

#: what we send or note; a logged call is a note of a conversation
OURS = frozenset({facts.MESSAGE_OUT, facts.NOTE, facts.CALL})


class HelpdeskTicket(models.Model):
    """A support ticket on which nothing was sent or noted for a day turns red (O-14).

    Only moments are stored: whether a ticket is red is a comparison with now, in SQL for filters and order, in the
    browser for what is on the screen, so that nobody has to open a ticket for it to turn.
    """

    _inherit = "helpdesk.ticket"

    openpyme_contact = fields.Datetime(
        string="Last Mail or Note",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="When we last wrote to the client, noted something or called. Empty: not since it was raised.",
    )
    openpyme_red_at = fields.Datetime(
        string="Turns Red",
        compute="_compute_openpyme_red_at",
        store=True,
        copy=False,
        groups="base.group_user",
        help="Of an open support ticket: it is red after this moment, until something is sent or noted.",
    )
    openpyme_red = fields.Boolean(
        string="Red", compute="_compute_openpyme_red", search="_search_openpyme_red", groups="base.group_user"
    )

    # "red first": among the open support tickets only
    _openpyme_red_at_idx = models.Index("(openpyme_red_at) WHERE openpyme_red_at IS NOT NULL")

    @api.depends(
        "openpyme_contact",
        "support_raised",
        "support_kind_id.code",
        "support_phase",
        "support_provider_id.openpyme_red_hours",
    )
    def _compute_openpyme_red_at(self):
        for ticket in self:
            ticket_sudo = ticket.sudo()
            provider_sudo = ticket_sudo.support_provider_id
            watched = (
                provider_sudo.code == PROVIDER
                and ticket_sudo.support_kind_id.code == SUPPORT
                and ticket_sudo.support_phase not in (facts.CLOSED, facts.CANCELLED)
            )
            since = ticket_sudo.openpyme_contact or ticket_sudo.support_raised
            ticket.openpyme_red_at = watched and since and since + timedelta(hours=provider_sudo.openpyme_red_hours)

    @api.depends("openpyme_red_at")
    def _compute_openpyme_red(self):
        now = self.env["support.event"]._now()
        for ticket in self:
            ticket.openpyme_red = bool(ticket.openpyme_red_at) and ticket.openpyme_red_at < now

    def _search_openpyme_red(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = fields.Domain("openpyme_red_at", "<", self.env["support.event"]._now())
        return domain if True in value else ~domain

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"openpyme_contact", "openpyme_red_at"}

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        latest: dict[int, datetime] = {}
        for row in rows:
            ticket_sudo = self.browse(row["ticket_id"]).sudo()
            provider_sudo = ticket_sudo.support_provider_id
            counting = OURS
            if provider_sudo.openpyme_red_incoming:
                counting |= {facts.MESSAGE_IN}
            if provider_sudo.code == PROVIDER and row["kind"] in counting:
                latest[ticket_sudo.id] = max(row["moment"], latest.get(ticket_sudo.id, row["moment"]))
        for ticket_id, moment in latest.items():
            ticket_sudo = self.browse(ticket_id).sudo()
            if not ticket_sudo.openpyme_contact or ticket_sudo.openpyme_contact < moment:
                ticket_sudo._support_set({"openpyme_contact": moment})
        return result
