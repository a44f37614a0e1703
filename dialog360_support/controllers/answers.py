from odoo import http
from odoo.addons.support_problem.controllers.answers import SupportAnswersController
from odoo.http import request


class Dialog360AnswersController(SupportAnswersController):
    @http.route()
    def support_portal_say(self, page_id, outcome, **kw):
        """D-1: whom an instant answer was enough for waits for nobody in the chat any more."""
        response = super().support_portal_say(page_id, outcome, **kw)
        if outcome == "helped":
            # sudo: of the reader's own conversations
            request.env["discuss.channel"].sudo()._dialog360_settle(request.env.user.partner_id, page_id)
        return response
