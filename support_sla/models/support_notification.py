import logging
from datetime import datetime, timedelta

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL
from psycopg2 import OperationalError

from ..tools import facts
from .support_context import inside
from .support_sweep import CONFLICTS, RETRIES
from .support_time import to_instant

_logger = logging.getLogger(__name__)

#: When a mail whose sending was cut off is tried again, at the earliest.
IN_FLIGHT = timedelta(seconds=10)
#: How long delivery is tried before a row is left for a person to look at.
GIVE_UP_AFTER = timedelta(days=3)


class SupportNotification(models.Model):
    """The outbox: whom to tell what about a ticket.

    Intents are written in the same transaction as what they tell of and delivered by a scheduled
    action of their own, so that a mail server that is down never undoes a breach (F-10). The
    Message-Id is fixed when the intent is written: a copy sent after a crash is recognised as one.
    """

    _name = "support.notification"
    _description = "Support Notification"
    _order = "id desc"
    _rec_name = "kind"
    _allow_sudo_commands = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", readonly=True, index=True)
    kind = fields.Selection(
        [
            ("acknowledgement", "Acknowledgement"),
            ("form", "Request for the form"),
            ("masked", "Masked secret"),
            ("escalation", "Escalation"),
            ("digest", "Digest"),
            ("role", "Message to a role"),
            ("administrator", "Message to the administrator"),
        ],
        required=True,
        readonly=True,
    )
    partner_id = fields.Many2one("res.partner", readonly=True, ondelete="cascade")
    channel = fields.Selection(
        [("message", "E-mail or inbox"), ("activity", "Activity")], default="message", required=True, readonly=True
    )
    escalation_ids = fields.Many2many("support.escalation", readonly=True)
    template_id = fields.Many2one("mail.template", readonly=True, ondelete="set null")
    summary = fields.Char(readonly=True, help="What it is about, when no escalation says so.")
    code = fields.Char(readonly=True, help="Which text to use, for messages to a role or the administrator.")
    data = fields.Json(readonly=True)
    key = fields.Char(readonly=True, help="The same key is told once per ticket.")
    created = fields.Datetime(readonly=True, required=True)
    state = fields.Selection(
        [("pending", "Pending"), ("handed", "Handed to the mail server"), ("sent", "Sent"), ("failed", "Failed")],
        default="pending",
        required=True,
        readonly=True,
    )
    tries = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)
    sent = fields.Datetime(readonly=True)
    error = fields.Char(readonly=True)
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null", index="btree_not_null")

    # the outbox's only search
    _todo_idx = models.Index("(next_try) WHERE state IN ('pending', 'handed')")
    _key_unique = models.UniqueIndex("(ticket_id, key) WHERE key IS NOT NULL")

    @api.model
    def _enqueue(self, vals_list: list[dict]):
        """Write intents down and wake the scheduled action; keys that exist already are left out."""
        if not vals_list:
            return self.browse()
        now = self.env["support.event"]._now()
        keyed = [(vals["ticket_id"], vals["key"]) for vals in vals_list if vals.get("key")]
        if keyed:
            self.env.cr.execute(
                SQL("SELECT ticket_id, key FROM support_notification WHERE (ticket_id, key) IN %s", tuple(keyed))
            )
            known = set(self.env.cr.fetchall())
            fresh = []
            for vals in vals_list:
                key = (vals["ticket_id"], vals.get("key"))
                if key[1] and key in known:
                    continue
                known.add(key)
                fresh.append(vals)
            vals_list = fresh
        # sudo: whoever causes a notification need not be able to read the outbox
        intents = self.sudo().create([{**vals, "created": now, "next_try": now} for vals in vals_list])
        if intents:
            self.env["support.health"]._wake("support_sla.ir_cron_outbox")
        return intents

    @api.model
    def _cron_deliver(self):
        """Scheduled action: deliver what is due, a short transaction each."""
        cron = self.env["ir.cron"]
        collisions = 0
        while True:
            now = self.env["support.event"].with_context(support_now=False)._now()
            due = [("state", "in", ("pending", "handed")), ("next_try", "<=", now)]
            try:
                batch = self.search(due, limit=20, order="next_try, id").try_lock_for_update()
                for intent in batch:
                    intent._deliver_safely(now)
                # the mails exist now: a crash from here on repeats them under the same Message-Id
                time_left = cron._commit_progress(len(batch), remaining=self.search_count(due))
            except CONFLICTS as error:
                # somebody wrote to one of the tickets: crons get no retry from Odoo
                self.env.cr.rollback()
                self.env.transaction.reset()
                collisions += 1
                if collisions > RETRIES:
                    _logger.info("The outbox leaves the rest for its next run: %s", error)
                    break
                continue
            if not batch:
                break
            collisions = 0
            batch._hand_over(now)
            if not time_left:
                break
        self._ask_to_wake()

    def _ask_to_wake(self):
        upcoming = self.search([("state", "in", ("pending", "handed"))], order="next_try", limit=1).next_try
        if upcoming:
            self.env["support.health"]._wake("support_sla.ir_cron_outbox", max(upcoming, fields.Datetime.now()))

    def _deliver_safely(self, now: datetime):
        self.ensure_one()
        if self.state != "pending":
            return
        try:
            with self.env.cr.savepoint():
                self._deliver()
        except OperationalError:
            raise  # the transaction is lost: the next run starts afresh
        except Exception as error:  # noqa: BLE001  one bad row must not stop the others
            _logger.warning("Support notification %s could not be delivered: %s", self.id, error)
            self._put_off(now, str(error))

    def _put_off(self, now: datetime, error: str):
        self.ensure_one()
        tries = self.tries + 1
        gave_up = now - self.created > GIVE_UP_AFTER
        self.write(
            {
                "tries": tries,
                "error": error[:500],
                "next_try": now + timedelta(minutes=min(2**tries, 60)),
                "state": "failed" if gave_up else self.state,
            }
        )

    def _deliver(self):
        """Make the message or activity. Mails are only queued here, see :meth:`_hand_over`."""
        self.ensure_one()
        ticket = self.ticket_id
        if self.channel == "activity":
            user = self.partner_id.with_context(active_test=True).user_ids[:1]
            if user:
                lang = user.lang or self.env.lang
                ticket.with_context(mail_activity_quick_update=True).activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=self.with_context(lang=lang)._get_subject(),
                    note=self.with_context(lang=lang)._render_body(),
                )
            self.write({"state": "sent", "sent": fields.Datetime.now()})
            return
        if self._is_settled():
            self.write({"state": "sent", "sent": fields.Datetime.now()})
            return
        # what is for the customer stands on the ticket; everybody else is told apart
        post = self._post_customer_step if self._is_for_customer() else getattr(self, f"_post_{self.kind}", None)
        if post:
            message = post()
        else:
            lang = self.partner_id.lang or self.env.lang
            intent = self.with_context(lang=lang)
            message = ticket.with_context(lang=lang).message_notify(
                partner_ids=self.partner_id.ids,
                subject=intent._get_subject(),
                body=intent._render_body(),
                force_send=False,
                email_layout_xmlid="mail.mail_notification_light",
            )
            # message_notify takes none; the mail, not sent yet, reads it from the message
            message.sudo().message_id = self._get_message_id()
        self.write({"state": "handed", "message_id": message.id})
        # this outbox sends them; Odoo's own mail queue would do so at the same time
        self._get_mails().write({"scheduled_date": fields.Datetime.now() + GIVE_UP_AFTER})

    def _is_settled(self) -> bool:
        """Whether there is nothing to say any more, because it was done meanwhile. **Hook** for further kinds; what
        a kind posts for the customer is ``_post_<kind>()``, which answers with the message (see
        :meth:`_post_automatic`)."""
        self.ensure_one()
        if self._is_for_customer():
            # answered or accepted meanwhile; what a step has closed is told all the same
            clocks = self.escalation_ids.clock_id
            ended = all(clock.state not in facts.LIVE for clock in clocks)
            return ended and not self.ticket_id._support_form_is_closed()
        return self.kind == "form" and not self.ticket_id._support_form_is_open()

    def _is_for_customer(self) -> bool:
        """Whether it is a step of a chain whose role is the customer: a reminder, no escalation (B-10, D-12)."""
        self.ensure_one()
        roles = self.escalation_ids.role_id
        return bool(roles) and all(role.source == "customer" for role in roles)

    def _get_message_id(self) -> str:
        domain = self.ticket_id.company_id.alias_domain_id.name or "support.invalid"
        return f"<support-{self.env.cr.dbname}-{self.id}-{self.create_date:%Y%m%d%H%M%S}@{domain}>"

    def _post_acknowledgement(self):
        """Post the provider's confirmation of receipt on the ticket; the customer's mail goes out with it."""
        ticket = self.ticket_id
        template = self.template_id
        lang = template._render_lang(ticket.ids)[ticket.id]
        localised = template.with_context(lang=lang)
        subject = localised._render_field("subject", ticket.ids)[ticket.id]
        body = localised._render_field("body_html", ticket.ids, options={"post_process": True})[ticket.id]
        return self._post_automatic(
            ticket.with_context(**inside(support_acknowledgement=True), lang=lang), subject, body
        )

    def _post_form(self):
        """Ask the customer, in the customer's language, to complete the form of the ticket."""
        ticket = self.ticket_id.with_context(lang=self.ticket_id._support_get_customer_lang())
        subject = self.with_context(lang=ticket.env.lang).env._(
            "[%(number)s] Please complete: %(form)s",
            number=ticket.number,
            form=ticket._support_form_get_definition().title,
        )
        body = ticket._support_form_render_request((self.data or {}).get("reason") or "")
        return self._post_automatic(ticket, subject, body)

    def _post_masked(self):
        """Tell the customer, in the customer's language, that a secret was taken out of what was written (D-16)."""
        ticket = self.ticket_id.with_context(lang=self.ticket_id._support_get_customer_lang())
        intent = self.with_context(lang=ticket.env.lang)
        body = Markup("<p>%s</p><p>%s</p>") % (
            intent.env._(
                "What you wrote held a password or a key. We made it unreadable before it was stored, also in files of "
                "text that you sent with it. Everything else is as you wrote it."
            ),
            intent.env._(
                "Please never send passwords or keys in a message. If this one is still in use, change it to be on the "
                "safe side."
            ),
        )
        more = ticket._support_say_masked()
        if more:
            body += Markup("<p>%s</p>") % more
        subject = intent.env._("[%s] A password or a key was made unreadable", ticket.number)
        return self._post_automatic(ticket, subject, body)

    def _post_customer_step(self):
        """Remind the customer of what a chain's step is about, in the customer's language, on the ticket."""
        # what is over is said once, however many steps were late
        step = self.escalation_ids.sorted(lambda row: (row.due, row.id))[-1:]
        zone = self.ticket_id.partner_id.tz or self.ticket_id.support_provider_id.tz or "UTC"
        ticket = self.ticket_id.with_context(lang=self.ticket_id._support_get_customer_lang(), tz=zone)
        said = ticket._support_say_customer_step(step.with_context(lang=ticket.env.lang))
        body = self.env["ir.qweb"]._render(
            "support_sla.customer_step_message",
            {"ticket": ticket, **said, "url": ticket._support_get_page_url() if ticket.partner_id else ""},
            lang=ticket.env.lang,
        )
        return self._post_automatic(ticket, said["subject"], body)

    def _post_automatic(self, ticket, subject: str, body, author=None):
        """Post a message that a machine writes to the customer; it answers nothing (E-1.2).

        :param ticket: in the language of the message
        :param author: in whose name (``res.partner``); the ticket's company if nobody's: a customer knows no robot
        """
        partner = ticket.partner_id
        sender = (ticket.company_id or self.env.company).partner_id
        if not sender.email:  # nobody could send in its name
            sender = self.env.ref("base.partner_root")
        return ticket.message_post(
            subject=subject,
            body=body,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=partner.ids,
            outgoing_email_to=False if partner.email else ticket.partner_email,
            author_id=(author or sender).id,
            force_send=False,
            message_id=self._get_message_id(),
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _hand_over(self, now: datetime):
        """Send the mails of delivered intents, committing before and after each: a crash repeats one mail at most.

        Those that the mail server refused are tried again later.
        """
        cron = self.env["ir.cron"]
        for intent in self:
            try:
                # the transaction that made the mail is over: look again whether somebody else sends it
                if intent.try_lock_for_update() and intent.state == "handed":
                    # committed before it is sent: after a crash the others come first, so that the next crash does
                    # not hit the same mail again (F-5)
                    intent.next_try = now + IN_FLIGHT
                    cron._commit_progress()
                    if intent.try_lock_for_update() and intent.state == "handed":
                        intent._send_mails(now)
                cron._commit_progress()
            except CONFLICTS as error:
                _logger.info("Support notification %s is sent by the next run: %s", intent.id, error)
                self.env.cr.rollback()
                self.env.transaction.reset()

    def _send_mails(self, now: datetime):
        self.ensure_one()
        mails = self._get_mails()
        mails.filtered(lambda mail: mail.state == "exception").mark_outgoing()
        mails.filtered(lambda mail: mail.state == "outgoing").send(raise_exception=False)
        refused = mails.exists().filtered(lambda mail: mail.state in ("exception", "outgoing"))
        if refused:
            self._put_off(now, refused[0].failure_reason or "")
        else:
            self.write({"state": "sent", "sent": fields.Datetime.now(), "error": False})

    def _get_mails(self):
        self.ensure_one()
        return self.env["mail.mail"].sudo().search([("mail_message_id", "=", self.message_id.id)])

    # --- texts ---------------------------------------------------------------------------------

    def _get_subject(self) -> str:
        self.ensure_one()
        ticket = self.ticket_id
        priority = ticket.support_priority_id.code
        head = f"[{priority}] {ticket.display_name}" if priority else ticket.display_name
        if self.kind == "digest":
            return self.env._("%s: escalations missed while the desk was down", head)
        if self.kind == "escalation":
            return self.env._(
                "%(ticket)s: escalated, %(step)s", ticket=head, step=self.escalation_ids[-1:].display_name
            )
        return f"{head}: {self._get_text()}" if self._get_text() else head

    def _get_text(self) -> str:
        """What a message to a role or the administrator says. **Hook**: addons answer for their own ``code``."""
        self.ensure_one()
        data = self.data or {}
        match self.code:
            case "role_empty":
                return self.env._("nobody fills the role “%s”; the next step was taken", data.get("role", ""))
            case "trouble":
                return self.env._("the sweep had to set this ticket aside: %s", data.get("error", ""))
            case "no_entitlement":
                return self.env._("this customer has no entitlement in force")
            case "regrade_breach":
                return self.env._("a changed promise is already past its time")
            case "lane_offer":
                if data.get("reason"):
                    return self.env._(
                        "it is its turn, but it could not be started by itself: %s", data.get("reason", "")
                    )
                return self.env._("it is its turn: what it waited for is done")
            case "to_agree":
                labels = dict(self.env["support.target"]._selection_metric())
                return self.env._("a date is still to be agreed on: %s", labels.get(data.get("metric"), ""))
        return self.summary or ""

    def _get_details(self) -> list[str]:
        """What a message to a role or the administrator says below its first sentence, a paragraph each. **Hook**."""
        self.ensure_one()
        return []

    def _get_door(self) -> tuple[str, models.Model]:
        """What the link below opens: its words and one record. **Hook**: the ticket, unless the message is about
        something that belongs to it."""
        self.ensure_one()
        return self.ticket_id.display_name, self.ticket_id

    def _get_sentence(self) -> str:
        """:meth:`_get_text` as it stands in a body: what follows a colon in the subject begins a sentence there."""
        text = self._get_text()
        return text[:1].upper() + text[1:] + ("" if not text or text[-1] in ".!?…" else ".")

    def _format_moment(self, moment: datetime) -> str:
        """A moment in the recipient's zone, with the provider's beside it where they differ (E-2.7)."""
        self.ensure_one()
        reader_zone = self.partner_id.tz or self.partner_id.user_ids[:1].tz or self.ticket_id.support_provider_id.tz
        return self.ticket_id.with_context(tz=reader_zone or "UTC")._support_when(to_instant(moment))

    def _get_opening(self) -> str:
        """The first sentence about an escalation: who asks, or what has come to pass."""
        self.ensure_one()
        escalation = self.escalation_ids[-1:]
        if (self.data or {}).get("late"):
            return self.env._("These steps were due while the desk was not running; they are told together and late.")
        if escalation.manual and escalation.user_id.share:
            return self.env._("The customer, %s, escalated this ticket.", escalation.user_id.name)
        if escalation.manual and escalation.user_id:
            return self.env._("%s escalated this ticket.", escalation.user_id.name)
        if any(escalation.clock_id.breached for escalation in self.escalation_ids):
            return self.env._("A promise on this ticket is past its time.")
        return self.env._("A promise on this ticket needs you.")

    def _render_body(self):
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "support_sla.notification_body",
            {"intent": self, "ticket": self.ticket_id, "escalations": self.escalation_ids.sorted("due")},
            lang=self.env.lang,
        )

    def _check_manager(self):
        """:raise AccessError: when the user may not run the desk, or may not see these rows"""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            raise AccessError(self.env._("Only helpdesk managers may send these again."))

    def action_retry(self):
        """Try failed and postponed rows again at once: all that a manager may do with a row of the outbox (S-1)."""
        self._check_manager()
        waiting = self.filtered(lambda intent: intent.state != "sent").sudo()
        # what was posted is not posted again, only its mail is sent
        posted = waiting.filtered("message_id")
        posted.write({"state": "handed", "next_try": fields.Datetime.now()})
        (waiting - posted).write({"state": "pending", "next_try": fields.Datetime.now()})
        self.env["support.health"]._wake("support_sla.ir_cron_outbox")
