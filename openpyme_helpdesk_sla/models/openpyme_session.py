from datetime import timedelta
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import clean_context

GENERAL = "general"
INDIVIDUAL = "individual"

#: of the session's calendar event: entered on the session, kept on the event
OF_EVENT = {"name": "name", "start": "start", "stop": "stop", "host_id": "user_id", "link": "videocall_location"}


#: what happens to a session: written by its buttons alone
HAPPENED = frozenset({"state", "covered_topic_ids"})


class OpenpymeSession(models.Model):
    """A session of consultancy: a calendar event with topics, to which clients are invited one by one (O-11).

    Clients are no attendees of the event: whoever is on that list reads who else is. Each of them gets an own
    invitation with an own calendar file instead.
    """

    _name = "openpyme.session"
    _description = "Consultancy Session"
    _inherit = ["mail.thread"]
    _order = "start desc, id desc"

    event_id = fields.Many2one(
        "calendar.event", string="Calendar Event", required=True, ondelete="restrict", index=True
    )
    # required on the event; stored here they are filled once the event is known
    name = fields.Char(related="event_id.name", store=True, readonly=False)
    start = fields.Datetime(related="event_id.start", store=True, readonly=False, index=True)
    stop = fields.Datetime(related="event_id.stop", store=True, readonly=False, string="End")
    host_id = fields.Many2one(
        "res.users",
        related="event_id.user_id",
        store=True,
        readonly=False,
        string="Held By",
        domain="[('share', '=', False)]",
    )
    link = fields.Char(
        related="event_id.videocall_location", readonly=False, string="Meeting Link", help="Clients get it by mail."
    )
    kind = fields.Selection(
        [(GENERAL, "General"), (INDIVIDUAL, "Individual")],
        default=GENERAL,
        required=True,
        help="General: clients of any account are invited. Individual: for one special account.",
    )
    account_id = fields.Many2one("res.partner", readonly=True, index="btree_not_null")
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index=True,
        help="Only clients of its requests are invited. Empty: those of all companies.",
    )
    topic_ids = fields.Many2many("openpyme.topic", string="Topics")
    covered_topic_ids = fields.Many2many(
        "openpyme.topic", "openpyme_session_covered_rel", string="Topics Covered", readonly=True
    )
    state = fields.Selection(
        [("planned", "Planned"), ("held", "Held"), ("cancelled", "Cancelled")],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    is_over = fields.Boolean(string="To Wrap Up", compute="_compute_is_over", search="_search_is_over")
    invitation_ids = fields.One2many("openpyme.invitation", "session_id", string="Invitations", readonly=True)
    invited_count = fields.Integer(string="Invited", compute="_compute_counts")
    accepted_count = fields.Integer(string="Coming", compute="_compute_counts")
    waiting_count = fields.Integer(string="Could Be Invited", compute="_compute_waiting_count")

    @api.depends("invitation_ids.state", "invitation_ids.answer")
    def _compute_counts(self):
        # sudo: how many come is the same for every reader
        groups = (
            self.env["openpyme.invitation"]
            .sudo()
            ._read_group(
                [("session_id", "in", self.ids), ("state", "!=", "withdrawn")],
                ["session_id", "answer"],
                ["__count"],
            )
        )
        for session in self:
            counts = {answer: count for owner, answer, count in groups if owner.id == session.id}
            session.invited_count = sum(counts.values())
            session.accepted_count = counts.get("yes", 0)

    def _compute_waiting_count(self):
        for session in self:
            open_now = session.kind == GENERAL and session.state == "planned" and not session.is_over
            session.waiting_count = len(session._find_waiting()) if open_now else 0

    @api.depends("start", "state")
    def _compute_is_over(self):
        now = self.env["support.event"]._now()
        for session in self:
            session.is_over = session.state == "planned" and bool(session.start) and session.start <= now

    def _search_is_over(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = self.env["support.event"]._now()
        operator = "<=" if True in value else ">"
        return [("state", "=", "planned"), ("start", operator, now)]

    # --- what cannot be ---------------------------------------------------------------------------

    @api.constrains("topic_ids", "event_id")
    def _check_topics(self):
        for session in self:
            if not session.topic_ids:
                raise ValidationError(
                    self.env._("“%s” needs at least one topic: clients are invited for a topic.", session.name)
                )

    @api.constrains("company_id")
    def _check_company_of_invited(self):
        for session in self.filtered("company_id"):
            strangers = session.invitation_ids.ticket_id.filtered(
                lambda ticket, company=session.company_id: ticket.company_id and ticket.company_id != company
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "Clients of another company were invited to “%(session)s” (%(tickets)s): it cannot belong to "
                        "%(company)s alone.",
                        session=session.name,
                        tickets=", ".join(strangers[:5].mapped("number")),
                        company=session.company_id.name,
                    )
                )

    @api.constrains("event_id")
    def _check_event(self):
        self._check_start()

    def _check_start(self):
        """:raise ValidationError: when a session that is still to be held would lie in the past"""
        now = self.env["support.event"]._now()
        for session in self:
            if session.state == "planned" and session.event_id.start <= now:
                raise ValidationError(
                    self.env._("“%s” would have begun already: choose a moment in the future.", session.event_id.name)
                )

    # --- CRUD ------------------------------------------------------------------------------------

    def write(self, vals):
        if not self.env.su and (HAPPENED | {"event_id", "account_id"}) & vals.keys():
            raise UserError(self.env._("That follows from what happens to a session and cannot be entered."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        # what is read of the event is read for everybody: nobody names one that exists, maybe somebody's private one
        if not self.env.su and any((HAPPENED | {"event_id"}) & vals.keys() for vals in vals_list):
            raise UserError(self.env._("That follows from what happens to a session and cannot be entered."))
        Event = self.env["calendar.event"].with_context(clean_context(self.env.context), skip_contact_description=True)
        prepared = []
        missing = []
        for vals in vals_list:
            # named, because a default of the context or of a user would be a way round the check
            own = {"state": "planned", "covered_topic_ids": [], **vals}
            own = {name: value for name, value in own.items() if name not in OF_EVENT}
            prepared.append(own)
            if not own.get("event_id"):
                missing.append((own, self._prepare_event(vals)))
        events = Event.create([event for _own, event in missing])
        for (own, _event), event in zip(missing, events, strict=True):
            own["event_id"] = event.id
        return super().create(prepared)

    @api.model
    def _prepare_event(self, vals: dict[str, Any]) -> dict[str, Any]:
        host = self.env["res.users"].browse(vals.get("host_id") or self.env.uid)
        start = fields.Datetime.to_datetime(vals.get("start"))
        if not start or not (vals.get("name") or "").strip():
            raise UserError(self.env._("A session needs a name and a beginning."))
        stop = fields.Datetime.to_datetime(vals.get("stop")) or start + timedelta(hours=1)
        return {
            "name": vals["name"],
            "start": start,
            "stop": stop,
            "user_id": host.id,
            # colleagues only: see _check_openpyme_attendees
            "partner_ids": [fields.Command.set(host.partner_id.ids)],
            "videocall_location": vals.get("link") or False,
        }

    def copy_data(self, default=None):
        raise UserError(self.env._("Plan a new session instead: nobody is invited twice by a copy."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invited(self):
        for session in self:
            if session.invitation_ids:
                raise UserError(
                    self.env._("Clients were invited to “%s”: cancel it, so that they are told.", session.name)
                )

    # --- who is invited --------------------------------------------------------------------------

    @api.model
    def _find_next(self, topic, after=None, but=None, company=None):
        """The general session to invite to: the first one that has the topic, else the first one; or empty (O-11).

        :param after: naive UTC; now if not given
        :param but: sessions that are left out
        :param company: whose request it is; sessions of other companies are left out
        """
        domain = [
            *([("company_id", "in", [company.id, False])] if company else []),
            ("kind", "=", GENERAL),
            ("state", "=", "planned"),
            ("start", ">", after or self.env["support.event"]._now()),
            ("id", "not in", but.ids if but else []),
        ]
        with_topic = self.search([*domain, ("topic_ids", "in", topic.ids)], order="start, id", limit=1)
        return with_topic or self.search(domain, order="start, id", limit=1)

    def _is_of_others(self, account) -> bool:
        """Whether it is an individual session of another account, whose name and link are nobody else's business."""
        self.ensure_one()
        session_sudo = self.sudo()
        accounts = session_sudo.account_id | session_sudo.invitation_ids.ticket_id.commercial_partner_id
        return self.kind == INDIVIDUAL and bool(accounts - account)

    def _find_waiting(self):
        """Consultancy tickets whose clients wait for a general session and could be invited to this one."""
        self.ensure_one()
        return self.env["helpdesk.ticket"].search(
            [
                ("openpyme_step", "in", ("to_invite", "individual_over")),
                ("openpyme_topic_id", "!=", False),
                ("closed", "=", False),
                *([("company_id", "in", [self.company_id.id, False])] if self.company_id else []),
            ]
        )

    def action_invite_waiting(self):
        """Invite everybody who waits for a general session; whoever cannot be invited is named."""
        self.ensure_one()
        self.check_access("write")
        failed = []
        invited = 0
        for ticket in self._find_waiting():
            obstacle = ticket._openpyme_get_invite_obstacle(self, ticket.openpyme_topic_id)
            if obstacle:
                failed.append(f"{ticket.number}: {obstacle}")
                continue
            ticket._openpyme_invite(self, ticket.openpyme_topic_id)
            invited += 1
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if failed else "success",
                "sticky": bool(failed),
                "title": self.env._("Invited: %s", invited),
                "message": "\n".join(failed),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # --- it is moved or cancelled ----------------------------------------------------------------

    def _read_when(self) -> dict[int, tuple[Any, ...]]:
        """What clients were told of the event, by session id."""
        return {
            session.id: (session.event_id.start, session.event_id.stop, session.event_id.videocall_location or "")
            for session in self
        }

    def _follow_event(self, before: dict[int, tuple[Any, ...]]):
        """The event was changed in the calendar or here: invitations follow it. With sudo.

        :param before: what :meth:`_read_when` said before
        """
        for session in self.filtered(lambda session: session.state == "planned"):
            if not session.event_id.active:
                session._cancel()
            elif session._read_when()[session.id] != before[session.id]:
                if session._read_when()[session.id][:2] != before[session.id][:2]:
                    # who said yes said so to another moment
                    session._get_pending().write({"answer": False, "answered": False})
                session._get_pending()._tell("moved")

    def _get_pending(self):
        return self.invitation_ids.filtered(lambda invitation: invitation.state == "invited")

    def action_cancel(self):
        """Call the session off: clients are told, each alone, and invited to the next general one (O-11)."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "planned":
            raise UserError(self.env._("“%s” is not planned any more.", self.name))
        # sudo: invitations are written by what happens to a session only
        self.sudo()._cancel()

    def _cancel(self):
        self.ensure_one()
        self.state = "cancelled"
        if self.event_id.active:
            self.event_id.active = False
        pending = self._get_pending()
        pending.state = "withdrawn"
        pending._tell("cancelled")
        for invitation in pending:
            # the topic is still open: on to the next session, if one is planned
            invitation.ticket_id._openpyme_invite_next(invitation.topic_id)

    def action_wrap_up(self):
        """Open the wizard that says which topics were covered, and closes their tickets."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Topics Covered"),
            "type": "ir.actions.act_window",
            "res_model": "openpyme.cover.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_session_id": self.id},
        }

    def action_open_event(self):
        """The session in the calendar."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "calendar.event",
            "res_id": self.event_id.id,
            "views": [(False, "form")],
        }
