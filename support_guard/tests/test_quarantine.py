import xmlrpc.client
from unittest.mock import patch

from odoo.addons.helpdesk_mgmt.models.helpdesk_ticket import HelpdeskTicket
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger
from psycopg2.errors import SerializationFailure

from .common import GuardCase, GuardDataMixin

GUARD_LOGGERS = (
    "odoo.addons.support_guard.models.support_guard_quarantine",
    "odoo.addons.mail.models.fetchmail",
)


def failing(error: Exception):
    """The addon of somebody fails on a new ticket, after it has changed something."""

    def message_new(self, msg, custom_values=None):
        self.env["res.partner"].create({"name": "Half done"})
        raise error

    return patch.object(HelpdeskTicket, "message_new", message_new)


@tagged("post_install", "-at_install")
class TestQuarantine(GuardCase):
    def kept(self):
        return self.env["support.guard.quarantine"].search([("message_id", "=", "<one@alder.example>")])

    def deliver_failing(self, error=None, **kwargs):
        with failing(error or RuntimeError("no paper")), mute_logger(*GUARD_LOGGERS):
            return self.deliver(**kwargs)

    def test_kept_and_processed(self):
        """G-11: a mail that fails is kept with its reason, and processed later."""
        tickets = self.env["helpdesk.ticket"].search_count([])
        self.assertIs(self.deliver_failing(), False)
        mail = self.kept()
        self.assertEqual(mail.state, "waiting")
        self.assertIn("no paper", mail.error)
        self.assertEqual(mail.subject, "A question")
        self.assertEqual(mail.email_from, "Buyer <buyer@alder.example>")
        self.assertIn("From: Buyer", mail.original_preview)
        self.assertFalse(
            self.env["res.partner"].search_count([("name", "=", "Half done")]),
            "nothing half done is left",
        )
        with failing(ValueError("still none")), mute_logger(*GUARD_LOGGERS):
            mail.with_user(self.manager).action_retry()
        self.assertEqual(mail.state, "waiting")
        self.assertEqual(mail.attempts, 2)
        self.assertIn("still none", mail.error)
        mail.with_user(self.manager).action_retry()
        self.assertEqual(mail.state, "done")
        self.assertEqual(mail.ticket_id.name, "A question")
        self.assertEqual(mail.ticket_id.partner_id, self.alder_user.partner_id)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), tickets + 1)
        mail.with_user(self.manager).action_retry()  # a second click
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), tickets + 1)

    def test_original_is_lost(self):
        """G-11: a mail whose original is gone from the file store is not taken for processed: no empty ticket"""
        self.deliver_failing()
        mail = self.kept()
        tickets = self.env["helpdesk.ticket"].search_count([])
        mail.original = False
        mail.with_user(self.manager).action_retry()
        self.assertEqual((mail.state, mail.attempts), ("waiting", 2))
        self.assertIn("missing in the file store", mail.error)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), tickets)

    def test_discard(self):
        """G-11: what is not worth it is discarded, and taken back if that was wrong."""
        self.deliver_failing()
        mail = self.kept().with_user(self.manager)
        mail.action_discard()
        self.assertEqual(mail.state, "discarded")
        mail.action_retry()
        self.assertEqual(mail.state, "discarded")
        mail.action_restore()
        mail.action_retry()
        self.assertEqual(mail.state, "done")

    def test_delivered_again(self):
        """G-11: the mail server sends the mail again: still one in quarantine."""
        self.deliver_failing()
        self.deliver_failing()
        self.assertEqual(len(self.kept()), 1)
        self.assertEqual(self.kept().attempts, 2)
        ticket_id = self.deliver()
        self.assertTrue(ticket_id)
        self.kept().action_retry()
        self.assertEqual(self.kept().state, "done")
        self.assertEqual(self.kept().ticket_id.id, ticket_id)

    def test_alert(self):
        """G-11: the managers are told once, and again only when they have dealt with it."""
        self.deliver_failing()
        first = self.kept()
        self.assertIn(self.manager, first.activity_ids.user_id)
        self.assertNotIn(self.agent, first.activity_ids.user_id)
        self.deliver_failing(message_id="<two@alder.example>")
        second = self.env["support.guard.quarantine"].search([("message_id", "=", "<two@alder.example>")])
        self.assertFalse(second.activity_ids)
        first.with_user(self.manager).action_discard()
        self.assertFalse(first.activity_ids)
        self.assertIn(self.manager, second.activity_ids.user_id)

    def test_alias(self):
        """G-11: mails to an alias of a team are kept, their sender is not sent away."""
        self.env["mail.alias.domain"].search([]).unlink()
        domain = self.env["mail.alias.domain"].create({"name": "desk.example"})
        self.team.alias_id.write({"alias_name": "guard-team", "alias_domain_id": domain.id})
        for number, header in enumerate(("To", "Cc")):
            parts = {
                "message_id": f"<alias-{number}@alder.example>",
                "to": "guard-team@desk.example" if header == "To" else "x@y.example",
                "headers": {"Cc": "guard-team@desk.example"} if header == "Cc" else {},
            }
            with (
                self.subTest(header=header),
                patch.object(
                    type(self.env["mail.thread"]),
                    "_message_route_process",
                    side_effect=RuntimeError("no paper"),
                ),
                mute_logger(*GUARD_LOGGERS),
            ):
                self.deliver(model=None, **parts)
                mail = self.env["support.guard.quarantine"].search([("message_id", "=", parts["message_id"])])
                self.assertEqual(mail.company_id, self.team.company_id)

    def test_no_bounce(self):
        """G-11: the sender of a mail in quarantine is not told that it was refused."""
        alias = self.team.alias_id
        bounces = self.env["mail.mail"].search_count([("subject", "like", "Re: ")])
        alias.with_context(guard_gateway=True)._alias_bounce_incoming_email(
            {"subject": "A question"}, {"email_from": "buyer@alder.example"}
        )
        self.assertEqual(alias.alias_status, "invalid")
        self.assertEqual(self.env["mail.mail"].search_count([("subject", "like", "Re: ")]), bounces)

    def test_answer_to_a_ticket(self):
        """G-11: an answer to a ticket that fails is kept, whatever address it went to."""
        message = self.alder_ticket.message_post(body="?", subtype_xmlid="mail.mt_comment")
        with (
            patch.object(HelpdeskTicket, "message_update", side_effect=RuntimeError("no paper")),
            mute_logger(*GUARD_LOGGERS),
        ):
            self.deliver(model=None, headers={"In-Reply-To": message.message_id})
        mail = self.kept()
        self.assertTrue(mail)
        mail.action_retry()
        self.assertEqual(mail.ticket_id, self.alder_ticket)

    def test_mail_of_others(self):
        """G-11: mails that are not for the helpdesk fail as before."""
        with self.assertRaises(ValueError):
            self.deliver(model=None, to="nobody@elsewhere.example")
        self.assertFalse(self.kept())

    def test_broken_mails(self):
        """G-11: a mail that cannot even be parsed is kept as it came."""
        thread = type(self.env["mail.thread"])
        raw = b"Message-Id: <one@alder.example>\nSubject: =?bad?q?=FF?=\0\n\n\xff\0"
        with (
            patch.object(thread, "_message_parse_extract_payload", side_effect=KeyError),
            mute_logger(*GUARD_LOGGERS),
        ):
            self.deliver(raw)
        self.assertEqual(self.kept()._get_raw(), raw)

    def test_hostile_mails(self):
        """S-3: NUL, wrong charsets and an empty body make a ticket like any mail."""
        mail = self.make_mail(subject="N\0UL", body="bo\0dy")
        ticket = self.env["helpdesk.ticket"].browse(self.deliver(mail))
        self.assertEqual(ticket.name, "NUL")
        mail = b"From: a@b.example\nMessage-Id: <2@b.example>\nSubject: \n\n"
        self.assertTrue(self.deliver(mail))
        mail = (
            b"From: a@b.example\nMessage-Id: <3@b.example>\nSubject: x\n"
            b"Content-Type: text/plain; charset=klingon\n\n\xff\xfe\n"
        )
        self.assertTrue(self.deliver(mail))
        self.assertFalse(self.env["support.guard.quarantine"].search_count([("message_id", "like", "@b.example")]))

    def test_conflicts(self):
        """G-11: a conflict is left to Odoo, which repeats the request, and is no reason
        for quarantine.
        """
        with self.assertRaises(SerializationFailure):
            self.deliver_failing(SerializationFailure())
        self.assertFalse(self.kept())

    def test_clean_up(self):
        """G-11: what is dealt with is not kept for ever, what waits is."""
        self.deliver_failing()
        self.deliver_failing(message_id="<two@alder.example>")
        self.kept().action_discard()
        all_kept = self.env["support.guard.quarantine"].search([])
        all_kept.last_attempt = "2020-01-01 00:00:00"
        all_kept._gc_quarantine()
        self.assertFalse(self.kept())
        self.assertTrue(all_kept.exists().filtered(lambda m: m.message_id == "<two@alder.example>"))


