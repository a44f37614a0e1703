from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        if self.env["support.provider"]._get_masking() and self._support_route_is_masked(routes):
            # the original of the mail, which a mail server may be told to keep, has every secret in it
            message_dict["attachments"] = [
                attachment
                for attachment in message_dict.get("attachments") or []
                if attachment[0] != "original_email.eml"
            ]
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _support_route_is_masked(self, routes) -> bool:
        """Whether a mail goes to a ticket, or becomes one, of a provider that has secrets masked (D-16)."""
        masking = self.env["support.provider"]._get_masking()
        for model, thread_id, custom_values, _user_id, _alias in routes or ():
            if model != "helpdesk.ticket":
                continue
            if thread_id:
                if self.env["helpdesk.ticket"].browse(thread_id)._support_filter_masking():
                    return True
                continue
            team = self.env["helpdesk.ticket.team"].sudo().browse((custom_values or {}).get("team_id") or [])
            if team.support_provider_id.id in masking:
                return True
        return False
