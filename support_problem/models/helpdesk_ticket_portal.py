from typing import Any
from urllib.parse import urlencode

from odoo import api, models
from odoo.fields import Domain

#: answers under the search box, beside services and tickets
SHOWN_ANSWERS = 3


class HelpdeskTicket(models.Model):
    """Answers that customers read before they write (P-12). Runs in superuser mode as the engine's portal does, and
    gives plain words: no page that a customer may not read gets past :meth:`_support_portal_get_answer_domain`."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _support_portal_get_answer_domain(self, offers, lang: str | None = None):
        """Published answers for customers, of the providers that they may raise tickets with."""
        providers = self.env["support.provider"].union(*offers)
        Page = self.env["document.page"]
        domain = Page._support_get_domain(("answer",), providers, lang, self.env.company)
        return domain & Domain("support_portal", "=", True)

    @api.model
    def _support_portal_search(self, text, offers, user):
        found = super()._support_portal_search(text, offers, user)
        found["answers"] = self._support_portal_find_answers(text, offers) if found["asked"] and offers else []
        if found["answers"]:
            found["said"] = self.env._(
                "Answers found: %(answers)s. Services found: %(services)s. Your open tickets about this: %(tickets)s.",
                answers=len(found["answers"]),
                services=len(found["services"]),
                tickets=len(found["tickets"]),
            )
        return found

    @api.model
    def _support_portal_find_answers(self, text: str, offers) -> list[dict[str, Any]]:
        """Answers about ``text`` in the reader's language: ``id``, ``name`` and ``url``."""
        domain = self._support_portal_get_answer_domain(offers, self.env.lang or "en_US")
        pages = self.env["document.page"]._support_find(text, domain, SHOWN_ANSWERS)
        return [
            {"id": page.id, "name": page.name, "url": self._support_portal_get_answer_url(page, offers, text)}
            for page in pages
        ]

    @api.model
    def _support_portal_get_answer_url(self, page, offers, text: str) -> str:
        query = {"search": text.strip()} if text.strip() else {}
        provider = self._support_portal_get_answer_provider(page, offers)
        if provider:
            query["support_provider"] = provider.id
        return f"/my/support/answers/{page.id}?{urlencode(query)}"

    @api.model
    def _support_portal_get_answer_provider(self, page, offers, wanted: str = ""):
        """The provider whose form is the way on from a page: the one that was asked, or the only one there is."""
        providers = self.env["support.provider"].union(*offers)
        if page.support_provider_ids:
            providers &= page.support_provider_ids
        asked = providers.filtered(lambda provider: str(provider.id) == wanted)
        return asked or (providers if len(providers) == 1 else providers.browse())

    @api.model
    def _support_portal_get_answer(self, page_id: int, offers):
        """The page of this id, if a customer with these ``offers`` may read it; none otherwise."""
        if not offers:
            return self.env["document.page"]
        return self.env["document.page"].search(
            self._support_portal_get_answer_domain(offers) & Domain("id", "=", page_id)
        )

    @api.model
    def _support_portal_describe_answer(self, page, offers, wanted: str = "") -> dict[str, Any]:
        """A page in words: ``id``, ``name``, ``content`` (sanitized HTML), ``lang`` (for readers aloud, or None) and
        ``provider`` (id of the one whose form is the way on, or None)."""
        langs = page.support_lang_ids
        return {
            "id": page.id,
            "name": page.name,
            "content": page.content,
            "lang": langs.code.partition("_")[0] if len(langs) == 1 else None,
            "provider": self._support_portal_get_answer_provider(page, offers, wanted).id or None,
        }
