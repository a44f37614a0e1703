from datetime import date

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..tools.calendar import DAY, OpeningHours
from ..tools.definition import Change, changes, compile_hours, same_hours
from .support_time import from_instant

#: differences that are told one by one
SHOWN_CHANGES = 12


class SupportCalendarVersion(models.Model):
    """The opening hours of a calendar as they stood at one time, so that what is over stays explained by the
    hours that held then (E-3.6).

    A clock is judged on the last version that existed when it started, and from the moment ``applied`` on (naive
    UTC) on the next one. Clocks that ended before are never judged on it. The last version is what the calendar
    says today.
    """

    _name = "support.calendar.version"
    _description = "Version of Opening Hours"
    # as they were kept: a server's clock may be set back
    _order = "calendar_id, id desc"
    _allow_sudo_commands = False

    calendar_id = fields.Many2one("resource.calendar", required=True, ondelete="cascade", readonly=True, index=True)
    since = fields.Datetime(required=True, readonly=True, help="Promises begun from then on run on these hours.")
    applied = fields.Datetime(readonly=True, help="When promises that ran at the time of the edit took these hours.")
    definition = fields.Json(required=True, readonly=True)

    def write(self, vals):
        self._refuse()
        return super().write(vals)

    def unlink(self):
        self._refuse()
        return super().unlink()

    def _refuse(self):
        """Nobody but the engine, acting for itself, touches what held once."""
        if not self.env.su:
            raise UserError(self.env._("What the opening hours were cannot be changed."))

    @api.depends("calendar_id.name", "since")
    @api.depends_context("tz", "lang")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(calendar)s, as of %(since)s",
                calendar=version.calendar_id.name,
                since=tools.format_datetime(self.env, version.since),
            )

    @api.model
    @tools.ormcache("version_id", "self.env.context.get('lang')")
    def _get_compiled(self, version_id: int) -> OpeningHours:
        """The hours of a version that is no longer the calendar's."""
        return compile_hours(self.sudo().browse(version_id).definition, self.env.context.get("lang") or "en_US")

    def _tells_same(self, definition: dict) -> bool:
        self.ensure_one()
        return same_hours(self.definition, definition)

    def _describe_changes(self) -> str:
        """What is different from the hours that open promises ran on before, a line each, in the reader's language."""
        self.ensure_one()
        versions = self.sudo().search([("calendar_id", "=", self.calendar_id.id), ("id", "<", self.id)])
        before = versions.filtered(lambda version: version.applied and version.applied != self.applied)[:1]
        if not before:
            return ""
        lines = [self._describe_change(change) for change in changes(before.definition, self.definition)]
        if len(lines) > SHOWN_CHANGES:
            more = len(lines) - SHOWN_CHANGES
            lines = [*lines[:SHOWN_CHANGES], self.env._("… and %s more", more)]
        return "\n".join(lines)

    def _describe_change(self, change: Change) -> str:
        match change.kind:
            case "zone":
                return self.env._(
                    "Time zone: %(after)s instead of %(before)s", before=change.before, after=change.after
                )
            case "closed" | "opened":
                start, stop, name = change.after or change.before
                values = {"when": self._describe_span(start, stop), "name": name or self.env._("time off")}
                if change.kind == "closed":
                    return self.env._("Closed: %(when)s (%(name)s)", **values)
                return self.env._("No longer closed: %(when)s (%(name)s)", **values)
            case "exception":
                day = tools.format_date(self.env, change.day)
            case _:
                # 5 January 1970 was a Monday
                weekday = tools.format_date(self.env, date(1970, 1, 5 + change.day), date_format="EEEE")
                day = (
                    weekday
                    if change.parity is None
                    else self.env._("%(day)s of week %(number)s", day=weekday, number=change.parity + 1)
                )
        return self.env._(
            "%(day)s: %(after)s instead of %(before)s",
            day=day,
            before=self._describe_openings(change.before),
            after=self._describe_openings(change.after),
        )

    def _describe_openings(self, spans: list | None) -> str:
        if spans is None:
            return self.env._("the ordinary hours")
        if not spans:
            return self.env._("closed")
        return ", ".join(f"{_clock(start)}–{_clock(stop)}" for start, stop in spans)

    def _describe_span(self, start: int, stop: int) -> str:
        """Whole days as dates, others with their times, in the calendar's zone."""
        zone = self.definition["zone"]
        texts = [
            tools.format_datetime(self.env, from_instant(instant), tz=zone, dt_format="short")
            for instant in (start, stop)
        ]
        hours = compile_hours({**self.definition, "weekly": [], "closures": [], "exceptions": []})
        (first, opens), (last, closes) = hours.local(start), hours.local(stop - 1)
        if opens == 0 and closes == DAY - 1:
            texts = [tools.format_date(self.env, day) for day in (first, last)]
        return " – ".join(dict.fromkeys(texts))


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
