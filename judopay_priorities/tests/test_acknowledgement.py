from .common import JudopayCase


class TestAcknowledgement(JudopayCase):
    def mails_to(self, address):
        return [mail for mail in self._mails if any(address in to for to in mail["email_to"])]

    def test_sent_at_once_with_the_number(self):
        """J-10: who raises a ticket by mail gets its reference number at once"""
        ticket = self.mail_in("Since noon.")
        with self.mock_mail_gateway():
            self.deliver()
        found = self.mails_to("till@alder.example")
        self.assertEqual(len(found), 1)
        self.assertIn(ticket.number, found[0]["subject"])
        self.assertIn(ticket.number, found[0]["body"])
        self.assertIn("PS3", found[0]["body"])
        self.assertIn("automatically", found[0]["body"])

    def test_is_no_first_response(self):
        """J-10: the confirmation of receipt does not answer the merchant"""
        ticket = self.mail_in("Since noon.")
        with self.mock_mail_gateway():
            self.deliver()
        clock = self.clock(ticket, "first_response")
        self.assertEqual(clock.state, "running")
        kinds = ticket.sudo().support_event_ids.mapped("kind")
        self.assertIn("message_auto", kinds)
        self.assertNotIn("message_out", kinds)
        self.say(ticket, "2026-02-10 10:30")
        self.assertEqual(self.clock(ticket, "first_response").state, "done")

    def test_unknown_senders_get_it_too(self):
        """J-10: a sender who is no contact yet gets the number as well"""
        ticket = self.mail_in("Hello?", sender="New Shop <shop@cedar.example>")
        with self.mock_mail_gateway():
            self.deliver()
        found = self.mails_to("shop@cedar.example")
        self.assertEqual(len(found), 1)
        self.assertIn(ticket.number, found[0]["subject"])

    def test_in_the_language_of_the_merchant(self):
        """J-10: a merchant who speaks Spanish or Russian reads Spanish or Russian"""
        for lang, word in (("es_ES", "número de referencia"), ("ru_RU", "номер")):
            with self.subTest(lang):
                self.env["res.lang"]._activate_lang(lang)
                self.env["ir.module.module"].search([("name", "=", "judopay_priorities")])._update_translations([lang])
                self.merchant.lang = lang
                self.mail_in("Since noon.")
                with self.mock_mail_gateway():
                    self.deliver()
                self.assertIn(word, self.mails_to("till@alder.example")[-1]["body"])

    def test_machines_get_none(self):
        """J-10: an automatic mail is not confirmed, or two machines would write for ever"""
        self.mail_in("I am away.", headers="Auto-Submitted: auto-replied\n")
        with self.mock_mail_gateway():
            self.deliver()
        self.assertFalse(self.mails_to("till@alder.example"))
