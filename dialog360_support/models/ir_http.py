from odoo import api, models

from .ir_asset import FRONTEND


class IrHttp(models.AbstractModel):
    """The widget of the chat is on the portal's pages of clients with chat, and on nobody else's (D-1)."""

    _inherit = "ir.http"

    @api.model
    def get_frontend_session_info(self):
        info = super().get_frontend_session_info()
        channel_sudo = self.env["im_livechat.channel"]._dialog360_find(self.env.user)
        if channel_sudo:
            info["livechatData"] = channel_sudo._dialog360_get_widget()
            # with a live chat on every page only our own part is missing
            ready = self.env["ir.asset"]._dialog360_needs_livechat(FRONTEND)
            info["dialog360_chat"] = f"dialog360_support.assets_chat{'_number' if ready else ''}"
        return info
