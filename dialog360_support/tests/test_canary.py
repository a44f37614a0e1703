"""No key and no password is anywhere after it came in, by any way (D-16)."""

import base64
import io
import json

from odoo import http
from odoo.addons.support_sla.tests.canary import CanaryMixin
from odoo.addons.support_sla.tests.provider_common import ProviderPortalMixin
from odoo.tests.common import HttpCase, tagged
from odoo.tools import mute_logger

from .common import Dialog360Case, Dialog360Mixin, utc

#: nowhere else, and of no form that anything but a name or a label could recognise
CANARY = "Hx4Marten58Qv"
#: as the provider's own keys look; of a key the ends stay
KEY = "kD7aQx93LmZt51PwRv80CyBn"
SAYING = f"We log in with password: {CANARY} since noon."
REQUEST = f"POST /v1/messages\nD360-API-KEY: {KEY}\nAuthorization: Bearer {KEY}\n\n{{'to': '4930'}}"
RESPONSE = f'401 Unauthorized\n{{"error": "denied", "password": "{CANARY}", "number": "4711"}}'
FILE = f"login: demo\npassword: {CANARY}\nD360-API-KEY: {KEY}\n".encode()
HTML_MAIL = """\
Message-Id: {message_id}
From: {sender}
To: {to}
{headers}Subject: {subject}
Date: Tue, 10 Feb 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset="utf-8"

{text}

--inner
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

{html}
--inner--
--outer
Content-Type: text/plain; name="trace.log"
Content-Disposition: attachment; filename="trace.log"
Content-Transfer-Encoding: base64

{file}
--outer--
"""


class Dialog360CanaryMixin(CanaryMixin):
    def assert_clean(self, log, ticket=None, told=None):
        """Neither the password nor the middle of the key is anywhere, also once everything is told.

        :param log: what was logged meanwhile
        :param told: whether the client of ``ticket`` is told that something was made unreadable; None: not looked at
        """
        self.assertTrue(log.lines is not None)
        self.settle()
        for secret in (CANARY, KEY[4:-4]):
            self.assert_nowhere(secret, log)
        if not ticket:
            return
        self.assertTrue(ticket.sudo().support_secrets_masked)
        with self.mock_mail_gateway(), self.record_log() as more:
            self.deliver()
            self.settle()
        for secret in (CANARY, KEY[4:-4]):
            self.assert_nowhere(secret, more)
        if told is not None:
            self.assertEqual(len(self.warnings(ticket)), int(told))

    def warnings(self, ticket):
        """Messages that tell the client that a secret was made unreadable."""
        self.env.invalidate_all()
        return ticket.sudo().message_ids.filtered(lambda message: "Please never send passwords" in (message.body or ""))


