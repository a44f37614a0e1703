from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError

from ..tools.substance import count_words

#: setting of the provider: what an agent marks is the first response
MARK = "mark"


class HelpdeskTicket(models.Model):
    """The first response says what the first investigation has found (D-5).

    Either the first message of substance counts, or the one that an agent marks: a setting of the provider. What a
    machine writes never does.
    """

    _inherit = "helpdesk.ticket"

    dialog360_awaits_response = fields.Boolean(
        string="Awaits a Meaningful Response", compute="_compute_dialog360_awaits_response", groups="base.group_user"
    )

    @api.depends("support_clock_ids.state")
    def _compute_dialog360_awaits_response(self):
        for ticket in self:
            # sudo: whether a button is shown
            clocks = ticket.sudo().support_clock_ids if ticket.dialog360_ticket else self.env["support.clock"]
            ticket.dialog360_awaits_response = any(
                clock.metric == "first_response" and clock.state in facts.LIVE for clock in clocks
            )

    def _support_is_substantive(self, message) -> bool:
        """D-5: a message that is too short says nothing about the issue; with a file it may."""
        if not super()._support_is_substantive(message):
            return False
        if not self.dialog360_ticket:
            return True
        provider_sudo = self.sudo().support_provider_id
        if provider_sudo.dialog360_first_response == MARK:
            return False
        if message.attachment_ids:
            return True
        return count_words(message.body or "") >= provider_sudo.dialog360_response_words

    def action_dialog360_response(self):
        """Open the wizard that marks which message was the first response."""
        return self._support_open_wizard("dialog360.response.wizard", self.env._("Meaningful First Response"))

    def _dialog360_get_answers(self):
        """What staff has written to the client so far, as facts, the last one first; with sudo."""
        self.ensure_one()
        return (
            self.sudo()
            .support_event_ids.filtered(
                lambda event: (
                    event.kind == facts.MESSAGE_OUT
                    and event.message_id
                    and not (event.data or {}).get("marked")
                    and not (event.data or {}).get("absorbed")
                )
            )
            .sorted(lambda event: (event.moment, event.id), reverse=True)
        )

    def _dialog360_mark_response(self, message) -> None:
        """D-5: ``message`` was the first response, at the moment when it was written. Access is checked by the caller.

        A breach that has come to pass meanwhile stays one (E-3.1): whoever marks too late has marked too late.

        :raise UserError: when it was not written by staff to this client
        """
        self.ensure_one()
        event = self._dialog360_get_answers().filtered(lambda event: event.message_id == message)[:1]
        if not event:
            raise UserError(self.env._("Only a message that a colleague has written to the client can be marked."))
        self.sudo()._support_add_fact(
            facts.MESSAGE_OUT,
            {"message": message.id, "marked": True},
            side=facts.STAFF,
            moment=event.moment,
            key=f"response:{message.id}",
        )
        self._message_log(body=self.env._("Marked as the first response: the message of %s.", message.author_id.name))
