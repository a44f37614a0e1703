from odoo import api, fields, models
from odoo.addons.support_sla.models.support_time import to_instant
from odoo.exceptions import UserError


class BpmsoftEstimateWizard(models.TransientModel):
    """Gives an estimate, extends it with a reason, or brings it forward (B-4)."""

    _name = "bpmsoft.estimate.wizard"
    _description = "Estimate"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    before = fields.Datetime(string="Estimate So Far", readonly=True)
    until = fields.Datetime(string="Solved By")
    is_extension = fields.Boolean(compute="_compute_hints")
    reason_id = fields.Many2one("bpmsoft.estimate.reason")
    words = fields.Text(string="In Words", help="The client reads it.")
    client_reads = fields.Char(string="The Client Reads", compute="_compute_hints")
    hint = fields.Char(compute="_compute_hints")

    @api.depends("until", "before", "ticket_id")
    def _compute_hints(self):
        for wizard in self:
            until, ticket_sudo = wizard.until, wizard.ticket_id._filtered_access("read").sudo()
            wizard.is_extension = bool(until and wizard.before and until > wizard.before)
            wizard.client_reads = wizard.hint = False
            if not until or not ticket_sudo:
                continue
            provider = ticket_sudo.support_provider_id
            # the moment itself in the client's zone; the words around it are for the agent
            zone = ticket_sudo.partner_id.tz or provider.tz
            wizard.client_reads = ticket_sudo.with_context(tz=zone)._support_when(to_instant(until))
            if ticket_sudo._support_is_shut(until):
                opening = ticket_sudo._support_get_opening(until)
                wizard.hint = (
                    self.env._(
                        "That is outside the working hours of %(provider)s, which go on %(opening)s.",
                        provider=provider.name,
                        opening=ticket_sudo._support_when(to_instant(opening)),
                    )
                    if opening
                    else self.env._("That is outside the working hours of %s.", provider.name)
                )

    def action_estimate(self):
        self.ensure_one()
        if not self.until:
            raise UserError(self.env._("Say by when it is expected to be solved."))
        self.ticket_id._bpmsoft_give_estimate(self.until, self.reason_id, self.words or "", self.before or None)
        return {"type": "ir.actions.act_window_close"}
