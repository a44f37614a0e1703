"""What the tests of every provider's addon do the same way: raising, answering, waiting, reading what came of it."""

from contextlib import contextmanager
from uuid import uuid4

from lxml import html
from odoo.exceptions import UserError
from odoo.tests.common import new_test_user

from .common import utc

#: of the invented people, agents and customers
PASSWORD = "provider-test-password"

MAIL = """\
Message-Id: {message_id}
From: {sender}
To: {to}
{headers}Subject: {subject}
Date: Tue, 10 Feb 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{body}
"""


class ProviderMixin:
    """A base for the tests of one provider's addon, whose own ``make_data`` sets ``addon``, ``agent``, ``team``."""

    #: technical name of the addon, also the host of the agents' addresses
    addon: str
    #: zone of the invented people
    zone = "UTC"
    #: what a ticket has unless told otherwise
    ticket_name = "Nothing gets through"

    def setUp(self):
        super().setUp()
        # a mail that fails marks its alias with a connection of its own, which would wait for this one for ever
        self.patch(self.env.registry["mail.alias"], "_alias_bounce_incoming_email", lambda *args, **kwargs: None)
        # a test has one transaction
        self.patch(self.env.registry["ir.cron"], "_commit_progress", lambda *args, **kwargs: 0)

    @classmethod
    def ref_(cls, name):
        """A record of the addon's data."""
        return cls.env.ref(f"{cls.addon}.{name}")

    @classmethod
    def make_agent(cls, name, groups="helpdesk_mgmt.group_helpdesk_user"):
        host = cls.addon.split("_")[0]
        return new_test_user(
            cls.env,
            login=f"{host}-{name}",
            password=PASSWORD,
            groups=groups,
            email=f"{name}@{host}.example",
            name=f"Agent {name}",
            tz=cls.zone,
        )

    @classmethod
    def make_customer(cls, company, email, name):
        """A portal user who belongs to ``company``."""
        user = new_test_user(
            cls.env,
            login=email.replace("@", "-"),
            password=PASSWORD,
            groups="base.group_portal",
            email=email,
            name=name,
            tz=cls.zone,
        )
        user.partner_id.parent_id = company
        return user

    def at(self, record, moment):
        """``record`` for which it is ``moment``, UTC."""
        return record.with_context(support_now=utc(moment) if isinstance(moment, str) else moment)

    def raise_by(self, moment, user=None, **vals):
        """A ticket by an agent, or by ``user``."""
        values = {"name": self.ticket_name, "description": "<p>Since noon.</p>", "team_id": self.team.id, **vals}
        tickets = self.env["helpdesk.ticket"].with_user(user or self.agent)
        return self.at(tickets, moment).create(values).with_context(support_now=False)

    def say(self, ticket, moment, body="We are on it.", user=None, **kwargs):
        return self.at(ticket.with_user(user or self.agent), moment).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment", **kwargs
        )

    def settle(self):
        """What happens when a request ends: tracking is written, computed changes are recorded."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    @contextmanager
    def refused(self, words, exception=UserError):
        """What is done inside is refused with a message that has ``words`` in it, and undone."""
        with self.assertRaises(exception) as caught:
            yield
        self.assertRegex(str(caught.exception), words)

    def sweep(self, moment):
        """What the scheduled action of the sweep does at ``moment``, UTC."""
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

    def told(self, ticket, code=None):
        """Users whom the outbox tells of the ticket, in order; ``code``: of messages whose code begins so."""
        intents = self.env["support.notification"].sudo().search([("ticket_id", "=", ticket.id)], order="id")
        if code:
            intents = intents.filtered(lambda intent: intent.code and intent.code.startswith(code))
        return [intent.partner_id.user_ids[:1] for intent in intents]

    def deliver(self):
        """What the scheduled action of the outbox does, without its commits."""
        now = self.env["support.event"]._now()
        intents = self.env["support.notification"].sudo().search([("state", "in", ("pending", "handed"))], order="id")
        for intent in intents:
            intent._deliver_safely(now)
        intents._hand_over(now)

    def mail_in(self, text, moment, sender, to, **values):
        """A mail that arrives through the gateway; the ticket it made or went to.

        :param sender: the From header
        :param datetime moment: UTC, also as text
        :param values: ``subject``, ``message_id``, ``headers`` (lines, each with its end)
        """
        values = {
            "message_id": f"<{uuid4()}@mail.example>",
            "headers": "",
            "subject": self.ticket_name,
            **values,
            "sender": sender,
            "to": to,
            "body": text,
        }
        gateway = self.at(self.env["mail.thread"].with_user(1), moment)
        return self.env["helpdesk.ticket"].browse(gateway.message_process("helpdesk.ticket", MAIL.format(**values)))


class ProviderPortalMixin(ProviderMixin):
    """The same in a browser's place, in front of ``HttpCase``: its pages as a customer gets them."""

    @classmethod
    def offer_own_queues_only(cls):
        """Queues of other providers that are installed as well are not to choose from."""
        others = [("support_provider_id", "not in", (False, cls.provider.id))]
        cls.env["helpdesk.ticket.team"].search(others).show_in_portal = False

    def log_in(self, user):
        self.authenticate(user.login, PASSWORD)

    def page(self, url):
        """The page at ``url``, parsed."""
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200, url)
        return html.fromstring(response.text)

    @staticmethod
    def text(element):
        """What an element says, on one line."""
        return " ".join(element.text_content().split())
