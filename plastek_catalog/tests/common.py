from datetime import datetime

from odoo.addons.mail.tests.common import MockEmail
from odoo.tests.common import TransactionCase, new_test_user

PASSWORD = "plastek-test-password"


def utc(text: str) -> datetime:
    """``"2026-02-10 10:00"`` as naive UTC."""
    return datetime.fromisoformat(text)


class PlastekMixin:
    """The addon's own provider with two customers, agents and filled roles, all invented."""

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
        cls.customer_user = new_test_user(
            cls.env,
            login="plastek-customer",
            password=PASSWORD,
            groups="base.group_portal",
            email="shop@tandem.example",
            name="Tandem Shop",
            tz="Europe/Moscow",
        )
        cls.customer = cls.customer_user.partner_id
        cls.customer.parent_id = cls.tandem
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

    @classmethod
    def ref_(cls, name):
        return cls.env.ref(f"plastek_catalog.{name}")

    @classmethod
    def make_agent(cls, name, groups="helpdesk_mgmt.group_helpdesk_user"):
        return new_test_user(
            cls.env,
            login=f"plastek-{name}",
            password=PASSWORD,
            groups=groups,
            email=f"{name}@plastek.example",
            name=f"Agent {name}",
            tz="Europe/Moscow",
        )

    def at(self, record, moment):
        return record.with_context(support_now=utc(moment) if isinstance(moment, str) else moment)

    def raise_ticket(self, moment, service="incident", user=None, **vals):
        """As an agent, or as ``user``; ``service`` is a code of the catalogue or None."""
        values = {
            "name": "Points are not added",
            "description": "<p>Since noon.</p>",
            "team_id": self.team.id,
            "partner_id": self.customer.id,
            "support_service_id": self.ref_(f"service_{service}").id if service else False,
            **vals,
        }
        tickets = self.env["helpdesk.ticket"].with_user(user or self.agent)
        return self.at(tickets, moment).create(values).with_context(support_now=False)

    def say(self, ticket, moment, body="We are on it.", user=None, **kwargs):
        return self.at(ticket.with_user(user or self.agent), moment).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment", **kwargs
        )

    def sweep(self, moment):
        moment = utc(moment) if isinstance(moment, str) else moment
        sweep = self.env["support.sweep"].sudo().with_context(support_now=moment)
        for _round in range(50):
            if not sweep._sweep_batch(moment):
                return
        self.fail("The sweep finds something to do for ever")

    def clock(self, ticket, metric):
        """The last clock of ``metric`` that was not superseded."""
        clocks = ticket.sudo().support_clock_ids.filtered(
            lambda clock: clock.metric == metric and clock.ending != "superseded"
        )
        return clocks.sorted(lambda clock: (clock.grade, clock.round))[-1:]

    def due(self, ticket):
        """Deadlines as text: first response, resolution."""
        return tuple(
            self.clock(ticket, metric).deadline.strftime("%Y-%m-%d %H:%M")
            for metric in ("first_response", "resolution")
        )

    def told(self, ticket):
        """Users whom the outbox tells of the ticket, in order."""
        intents = self.env["support.notification"].sudo().search([("ticket_id", "=", ticket.id)], order="id")
        return [intent.partner_id.user_ids[:1] for intent in intents]


class PlastekCase(PlastekMixin, MockEmail, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
