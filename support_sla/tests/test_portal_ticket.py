from odoo.tests import tagged

from .portal_common import PortalCase


@tagged("post_install", "-at_install")
class TestPortalTicket(PortalCase):
    """The page of a ticket, as the customer's browser gets it."""

    def get_next(self, ticket):
        page = self.page(f"/my/ticket/{ticket.id}")
        return page, page.get_element_by_id("support_next")

    def get_promises(self, page) -> dict[str, str]:
        return {
            self.text(row.find("dt")): self.text(row.find("dd"))
            for row in page.xpath("//div[contains(@class, 'o_support_promise ')]")
        }

    def test_what_happens_next(self):
        """E-9: the page says first what comes next, by when in the customer's zone, and whose turn it is."""
        ticket = self.raise_for(self.user_a, "2026-03-02 09:24")
        self.say(ticket, "2026-03-02 09:30")
        self.log_in(self.user_a)
        page, box = self.get_next(ticket)
        self.assertEqual(self.text(box.find_class("o_support_headline")[0]), "Acme Care updates you by 10:30")
        self.assertIn("in 60 minutes · London time", self.text(box))
        self.assertIn("It is Acme Care's turn. You need to do nothing now.", self.text(box))
        promises = self.get_promises(page)
        self.assertRegex(promises["First answer"], r"^kept 09:30, promised by 09:54")
        self.assertRegex(promises["Solution"], r"^promised by 13:24")
        self.assertRegex(promises["Updates"], r"every 1 h.* · last 09:30 · next by 10:30")
        self.assertIn(ticket.number, self.text(page.find_class("o_support_subtitle")[0]))
        self.assertIn("P1 Urgent", self.text(page.find_class("o_support_subtitle")[0]))

    def test_countdown_is_the_browsers(self):
        """E-9: the browser gets the moment and the server's now; no request is needed to count down."""
        ticket = self.raise_for(self.user_a, "2026-03-02 09:24")
        self.log_in(self.user_a)
        _page, box = self.get_next(ticket)
        [time] = box.find_class("o_support_countdown")
        self.assertEqual(time.get("datetime"), "2026-03-02T09:54:00Z")
        self.assertEqual(time.get("data-now"), "2026-03-02T09:30:00Z")
        self.assertEqual(self.text(time), "in 24 minutes")

    def test_zone_of_the_customer(self):
        """E-2.7: times are the customer's, with the provider's beside them where they differ."""
        ticket = self.raise_for(self.user_a, "2026-03-02 09:24")
        self.log_in(self.user_a, tz="Europe/Madrid")
        _page, box = self.get_next(ticket)
        self.assertIn("Acme Care answers you by 10:54", self.text(box))
        self.assertIn("Madrid time (09:54 in London)", self.text(box))

    def test_hours_of_the_language(self):
        """E-2.7: hours are written as the reader's language writes them."""
        self.env.ref("base.lang_en").time_format = "%I:%M:%S %p"
        ticket = self.raise_for(self.user_a, "2026-03-02 09:24")
        self.say(ticket, "2026-03-02 09:30")
        self.log_in(self.user_a)
        page, box = self.get_next(ticket)
        self.assertIn("Acme Care updates you by 10:30 AM", self.text(box))
        self.assertRegex(self.get_promises(page)["Solution"], r"^promised by 01:24 PM")

    def test_day_is_said_when_it_is_another(self):
        """E-2.7: a time of another day says the day; in the provider's zone it may be a different one."""
        ticket = self.raise_for(self.user_a, "2026-03-02 09:00", support_priority_id=self.normal.id)
        self.say(ticket, "2026-03-02 09:10")
        self.log_in(self.user_a, tz="Asia/Tokyo")
        _page, box = self.get_next(ticket)
        self.assertIn("Acme Care solves this by Thu 5 Mar, 18:00", self.text(box))
        self.assertIn("Tokyo time (09:00 in London)", self.text(box))

    def test_customers_turn(self):
        """E-9: when the provider waits for the customer, that is said instead, and since when."""
        ticket = self.raise_for(self.user_a, "2026-03-02 08:00")
        self.say(ticket, "2026-03-02 08:10")
        self.move(ticket, "2026-03-02 08:15", "waiting_customer")
        self.log_in(self.user_a)
        page, box = self.get_next(ticket)
        self.assertIn("Acme Care has been waiting for your answer since 08:15", self.text(box))
        self.assertIn("It is your turn: answer below.", self.text(box))
        self.assertFalse(box.find_class("o_support_countdown"))
        self.assertRegex(
            self.get_promises(page)["Solution"], r"^paused .*left when the time goes on · waiting for your"
        )

    def test_late_is_said(self):
        """E-9: a missed promise is called late, beside what comes now."""
        ticket = self.raise_for(self.user_a, "2026-03-02 08:30")
        self.log_in(self.user_a)
        page, box = self.get_next(ticket)
        self.assertIn("Acme Care solves this by 12:30", self.text(box))
        self.assertIn("Acme Care should have answered you by 09:00", self.text(box))
        self.assertRegex(self.get_promises(page)["First answer"], r"^overdue was promised by 09:00")

    def test_everything_late(self):
        """E-9: with nothing ahead the headline is what was missed."""
        ticket = self.raise_for(self.user_a, "2026-03-01 08:30")
        self.log_in(self.user_a)
        _page, box = self.get_next(ticket)
        self.assertIn("Acme Care should have answered you by Sun 1 Mar, 09:00", self.text(box))
        self.assertIn("o_support_next_danger", box.get("class"))

    def test_other_ends(self):
        """E-9: solved, closed, on hold and with a third party each say what it means for the customer."""
        self.log_in(self.user_a)
        for phase, headline, turn in (
            ("resolved", "Acme Care considers this solved", "is it solved?"),
            ("closed", "This ticket is closed", "Answer below: that makes a new ticket"),
            ("cancelled", "This ticket was cancelled", "You need to do nothing now."),
            ("waiting_third_party", "Acme Care solves this by 13:00", "It is a third party's turn."),
            ("on_hold", "Acme Care solves this by 13:00", "You need to do nothing now."),
        ):
            with self.subTest(phase=phase):
                ticket = self.raise_for(self.user_a, "2026-03-02 09:00")
                self.say(ticket, "2026-03-02 09:05")
                self.policy.target_ids.filtered(lambda target: target.metric == "status_update").portal_visible = False
                self.move(ticket, "2026-03-02 09:10", phase)
                _page, box = self.get_next(ticket)
                self.assertIn(headline, self.text(box))
                self.assertIn(turn, self.text(box))

    def test_nothing_promised(self):
        """E-9: a ticket without promises says so instead of showing an empty table."""
        priority = self._make_priority("P9", "Wish", "0")
        ticket = self.raise_for(self.user_a, "2026-03-02 09:00", support_priority_id=priority.id)
        self.log_in(self.user_a)
        page, box = self.get_next(ticket)
        self.assertIn("Acme Care has your request", self.text(box))
        self.assertFalse(self.get_promises(page))

    def test_explanation_has_no_inside(self):
        """E-4: "why this time?" unfolds the reasons, without policies, chains, people or notes."""
        ticket = self.raise_for(self.user_a, "2026-03-02 07:00")
        self.say(ticket, "2026-03-02 07:10")
        self.move(ticket, "2026-03-02 07:15", "waiting_customer")
        self.move(ticket, "2026-03-02 07:45", "open")
        self.at(ticket.with_user(self.agent), "2026-03-02 08:00").message_post(
            body="inside-only-note", subtype_xmlid="mail.mt_note"
        )
        self.at(ticket, "2026-03-02 08:30").write({"support_priority_id": self.normal.id})
        self.log_in(self.user_a)
        page = self.page(f"/my/ticket/{ticket.id}")
        explained = " ".join(self.text(element) for element in page.find_class("o_support_explain"))
        self.assertIn("It is counted from", explained)
        whole = self.text(page)
        for inside in ("inside-only-note", "Acme urgent", "Acme normal", "Up the ladder", "First-role"):
            self.assertNotIn(inside, whole)

    def test_hidden_promises(self):
        """E-9: a promise that is not for customers is in neither page nor list."""
        self.policy.target_ids.filtered(lambda target: target.metric == "first_response").portal_visible = False
        ticket = self.raise_for(self.user_a, "2026-03-02 09:24")
        self.log_in(self.user_a)
        page, box = self.get_next(ticket)
        self.assertIn("Acme Care solves this by 13:24", self.text(box))
        self.assertNotIn("First answer", self.get_promises(page))
        self.assertIn("Solution 13:24", self.text(self.page("/my/tickets").find_class("o_support_cell")[1]))

    def test_follow_up(self):
        """E-9: a follow-up and its origin link to each other, for whoever may read both."""
        ticket = self.raise_for(self.user_a, "2026-03-02 08:00")
        self.move(ticket, "2026-03-02 08:30", "closed")
        self.customer_says(ticket, "2026-03-02 09:00")
        follow_up = ticket.support_follow_up_ids
        self.log_in(self.user_a)
        self.assertTrue(self.page(f"/my/ticket/{ticket.id}").xpath(f"//a[@href='/my/ticket/{follow_up.id}']"))
        self.assertTrue(self.page(f"/my/ticket/{follow_up.id}").xpath(f"//a[@href='/my/ticket/{ticket.id}']"))
        follow_up.partner_id = self.user_b.partner_id
        self.assertFalse(self.page(f"/my/ticket/{ticket.id}").xpath(f"//a[@href='/my/ticket/{follow_up.id}']"))

    def test_ticket_without_provider(self):
        """E-9: tickets of no provider look as the stock helpdesk shows them."""
        ticket = self.env["helpdesk.ticket"].create(
            {"name": "Plain", "description": "<p>x</p>", "partner_id": self.partner_a.id}
        )
        self.log_in(self.user_a)
        page = self.page(f"/my/ticket/{ticket.id}")
        self.assertFalse(page.xpath("//*[@id='support_next']"))
        self.assertIn("Plain", self.text(self.page("/my/tickets")))

    def test_link_with_token(self):
        """E-9: whoever comes with the ticket's own link reads what happens next, and cannot escalate."""
        ticket = self.raise_for(self.user_a, "2026-03-02 09:24")
        token = ticket.sudo()._portal_ensure_token()
        self.authenticate(None, None)
        page = self.page(f"/my/ticket/{ticket.id}?access_token={token}")
        self.assertIn("Acme Care answers you by 09:54", self.text(page))
        self.assertFalse(page.find_class("o_support_escalate"))

    def test_hostile_text(self):
        """S-3: names, subjects and reasons are text on the page, never markup."""
        hostile = "<script>alert('x')</script><svg onload=alert(1)> {{ 7*7 }} <t t-out='1'/>"
        self.provider.name = self.urgent.name = hostile
        self.partner_a.name = hostile
        service = self.env["support.service"].create(
            {"name": hostile, "description": hostile, "provider_id": self.provider.id}
        )
        self.urgent.write({"definition": hostile, "example": hostile})
        ticket = self.raise_for(self.user_a, "2026-03-02 09:00", name=hostile, support_service_id=service.id)
        self.log_in(self.user_a)
        self.post(f"/my/ticket/escalate/{ticket.id}", {"reason": hostile})
        for url in (f"/my/ticket/{ticket.id}", "/my/tickets", "/new/ticket"):
            with self.subTest(url=url):
                source = self.url_open(url).text
                self.assertNotIn("<script>alert('x')", source)
                self.assertNotIn("<svg onload", source)
                self.assertIn("&lt;script&gt;alert(", source)


