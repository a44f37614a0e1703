from datetime import time

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime
from pytz import timezone, utc


class ResourceCalendarLeaves(models.Model):
    """Time off of everybody is closing time: a change drops the compiled opening hours (E-2.5).

    Time off of one person is not, and leaves the cache alone.
    """

    _inherit = "resource.calendar.leaves"

    support_local_time = fields.Char(
        string="In the Calendar's Zone",
        compute="_compute_support_local_time",
        help="What counts for opening hours; the start and end beside it are shown in your own zone.",
    )

    @api.depends("date_from", "date_to", "calendar_id.tz")
    @api.depends_context("lang", "tz")
    def _compute_support_local_time(self):
        for leave in self:
            if not (leave.date_from and leave.date_to):
                leave.support_local_time = False
                continue
            tz = leave.calendar_id.tz or self.env.tz.zone
            start, stop = (utc.localize(moment).astimezone(timezone(tz)) for moment in (leave.date_from, leave.date_to))
            if start.time() == time.min and (stop.hour, stop.minute) == (23, 59):
                texts = [format_date(self.env, start.date()), format_date(self.env, stop.date())]
            else:
                texts = [format_datetime(self.env, moment, tz) for moment in (leave.date_from, leave.date_to)]
            leave.support_local_time = " – ".join(dict.fromkeys(texts))

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        if leaves._sla_is_closure():
            self.env["resource.calendar"]._sla_forget()
        return leaves

    def write(self, vals):
        before = self._sla_is_closure()
        result = super().write(vals)
        if before or self._sla_is_closure():
            self.env["resource.calendar"]._sla_forget()
        return result

    def unlink(self):
        closure = self._sla_is_closure()
        result = super().unlink()
        if closure:
            self.env["resource.calendar"]._sla_forget()
        return result

    def _sla_is_closure(self) -> bool:
        """Whether any of these closes a calendar for everybody."""
        return any(not leave.resource_id for leave in self)
