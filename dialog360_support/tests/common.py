from contextlib import contextmanager

from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.support_sla.tests.common import utc
from odoo.addons.support_sla.tests.provider_common import PASSWORD, ProviderMixin
from odoo.exceptions import UserError
from odoo.tests.common import TransactionCase

__all__ = ["ANSWERS", "FOUND", "PASSWORD", "Dialog360Case", "Dialog360Mixin", "utc"]

#: everything that a good request contains (D-13), without files
ANSWERS = {
    "dialog360_consequences": "No campaign leaves the house, 12 people wait.",
    "dialog360_moment": utc("2026-03-02 08:55"),
    "dialog360_steps": "1. Send the template\n2. Wait",
    "dialog360_request": "POST /v1/messages",
    "dialog360_response": "500 Internal Server Error",
}
#: an answer that says what was found (D-5)
FOUND = "We have looked at your log: the template was paused for its quality."


class Dialog360Mixin(ProviderMixin):
    """The addon's own provider with two clients, agents of three teams, somebody on duty, a head, all invented.

    Berlin is one hour ahead of UTC on Mon 2 March 2026. A ticket that names no channel came by chat or phone.
    """

    addon = "dialog360_support"
    zone = "Europe/Berlin"
    ticket_name = "Templates are not delivered"

    @classmethod
    def make_data(cls):
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True, "lang": "en_US"})
        cls.provider = cls.ref_("provider")
        cls.team = cls.ref_("team_support")
        cls.team_messaging = cls.ref_("team_messaging")
        cls.team_hub = cls.ref_("team_hub")
        cls.stages = {
            code: cls.ref_(f"stage_{code}")
            for code in ("new", "in_progress", "waiting", "waiting_other", "closed", "cancelled")
        }
        cls.levels = {code: cls.ref_(f"priority_{code}") for code in ("1", "2", "3")}
        cls.plans = {code: cls.ref_(f"plan_{code}") for code in ("basic", "regular", "premium")}
        cls.email, cls.web = (cls.env.ref(f"helpdesk_mgmt.helpdesk_ticket_channel_{code}") for code in ("email", "web"))
        cls.chat = cls.ref_("channel_chat")
        cls.alder, cls.birch = cls.env["res.partner"].create(
            [
                {"name": "Alder Messaging", "is_company": True, "email": "office@alder.example"},
                {"name": "Birch Retail", "is_company": True, "email": "office@birch.example"},
            ]
        )
        cls.customer_user = cls.make_customer(cls.alder, "campaigns@alder.example", "Alder Campaigns")
        cls.customer = cls.customer_user.partner_id
        #: of the same client
        cls.colleague_user = cls.make_customer(cls.alder, "sales@alder.example", "Alder Sales")
        cls.stranger_user = cls.make_customer(cls.birch, "shop@birch.example", "Birch Shop")
        cls.agent = cls.make_agent("first")
        cls.engineer = cls.make_agent("engineer")
        cls.lead = cls.make_agent("lead")
        cls.hub_lead = cls.make_agent("hub-lead")
        cls.duty = cls.make_agent("duty")
        cls.head = cls.make_agent("head")
        cls.manager = cls.make_agent("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.team.write({"user_ids": [(6, 0, (cls.agent | cls.lead | cls.duty).ids)], "user_id": cls.lead.id})
        cls.team_messaging.write({"user_ids": [(6, 0, (cls.engineer | cls.head).ids)], "user_id": cls.engineer.id})
        cls.team_hub.write({"user_ids": [(6, 0, cls.hub_lead.ids)], "user_id": cls.hub_lead.id})
        cls.ref_("role_emergency").user_ids = cls.duty
        cls.ref_("role_head").user_ids = cls.head
        cls.provider.administrator_id = cls.manager
        domain = cls.env["mail.alias.domain"].create(
            {"name": "desk.dialog360.example", "bounce_alias": "bounce-d360", "catchall_alias": "catch-d360"}
        )
        cls.env.company.alias_domain_id = domain
        cls.team.write({"alias_name": "d360-test", "alias_domain_id": domain.id})
        cls.address = f"d360-test@{domain.name}"
        cls.entitlement = cls.env["support.entitlement"].create(
            {
                "provider_id": cls.provider.id,
                "partner_id": cls.alder.id,
                "date_start": "2020-01-01",
                "plan_id": cls.plans["premium"].id,
            }
        )

    def settle(self):
        """What happens when a request ends: tracking is written, computed changes are recorded."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    @contextmanager
    def refused(self, words, exception=UserError):
        """What is done inside is refused with a message that has ``words`` in it, and undone."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertRegex(str(caught.exception), words)

    def raise_ticket(self, moment, level="3", user=None, complete=True, **vals):
        """As an agent for the client of Premium, by chat or phone unless ``channel_id`` says otherwise.

        :param complete: with everything that a good request contains, but files
        """
        values = {
            "partner_id": self.customer.id,
            "partner_email": self.customer.email,
            "support_priority_id": self.levels[level].id,
            **(ANSWERS if complete else {}),
            **vals,
        }
        return self.raise_by(moment, user, **values)

    def raise_as_client(self, moment, level="3", user=None, complete=True, **vals):
        """As the client does with the web form."""
        user = user or self.customer_user
        tickets = self.env["helpdesk.ticket"].with_context(support_side="customer")
        values = {
            "name": self.ticket_name,
            "description": "<p>Since noon.</p>",
            "team_id": self.team.id,
            "partner_id": user.partner_id.id,
            "partner_name": user.partner_id.name,
            "partner_email": user.partner_id.email,
            "channel_id": self.web.id,
            "user_id": False,
            "support_priority_id": self.levels[level].id,
            **(ANSWERS if complete else {}),
            **vals,
        }
        return self.at(tickets, moment).create(values).with_context(support_now=False, support_side=None)

    def say(self, ticket, moment, body=FOUND, user=None, **kwargs):
        """An agent answers with what was found, unless ``body`` says otherwise."""
        return super().say(ticket, moment, body=body, user=user, **kwargs)

    def hear(self, ticket, moment, body="Here is the log.", partner=None):
        """A message of the client on the ticket."""
        partner = partner or self.customer
        return self.at(ticket.sudo(), moment).message_post(
            body=body,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=partner.id,
            email_from=partner.email,
        )

    def deliver(self, moment=None):
        """What the scheduled action of the outbox does, at ``moment`` (UTC) or now."""
        if moment is None:
            return super().deliver()
        outbox = self.at(self.env["support.notification"].sudo(), moment)
        intents = outbox.search([("state", "in", ("pending", "handed"))], order="id")
        for intent in intents:
            intent._deliver_safely(utc(moment))
        return intents._hand_over(utc(moment))

    def move(self, ticket, moment, stage, user=None):
        """An agent moves a ticket to the stage with the code ``stage``."""
        self.at(ticket.with_user(user or self.agent), moment).stage_id = self.stages[stage]
        self.settle()

    def wizard(self, model, ticket, moment, user=None, **vals):
        """A wizard about ``ticket``, opened by an agent at ``moment``."""
        Wizard = self.at(self.env[model].with_user(user or self.agent), moment)
        return Wizard.with_context(default_ticket_id=ticket.id).create({"ticket_id": ticket.id, **vals})

    def written_to(self, ticket):
        """What the client of a ticket was written by the desk or by agents, in order: messages."""
        return (
            ticket.sudo()
            .message_ids.sorted("id")
            .filtered(
                lambda message: (
                    message.message_type in ("comment", "auto_comment", "email")
                    and not message.is_internal
                    and not message.subtype_id.internal
                    and message.author_id != ticket.partner_id
                )
            )
        )


class Dialog360Case(Dialog360Mixin, MockEmail, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
