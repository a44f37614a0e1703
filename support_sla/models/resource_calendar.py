import logging
from datetime import date, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ..tools.calendar import (
    AROUND_THE_CLOCK,
    DAY,
    Closure,
    DayException,
    OpeningHours,
    WeeklyOpening,
)
from ..tools.public_holidays import (
    PublicHoliday,
    UnknownHolidays,
    public_holidays,
    subdivisions,
)
from .support_context import inside
from .support_time import from_instant, to_instant

_logger = logging.getLogger(__name__)

#: a write to one of these may change when the desk is open
HOURS_FIELDS = {
    "tz",
    "two_weeks_calendar",
    "schedule_type",
    "flexible_hours",
    "duration_based",
    "company_id",
    "attendance_ids",
    "attendance_ids_1st_week",
    "attendance_ids_2nd_week",
    "leave_ids",
    "global_leave_ids",
    "support_exception_ids",
}


class ResourceCalendar(models.Model):
    """A calendar as opening hours: compiled once, asked often (E-2)."""

    _inherit = "resource.calendar"

    support_exception_ids = fields.One2many(
        "support.calendar.exception",
        "calendar_id",
        string="Exception Days",
        copy=True,
        help="Dates on which other hours hold than in an ordinary week: closed, shorter, or open in addition.",
    )
    support_country_id = fields.Many2one(
        "res.country",
        string="Public Holidays Of",
        help="Next year's public holidays of this country are filled in every year.",
    )
    support_subdivision = fields.Char(
        string="Part of the Country",
        help="Code of the part whose holidays apply, for example ENG for England.",
    )
    # which dates were filled in for which country; what somebody removed or changed since then stays so
    support_holiday_log = fields.Json(copy=True, readonly=True)

    @api.constrains("support_country_id", "support_subdivision")
    def _check_support_holidays(self):
        for calendar in self:
            if calendar.support_country_id:
                calendar._sla_check_country(calendar.support_country_id, calendar.support_subdivision)
            elif calendar.support_subdivision:
                raise ValidationError(
                    self.env._("Choose the country that “%s” is a part of.", calendar.support_subdivision)
                )

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            self._sla_refuse_archiving()
        result = super().write(vals)
        if not HOURS_FIELDS.isdisjoint(vals):
            self._sla_forget()
        return result

    def unlink(self):
        result = super().unlink()
        self._sla_forget()
        return result

    def _sla_refuse_archiving(self):
        """New promises would go on being made on hours that nobody sees any more."""
        for calendar in self.filtered("active"):
            user = self.env["support.provider"].sudo().search([("calendar_id", "=", calendar.id)], limit=1)
            user = user or self.env["support.target"].sudo().search(
                [
                    ("calendar_id", "=", calendar.id),
                    ("basis", "=", "calendar"),
                    ("current", "=", True),
                    ("policy_id.active", "=", True),
                ],
                limit=1,
            )
            if user:
                raise UserError(
                    self.env._(
                        "“%(user)s” makes promises on “%(calendar)s”. Choose other working hours there first.",
                        user=user.display_name,
                        calendar=calendar.name,
                    )
                )

    # --- opening hours --------------------------------------------------------------------------

    def _sla_hours(self) -> OpeningHours:
        """The opening hours of this calendar, compiled and cached; of no calendar: around the clock.

        :raises ValueError: when the calendar's zone is unknown
        """
        if not self:
            return AROUND_THE_CLOCK
        self.ensure_one()
        return self._sla_get_cached_hours() if isinstance(self.id, int) else self._sla_compile_hours()

    # names of holidays and exceptions are in the reader's language
    @ormcache("self.id", "self.env.context.get('lang')")
    def _sla_get_cached_hours(self) -> OpeningHours:
        return self._sla_compile_hours()

    def _sla_compile_hours(self) -> OpeningHours:
        # whoever asks gets the same hours, whatever he may read
        calendar_sudo = self.sudo()
        return OpeningHours(
            calendar_sudo.tz or "UTC",
            calendar_sudo._sla_get_weekly_openings(),
            calendar_sudo._sla_get_closures(),
            calendar_sudo._sla_get_exceptions(),
        )

    def _sla_get_weekly_openings(self) -> list[WeeklyOpening]:
        """The attendance lines as openings, in whole minutes as Odoo reads and shows them.

        A flexible schedule promises a number of hours but not when they are: it has no opening hours.
        """
        if self.schedule_type == "flexible":
            return []
        return [
            WeeklyOpening(
                weekday=int(line.dayofweek),
                start=max(round(line.hour_from * 60) * 60, 0),
                stop=min(round(line.hour_to * 60) * 60, DAY),
                week=int(line.week_type) if self.two_weeks_calendar and line.week_type else None,
            )
            for line in self.attendance_ids
            if line._is_work_period()
        ]

    def _sla_get_closures(self) -> list[Closure]:
        """Time off of everybody: the calendar's own, and that without a calendar of its company.

        A calendar of no company takes that of every company, as Odoo's own planning does.
        """
        domain = fields.Domain("calendar_id", "=", self._origin.id)
        companywide = fields.Domain("calendar_id", "=", False)
        if self.company_id:
            companywide &= fields.Domain("company_id", "in", [self.company_id.id, False])
        domain = (domain | companywide) & fields.Domain([("resource_id", "=", False), ("time_type", "=", "leave")])
        closures = []
        for leave in self.env["resource.calendar.leaves"].search(domain):
            stop = to_instant(leave.date_to)
            # Odoo ends a whole day at 23:59:59; its last second is no opening time either
            closures.append(Closure(to_instant(leave.date_from), stop + (stop % 60 == 59), leave.name or ""))
        return closures

    def _sla_get_exceptions(self) -> list[DayException]:
        return [line._sla_get_exception() for line in self.support_exception_ids]

    @api.model
    def _sla_forget(self) -> None:
        """The one place that every edit of hours passes."""
        self._sla_drop_cache()

    @api.model
    def _sla_drop_cache(self) -> None:
        """Drops the compiled hours, here at once and in the other workers when this transaction commits."""
        registry = self.env.registry
        registry.clear_cache()
        # until the commit, other threads of this process still compile what was before
        if not self.env.cr.postcommit.data.get("support_sla.hours"):
            self.env.cr.postcommit.data["support_sla.hours"] = True
            self.env.cr.postcommit.add(registry.clear_cache)

    def _sla_add(self, start: datetime, seconds: int) -> datetime | None:
        """The instant after so many seconds of opening time; negative: before.

        Starts at the next opening when shut at ``start``; what is used up exactly at closing time ends at
        closing time. Naive UTC, whole seconds. None: there is not that much opening time.
        """
        reached = self._sla_hours().add(to_instant(start), seconds)
        return None if reached is None else from_instant(reached)

    def _sla_elapsed(self, start: datetime, stop: datetime) -> int:
        """Seconds of opening time in ``[start, stop)``, naive UTC; negative when ``stop`` is the earlier."""
        return self._sla_hours().elapsed(to_instant(start), to_instant(stop))

    # --- public holidays ------------------------------------------------------------------------

    @api.model
    def _sla_check_country(self, country, subdivision: str | bool) -> None:
        """:raises ValidationError: saying what may be chosen, when there are no holidays of this choice"""
        try:
            known = subdivisions(country.code)
        except UnknownHolidays as error:
            raise ValidationError(self.env._("No public holidays are known of %s.", country.name)) from error
        if subdivision and subdivision not in known:
            choice = ", ".join(f"{code} ({name})" if name != code else code for code, name in known.items())
            raise ValidationError(
                self.env._(
                    "%(country)s has no part with the code “%(code)s”. There are: %(choice)s.",
                    country=country.name,
                    code=subdivision,
                    choice=choice or self.env._("none"),
                )
            )

    @api.model
    def _sla_get_public_holidays(self, country, subdivision: str | bool, years) -> list[PublicHoliday]:
        self._sla_check_country(country, subdivision)
        return public_holidays(country.code, subdivision or "", years, self.env.lang or "en_US")

    @api.model
    def _sla_get_log_key(self, country, subdivision: str | bool) -> str:
        return f"{country.code}-{subdivision}" if subdivision else country.code

    def _sla_get_holiday_changes(self, country, subdivision, years) -> list[tuple[PublicHoliday, str]]:
        """Each public holiday and what filling does with it.

        "add"; "done": filled in before, and left as it was changed since; "covered": already so without it.
        """
        self.ensure_one()
        hours = self._sla_hours()
        done = set((self.support_holiday_log or {}).get(self._sla_get_log_key(country, subdivision), ()))
        exceptions = set(self.support_exception_ids.mapped("date"))
        changes = []
        for holiday in self._sla_get_public_holidays(country, subdivision, years):
            if fields.Date.to_string(holiday.day) in done:
                change = "done"
            elif holiday.day in exceptions:
                change = "covered"
            elif holiday.works:
                change = "covered" if hours.is_working_day(holiday.day) else "add"
            else:
                change = "covered" if hours.is_shut_all_day(holiday.day) else "add"
            changes.append((holiday, change))
        return changes

    def _sla_fill_holidays(self, years) -> int:
        """Fills in the public holidays of some years, for the calendars which have a country.

        Holidays become global time off over the whole local date, moved working days exception days with the
        hours of the working day before. A date is filled in once: what somebody changed or removed stays so.

        :return: how many dates were filled in
        :raises ValidationError: when the holidays of a calendar's country are not known
        """
        count = 0
        for calendar in self.filtered("support_country_id"):
            country, subdivision = calendar.support_country_id, calendar.support_subdivision
            changes = calendar._sla_get_holiday_changes(country, subdivision, years)
            added = [holiday for holiday, change in changes if change == "add"]
            self.env["resource.calendar.leaves"].create(
                [calendar._sla_prepare_holiday(holiday) for holiday in added if not holiday.works]
            )
            self.env["support.calendar.exception"].create(
                [vals for holiday in added if holiday.works for vals in calendar._sla_prepare_workday(holiday)]
            )
            key = calendar._sla_get_log_key(country, subdivision)
            log = dict(calendar.support_holiday_log or {})
            days = {fields.Date.to_string(holiday.day) for holiday, _change in changes}
            if not days <= set(log.get(key, ())):
                calendar.support_holiday_log = {**log, key: sorted(days.union(log.get(key, ())))}
            count += len(added)
        return count

    def _sla_prepare_holiday(self, holiday: PublicHoliday) -> dict:
        hours = self._sla_hours()
        return {
            "name": holiday.name,
            "calendar_id": self.id,
            "resource_id": False,
            "date_from": from_instant(hours.instant(holiday.day)),
            "date_to": from_instant(hours.instant(holiday.day + timedelta(days=1)) - 1),
        }

    def _sla_prepare_workday(self, holiday: PublicHoliday) -> list[dict]:
        """A working day moved to a day of rest has the hours of the ordinary working day before it."""
        hours = self._sla_hours()
        for back in range(1, 15):
            if openings := hours.usual_openings(holiday.day - timedelta(days=back)):
                return [
                    {
                        "calendar_id": self.id,
                        "date": holiday.day,
                        "kind": "extra",
                        "hour_from": start / 3600,
                        "hour_to": stop / 3600,
                        "name": self.env._("Moved working day"),
                    }
                    for start, stop in openings
                ]
        return []

    def _sla_missing_holiday_years(self, now: datetime) -> dict[int, list[int]]:
        """Calendar id → which of this and next year have no closed day at all.

        Calendars open around the clock every day need none, unless they name a country.
        """
        missing = {}
        for calendar in self:
            hours = calendar._sla_hours()
            today = hours.local(to_instant(now))[0]
            monday = today - timedelta(days=today.weekday())
            always = all(hours.usual_openings(monday + timedelta(days=n)) == [(0, DAY)] for n in range(14))
            if not hours.has_hours or (always and not calendar.support_country_id):
                continue
            years = [
                year
                for year in (today.year, today.year + 1)
                if not hours.has_closed_day(date(year, 1, 1), date(year, 12, 31))
            ]
            if years:
                missing[calendar.id] = years
        return missing

    @api.model
    def _cron_sla_fill_holidays(self) -> None:
        """Fills in this and next year for every calendar with a country; run again, it changes nothing."""
        year = fields.Date.context_today(self).year
        # nobody is there to look at a preview: open promises take the new holidays at once, which is logged (E-3.6)
        calendars = self.with_context(**inside(support_apply_at_once=True))
        for calendar in calendars.search([("support_country_id", "!=", False)]):
            try:
                calendar._sla_fill_holidays([year, year + 1])
            except UserError as error:
                # one country that is no longer known must not keep the others from their holidays
                _logger.warning("Holidays of calendar %s (%s): %s", calendar.name, calendar.id, error)

    def action_sla_holidays(self):
        """Opens the wizard that previews and fills in public holidays."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Public Holidays"),
            "res_model": "support.holiday.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_calendar_ids": self.ids},
        }
