from typing import Any

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, email_normalize

from ..tools import facts, history
from .support_context import given, inside
from .support_time import from_instant, to_instant

#: What was said and done for the customer on a ticket counts on the one that takes it in (E-3.7).
CARRIED = frozenset(
    {
        facts.MESSAGE_IN,
        facts.MESSAGE_OUT,
        facts.MESSAGE_AUTO,
        facts.CALL,
        facts.WORKAROUND,
        facts.OUTAGE,
        facts.RESTORED,
    }
)


class HelpdeskTicket(models.Model):
    """Several tickets about one thing become one (E-3.7).

    Each *source* ends with the verdict *merged* and points to the *survivor*, which counts from the earliest
    start and takes over what was said. Facts are append-only, so there is no undoing: who finds that a source
    was about something else continues it as a new ticket.
    """

    _inherit = "helpdesk.ticket"

    support_merged_into_id = fields.Many2one(
        "helpdesk.ticket",
        string="Merged Into",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    support_merged_ids = fields.One2many(
        "helpdesk.ticket", "support_merged_into_id", string="Merged Tickets", readonly=True, groups="base.group_user"
    )
    support_merged_count = fields.Integer(compute="_compute_support_merged_count", groups="base.group_user")

    @api.depends("support_merged_ids")
    def _compute_support_merged_count(self):
        for ticket in self:
            ticket.support_merged_count = len(ticket.with_context(active_test=False).support_merged_ids)

    # --- buttons --------------------------------------------------------------------------------

    def action_support_merge(self):
        """Open the wizard that shows these tickets and asks which of them remains."""
        self.check_access("write")
        return {
            "name": self.env._("Merge Tickets"),
            "type": "ir.actions.act_window",
            "res_model": "support.merge.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    def action_open_duplicate_wizard(self):
        # to mark a duplicate is to merge: else its promises would go on, or count twice
        if self.support_provider_id:
            return self.action_support_merge()
        return super().action_open_duplicate_wizard()

    def action_support_open_merged(self):
        self.ensure_one()
        self.check_access("write")  # customers have no such list
        return {
            "name": self.env._("Merged Into %s", self.number),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": [("support_merged_into_id", "=", self.id)],
            "context": {"active_test": False, "create": False},
        }

    def action_support_continue(self):
        """A merged ticket was about something else after all: go on with it in a new one."""
        self.ensure_one()
        self.check_access("write")
        if not self.support_merged_into_id:
            raise UserError(self.env._("This ticket was not merged: it can go on as it is."))
        # sudo: makes what the customer's answer after closing would make
        ticket = self.sudo()._support_create_follow_up(self.description, facts.STAFF).with_env(self.env)
        self._message_log(
            body=self.env._("It was about something else after all: see the new ticket %s.", ticket._get_html_link())
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": ticket.id,
            "views": [(False, "form")],
        }

    # --- merging --------------------------------------------------------------------------------

    def _support_get_survivor(self):
        """The ticket that this one is part of by now; itself when it was not merged."""
        self.ensure_one()
        ticket, seen = self.sudo(), self.browse()
        while ticket.support_merged_into_id and ticket not in seen:
            seen |= ticket
            ticket = ticket.support_merged_into_id
        return ticket

    def _support_propose_survivor(self):
        """Which of these tickets should remain: the one raised first, among those that are still worked on."""
        alive = self.filtered(lambda ticket: ticket.support_phase not in facts.ENDED) or self
        alive = alive.filtered(lambda ticket: not ticket.support_merged_into_id) or alive
        return alive.sorted(lambda ticket: (ticket.support_raised or ticket.create_date, ticket.id))[:1]

    def _support_get_customer_key(self) -> tuple[str, Any]:
        """Whose ticket it is: a company with all its people, or an address that nobody has yet."""
        self.ensure_one()
        ticket = self.sudo()
        address = email_normalize(ticket.partner_email or "")
        if not ticket.commercial_partner_id:
            return ("address", address or ticket.id)
        return ("customer", ticket.commercial_partner_id.id)

    def _support_is_same_customer(self, other) -> bool:
        mine, theirs = self._support_get_customer_key(), other._support_get_customer_key()
        if mine == theirs:
            return True
        if {mine[0], theirs[0]} == {"customer", "address"}:
            known, unknown = (self, other) if mine[0] == "customer" else (other, self)
            address = email_normalize(unknown.sudo().partner_email or "")
            return bool(address) and address == known.sudo().partner_id.email_normalized
        return False

    def _support_get_merge_obstacles(self, survivor) -> list[str]:
        """Why these tickets cannot be merged into ``survivor``, in the reader's words; empty: they can.

        Never across providers, companies or customers: one of them would read or owe what is another's.
        """
        sources = self - survivor
        if not survivor or not sources:
            return [self.env._("Choose at least two tickets, and the one that remains.")]
        problems = []
        for ticket in sources | survivor:
            if ticket.support_merged_into_id:
                problems.append(
                    self.env._(
                        "%(ticket)s was merged into %(other)s already.",
                        ticket=ticket.number,
                        other=ticket.support_merged_into_id.number,
                    )
                )
        for ticket in sources:
            if ticket.support_provider_id != survivor.support_provider_id:
                problems.append(
                    self.env._(
                        "%(ticket)s is one of %(provider)s and %(other)s is not: each provider answers for its own.",
                        ticket=ticket.number,
                        provider=ticket.support_provider_id.name or self.env._("no provider"),
                        other=survivor.number,
                    )
                )
            if ticket.company_id != survivor.company_id:
                problems.append(
                    self.env._(
                        "%(ticket)s and %(other)s belong to different companies.",
                        ticket=ticket.number,
                        other=survivor.number,
                    )
                )
            if not ticket._support_is_same_customer(survivor):
                problems.append(
                    self.env._(
                        "%(ticket)s is of another customer than %(other)s: one would read what the other wrote.",
                        ticket=ticket.number,
                        other=survivor.number,
                    )
                )
        if survivor.support_phase in facts.ENDED and any(ticket.support_phase not in facts.ENDED for ticket in sources):
            problems.append(
                self.env._(
                    "%s is resolved or closed and others are not: reopen it first, or choose another one to remain.",
                    survivor.number,
                )
            )
        return problems

    def _support_merge_into(self, survivor, tell_customer: bool = True):
        """Merge these tickets into ``survivor``; access to all of them is checked by the caller.

        :raise UserError: when they cannot be merged, with the reasons
        """
        sources = self - survivor
        # two who merge the same tickets at once, even into each other: the second waits and then finds it done
        self.env.cr.execute(
            SQL(
                "SELECT id FROM helpdesk_ticket WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
                list((sources | survivor)._ids),
            )
        )
        (sources | survivor).invalidate_recordset(["support_merged_into_id"])
        problems = sources._support_get_merge_obstacles(survivor)
        if problems:
            raise UserError("\n".join(problems))
        # sudo: facts, columns and followers; whoever may write all of these tickets may merge them
        survivor_sudo = survivor.sudo()
        now = self.env["support.event"]._now()
        events = self.env["support.event"]._read_facts((sources | survivor).ids)
        rows: list[dict[str, Any]] = []
        for source_sudo in sources.sudo():
            rows += source_sudo._support_prepare_carried(survivor_sudo, events, now)
        for source_sudo in sources.sudo():
            if tell_customer:
                source_sudo._support_tell_merged(survivor_sudo)
            source_sudo._support_set({"support_merged_into_id": survivor_sudo.id, "duplicate_id": survivor_sudo.id})
            source_sudo._support_add_fact(
                facts.MERGED,
                {"into": survivor_sudo.id, "number": survivor_sudo.number},
                side=facts.STAFF,
                key="once",
            )
            source_sudo._support_close_merged()
        survivor_sudo._support_record(rows, survivor_sudo.browse(), now)
        start = min(history.History(events[ticket.id], to_instant(now)).start or to_instant(now) for ticket in sources)
        if survivor_sudo.support_raised and from_instant(start) < survivor_sudo.support_raised:
            raised = from_instant(start)
            survivor_sudo._support_set(
                {"support_raised": raised, "support_out_of_hours": survivor_sudo._support_is_shut(raised)}
            )
        survivor_sudo._support_take_people(sources.sudo())
        for source_sudo in sources.sudo():
            survivor_sudo._message_log(
                body=Markup("<p>%s</p><blockquote>%s</blockquote>")
                % (
                    self.env._(
                        "%(ticket)s was merged into this ticket: %(name)s",
                        ticket=source_sudo._get_html_link(title=source_sudo.number),
                        name=source_sudo.name,
                    ),
                    source_sudo.description or "",
                ),
                author_id=self.env.user.partner_id.id,
            )
            source_sudo._message_log(
                body=self.env._(
                    "Merged into %s. What is written here from now on goes there as well.",
                    survivor_sudo._get_html_link(title=survivor_sudo.display_name),
                ),
                author_id=self.env.user.partner_id.id,
            )

    def _support_prepare_carried(self, survivor, events: dict[int, list[facts.Event]], now) -> list[dict[str, Any]]:
        """Facts of the survivor that come with this source: that it was taken in, and what was said and done on it
        at its own moments; from before the survivor was raised also whose turn it was.

        :return: rows for ``support.event._record``
        """
        self.ensure_one()
        instant = to_instant(now)
        mine = history.History(events[self.id], instant)
        begun = history.History(events[survivor.id], instant).start
        if mine.start is None:
            return []
        late = self._support_get_missed(mine)

        def row(kind: str, moment: int, side: str, data: dict[str, Any], key: str) -> dict[str, Any]:
            return {
                "ticket_id": survivor.id,
                "kind": kind,
                "moment": from_instant(moment),
                "side": side,
                "data": data,
                "fact_key": f"merged:{self.id}:{key}",
            }

        rows = [
            row(
                facts.ABSORBED,
                instant,
                facts.STAFF,
                {"ticket": self.id, "number": self.number, "raised": mine.start, "late": sorted(late)},
                "taken",
            )
        ]
        failed = max((event.moment for event in mine.events if event.kind == facts.WORKAROUND_FAILED), default=None)
        for index, event in enumerate(mine.events):
            if event.kind == facts.WORKAROUND and failed is not None and event.moment <= failed:
                continue  # what did not hold there helps nobody here
            before = begun is not None and event.moment < begun
            if event.kind in CARRIED or (event.kind == facts.PHASE and before):
                data = {**event.data, "absorbed": self.id}
                rows.append(row(event.kind, event.moment, event.side, data, f"{event.kind}:{index}"))
        return rows

    def _support_get_missed(self, past: history.History) -> set[str]:
        """The metrics that this ticket had missed by itself: of a repeating one only the round that is open, and
        nothing that was agreed not to count."""
        self.ensure_one()
        Clock = self.env["support.clock"]
        metrics = self.env["support.target"]._get_metrics()
        stored = {(clock.target_id.id, clock.grade, clock.round): clock for clock in self.support_clock_ids}
        late = set()
        for reading in Clock._read(past):
            clock = reading.clock
            record = stored.get(Clock._get_key(reading), Clock)
            breached = record.breached or clock.breached is not None
            counts = not (record.excused or record.regrade_breach or clock.regrade_breach)
            if breached and counts and (clock.state in facts.LIVE or not metrics[clock.metric].repeats):
                late.add(clock.metric)
        return late

    def _support_close_merged(self):
        """Move a merged ticket to the provider's stage for that, else to any that closes; tell nobody of it."""
        self.ensure_one()
        stages = self.team_id._get_applicable_stages()
        chosen = self.support_provider_id.merged_stage_id & stages
        closing = stages.filtered(lambda stage: stage.support_phase == facts.CLOSED) or stages.filtered("closed")
        stage = chosen or closing[:1]
        if stage and stage != self.stage_id and (chosen or self.support_phase not in facts.ENDED):
            self.with_context(**inside(support_no_template=not chosen)).stage_id = stage

    def _support_take_people(self, sources):
        """Who followed a source follows the survivor: staff, and people of the survivor's own customer."""
        self.ensure_one()
        customer = self.commercial_partner_id
        partners = (sources.message_partner_ids | sources.partner_id).filtered(
            lambda partner: not partner.partner_share or (customer and partner.commercial_partner_id == customer)
        )
        new = partners - self.message_partner_ids
        if new:
            self.with_context(guard_inbound=False).message_subscribe(new.ids)

    def _support_tell_merged(self, survivor):
        """Tell the customer where the ticket goes on."""
        self.ensure_one()
        if not self.partner_id:
            return
        self.with_context(**inside(support_automatic=True)).message_post(
            body=self.env._(
                "Your request %(number)s goes on in %(other)s “%(name)s”: both are about the same thing. "
                "You can answer here or there, it arrives in the same place.",
                number=self.number,
                other=survivor.number,
                name=survivor.name,
            ),
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner_id.ids,
            author_id=self.env.user.partner_id.id,
        )

    # --- afterwards -----------------------------------------------------------------------------

    def _support_pass_on(self, message, kind: str):
        """Something was said on a merged ticket: it belongs to the survivor (E-3.7).

        What the customer wrote is posted there, so that it is read and answered; what staff wrote to the customer
        counts there as well.
        """
        self.ensure_one()
        survivor = self._support_get_survivor()
        if kind == facts.MESSAGE_IN:
            return survivor._support_repost(message)
        if kind in (facts.MESSAGE_OUT, facts.CALL):
            survivor._support_add_fact(
                kind, {"message": message.id, "absorbed": self.id}, side=facts.STAFF, key=f"merged:message:{message.id}"
            )
        return None

    def _support_repost(self, message):
        """Post what the customer wrote elsewhere on this ticket, with its files."""
        self.ensure_one()
        return self.message_post(
            body=message.body,
            author_id=message.author_id.id,
            email_from=message.email_from,
            message_type=message.message_type,
            subtype_xmlid="mail.mt_comment",
            attachment_ids=message.attachment_ids.copy({"res_model": self._name, "res_id": self.id}).ids,
        )

    def _message_track_post_template(self, changes):
        # a merged ticket is closed, and the customer was told why: no second mail that it was
        if given(self.env, "support_no_template"):
            return True
        return super()._message_track_post_template(changes)
