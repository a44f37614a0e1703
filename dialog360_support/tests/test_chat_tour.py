from odoo.tests.common import HttpCase, tagged

from .chat_common import ChatMixin
from .common import PASSWORD


@tagged("post_install", "-at_install")
class TestChatTour(ChatMixin, HttpCase):
    """The widget in a browser."""

    browser_size = "1366x768"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def setUp(self):
        super().setUp()
        # what a browser loads for the first time takes longer to make than a step of a tour waits
        for bundle in ("dialog360_support.assets_chat", "portal.assets_chatter"):
            self.env["ir.qweb"]._get_asset_bundle(bundle, css=False).js()
        self.env["ir.qweb"]._get_asset_bundle("im_livechat.assets_embed_external", js=False).css()

    def authenticate(self, user, password, **kwargs):
        # start_tour knows the login only
        return super().authenticate(user, PASSWORD if user else password, **kwargs)

    def test_the_client_with_chat(self):
        """D-1: in a browser the client opens the widget on the portal, writes, and reads the number of the chat"""
        self.start_tour("/my", "dialog360_chat", login=self.customer_user.login, timeout=180)
        chat = self.env["discuss.channel"].search([("livechat_channel_id", "=", self.live.id)])
        self.assertEqual(chat.dialog360_subject, "Our templates are not delivered since noon")

    def test_on_the_page_of_a_ticket(self):
        """D-1: the messages on the page of a ticket and the widget get along"""
        ticket = self.raise_as_client("2026-03-02 06:00")
        self.say(ticket, "2026-03-02 06:10")
        self.start_tour(
            f"/my/ticket/{ticket.id}", "dialog360_chat_and_ticket", login=self.customer_user.login, timeout=180
        )

    def test_the_client_without_chat(self):
        """D-1: another client's browser gets no widget and loads nothing of it"""
        self.start_tour("/my", "dialog360_no_chat", login=self.stranger_user.login, timeout=180)
