import re
from datetime import time

from babel.dates import get_day_names
from odoo import models
from odoo.tools import babel_locale_parse, format_time, get_lang, posix_to_ldml

DAY = 24 * 3600


class ResourceCalendar(models.Model):
    """Working hours in words, for readers to whom a calendar's name says nothing (P-11)."""

    _inherit = "resource.calendar"

    def _sla_describe_week(self) -> str:
        """The week in the reader's language: “Mon–Fri 10:00–19:00 (Moscow time)”; of no calendar: “around the clock”.

        The name of a calendar that two lines of words cannot tell: with weeks that alternate, or without hours.
        """
        if not self:
            return self.env._("around the clock")
        calendar_sudo = self.sudo()
        openings = calendar_sudo._sla_get_weekly_openings()
        if not openings or any(opening.week is not None for opening in openings):
            return calendar_sudo.name
        days = [[] for _day in range(7)]
        for opening in openings:
            days[opening.weekday].append((opening.start, opening.stop))
        hours = [tuple(_join(spans)) for spans in days]
        if all(spans == ((0, DAY),) for spans in hours):
            return self.env._("around the clock")
        names = get_day_names("abbreviated", context="stand-alone", locale=babel_locale_parse(get_lang(self.env).code))
        parts = []
        runs: list[list[int]] = []
        for day in range(7):
            if runs and hours[day] == hours[day - 1]:
                runs[-1].append(day)
            else:
                runs.append([day])
        for run in runs:
            spans = hours[run[0]]
            if not spans:
                continue
            shown = names[run[0]] if len(run) == 1 else f"{names[run[0]]}–{names[run[-1]]}"
            times = ", ".join(f"{self._sla_say_time(start)}–{self._sla_say_time(stop)}" for start, stop in spans)
            parts.append(self.env._("%(days)s %(times)s", days=shown, times=times))
        city = self.env["helpdesk.ticket"]._support_portal_get_city(calendar_sudo.tz or "UTC")
        return self.env._("%(week)s (%(city)s time)", week=", ".join(parts), city=city)

    def _sla_say_time(self, seconds: int) -> str:
        """A time of the day as the reader's language writes it, without seconds; the end of the day is 24:00."""
        lang = get_lang(self.env)
        if seconds >= DAY:
            return "24:00"
        pattern = posix_to_ldml(re.sub(r"[:.]%S", "", lang.time_format), babel_locale_parse(lang.code))
        return format_time(self.env, time(seconds // 3600, seconds % 3600 // 60), time_format=pattern)


def _join(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of a day in order, those that touch made one."""
    joined: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined
