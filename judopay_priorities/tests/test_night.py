from .common import JudopayCase, utc

#: a Tuesday night; London is on GMT
NIGHT = "2026-02-10 22:00"


class TestNight(JudopayCase):
    """Open 08:00–18:00 in London, Monday to Friday, without public holidays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.on_call = cls.env.ref("judopay_priorities.role_on_call")
        cls.night = cls.make_agent("night")
        cls.second_night = cls.make_agent("second-night")

    def duty(self, user, start, stop):
        return self.env["support.role.duty"].create(
            {"role_id": self.on_call.id, "user_id": user.id, "start": utc(start), "stop": utc(stop)}
        )

    def told_at_night(self, ticket):
        return self.told(ticket, "judopay_night")

    def words(self, ticket, moment=None):
        """What the merchant's page says above the promises."""
        ticket = self.at(ticket.sudo(), moment or NIGHT).with_context(lang="en_US", tz="Europe/London")
        return ticket._support_portal_get_page()["notice"]

    def texts(self, ticket):
        intents = self.env["support.notification"].sudo().search([("ticket_id", "=", ticket.id)], order="id")
        return [intent._get_subject() for intent in intents if intent.code and intent.code.startswith("judopay_night")]

    # --- who is told ------------------------------------------------------------------------------

    def test_whoever_is_on_call(self):
        """J-14: a PS1 raised at night is told at once to whoever the rota has on duty at that minute"""
        self.duty(self.night, "2026-02-10 18:00", "2026-02-11 08:00")
        self.duty(self.second_night, "2026-02-11 18:00", "2026-02-12 08:00")
        for moment, user in ((NIGHT, self.night), ("2026-02-12 02:00", self.second_night)):
            with self.subTest(moment):
                ticket = self.propose(moment, "PS1")
                self.assertEqual(self.told_at_night(ticket), [user])
                self.assertTrue(ticket.support_out_of_hours)
        self.assertRegex(
            self.texts(ticket)[0], r"^\[PS1\].*raised out of hours as PS1 Critical\. You are on call: take it up now\.$"
        )

    def test_one_mail_a_person(self):
        """J-14, J-12: the head of IT operations who is on call or stands in is told once, of both"""
        ticket = self.propose(NIGHT, "PS1")
        self.assertEqual(self.told(ticket, "judopay_"), [self.roles["it"]])
        self.duty(self.roles["it"], "2026-02-11 18:00", "2026-02-12 08:00")
        ticket = self.propose("2026-02-11 22:00", "PS1")
        self.assertEqual(self.told(ticket, "judopay_"), [self.roles["it"]])
        self.assertIn("You are on call: take it up now and assign a dedicated resource", self.texts(ticket)[0])

    def test_named_without_a_rota(self):
        """J-14: users named on the role are told where the rota has nobody"""
        self.on_call.user_ids = self.night
        ticket = self.propose("2026-02-10 12:00", "PS3")
        self.confirm(ticket, NIGHT, "PS1")
        self.assertEqual(self.told_at_night(ticket), [self.night])
        self.assertIn("now PS1 Critical, out of hours. Nobody is on call", self.texts(ticket)[0])

    def test_head_is_told_as_well(self):
        """J-14, J-12: whoever is on call comes beside the IT operations manager, not in place"""
        self.duty(self.night, "2026-02-10 18:00", "2026-02-11 08:00")
        ticket = self.propose(NIGHT, "PS1")
        self.assertEqual(set(self.told(ticket, "judopay_")), {self.night, self.roles["it"]})

    def test_nobody_on_call(self):
        """J-14: where the rota has a gap the fallback role is told, and reads why"""
        self.duty(self.night, "2026-02-10 18:00", "2026-02-10 21:00")
        ticket = self.propose(NIGHT, "PS1")
        self.assertEqual(self.told_at_night(ticket), [self.roles["it"]])
        self.assertIn(
            "Nobody is on call for “On-call representative”: take it up now and assign", self.texts(ticket)[0]
        )

    def test_nobody_at_all(self):
        """J-14: where nobody fills the fallback role either, the administrator hears of it"""
        self.env.ref("judopay_priorities.role_it_operations_manager").user_ids = False
        ticket = self.propose(NIGHT, "PS1")
        self.assertFalse(self.told_at_night(ticket))
        self.assertIn(self.manager, self.told(ticket, "role_empty"))
        self.assertIn("please call", self.words(ticket).lower())

    def test_weekends_holidays_and_the_change_of_clocks(self):
        """J-14: the weekend, the substitute for Boxing Day and the nights in which clocks change are out of hours"""
        for moment, shut in (
            ("2026-02-14 11:00", True),  # Saturday
            ("2026-12-28 11:00", True),  # Monday, substitute for Boxing Day
            ("2026-12-29 07:59", True),
            ("2026-12-29 08:00", False),
            ("2026-03-29 01:30", True),  # Sunday, the hour after the clocks went forward
            ("2026-03-30 06:59", True),  # 07:59 in London
            ("2026-03-30 07:00", False),
            ("2026-10-25 00:30", True),  # the first of two half past one
            ("2026-10-26 07:59", True),
            ("2026-10-26 08:00", False),
        ):
            with self.subTest(moment):
                ticket = self.propose(moment, "PS1")
                self.assertEqual(bool(self.told_at_night(ticket)), shut)
                self.assertEqual(ticket.support_out_of_hours, shut)

    def test_other_levels_wait(self):
        """J-14: at night nobody is woken for PS2 to PS5"""
        for code in ("PS2", "PS3", "PS4", "PS5"):
            with self.subTest(code):
                self.assertFalse(self.told_at_night(self.propose(NIGHT, code)))

    def test_level_is_a_setting(self):
        """J-14: an administrator has other levels told of at night too"""
        self.priorities["PS2"].with_user(self.manager).judopay_night_role_id = self.on_call
        self.assertEqual(self.told_at_night(self.propose(NIGHT, "PS2")), [self.roles["it"]])

    def test_told_once_per_becoming(self):
        """J-14: told when a ticket becomes PS1 at night; confirming it is no news, coming back to it is"""
        ticket = self.propose(NIGHT, "PS3")
        self.confirm(ticket, "2026-02-10 22:10", "PS1")
        self.assertEqual(len(self.told_at_night(ticket)), 1)
        self.assertIn("PS1 Critical out of hours", self.texts(ticket)[0])
        self.confirm(ticket, "2026-02-10 22:20", "PS1")
        self.assertEqual(len(self.told_at_night(ticket)), 1)
        self.confirm(ticket, "2026-02-10 22:30", "PS2")
        self.confirm(ticket, "2026-02-10 22:40", "PS1")
        self.assertEqual(len(self.told_at_night(ticket)), 2)

    def test_raised_by_day(self):
        """J-14: a ticket of the day that becomes PS1 at night is told of; one that becomes PS1 by day is not"""
        ticket = self.propose("2026-02-10 10:00", "PS3")
        self.confirm(ticket, NIGHT, "PS1")
        self.assertEqual(len(self.told_at_night(ticket)), 1)
        ticket = self.propose(NIGHT, "PS3")
        self.confirm(ticket, "2026-02-11 10:00", "PS1")
        self.assertFalse(self.told_at_night(ticket))

    def test_by_mail_and_by_agents(self):
        """J-14: mail and agents raise tickets at night as the portal does"""
        self.provider.default_priority_id = self.priorities["PS1"]
        self.assertEqual(self.told_at_night(self.mail_in("Nothing works.", NIGHT)), [self.roles["it"]])
        self.assertEqual(self.told_at_night(self.raise_ticket(NIGHT, "PS1")), [self.roles["it"]])

    def test_the_mail_to_whoever_is_on_call(self):
        """J-14: the message says what happened, at which ticket, for which merchant"""
        self.duty(self.night, "2026-02-10 18:00", "2026-02-11 08:00")
        ticket = self.propose(NIGHT, "PS1")
        with self.mock_mail_gateway():
            self.deliver()
        (mail,) = [mail for mail in self._mails if any("night@judopay.example" in to for to in mail["email_to"])]
        for words in (ticket.number, "You are on call", "Alder Till", "PS1 Critical"):
            self.assertIn(words, f"{mail['subject']} {mail['body']}")

    # --- what merchants read ----------------------------------------------------------------------

    def test_waits_until_the_next_working_day(self):
        """J-14: whoever raises no PS1 at night reads when it will be handled, in the own zone"""
        ticket = self.propose(NIGHT, "PS3")
        self.assertEqual(
            self.words(ticket),
            "This arrived outside of our working hours. It is handled in the next working day, which begins on "
            "Wed 11 Feb, 08:00 AM, London time.",
        )
        spanish = self.at(ticket.sudo(), NIGHT).with_context(lang="en_US", tz="Europe/Madrid")
        self.assertIn("Wed 11 Feb, 09:00 AM, Madrid time (08:00 AM in London)", spanish._support_get_notice(True))

    def test_next_working_day_after_holidays(self):
        """J-14: after Christmas the next working day is the one after the substitute for Boxing Day"""
        ticket = self.propose("2026-12-24 18:00", "PS3")
        self.assertIn("Tue 29 Dec, 08:00", self.words(ticket, "2026-12-24 18:00"))
        ticket = self.propose("2026-03-27 19:00", "PS4")
        self.assertIn("Mon 30 Mar, 08:00", self.words(ticket, "2026-03-27 19:00"))

    def test_words_follow_the_level(self):
        """J-14: when a PS3 becomes PS1 at night, the merchant's page says that it does not wait"""
        ticket = self.propose(NIGHT, "PS3")
        self.confirm(ticket, "2026-02-10 22:10", "PS1")
        self.assertIn("whoever is on call has been told", self.words(ticket, "2026-02-10 22:11"))
        self.confirm(ticket, "2026-02-10 22:20", "PS2")
        self.assertIn("next working day", self.words(ticket, "2026-02-10 22:21"))

    def test_the_line_to_call(self):
        """J-14: whoever has a PS1 at night finds the line that is open then, on the page and in the confirmation"""
        self.priorities["PS1"].judopay_call_point_id = False
        self.env["support.contact.point"].search([("provider_id", "=", self.provider.id)]).unlink()
        self.env["support.contact.point"].create(
            [
                {
                    "provider_id": self.provider.id,
                    "name": name,
                    "kind": "phone",
                    "value": value,
                    "hours": hours,
                }
                for name, value, hours in (
                    ("Night line", "+44 20 7946 0100", "shut"),
                    ("Day line", "+44 20 7946 0200", "open"),
                )
            ]
        )
        ticket = self.at(self.propose(NIGHT, "PS3").sudo(), NIGHT)
        self.assertFalse(ticket._support_portal_get_actions())
        self.confirm(ticket, "2026-02-10 22:10", "PS1")
        self.assertEqual(
            [(action["label"], action["url"]) for action in ticket._support_portal_get_actions()],
            [("Call +44 20 7946 0100", "tel:+442079460100")],
        )
        self.assertFalse(self.at(ticket, "2026-02-11 09:00")._support_portal_get_actions())
        with self.mock_mail_gateway():
            self.deliver()
        body = next(m for m in self._mails if any("till@alder.example" in to for to in m["email_to"]))["body"]
        self.assertIn("Please call as well: +44 20 7946 0100", body)
        self.assertIn("Please call as well: +44 20 7946 0100", self.words(ticket, "2026-02-10 22:11"))
        self.assertNotIn("7946 0200", body)

    def test_no_words_by_day(self):
        """J-14: once the desk is open, or somebody has answered, or it is over, nothing is said about the night"""
        ticket = self.propose(NIGHT, "PS3")
        self.assertFalse(self.words(ticket, "2026-02-11 08:00"))
        self.say(ticket, "2026-02-10 23:00")
        self.assertFalse(self.words(ticket, "2026-02-10 23:01"))
        other = self.propose(NIGHT, "PS3")
        other.sudo().stage_id = self.stages["closed"]
        self.assertFalse(self.words(other))
        self.assertFalse(self.words(self.propose("2026-02-10 17:00", "PS3")))

    def test_acknowledgement(self):
        """J-14: the confirmation of receipt says when a ticket of the night is handled, or that it does not wait"""
        for code, words in (
            ("PS3", "which begins on Wed 11 Feb, 08:00 AM, London time"),
            ("PS1", "whoever is on call has been told"),
        ):
            with self.subTest(code):
                self.provider.default_priority_id = self.priorities[code]
                self.mail_in("Since noon.", NIGHT)
                with self.mock_mail_gateway():
                    self.deliver()
                body = [m for m in self._mails if any("till@alder.example" in to for to in m["email_to"])][-1]["body"]
                self.assertIn(words, body)
        self.mail_in("Since noon.", "2026-02-11 10:00")
        with self.mock_mail_gateway():
            self.deliver()
        body = [m for m in self._mails if any("till@alder.example" in to for to in m["email_to"])][-1]["body"]
        self.assertNotIn("working hours", body)
