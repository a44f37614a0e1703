from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.support_sla.tests.common import utc
from odoo.addons.support_sla.tests.provider_common import PASSWORD, ProviderMixin
from odoo.tests.common import TransactionCase

__all__ = ["ANSWERS", "PASSWORD", "BpmsoftCase", "BpmsoftMixin", "utc"]

#: everything that a request must contain (B-8)
ANSWERS = {
    "bpmsoft_questions": "Why does the invoice stay empty?",
    "bpmsoft_address": "https://crm.irtysh.example",
    "bpmsoft_account": "support-visitor",
    "bpmsoft_password": "visitor-Pass-1",
    "bpmsoft_steps": "1. Log in\n2. Open the contract\n3. Press Make Invoice",
    "bpmsoft_databases": "One server, PostgreSQL 15",
    "bpmsoft_nodes": 2,
    "bpmsoft_adjacent": "Accounting, by a queue of messages",
    "bpmsoft_customisations": "Contracts by us, invoices by another partner",
}


class BpmsoftMixin(ProviderMixin):
    """The addon's own provider with two clients, two experts, a coordinator, a head and a manager, all invented.

    Moscow is three hours ahead of UTC the whole year: 08:30–17:30 are 05:30–14:30 UTC. Mon 2 March 2026 is a Monday.
    """

    addon = "bpmsoft_care"
    zone = "Europe/Moscow"
    ticket_name = "The invoice stays empty"

    @classmethod
    def make_data(cls):
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True, "lang": "en_US"})
        cls.env.ref("base.lang_en").time_format = "%H:%M:%S"  # so that times read as they are written here
        cls.provider = cls.ref_("provider")
        cls.team = cls.ref_("team_care")
        cls.stages = {
            code: cls.ref_(f"stage_{code}")
            for code in ("new", "in_work", "waiting", "waiting_other", "resolved", "closed", "cancelled")
        }
        cls.levels = {code: cls.ref_(f"priority_{code}") for code in ("critical", "high", "medium", "low")}
        cls.kinds = {code: cls.ref_(f"kind_{code}") for code in ("advice", "error", "source")}
        cls.irtysh, cls.onega = cls.env["res.partner"].create(
            [
                {"name": "Irtysh Steel", "is_company": True, "email": "office@irtysh.example"},
                {"name": "Onega Bank", "is_company": True, "email": "office@onega.example"},
            ]
        )
        #: the authorised contact of each client, who may log in to the portal
        cls.customer_user = cls.make_customer(cls.irtysh, "crm@irtysh.example", "Irtysh Project Office")
        cls.customer = cls.customer_user.partner_id
        #: of the same client, and not authorised
        cls.colleague_user = cls.make_customer(cls.irtysh, "plant@irtysh.example", "Irtysh Plant")
        cls.stranger_user = cls.make_customer(cls.onega, "crm@onega.example", "Onega Project Office")
        cls.agent = cls.make_agent("expert")
        cls.other_agent = cls.make_agent("expert2")
        cls.coordinator = cls.make_agent("coordinator")
        cls.head = cls.make_agent("head")
        cls.manager = cls.make_agent("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.ref_("role_coordinator").user_ids = cls.coordinator
        cls.ref_("role_head").user_ids = cls.head
        cls.provider.administrator_id = cls.manager
        domain = cls.env["mail.alias.domain"].create(
            {"name": "desk.bpmsoft.example", "bounce_alias": "bounce-bpmsoft", "catchall_alias": "catch-bpmsoft"}
        )
        cls.env.company.alias_domain_id = domain
        cls.team.write({"alias_name": "bpmsoft-test", "alias_domain_id": domain.id})
        cls.address = f"bpmsoft-test@{domain.name}"
        cls.entitlement, cls.entitlement_onega = cls.env["support.entitlement"].create(
            [
                {
                    "provider_id": cls.provider.id,
                    "partner_id": user.partner_id.parent_id.id,
                    "date_start": "2020-01-01",
                    "contact_ids": [(6, 0, user.partner_id.ids)],
                    # agents register requests in most tests (B-15)
                    "bpmsoft_online": True,
                    "bpmsoft_registration": True,
                }
                for user in (cls.customer_user, cls.stranger_user)
            ]
        )

    def raise_ticket(self, moment, level="medium", user=None, complete=True, **vals):
        """As an agent for the authorised contact, or as ``user``.

        :param level: code of a level, or None
        :param complete: with everything that a request must contain (B-8)
        """
        values = {
            "partner_id": self.customer.id,
            "support_priority_id": self.levels[level].id if level else False,
            **(ANSWERS if complete else {}),
            **vals,
        }
        return self.raise_by(moment, user, **values)

    def raise_as_client(self, moment, level="medium", user=None, complete=True, **vals):
        """As the client does on the portal: in the name of the authorised contact, or of ``user``."""
        user = user or self.customer_user
        tickets = self.env["helpdesk.ticket"].with_context(support_side="customer")
        values = {
            "name": self.ticket_name,
            "description": "<p>Since noon.</p>",
            "team_id": self.team.id,
            "partner_id": user.partner_id.id,
            "partner_name": user.partner_id.name,
            "partner_email": user.partner_id.email,
            "user_id": False,
            "support_priority_id": self.levels[level].id if level else False,
            **(ANSWERS if complete else {}),
            **vals,
        }
        return self.at(tickets, moment).create(values).with_context(support_now=False, support_side=None)

    def automatic(self, ticket):
        """What the desk itself has written to the client, after the confirmation of receipt."""
        said = ticket.message_ids.filtered(lambda message: message.message_type == "auto_comment")
        return said.filtered(lambda message: "We have your request" not in (message.subject or "")).sorted("id")

    def told_staff(self, ticket):
        """Colleagues whom the outbox tells of the ticket, in order."""
        return [user for user in self.told(ticket) if user and not user.share]

    def move(self, ticket, moment, stage, user=None):
        """An agent moves a ticket to the stage with the code ``stage``."""
        self.at(ticket.with_user(user or self.agent), moment).stage_id = self.stages[stage]
        self.settle()


class BpmsoftCase(BpmsoftMixin, MockEmail, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def setUp(self):
        super().setUp()
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 0)
