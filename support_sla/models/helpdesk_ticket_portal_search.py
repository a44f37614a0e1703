from typing import Any

from odoo import api, models
from odoo.fields import Domain

from ..tools import facts, likeness
from .support_context import given

#: What fits under a search box without scrolling.
SHOWN_SERVICES = 4
SHOWN_TICKETS = 3
#: Among so many of the latest open tickets a duplicate is looked for: one query, a few milliseconds.
COMPARED_TICKETS = 200
SEARCH_LENGTH = 200


class HelpdeskTicket(models.Model):
    """What customers find in the portal: services and their own open tickets as they type, and the filters of
    the list (E-9). Runs in superuser mode as :mod:`.helpdesk_ticket_portal` does."""

    _inherit = "helpdesk.ticket"

    # --- as one types -----------------------------------------------------------------------------

    @api.model
    def _support_portal_search(self, text: str, offers, user) -> dict[str, Any]:
        """Services on offer and ``user``'s own open tickets that are about ``text``, the closest first.

        :param offers: provider → queues, of :meth:`_support_portal_get_offers`
        :return: ``asked`` (whether there was anything to look for), ``services``, ``tickets`` (lists of dicts),
            ``said`` (a sentence for screen readers)
        """
        typed = likeness.words((text or "")[:SEARCH_LENGTH])
        services = self._support_portal_find_services(typed, offers, user.partner_id) if typed else []
        tickets = self._support_portal_find_similar(typed, user) if typed else []
        said = ""
        if typed:
            said = self.env._(
                "Services found: %(services)s. Your open tickets about this: %(tickets)s.",
                services=len(services),
                tickets=len(tickets),
            )
        return {"asked": bool(typed), "services": services, "tickets": tickets, "said": said}

    @api.model
    def _support_portal_find_services(self, typed: tuple[str, ...], offers, partner) -> list[dict[str, Any]]:
        found = []
        for provider, teams in offers.items():
            for service in self._support_portal_get_services(provider, teams):
                texts = ((service.name, 3), (service.keywords, 3), (service.description, 1))
                _count, worth = likeness.score(typed, ((text or "", weight) for text, weight in texts))
                if worth:
                    found.append((worth, provider, teams, service))
        found.sort(key=lambda row: -row[0])
        found = found[:SHOWN_SERVICES]
        matches = {
            provider: self._support_portal_get_match(provider, teams, partner)
            for _worth, provider, teams, _service in found
        }
        return [
            {
                "id": service.id,
                "name": service.name,
                "provider": provider.name if len(offers) > 1 else "",
                "url": f"/new/ticket?support_provider={provider.id}&support_service_id={service.id}",
                "promises": self._support_portal_describe_service(service, teams, matches[provider])["promises"],
            }
            for _worth, provider, teams, service in found
        ]

    @api.model
    def _support_portal_find_similar(self, typed: tuple[str, ...], user) -> list[dict[str, Any]]:
        """Open tickets of ``user``'s own company that ``user`` may read and whose subject is about the same."""
        own = Domain("partner_id", "child_of", user.partner_id.commercial_partner_id.id)
        # as the customer: the record rules say which these are
        candidates = (
            self.env["helpdesk.ticket"]
            .with_user(user)
            .search_fetch(
                own & Domain("closed", "=", False), ["name", "number"], order="id desc", limit=COMPARED_TICKETS
            )
        )
        found = []
        for ticket in candidates:
            count, _worth = likeness.score(typed, ((ticket.name or "", 1),))
            # half of what was typed: one word in common does not make a duplicate of a sentence
            if count * 2 >= len(typed) and count:
                found.append((count, ticket))
        found.sort(key=lambda row: (-row[0], -row[1].id))
        return [
            {"id": ticket.id, "number": ticket.number, "name": ticket.name, "url": f"/my/ticket/{ticket.id}"}
            for _count, ticket in found[:SHOWN_TICKETS]
        ]

    # --- filters of the list ----------------------------------------------------------------------

    @api.model
    def _search(self, domain, *args, **kwargs):
        # the stock list has no hook for a filter of one's own; only the portal's controller can say this
        code = given(self.env, "support_portal_filter")
        if code:
            domain = Domain(domain) & self._support_portal_get_filter(code)
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _support_portal_get_filter(self, code: str) -> Domain:
        """What a filter of the portal's list finds, beside what the reader may read.

        :param code: ``open``, ``mine`` (waiting for the customer), ``late`` or ``provider-<id>``
        """
        ours = Domain("support_provider_id", "!=", False)
        turn = Domain("support_phase", "in", (facts.WAITING_CUSTOMER, facts.RESOLVED))
        match code.partition("-"):
            case "open", _, _:
                return Domain("closed", "=", False)
            case "mine", _, _:
                return ours & turn
            case "late", _, _:
                ended = Domain("support_phase", "in", (facts.CLOSED, facts.CANCELLED))
                missed = (
                    Domain("state", "=", facts.RUNNING)
                    & Domain("side", "=", "provider")
                    & Domain("deadline", "<=", self.env["support.event"]._now())
                    & Domain("target_id.portal_visible", "=", True)
                )
                clocks = self.env["support.clock"].sudo()._search(missed)
                return ours & ~turn & ~ended & Domain("id", "in", clocks.subselect("support_clock.ticket_id"))
            case "provider", _, number if number.isascii() and number.isdecimal():
                return Domain("support_provider_id", "=", int(number[:9]))
        return Domain.TRUE

    @api.model
    def _support_portal_get_filters(self, user) -> dict[str, str]:
        """The filters of the list beside *All* and the stages: code → label. Providers are those of tickets that
        ``user`` may read."""
        groups = (
            self.env["helpdesk.ticket"]
            .with_user(user)
            ._read_group([("support_provider_id", "!=", False)], ["support_provider_id"])
        )
        providers = self.env["support.provider"].browse([provider.id for (provider,) in groups]).sudo()
        filters = {"open": self.env._("Open")}
        if providers:
            filters["mine"] = self.env._("Waiting for me")
            filters["late"] = self.env._("Late")
        if len(providers) > 1:
            filters |= {f"provider-{provider.id}": provider.name for provider in providers}
        return filters
