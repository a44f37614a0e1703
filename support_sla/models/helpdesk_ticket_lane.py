from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import facts, lane
from .support_context import given, inside
from .support_time import to_instant

#: what a ticket's place follows from: nobody enters it
PLACES = frozenset(
    {
        "support_lane_account_id",
        "support_lane_state",
        "support_lane_since",
        "support_lane_rank",
        "support_lane_held",
    }
)
#: the pause reason of a ticket that waits for others of its customer (E-3.2)
QUEUE = "queue"


class HelpdeskTicket(models.Model):
    """A ticket's place among those of its customer that are worked one after another (O-10, B-11).

    The recorder asks :meth:`_support_take_places` before it looks at the phase: a ticket that cannot begin is refused
    or put back in line before anything else sees that it was started.
    """

    _inherit = "helpdesk.ticket"

    support_lane_account_id = fields.Many2one(
        "support.lane.account",
        string="Work Queue",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    support_lane_state = fields.Selection(
        [(lane.IN_WORK, "In work"), (lane.WAITING, "In line"), (lane.ASIDE, "Set aside")],
        string="Place",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Among the tickets of the same customer that are worked one after another.",
    )
    support_lane_since = fields.Datetime(
        string="In This Place Since", copy=False, readonly=True, groups="base.group_user"
    )
    support_lane_rank = fields.Integer(copy=False, readonly=True, groups="base.group_user")
    support_lane_held = fields.Boolean(
        string="Waits for Others",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="It cannot begin because others of the same customer come first.",
    )
    support_lane_position = fields.Integer(
        string="Place in Line",
        compute="_compute_support_lane_position",
        compute_sudo=True,
        groups="base.group_user",
        help="1 is the next.",
    )
    support_lane_text = fields.Char(
        string="Turn", compute="_compute_support_lane_position", compute_sudo=True, groups="base.group_user"
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | PLACES

    @api.depends("support_lane_state", "support_lane_account_id", "support_lane_rank", "support_lane_held")
    @api.depends_context("lang")
    def _compute_support_lane_position(self):
        # places are those among all tickets of the customer, whichever of them the reader sees
        places = self._support_read_positions()
        for ticket in self:
            ticket.support_lane_position = places.get(ticket.id, 0)
            ticket.support_lane_text = ticket._support_say_place(places.get(ticket.id, 0))

    def _support_read_positions(self) -> dict[int, int]:
        """Places in line by ticket id, in one query; none when nobody is in line. With sudo."""
        accounts = self.filtered(lambda ticket: ticket.support_lane_state == lane.WAITING).support_lane_account_id
        if not accounts:
            return {}
        self.env["helpdesk.ticket"].flush_model(["active", "support_raised", *PLACES])
        self.env.cr.execute(
            SQL(
                """SELECT id, row_number() OVER (PARTITION BY support_lane_account_id
                                                 ORDER BY NULLIF(support_lane_rank, 0) NULLS LAST, support_raised, id)
                   FROM helpdesk_ticket
                   WHERE support_lane_account_id = ANY(%s) AND support_lane_state = %s AND active""",
                list(accounts.ids),
                lane.WAITING,
            )
        )
        return dict(self.env.cr.fetchall())

    def _support_say_place(self, position: int) -> str:
        """A ticket's place in a few words, for agents and customers alike; empty when it stands in no queue."""
        self.ensure_one()
        if self.support_lane_state == lane.IN_WORK:
            return self.env._("In work")
        if self.support_lane_state == lane.ASIDE:
            return self.env._("Set aside")
        if self.support_lane_state != lane.WAITING or not position:
            return ""
        match position:
            case 1 if not self.support_lane_held:
                return self.env._("Next in line, can begin")
            case 1:
                return self.env._("Next in line")
            case 2:
                return self.env._("Second in line")
            case 3:
                return self.env._("Third in line")
        return self.env._("Number %s in line", position)

    # --- the recorder asks -----------------------------------------------------------------------

    def _support_takes_place(self) -> bool:
        """Whether this ticket is one of those that its customer's queue counts. **Hook**: what is not a request of
        the customer's (a problem behind several of them …) answers False."""
        self.ensure_one()
        return not self.support_merged_into_id

    def _support_get_lane_rank(self) -> int:
        """Below 0: before everybody in line, the least first; 0: by the moment it was raised. **Hook**: a provider
        whose urgent requests go first. An order that was agreed on is not undone by it."""
        self.ensure_one()
        return 0

    def _support_get_waiter(self) -> lane.Waiter:
        self.ensure_one()
        return lane.Waiter(
            self.id,
            self.support_lane_rank,
            to_instant(self.support_raised),
            self.stage_id.support_phase or facts.NEW,
        )

    def _support_take_places(self, now: datetime) -> tuple[list[dict[str, Any]], Any]:
        """Give these tickets the places in their customers' queues that they ask for, as far as there are any.

        Runs before the phase is looked at. With sudo. Costs nothing for tickets of providers without a queue.

        :return: rows for ``support.event._record``, of other tickets of the customer as well, and the tickets that
            had to wait and can begin now
        :raise UserError: when somebody starts one more than may be worked on and the queue refuses that
        """
        rows: list[dict[str, Any]] = []
        moves = [move for ticket in self for move in ticket._support_get_lane_move()]
        if not moves:
            return rows, self.browse()
        Account = self.env["support.lane.account"].sudo()
        keys = {move["key"] for move in moves if move["key"]}
        accounts = {(account.lane_id.id, account.partner_id.id): account for account in Account._obtain(list(keys))}
        left = Account.browse({move["old"].id for move in moves if move["old"]})
        giving = Account.browse({move["old"].id for move in moves if move["before"] == lane.IN_WORK})
        taking = Account.browse({accounts[move["key"]].id for move in moves if move["wish"] == lane.IN_WORK})
        (giving | taking)._lock()
        touched = left
        for move in moves:
            if move["wish"] != lane.IN_WORK:
                move["account"] = accounts[move["key"]] if move["key"] else Account
                rows += move["ticket"]._support_enter_place(move, move["wish"], now)
                touched |= move["account"]
        starting = [move for move in moves if move["wish"] == lane.IN_WORK]
        # whoever comes first in line is given a place first
        starting.sort(key=lambda move: move["ticket"]._support_get_waiter().place)
        for move in starting:
            move["account"] = accounts[move["key"]]
            touched |= move["account"]
            state = lane.IN_WORK if move["ticket"]._support_may_start(move) else lane.WAITING
            rows += move["ticket"]._support_enter_place(move, state, now)
        more, offered = touched._judge_line(now)
        return rows + more, offered

    def _support_get_lane_move(self) -> list[dict[str, Any]]:
        """What has changed about this ticket's place: nothing, or one dict with ``ticket``, ``old`` (account),
        ``before`` (state in the wanted queue), ``key`` (queue and customer, or None), ``wish`` (state)."""
        self.ensure_one()
        old = self.support_lane_account_id
        rule = self.env["support.lane"]._find_rule(self.support_provider_id.id, self.support_kind_id.id)
        if not rule and not old:
            return []
        customer = self.commercial_partner_id
        key = None
        if rule and customer and self.active and self._support_takes_place():
            key = (rule.id, customer.id)
        same = bool(old) and key == (old.lane_id.id, old.partner_id.id)
        phase = self.stage_id.support_phase or facts.NEW
        before = self.support_lane_state or lane.GONE
        wish = lane.asks_for(phase, before if same else lane.GONE, rule.holding) if rule and key else lane.GONE
        if wish == lane.GONE:
            key = None
        if (same or not (key or old)) and wish == before and not (wish == lane.WAITING and self._support_line_moves()):
            return []
        return [{"ticket": self, "old": old, "before": before, "key": key, "wish": wish, "same": same}]

    def _support_line_moves(self) -> bool:
        """Whether the line has to be looked at although this ticket stays in it."""
        rank = self._support_get_lane_rank()
        return (self.stage_id.support_phase or facts.NEW) != self.support_phase or (
            rank != self.support_lane_rank and self.support_lane_rank <= 0
        )

    def _support_may_start(self, move: dict[str, Any]) -> bool:
        """Whether a place is free for this ticket, under the lock of its account.

        :raise UserError: when none is and the queue refuses
        """
        self.ensure_one()
        account = move["account"]
        imported = self.support_history_until and not self.support_lane_account_id
        if imported or given(self.env, "support_lane_adopt") or given(self.env, "support_no_notify"):
            return True  # it was in work before there was a queue: nothing is stopped
        busy = account._count_states(account.ids).get((account.id, lane.IN_WORK), 0)
        if busy < account._get_limit():
            mine = self._support_get_waiter()
            line = account._read_line()[account.id] if account.lane_id.in_order else []
            if not any(waiter.is_ready and waiter.place < mine.place for waiter in line if waiter.id != self.id):
                return True
        started = self.support_phase != facts.OPEN  # else it was open already, and has become this customer's
        by_hand = self._support_get_side() == facts.STAFF and not given(self.env, "support_by_mail")
        if started and by_hand and account.lane_id.excess == "refuse":
            raise UserError(account._say_full(self))
        self._support_step_back(account.lane_id)
        if by_hand:
            self._support_say_queued(account, started)
        return False

    def _support_say_queued(self, account, started: bool):
        """Tell whoever started it that it waits, on the ticket and at once on the screen.

        :param started: it was put in work now; else it was in work, and has come into this line only now
        """
        values = {
            "ticket": self.display_name,
            "customer": account.partner_id.display_name,
            "lane": account.lane_id.name,
            "stage": self.stage_id.name,
        }
        if started:
            text = self.env._(
                "%(ticket)s waits its turn: as many requests of %(customer)s are in work as may be at once (%(lane)s).",
                **values,
            )
        else:
            text = self.env._(
                "%(ticket)s went back to “%(stage)s” and waits its turn: as many requests of %(customer)s are in work "
                "as may be at once (%(lane)s).",
                **values,
            )
        self._message_log(body=text, author_id=self.env.user.partner_id.id)
        self.env.user._bus_send("simple_notification", {"type": "warning", "message": text})

    def _support_step_back(self, queue):
        """Back to a stage of those that wait: what is not worked on does not stand among what is."""
        stages = self.team_id._get_applicable_stages()
        fresh = stages.filtered(lambda stage: stage.support_phase == facts.NEW)
        stage = (queue.waiting_stage_id & stages) or fresh[:1]
        if not stage:
            raise UserError(
                self.env._(
                    "%(ticket)s has to wait its turn, but its team “%(team)s” has no stage with the phase “New” "
                    "to wait in.",
                    ticket=self.display_name,
                    team=self.team_id.name,
                )
            )
        self._support_set({"stage_id": stage.id})

    def _support_enter_place(self, move: dict[str, Any], state: str, now: datetime) -> list[dict[str, Any]]:
        """Write this ticket's place down; with sudo.

        :return: the fact, and the end of the pause when it leaves the line
        """
        self.ensure_one()
        before = move["before"]
        account = move["account"]
        values: dict[str, Any] = {
            "support_lane_account_id": account.id if state else False,
            "support_lane_state": state or False,
        }
        if state != before or not move["same"]:
            values["support_lane_since"] = now if state else False
        if state != lane.WAITING:
            values["support_lane_rank"] = 0
        elif self.support_lane_rank <= 0 or not move["same"]:
            values["support_lane_rank"] = self._support_get_lane_rank()
        rows = []
        if self.support_lane_held and (state != lane.WAITING or not move["same"]):
            rows += self._support_prepare_hold(move["old"].lane_id, False, now)
        if state != before or not move["same"]:
            data = {"state": state, "before": before, "account": (account or move["old"]).id}
            rows.append(self._support_prepare_place_fact(facts.LANE, data, now))
        self._support_set(values)
        return rows

    def _support_prepare_hold(self, queue, held: bool, now: datetime) -> list[dict[str, Any]]:
        """Whether it waits for others, with the pause that comes of it as a fact (E-3.2); with sudo."""
        if self.support_lane_held == held:
            return []
        self._support_set({"support_lane_held": held})
        if held and not queue.pauses:
            return []
        # ended in any case: a pause that was begun before the queue's setting was changed must not go on
        return [self._support_prepare_place_fact(facts.PAUSE if held else facts.RESUME, {"reason": QUEUE}, now)]

    def _support_prepare_place_fact(self, kind: str, data: dict[str, Any], now: datetime) -> dict[str, Any]:
        moment = now if self.support_phase else self.support_raised  # being raised: at that moment
        return {"ticket_id": self.id, "kind": kind, "moment": moment, "side": self._support_get_side(), "data": data}

    # --- it is its turn --------------------------------------------------------------------------

    def _support_offer_place(self):
        """These tickets had to wait and can begin: once each, as their queue says. With sudo."""
        intents: list[dict[str, Any]] = []
        for ticket in self:
            queue = ticket.support_lane_account_id.lane_id
            if not queue or given(self.env, "support_no_notify"):
                continue
            reason = ""
            if queue.offer == "start":
                reason = ticket._support_start_place()
                if not reason:
                    continue
            recipient = ticket._support_get_recipient()
            # the line of a customer changes its revision whenever a place is given: each offer is another one
            key = f"lane:{ticket.support_lane_account_id.id}:{ticket.support_lane_account_id.revision}"
            intent = ticket._support_tell_administrator("lane_offer", key=key, reason=reason)
            if recipient:
                intent["partner_id"] = recipient.partner_id.id
            if queue.offer == "activity":
                intent["channel"] = "activity"
            intents.append({**intent, "kind": "role"})
        self.env["support.notification"]._enqueue(intents)

    def _support_start_place(self) -> str:
        """Start this ticket because it is its turn.

        :return: why it could not be started, in words; empty if it was
        """
        self.ensure_one()
        stages = self.team_id._get_applicable_stages()
        stage = stages.filtered(lambda stage: stage.support_phase == facts.OPEN)[:1]
        if not stage:
            return self.env._("its team has no stage with the phase “Open”")
        try:
            with self.env.cr.savepoint():
                self.with_context(**inside(support_side=facts.SYSTEM)).write({"stage_id": stage.id})
                self.flush_recordset()
        except UserError as error:
            # whoever has just finished another ticket must not be stopped by what this one still lacks
            self.invalidate_recordset()
            return str(error)
        return ""

    # --- doors ------------------------------------------------------------------------------------

    def action_support_open_lane(self):
        """The line of this ticket's customer: what is in work and who comes next."""
        self.ensure_one()
        self.check_access("read")
        account = self.support_lane_account_id
        return {
            "type": "ir.actions.act_window",
            "name": account.display_name,
            "res_model": account._name,
            "res_id": account.id,
            "views": [(False, "form")],
        }

    def action_support_start_next(self):
        """Start this ticket from its customer's line: the same way as by its stage, with the same answer."""
        self.check_access("write")
        for ticket in self:
            stages = ticket.team_id._get_applicable_stages()
            stage = stages.filtered(lambda stage: stage.support_phase == facts.OPEN)[:1]
            if not stage:
                raise UserError(self.env._("The team of %s has no stage with the phase “Open”.", ticket.display_name))
            ticket.stage_id = stage
