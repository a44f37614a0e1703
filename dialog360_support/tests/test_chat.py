from odoo.addons.support_sla.tests.canary import CanaryMixin
from odoo.exceptions import AccessError
from odoo.tests.common import TransactionCase, tagged
from odoo.tools import mute_logger

from .chat_common import ASKED, FOUND, ChatMixin

SECRET = "Tr0ub4dor-and-3-chat"


@tagged("post_install", "-at_install")
class TestChat(ChatMixin, CanaryMixin, TransactionCase):
    """Conversations with clients, and what becomes of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def make_page(self, name="Templates are not delivered", **vals):
        return self.env["document.page"].create(
            {
                "name": name,
                "content": "<p>Look whether the template was paused.</p>",
                "support_use": "answer",
                "support_state": "published",
                "support_portal": True,
                "support_provider_ids": [(6, 0, self.provider.ids)],
                **vals,
            }
        )

    # --- D-1 ----------------------------------------------------------------------------------------

    def test_the_plan_gives_the_chat(self):
        """D-1: an entitlement has chat when its plan has it, and an administrator decides otherwise for one client"""
        self.assertTrue(self.plans["premium"].dialog360_chat)
        self.assertFalse(self.plans["basic"].dialog360_chat)
        entitlement = self.env["support.entitlement"].create(
            {
                "provider_id": self.provider.id,
                "partner_id": self.birch.id,
                "date_start": "2020-01-01",
                "plan_id": self.plans["basic"].id,
            }
        )
        self.assertFalse(self.live._dialog360_serves(self.stranger_user))
        entitlement.plan_id = self.plans["premium"]
        self.assertTrue(self.live._dialog360_serves(self.stranger_user))
        entitlement.dialog360_chat = False
        self.assertFalse(self.live._dialog360_serves(self.stranger_user))
        entitlement.write({"dialog360_chat": True, "date_end": "2020-12-31"})
        self.assertFalse(self.live._dialog360_serves(self.stranger_user), "it is over")

    def test_operators_are_the_team(self):
        """D-1: who joins or leaves the team takes chats or not"""
        self.assertIn(self.agent, self.live.user_ids)
        self.team.user_ids -= self.agent
        self.assertNotIn(self.agent, self.live.user_ids)
        self.team.user_ids |= self.engineer
        self.assertIn(self.engineer, self.live.user_ids)

    def test_the_number_is_seen_on_both_sides(self):
        """D-1: the chat has a number that the client reads in it, and by which agents find its ticket"""
        chat = self.open_chat("2026-03-02 08:00")
        self.assertRegex(chat.dialog360_number, r"^C\d{5}$")
        self.assertIn(chat.dialog360_number, chat.name)
        self.assertIn(chat.dialog360_number, self.said_by_desk(chat)[0])
        ticket = self.command(chat, "2026-03-02 08:05")
        self.assertEqual(
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .search([("dialog360_chat_number", "=", chat.dialog360_number)]),
            ticket,
        )

    def test_a_ticket_by_a_command(self):
        """D-1: the command makes a ticket of the client, with transcript, language and channel; the client is told its
        number; typed again it names the same ticket"""
        chat = self.open_chat("2026-03-02 08:00", text="Unsere Vorlagen werden nicht zugestellt und <b>wir</b> warten")
        self.chat_say(chat, "2026-03-02 08:10", FOUND)
        ticket = self.command(chat, "2026-03-02 08:20", "Paused template")
        self.assertEqual(ticket.name, "Paused template")
        self.assertEqual(ticket.partner_id, self.customer)
        self.assertEqual(ticket.channel_id, self.chat)
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.user_id, self.agent)
        self.assertEqual(ticket.dialog360_lang_id.code, "de_DE")
        self.assertIn("Vorlagen", ticket.description)
        self.assertIn("paused for its quality", ticket.description)
        self.assertNotIn("<b>wir", ticket.description)
        self.assertIn(ticket.number, self.said_by_desk(chat)[-1])
        self.assertEqual(self.command(chat, "2026-03-02 08:30", "Again"), ticket, "one issue, one ticket")
        self.assertEqual(ticket.name, "Paused template")

    def test_only_agents_make_tickets(self):
        """D-1, S-1: neither the client nor an employee outside the helpdesk makes a ticket by calling the command"""
        chat = self.open_chat("2026-03-02 08:00")
        for user in (self.customer_user, self.stranger_user):
            with self.assertRaises(AccessError):
                chat.with_user(user).execute_command_ticket(body="/ticket")
        with self.assertRaises(AccessError):
            chat.with_user(self.agent).write({"dialog360_began": "2020-01-01 00:00:00"})
        self.assertFalse(self.ticket_of(chat))

    def test_nothing_to_make_a_ticket_of(self):
        """D-1: in a conversation in which the client has written nothing the command says so"""
        chat = self.open_chat("2026-03-02 08:00", text="")
        self.assertFalse(self.command(chat, "2026-03-02 08:05"))

    def test_the_rest_of_the_transcript(self):
        """D-1: what is said after the ticket was made is added to it when the conversation is over"""
        chat = self.open_chat("2026-03-02 08:00")
        ticket = self.command(chat, "2026-03-02 08:05")
        self.chat_say(chat, "2026-03-02 08:10", "It happens with marketing templates only.", self.customer_user)
        chat.with_user(self.customer_user)._close_livechat_session()
        bodies = "".join(ticket.message_ids.mapped("body"))
        self.assertIn("marketing templates only", bodies)
        self.assertNotIn(ASKED, bodies)

    # --- instant answers ----------------------------------------------------------------------------

    def test_instant_answers(self):
        """D-1, D-5: answers from published pages come at once, are counted, and are no first response"""
        page = self.make_page()
        self.make_page("Templates are not delivered (draft)", support_state="draft")
        chat = self.open_chat("2026-03-02 08:00")
        [greeting] = self.said_by_desk(chat)
        self.assertIn(f"/my/support/answers/{page.id}", greeting)
        self.assertNotIn("(draft)", greeting)
        self.assertEqual(chat.dialog360_page_ids, page)
        ticket = self.command(chat, "2026-03-02 08:10")
        self.assertFalse(self.clock(ticket, "first_response").stopped)
        self.assertIn("auto", ",".join(ticket.sudo().support_event_ids.mapped("kind")))

    # --- promises -------------------------------------------------------------------------------------

    def test_first_response_in_the_chat(self):
        """D-4, D-5: promises count from the client's first message; a greeting is no response, what was found is, also
        when the ticket is made afterwards"""
        chat = self.open_chat("2026-03-02 08:00")
        self.chat_say(chat, "2026-03-02 08:02", "Hello!")
        self.chat_say(chat, "2026-03-02 08:12", FOUND)
        ticket = self.command(chat, "2026-03-02 08:40")
        clock = self.clock(ticket, "first_response")
        self.assertEqual(str(ticket.support_raised), "2026-03-02 08:00:00")
        self.assertEqual(str(clock.deadline), "2026-03-02 08:30:00", "by plan, Premium")
        self.assertEqual(str(clock.stopped), "2026-03-02 08:12:00")
        self.assertFalse(clock.breached)
        self.assertEqual(str(self.clock(ticket, "resolution").deadline), "2026-03-04 08:00:00")

    def test_by_plan(self):
        """D-4: a chat under Regular has four hours"""
        self.entitlement.plan_id = self.plans["regular"]
        ticket = self.command(self.open_chat("2026-03-02 08:00"), "2026-03-02 08:01")
        self.assertEqual(str(self.clock(ticket, "first_response").deadline), "2026-03-02 12:00:00")

    def test_first_response_after_the_ticket(self):
        """D-5: what an agent says in the chat answers its ticket; what the client says there opens it again"""
        chat = self.open_chat("2026-03-02 08:00")
        ticket = self.command(chat, "2026-03-02 08:05")
        self.chat_say(chat, "2026-03-02 08:10", "One moment please")
        self.assertFalse(self.clock(ticket, "first_response").stopped)
        self.chat_say(chat, "2026-03-02 08:20", FOUND)
        self.assertEqual(str(self.clock(ticket, "first_response").stopped), "2026-03-02 08:20:00")
        self.move(ticket, "2026-03-02 08:21", "waiting")
        self.chat_say(chat, "2026-03-02 08:30", "It works again, thank you", self.customer_user)
        self.settle()
        self.assertNotEqual(ticket.stage_id, self.stages["waiting"])

    def test_the_agent_marks_in_the_chat(self):
        """D-5: where agents mark the first response, a message of the chat can be marked"""
        self.provider.dialog360_first_response = "mark"
        chat = self.open_chat("2026-03-02 08:00")
        said = self.chat_say(chat, "2026-03-02 08:10", FOUND)
        ticket = self.command(chat, "2026-03-02 08:15")
        self.assertFalse(self.clock(ticket, "first_response").stopped)
        wizard = self.wizard("dialog360.response.wizard", ticket, "2026-03-02 08:20")
        self.assertEqual(wizard.message_id, said)
        wizard.action_mark()
        self.assertEqual(str(self.clock(ticket, "first_response").stopped), "2026-03-02 08:10:00")

    # --- D-17 -----------------------------------------------------------------------------------------

    def test_a_chat_that_waits_becomes_a_ticket(self):
        """D-17: a client who waits in the chat for too long gets a ticket by itself, and it is escalated when it is
        late, from the client's first message on"""
        chat = self.open_chat("2026-03-02 08:00")
        self.chat_say(chat, "2026-03-02 08:01", "Hello!")
        self.run_cron("2026-03-02 08:04")
        self.assertFalse(self.ticket_of(chat))
        self.run_cron("2026-03-02 08:06")
        ticket = self.ticket_of(chat)
        self.assertEqual(str(self.clock(ticket, "first_response").deadline), "2026-03-02 08:30:00")
        self.assertIn(ticket.number, self.said_by_desk(chat)[-1])
        self.run_cron("2026-03-02 08:07")
        self.assertEqual(len(self.ticket_of(chat)), 1)
        self.sweep("2026-03-02 08:31")
        self.assertTrue(ticket.support_breached)
        self.assertTrue(ticket.support_escalated)

    def test_an_answered_chat_becomes_none(self):
        """D-17: who was answered in time gets no ticket, unless the client has the last word for a day"""
        chat = self.open_chat("2026-03-02 08:00")
        self.chat_say(chat, "2026-03-02 08:03", FOUND)
        self.run_cron("2026-03-02 09:00")
        self.assertFalse(self.ticket_of(chat))
        self.chat_say(chat, "2026-03-02 09:10", "It is paused again", self.customer_user)
        self.run_cron("2026-03-02 09:20")
        self.assertFalse(self.ticket_of(chat))
        self.run_cron("2026-03-03 08:01")
        self.assertEqual(str(self.clock(self.ticket_of(chat), "resolution").deadline), "2026-03-04 08:00:00")

    def test_left_without_an_answer(self):
        """D-17: a client who leaves the chat unanswered gets a ticket all the same; with zero minutes at once"""
        chat = self.open_chat("2026-03-02 08:00")
        chat.with_user(self.customer_user)._close_livechat_session()
        self.run_cron("2026-03-02 08:06")
        self.assertTrue(self.ticket_of(chat))
        self.provider.dialog360_chat_minutes = 0
        self.assertTrue(self.ticket_of(self.open_chat("2026-03-02 09:00", self.colleague_user, "Billing is wrong")))

    def test_silence_closes_a_chat(self):
        """D-12: a chat that waits for its client is closed after 48 hours with a notice, and after a reminder; an
        answer in between begins anew"""
        chat = self.open_chat("2026-03-02 08:00")
        self.chat_say(chat, "2026-03-02 08:03", FOUND)
        self.run_cron("2026-03-03 08:04")
        self.assertIn("We wait for your answer", self.said_by_desk(chat)[-1])
        number = len(self.said_by_desk(chat))
        self.run_cron("2026-03-03 09:00")
        self.assertEqual(len(self.said_by_desk(chat)), number, "once")
        self.chat_say(chat, "2026-03-03 10:00", "It works", self.customer_user)
        self.chat_say(chat, "2026-03-03 10:05", "Good to hear that")
        self.run_cron("2026-03-04 09:00")
        self.assertFalse(chat.livechat_end_dt)
        self.run_cron("2026-03-05 10:06")
        self.assertTrue(chat.livechat_end_dt)
        self.assertIn("this chat is closed", self.said_by_desk(chat)[-1])
        self.assertFalse(self.ticket_of(chat))

    def test_who_reads_chats(self):
        """D-1, S-1: the team reads its chats; an agent of other queues, a colleague and another client do not"""
        chat = self.open_chat("2026-03-02 08:00")
        outsider = self.make_agent("outsider", "helpdesk_mgmt.group_helpdesk_user_own")
        mate = self.make_agent("mate", "helpdesk_mgmt.group_helpdesk_user_own")
        self.team.user_ids |= mate
        chats = self.env["discuss.channel"]
        for user, reads in ((mate, True), (outsider, False), (self.stranger_user, False), (self.colleague_user, False)):
            with self.subTest(user=user.login):
                self.assertEqual(chat in chats.with_user(user).search([("id", "=", chat.id)]), reads)
                if not reads:
                    with self.assertRaises(AccessError):
                        chat.with_user(user).execute_command_ticket(body="/ticket")

    def test_one_that_fails_holds_up_nobody(self):
        """D-17: a chat that cannot become a ticket is put off, and those behind it become tickets"""
        broken = self.open_chat("2026-03-02 08:00")
        fine = self.open_chat("2026-03-02 08:00", self.colleague_user, "An invoice of January is missing")
        self.env.cr.execute(
            "CREATE FUNCTION a_chat_refused() RETURNS trigger AS $$ BEGIN"
            f" IF NEW.partner_id = {self.customer.id} THEN RAISE 'refused'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql"
        )
        self.env.cr.execute(
            "CREATE TRIGGER a_chat_refused BEFORE INSERT ON helpdesk_ticket"
            " FOR EACH ROW EXECUTE FUNCTION a_chat_refused()"
        )
        with mute_logger("odoo.sql_db", "odoo.addons.dialog360_support.models.discuss_channel_ticket"):
            self.run_cron("2026-03-02 08:10")
        self.assertTrue(self.ticket_of(fine))
        self.assertFalse(self.ticket_of(broken))
        self.env.cr.execute("DROP TRIGGER a_chat_refused ON helpdesk_ticket")
        self.run_cron("2026-03-02 09:11")
        self.assertTrue(self.ticket_of(broken))

    # --- D-14 -----------------------------------------------------------------------------------------

    def test_a_chat_about_an_open_ticket(self):
        """D-14: a chat about an open ticket of the same client is flagged to both sides; its ticket as well"""
        ticket = self.raise_ticket("2026-03-02 06:00", name="Templates are not delivered")
        chat = self.open_chat("2026-03-02 08:00")
        self.assertIn(ticket.number, self.said_by_desk(chat)[0])
        self.assertIn(chat.dialog360_number, "".join(ticket.message_ids.mapped("body")))
        self.assertEqual(self.command(chat, "2026-03-02 08:05").dialog360_double_id, ticket)
        other = self.open_chat("2026-03-02 08:00", self.colleague_user, "An invoice of January is missing")
        self.assertNotIn(ticket.number, self.said_by_desk(other)[0])

    def test_a_ticket_about_an_open_chat(self):
        """D-14: a ticket that is opened while the client chats about the same is flagged to agents and in the chat; an
        agent who knows better takes the flag away"""
        chat = self.open_chat("2026-03-02 08:00")
        ticket = self.raise_as_client("2026-03-02 08:10", name="Templates not delivered", user=self.colleague_user)
        self.assertEqual(ticket.dialog360_double_chat_id, chat)
        self.assertIn(ticket.number, self.said_by_desk(chat)[-1])
        self.settle()
        ticket.with_user(self.agent).action_dialog360_no_double_chat()
        self.assertFalse(ticket.dialog360_double_chat_id)
        with self.assertRaises(AccessError):
            ticket.with_user(self.colleague_user).action_dialog360_no_double_chat()
        chat.with_user(self.customer_user)._close_livechat_session()
        later = self.raise_as_client("2026-03-02 09:10", name="Templates not delivered yet")
        self.assertFalse(later.dialog360_double_chat_id, "it is over")

    def test_similar_chats_as_one_types(self):
        """D-14: chats that are going on are among the similar open tickets, of the own company only"""
        chat = self.open_chat("2026-03-02 08:00")
        tickets = self.env["helpdesk.ticket"].sudo()
        for user, seen in ((self.colleague_user, True), (self.stranger_user, False)):
            found = tickets.with_user(user).sudo()._support_portal_search("templates delivered", {}, user)["tickets"]
            self.assertEqual(chat.dialog360_number in [hit["number"] for hit in found], seen)

    # --- D-16 -----------------------------------------------------------------------------------------

    def test_no_secret_is_stored(self):
        """D-16: what is written in the chat, its edits, files, feedback and transcript hold no password; the client
        is told once"""
        with self.record_log() as log:
            chat = self.open_chat("2026-03-02 08:00", text=f"Our templates fail, password: {SECRET}")
            self.chat_say(chat, "2026-03-02 08:01", f"You wrote password: {SECRET}")
            message = self.chat_say(chat, "2026-03-02 08:02", "Look at this", self.customer_user)
            chat.with_user(self.customer_user)._message_update_content(
                message, body=f"Look at this, password: {SECRET}"
            )
            self.chat_say(
                chat,
                "2026-03-02 08:03",
                "Here is the log",
                self.customer_user,
                attachments=[("log.txt", f"password: {SECRET}".encode())],
            )
            chat.sudo().livechat_note = f"<p>password: {SECRET}</p>"
            self.env["rating.rating"].sudo().create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("discuss.channel"),
                    "res_id": chat.id,
                    "rating": 5,
                    "feedback": f"password: {SECRET}",
                    "consumed": True,
                }
            )
            ticket = self.command(chat, "2026-03-02 08:05", f"password: {SECRET}")
            chat.with_user(self.customer_user)._close_livechat_session()
            self.deliver("2026-03-02 08:10")
        self.assertTrue(ticket.support_secrets_masked)
        told = [text for text in self.said_by_desk(chat) if "was masked" in text]
        self.assertEqual(len(told), 1)
        self.assert_nowhere(SECRET, log)

    def test_other_channels_are_left_alone(self):
        """D-16: what colleagues say elsewhere in Discuss is not touched"""
        channel = self.env["discuss.channel"].create({"name": "Canteen", "channel_type": "channel"})
        message = channel.message_post(body=f"password: {SECRET}", message_type="comment")
        self.assertIn(SECRET, message.body)