@tagged("post_install", "-at_install")
class TestCanary(Dialog360CanaryMixin, Dialog360Case):
    """What comes by mail, from agents, by import."""

    def mail(self, number, subject="It stands still", sender=None, headers=""):
        text = base64.encodebytes(FILE).decode()
        html = f"<p>Pass<b>wort</b>: {CANARY[:4]}<i>{CANARY[4:]}</i></p><p>D360-API-KEY: <code>{KEY}</code></p>"
        raw = HTML_MAIL.format(
            message_id=f"<canary-{number}@mail.example>",
            sender=sender or f"Alder <{self.customer.email}>",
            to=self.address,
            headers=headers,
            subject=subject,
            text=SAYING,
            html=base64.encodebytes(html.encode()).decode(),
            file=text,
        )
        gateway = self.at(self.env["mail.thread"].with_user(1), "2026-03-02 06:00")
        return self.env["helpdesk.ticket"].browse(gateway.message_process("helpdesk.ticket", raw, save_original=True))

    def test_mail(self):
        """D-16: of a mail that raises a ticket, one that answers, and one that answers from elsewhere: subject, text,
        HTML split by markup and file; agents and followers get it without, the client is told once"""
        with self.mock_mail_gateway(), self.record_log() as log:
            ticket = self.mail(1, subject=f"Password: {CANARY}")
            ticket.message_subscribe(self.agent.partner_id.ids)
            headers = "In-Reply-To: <canary-1@mail.example>\n"
            self.assertEqual(self.mail(2, headers=headers), ticket)
            other = self.mail(3, sender=f"Sales <{self.colleague_user.email}>", headers=headers)
            self.env.flush_all()
        self.assertEqual(other.dialog360_original_id, ticket)
        self.assert_clean(log, ticket, told=True)
        self.assertEqual(len(self.warnings(other)), 1)
        files = (ticket | other).message_ids.attachment_ids
        self.assertEqual(set(files.mapped("name")), {"trace.log"}, "the original of the mail is not kept")
        self.assertEqual(
            set(files.mapped("raw")),
            {f"login: demo\npassword: ********\nD360-API-KEY: {KEY[:4]}********{KEY[-4:]}\n".encode()},
        )
        self.assertIn(f"{KEY[:4]}********{KEY[-4:]}", ticket.description, "a few characters of a key stay")

    def test_quarantine(self):
        """D-16: a mail that could not be processed waits in quarantine without its secrets, and is taken up so"""
        broken = [True]
        create = type(self.env["helpdesk.ticket"]).message_new

        def message_new(records, *args, **kwargs):
            if broken:
                raise ValueError(f"cannot store {SAYING}")
            return create(records, *args, **kwargs)

        self.patch(self.env.registry["helpdesk.ticket"], "message_new", message_new)
        with self.record_log() as log:
            self.mail(4)
        kept = self.env["support.guard.quarantine"].search([("message_id", "=", "<canary-4@mail.example>")])
        self.assertEqual(len(kept), 1)
        self.assert_clean(log)
        broken.clear()
        with self.record_log() as log:
            kept.action_retry()
        ticket = self.env["helpdesk.ticket"].search([("team_id", "=", self.team.id)], order="id desc", limit=1)
        self.assertIn("********", ticket.description)
        self.assert_clean(log)

    def test_backend_form(self):
        """D-16: typed by an agent into each answer of the form, when the ticket is made and later; staff need not be
        told by mail"""
        answers = {
            "name": f"Cannot log in, password: {CANARY}",
            "description": f"<p>{SAYING}</p>",
            "dialog360_consequences": SAYING,
            "dialog360_steps": f"1. {SAYING}",
            "dialog360_request": REQUEST,
            "dialog360_response": RESPONSE,
        }
        with self.record_log() as log:
            ticket = self.raise_ticket("2026-03-02 06:00", complete=False, **answers)
            self.assertIn('"number": "4711"', ticket.dialog360_response)
            self.assertIn(f"{KEY[:4]}********{KEY[-4:]}", ticket.dialog360_request)
            other = self.raise_ticket("2026-03-02 06:00")
            other.with_user(self.agent).web_save(answers, {"name": {}})
        self.assert_clean(log, ticket, told=False)
        self.assert_clean(log, other, told=False)

    def test_import(self):
        """D-16: imported by a program or on the import screen, which keeps the file that was uploaded without it"""
        columns = ["name", "description", "dialog360_request", "team_id/.id", "partner_id/.id"]
        row = [f"Password: {CANARY}", SAYING, f"D360-API-KEY: {KEY}", str(self.team.id), str(self.customer.id)]
        with self.record_log() as log:
            result = self.env["helpdesk.ticket"].with_user(self.manager).load(columns, [row])
        self.assertTrue(result["ids"], result)
        self.assert_clean(log, self.env["helpdesk.ticket"].browse(result["ids"]))
        text = ",".join(columns) + "\n" + ",".join(f'"{cell}"' for cell in row)
        self.manager.group_ids |= self.env.ref("base.group_allow_export")
        screen = (
            self.env["base_import.import"]
            .with_user(self.manager)
            .create(
                {
                    "res_model": "helpdesk.ticket",
                    "file": text.encode(),
                    "file_type": "text/csv",
                    "file_name": "tickets.csv",
                }
            )
        )
        options = {"quoting": '"', "separator": ",", "has_headers": True}
        with self.record_log() as log:
            done = screen.execute_import(columns, columns, options)
        self.assertTrue(done["ids"], done)
        self.assert_clean(log, self.env["helpdesk.ticket"].browse(done["ids"]))

    def test_buttons(self):
        """D-16: what is said with a button of the ticket: triage, expected time, split, Meta, closing, and the page
        that is made of it; not even the row of the wizard has it"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        with self.mock_mail_gateway(), self.record_log() as log:
            self.wizard(
                "dialog360.triage.wizard", ticket, "2026-03-02 06:10", team_id=self.team_hub.id, note=SAYING
            ).action_apply()
            self.wizard(
                "dialog360.expect.wizard", ticket, "2026-03-02 06:20", until=utc("2190-03-03 06:00"), reason=SAYING
            ).action_tell()
            line = {"name": f"Second, password: {CANARY}", "text": REQUEST}
            self.wizard("dialog360.split.wizard", ticket, "2026-03-02 06:30", line_ids=[(0, 0, line)]).action_split()
            self.wizard(
                "support.outside.wizard",
                ticket,
                "2026-03-02 06:40",
                reason_id=self.ref_("outside_meta").id,
                note=SAYING,
            ).action_apply()
            self.wizard(
                "dialog360.close.wizard", ticket, "2026-03-02 07:00", summary=SAYING, makes_page=True
            ).action_close()
            self.env.flush_all()
        page = ticket.sudo().dialog360_page_id
        self.assertIn("********", page.content)
        self.assertIn("********", ticket.dialog360_summary)
        self.assertEqual(len(ticket.sudo().dialog360_part_ids), 1)
        self.assert_clean(log, ticket, told=False)

    def test_beside_the_ticket(self):
        """D-16: reviews of overruns with their chatter, remarks, incidents in every language, activities and mails that
        are being written"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.sweep("2026-03-04 06:01")
        self.env["dialog360.review"]._open_batch(utc("2026-03-04 06:02"))
        review = ticket.sudo().dialog360_review_ids
        with self.mock_mail_gateway(), self.record_log() as log:
            review.line_ids.with_user(self.lead).write({"cause": SAYING, "action": RESPONSE})
            review.with_user(self.manager).conclusion = SAYING
            review.with_user(self.manager).message_post(body=SAYING, subject=SAYING)
            remark = self.env["dialog360.remark"].with_user(self.agent).create({"ticket_id": ticket.id, "text": SAYING})
            remark.text = f"Again: {SAYING}"
            self.env["dialog360.remark"].with_user(self.agent).create({"text": SAYING})
            incident = (
                self.env["dialog360.incident"]
                .with_user(self.agent)
                .create({"provider_id": self.provider.id, "name": SAYING, "text": REQUEST})
            )
            incident.update_field_translations("text", {"en_US": f"{SAYING} {REQUEST}"})
            incident.name = f"password: {CANARY}"
            activity = ticket.with_user(self.agent).activity_schedule(
                "mail.mail_activity_data_todo", summary=SAYING, note=f"<p>{SAYING}</p>", user_id=self.agent.id
            )
            activity.action_feedback(feedback=SAYING)
            composer = (
                self.env["mail.compose.message"]
                .with_user(self.agent)
                .create(
                    {"model": ticket._name, "res_ids": str(ticket.ids), "subject": SAYING, "body": f"<p>{SAYING}</p>"}
                )
            )
            composer.body = f"<p>Now {SAYING}</p>"
            composer._action_send_mail()
        self.assertIn("********", remark.text)
        self.assertIn("********", incident.text)
        self.assert_clean(log, ticket, told=False)

    def test_whoever_may_not_write_notes_nothing(self):
        """D-16: who names the ticket of others in a row of a wizard neither marks it nor writes on it"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        stranger = self.make_agent("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        ticket.user_id = self.lead
        Wizard = self.env["dialog360.close.wizard"].with_user(stranger)
        wizard = Wizard.create({"ticket_id": ticket.id, "summary": SAYING})
        self.assertNotIn(CANARY, wizard.summary)
        self.assertFalse(ticket.sudo().support_secrets_masked)


@tagged("post_install", "-at_install")
class TestCanaryPortal(Dialog360CanaryMixin, ProviderPortalMixin, Dialog360Mixin, HttpCase):
    """What clients write on the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()
        cls.offer_own_queues_only()

    def setUp(self):
        super().setUp()
        self.log_in(self.customer_user)

    def mock_mail_gateway(self):
        return mute_logger("odoo.addons.mail.models.mail_mail")

    def post(self, url, data, **kwargs):
        return self.url_open(
            url, data={**data, "csrf_token": http.Request.csrf_token(self)}, allow_redirects=False, **kwargs
        )

    def test_request_form(self):
        """D-16: typed into each answer of the form, with a file, also where the form comes back for something else; the
        client is told"""
        data = {
            "support_provider": str(self.provider.id),
            "team": str(self.team.id),
            "support_priority_id": str(self.levels["2"].id),
            "subject": "",
            "description": f"{SAYING}\nD360-API-KEY: {KEY}",
            "dialog360_consequences": SAYING,
            "dialog360_moment": "2026-03-02T09:55",
            "dialog360_steps": f"1. {SAYING}",
            "dialog360_request": REQUEST,
            "dialog360_response": RESPONSE,
        }
        files = {"attachment": ("trace.log", io.BytesIO(FILE))}
        with self.record_log() as log:
            before = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
            back = self.post("/submitted/ticket", data, files=files)
            self.assertEqual(back.status_code, 400)
            self.assertEqual(self.env["helpdesk.ticket"].search([], order="id desc", limit=1), before)
            self.assert_clean(log)
            files = {"attachment": ("trace.log", io.BytesIO(FILE))}
            sent = self.post("/submitted/ticket", {**data, "subject": f"Login with password: {CANARY}"}, files=files)
        self.assertIn(sent.status_code, (302, 303), sent.text[:500])
        self.env.invalidate_all()
        ticket = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        self.assertNotEqual(ticket, before)
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertIn(f"D360-API-KEY: {KEY[:4]}********{KEY[-4:]}", ticket.dialog360_request)
        self.assertIn('"number": "4711"', ticket.dialog360_response)
        self.assertIn(b"password: ********", ticket.attachment_ids.raw)
        self.assert_clean(log, ticket, told=True)
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        self.assertNotIn(CANARY, page)
        self.assertNotIn(KEY[4:-4], page)

    def test_completing_the_form(self):
        """D-16: given later, on the page that asks for what is missing"""
        ticket = self.raise_as_client("2026-03-02 06:00", complete=False)
        data = {"support_form": "1", "dialog360_request": REQUEST, "dialog360_response": RESPONSE}
        with self.record_log() as log:
            answer = self.post(f"/my/ticket/{ticket.id}/form", data)
        self.assertIn(answer.status_code, (200, 302, 303))
        self.env.invalidate_all()
        self.assertIn("********", ticket.dialog360_request)
        self.assert_clean(log, ticket, told=True)

    def test_answer_on_the_portal(self):
        """D-16: an answer on the portal with a file, which is stored before the answer is"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        with self.record_log() as log:
            upload = self.url_open(
                "/mail/attachment/upload",
                data={
                    "csrf_token": http.Request.csrf_token(self),
                    "thread_id": ticket.id,
                    "thread_model": "helpdesk.ticket",
                    "is_pending": "true",
                },
                files={"ufile": ("trace.log", io.BytesIO(FILE))},
            ).json()["data"]
            self.assert_clean(log)
            self.make_jsonrpc_request(
                "/mail/message/post",
                {
                    "thread_model": "helpdesk.ticket",
                    "thread_id": ticket.id,
                    "post_data": {
                        "body": f"{SAYING} {REQUEST}",
                        "attachment_ids": [upload["attachment_id"]],
                        "attachment_tokens": [upload["store_data"]["ir.attachment"][0]["ownership_token"]],
                        "message_type": "comment",
                        "subtype_xmlid": "mail.mt_comment",
                    },
                },
            )
        self.env.invalidate_all()
        message = ticket.message_ids.filtered(lambda message: "We log in with" in message.body)
        self.assertEqual((len(message), message.author_id), (1, self.customer))
        self.assertIn(b"********", message.attachment_ids.raw)
        self.assert_clean(log, ticket, told=True)

    def test_feedback(self):
        """D-16: what a client adds to the rating, given and changed; the list of feedback has it without, too"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.wizard("dialog360.close.wizard", ticket, "2026-03-02 07:00", summary="It works again.").action_close()
        self.url_open(f"/my/ticket/{ticket.id}/rate/1")
        self.env.invalidate_all()
        token = ticket.sudo().rating_ids.access_token
        with self.record_log() as log:
            for said in (SAYING, f"Really: {SAYING}"):
                self.post(f"/rate/{token}/submit_feedback", {"rate": "1", "feedback": said})
        self.env.invalidate_all()
        rows = self.env["dialog360.feedback"].search([("ticket_id", "=", ticket.id), ("source", "=", "client")])
        self.assertEqual(rows.mapped("text"), ["Really: We log in with password: ******** since noon."])
        self.assertTrue(ticket.closed)
        self.assert_clean(log, ticket, told=True)

    def test_wizard_of_the_web_client(self):
        """D-16: the web client saves a wizard's row before the button is pressed; it has no secret either"""
        ticket = self.raise_ticket("2026-03-02 06:00")
        self.log_in(self.agent)
        with self.record_log() as log:
            args = [[], {"ticket_id": ticket.id, "summary": SAYING}]
            answer = self.url_open(
                "/web/dataset/call_kw/dialog360.close.wizard/web_save",
                data=json.dumps(
                    {
                        "params": {
                            "model": "dialog360.close.wizard",
                            "method": "web_save",
                            "args": args,
                            "kwargs": {"specification": {"summary": {}}},
                        }
                    }
                ),
                headers={"Content-Type": "application/json"},
            ).json()
        self.assertIn("********", answer["result"][0]["summary"])
        self.assert_clean(log)
