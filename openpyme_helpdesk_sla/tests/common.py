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
        cls.impacts = {code: cls.ref_(f"impact_{code}") for code in ("high", "medium", "low")}
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
        domain = cls.env["mail.alias.domain"].create(
            {"name": "desk.openpyme.example", "bounce_alias": "bounce-openpyme", "catchall_alias": "catch-openpyme"}
        )
        cls.env.company.alias_domain_id = domain
        cls.team.write({"alias_name": "openpyme-test", "alias_domain_id": domain.id})
        cls.address = f"openpyme-test@{domain.name}"
        # tests of other subjects end tickets where it suits them; the path's own tests set it as it is delivered
        cls.provider.openpyme_path_required = False
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
        """As an agent, or as ``user``. With ``kind`` (a code) the leader has reviewed and classified it at once, and
        given it the ``impact`` (a code) of ``vals``, if any."""
        impact = vals.pop("impact", None)
        ticket = self.raise_by(moment, user, **{"partner_id": self.customer.id, **vals})
        if kind:
            self.classify(ticket, moment, kind, impact)
        return ticket

    def review(self, ticket, moment, user=None, note=""):
        """The initial review, finished by the leader, or by ``user``, with the button on the ticket."""
        ticket = self.at(ticket.with_user(user or self.leader), moment)
        wizard = ticket.env["openpyme.review.wizard"].browse(ticket.action_openpyme_review()["res_id"])
        wizard.write({"duplicate_done": True, "reply_done": True, "contract_note": note})
        wizard.action_save()

    def classify(self, ticket, moment, kind, impact=None, user=None):
        """Reviewed, if it was not yet, and classified; ``kind`` and ``impact`` are codes."""
        if ticket.sudo().openpyme_review_left:
            self.review(ticket, moment, user)
        values = {"support_kind_id": self.kinds[kind].id}
        if impact:
            values["openpyme_impact_id"] = self.impacts[impact].id
        self.at(ticket.with_user(user or self.leader), moment).write(values)


class OpenpymeCase(OpenpymeMixin, MockEmail, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def setUp(self):
        super().setUp()
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 0)
