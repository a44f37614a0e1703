from odoo import api, fields, models


class SupportRemapLine(models.Model):
    """One service and its level before and after (E-6.4)."""

    _name = "support.remap.line"
    _description = "Level That Follows an Impact"
    _order = "service_id, id"
    _rec_name = "service_id"

    remap_id = fields.Many2one("support.remap", required=True, ondelete="cascade", readonly=True, index=True)
    service_id = fields.Many2one("support.service", required=True, ondelete="cascade", readonly=True)
    impact_id = fields.Many2one(related="service_id.impact_id")
    before_id = fields.Many2one("support.priority", string="Level Before", ondelete="cascade", readonly=True)
    after_id = fields.Many2one("support.priority", string="Level After", ondelete="cascade", readonly=True)
    current_id = fields.Many2one(related="service_id.default_priority_id", string="Level Now")
    before_promise = fields.Char(string="Promised Before", compute="_compute_promises")
    after_promise = fields.Char(string="Promised After", compute="_compute_promises")
    left_alone = fields.Boolean(
        readonly=True, help="Somebody had changed it before the levels were taken back, so it kept what it had."
    )

    @api.depends("service_id", "before_id", "after_id")
    @api.depends_context("lang")
    def _compute_promises(self):
        for line in self:
            line.before_promise = line._say_promise(line.before_id)
            line.after_promise = line._say_promise(line.after_id)

    def _say_promise(self, level) -> str:
        """What customers without a plan of their own are promised for the service at a ``level``, in words."""
        provider = self.service_id.provider_id
        match = {"provider_id": provider.id, "service_id": self.service_id.id, "priority_id": level.id}
        # sudo: the policies in words, as customers read them
        _found, parts, _hours = self.env["helpdesk.ticket"].sudo()._support_portal_find_promises(match)
        return " · ".join(parts)
