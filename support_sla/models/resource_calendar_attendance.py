from odoo import api, models


class ResourceCalendarAttendance(models.Model):
    """Weekly openings: a change drops the compiled opening hours (E-2.5)."""

    _inherit = "resource.calendar.attendance"

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
