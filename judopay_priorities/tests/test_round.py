from .common import JudopayCase, utc


class TestRound(JudopayCase):
    """What came in at night, for the client service desk in the morning."""

    def run_cron(self, moment):
        rounds = self.env["support.round"]
        known = rounds.search([])
        self.at(rounds, moment)._cron_round()
        return (rounds.search([]) - known).filtered(lambda made: made.provider_id == self.provider)

    def activities(self, made):
        return self.env["mail.activity"].search([("res_model", "=", "support.round"), ("res_id", "in", made.ids)])

    def test_shipped_for_the_service_desk(self):
        """J-16: the client service representative has one activity with the night's incidents when the day begins"""
        night = self.propose("2026-02-10 22:00", "PS1")
        mail = self.mail_in("Since midnight.", "2026-02-11 01:00")
        by_day = self.propose("2026-02-10 17:59", "PS3")
        self.assertFalse(self.run_cron("2026-02-10 23:00").line_ids)
        made = self.run_cron("2026-02-11 08:00")
        self.assertEqual(made.line_ids.ticket_id, night | mail)
        self.assertNotIn(by_day, made.line_ids.ticket_id)
        self.assertEqual(self.activities(made).user_id, self.roles["desk"])
        self.assertFalse(self.run_cron("2026-02-11 08:05"))

    def test_what_is_open(self):
        """J-16: until the priority is confirmed with the merchant and somebody answered, the ticket shows it"""
        ticket = self.propose("2026-02-10 22:00", "PS2")
        self.run_cron("2026-02-10 23:00")
        line = self.run_cron("2026-02-11 08:00").line_ids
        for words in ("receipt not confirmed", "no answer yet", "nobody assigned", "priority not confirmed"):
            self.assertIn(words, line.open_points)
        self.deliver()
        self.confirm(ticket, "2026-02-11 08:10", "PS2")
        self.say(ticket, "2026-02-11 08:15")
        ticket.user_id = self.agent
        line.invalidate_recordset()
        self.assertFalse(line.open_points)

    def test_call_missing(self):
        """J-16, J-8: a PS1 of the night without a call shows that nobody called, until somebody did"""
        ticket = self.propose("2026-02-10 22:00", "PS1")
        self.run_cron("2026-02-10 23:00")
        line = self.run_cron("2026-02-11 08:00").line_ids
        self.assertIn("no call yet", line.open_points)
        self.env["support.call.wizard"].with_user(self.agent).create(
            {"ticket_id": ticket.id, "direction": "in", "note": "At the till", "moment": "2026-02-11 08:05:00"}
        ).action_log()
        line.invalidate_recordset()
        self.assertNotIn("no call yet", line.open_points)

    def test_form_pending(self):
        """J-16, J-15: a call taken at night shows that the merchant's form is still to come"""
        phone = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        self.raise_ticket("2026-02-10 22:00", channel_id=phone.id)
        self.run_cron("2026-02-10 23:00")
        self.assertIn("form pending", self.run_cron("2026-02-11 08:00").line_ids.open_points)

    def test_after_christmas(self):
        """J-16: what came on Christmas, Boxing Day and its substitute is gathered on 29 December"""
        self.run_cron("2026-12-24 08:00")
        tickets = self.propose("2026-12-25 10:00") | self.propose("2026-12-28 11:00")
        for moment in ("2026-12-25 08:00", "2026-12-26 08:00", "2026-12-28 08:00", "2026-12-29 07:59"):
            self.assertFalse(self.run_cron(moment))
        made = self.run_cron("2026-12-29 08:00")
        self.assertEqual(made.line_ids.ticket_id, tickets)
        self.assertEqual((made.start, made.stop), (utc("2026-12-24 08:00"), utc("2026-12-29 08:00")))

    def test_both_changes_of_clocks(self):
        """J-16: the day begins at eight in London, in summer time and in winter time"""
        for friday, opening in (
            ("2026-03-27 08:00", "2026-03-30 07:00"),
            ("2026-10-23 07:00", "2026-10-26 08:00"),
        ):
            with self.subTest(opening):
                self.run_cron(friday)
                ticket = self.propose(f"{opening[:10]} 00:30")
                self.assertEqual(self.run_cron(opening).line_ids.ticket_id, ticket)

    def test_in_the_language_of_the_desk(self):
        """J-16: the merchant and the subject are named, whatever is missing"""
        self.propose("2026-02-10 22:00", "PS2")
        self.run_cron("2026-02-10 23:00")
        note = self.activities(self.run_cron("2026-02-11 08:00")).note
        for words in ("Nothing gets through", "Alder Till", "PS2 High"):
            self.assertIn(words, note)
