import io

from odoo import http
from odoo.tests import Form, HttpCase, tagged

from .common import PASSWORD, JudopayCase, JudopayMixin

ANSWERS = {
    "judopay_form_contact": "Till, extension 12",
    "judopay_form_what": "Refunds answer with an error",
    "judopay_form_since": "2026-02-10 09:00:00",
    "judopay_form_impact": "Forty refunds wait",
    "judopay_form_connections": "Gateway A",
    "judopay_form_references": "none",
    "judopay_form_steps": "Open an order, press refund",
}
NIGHT, DAY = "2026-02-10 22:30", "2026-02-10 10:00"


class FormMixin(JudopayMixin):
    def phone(self, moment, **vals):
        return self.raise_ticket(
            moment, channel_id=self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone").id, **vals
        )

    def asked(self, ticket):
        return self.env["support.notification"].sudo().search([("ticket_id", "=", ticket.id), ("kind", "=", "form")])


class TestForm(FormMixin, JudopayCase):
    def test_incident_form(self):
        """J-9: who, what, since when, impact, connections, references, logs and steps are fields of the ticket that
        agents fill in; complete or incomplete is visible, and what is missing"""
        ticket = self.raise_ticket(DAY)
        self.assertEqual(ticket.support_form_state, "incomplete")
        self.assertEqual(ticket.support_form_progress, "0 of 8")
        with Form(ticket) as form:
            for name, value in ANSWERS.items():
                form[name] = value
        self.assertEqual(ticket.support_form_missing, "Logs and screenshots")
        self.env["ir.attachment"].create(
            {"name": "a.log", "raw": b"x", "res_model": "helpdesk.ticket", "res_id": ticket.id}
        )
        self.assertEqual(ticket.support_form_state, "complete")

    def test_service_request(self):
        """J-9: a service request (PS5) is no incident and needs no incident form"""
        ticket = self.raise_ticket(DAY, "PS5")
        self.assertFalse(ticket.support_form_state)
        self.confirm(ticket, "2026-02-10 10:05", "PS4")
        self.assertEqual(ticket.support_form_state, "incomplete")

    def test_logs_by_mail(self):
        """J-9, J-11: logs that come with a merchant's mail answer the question for them"""
        ticket = self.raise_ticket(DAY, **ANSWERS)
        action = self.at(ticket, "2026-02-10 10:05").with_user(self.agent).action_support_ask()
        wizard = Form(
            self.at(self.env[action["res_model"]], "2026-02-10 10:05")
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        self.assertEqual(wizard.question_ids[:].mapped("label"), ["Logs and screenshots"])
        wizard.save().action_ask()
        self.assertEqual(ticket.stage_id, self.stages["with_customer"])
        self.assertEqual(self.clock(ticket, "first_response").state, "done")
        self.assertEqual(self.clock(ticket, "resolution").state, "paused")
        [reply_to] = [
            message.message_id
            for message in ticket.message_ids
            if message.author_id == self.agent.partner_id and message.message_type == "comment"
        ]
        mail = (
            f"Message-Id: <answer@alder.example>\nIn-Reply-To: {reply_to}\nFrom: till@alder.example\n"
            f"To: {self.address()}\nSubject: Re: Payouts are late\nMIME-Version: 1.0\n"
            'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nHere they are.\n'
            '--x\nContent-Type: text/plain; name="a.log"\nContent-Disposition: attachment; filename="a.log"\n\n'
            "error 42\n--x--\n"
        )
        gateway = self.at(self.env["mail.thread"].with_user(1), "2026-02-10 11:00")
        self.assertEqual(gateway.message_process("helpdesk.ticket", mail), ticket.id)
        self.assertEqual(ticket.support_form_state, "complete")
        self.assertEqual(ticket.stage_id, self.stages["active"])

    def test_solved_on_the_phone(self):
        """J-11: an incident that is solved during the first call is closed and recorded as that"""
        ticket = self.at(self.phone(DAY).with_user(self.agent), "2026-02-10 10:05")
        action = ticket.action_support_solved()
        wizard = Form(ticket.env[action["res_model"]].with_context(**action["context"]))
        wizard.solution = "The till had the old certificate."
        wizard.save().action_solved()
        self.assertEqual(ticket.stage_id, self.stages["closed"])
        self.assertTrue(ticket.support_first_contact)
        self.assertFalse(self.clock(ticket, "resolution").breached)

    def test_call_at_night(self):
        """J-15: a phone ticket logged out of hours asks the merchant for the incident form by itself and is pending
        until that is done; the message is no first response"""
        ticket = self.phone(NIGHT)
        self.assertTrue(ticket.support_form_requested)
        [intent] = self.asked(ticket)
        intent._deliver()
        self.assertIn("You called us outside of our working hours", intent.message_id.body)
        self.assertIn("Which gateways or inbound connections are affected?", intent.message_id.body)
        self.assertIn(f"/my/ticket/{ticket.id}/form", intent.message_id.body)
        self.assertIn(self.merchant, intent._get_mails().recipient_ids)
        self.assertEqual(self.clock(ticket, "first_response").state, "running")
        pending = [("support_form_state", "=", "incomplete"), ("support_form_requested", "!=", False)]
        self.assertIn(ticket, self.env["helpdesk.ticket"].search(pending))

    def test_what_is_no_call_at_night(self):
        """J-15: not by day, not of other channels, not of service requests, not when the agent has noted everything"""
        attachment = {"name": "a.log", "raw": b"x", "res_model": "helpdesk.ticket"}
        for ticket in (
            self.phone(DAY),
            self.raise_ticket(NIGHT),
            self.propose(NIGHT),
            self.phone(NIGHT, code="PS5"),
            self.phone(NIGHT, attachment_ids=[(0, 0, attachment)], **ANSWERS),
        ):
            self.assertFalse(ticket.support_form_requested)
            self.assertFalse(self.asked(ticket))

    def test_call_logged_on_a_ticket_of_the_night(self):
        """J-15: a ticket raised by an agent at night on which the merchant's call is logged counts as called in"""
        ticket = self.raise_ticket(NIGHT)
        for direction, asked in (("out", False), ("in", True)):
            self.env["support.call.wizard"].with_user(self.agent).create(
                {"ticket_id": ticket.id, "direction": direction, "note": "At the till", "moment": "2026-02-10 22:35:00"}
            ).action_log()
            self.assertEqual(bool(ticket.support_form_requested), asked, direction)
        self.assertEqual(len(self.asked(ticket)), 1)


@tagged("-at_install", "post_install")
class TestFormPortal(FormMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def post(self, url, data, files=None):
        return self.url_open(
            url, data={"csrf_token": http.Request.csrf_token(self), **data}, files=files, allow_redirects=False
        )

    def test_new_ticket(self):
        """J-9: the new-ticket form asks the incident form, knows who reports, and asks nothing twice; a log over the
        limit sends it back with the limit and everything typed"""
        self.authenticate(self.merchant_user.login, PASSWORD)
        page = self.url_open(f"/new/ticket?support_provider={self.provider.id}").text
        self.assertIn("Incident form", page)
        self.assertIn("Needed for PS1, PS2, PS3, PS4.", page)
        self.assertIn("Alder Till, till@alder.example", page)
        self.assertNotIn("judopay_form_what", page)
        data = {
            "support_provider": str(self.provider.id),
            "team": str(self.team.id),
            "support_priority_id": str(self.priorities["PS2"].id),
            "subject": "Form test",
            "description": "Refunds fail.",
            **{name: value for name, value in ANSWERS.items() if name != "judopay_form_what"},
            "judopay_form_since": "2026-02-10T09:00",
        }
        large = [("attachment", ("huge.log", io.BytesIO(b"x" * (30 * 1024 * 1024))))]
        response = self.post("/submitted/ticket", data, large)
        self.assertEqual(response.status_code, 400)
        self.assertIn("“huge.log” is larger than 25 MB", response.text)
        self.assertIn("Forty refunds wait", response.text)
        response = self.post("/submitted/ticket", {**data, "judopay_form_since": "2100-01-01T09:00"})
        self.assertEqual(response.status_code, 400)
        self.assertIn("This moment has not come yet: Since when?", response.text)
        response = self.post("/submitted/ticket", data, [("attachment", ("a.log", io.BytesIO(b"x")))])
        self.assertEqual(response.status_code, 302)
        ticket = self.env["helpdesk.ticket"].search([("name", "=", "Form test")])
        self.assertEqual(ticket.support_form_state, "complete")
        self.assertEqual(ticket.judopay_form_what, "Refunds fail.")

    def test_merchant_completes_it_in_the_morning(self):
        """J-15: the merchant completes the form on the portal; pending ends, and a message says what came"""
        ticket = self.phone(NIGHT)
        self.authenticate(self.merchant_user.login, PASSWORD)
        page = self.url_open(f"/my/ticket/{ticket.id}").text
        self.assertIn("0 of 8", " ".join(page.split()))
        large = [("attachment", ("huge.log", io.BytesIO(b"x" * (30 * 1024 * 1024))))]
        data = {"support_form": "1", **ANSWERS, "judopay_form_since": "2026-02-10T09:00"}
        response = self.post(f"/my/ticket/{ticket.id}/form", data, large)
        self.assertEqual(response.status_code, 400)
        self.assertIn("“huge.log” is larger than 25 MB", response.text)
        self.assertIn("Forty refunds wait", response.text)
        several = [("attachment", (f"{n}.log", io.BytesIO(b"x" * (24 * 1024 * 1024)))) for n in range(5)]
        response = self.post(f"/my/ticket/{ticket.id}/form", data, several)
        self.assertEqual(response.status_code, 400)
        self.assertIn("Your files have 120 MB together; at most 100 MB are accepted", response.text)
        response = self.post(f"/my/ticket/{ticket.id}/form", data, [("attachment", ("a.log", io.BytesIO(b"x")))])
        self.assertEqual(response.status_code, 302)
        self.env.invalidate_all()
        self.assertEqual(ticket.support_form_state, "complete")
        self.assertTrue(ticket.support_form_completed)
        [message] = ticket.message_ids.filtered(lambda row: row.author_id == self.merchant)
        self.assertIn("Gateway A", message.body)

    def test_another_merchant(self):
        """S-1: another merchant neither reads nor answers the form"""
        ticket = self.phone(NIGHT)
        self.authenticate(self.stranger_user.login, PASSWORD)
        self.assertEqual(self.url_open(f"/my/ticket/{ticket.id}/form", allow_redirects=False).status_code, 302)
        self.post(f"/my/ticket/{ticket.id}/form", {"support_form": "1", "judopay_form_impact": "x"})
        self.env.invalidate_all()
        self.assertFalse(ticket.judopay_form_impact)
