from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given, inside
from odoo.exceptions import UserError
from odoo.tools import email_normalize

#: key of the gateway's dict: the ticket that a mail answers from elsewhere
ANSWERED = "dialog360_original"


class HelpdeskTicket(models.Model):
    """Whoever answers a ticket from another address than it was opened with opens a ticket of its own (D-15).

    It takes its place at the end of the queue. The confirmation of receipt says why, so machines are told nothing. A
    further mail of the same sender about the same ticket goes to the one that was made first.
    """

    _inherit = "helpdesk.ticket"

    dialog360_original_id = fields.Many2one(
        "helpdesk.ticket",
        string="Likely Original",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help="The ticket that this mail answered from another address than it was opened with.",
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"dialog360_original_id"}

    def _support_route_reply(self, message_dict: dict[str, Any]):
        answer = super()._support_route_reply(message_dict)
        if answer is not None or not self.dialog360_ticket or not self.support_provider_id.dialog360_same_address:
            return answer
        sender = email_normalize(message_dict.get("email_from") or "")
        known = self._dialog360_get_addresses()
        if not sender or not known or sender in known or self._dialog360_is_staff(sender):
            return None
        # two mails of one sender at once: the second waits, fails to serialize, is delivered again, and then finds what
        # the first has made. A lock alone would let it go on with what it had seen before
        self.env.cr.execute("UPDATE helpdesk_ticket SET write_date = write_date WHERE id = %s", [self.id])
        made = self.search(
            [("dialog360_original_id", "=", self.id), ("closed", "=", False)], order="id desc", limit=50
        ).filtered(lambda ticket: sender in ticket._dialog360_get_addresses())[:1]
        if made:
            return made._support_get_survivor().id, {}
        message_dict[ANSWERED] = self.id
        values = {"team_id": self._dialog360_get_first_line().id}
        if self.company_id:
            values["company_id"] = self.company_id.id
        return 0, values

    def _dialog360_get_addresses(self) -> set[str]:
        """The addresses that may answer this ticket: what it was opened with, and that of its client."""
        self.ensure_one()
        found = {email_normalize(self.partner_email or ""), self.partner_id.email_normalized}
        return {address for address in found if address}

    @api.model
    def _dialog360_is_staff(self, address: str) -> bool:
        users = self.env["res.users"].search([("partner_id.email_normalized", "=", address), ("share", "=", False)])
        return bool(users)

    def _dialog360_get_first_line(self):
        """The queue where new tickets stand: the first that is not a technical team's."""
        self.ensure_one()
        companies = (self.env["res.company"], self.company_id)
        teams = self.support_provider_id.team_ids.filtered(
            lambda team: team.active and not team.dialog360_technical and team.company_id in companies
        ).sorted("sequence")
        return teams[:1] or self.team_id

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        original_id = msg_dict.pop(ANSWERED, None)
        answering = self.with_context(**inside(dialog360_answers=original_id)) if original_id else self
        ticket = super(HelpdeskTicket, answering).message_new(msg_dict, custom_values=custom_values).with_env(self.env)
        if original_id:
            # sudo: it follows from how the mail came
            ticket_sudo, original_sudo = ticket.sudo(), self.env["helpdesk.ticket"].sudo().browse(original_id)
            ticket_sudo._support_set({"dialog360_original_id": original_id})
            ticket_sudo._message_log(
                body=self.env._(
                    "This mail answered %s from another address than that ticket was opened with.",
                    original_sudo._get_html_link(),
                )
            )
            original_sudo._message_log(
                body=self.env._(
                    "Somebody has answered this ticket from another address; that became %s.", ticket._get_html_link()
                )
            )
        return ticket

    def _dialog360_may_ask(self) -> bool:
        # what is missing is asked of the one who opened the original
        return super()._dialog360_may_ask() and not given(self.env, "dialog360_answers")

    def action_dialog360_merge_original(self):
        """Open the wizard that merges this ticket into the one that it likely answers."""
        self.ensure_one()
        self.check_access("write")
        original = self.dialog360_original_id
        if not original:
            raise UserError(self.env._("This ticket answered no other one."))
        return (self | original.sudo()._support_get_survivor().with_env(self.env)).action_support_merge()
