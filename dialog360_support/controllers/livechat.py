from odoo import http
from odoo.addons.im_livechat.controllers.main import LivechatController
from odoo.http import request
from werkzeug.exceptions import NotFound


class Dialog360LivechatController(LivechatController):
    """Nobody but its clients learns anything of a chat of a provider (D-1)."""

    @http.route()
    def support_page(self, channel_id, **kwargs):
        self._dialog360_check(channel_id)
        return super().support_page(channel_id, **kwargs)

    @http.route()
    def loader(self, channel_id, **kwargs):
        self._dialog360_check(channel_id)
        return super().loader(channel_id, **kwargs)

    @http.route()
    def get_session(self, channel_id, **kwargs):
        self._dialog360_check(channel_id)
        return super().get_session(channel_id, **kwargs)

    def _dialog360_check(self, channel_id) -> None:
        """:raise NotFound: the same answer whether there is no such chat or it is not for this reader"""
        if not str(channel_id).isdecimal():
            raise NotFound()
        # sudo: clients do not read live chats
        channel_sudo = request.env["im_livechat.channel"].sudo().browse(int(channel_id)).exists()
        if not channel_sudo or not channel_sudo._dialog360_serves(request.env.user):
            raise NotFound()
