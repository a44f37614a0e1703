from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.support_sla.tests.common import utc
from odoo.addons.support_sla.tests.provider_common import PASSWORD, ProviderMixin
from odoo.tests.common import TransactionCase

__all__ = ["PASSWORD", "JudopayCase", "JudopayMixin", "utc"]


class JudopayMixin(ProviderMixin):
    """The addon's own provider with two merchants, three agents and filled roles, all invented."""

    addon = "judopay_priorities"
    zone = "Europe/London"
    ticket_name = "Payouts are late"

    @classmethod
    def make_data(cls):
        cls.env = cls.env(
            context={**cls.env.context, "no_reset_password": True, "lang": "en_US", "tracking_disable": False}
        )
        ref = cls.env.ref
        cls.provider = ref("judopay_priorities.provider")
        cls.calendar = ref("judopay_priorities.calendar_london")
        cls.calendar._sla_fill_holidays([2026, 2027])
        cls.team = ref("judopay_priorities.team_service_desk")
        cls.transactions = ref("judopay_priorities.team_transactions")
        cls.priorities = {f"PS{n}": ref(f"judopay_priorities.priority_ps{n}") for n in range(1, 6)}
        cls.stages = {
            name: ref(f"judopay_priorities.stage_{name}") for name in ("active", "with_customer", "escalated", "closed")
        }
        cls.alder, cls.birch = cls.env["res.partner"].create(
            [
                {"name": "Alder Tickets", "is_company": True, "email": "office@alder.example"},
                {"name": "Birch Travel", "is_company": True, "email": "office@birch.example"},
            ]
        )
        cls.merchant_user = cls.make_customer(cls.alder, "till@alder.example", "Alder Till")
        cls.merchant = cls.customer = cls.merchant_user.partner_id
        cls.stranger_user = cls.make_customer(cls.birch, "till@birch.example", "Birch Till")
        cls.agent = cls.make_agent("desk")
        cls.other_agent = cls.make_agent("transactions")
        cls.roles = {}
        for code, xmlid in (
            ("24h", "role_support_24h"),
            ("desk", "role_service_representative"),
            ("it", "role_it_operations_manager"),
            ("cto", "role_cto"),
        ):
            user = cls.make_agent(f"role-{code}")
            cls.roles[code] = user
            ref(f"judopay_priorities.{xmlid}").user_ids = user
        cls.success_manager = cls.make_agent("success")
        cls.manager = cls.make_agent("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.provider.administrator_id = cls.manager
        cls.env["support.entitlement"].create(
            {
                "provider_id": cls.provider.id,
                "partner_id": cls.alder.id,
                "date_start": "2020-01-01",
                "success_manager_id": cls.success_manager.id,
            }
        )
        cls.team.user_ids = cls.agent | cls.roles["it"]
        cls.transactions.user_ids = cls.other_agent

    def raise_ticket(self, moment, code="PS3", user=None, **vals):
        """As an agent who has the merchant on the phone, or as ``user``."""
        values = {"partner_id": self.merchant.id, "support_priority_id": self.priorities[code].id, **vals}
        return self.raise_by(moment, user, **values)

    def propose(self, moment, code="PS3", **vals):
        """As the merchant on the portal: created in superuser mode for the merchant's user."""
        tickets = self.env["helpdesk.ticket"].with_user(self.merchant_user).sudo()
        values = {
            "name": "Nothing gets through",
            "description": "<p>Since noon.</p>",
            "team_id": self.team.id,
            "partner_id": self.merchant.id,
            "support_priority_id": self.priorities[code].id,
            **vals,
        }
        ticket = self.at(tickets, moment).create(values)
        return self.env["helpdesk.ticket"].browse(ticket.id)

    def confirm(self, ticket, moment, code, note="Talked to the till.", user=None):
        """The wizard behind the button."""
        ticket = self.at(ticket.with_user(user or self.agent), moment)
        action = ticket.action_judopay_confirm()
        wizard = (
            ticket.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"priority_id": self.priorities[code].id, "note": note})
        )
        wizard.action_confirm()

    def move(self, ticket, moment, stage, user=None):
        self.at(ticket.with_user(user or self.agent), moment).stage_id = self.stages[stage]

    def due(self, ticket):
        """Deadlines by metric as text, to the minute."""
        return {
            metric: (deadline and deadline.strftime("%Y-%m-%d %H:%M"))
            for metric in ("first_response", "resolution")
            if (deadline := self.clock(ticket, metric).deadline) is not None
        }

    def mail_in(self, text, moment="2026-02-10 10:00", sender='"Alder Till" <till@alder.example>', to=None, **values):
        return super().mail_in(text, moment, sender, to or self.address(), **values)

    def address(self, team=None):
        alias = (team or self.team).alias_id
        return f"{alias.alias_name}@{alias.alias_domain_id.name or 'judopay.example'}"


class JudopayCase(JudopayMixin, TransactionCase, MockEmail):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
        cls.domain = cls.env["mail.alias.domain"].create(
            {"name": "desk.judopay.example", "bounce_alias": "bounce-judopay", "catchall_alias": "catchall-judopay"}
        )
        cls.env.company.alias_domain_id = cls.domain
        (cls.team | cls.transactions).alias_id.alias_domain_id = cls.domain
