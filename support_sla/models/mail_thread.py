from odoo import api, models

HELPDESK = "helpdesk.ticket"


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

    @api.model
    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Mails that answer a ticket go where the ticket says (``_support_route_reply``)."""
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        return [self._support_route_to_ticket(message_dict, route) for route in routes]

    @api.model
    def _support_route_to_ticket(self, message_dict: dict, route: tuple) -> tuple:
        name, thread_id, custom_values, user_id, alias = route
        # what a machine wrote answers nothing, and makes nothing of its own (G-5)
        if name != HELPDESK or not thread_id or message_dict.get("guard_automatic"):
            return route
        # sudo: the gateway decides for whoever has written
        ticket_sudo = self.env[HELPDESK].sudo().browse(thread_id).exists()
        answer = ticket_sudo._support_route_reply(message_dict) if ticket_sudo else None
        if answer is None:
            return route
        other_id, values = answer
        # whoever wrote what is answered is not told of what happens elsewhere
        message_dict.pop("parent_id", None)
        return (name, other_id, {**(custom_values or {}), **values}, user_id, None if not other_id else alias)
