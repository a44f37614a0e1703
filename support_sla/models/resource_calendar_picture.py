from datetime import timedelta
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools.calendar import FIRST_YEAR, LAST_YEAR
from ..tools.picture import paint
from .support_time import to_instant

#: weeks shown at once
WEEKS = 8


class ResourceCalendar(models.Model):
    """Opening hours as a picture of the coming weeks, and what is missing in them (E-2.2)."""

    _inherit = "resource.calendar"

    support_picture = fields.Json(compute="_compute_support_picture", compute_sudo=True)
    support_missing_text = fields.Char(compute="_compute_support_missing_text", compute_sudo=True)

    @api.depends(
        "tz",
        "schedule_type",
        "two_weeks_calendar",
        "attendance_ids.dayofweek",
        "attendance_ids.hour_from",
        "attendance_ids.hour_to",
        "attendance_ids.week_type",
        "support_exception_ids.date",
        "support_exception_ids.kind",
        "support_exception_ids.hour_from",
        "support_exception_ids.hour_to",
        "support_exception_ids.name",
        "global_leave_ids.date_from",
        "global_leave_ids.date_to",
    )
    def _compute_support_picture(self):
        for calendar in self:
            calendar.support_picture = calendar._sla_paint(None, WEEKS)

    @api.depends("support_picture")
    def _compute_support_missing_text(self):
        now = self.env["support.event"]._now()
        used = self.filtered(lambda calendar: calendar._origin and calendar._origin._sla_is_used())
        missing = used._sla_missing_holiday_years(now)
        for calendar in self:
            years = missing.get(calendar.id)
            calendar.support_missing_text = (
                self.env._(
                    "No closed day in %s: promises would run on through every public holiday.",
                    ", ".join(map(str, years)),
                )
                if years
                else False
            )

    def get_sla_picture(self, first: str | bool = False, weeks: int = WEEKS) -> dict[str, Any]:
        """Some weeks of the opening hours, for the browser.

        :param first: a date in the first week, in ISO form; this week if not given
        :param weeks: how many, 26 at most
        :return: ``zone``; ``today`` (date there); ``days``: ``{day, openings: [[start, stop]], kind, label}`` from a
            Monday on, openings in seconds after midnight; kinds as in ``tools.picture``
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Opening hours are shown to the desk only."))
        try:
            day = fields.Date.to_date(first) if first else None
            weeks = min(max(int(weeks), 1), 26)
        except (TypeError, ValueError) as error:
            raise ValidationError(self.env._("There is no date “%s”.", first)) from error
        if day and not FIRST_YEAR < day.year < LAST_YEAR:
            raise ValidationError(self.env._("There is no date “%s”.", first))
        return self._sla_paint(day, weeks)

    def _sla_paint(self, first, weeks: int) -> dict[str, Any]:
        hours = self._sla_hours()
        today = hours.local(to_instant(self.env["support.event"]._now()))[0]
        first = first or today
        monday = first - timedelta(days=first.weekday())
        return {
            "zone": hours.zone,
            "today": fields.Date.to_string(today),
            "days": [
                {
                    "day": fields.Date.to_string(day.day),
                    "openings": [list(span) for span in day.openings],
                    "kind": day.kind,
                    "label": day.label,
                }
                for day in paint(hours, monday, 7 * weeks)
            ],
        }

    def _sla_is_used(self) -> bool:
        """Whether promises are made on this calendar."""
        self.ensure_one()
        return bool(
            self.env["support.provider"].sudo().search_count([("calendar_id", "=", self.id)], limit=1)
            or self.env["support.target"].sudo().search_count([("calendar_id", "=", self.id)], limit=1)
        )
