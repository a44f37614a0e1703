from datetime import datetime

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given

from ..const import PROVIDER


class HelpdeskTicket(models.Model):
    """The account leader of a request: from the client's company, until its end (O-1, O-13).

    ``user_id`` is who works on the ticket now, ``openpyme_leader_id`` who answers for it to the client. The one is
    handed on freely; the other changes with the customer, or when an account is handed over.
    """

    _inherit = "helpdesk.ticket"

    openpyme_leader_id = fields.Many2one(
        "res.users",
        string="Account Leader",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        groups="base.group_user",
        help="Of the client's company: answers for the request until its end, whoever works on it.",
    )
    openpyme_account_id = fields.Many2one(
        "res.partner",
        string="Leader Found For",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="The client company for which the leader was looked up.",
    )
    openpyme_no_leader = fields.Boolean(
        string="Without Account Leader",
        compute="_compute_openpyme_no_leader",
        search="_search_openpyme_no_leader",
        groups="base.group_user",
    )

    @api.depends("openpyme_leader_id.active", "support_provider_id.code", "stage_id.closed")
    def _compute_openpyme_no_leader(self):
        for ticket in self:
            leader_sudo = ticket.sudo().openpyme_leader_id
            ticket.openpyme_no_leader = (
                ticket.openpyme_ticket
                and not ticket.sudo().support_is_problem
                and not ticket.stage_id.closed
                and not (leader_sudo and leader_sudo.active)
            )

    def _search_openpyme_no_leader(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = fields.Domain(
            [
                ("support_provider_id.code", "=", PROVIDER),
                ("stage_id.closed", "=", False),
                ("support_is_problem", "=", False),
            ]
        ) & fields.Domain.OR([[("openpyme_leader_id", "=", False)], [("openpyme_leader_id.active", "=", False)]])
        return domain if True in value else ~domain

    @api.depends("team_id")
    def _compute_user_id(self):
        result = super()._compute_user_id()
        for ticket in self:
            # a leader need not be a member of each queue that a request passes through
            leader_sudo = ticket.sudo().openpyme_leader_id
            if not ticket.user_id and leader_sudo.active and ticket.openpyme_ticket:
                ticket.user_id = leader_sudo
        return result

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"openpyme_leader_id", "openpyme_account_id"}

    def _support_get_account_leader(self):
        if self.openpyme_ticket:
            return self.openpyme_leader_id
        return super()._support_get_account_leader()

    def _support_settle_entitlement(self):
        result = super()._support_settle_entitlement()
        # a problem is nobody's account: it stands behind requests that have their leaders
        if self.support_provider_id.code == PROVIDER and not self.support_is_problem:
            self._openpyme_settle_leader()
        return result

    def _openpyme_settle_leader(self) -> None:
        """O-1: assign the leader of the client's company, at first and when the client changes.

        Called with sudo by the recorder, so that it holds for mail, portal, agent, import and RPC alike. A colleague
        whom somebody assigned on purpose goes on working; the leader answers for the request all the same.
        """
        self.ensure_one()
        first = not self.support_phase
        account = self.commercial_partner_id
        if not first and account == self.openpyme_account_id:
            return
        past = bool(given(self.env, "support_no_notify"))
        before = self.openpyme_leader_id
        leader = self._openpyme_find_leader()
        values = {"openpyme_account_id": account.id, "openpyme_leader_id": leader.id}
        # the helpdesk may have assigned whoever typed the ticket in, which is nobody's choice
        free = not self.user_id or self.user_id == before or (first and self.user_id == self.env.user)
        if leader and free and not (past and self.user_id):
            values["user_id"] = leader.id
        self.with_context(mail_auto_subscribe_no_notify=past)._support_set(values)
        if not self.id:
            return  # a ticket that is only thought of (drill, E-5.5)
        if before and before != leader:
            self.message_unsubscribe(before.partner_id.ids)
        if leader and not past:
            self.message_subscribe(leader.partner_id.ids)
        elif not past:
            self.env["support.notification"]._enqueue(
                [
                    self._support_tell_administrator(
                        "openpyme_no_leader",
                        key=f"openpyme_no_leader:{account.id}",
                        client=account.name or self.partner_email or "",
                    )
                ]
            )

    def _openpyme_find_leader(self):
        """The leader of the client's company: of the entitlement that the ticket has, else of the latest one.

        A request without a contract in force has somebody to look at it as well.

        :return: an active user who works in the ticket's company, or nobody
        """
        self.ensure_one()
        leader = self._support_filter_reachable(self.support_entitlement_id.account_leader_id)
        if leader or not self.commercial_partner_id:
            return leader
        latest = self.env["support.entitlement"].search(
            [
                ("provider_id", "=", self.support_provider_id.id),
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("account_leader_id.active", "=", True),
            ],
            limit=1,
        )
        return self._support_filter_reachable(latest.account_leader_id)

    def _openpyme_hand_over(self, leader, now: datetime) -> None:
        """Give these tickets to another leader of their account; access is checked by the caller."""
        for ticket_sudo in self.sudo():
            before = ticket_sudo.openpyme_leader_id
            values = {"openpyme_leader_id": leader.id}
            if not ticket_sudo.user_id or ticket_sudo.user_id == before:
                values["user_id"] = leader.id
            ticket_sudo._support_set(values)
            ticket_sudo.message_subscribe(leader.partner_id.ids)
            if before and before != leader:
                ticket_sudo.message_unsubscribe(before.partner_id.ids)
            # who is told next is looked up when a step is due: nothing has to be planned anew
