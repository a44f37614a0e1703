from odoo.addons.mail.tests.common import MockEmail
from odoo.addons.support_sla.tests.common import utc
from odoo.addons.support_sla.tests.provider_common import PASSWORD, ProviderMixin
from odoo.tests.common import TransactionCase

__all__ = ["PASSWORD", "PlastekCase", "PlastekMixin", "utc"]


class PlastekMixin(ProviderMixin):
    """The addon's own provider with two customers, agents and filled roles, all invented."""

    addon = "plastek_catalog"
    zone = "Europe/Moscow"
    ticket_name = "Points are not added"

    @classmethod
    def make_data(cls):
        cls.env = cls.env(context={**cls.env.context, "no_reset_password": True, "lang": "en_US"})
        ref = cls.ref_
        cls.provider = ref("provider")
        cls.calendar = ref("calendar_moscow")
        cls.team = ref("team_support")
        cls.first_line = ref("team_first_line")
        cls.levels = {f"SL_{n}": ref(f"priority_sl{n}") for n in (1, 2, 3)}
        cls.tandem, cls.rival = cls.env["res.partner"].create(
            [
                {"name": "Tandem Retail", "is_company": True, "email": "office@tandem.example"},
                {"name": "Rival Retail", "is_company": True, "email": "office@rival.example"},
            ]
        )
        cls.customer_user = cls.make_customer(cls.tandem, "shop@tandem.example", "Tandem Shop")
        cls.customer = cls.customer_user.partner_id
        cls.agent = cls.make_agent("agent")
        cls.manager = cls.make_agent("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.roles = {}
        for code in (
            "head_of_support",
            "service_manager",
            "sql_engineer",
            "system_administrator",
            "service_desk_manager",
        ):
            user = cls.make_agent(code.replace("_", "-"))
            cls.roles[code] = user
            ref(f"role_{code}").user_ids = user
        cls.provider.administrator_id = cls.manager
        cls.entitlement = cls.env["support.entitlement"].create(
            {"provider_id": cls.provider.id, "partner_id": cls.tandem.id, "date_start": "2020-01-01"}
        )

    def raise_ticket(self, moment, service="incident", user=None, **vals):
        """As an agent, or as ``user``; ``service`` is a code of the catalogue or None."""
        values = {
            "partner_id": self.customer.id,
            "support_service_id": self.ref_(f"service_{service}").id if service else False,
            **vals,
        }
        return self.raise_by(moment, user, **values)

    def due(self, ticket):
        """Deadlines as text: first response, resolution."""
        return tuple(
            self.clock(ticket, metric).deadline.strftime("%Y-%m-%d %H:%M")
            for metric in ("first_response", "resolution")
        )


class PlastekCase(PlastekMixin, MockEmail, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
