from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        # what the portal's scripts say
        return [*super()._get_translation_frontend_modules_name(), "support_sla"]
