from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.support_sla.tests.common import utc
from odoo.addons.support_sla.tests.provider_common import PASSWORD, ProviderMixin
from odoo.tests.common import TransactionCase

__all__ = ["PASSWORD", "OpenpymeCase", "OpenpymeMixin", "utc"]


class OpenpymeMixin(ProviderMixin):
    """The addon's own provider with two clients, a leader, an agent and a manager, all invented."""

    addon = "openpyme_helpdesk_sla"
    zone = "America/Mexico_City"
    ticket_name = "Invoices are not stamped"

    @classmethod
    def make_data(cls):
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True, "lang": "en_US"})
        cls.provider = cls.ref_("provider")
        cls.team = cls.ref_("team_customers")
        cls.stages = {
            code: cls.ref_(f"stage_{code}")
            for code in (
                "new",
                "backlog",
                "in_work",
                "waiting",
                "waiting_other",
                "validation",
                "closed",
                "cancelled",
            )
        }
        cls.kinds = {code: cls.ref_(f"kind_{code}") for code in ("support", "change", "consultancy")}
        cls.mesa, cls.rio = cls.env["res.partner"].create(
            [
                {"name": "Mesa Foods", "is_company": True, "email": "office@mesa.example"},
                {"name": "Rio Tools", "is_company": True, "email": "office@rio.example"},
            ]
        )
        cls.customer_user = cls.make_customer(cls.mesa, "till@mesa.example", "Mesa Till")
        cls.customer = cls.customer_user.partner_id
        cls.stranger_user = cls.make_customer(cls.rio, "till@rio.example", "Rio Till")
        cls.agent = cls.make_agent("agent")
        cls.leader = cls.make_agent("leader")
        cls.manager = cls.make_agent("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.provider.administrator_id = cls.manager
        cls.entitlement, cls.entitlement_rio = cls.env["support.entitlement"].create(
            [
                {
                    "provider_id": cls.provider.id,
                    "partner_id": partner.id,
                    "date_start": "2020-01-01",
                    "account_leader_id": cls.leader.id,
                }
                for partner in (cls.mesa, cls.rio)
            ]
        )

    def raise_ticket(self, moment, kind=None, user=None, **vals):
        """As an agent, or as ``user``; ``kind`` is a code or None."""
        values = {"partner_id": self.customer.id, "support_kind_id": self.kinds[kind].id if kind else False, **vals}
        return self.raise_by(moment, user, **values)


class OpenpymeCase(OpenpymeMixin, MockEmail, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
