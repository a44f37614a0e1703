from odoo import fields, models


class ResLang(models.Model):
    _inherit = "res.lang"

    # serves the filter "In My Languages"
    dialog360_user_ids = fields.Many2many(
        "res.users", "res_users_dialog360_lang_rel", string="Users Who Write It", groups="base.group_user"
    )