@tagged("post_install", "-at_install")
class TestPortalEscalate(PortalCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.raise_for(self.user_a, "2026-03-02 09:00")
        self.log_in(self.user_a)

    def escalations(self):
        return self.env["support.escalation"].search([("ticket_id", "=", self.ticket.id)])

    def test_customer_escalates(self):
        """E-5.4: a customer escalates with a reason, sees that it was told, and the event says who it was."""
        response = self.post(f"/my/ticket/escalate/{self.ticket.id}", {"reason": "Guests stand at the door"})
        self.assertEqual(response.status_code, 302)
        [row] = self.escalations()
        self.assertEqual(row.user_id, self.user_a)
        self.assertEqual(row.reason, "Guests stand at the door")
        event = self.ticket.support_event_ids.filtered(lambda event: event.kind == "escalated")
        self.assertEqual(event.side, "customer")
        page = self.page(f"/my/ticket/{self.ticket.id}")
        self.assertIn("Acme Care has been told", self.text(page))
        self.assertIn("Guests stand at the door", self.text(page))
        self.assertNotIn("Warn", self.text(page.get_element_by_id("card")))  # the step's name is internal
        self.ticket.with_user(self.agent).action_support_acknowledge()
        self.assertIn("Acme Care has taken charge", self.text(self.page(f"/my/ticket/{self.ticket.id}")))

    def test_hammering(self):
        """S-2: fifty clicks make one escalation and a limit in words; later it is possible again."""
        for _click in range(50):
            self.post(f"/my/ticket/escalate/{self.ticket.id}", {"reason": "Now!"})
        self.assertEqual(len(self.escalations()), 1)
        self.assertEqual(len(self.ticket.support_event_ids.filtered(lambda event: event.kind == "escalated")), 1)
        response = self.post(f"/my/ticket/escalate/{self.ticket.id}", {"reason": "And now?"})
        self.assertEqual(response.status_code, 400)
        self.assertIn("has been escalated already. You can escalate it again from 10:30 on.", response.text)
        self.assertIn("And now?", response.text)
        self.set_now("2026-03-02 10:31")
        self.post(f"/my/ticket/escalate/{self.ticket.id}", {"reason": "Still nothing"})
        self.assertEqual(len(self.escalations()), 2)

    def test_post_with_token_only(self):
        """S-2: escalating needs POST and the form's token."""
        url = f"/my/ticket/escalate/{self.ticket.id}"
        self.assertEqual(self.url_open(f"{url}?reason=x", allow_redirects=False).status_code, 405)
        self.assertEqual(self.post(url, {"reason": "x"}, csrf=False).status_code, 400)
        self.assertFalse(self.escalations())

    def test_stranger(self):
        """S-1: nobody escalates another customer's ticket, and cannot tell whether there is one."""
        self.log_in(self.user_b)
        answers = [self.post(f"/my/ticket/escalate/{id_}", {"reason": "x"}) for id_ in (self.ticket.id, 2**30)]
        for answer in answers:
            self.assertEqual((answer.status_code, answer.headers["Location"][-3:]), (302, "/my"))
        self.assertFalse(self.escalations())

    def test_not_allowed(self):
        """E-5.4: where the provider does not allow it there is no button, and a made-up post is refused in words."""
        self.provider.customer_escalation = False
        self.assertFalse(self.page(f"/my/ticket/{self.ticket.id}").find_class("o_support_escalate"))
        response = self.post(f"/my/ticket/escalate/{self.ticket.id}", {"reason": "x"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(self.escalations())

    def test_reason_is_needed(self):
        """S-7: without a reason the page comes back and says what is missing."""
        response = self.post(f"/my/ticket/escalate/{self.ticket.id}", {"reason": " \0 "})
        self.assertEqual(response.status_code, 400)
        self.assertIn("Say why you escalate", response.text)
        self.assertFalse(self.escalations())

    def test_closed_ticket(self):
        """E-5.4: a closed ticket cannot be escalated."""
        self.move(self.ticket, "2026-03-02 09:20", "closed")
        self.assertFalse(self.page(f"/my/ticket/{self.ticket.id}").find_class("o_support_escalate"))
        self.assertEqual(self.post(f"/my/ticket/escalate/{self.ticket.id}", {"reason": "x"}).status_code, 400)
        self.assertFalse(self.escalations())


@tagged("post_install", "-at_install")
class TestPortalList(PortalCase):
    def test_rows(self):
        """E-9: the list says priority, what is due next and whose turn it is."""
        ticket = self.raise_for(self.user_a, "2026-03-02 09:24", name="Ours")
        waiting = self.raise_for(self.user_a, "2026-03-02 08:00", name="Theirs")
        self.move(waiting, "2026-03-02 08:10", "waiting_customer")
        self.log_in(self.user_a)
        page = self.page("/my/tickets")
        rows = {row.xpath(".//a")[0].text_content().strip(): self.text(row) for row in page.xpath("//tbody/tr")}
        self.assertIn("Acme Care · P1 Urgent", rows["Ours"])
        self.assertIn("First answer 09:54 in 24 minutes Acme Care's turn", rows["Ours"])
        self.assertIn("Acme Care waits for your answer Your turn", rows["Theirs"])
        self.assertIn(ticket.number, rows["Ours"])

    def test_order_by_next_due(self):
        """E-9: sorted by next due, the most pressing comes first."""
        self.raise_for(self.user_a, "2026-03-02 09:24", name="Soon")
        self.raise_for(self.user_a, "2026-03-02 09:20", name="Later", support_priority_id=self.normal.id)
        self.log_in(self.user_a)
        page = self.page("/my/tickets?sortby=due")
        names = [link.text_content().strip() for link in page.xpath("//tbody/tr//a")]
        self.assertEqual(names, ["Soon", "Later"])

    def test_empty(self):
        """E-9: an empty list says what to do first; a search without result is something else."""
        self.log_in(self.user_b)
        page = self.page("/my/tickets")
        self.assertIn("You have no tickets yet", self.text(page))
        self.assertTrue(page.xpath("//a[@href='/new/ticket']"))
        page = self.page("/my/tickets?search=nothing-like-it&search_in=all")
        self.assertIn("No ticket matches", self.text(page))

    def test_as_many_queries_for_twice_as_many(self):
        """E-9: the list asks the database as often for 40 tickets as for 20."""

        def raise_many(count):
            self.at(self.env["helpdesk.ticket"], "2026-03-02 09:00").create(
                [
                    {
                        "name": f"Ticket {number}",
                        "description": "<p>x</p>",
                        "team_id": self.team.id,
                        "partner_id": self.partner_a.id,
                        "support_priority_id": self.urgent.id,
                    }
                    for number in range(count)
                ]
            )

        Tickets = self.env["helpdesk.ticket"]

        def count_queries():
            tickets = Tickets.search([("partner_id", "=", self.partner_a.id)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rows = tickets.sudo()._support_portal_get_rows()
            return self.env.cr.sql_log_count - before, len(rows)

        raise_many(20)
        count_queries()  # fills what is kept between requests
        few, shown = count_queries()
        self.assertEqual(shown, 20)
        raise_many(20)
        many, shown = count_queries()
        self.assertEqual(shown, 40)
        self.assertEqual(few, many)
        self.log_in(self.user_a)
        self.assertEqual(self.url_open("/my/tickets").status_code, 200)
