from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.calendar import DAY, DayException


class SupportCalendarException(models.Model):
    """Other hours on one date, in place of the weekly hours and of every holiday (E-2.2).

    The date is that of the calendar's zone. Two lines on one date make a split day.
    """

    _name = "support.calendar.exception"
    _description = "Exception Day"
    _order = "date, hour_from, id"

    calendar_id = fields.Many2one("resource.calendar", required=True, ondelete="cascade", index=True)
    date = fields.Date(required=True, help="The date in the calendar's own time zone.")
    kind = fields.Selection(
        [("closed", "Closed"), ("short", "Other hours"), ("extra", "Open in addition")],
        required=True,
        default="closed",
        help="Closed: no hours on this date. Other hours: these in place of the ordinary ones. "
        "Open in addition: a day that is otherwise closed, for example a working day moved to a Saturday.",
    )
    hour_from = fields.Float(string="From")
    hour_to = fields.Float(string="To")
    name = fields.Char(string="Reason", translate=True)
    tz = fields.Selection(related="calendar_id.tz", string="Time Zone")

    @api.depends("date", "name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " ".join(filter(None, [fields.Date.to_string(line.date), line.name]))

    @api.constrains("calendar_id", "date", "kind", "hour_from", "hour_to")
    def _check_openings(self):
        for line in self:
            start, stop = line._sla_get_opening()
            if line.kind != "closed" and not 0 <= start < stop <= DAY:
                raise ValidationError(
                    self.env._("Exception day %s: the hours must begin before they end, within the day.", line.date)
                )
            others = line.calendar_id.support_exception_ids.filtered(lambda o, line=line: o.date == line.date) - line
            if others and "closed" in (line | others).mapped("kind"):
                raise ValidationError(self.env._("Exception day %s is closed and open at once.", line.date))
            for other in others:
                other_start, other_stop = other._sla_get_opening()
                if start < other_stop and other_start < stop:
                    raise ValidationError(self.env._("The hours of exception day %s overlap.", line.date))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env["resource.calendar"]._sla_forget()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.env["resource.calendar"]._sla_forget()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["resource.calendar"]._sla_forget()
        return result

    def update_field_translations(self, field_name, translations, source_lang=""):
        # translated names do not pass through write
        result = super().update_field_translations(field_name, translations, source_lang=source_lang)
        self.env["resource.calendar"]._sla_forget()
        return result

    def _sla_get_opening(self) -> tuple[int, int]:
        """The hours in seconds after midnight, in whole minutes as they are shown."""
        return round(self.hour_from * 60) * 60, round(self.hour_to * 60) * 60

    def _sla_get_exception(self) -> DayException:
        openings = () if self.kind == "closed" else (self._sla_get_opening(),)
        return DayException(self.date, openings, self.name or "")
