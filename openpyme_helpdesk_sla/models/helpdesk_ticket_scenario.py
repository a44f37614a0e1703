from odoo import api, fields, models

from ..const import PROVIDER, SUPPORT

#: parts of the scenario that are fields of the ticket; the evidence is its files
PARTS = ("who", "where", "steps", "expected", "actual", "since")


class HelpdeskTicket(models.Model):
    """The scenario of a support ticket, as a template to fill in (O-6): asked by the engine's request form."""

    _inherit = "helpdesk.ticket"

    openpyme_scenario_who = fields.Char(string="Who", copy=False)
    openpyme_scenario_where = fields.Char(string="Where", copy=False)
    openpyme_scenario_steps = fields.Text(string="Steps", copy=False)
    openpyme_scenario_expected = fields.Text(string="Expected", copy=False)
    openpyme_scenario_actual = fields.Text(string="Actual", copy=False)
    openpyme_scenario_since = fields.Datetime(string="Since When", copy=False)

    @api.model
    def _support_form_get_dependencies(self):
        return [*super()._support_form_get_dependencies(), "support_kind_id"]

    def _support_form_applies(self):
        if self.sudo().support_provider_id.code == PROVIDER and not self._openpyme_needs_scenario():
            return False
        return super()._support_form_applies()

    def _openpyme_needs_scenario(self) -> bool:
        """Whether the scenario of this ticket has to be understood: of a support ticket. **Hook**: a problem ticket
        carries the replica of one."""
        self.ensure_one()
        return self.sudo().openpyme_kind == SUPPORT

    def _support_portal_describe_request_form(self):
        form = super()._support_portal_describe_request_form()
        if self.support_provider_id.code == PROVIDER and not form["state"]:
            # what is not understood as support yet is not asked for a scenario
            return {"state": False, "open": False, "fields": [], "files": False}
        return form
