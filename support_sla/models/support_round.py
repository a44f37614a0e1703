import logging
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools import rota
from .support_time import from_instant, to_instant

_logger = logging.getLogger(__name__)

#: a round looks back no further, however long the desk or the setting was off
LOOK_BACK = timedelta(days=31)
#: how often the scheduled action looks; within this time it asks to be woken at the minute
INTERVAL = timedelta(minutes=5)


class SupportRound(models.Model):
    """What was raised while the desk was shut, gathered when the working day begins (J-16, O-14).

    One record a provider and morning, for one person of the role that the provider names, with one activity. Rounds
    and their lines are made by the scheduled action; what is still open about a ticket is looked up when it is read.
    """

    _name = "support.round"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Morning Round"
    _order = "stop desc, id desc"
    # whoever may read a round may say something on it
    _mail_post_access = "read"

    provider_id = fields.Many2one("support.provider", required=True, readonly=True, ondelete="cascade", index=True)
    role_id = fields.Many2one("support.role", string="For", readonly=True, ondelete="set null")
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    start = fields.Datetime(string="Gathered Since", required=True, readonly=True)
    stop = fields.Datetime(string="Working Day Began", required=True, readonly=True)
    state = fields.Selection(
        [("open", "To do"), ("done", "Done")], default="open", required=True, readonly=True, index=True
    )
    done_by_id = fields.Many2one("res.users", readonly=True)
    done_at = fields.Datetime(string="Done On", readonly=True)
    line_ids = fields.One2many("support.round.line", "round_id", string="Tickets", readonly=True)
    ticket_count = fields.Integer(string="Tickets of the Night", compute="_compute_counts")
    open_count = fields.Integer(string="With Open Points", compute="_compute_counts")

    # once a morning, whatever runs twice
    _morning_unique = models.UniqueIndex("(provider_id, stop)")

    @api.depends("line_ids")
    def _compute_counts(self):
        for morning in self:
            morning.ticket_count = len(morning.line_ids)
            morning.open_count = len(morning.line_ids.filtered(lambda line: not line.settled))

    @api.depends("provider_id.name", "stop")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for morning in self:
            zone = morning.provider_id.tz or "UTC"
            day = fields.Datetime.context_timestamp(morning.with_context(tz=zone), morning.stop or datetime.min)
            morning.display_name = self.env._(
                "%(provider)s, morning of %(day)s",
                provider=morning.provider_id.name or "",
                day=format_date(self.env, day.date(), date_format="EEE d MMM y"),
            )

    # --- making it --------------------------------------------------------------------------------

    @api.model
    def _cron_round(self):
        """Scheduled action: where a working day has begun, gather what was raised before (J-16)."""
        now = self.env["support.event"]._now()
        for provider in self.env["support.provider"].search([("round_role_id", "!=", False)]):
            try:
                with self.env.cr.savepoint():
                    self._make(provider, now)
                    self._ask_to_wake(provider, now)
            except Exception:
                # one provider that is set up wrongly must not keep the others from their morning
                _logger.exception("The morning round of provider %s could not be made", provider.id)

    @api.model
    def _ask_to_wake(self, provider, now: datetime):
        """Ask for a run at the very minute when the working day begins."""
        opening = rota.next_day_opening(provider.calendar_id._sla_hours(), to_instant(now), days=1)
        if opening is not None and from_instant(opening) <= now + INTERVAL:
            self.env["support.health"]._wake("support_sla.ir_cron_round", from_instant(opening))

    @api.model
    def _make(self, provider, now: datetime):
        """The round of the working day that runs at ``now`` or ran last before, unless there is one already.

        After a downtime of days there is one round, over all of it.

        :return: the round, empty when there was nothing to make
        """
        hours = provider.calendar_id._sla_hours()
        opening = rota.day_opening(hours, to_instant(now))
        if opening is None:
            return self.browse()  # a desk that never closes has no night
        stop = from_instant(opening)
        last = self.search([("provider_id", "=", provider.id)], order="stop desc", limit=1)
        if (last and last.stop >= stop) or not provider.try_lock_for_update():
            return self.browse()
        closed = hours.last_close(opening)
        start = last.stop if last else from_instant(closed if closed is not None else opening)
        start = max(start, stop - LOOK_BACK)
        tickets = self.env["helpdesk.ticket"].search(
            [
                ("support_provider_id", "=", provider.id),
                ("support_out_of_hours", "=", True),
                ("support_raised", ">=", start),
                ("support_raised", "<", stop),
                ("support_merged_into_id", "=", False),
                ("support_history_key", "=", False),
            ],
            order="support_raised, id",
        )
        morning = self.create(
            {
                "provider_id": provider.id,
                "role_id": provider.round_role_id.id,
                "start": start,
                "stop": stop,
                # nothing to do is done
                "state": "open" if tickets else "done",
                "line_ids": [(0, 0, {"ticket_id": ticket.id, "raised": ticket.support_raised}) for ticket in tickets],
            }
        )
        if tickets:
            morning._assign(now)
        return morning

    def _assign(self, now: datetime):
        """Give the round to one person of its role, with an activity; to the administrator where there is nobody."""
        self.ensure_one()
        role, ticket = self.role_id, self.line_ids[:1].ticket_id
        partners = role._find_partners(ticket, now, on_call=True)[2]
        users = partners.user_ids.filtered(
            lambda user: user.active and not user.share and self.with_user(user).has_access("read")
        )
        user, nobody = users[:1], not users
        if nobody:
            user = self.provider_id.administrator_id.filtered("active") or self.env.ref("base.user_admin")
        self.user_id = user
        localised = self.with_context(lang=user.lang or self.env.lang, tz=user.tz or self.provider_id.tz)
        localised.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=fields.Datetime.context_timestamp(localised, now).date(),
            user_id=user.id,
            summary=localised.env._("Raised out of hours: %s ticket(s) to look at", len(self.line_ids)),
            note=localised._render_note(nobody),
        )

    def _render_note(self, nobody: bool):
        """What the activity says: the tickets as links, each with what is still open.

        :param nobody: whether nobody fills the role, so that the administrator reads it
        """
        return self.env["ir.qweb"]._render(
            "support_sla.round_note",
            {
                "morning": self,
                "lines": self.line_ids,
                "nobody": nobody and (self.role_id.name or self.env._("deleted role")),
            },
            lang=self.env.lang,
        )

    # --- working on it ----------------------------------------------------------------------------

    def action_done(self):
        """Everything is logged and acknowledged: the round is over, and so is its activity."""
        self.check_access("read")
        waiting = self.filtered(lambda morning: morning.state == "open")
        # sudo: rounds are written by nobody directly
        waiting_sudo = waiting.sudo()
        waiting_sudo._settle()
        waiting_sudo.activity_ids.filtered("automated").action_feedback()
        return True

    def _settle(self):
        self.write({"state": "done", "done_by_id": self.env.uid, "done_at": self.env["support.event"]._now()})

    def action_open_tickets(self):
        """The tickets of the night as a list, with the reader's own rights."""
        self.ensure_one()
        self.check_access("read")
        if not self.line_ids:
            raise UserError(self.env._("Nothing was raised out of hours that night."))
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_ticket_action")
        action["domain"] = [("id", "in", self.line_ids.ticket_id.ids)]
        action["context"] = {}
        return action
