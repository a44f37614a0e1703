from odoo import fields, models
from odoo.addons.mail.tools.discuss import Store


class ResUsers(models.Model):
    _inherit = "res.users"

    dialog360_lang_ids = fields.Many2many(
        "res.lang",
        "res_users_dialog360_lang_rel",
        string="Languages for Clients",
        context={"active_test": False},
        help="The languages in which this user can write to clients. None: the language of the user's own screens.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "dialog360_lang_ids"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "dialog360_lang_ids"]

    def _dialog360_get_spoken(self):
        """``res.lang`` records that this user can write in; with sudo."""
        self.ensure_one()
        named = self.with_context(active_test=False).dialog360_lang_ids
        return named or self.env["res.lang"].search([("code", "=", self.lang)], limit=1)

    def _init_store_data(self, store: Store):
        """D-1: whether the browser offers to make tickets of chats."""
        super()._init_store_data(store)
        store.add_global_values(
            dialog360_makes_tickets=self.env.user.has_group("helpdesk_mgmt.group_helpdesk_user_own")
        )
