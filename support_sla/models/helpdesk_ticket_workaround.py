from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..tools import facts
from .support_time import from_instant, to_instant


class HelpdeskTicket(models.Model):
    """The workaround of a ticket: what helps the customer until the fix comes (E-1.6).

    The facts are the truth; the two columns hold the workaround that is in force, for lists and for the portal.
    """

    _inherit = "helpdesk.ticket"

    support_workaround = fields.Text(
        string="Workaround", copy=False, readonly=True, help="What helps until the fix comes; the customer reads it."
    )
    support_workaround_at = fields.Datetime(
        string="Workaround Since",
        copy=False,
        readonly=True,
        help="From when on it works. Empty: there is none, or it failed.",
    )

    def action_support_workaround(self):
        """Open the wizard that records a workaround (E-1.6)."""
        return self._support_open_wizard("support.workaround.wizard", self.env._("Workaround"))

    def action_support_workaround_failed(self):
        """Open the wizard that says that the workaround does not hold."""
        action = self._support_open_wizard("support.workaround.wizard", self.env._("The Workaround Failed"))
        action["context"]["default_mode"] = "failed"
        return action

    def _support_record_workaround(self, text: str, moment: datetime, tell: bool):
        """Record a workaround that works since ``moment`` (naive UTC). Access is checked by the caller.

        :param text: for the customer
        :param tell: write it to the customer now, as the user of the environment; it says that it is temporary
        """
        self.ensure_one()
        obstacle = self._support_get_workaround_obstacle()
        if obstacle:
            raise UserError(obstacle)
        self.sudo()._support_add_fact(
            facts.WORKAROUND, {"text": text, "told": tell}, side=facts.STAFF, moment=moment.replace(microsecond=0)
        )
        if tell:
            ticket = self._support_in_customer_lang()
            ticket._support_write_to_customer(
                ticket.env._("There is a workaround:"),
                text,
                ticket.env._("It is temporary: the lasting solution is still to come."),
            )
        else:
            self._message_log(body=self.env._("Workaround, not written to the customer yet: %s", text))

    def _support_fail_workaround(self, note: str, moment: datetime, tell: bool):
        """The workaround in force does not hold since ``moment`` (naive UTC). Access is checked by the caller.

        :param note: why; for the customer when ``tell``, else internal
        """
        self.ensure_one()
        self.sudo()._support_add_fact(
            facts.WORKAROUND_FAILED,
            {"note": note, "told": tell},
            side=facts.STAFF,
            moment=moment.replace(microsecond=0),
        )
        if tell:
            ticket = self._support_in_customer_lang()
            ticket._support_write_to_customer(
                ticket.env._("The workaround does not hold: please do not rely on it any more."), note
            )
        else:
            self._message_log(body=self.env._("The workaround failed: %s", note))

    def _support_get_workaround_obstacle(self) -> str:
        """Why no workaround can be recorded, in words; empty if one can."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        if not ticket_sudo.support_provider_id:
            return self.env._("This ticket belongs to no support provider: there is nothing to record for it.")
        if ticket_sudo.support_phase in facts.ENDED:
            return self.env._("This ticket is resolved or closed: it needs no workaround any more.")
        return ""

    def _support_in_customer_lang(self):
        """This ticket, speaking the customer's language."""
        return self.with_context(lang=self.sudo().partner_id.lang or self.env.lang)

    def _support_write_to_customer(self, *parts: str):
        """Post the parts, a paragraph each, as an answer of the user of the environment."""
        body = Markup("").join(plaintext2html(part) for part in parts if part)
        customer_sudo = self.sudo().partner_id
        return self.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            # an agent who raised the ticket for the customer follows it, the customer maybe does not
            partner_ids=customer_sudo.ids,
            outgoing_email_to=False if customer_sudo else self.partner_email,
        )

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        concerned = {
            row["ticket_id"] for row in rows if row["kind"] in (facts.WORKAROUND, facts.WORKAROUND_FAILED)
        } & set(self._ids)
        for ticket in self.browse(sorted(concerned)):
            ticket._support_set(ticket._support_get_workaround_values())
        return result

    def _support_get_workaround_values(self) -> dict[str, Any]:
        """The workaround in force as the facts tell it, as values of the columns."""
        events = [
            event for event in self._support_get_events() if event.kind in (facts.WORKAROUND, facts.WORKAROUND_FAILED)
        ]
        if not events or events[-1].kind == facts.WORKAROUND_FAILED:
            return {"support_workaround": False, "support_workaround_at": False}
        # the import of another desk's history calls the words "reason"
        text = events[-1].data.get("text") or events[-1].data.get("reason") or False
        return {"support_workaround": text, "support_workaround_at": from_instant(events[-1].moment)}

    def _support_portal_get_facts(self) -> list[dict[str, str]]:
        answer = super()._support_portal_get_facts()
        if self.support_workaround_at and self.support_phase not in facts.ENDED:
            since = self._support_when(to_instant(self.support_workaround_at))
            answer.append(
                {
                    "label": self.env._("Workaround until the fix comes"),
                    "text": self.support_workaround or self.env._("In place since %s.", since),
                }
            )
        return answer
