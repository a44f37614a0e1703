from datetime import timedelta

from odoo import fields

from .common import utc


class PeopleMixin:
    """Acts of agents about who is authorised, by their windows."""

    def decide(self, ticket, moment, decision, user=None, **values):
        ticket = self.at(ticket.with_user(user or self.agent), moment)
        action = ticket.action_bpmsoft_decide()
        context = {**action["context"], "support_now": utc(moment)}
        wizard = ticket.env["bpmsoft.held.wizard"].with_context(**context).create({"decision": decision, **values})
        return wizard.action_decide()

    def refuse(self, ticket, moment, ground="no_access", note="Asked twice, no answer.", user=None):
        ticket = self.at(ticket.with_user(user or self.agent), moment)
        context = {**ticket.action_bpmsoft_refuse()["context"], "support_now": utc(moment)}
        wizard = ticket.env["bpmsoft.refusal.wizard"].with_context(**context)
        return wizard.create({"ground_id": self.ref_(f"ground_{ground}").id, "note": note}).action_refuse()

    def agree(self, ticket, moment, extra, user=None, **values):
        ticket = self.at(ticket.with_user(user or self.agent), moment)
        context = {**ticket.action_bpmsoft_extra()["context"], "support_now": utc(moment)}
        values = {
            "extra": extra,
            "agreed_with": "The head of IT",
            "agreed": utc(moment),
            "terms": "One hour at list price",
            **values,
        }
        return ticket.env["bpmsoft.extra.wizard"].with_context(**context).create(values).action_record()

    def change_person(self, entitlement, moment, user=None, ticket=None, **values):
        """Recorded by an agent: the client's office has notified us."""
        entitlement = self.at(entitlement.with_user(user or self.agent), moment)
        action = entitlement.env["bpmsoft.contact.wizard"]._bpmsoft_get_action(entitlement, ticket)
        context = {**action["context"], "support_now": utc(moment)}
        values = {
            "notified_by": "The office",
            "notified_email": "office@irtysh.example",
            "notified_at": utc(moment),
            "source": "Mail “New contact”",
            "name": "Irtysh Newcomer",
            "email": "new@irtysh.example",
            "phone": "+7 000 000",
            **values,
        }
        return entitlement.env["bpmsoft.contact.wizard"].with_context(**context).create(values).action_record()

    def mail_from(self, sender, moment, text="The invoice is empty.", **values):
        return self.mail_in(text, moment, sender, self.address, **values)

    def messages(self, ticket, kind="auto_comment"):
        """What machines have written to the customer, delivered by now, the first first."""
        self.deliver()
        return ticket.message_ids.filtered(lambda message: message.message_type == kind).sorted("id")

    def log_call(self, ticket, moment, user=None, **values):
        ticket = self.at(ticket.with_user(user or self.agent), moment)
        return (
            ticket.env["support.call.wizard"]
            .create(
                {
                    "ticket_id": ticket.id,
                    "moment": fields.Datetime.now() - timedelta(seconds=1),
                    "note": "Explained the menu.",
                    **values,
                }
            )
            .action_log()
        )
