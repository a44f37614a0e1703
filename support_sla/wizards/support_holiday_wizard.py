from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..tools.public_holidays import UnknownHolidays, subdivisions


class SupportHolidayWizard(models.TransientModel):
    """Shows the public holidays of some years and fills them into calendars (E-2.2)."""

    _name = "support.holiday.wizard"
    _description = "Fill In Public Holidays"

    def _default_calendar(self):
        if self.env.context.get("active_model") == "resource.calendar":
            return self.env["resource.calendar"].browse(self.env.context.get("active_ids", []))
        return self.env["resource.calendar"]

    calendar_ids = fields.Many2many("resource.calendar", required=True, default=lambda self: self._default_calendar())
    country_id = fields.Many2one(
        "res.country", required=True, compute="_compute_country_id", store=True, readonly=False, precompute=True
    )
    subdivision = fields.Char(string="Part of the Country", compute="_compute_subdivision", store=True, readonly=False)
    subdivision_choice = fields.Char(compute="_compute_subdivision_choice")
    year_from = fields.Integer(required=True, default=lambda self: fields.Date.context_today(self).year)
    year_to = fields.Integer(required=True, default=lambda self: fields.Date.context_today(self).year + 1)
    line_ids = fields.One2many(
        "support.holiday.wizard.line", "wizard_id", compute="_compute_line_ids", store=True, string="Preview"
    )
    problem = fields.Char(compute="_compute_line_ids", store=True)

    @api.depends("calendar_ids")
    def _compute_country_id(self):
        for wizard in self:
            wizard.country_id = (
                wizard.country_id
                or wizard.calendar_ids.support_country_id[:1]
                or wizard.calendar_ids.company_id.country_id[:1]
            )

    @api.depends("country_id")
    def _compute_subdivision(self):
        for wizard in self:
            same = wizard.calendar_ids.filtered(lambda c, w=wizard: c.support_country_id == w.country_id)
            wizard.subdivision = same[:1].support_subdivision

    @api.depends("country_id")
    def _compute_subdivision_choice(self):
        for wizard in self:
            try:
                known = subdivisions(wizard.country_id.code) if wizard.country_id else {}
            except UnknownHolidays:
                known = {}
            wizard.subdivision_choice = ", ".join(
                f"{code} ({name})" if name != code else code for code, name in known.items()
            )

    @api.depends("calendar_ids", "country_id", "subdivision", "year_from", "year_to")
    def _compute_line_ids(self):
        for wizard in self:
            wizard.problem = False
            lines = []
            try:
                lines = wizard._prepare_lines()
            except ValidationError as error:
                # while typing; applying says it again
                wizard.problem = str(error)
            wizard.line_ids = [Command.clear(), *(Command.create(vals) for vals in lines)]

    def _get_years(self) -> range:
        self.ensure_one()
        if not 1970 <= self.year_from <= self.year_to <= 2199 or self.year_to - self.year_from > 20:
            raise ValidationError(self.env._("Choose a first and a last year, at most twenty years apart."))
        return range(self.year_from, self.year_to + 1)

    def _prepare_lines(self) -> list[dict]:
        self.ensure_one()
        years = self._get_years()
        if not self.country_id:
            return []
        lines = []
        for calendar in self.calendar_ids:
            origin = calendar._origin or calendar
            for holiday, change in origin._sla_get_holiday_changes(self.country_id, self.subdivision, years):
                lines.append(
                    {
                        "calendar_id": origin.id,
                        "date": holiday.day,
                        "name": holiday.name or self.env._("Moved working day"),
                        "kind": "extra" if holiday.works else "closed",
                        "change": change,
                    }
                )
        return lines

    def action_apply(self):
        """Fills in what the preview shows as new, and remembers the country for the coming years."""
        self.ensure_one()
        years = self._get_years()
        if not self.calendar_ids:
            raise UserError(self.env._("Choose at least one calendar."))
        self.calendar_ids.write(
            {"support_country_id": self.country_id.id, "support_subdivision": self.subdivision or False}
        )
        count = self.calendar_ids._sla_fill_holidays(years)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s dates were filled in.", count),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
