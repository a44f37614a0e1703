import logging
from datetime import date, datetime, timedelta

import pytz
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

#: how many monthly meetings stand in the calendar from the moment a series is made; prolonged by as many
SERIES = 12
#: a series is prolonged when so little of it is left
PROLONG = relativedelta(months=1)
WEEKDAYS = [
    ("MON", "Monday"),
    ("TUE", "Tuesday"),
    ("WED", "Wednesday"),
    ("THU", "Thursday"),
    ("FRI", "Friday"),
    ("SAT", "Saturday"),
    ("SUN", "Sunday"),
]
WEEKS = [("1", "First"), ("2", "Second"), ("3", "Third"), ("4", "Fourth"), ("-1", "Last")]


class SupportMeeting(models.Model):
    """The monthly service meeting of a customer with its provider (R-5): the rule.

    The scheduled action keeps it in the calendar as a recurring event with both teams; the last released report is put
    on the next one.
    """

    _name = "support.meeting"
    _description = "Service Meeting"
    _inherit = ["mail.thread"]
    _order = "provider_id, customer_id, id"

    active = fields.Boolean(default=True)
    provider_id = fields.Many2one("support.provider", required=True, ondelete="restrict", index=True)
    customer_id = fields.Many2one(
        "res.partner",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(related="provider_id.company_id", store=True)
    organizer_id = fields.Many2one(
        "res.users",
        required=True,
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
        tracking=True,
        index=True,
    )
    user_ids = fields.Many2many(
        "res.users", string="Provider's Team", domain="[('share', '=', False)]", help="Invited beside the organizer."
    )
    contact_ids = fields.Many2many(
        "res.partner",
        string="Customer's Team",
        domain="[('commercial_partner_id', '=', customer_id)]",
        help="Invited by e-mail.",
    )
    week = fields.Selection(WEEKS, required=True, default="2")
    weekday = fields.Selection(WEEKDAYS, required=True, default="TUE")
    hour = fields.Float(string="At", required=True, default=10.0, help="Where the customer is.")
    duration = fields.Float(required=True, default=1.0)
    zone = fields.Char(string="Time Zone", compute="_compute_zone", help="The customer's, else the provider's.")
    location = fields.Char()
    videocall_location = fields.Char(string="Video Call")
    lead_days = fields.Integer(
        string="Attach the Report Before (Days)", default=7, help="How long before a meeting the report is put on it."
    )
    event_ids = fields.One2many("calendar.event", "support_meeting_id", string="Meetings", readonly=True)
    next_event_id = fields.Many2one("calendar.event", compute="_compute_next_event_id", string="Next Meeting")
    next_start = fields.Datetime(compute="_compute_next_event_id", string="Next")
    trouble = fields.Char(readonly=True, help="Why it could not be put in the calendar.")

    _once = models.UniqueIndex(
        "(provider_id, customer_id) WHERE active IS TRUE", "This customer has a service meeting with this provider."
    )
    _hour_check = models.Constraint("CHECK(hour >= 0 AND hour < 24)", "A day has hours from 0:00 to 23:59.")
    _duration_check = models.Constraint("CHECK(duration > 0)", "A meeting takes some time.")

    @api.depends("customer_id.tz", "provider_id.tz")
    def _compute_zone(self):
        for meeting in self:
            meeting.zone = self.env["support.report"]._get_zone(meeting.provider_id, meeting.customer_id)

    @api.depends("event_ids.start", "event_ids.active")
    def _compute_next_event_id(self):
        now = fields.Datetime.now()
        for meeting in self:
            coming = meeting.event_ids.filtered(lambda event: event.active and event.stop and event.stop >= now)
            meeting.next_event_id = coming.sorted("start")[:1]
            meeting.next_start = meeting.next_event_id.start

    @api.depends("provider_id.name", "customer_id.name")
    def _compute_display_name(self):
        for meeting in self:
            names = (meeting.provider_id.name, meeting.customer_id.name)
            meeting.display_name = " · ".join(name for name in names if name)

    @api.constrains("contact_ids", "customer_id")
    def _check_contacts(self):
        for meeting in self:
            company = meeting.customer_id.commercial_partner_id
            strangers = meeting.contact_ids.filtered(lambda one, company=company: one.commercial_partner_id != company)
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(contacts)s cannot be invited: not a contact of %(customer)s.",
                        contacts=", ".join(strangers.mapped("display_name")),
                        customer=company.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        self.env["support.health"]._wake("support_reports.ir_cron_meetings")
        return meetings

    def write(self, vals):
        result = super().write(vals)
        moved = {"week", "weekday", "hour", "duration", "organizer_id", "user_ids", "contact_ids", "active"}
        if moved & vals.keys() and "trouble" not in vals:
            # what has taken place stays in the calendar; what is to come is planned anew
            self._clear_coming(self.env["support.event"]._now())
            self.env["support.health"]._wake("support_reports.ir_cron_meetings")
        return result

    def unlink(self):
        self._clear_coming(self.env["support.event"]._now())
        return super().unlink()

    def action_plan(self):
        """Put it in the calendar now."""
        self.check_access("write")
        now = self.env["support.event"]._now()
        for meeting in self:
            meeting._plan(now)

    def action_open_meetings(self):
        """The meetings in the calendar."""
        self.ensure_one()
        self.check_access("read")
        return {
            "name": self.display_name,
            "type": "ir.actions.act_window",
            "res_model": "calendar.event",
            "view_mode": "list,calendar,form",
            "domain": [("support_meeting_id", "=", self.id)],
        }

    def _clear_coming(self, now: datetime):
        """Take the meetings that have not begun out of the calendar."""
        # sudo: events belong to their organizer, the rule to whoever runs the desk
        coming = (
            self.env["calendar.event"]
            .sudo()
            .search([("support_meeting_id", "in", self.ids), ("start", ">", now)], order="start")
        )
        coming.with_context(dont_notify=True, no_mail_to_attendees=True).unlink()

    # --- by itself ------------------------------------------------------------------------------------

    @api.model
    def _cron_meetings(self):
        """Scheduled action: keep every meeting in the calendar, with the last report on the next one (R-5)."""
        now = self.env["support.event"]._now()
        for meeting in self.search([("active", "=", True)], order="id"):
            try:
                with self.env.cr.savepoint():
                    meeting._plan(now)
                    meeting._attach_report(now)
            except Exception as error:  # one that is set up wrongly must not keep the others out of the calendar
                _logger.exception("The service meeting %s could not be planned", meeting.id)
                meeting.trouble = str(error)[:500]
            self.env["ir.cron"]._commit_progress(1)

    def _plan(self, now: datetime):
        """Make the series of the next year where there is none, or little of it is left."""
        self.ensure_one()
        events = self.env["calendar.event"].sudo().with_context(active_test=False)
        last = events.search([("support_meeting_id", "=", self.id)], order="start desc", limit=1)
        if last and last.start > now + PROLONG:
            return
        after = max(now, last.start) if last else now
        start = self._find_start(after)
        partners = (self.organizer_id | self.user_ids).partner_id | self.contact_ids
        # in the organizer's name: invitations come from him
        told = self.with_context(lang=self.organizer_id.lang or self.env.lang, tz=self.zone)
        series = told.env["calendar.event"].with_user(self.organizer_id).sudo()
        series.create(
            {
                "name": told.env._(
                    "Service meeting: %(customer)s with %(provider)s",
                    customer=self.customer_id.name,
                    provider=self.provider_id.name,
                ),
                "support_meeting_id": self.id,
                "user_id": self.organizer_id.id,
                "partner_ids": [(6, 0, partners.ids)],
                "start": start,
                "stop": start + timedelta(hours=self.duration),
                "location": self.location,
                "videocall_location": self.videocall_location,
                "recurrency": True,
                "rrule_type_ui": "monthly",
                "rrule_type": "monthly",
                "interval": 1,
                "month_by": "day",
                "byday": self.week,
                "weekday": self.weekday,
                "end_type": "count",
                "count": SERIES,
                "event_tz": self.zone,
            }
        )
        if self.trouble:
            self.trouble = False

    def _find_start(self, after: datetime) -> datetime:
        """The first meeting after ``after``, naive UTC."""
        zone = pytz.timezone(self.zone)
        month = pytz.utc.localize(after).astimezone(zone).date().replace(day=1)
        for ahead in range(3):
            day = self._get_day(month + relativedelta(months=ahead))
            hour, minute = divmod(round(self.hour * 60), 60)
            local = zone.localize(datetime(day.year, day.month, day.day, hour, minute))
            start = local.astimezone(pytz.utc).replace(tzinfo=None)
            if start > after:
                return start
        raise UserError(self.env._("No day was found for this meeting."))

    def _get_day(self, month: date) -> date:
        """The day of the meeting in the month that begins with ``month``."""
        number = [code for code, _name in WEEKDAYS].index(self.weekday)
        if self.week == "-1":
            last = month + relativedelta(months=1, days=-1)
            return last - timedelta(days=(last.weekday() - number) % 7)
        first = month + timedelta(days=(number - month.weekday()) % 7)
        return first + timedelta(weeks=int(self.week) - 1)

    def _attach_report(self, now: datetime):
        """Put the last released report on the next meeting, once, and again when a later one is released."""
        self.ensure_one()
        event = (
            self.env["calendar.event"]
            .sudo()
            .search(
                Domain("support_meeting_id", "=", self.id)
                & Domain("start", ">", now)
                & Domain("start", "<=", now + timedelta(days=self.lead_days)),
                order="start",
                limit=1,
            )
        )
        report = (
            self.env["support.report"]
            .sudo()
            .search(
                [
                    ("provider_id", "=", self.provider_id.id),
                    ("customer_id", "=", self.customer_id.commercial_partner_id.id),
                    ("released_at", "!=", False),
                ],
                order="month desc",
                limit=1,
            )
        )
        if not event or not report or event.support_report_id == report:
            return
        event._support_get_report_file().unlink()
        report._get_kept_pdf().copy({"res_model": "calendar.event", "res_id": event.id})
        event.with_context(dont_notify=True).support_report_id = report
