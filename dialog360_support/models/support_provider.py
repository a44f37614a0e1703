from typing import Any

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportProvider(models.Model):
    _inherit = "support.provider"

    dialog360_first_response = fields.Selection(
        [
            ("message", "The first substantive message to the client"),
            ("mark", "The message that an agent marks"),
        ],
        string="First Response Is",
        default="message",
        required=True,
        help="What ends the wait for the first investigation. An automatic message never does.",
    )
    dialog360_response_words = fields.Integer(
        string="Words It Has at Least",
        default=5,
        help="A shorter message without a file says nothing about the issue. 0: every message counts.",
    )
    dialog360_asks_form = fields.Boolean(
        string="Ask for What Is Missing",
        default=True,
        help="Whoever writes in without what the request form asks for is written to at once.",
    )
    dialog360_emergency_role_id = fields.Many2one(
        "support.role",
        string="Emergencies Go To",
        domain="[('provider_id', '=', id)]",
        help="Told at once, day and night, when a ticket has one of the levels below; who is on duty comes first.",
    )
    dialog360_emergency_priority_ids = fields.Many2many(
        "support.priority",
        "support_provider_dialog360_emergency_rel",
        string="Emergencies",
        domain="[('provider_id', '=', id)]",
    )
    dialog360_same_address = fields.Boolean(
        string="Answers From the Same Address Only",
        default=True,
        help="A mail that answers a ticket from another address than it was opened with becomes a ticket of its own.",
    )
    dialog360_lang_ids = fields.Many2many(
        "res.lang",
        "support_provider_dialog360_lang_rel",
        string="Languages",
        context={"active_test": False},
        help="In which clients are served, beside the main one.",
    )
    dialog360_main_lang_id = fields.Many2one(
        "res.lang",
        string="Main Language",
        context={"active_test": False},
        help="Of tickets whose language is not known.",
    )
    dialog360_status_url = fields.Char(
        string="Status Page", help="Where clients see whether an incident is going on. Empty: no link is shown."
    )

    dialog360_chat_minutes = fields.Integer(
        string="Ticket After (Minutes)",
        default=5,
        help="A client who has waited so long in the chat for a first response gets a ticket, so that what is promised "
        "is watched from the client's first message on. 0: every chat becomes a ticket at once.",
    )
    dialog360_chat_hours = fields.Integer(
        string="Ticket After (Hours)",
        default=24,
        help="A chat in which the client has the last word after so long becomes a ticket, although it was answered. "
        "0: never.",
    )
    dialog360_chat_close_hours = fields.Integer(
        string="Closed After (Hours)",
        default=48,
        help="A chat whose client says nothing any more for so long is closed with a notice, and reminded after half "
        "of it. 0: never.",
    )

    _dialog360_chat_check = models.Constraint(
        "CHECK(dialog360_chat_minutes >= 0 AND dialog360_chat_hours >= 0 AND dialog360_chat_close_hours >= 0)",
        "Nothing happens to a chat before it began.",
    )
    _dialog360_response_words_check = models.Constraint(
        "CHECK(dialog360_response_words >= 0)", "A message cannot have less than no words."
    )

    @api.constrains("dialog360_status_url")
    def _check_dialog360_status_url(self):
        for provider in self:
            if provider.dialog360_status_url and not provider.dialog360_status_url.startswith(("https://", "http://")):
                raise ValidationError(self.env._("The address of the status page has to begin with https://"))

    def _dialog360_get_banners(self) -> dict[str, Any]:
        """What clients of these providers are told before they write (D-18); with sudo, in the reader's language.

        :return: ``incidents`` (see ``dialog360.incident._describe``) and ``pages`` (``name`` of the provider and
            ``url`` of its status page)
        """
        Incident = self.env["dialog360.incident"]
        ongoing = Incident._get_ongoing_domain(self.env["support.event"]._now())
        tz = self.env.context.get("tz") or ""
        return {
            "incidents": [
                incident._describe(tz if "/" in tz else incident.provider_id.tz or "UTC")
                for incident in Incident.search(ongoing & fields.Domain("provider_id", "in", self.ids), limit=10)
            ],
            "pages": [
                {"name": provider.name, "url": provider.dialog360_status_url}
                for provider in self
                if provider.dialog360_status_url
            ],
        }

    def _dialog360_get_langs(self):
        """The languages of this provider, the main one first; with sudo."""
        self.ensure_one()
        provider = self.with_context(active_test=False)
        return provider.dialog360_main_lang_id | provider.dialog360_lang_ids