class FakeConnection:
    """A mailbox with one mail, as fetchmail.server sees it."""

    def __init__(self, *mails: str):
        self.mails = list(enumerate(mails))
        self.handled: list[int] = []

    def check_unread_messages(self):
        return len(self.mails)

    def retrieve_unread_messages(self):
        yield from self.mails

    def handled_message(self, num):
        self.handled.append(num)

    def disconnect(self):
        pass


@tagged("post_install", "-at_install")
class TestQuarantineRoutes(GuardDataMixin, HttpCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.make_data()

    def test_fetchmail(self):
        """G-11: a mail that Odoo fetches and cannot process is not lost."""
        server = self.env["fetchmail.server"].create(
            {
                "name": "Guard mailbox",
                "server_type": "imap",
                "state": "done",
                "object_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
            }
        )
        mailbox = FakeConnection(
            self.make_mail(),
            self.make_mail(message_id="<good@alder.example>", subject="Good"),
        )
        original = HelpdeskTicket.message_new

        def message_new(self, msg, custom_values=None):
            if msg["message_id"] == "<one@alder.example>":
                raise RuntimeError("no paper")
            return original(self, msg, custom_values)

        with (
            patch.object(HelpdeskTicket, "message_new", message_new),
            patch.object(type(server), "_connect__", return_value=mailbox),
            mute_logger(*GUARD_LOGGERS),
            # the scheduled action commits, a test must not: it gets a cursor of its own
            self.registry.cursor() as cr,
        ):
            server.with_env(self.env(cr=cr))._fetch_mail()
        self.env.invalidate_all()
        self.assertEqual(mailbox.handled, [0, 1])
        mail = self.env["support.guard.quarantine"].search([("message_id", "=", "<one@alder.example>")])
        self.assertIn("no paper", mail.error)
        self.assertTrue(self.env["helpdesk.ticket"].search_count([("name", "=", "Good")]))
        mail.action_retry()
        self.assertEqual(mail.state, "done")
        self.assertEqual(
            mail.ticket_id.channel_id,
            self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_email"),
        )

    def test_mailgate(self):
        """G-11: a mail that a mail server delivers through RPC is not lost."""
        admin = self.env.ref("base.user_admin")
        admin.password = "admin-of-the-test"
        self.env.flush_all()
        with (
            patch.object(HelpdeskTicket, "message_new", side_effect=RuntimeError("no paper")),
            mute_logger(*GUARD_LOGGERS),
        ):
            self.xmlrpc_object.execute_kw(
                self.env.cr.dbname,
                admin.id,
                "admin-of-the-test",
                "mail.thread",
                "message_process",
                ["helpdesk.ticket", xmlrpc.client.Binary(self.make_mail().encode())],
                {},
            )
        mail = self.env["support.guard.quarantine"].search([("message_id", "=", "<one@alder.example>")])
        self.assertIn("no paper", mail.error)
        mail.action_retry()
        self.assertEqual(mail.state, "done", mail.error)
        self.assertEqual(mail.ticket_id.name, "A question")
