from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError

#: of ``dialog360_told``: no time is promised, because of the reason with this id (D-7)
OUTSIDE = "outside:"


class HelpdeskTicket(models.Model):
    """When the client may expect the solution, and that every change of it is told at once (D-10).

    What is expected is what an agent estimates, else the promise. The promise moves by itself when time stood still or
    the ticket is put outside of the support; that is told as well.
    """

    _inherit = "helpdesk.ticket"

    dialog360_expected = fields.Datetime(
        string="Expected Solution",
        copy=False,
        readonly=True,
        help="As an agent estimates it; it does not change what is promised.",
    )
    dialog360_told = fields.Char(
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="What the client knows: the moment in UTC, or why none is promised.",
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"dialog360_expected", "dialog360_told"}

    def action_dialog360_expect(self):
        """Open the wizard that tells the client when the solution is to be expected."""
        return self._support_open_wizard("dialog360.expect.wizard", self.env._("Expected Time"))

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        for ticket in self.browse(sorted({row["ticket_id"] for row in rows})).filtered("dialog360_ticket"):
            if ticket.support_phase in facts.ENDED and ticket.dialog360_expected:
                ticket._support_set({"dialog360_expected": False})  # opened again, it is not expected by then any more
            ticket._dialog360_tell_expected()
        return result

    def _support_put_outside(self, reason, note: str):
        result = super()._support_put_outside(reason, note)
        if self.dialog360_ticket:
            # sudo: what the client is told follows from it
            self.sudo()._dialog360_tell_expected()
        return result

    def _dialog360_get_expected(self) -> str:
        """What the client may expect now, as it is kept in ``dialog360_told``; "" while nobody can say it."""
        self.ensure_one()
        if self.support_phase in facts.ENDED:
            return ""
        if self.support_outside_id:
            return f"{OUTSIDE}{self.support_outside_id.id}"
        if self.dialog360_expected:
            return fields.Datetime.to_string(self.dialog360_expected)
        clock = self.support_clock_ids.filtered(
            lambda clock: clock.metric == "resolution" and clock.state == facts.RUNNING and clock.deadline
        )[:1]
        return fields.Datetime.to_string(clock.deadline) if clock else ""

    def _dialog360_tell_expected(self) -> None:
        """D-10: tell the client when something else is to be expected than what the client knows. With sudo."""
        self.ensure_one()
        self.invalidate_recordset(["support_clock_ids"], flush=False)
        expected, told = self._dialog360_get_expected(), self.dialog360_told or ""
        if not expected or expected == told:
            return  # while it waits for the client nobody can say, and nothing has changed for the client
        self._support_set({"dialog360_told": expected})
        if not told or given(self.env, "support_no_notify"):
            return
        if not self.partner_id and not self.partner_email:
            return
        Notification = self.env["support.notification"]
        unsaid = Notification.search(
            [("ticket_id", "=", self.id), ("kind", "=", "dialog360_expected"), ("state", "=", "pending")],
            order="id",
            limit=1,
        )
        if unsaid:
            told = unsaid.data["before"]  # that is still what the client knows
        if told == expected:
            return
        Notification._enqueue(
            [
                {
                    "ticket_id": self.id,
                    "kind": "dialog360_expected",
                    "partner_id": self.partner_id.id,
                    "data": {"before": told, "after": expected},
                }
            ]
        )

    def _dialog360_say_expected(self, data: dict[str, str]) -> list[str]:
        """Sentences about a change of what is expected, in the language of the environment.

        :param data: ``before`` and ``after`` as in ``dialog360_told``
        """
        self.ensure_one()
        before, after = data["before"], data["after"]
        if after.startswith(OUTSIDE):
            reason_sudo = self.env["support.outside.reason"].sudo().browse(int(after.removeprefix(OUTSIDE))).exists()
            return [
                self.env._("There is no expected time for this any more."),
                reason_sudo.customer_text or "",
            ]
        moment = self._dialog360_say_moment(after)
        if before.startswith(OUTSIDE):
            return [self.env._("Our promise holds again: we expect to solve this by %s.", moment)]
        return [
            self.env._(
                "We now expect to solve this by %(after)s; before it was %(before)s.",
                after=moment,
                before=self._dialog360_say_moment(before),
            )
        ]

    def _dialog360_say_moment(self, text: str) -> str:
        return self._support_say_moment(fields.Datetime.to_datetime(text))

    def _dialog360_expect(self, until: datetime, reason: str) -> None:
        """An agent expects the solution by ``until`` and tells the client why. Access is checked by the caller.

        :raise UserError: when nothing is to be expected any more
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo.support_phase in facts.ENDED:
            raise UserError(self.env._("This ticket is closed: there is nothing left to expect."))
        if not ticket_sudo.partner_id and not ticket_sudo.partner_email:
            raise UserError(self.env._("%s has no client who could be told.", self.number))
        told = ticket_sudo.dialog360_told or ""
        text = fields.Datetime.to_string(until)
        ticket_sudo._support_set({"dialog360_expected": until})
        if not ticket_sudo.support_outside_id:
            ticket_sudo._support_set({"dialog360_told": text})
        ticket = self._dialog360_for_client()
        if told and not told.startswith(OUTSIDE) and told != text:
            said = ticket._dialog360_say_expected({"before": told, "after": text})
        else:
            said = [ticket.env._("We expect to solve this by %s.", ticket._dialog360_say_moment(text))]
        # a person has written it: it is news for the client (E-1.4)
        ticket.message_post(
            subject=ticket.env._("[%(number)s] Expected time: %(name)s", number=self.number, name=self.name),
            body=ticket._dialog360_render([*said, reason]),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=ticket_sudo.partner_id.ids,
            outgoing_email_to=False if ticket_sudo.partner_id.email else ticket_sudo.partner_email,
        )

    def _support_portal_get_facts(self):
        """D-10: what the client was told last stands on the page of the ticket as well."""
        rows = super()._support_portal_get_facts()
        if self.dialog360_ticket and self.dialog360_expected and not self.support_outside_id:
            moment = self._dialog360_say_moment(fields.Datetime.to_string(self.dialog360_expected))
            rows.append({"label": self.env._("Expected solution"), "text": moment})
        return rows

    def _dialog360_render(self, sentences: Sequence[str], **values: Any):
        """A message to the client in the language of the environment.

        :param values: ``quoted`` (text), ``closing`` (sentences below it), ``rates`` (``url`` and ``label`` each),
            ``url`` and ``automatic``
        """
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "dialog360_support.client_message",
            {"ticket": self, "sentences": [text for text in sentences if text], **values},
            lang=self.env.lang,
        )

    def _dialog360_for_client(self):
        """This ticket in the language and zone of its client."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        zone = ticket_sudo.partner_id.tz or ticket_sudo.support_provider_id.tz or "UTC"
        return self.with_context(lang=ticket_sudo._support_get_customer_lang(), tz=zone)
