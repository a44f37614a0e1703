from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import facts, lane


class SupportLaneAccount(models.Model):
    """One customer's line in one work queue: what is worked on and who comes next (O-10, B-11).

    The row is what two people who start work at once contend for: whoever comes second is repeated by the server and
    then sees what the first one did. Written by the recorder only.
    """

    _name = "support.lane.account"
    _description = "Work Queue of a Customer"
    _inherit = ["mail.thread"]
    _order = "lane_id, partner_id"
    _rec_name = "partner_id"
    _allow_sudo_commands = False

    lane_id = fields.Many2one(
        "support.lane", string="Queue", required=True, ondelete="restrict", readonly=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="cascade", readonly=True, index=True
    )
    provider_id = fields.Many2one(related="lane_id.provider_id")
    revision = fields.Integer(readonly=True, help="How often somebody was given a place or gave one back.")
    ticket_ids = fields.One2many("helpdesk.ticket", "support_lane_account_id", readonly=True)
    in_work_ids = fields.Many2many("helpdesk.ticket", compute="_compute_tickets")
    waiting_ids = fields.Many2many("helpdesk.ticket", string="In Line", compute="_compute_tickets")
    aside_ids = fields.Many2many("helpdesk.ticket", string="Set Aside", compute="_compute_tickets")
    in_work_count = fields.Integer(string="Worked On", compute="_compute_counts", search="_search_in_work_count")
    waiting_count = fields.Integer(string="Waiting", compute="_compute_counts", search="_search_waiting_count")
    at_once = fields.Integer(compute="_compute_at_once")
    standing = fields.Selection(
        [("free", "A place is free"), ("full", "Fully taken"), ("over", "More than agreed"), ("idle", "Nothing to do")],
        compute="_compute_standing",
    )
    standing_text = fields.Char(string="State", compute="_compute_standing")

    _account_unique = models.Constraint("UNIQUE(lane_id, partner_id)", "A customer has one line in a queue.")

    @api.depends("partner_id", "lane_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for account in self:
            account.display_name = f"{account.partner_id.display_name} · {account.lane_id.name}"

    @api.depends("ticket_ids.support_lane_state", "ticket_ids.support_lane_rank", "ticket_ids.active")
    @api.depends_context("uid")
    def _compute_tickets(self):
        # with the reader's access: whoever sees only own tickets sees only those, in their places
        tickets = self.env["helpdesk.ticket"].search([("support_lane_account_id", "in", self.ids)])
        for account in self:
            own = tickets.filtered(lambda ticket, account=account: ticket.support_lane_account_id == account)
            account.in_work_ids = own.filtered(lambda ticket: ticket.support_lane_state == lane.IN_WORK).sorted(
                "support_lane_since"
            )
            account.waiting_ids = own.filtered(lambda ticket: ticket.support_lane_state == lane.WAITING).sorted(
                "support_lane_position"
            )
            account.aside_ids = own.filtered(lambda ticket: ticket.support_lane_state == lane.ASIDE).sorted(
                "support_raised"
            )

    @api.depends("ticket_ids.support_lane_state", "ticket_ids.active")
    def _compute_counts(self):
        counts = self._count_states(self.ids)
        for account in self:
            account.in_work_count = counts.get((account.id, lane.IN_WORK), 0)
            account.waiting_count = counts.get((account.id, lane.WAITING), 0)

    @api.model
    def _count_states(self, account_ids: Sequence[int]) -> dict[tuple[int, str], int]:
        # sudo: how many there are is the same for every reader
        groups = (
            self.env["helpdesk.ticket"]
            .sudo()
            .with_context(active_test=True)
            ._read_group(
                [("support_lane_account_id", "in", account_ids), ("active", "=", True)],
                ["support_lane_account_id", "support_lane_state"],
                ["__count"],
            )
        )
        return {(account.id, state): count for account, state, count in groups}

    def _search_in_work_count(self, operator, value):
        return self._search_count(lane.IN_WORK, operator, value)

    def _search_waiting_count(self, operator, value):
        return self._search_count(lane.WAITING, operator, value)

    @api.model
    def _search_count(self, state: str, operator: str, value: Any):
        """Whether there are any: all that the filters ask."""
        if (operator, value) not in ((">", 0), ("=", 0), ("!=", 0)):
            return NotImplemented
        tickets = (
            self.env["helpdesk.ticket"]
            .sudo()
            ._search([("support_lane_state", "=", state), ("support_lane_account_id", "!=", False)])
        )
        found = tickets.subselect("support_lane_account_id")
        return [("id", "not in" if operator == "=" else "in", found)]

    def _compute_at_once(self):
        for account in self:
            account.at_once = account._get_limit()

    def _get_limit(self) -> int:
        """How many of this customer's tickets may be worked on at once, today."""
        self.ensure_one()
        # sudo: whoever works on tickets need not see every entitlement
        lane_sudo = self.sudo().lane_id
        provider = lane_sudo.provider_id
        Entitlement = self.env["support.entitlement"].sudo()
        now = self.env["support.event"]._now()
        today = fields.Datetime.context_timestamp(self.with_context(tz=provider.tz or "UTC"), now).date()
        return lane_sudo._get_limit(Entitlement._find(provider.id, self.sudo().partner_id.id, today))

    @api.depends("in_work_count", "waiting_count", "at_once")
    @api.depends_context("lang")
    def _compute_standing(self):
        for account in self:
            busy, waiting, limit = account.in_work_count, account.waiting_count, account.at_once
            values = {"busy": busy, "limit": limit, "waiting": waiting}
            if busy > limit:
                account.standing = "over"
                account.standing_text = self.env._(
                    "%(busy)s in work, %(limit)s agreed: nothing is stopped, and no further one starts before enough "
                    "of them have ended.",
                    **values,
                )
            elif busy == limit:
                account.standing = "full"
                account.standing_text = self.env._("%(busy)s of %(limit)s in work, %(waiting)s in line.", **values)
            elif waiting:
                account.standing = "free"
                account.standing_text = self.env._(
                    "%(busy)s of %(limit)s in work: the next in line can begin.", **values
                )
            else:
                account.standing = "idle"
                account.standing_text = self.env._("%(busy)s of %(limit)s in work, nobody in line.", **values)

    # --- places ----------------------------------------------------------------------------------

    @api.model
    def _obtain(self, keys: Sequence[tuple[int, int]]):
        """The lines for pairs of queue and customer, made where there are none; with sudo."""
        if not keys:
            return self.browse()
        self.env.cr.execute_values(
            """INSERT INTO support_lane_account
                   (lane_id, partner_id, revision, create_uid, create_date, write_uid, write_date)
               SELECT given.lane, given.partner, 0, given.uid, timezone('UTC', now()), given.uid, timezone('UTC', now())
               FROM (VALUES %s) AS given (lane, partner, uid)
               WHERE NOT EXISTS (SELECT 1 FROM support_lane_account AS known
                                 WHERE known.lane_id = given.lane AND known.partner_id = given.partner)
               ON CONFLICT DO NOTHING""",
            [(lane_id, partner_id, self.env.uid) for lane_id, partner_id in sorted(keys)],
        )
        accounts = self.sudo().search(
            [("lane_id", "in", [key[0] for key in keys]), ("partner_id", "in", [key[1] for key in keys])]
        )
        return accounts.filtered(lambda account: (account.lane_id.id, account.partner_id.id) in keys)

    def _lock(self):
        """Of two transactions that give or take a place of the same customer the second fails and is repeated."""
        if not self:
            return
        self.env.cr.execute(
            SQL(
                """UPDATE support_lane_account AS account SET revision = account.revision + 1
                   FROM (SELECT id FROM support_lane_account WHERE id = ANY(%s) ORDER BY id FOR UPDATE) AS mine
                   WHERE account.id = mine.id""",
                list(self.ids),
            )
        )
        self.invalidate_recordset(["revision"], flush=False)

    def _read_line(self) -> dict[int, list[lane.Waiter]]:
        """Who stands in line, in order, by account id."""
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        found: dict[int, list[lane.Waiter]] = {account.id: [] for account in self}
        for ticket in tickets.search(
            [
                ("support_lane_account_id", "in", self.ids),
                ("support_lane_state", "=", lane.WAITING),
                ("active", "=", True),
            ]
        ):
            found[ticket.support_lane_account_id.id].append(ticket._support_get_waiter())
        return {account_id: lane.in_line(waiters) for account_id, waiters in found.items()}

    def _judge_line(self, now: datetime) -> tuple[list[dict[str, Any]], Any]:
        """Who has to wait for others in these lines, as facts where that has changed; with sudo.

        :return: rows for ``support.event._record`` and the tickets that had to wait and can begin now
        """
        rows: list[dict[str, Any]] = []
        Ticket = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        offered = Ticket.browse()
        counts = self._count_states(self.ids)
        lines = self._read_line()
        # of all others in line as well
        Ticket.invalidate_model(["support_lane_position", "support_lane_text"], flush=False)
        for account in self:
            free = account._get_limit() - counts.get((account.id, lane.IN_WORK), 0)
            held = lane.held_back(lines[account.id], free)
            for waiter in lines[account.id]:
                ticket = Ticket.browse(waiter.id)
                before, after = ticket.support_lane_held, waiter.id in held
                if before and not after:
                    offered |= ticket
                rows += ticket._support_prepare_hold(account.lane_id, after, now)
        return rows, offered

    def _settle(self):
        """A limit or a rule has changed: whoever may begin now is offered, whoever may not any more waits."""
        if not self:
            return
        now = self.env["support.event"]._now()
        accounts_sudo = self.sudo()
        accounts_sudo._lock()
        rows, offered = accounts_sudo._judge_line(now)
        if rows:
            self.env["helpdesk.ticket"].sudo()._support_record(rows, self.env["helpdesk.ticket"].browse(), now)
        offered._support_offer_place()

    # --- the order -------------------------------------------------------------------------------

    def _support_reorder(self, order: Sequence[int], agreed_with: str, note: str = "", side: str = facts.STAFF):
        """Give the line another order by agreement, as a fact on every ticket whose place changes (B-11).

        The verb for buttons and portal pages; access is checked by the caller.

        :param order: ids of tickets in line, the next one first; those not named follow in the order they had
        :param agreed_with: who agreed on the other side, in words
        :param side: who proposed it: one of ``tools.facts`` CUSTOMER, STAFF
        :raise UserError: when a ticket is not in line (any more), or nobody is named
        """
        self.ensure_one()
        account_sudo = self.sudo()
        account_sudo._lock()
        before = [waiter.id for waiter in account_sudo._read_line()[self.id]]
        if not (agreed_with or "").strip():
            raise UserError(self.env._("Say who agreed to the new order."))
        wanted = list(dict.fromkeys(order))
        if not set(wanted) <= set(before):
            raise UserError(self.env._("The line has changed meanwhile: look at it again, then change the order."))
        after = wanted + [ticket_id for ticket_id in before if ticket_id not in wanted]
        if after == before:
            return
        now = self.env["support.event"]._now()
        Ticket_sudo = self.env["helpdesk.ticket"].sudo()
        rows = []
        for place, ticket_id in enumerate(after, start=1):
            ticket = Ticket_sudo.browse(ticket_id)
            ticket._support_set({"support_lane_rank": place})
            old = before.index(ticket_id) + 1
            if old != place:
                data = {"from": old, "to": place, "agreed_with": agreed_with.strip(), "note": (note or "").strip()}
                rows.append(
                    {"ticket_id": ticket_id, "kind": facts.REORDERED, "moment": now, "side": side, "data": data}
                )
        more, offered = account_sudo._judge_line(now)
        Ticket_sudo._support_record(rows + more, Ticket_sudo.browse(), now)
        account_sudo._message_log(
            body=self.env._(
                "New order: %(tickets)s. Agreed with: %(person)s. %(note)s",
                tickets=", ".join(Ticket_sudo.browse(after).mapped("number")),
                person=agreed_with.strip(),
                note=(note or "").strip(),
            ),
            author_id=self.env.user.partner_id.id,
        )
        offered._support_offer_place()

    # --- words and doors -------------------------------------------------------------------------

    def _say_full(self, ticket) -> str:
        """Why ``ticket`` cannot be started, for whoever works on it: what is in work and how many are agreed."""
        self.ensure_one()
        account_sudo = self.sudo()
        limit = self._get_limit()
        busy = (
            self.env["helpdesk.ticket"]
            .sudo()
            .search(
                [
                    ("support_lane_account_id", "=", self.id),
                    ("support_lane_state", "=", lane.IN_WORK),
                    ("id", "!=", ticket.id),
                ],
                order="support_lane_since, id",
            )
        )
        values = {
            "ticket": ticket.display_name,
            "customer": account_sudo.partner_id.display_name,
            "lane": account_sudo.lane_id.name,
            "limit": limit,
            "busy": ", ".join(self._name_for_reader(busy)),
        }
        if len(busy) < limit:
            line = [waiter for waiter in self._read_line()[self.id] if waiter.id != ticket.id and waiter.is_ready]
            first = self.env["helpdesk.ticket"].sudo().browse(line[0].id if line else [])
            values["first"] = "".join(self._name_for_reader(first))
            return self.env._(
                "%(ticket)s cannot be started yet: %(first)s of %(customer)s is before it in the queue “%(lane)s”. "
                "Start that one, or change the order by agreement with the customer.",
                **values,
            )
        if limit == 1 and len(busy) == 1:
            return self.env._(
                "%(ticket)s cannot be started: requests of %(customer)s are worked one after another "
                "(%(lane)s), and %(busy)s is in work. Finish it or put it back first.",
                **values,
            )
        return self.env._(
            "%(ticket)s cannot be started: %(limit)s of the requests of %(customer)s may be in work at a time "
            "(%(lane)s), and these are: %(busy)s. It has its turn as soon as there are fewer.",
            **values,
        )

    def _name_for_reader(self, tickets) -> list[str]:
        """Tickets by number and title; by number alone those that the user may not read (S-1)."""
        readable = tickets.with_user(self.env.user)._filtered_access("read")
        return [ticket.display_name if ticket.id in readable._ids else ticket.number for ticket in tickets]

    def action_open_tickets(self):
        """All tickets of this line, in their columns."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_lane_ticket_action")
        action["domain"] = [("support_lane_account_id", "=", self.id)]
        action["display_name"] = self.display_name
        return action

    def action_reorder(self):
        """Open the wizard in which the line gets the order that was agreed on."""
        self.ensure_one()
        self.check_access("read")
        return {
            "name": self.env._("Change the Order"),
            "type": "ir.actions.act_window",
            "res_model": "support.reorder.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }
