from odoo.exceptions import AccessError, ValidationError

from .common import JudopayCase


class TestCopies(JudopayCase):
    def setUp(self):
        super().setUp()
        self.ticket = self.mail_in("Since noon.", headers="Cc: Books <books@alder.example>\n")

    def answer(self, **kwargs):
        with self.mock_mail_gateway():
            # the merchant, as the chatter suggests
            kwargs.setdefault("partner_ids", self.merchant.ids)
            message = self.say(self.ticket, "2026-02-10 10:05", **kwargs)
            self.env.cr.postcommit.run()
            self.env["mail.mail"].sudo().search(
                [("mail_message_id", "=", message.id), ("state", "=", "outgoing")]
            ).send()
        return message

    def sent_to(self, address):
        return [mail for mail in self._mails if any(address in to for to in mail["email_to"] + mail["email_cc"])]

    def everything(self, mail):
        """All that a recipient could read of a mail."""
        return repr({name: value for name, value in mail.items() if name != "email_to"})

    def test_cc_of_a_mail_is_kept(self):
        """J-3: whom a merchant puts in Cc is on the ticket, and each later Cc comes on top"""
        self.assertIn("books@alder.example", self.ticket.email_cc)
        first = self.ticket.message_ids.filtered(lambda message: message.message_type == "email")
        self.mail_in(
            "More.", headers=f"In-Reply-To: {first[:1].message_id}\nCc: owner@alder.example\n", subject="Re: Payouts"
        )
        self.assertIn("books@alder.example", self.ticket.email_cc)
        self.assertIn("owner@alder.example", self.ticket.email_cc)

    def test_answers_go_to_the_cc_list_openly(self):
        """J-3: an answer reaches merchant and Cc list, and each sees the other"""
        self.ticket.email_cc = "books@alder.example; Owner <owner@alder.example>"
        self.answer()
        for address in ("till@alder.example", "books@alder.example", "owner@alder.example"):
            self.assertEqual(len(self.sent_to(address)), 1, address)
        to_merchant = self.everything(self.sent_to("till@alder.example")[0])
        self.assertIn("books@alder.example", to_merchant)
        self.assertIn("till@alder.example", self.everything(self.sent_to("books@alder.example")[0]))

    def test_answers_go_to_the_bcc_list_hidden(self):
        """J-3: each Bcc address gets an answer of its own, and nobody else reads of it"""
        self.ticket.email_cc = "books@alder.example"
        self.ticket.judopay_email_bcc = "auditor@elm.example, risk@elm.example"
        message = self.answer()
        for address in ("auditor@elm.example", "risk@elm.example"):
            found = self.sent_to(address)
            self.assertEqual(len(found), 1, address)
            self.assertEqual(len(found[0]["email_to"]), 1)
            self.assertIn("We are on it.", found[0]["body"])
            for mail in self._mails:
                if mail is not found[0]:
                    self.assertNotIn(address, repr(mail))
        self.assertNotIn("elm.example", repr(message.notification_ids.mapped("mail_email_address")))
        self.assertNotIn("elm.example", repr(message.sudo().read()))

    def test_merchants_cannot_read_the_bcc_list(self):
        """J-3: the Bcc list is neither in the portal's record nor in a tracked change that a merchant sees"""
        self.ticket.judopay_email_bcc = "auditor@elm.example"
        self.answer()
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self.ticket.with_user(self.merchant_user).read(["judopay_email_bcc"])
        with self.assertRaises(AccessError):
            self.env["helpdesk.ticket"].with_user(self.merchant_user).search([("judopay_email_bcc", "!=", False)])
        self.assertNotIn("elm.example", repr(self.ticket.message_ids.sudo().read(["body", "tracking_value_ids"])))

    def test_internal_notes_and_receipts_go_to_nobody(self):
        """J-3: notes and automatic messages have no copies"""
        self.ticket.write({"email_cc": "books@alder.example", "judopay_email_bcc": "auditor@elm.example"})
        with self.mock_mail_gateway():
            self.ticket.with_user(self.agent).message_post(body="Among us", subtype_xmlid="mail.mt_note")
            self.deliver()
            self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()
        self.assertFalse(self.sent_to("books@alder.example"))
        self.assertFalse(self.sent_to("auditor@elm.example"))

    def test_nobody_gets_it_twice(self):
        """J-3: merchant, followers, our own addresses and doubles in the lists are left out"""
        self.ticket.write(
            {
                "email_cc": f"till@alder.example, BOOKS@alder.example, books@alder.example, {self.address()}",
                "judopay_email_bcc": "books@alder.example, till@alder.example",
            }
        )
        self.answer()
        self.assertEqual(len(self.sent_to("till@alder.example")), 1)
        self.assertEqual(len(self.sent_to("books@alder.example")), 1)
        self.assertFalse([mail for mail in self._mails if any(self.address() in to for to in mail["email_to"])])

    def test_attachments_go_along(self):
        """J-3: copies have the attachments of the answer"""
        self.ticket.write({"email_cc": "books@alder.example", "judopay_email_bcc": "auditor@elm.example"})
        self.answer(attachments=[("steps.txt", b"Restart the terminal.")])
        for address in ("till@alder.example", "books@alder.example", "auditor@elm.example"):
            names = [attachment[0] for attachment in self.sent_to(address)[0]["attachments"]]
            self.assertEqual(names, ["steps.txt"], address)

    def test_junk_is_refused(self):
        """J-3: what is no address is refused with the word that is wrong"""
        for text, wrong in (
            ("books", "books"),
            ("books@", "books"),
            ("a@b.example, c d", "c"),
            ("two@at@signs.example", "two@at"),
            ("Books <books@alder.example>, <script>", "script"),
            ("evil@x.example\r\nBcc: all@x.example", "Bcc"),
        ):
            for name in ("email_cc", "judopay_email_bcc"):
                with (
                    self.subTest(f"{name}: {text!r}"),
                    self.assertRaisesRegex(ValidationError, "is no e-mail address") as caught,
                    self.env.cr.savepoint(),
                ):
                    self.ticket.with_user(self.agent)[name] = text
                self.assertIn(wrong, str(caught.exception))
                self.ticket.invalidate_recordset()

    def test_good_addresses_are_taken(self):
        """J-3: names, quotes, semicolons and a comma at the end are fine"""
        self.ticket.email_cc = '"Books, Alder" <books@alder.example>; owner@alder.example,'
        self.assertEqual(
            self.ticket._judopay_read_addresses(self.ticket.email_cc)[0],
            ["books@alder.example", "owner@alder.example"],
        )

    def test_tickets_of_others_have_no_copies(self):
        """J-3: a ticket of no provider is answered as the stock helpdesk does"""
        team = self.env["helpdesk.ticket.team"].create({"name": "Somebody else"})
        other = self.env["helpdesk.ticket"].create(
            {
                "name": "x",
                "description": "x",
                "team_id": team.id,
                "partner_id": self.merchant.id,
                "email_cc": "books@alder.example",
                "judopay_email_bcc": "auditor@elm.example",
            }
        )
        other.message_subscribe(self.merchant.ids)
        self.ticket = other
        self.answer()
        self.assertTrue(self.sent_to("till@alder.example"))
        self.assertFalse(self.sent_to("books@alder.example"))
        self.assertFalse(self.sent_to("auditor@elm.example"))
