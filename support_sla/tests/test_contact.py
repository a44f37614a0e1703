from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestContact(PortalCase):
    """Contact points of a provider: what administrators enter, and what customers see of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.weekdays = cls._make_calendar("Weekdays", "Europe/London", dict.fromkeys(range(5), ((8, 18),)))
        cls.provider.calendar_id = cls.weekdays
        cls.Point = cls.env["support.contact.point"]

    def add(self, label="Our line", value="+44 20 7946 0000", **vals):
        return self.Point.create({"provider_id": self.provider.id, "name": label, "value": value, **vals})

    def get_points(self, moment="2026-03-02 09:30", zone="Europe/London", **kwargs):
        provider = self.at(self.provider, moment).with_context(tz=zone)
        return provider._support_get_contact_points(**kwargs)

    # --- what is entered --------------------------------------------------------------------------

    def test_wrong_values_are_named(self):
        """J-1: a number or address that is none is refused with the wrong part in the message, as a manager saves
        it."""
        Point = self.Point.with_user(self.manager)
        for kind, value in (("phone", "call us"), ("web", "javascript:alert(1)"), ("email", "help at acme")):
            with self.subTest(kind), self.assertRaisesRegex(ValidationError, "“" + value[:4]):
                Point.web_save(
                    {"provider_id": self.provider.id, "name": "X", "kind": kind, "value": value}, specification={}
                )
        with self.assertRaisesRegex(ValidationError, "role of the person"):
            Point.create({"provider_id": self.provider.id, "name": "X", "kind": "person"})
        with self.assertRaisesRegex(ValidationError, "clear one of the two"):
            Point.create(
                {
                    "provider_id": self.provider.id,
                    "name": "X",
                    "kind": "email",
                    "team_id": self.team.id,
                    "value": "help@acme.example",
                }
            )

    def test_another_providers_records(self):
        """J-1: queue, role and levels of another provider do not fit."""
        other = self.env["support.provider"].create(
            {"name": "Elm", "code": "elm_contact", "calendar_id": self.calendar.id}
        )
        for vals in (
            {"kind": "email", "team_id": self.team.id},
            {"kind": "person", "role_id": self.first_role.id},
            {"kind": "phone", "value": "112", "priority_ids": [(6, 0, self.urgent.ids)]},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self.Point.create({"provider_id": other.id, "name": "X", **vals})

    def test_access(self):
        """S-1: agents read contact points, managers edit them, customers reach neither records nor method."""
        point = self.add()
        self.assertEqual(point.with_user(self.agent).name, "Our line")
        point.with_user(self.manager).note = "Day and night"
        with self.assertRaises(AccessError):
            point.with_user(self.agent).note = "Mine"
        with self.assertRaises(AccessError):
            point.with_user(self.user_a).read(["value"])
        self.assertTrue(self.provider._support_get_contact_points.__name__.startswith("_"))

    def test_role_and_queue_in_use(self):
        """J-1: a role or queue that customers see cannot disappear from under the contact point."""
        role = self._make_role("friend", self.boss)
        self.add(kind="person", value=False, role_id=role.id)
        with self.assertRaisesRegex(UserError, "Our line"):
            role.unlink()

    # --- what is shown ----------------------------------------------------------------------------

    def test_hours(self):
        """J-1, P-9: who answers now and when the others do, in the reader's zone with the provider's beside it."""
        self.add("Day line", hours="open")
        self.add("Night line", "+44 20 7946 0999", hours="shut")
        self.add("Status", "https://status.acme.example", kind="web")

        def words(*args, **kwargs):
            return {point["label"]: (point["open"], point["opens"]) for point in self.get_points(*args, **kwargs)}

        # Monday in working hours
        self.assertEqual(
            words("2026-03-02 09:30"),
            {
                "Day line": (True, "open now, until 18:00 · London time"),
                "Night line": (False, "opens 18:00 · London time"),
                "Status": (True, ""),
            },
        )
        # Friday evening, read in Madrid
        night = words("2026-03-06 19:00", "Europe/Madrid")
        self.assertEqual(night["Day line"], (False, "opens Mon 9 Mar, 09:00 · Madrid time (08:00 in London)"))
        self.assertTrue(night["Night line"][0])
        # the clocks go forward on Sunday 29 March: Monday's opening is 07:00 UTC
        self.assertIn("08:00 · London time", words("2026-03-28 12:00")["Day line"][1])

    def test_no_hours_at_all(self):
        """J-1: a provider that is never open says so and breaks nothing; one that never shuts names no time."""
        self.add("Day line", hours="open")
        self.provider.calendar_id = self._make_calendar("Always", "Europe/London", dict.fromkeys(range(7), ((0, 24),)))
        self.assertEqual([point["opens"] for point in self.get_points()], ["open now"])
        empty = self._make_calendar("Never", "Europe/London")
        empty.attendance_ids.unlink()
        self.provider.calendar_id = empty
        self.assertEqual([point["opens"] for point in self.get_points()], ["closed until further notice"])

    def test_address_of_the_queue(self):
        """J-1: an address that follows a queue is the one that works; without one nothing is shown, and the manager
        reads why."""
        domain = self.env["mail.alias.domain"].create(
            {"name": "desk.acme.example", "bounce_alias": "bounce-acme", "catchall_alias": "catchall-acme"}
        )
        self.team.alias_id.alias_domain_id = domain
        point = self.add("Support e-mail", False, kind="email", team_id=self.team.id)
        [shown] = self.get_points()
        self.assertEqual(shown["url"], "mailto:acme-desk-test@desk.acme.example")
        self.team.alias_name = "acme-help-test"
        self.assertEqual(self.get_points()[0]["value"], "acme-help-test@desk.acme.example")
        self.team.alias_name = False
        self.assertEqual(self.get_points(), [])
        self.assertIn("no e-mail address", point.shown)

    def test_person(self):
        """J-1: a person is whoever the role is for this customer, by name only unless more is to be shown."""
        role = self._make_role("success", self.boss)
        role.source = "success_manager"
        point = self.add("Success manager", False, kind="person", role_id=role.id)
        self.env["support.entitlement"].create(
            {
                "provider_id": self.provider.id,
                "partner_id": self.company_a.id,
                "date_start": "2026-01-01",
                "success_manager_id": self.agent.id,
            }
        )
        self.agent.partner_id.phone = "+44 20 7946 0001"
        [shown] = self.get_points(partner=self.partner_a)
        self.assertEqual((shown["value"], shown["url"], shown["more"]), ("Agent", "", []))
        # somebody else's customer: the users of the role stand in
        self.assertEqual(self.get_points(partner=self.user_b.partner_id)[0]["value"], "Boss")
        ticket = self.raise_for(self.user_a, "2026-03-02 09:24")
        self.assertEqual(self.get_points(ticket=ticket)[0]["value"], "Agent")
        point.write({"show_email": True, "show_phone": True})
        [shown] = self.get_points(ticket=ticket)
        self.assertEqual([way["url"] for way in shown["more"]], ["mailto:agent@acme.example", "tel:+442079460001"])
        self.agent.active = False
        self.assertEqual(self.get_points(ticket=ticket)[0]["value"], "Boss", "who has left is not shown")

    def test_levels(self):
        """J-14, P-9: a line that is for some levels only is shown on their tickets; the page of contacts says so."""
        self.add(priority_ids=[(6, 0, self.urgent.ids)])
        self.assertEqual(len(self.get_points(level=self.urgent)), 1)
        self.assertEqual(self.get_points(level=self.normal), [])
        ticket = self.raise_for(self.user_a, "2026-03-02 09:24", support_priority_id=self.normal.id)
        self.assertEqual(self.get_points(ticket=ticket), [])
        self.assertEqual(self.get_points()[0]["levels"], "P1 Urgent")

    # --- on the portal ----------------------------------------------------------------------------

    def links(self, page):
        return [link.get("href") for link in page.xpath("//ul[contains(@class, 'o_support_contacts')]//a")]

    def test_pages(self):
        """J-1, P-9, D-18: form, ticket and page of contacts show the points as links; what is kept inside is not."""
        self.add(note="For outages")
        self.add("Status page", "https://status.acme.example", kind="web")
        self.add("Secret line", "+44 20 7946 0998", portal_visible=False)
        self.add("Old line", "+44 20 7946 0997", active=False)
        ticket = self.raise_for(self.user_a, "2026-03-02 09:24")
        self.log_in(self.user_a)
        for url in (
            f"/new/ticket?support_provider={self.provider.id}",
            f"/my/ticket/{ticket.id}",
            "/my/support/contacts",
        ):
            with self.subTest(url):
                page = self.page(url)
                self.assertEqual(self.links(page)[:2], ["tel:+442079460000", "https://status.acme.example"])
                text = self.text(page)
                self.assertIn("For outages", text)
                self.assertNotIn("Secret line", text)
                self.assertNotIn("Old line", text)

    def test_nothing_where_there_is_none(self):
        """J-1: a provider without contact points shows nothing; the page of contacts says what to do."""
        ticket = self.raise_for(self.user_a, "2026-03-02 09:24")
        self.log_in(self.user_a)
        for url in (f"/new/ticket?support_provider={self.provider.id}", f"/my/ticket/{ticket.id}"):
            self.assertFalse(self.page(url).xpath("//*[contains(@class, 'o_support_contacts_block')]"))
        self.assertIn("Raise a ticket", self.text(self.page("/my/support/contacts")))

    def test_page_is_for_whoever_may_raise(self):
        """J-1: the page of contacts names providers that take tickets of this customer, and asks others to log in."""
        self.add()
        self.provider.entitlement_mode = "refuse"
        self.env["support.entitlement"].create(
            {"provider_id": self.provider.id, "partner_id": self.company_a.id, "date_start": "2020-01-01"}
        )
        self.log_in(self.user_a)
        self.assertEqual(self.links(self.page("/my/support/contacts")), ["tel:+442079460000"])
        self.log_in(self.user_b)
        self.assertEqual(self.links(self.page("/my/support/contacts")), [])
        self.logout()
        self.assertIn("/web/login", self.url_open("/my/support/contacts").url)
