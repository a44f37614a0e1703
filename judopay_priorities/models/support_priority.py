from typing import Any

from odoo import fields, models


class SupportPriority(models.Model):
    """What a level demands beside its promises (J-8, J-12, J-14)."""

    _inherit = "support.priority"

    judopay_told_role_id = fields.Many2one(
        "support.role",
        string="Told at Once",
        ondelete="restrict",
        domain="[('provider_id', '=', provider_id)]",
        help="Who is told, day or night, whenever a ticket comes to this level or is confirmed at it.",
    )
    judopay_night_role_id = fields.Many2one(
        "support.role",
        string="Told Out of Hours",
        ondelete="restrict",
        domain="[('provider_id', '=', provider_id)]",
        help="Outside of the working hours, whoever is on call for this role is told at once when a ticket comes to "
        "this level, and merchants are shown which line to call. Empty: it waits until the next working day.",
    )
    judopay_dedicated = fields.Boolean(
        string="Dedicated Resource",
        help="Somebody has to be assigned who stays with the ticket until there is a fix or a workaround.",
    )
    judopay_call_point_id = fields.Many2one(
        "support.contact.point",
        string="Call As Well",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('provider_id', '=', provider_id), ('kind', '=', 'phone')]",
        help="The line that merchants are asked to call as well when they raise a ticket at this level. "
        "Until somebody has logged the call, the ticket shows that it is missing.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "judopay_call_point_id" in vals:
            # sudo: open tickets of every company follow the setting
            tickets_sudo = self.env["helpdesk.ticket"].sudo()
            tickets_sudo.search(
                [("support_priority_id", "in", self.ids), ("closed", "=", False)]
            )._judopay_filter()._judopay_refresh_call()
        return result

    def _judopay_get_call_line(self) -> dict[str, Any] | bool:
        """The line that this level asks to call, as ``support.provider._support_get_contact_points`` has it."""
        self.ensure_one()
        # sudo: customers read of the line, not the record
        point_sudo = self.sudo().judopay_call_point_id
        if not point_sudo:
            return False
        described = point_sudo._describe(self.env["helpdesk.ticket"], self.env["support.event"]._now())
        return described[0] if described else False
