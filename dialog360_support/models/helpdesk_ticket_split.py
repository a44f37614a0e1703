from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup
from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given, inside
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

#: what was said to the client on the whole was said about each part
SAID = (facts.MESSAGE_OUT, facts.CALL)


class HelpdeskTicket(models.Model):
    """Several issues in one ticket become several tickets (D-14).

    Each counts from the moment when the client wrote in: splitting costs nobody time. What was answered before has
    answered each of them.
    """

    _inherit = "helpdesk.ticket"

    dialog360_split_id = fields.Many2one(
        "helpdesk.ticket",
        string="Split From",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    dialog360_part_ids = fields.One2many(
        "helpdesk.ticket", "dialog360_split_id", string="Split Off", readonly=True, groups="base.group_user"
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"dialog360_split_id", "dialog360_part_ids"}

    def action_dialog360_split(self):
        """Open the wizard that makes several tickets of this one."""
        return self._support_open_wizard("dialog360.split.wizard", self.env._("Split"))

    def _dialog360_get_heard(self):
        """The client's messages on this ticket, as facts, in order; with sudo."""
        self.ensure_one()
        return (
            self.sudo()
            .support_event_ids.filtered(lambda event: event.kind == facts.MESSAGE_IN and event.message_id)
            .sorted(lambda event: (event.moment, event.id))
        )

    def _dialog360_split(self, parts: Sequence[dict[str, Any]]):
        """Make a ticket of each part, with the messages that belong to it. Access is checked by the caller.

        :param parts: ``name``, ``text`` (plain) and ``messages`` (``mail.message`` records of the client, here)
        :return: the new tickets
        :raise UserError: when this ticket is closed, or a message is none of its client's
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo.support_phase in facts.ENDED:
            raise UserError(self.env._("This ticket is closed: its client writes about the rest anew."))
        heard = {event.message_id.id: event for event in self._dialog360_get_heard()}
        for part in parts:
            if set(part["messages"].ids) - heard.keys():
                raise UserError(self.env._("Only what the client has written on this ticket can go to another one."))
        # the customer has raised them, when this one was raised; nobody is asked or greeted again
        raising = ticket_sudo.with_context(
            **inside(
                support_side=facts.CUSTOMER,
                support_raised=ticket_sudo.support_raised,
                dialog360_split=True,
                # recorded with the raising: what was answered in time is late at no moment
                dialog360_said=[event.id for event in ticket_sudo.support_event_ids if event.kind in SAID],
            ),
            mail_create_nosubscribe=True,
        )
        made = raising.create([ticket_sudo._dialog360_prepare_part(part) for part in parts])
        now = self.env["support.event"]._now()
        for other, part in zip(made, parts, strict=True):
            other._support_set({"dialog360_split_id": self.id, "dialog360_double_id": False})
            other._dialog360_take_over([heard[message.id] for message in part["messages"]], now)
            other._message_log(
                body=self.env._("Split off from %s.", self._get_html_link()), author_id=self.env.user.partner_id.id
            )
        self._message_log(
            body=Markup("%s %s") % (self.env._("Split:"), Markup(", ").join(other._get_html_link() for other in made)),
        )
        ticket_sudo._dialog360_tell_split(made)
        return made.with_env(self.env)

    def _support_observe(self, now: datetime) -> list[dict[str, Any]]:
        first = not self.support_phase
        rows = super()._support_observe(now)
        said = given(self.env, "dialog360_said") if first else None
        events = self.env["support.event"].sudo().browse(said or [])
        return rows + [self._dialog360_prepare_fact(event, False) for event in events]

    def _dialog360_prepare_part(self, part: dict[str, Any]) -> dict[str, Any]:
        self.ensure_one()
        return {
            "name": part["name"],
            "description": plaintext2html(part["text"] or part["name"]),
            "team_id": self._dialog360_get_first_line().id,
            "partner_id": self.partner_id.id,
            "partner_name": self.partner_name,
            "partner_email": self.partner_email,
            "category_id": self.category_id.id,
            "channel_id": self.channel_id.id,
            "company_id": self.company_id.id,
            "support_priority_id": self.support_priority_id.id,
            "support_kind_id": self.support_kind_id.id,
            "support_entitlement_id": self.support_entitlement_id.id,
            "dialog360_lang_id": self.dialog360_lang_id.id,
            "user_id": False,
        }

    def _dialog360_take_over(self, heard, now: datetime) -> None:
        """The messages ``heard`` of the ticket that was split, with their files, each at its own moment. With sudo."""
        self.ensure_one()
        rows = []
        quiet = self.with_context(**inside(support_no_sync=True), mail_create_nosubscribe=True)
        for event in heard:
            message = event.message_id
            copy = quiet.message_post(
                body=message.body,
                author_id=message.author_id.id,
                email_from=message.email_from,
                # nobody follows the new ticket yet, so nobody is told of it a second time
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                attachment_ids=message.attachment_ids.copy({"res_model": self._name, "res_id": self.id}).ids,
            )
            rows.append(self._dialog360_prepare_fact(event, copy.id))
        if heard:
            self._support_form_note_files()
        if rows:
            self._support_record(rows, self.browse(), now)

    def _dialog360_prepare_fact(self, event, message_id: int | bool) -> dict[str, Any]:
        """A fact of the ticket that this one was split from, as one of its own: see ``support.event._record``."""
        self.ensure_one()
        return {
            "ticket_id": self.id,
            "kind": event.kind,
            "moment": event.moment,
            "side": event.side,
            "data": {**(event.data or {}), "split": event.id},
            "message_id": message_id or None,
            "fact_key": f"split:{event.id}",
        }

    def _dialog360_tell_split(self, made) -> None:
        """D-14: the client reads under which numbers each of the issues goes on. With sudo."""
        self.ensure_one()
        if not self.partner_id and not self.partner_email:
            return
        ticket = self._dialog360_for_client()
        ticket.message_post(
            subject=ticket.env._("[%(number)s] Several issues, several tickets", number=self.number),
            body=ticket._dialog360_render(
                [
                    ticket.env._(
                        "Your request is about several issues. So that none waits for another, each has a ticket of "
                        "its own. All of them count from when you first wrote to us."
                    )
                ],
                quoted="\n".join(f"{other.number}: {other.name}" for other in self | made),
                automatic=True,
            ),
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner_id.ids,
            outgoing_email_to=False if self.partner_id.email else self.partner_email,
            author_id=self.env.user.partner_id.id,
        )

    def _support_may_acknowledge(self) -> bool:
        return super()._support_may_acknowledge() and not given(self.env, "dialog360_split")

    def _dialog360_may_ask(self) -> bool:
        return super()._dialog360_may_ask() and not given(self.env, "dialog360_split")
