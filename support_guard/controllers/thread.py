from odoo.addons.portal.controllers.thread import PortalThreadController
from odoo.exceptions import UserError
from odoo.http import request


class GuardThreadController(PortalThreadController):
    def _prepare_message_data(self, post_data, *, thread, **kwargs):
        """G-8: how many files a customer adds to one message. Size and type were checked
        when they were uploaded.
        """
        files = post_data.get("attachment_ids") or []
        if thread._name == "helpdesk.ticket" and request.env.user.share:
            limit = request.env["support.guard.upload"]._get_limits().max_count
            if limit and len(files) > limit:
                raise UserError(
                    request.env._(
                        "You have added %(count)s files. At most %(limit)s are allowed.",
                        count=len(files),
                        limit=limit,
                    )
                )
        return super()._prepare_message_data(post_data, thread=thread, **kwargs)
