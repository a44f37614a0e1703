from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    """Time off of everybody is closing time: a change drops the compiled opening hours (E-2.5).

    Time off of one person is not, and leaves the cache alone.
    """

    _inherit = "resource.calendar.leaves"

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
