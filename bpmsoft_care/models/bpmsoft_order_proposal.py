from collections.abc import Sequence

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts, lane
from odoo.exceptions import UserError
from psycopg2.errors import UniqueViolation

from ..const import PROVIDER

OPEN, ACCEPTED, DECLINED, WITHDRAWN, OUTDATED = "open", "accepted", "declined", "withdrawn", "outdated"


class BpmsoftOrderProposal(models.Model):
    """Another order of a client's waiting requests, as its authorised person proposes it (B-11).

    Written by the verbs here alone. Accepting it is the agreement of both: the line changes and every request whose
    place changes gets a fact (``support.lane.account._support_reorder``).
    """

    _name = "bpmsoft.order.proposal"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Proposed Order of Requests"
    _order = "id desc"
    _rec_name = "account_id"
    _allow_sudo_commands = False

    account_id = fields.Many2one(
        "support.lane.account", string="Work Queue", required=True, readonly=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one(related="account_id.partner_id", string="Client", store=True, index=True)
    provider_id = fields.Many2one(related="account_id.provider_id")
    proposed_by_id = fields.Many2one("res.partner", readonly=True, ondelete="set null")
    proposed_at = fields.Datetime(string="Proposed", required=True, readonly=True)
    before = fields.Json(
        readonly=True, help="Ids of the requests in line, in the order that was proposed to be changed."
    )
    after = fields.Json(readonly=True, help="Ids of the same requests in the proposed order.")
    note = fields.Text(string="Client's Reason", readonly=True)
    state = fields.Selection(
        [
            (OPEN, "To be decided"),
            (ACCEPTED, "Accepted"),
            (DECLINED, "Declined"),
            (WITHDRAWN, "Withdrawn by the client"),
            (OUTDATED, "Overtaken"),
        ],
        required=True,
        readonly=True,
        default=OPEN,
        index=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    decided_at = fields.Datetime(string="Decided", readonly=True)
    answer = fields.Text(string="Answer to the Client", readonly=True)
    current_ids = fields.Many2many("helpdesk.ticket", string="Order Now", compute="_compute_orders")
    wanted_ids = fields.Many2many("helpdesk.ticket", string="Proposed Order", compute="_compute_orders")
    changed_text = fields.Char(string="Meanwhile", compute="_compute_orders")

    # two pages that are sent at once make one proposal
    _open_unique = models.UniqueIndex("(account_id) WHERE state = 'open'")

    @api.depends("account_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for proposal in self:
            proposal.display_name = self.env._("Order proposed by %s", proposal.partner_id.display_name)

    @api.depends(
        "account_id.ticket_ids.support_lane_state", "account_id.ticket_ids.support_lane_rank", "before", "after"
    )
    @api.depends_context("lang", "uid")
    def _compute_orders(self):
        for proposal in self:
            line, wanted = proposal._get_line(), proposal._get_wanted()
            Ticket = self.env["helpdesk.ticket"]
            # with the reader's access: whoever sees only own tickets sees only those
            proposal.current_ids = Ticket.browse(line)._filtered_access("read")
            proposal.wanted_ids = Ticket.browse(wanted)._filtered_access("read")
            proposal.changed_text = proposal._say_changed(line) if proposal.state == OPEN else False

    # --- what stands in line ------------------------------------------------------------------------------

    def _get_line(self) -> list[int]:
        """Ids of the requests in line now, in order."""
        self.ensure_one()
        return [waiter.id for waiter in self.account_id.sudo()._read_line()[self.account_id.id]]

    def _get_wanted(self) -> list[int]:
        """The whole line as it would be: what was proposed, as far as it still waits, then whatever came after."""
        self.ensure_one()
        line = self._get_line()
        wanted = [ticket_id for ticket_id in self.after or [] if ticket_id in line]
        return wanted + [ticket_id for ticket_id in line if ticket_id not in wanted]

    def _is_overtaken(self) -> bool:
        """Whether what was proposed cannot be done any more: the order it started from was changed, or nothing of it is
        left to change."""
        self.ensure_one()
        line = self._get_line()
        left = [ticket_id for ticket_id in line if ticket_id in (self.before or [])]
        known = [ticket_id for ticket_id in self.before or [] if ticket_id in line]
        return left != known or self._get_wanted() == line

    def _say_changed(self, line: Sequence[int]) -> str:
        """What has changed in the line since it was proposed, for agents; empty if nothing has."""
        self.ensure_one()
        Ticket = self.env["helpdesk.ticket"].sudo()
        gone = Ticket.browse(ticket_id for ticket_id in self.before or [] if ticket_id not in line).exists()
        come = Ticket.browse(ticket_id for ticket_id in line if ticket_id not in (self.before or []))
        said = []
        if gone:
            said.append(self.env._("Not in line any more: %s.", ", ".join(gone.mapped("number"))))
        if come:
            said.append(self.env._("In line since, behind the others: %s.", ", ".join(come.mapped("number"))))
        return " ".join(said)

    # --- proposing ----------------------------------------------------------------------------------------

    @api.model
    def _get_open(self, account):
        """The proposal of ``account`` that nobody has decided on; with sudo."""
        return self.search([("account_id", "in", account.ids), ("state", "=", OPEN)])

    @api.model
    def _propose(self, account, before: Sequence[int], after: Sequence[int], partner, note: str):
        """A proposal of the client's, which colleagues are told of. Called with sudo; access is checked by the caller.

        :param before: ids in the order that the client was shown
        :param after: the same ids in the order that the client wants
        :raise UserError: in words for the client
        """
        account._lock()
        if self._get_open(account):
            raise UserError(self.env._("Another order was proposed already and is not decided yet: withdraw it first."))
        line = [waiter.id for waiter in account._read_line()[account.id]]
        if list(before) != line or sorted(after) != sorted(line):
            raise UserError(
                self.env._(
                    "Your requests in line have changed meanwhile. Here they are as they stand now: please look again."
                )
            )
        if list(after) == line:
            raise UserError(self.env._("This is the order they stand in already: move one of them first."))
        note = self.env["helpdesk.ticket"].browse(after[0])._support_mask_said(note)
        try:
            with self.env.cr.savepoint():
                proposal = self.create(
                    {
                        "account_id": account.id,
                        "proposed_by_id": partner.id,
                        "proposed_at": self.env["support.event"]._now(),
                        "before": list(before),
                        "after": list(after),
                        "note": note or False,
                    }
                )
                proposal.flush_recordset()
        except UniqueViolation as error:
            raise UserError(
                self.env._("Another order was proposed already and is not decided yet: withdraw it first.")
            ) from error
        proposal._ask()
        return proposal

    def _ask(self) -> None:
        """Give whoever coordinates an activity; an order is no ticket that somebody would find by itself."""
        self.ensure_one()
        ticket = self.env["helpdesk.ticket"].browse(self.after[0])
        role = self.env["support.role"].search(
            [("provider_id", "=", self.provider_id.id), ("code", "=", "coordinator")], limit=1
        )
        users = role._get_partners(ticket, self.proposed_at).user_ids.filtered(lambda user: not user.share)
        users = users[:1] or ticket._support_get_recipient() or self.provider_id.administrator_id
        user = users or self.env.ref("base.user_admin")
        lang = user.lang or self.env.lang
        self.with_context(lang=lang).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=self.with_context(lang=lang).env._("Another order is proposed: decide"),
            note=self.note or "",
        )

    # --- deciding -----------------------------------------------------------------------------------------

    def action_accept(self):
        """Open the wizard that accepts it, with words for the client."""
        return self._open_decision(True)

    def action_decline(self):
        """Open the wizard that declines it, with words for the client."""
        return self._open_decision(False)

    def _open_decision(self, accept: bool):
        self.ensure_one()
        self._check_decider()
        return {
            "name": self.env._("Accept the Order") if accept else self.env._("Decline the Order"),
            "type": "ir.actions.act_window",
            "res_model": "bpmsoft.proposal.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_proposal_id": self.id, "default_accept": accept},
        }

    def _check_decider(self) -> None:
        """:raise AccessError: when the user may not change every request that is in line"""
        self.check_access("read")
        self.env["helpdesk.ticket"].browse(self._get_line()).check_access("write")

    def _decide(self, accept: bool, answer: str) -> None:
        """Accept or decline, and tell the client. Access is checked by the caller.

        :raise UserError: when it was decided meanwhile, or the line has changed so that it cannot be done
        """
        self.ensure_one()
        self._lock_open()
        proposal_sudo = self.sudo()
        answer = (answer or "").strip()
        if accept and self._is_overtaken():
            raise UserError(
                self.env._(
                    "The line has changed since this was proposed, so that the order cannot be taken over as it is. "
                    "Decline it and say why, or change the order yourself by agreement."
                )
            )
        if not accept and not answer:
            raise UserError(self.env._("Say why, so that the client understands it."))
        wanted = self._get_wanted()
        ticket = self.env["helpdesk.ticket"].sudo().browse(self.after[:1]).exists()
        answer = ticket._support_mask_said(answer) if ticket else answer
        proposal_sudo._end(ACCEPTED if accept else DECLINED, answer, self.env.user)
        if accept:
            person = proposal_sudo.proposed_by_id.display_name or proposal_sudo.partner_id.display_name
            self.account_id._support_reorder(wanted, person, proposal_sudo.note or "", side=facts.CUSTOMER)
        proposal_sudo._tell_client()

    def _lock_open(self) -> None:
        """:raise UserError: when somebody else has decided, or the client has withdrawn it"""
        self.env.cr.execute("SELECT id FROM bpmsoft_order_proposal WHERE id = %s FOR UPDATE", [self.id])
        self.invalidate_recordset(["state"])
        if self.sudo().state != OPEN:
            raise UserError(self.env._("This was decided already, or the client has withdrawn it."))

    def _withdraw(self, partner) -> None:
        """The client takes it back. Called with sudo; access is checked by the caller."""
        self.ensure_one()
        self._lock_open()
        self._end(WITHDRAWN, "", self.env.user)

    def _end(self, state: str, answer: str, user) -> None:
        """With sudo."""
        now = self.env["support.event"]._now()
        self.write({"state": state, "answer": answer or False, "decided_by_id": user.id, "decided_at": now})
        self.activity_unlink(["mail.mail_activity_data_todo"])

    @api.model
    def _settle(self, accounts) -> None:
        """The lines of ``accounts`` have changed: proposals that cannot be done any more end by themselves, and their
        clients are told. With sudo."""
        for proposal in self._get_open(accounts):
            if proposal._is_overtaken():
                proposal._end(OUTDATED, "", self.env["res.users"])
                proposal._tell_client()

    def _tell_client(self) -> None:
        """A message to whoever proposed it, on the request that was to come first; to the one who is authorised by now
        where that is somebody else (B-6). With sudo."""
        self.ensure_one()
        ticket = self.env["helpdesk.ticket"].browse(self.after[:1]).exists()
        contacts = self.account_id._bpmsoft_get_contacts()
        partner = self.proposed_by_id & contacts or contacts[:1]
        if not ticket or not partner:
            return
        self.env["support.notification"]._enqueue(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "bpmsoft_order",
                    "partner_id": partner.id,
                    "data": {"proposal": self.id},
                    "key": f"bpmsoft_order:{self.id}",
                }
            ]
        )

    # --- who may propose, and what the page shows --------------------------------------------------------------

    @api.model
    def _portal_get_accounts(self, user):
        """The lines of those clients for whom ``user`` is the authorised person today; with sudo."""
        Account = self.env["support.lane.account"]
        if not user.share or user._is_public():
            return Account
        accounts = Account.search(
            [
                ("partner_id", "=", user.partner_id.commercial_partner_id.id),
                ("provider_id.code", "=", PROVIDER),
            ]
        )
        return accounts.filtered(lambda account: user.partner_id in account._bpmsoft_get_contacts())

    @api.model
    def _portal_describe(self, account, order: Sequence[int] | None = None) -> dict:
        """A line in plain words for the client's page; with sudo, in the reader's language and zone.

        :param order: ids as the reader has arranged them; anything else than the line itself is ignored
        :return: ``id``, ``name``, ``in_work``, ``line`` and ``aside`` (lists of ``id``, ``number``, ``name``,
            ``priority``, ``state``, ``url``), ``before`` and ``order`` (ids), ``changed`` (whether the order differs)
            and ``proposal`` (:meth:`_portal_describe_proposal` of the last one, or False)
        """
        account.invalidate_recordset(["in_work_ids", "waiting_ids", "aside_ids"])
        line = [waiter.id for waiter in account._read_line()[account.id]]
        order = list(order) if order and sorted(order) == sorted(line) else line
        Ticket = self.env["helpdesk.ticket"]
        tickets = Ticket.search([("support_lane_account_id", "=", account.id)], order="support_lane_since, id")
        proposals = self.search([("account_id", "=", account.id)], limit=1)
        return {
            "id": account.id,
            "name": account.lane_id.name,
            "in_work": [
                self._portal_describe_ticket(ticket) for ticket in tickets if ticket.support_lane_state == lane.IN_WORK
            ],
            "line": [self._portal_describe_ticket(Ticket.browse(ticket_id)) for ticket_id in order],
            "aside": [
                self._portal_describe_ticket(ticket) for ticket in tickets if ticket.support_lane_state == lane.ASIDE
            ],
            "before": line,
            "order": order,
            "changed": order != line,
            "proposal": proposals._portal_describe_proposal() if proposals else False,
        }

    @api.model
    def _portal_describe_ticket(self, ticket) -> dict:
        return {
            "id": ticket.id,
            "number": ticket.number,
            "name": ticket.name,
            "priority": ticket.support_priority_id.name or "",
            "state": self.env._("waits for your answer")
            if ticket.support_phase == facts.WAITING_CUSTOMER
            else self.env._("waits for somebody else")
            if ticket.support_phase == facts.WAITING_THIRD_PARTY
            else "",
            "url": f"/my/ticket/{ticket.id}",
        }

    def _portal_describe_proposal(self) -> dict:
        """``open``, ``text`` (a sentence), ``tone``, ``order`` (numbers of the tickets), ``note``, ``answer``."""
        self.ensure_one()
        Ticket = self.env["helpdesk.ticket"]
        numbers = Ticket.browse(self.after or []).exists().mapped("number")
        when = Ticket._support_portal_describe_moment(
            fields.Datetime.to_string(self.decided_at or self.proposed_at),
            fields.Datetime.to_string(self.env["support.event"]._now()),
            self.provider_id.tz,
        )["full"]
        text, tone = {
            OPEN: (
                self.env._("You have proposed another order (%s). We will tell you whether it suits us.", when),
                "info",
            ),
            ACCEPTED: (self.env._("The order you proposed was accepted (%s).", when), "success"),
            DECLINED: (self.env._("The order you proposed was not accepted (%s).", when), "warning"),
            WITHDRAWN: ("", ""),
            OUTDATED: (
                self.env._(
                    "The line has changed, so the order you proposed was set aside (%s). You can propose anew.", when
                ),
                "warning",
            ),
        }[self.state]
        return {
            "open": self.state == OPEN,
            "text": text,
            "tone": tone,
            "order": ", ".join(numbers),
            "note": self.note or "",
            "answer": self.answer or "",
        }
