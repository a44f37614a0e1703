from unittest.mock import patch

from lxml import html
from odoo import fields
from odoo.tests import tagged

from .portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalNewTicket(PortalCase):
    """The form for a new ticket: who is offered what, and what is taken of what comes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["support.provider"].create(
            {
                "name": "Beta Care",
                "code": "beta_test",
                "calendar_id": cls.provider.calendar_id.id,
                "entitlement_mode": "refuse",
            }
        )
        cls.other_team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Beta Desk", "support_provider_id": cls.other.id}
        )

    def setUp(self):
        super().setUp()
        self.log_in(self.user_a)

    def submit(self, files=None, **values):
        data = {
            "support_provider": self.provider.id,
            "team": self.team.id,
            "support_priority_id": self.urgent.id,
            "subject": "Typed subject",
            "description": "Typed description",
            **values,
        }
        data = {name: value for name, value in data.items() if value is not None}
        before = self.env["helpdesk.ticket"].search([])
        response = self.post("/submitted/ticket", data, files=files)
        return response, self.env["helpdesk.ticket"].search([]) - before

    def entitle(self, partner, **values):
        return self.env["support.entitlement"].create(
            {
                "provider_id": self.other.id,
                "partner_id": partner.id,
                "date_start": fields.Date.to_date("2026-01-01"),
                **values,
            }
        )

    # --- what is offered --------------------------------------------------------------------------

    def test_form(self):
        """E-9: the form shows the provider's levels with definition, example and what is promised."""
        page = self.page("/new/ticket")
        text = self.text(page)
        self.assertIn("New ticket with Acme Care", text)
        self.assertIn("Acme helps.", text)
        card = self.text(page.xpath(f"//label[@for='support_priority_id_{self.urgent.id}']")[0])
        self.assertIn("P1 Urgent Nothing works at all. For example: The shop is shut.", card)
        self.assertIn("First answer: 30 min · Updates: every 1 h · Solution: 4 h (around the clock)", card)

    def test_contract_decides_who_is_offered(self):
        """E-9: whoever has a contract with one provider is not asked to choose among those that he has none with; a
        contract that has ended is not forgotten, and a provider without contracts is there for everybody"""
        hours = self.provider.calendar_id.id
        others = self.env["support.provider"].create(
            [
                {"name": name, "code": name.lower(), "calendar_id": hours, "entitlement_mode": mode}
                for name, mode in (("Warning", "warn"), ("Open", "ignore"), ("Former", "warn"))
            ]
        )
        self.env["helpdesk.ticket.team"].create(
            [{"name": other.name, "support_provider_id": other.id, "show_in_portal": True} for other in others]
        )
        self.provider.entitlement_mode = "warn"

        def offered():
            return [self.text(link) for link in self.page("/my/support/services").xpath("//h3/a")]

        names = {"Acme Care", "Warning", "Open", "Former"}
        self.assertLessEqual(names, set(offered()), "nobody is told apart before there is a contract")
        for provider, end in ((self.provider, False), (others[2], "2026-02-01")):
            self.env["support.entitlement"].create(
                {
                    "provider_id": provider.id,
                    "partner_id": self.user_a.partner_id.commercial_partner_id.id,
                    "date_start": "2026-01-01",
                    "date_end": end,
                }
            )
        self.assertEqual(names & set(offered()), names - {"Warning"})

    def test_hidden_levels(self):
        """E-9: levels and services that are not for customers are not on the form, and not taken."""
        self.normal.portal_visible = False
        service = self.env["support.service"].create(
            {"name": "Secret service", "provider_id": self.provider.id, "portal_visible": False}
        )
        text = self.text(self.page("/new/ticket"))
        self.assertNotIn("P2 Normal", text)
        self.assertNotIn("Secret service", text)
        for values in ({"support_priority_id": self.normal.id}, {"support_service_id": service.id}):
            response, tickets = self.submit(**values)
            self.assertEqual(response.status_code, 400)
            self.assertFalse(tickets)

    def test_only_whom_one_is_entitled_to(self):
        """E-6.1: a provider that refuses without entitlement is offered to customers with one in force."""
        self.assertNotIn("Beta Care", self.text(self.page("/new/ticket")))
        entitlement = self.entitle(self.company_a)
        self.assertIn("Beta Care", self.text(self.page("/new/ticket")))
        for dates in (
            {"date_end": "2026-03-01"},
            {"date_start": "2026-03-03", "date_end": False},
        ):
            with self.subTest(dates=dates):
                entitlement.write(dates)
                self.assertNotIn("Beta Care", self.text(self.page("/new/ticket")))
        self.log_in(self.user_b)
        entitlement.write({"date_start": "2026-01-01"})
        self.assertNotIn("Beta Care", self.text(self.page("/new/ticket")))

    def test_authorised_contacts(self):
        """E-6.2: where the entitlement names who may raise requests, only they are offered the provider."""
        colleague = self._make_portal_user("carl", self.company_a)
        self.entitle(self.company_a, contact_ids=[(6, 0, colleague.partner_id.ids)])
        self.assertNotIn("Beta Care", self.text(self.page("/new/ticket")))
        response, tickets = self.submit(
            support_provider=self.other.id, team=self.other_team.id, support_priority_id=None
        )
        self.assertEqual(response.status_code, 400)
        self.assertFalse(tickets)
        self.log_in(colleague)
        self.assertIn("Beta Care", self.text(self.page("/new/ticket")))
        response, tickets = self.submit(
            support_provider=self.other.id, team=self.other_team.id, support_priority_id=None
        )
        self.assertEqual(response.status_code, 302)
        self.assertEqual(tickets.support_provider_id, self.other)

    def test_choice_of_provider(self):
        """E-9: with several providers the customer chooses first; each leads to its own form."""
        self.entitle(self.company_a)
        page = self.page("/new/ticket")
        self.assertIn("Who should help you?", self.text(page))
        [link] = page.xpath("//a[normalize-space()='Beta Care']/@href")
        self.assertIn("New ticket with Beta Care", self.text(self.page(link)))

    def test_company_of_the_queue(self):
        """S-1: queues and providers of another company are not offered."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.other.entitlement_mode = "ignore"
        self.assertIn("Beta Care", self.text(self.page("/new/ticket")))
        self.other_team.company_id = elsewhere
        self.assertNotIn("Beta Care", self.text(self.page("/new/ticket")))

    # --- what is taken ----------------------------------------------------------------------------

    def test_submit(self):
        """E-9: what was chosen is on the ticket, it runs on its promises, and the customer raised it."""
        service = self.env["support.service"].create({"name": "Booking", "provider_id": self.provider.id})
        response, ticket = self.submit(support_service_id=service.id)
        self.assertEqual(response.status_code, 302)
        self.assertTrue(response.headers["Location"].endswith(f"/my/ticket/{ticket.id}"))
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.stage_id, self.stages["new"])
        self.assertEqual(ticket.support_priority_id, self.urgent)
        self.assertEqual(ticket.support_service_id, service)
        self.assertEqual(ticket.partner_id, self.partner_a)
        self.assertEqual(str(ticket.support_next_due), "2026-03-02 10:00:00")
        self.assertEqual(set(ticket.support_event_ids.mapped("side")), {"customer"})
        self.assertIn("Acme Care answers you by 10:00", self.text(self.page(f"/my/ticket/{ticket.id}")))

    def test_made_up_ids(self):
        """E-9: an id that the form did not offer makes no ticket, whatever it is the id of."""
        priority = self.env["support.priority"].create({"provider_id": self.other.id, "code": "B1", "name": "Beta"})
        service = self.env["support.service"].create({"provider_id": self.other.id, "name": "Beta service"})
        hidden = self.env["helpdesk.ticket.team"].create(
            {"name": "Hidden", "support_provider_id": self.provider.id, "show_in_portal": False}
        )
        for values in (
            {"support_provider": self.other.id},
            {"support_provider": self.other.id, "team": self.other_team.id},
            {"support_provider": "junk"},
            {"support_provider": 2**31},
            {"team": self.other_team.id},
            {"team": hidden.id},
            {"team": "1; DROP TABLE"},
            {"support_priority_id": priority.id},
            {"support_priority_id": "٣"},
            {"support_priority_id": None},
            {"support_priority_id": -1},
            {"support_service_id": service.id},
            {"subject": "x" * 100_000},
            {"subject": "  "},
            {"description": None},
        ):
            with self.subTest(values=str(values)[:60]):
                response, tickets = self.submit(**values)
                self.assertEqual(response.status_code, 400)
                self.assertIn("support_guard_errors", response.text)
                self.assertFalse(tickets)

    def test_nothing_typed_is_lost(self):
        """S-7: after an error the form has everything that was typed and chosen, and says what is wrong."""
        service = self.env["support.service"].create({"name": "Booking", "provider_id": self.provider.id})
        response, tickets = self.submit(subject="", support_service_id=service.id, support_priority_id=self.normal.id)
        self.assertEqual(response.status_code, 400)
        self.assertFalse(tickets)
        page = html.fromstring(response.text)
        self.assertEqual(self.text(page.get_element_by_id("description")), "Typed description")
        for name, record in (("support_service_id", service), ("support_priority_id", self.normal)):
            [chosen] = page.xpath(f"//input[@name='{name}'][@checked]")
            self.assertEqual(chosen.get("value"), str(record.id))
        self.assertIn("Please enter a subject.", self.text(page.get_element_by_id("support_guard_errors")))

    def test_provider_gone_meanwhile(self):
        """S-7: if the provider takes no more requests meanwhile, what was typed can still be copied."""
        self.provider.entitlement_mode = "refuse"
        response, tickets = self.submit()
        self.assertEqual(response.status_code, 400)
        self.assertFalse(tickets)
        self.assertIn("Typed description", response.text)
        self.assertIn("does not take requests from you", response.text)

    def test_errors_in_the_readers_language(self):
        """S-7: what is wrong is said in the reader's language, in words and not in codes."""
        self.env["res.lang"]._activate_lang("es_ES")
        self.user_a.lang = "es_ES"
        self.opener.cookies["frontend_lang"] = "es_ES"
        seen = []
        Ticket = self.env.registry["helpdesk.ticket"]

        def check(ticket, _provider, _post):
            seen.append(ticket.env.lang)
            return ["Falta algo"]

        with patch.object(Ticket, "_support_portal_check", check):
            response, tickets = self.submit()
        self.assertEqual(response.status_code, 400)
        self.assertIn("Falta algo", response.text)
        self.assertEqual(set(seen), {"es_ES"})
        self.assertFalse(tickets)

    def test_get_makes_nothing(self):
        """S-2: a link makes no ticket, and a post without the form's token none either."""
        url = f"/submitted/ticket?support_provider={self.provider.id}&team={self.team.id}&subject=x&description=y"
        before = self.env["helpdesk.ticket"].search_count([])
        self.assertEqual(self.url_open(url, allow_redirects=False).status_code, 405)
        data = {"support_provider": self.provider.id, "subject": "x", "description": "y"}
        self.assertEqual(self.post("/submitted/ticket", data, csrf=False).status_code, 400)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_queue_and_service(self):
        """E-9: a service of another queue than the chosen one is refused in words; alone it names its queue."""
        second = self.env["helpdesk.ticket.team"].create({"name": "Second", "support_provider_id": self.provider.id})
        self.stages["new"].team_ids |= second
        service = self.env["support.service"].create(
            {"name": "Booking", "provider_id": self.provider.id, "team_id": second.id}
        )
        response, tickets = self.submit(support_service_id=service.id)
        self.assertEqual(response.status_code, 400)
        self.assertIn("please choose that queue or another service", response.text)
        self.assertFalse(tickets)
        _response, ticket = self.submit(team=None, support_service_id=service.id)
        self.assertEqual(ticket.team_id, second)
        _response, ticket = self.submit()  # the first queue has no service to choose
        self.assertEqual(ticket.team_id, self.team)

    def test_attachments(self):
        """E-9: files of the form are on the ticket; too many are refused before anything is stored."""
        _response, ticket = self.submit(files=[("attachment", ("a.txt", b"hello", "text/plain"))])
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(attachment.mapped("name"), ["a.txt"])
        limit = self.env["support.guard.upload"]._get_limits().max_count
        many = [("attachment", (f"{number}.txt", b"x", "text/plain")) for number in range(limit + 1)]
        response, tickets = self.submit(files=many)
        self.assertEqual(response.status_code, 400)
        self.assertFalse(tickets)

    def test_general_request(self):
        """E-9: the stock form still makes tickets of no provider, and no queue of a provider slips in."""
        response, ticket = self.submit(support_provider=None, team=None, support_priority_id=None)
        self.assertEqual(response.status_code, 302)
        self.assertFalse(ticket.support_provider_id)
        _response, ticket = self.submit(support_provider=None, team=self.other_team.id)
        self.assertFalse(ticket.support_provider_id)
        self.env.company.helpdesk_mgmt_portal_select_team = True
        response, tickets = self.submit(support_provider=None, team=self.other_team.id)
        self.assertFalse(tickets.support_provider_id)

    def test_own_questions_of_a_provider(self):
        """E-9: a provider's own questions are shown, required, checked, kept and stored."""
        Ticket = self.env.registry["helpdesk.ticket"]
        specs = [
            {"name": "partner_name", "label": "Who", "type": "char", "required": True, "help": "Your name"},
            {"name": "priority", "label": "Stars", "type": "selection", "options": [("0", "None"), ("3", "Three")]},
            {"name": "last_stage_update", "label": "Since when", "type": "datetime"},
        ]
        self.log_in(self.user_a, tz="Europe/Madrid")
        with patch.object(Ticket, "_support_portal_form_fields", lambda _self, _provider: specs):
            text = self.text(self.page("/new/ticket"))
            self.assertIn("Your name", text)
            response, tickets = self.submit(priority="9", last_stage_update="2026-13-01")
            self.assertEqual(response.status_code, 400)
            self.assertFalse(tickets)
            for message in ("Please answer: Who", "one of those offered: Stars", "not understood: Since when"):
                self.assertIn(message, response.text)
            _response, ticket = self.submit(partner_name="Ann", priority="3", last_stage_update="2026-03-02T10:15")
            self.assertEqual(ticket.partner_name, "Ann")
            self.assertEqual(ticket.priority, "3")
            self.assertEqual(str(ticket.last_stage_update), "2026-03-02 09:15:00")
