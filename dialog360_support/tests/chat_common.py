from freezegun import freeze_time

from .common import Dialog360Mixin

#: a first message of a client, and an answer of substance to it
ASKED = "Our templates are not delivered since noon"
FOUND = "We have looked at your log: the template was paused for its quality."


class ChatMixin(Dialog360Mixin):
    """A live chat of 360dialog with an operator who is online and a client who has chat."""

    @classmethod
    def make_data(cls):
        super().make_data()
        cls.live = cls.ref_("livechat")
        cls.entitlement.dialog360_chat = True
        # no chatbot or other queue of the database that the tests run in
        cls.live.rule_ids.unlink()
        cls.agent.livechat_username = "Robin"
        cls.env["mail.presence"]._update_presence(cls.agent)

    def open_chat(self, moment, user=None, text=ASKED):
        """A client opens the chat and writes something, as the widget's requests do."""
        user = user or self.customer_user
        with freeze_time(moment):
            live = self.live.with_user(user).sudo()
            vals = live._get_livechat_discuss_channel_vals(
                agent=self.agent,
                chatbot_script=self.env["chatbot.script"],
                operator_partner=self.agent.partner_id,
                operator_model="res.users",
            )
            chat = self.env["discuss.channel"].with_user(user).sudo().create(vals).sudo(False)
        if text:
            self.chat_say(chat, moment, text, user)
        return chat.with_env(self.env)

    def chat_say(self, chat, moment, text, user=None, **kwargs):
        """``user`` writes in the chat."""
        with freeze_time(moment):
            # files are stored in superuser mode, as the request of the browser does
            chat = chat.with_user(user or self.agent).sudo(bool(kwargs.get("attachments")))
            return chat.message_post(body=text, message_type="comment", subtype_xmlid="mail.mt_comment", **kwargs)

    def command(self, chat, moment, title="", user=None):
        """An agent types ``/ticket``; the ticket of the chat."""
        with freeze_time(moment):
            chat.with_user(user or self.agent).execute_command_ticket(body=f"/ticket {title}".strip())
        return self.ticket_of(chat)

    def run_cron(self, moment):
        """The scheduled action that makes tickets of chats."""
        with freeze_time(moment):
            self.env["discuss.channel"]._cron_dialog360_tickets()

    def ticket_of(self, chat):
        return self.env["helpdesk.ticket"].search([("dialog360_chat_id", "=", chat.id)])

    def said_by_desk(self, chat):
        """What the chat itself has said, in order, as text."""
        bot = self.live.dialog360_partner_id
        messages = chat.sudo().message_ids.sorted("id").filtered(lambda message: message.author_id == bot)
        return [str(message.body) for message in messages]
