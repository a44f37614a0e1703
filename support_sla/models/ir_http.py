from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _get_translation_frontend_modules_name(cls):
        # what the portal's scripts say
        return [*super()._get_translation_frontend_modules_name(), "support_sla"]

    @classmethod
    def _post_dispatch(cls, response):
        super()._post_dispatch(response)
        # scheduled actions that are off cannot tell so themselves (F-8)
        request.env["support.health"]._watch_now_and_then()
