from odoo import api, models
from odoo.exceptions import ValidationError


class SupportContactPoint(models.Model):
    _inherit = "support.contact.point"

    @api.constrains("active", "kind")
    def _check_judopay_call(self):
        """J-8: merchants are not asked to call a line that is none any more."""
        for point in self.filtered(lambda point: not point.active or point.kind != "phone"):
            level = self.env["support.priority"].search([("judopay_call_point_id", "=", point.id)], limit=1)
            if level:
                raise ValidationError(
                    self.env._(
                        "Merchants who raise a %(level)s are asked to call “%(line)s”: "
                        "choose another line on the priority first.",
                        level=level.display_name,
                        line=point.name,
                    )
                )
