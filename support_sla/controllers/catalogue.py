from odoo import http
from odoo.http import request
from werkzeug.urls import url_encode

from .reader import page_values, ticket_sudo
from .search import get_search


class SupportCatalogueController(http.Controller):
    """The catalogue of services: what one can ask for, what is promised, what it costs (P-11)."""

    @http.route(
        ["/my/support/services", "/my/support/services/<int:provider_id>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def support_portal_services(self, provider_id=None, group="", **kw):
        """The services of one provider; without an id those of the only one on offer, or the choice of providers.

        A provider that the customer is not offered, or that does not exist, is answered alike: with status 404, what
        is on offer instead, and why where it is the customer's own contract.
        """
        Ticket = ticket_sudo()
        partner, company = request.env.user.partner_id, request.env.company
        offers = Ticket._support_portal_get_offers(partner, company)
        provider_sudo = next((provider for provider in offers if provider.id == provider_id), None)
        missing = provider_id is not None and not provider_sudo
        if provider_id is None and len(offers) == 1:
            [provider_sudo] = offers
        values = {
            "offers": [
                {
                    "id": provider.id,
                    "name": provider.name,
                    "intro": provider.portal_intro,
                    "count": len(Ticket._support_portal_get_services(provider, teams)),
                }
                for provider, teams in offers.items()
            ],
            "catalogue": None,
            "missing": missing,
            "refusals": []
            if provider_sudo
            else Ticket._support_portal_explain_refusals(partner, company)
            + Ticket._support_portal_explain_exclusions(partner, company),
            "search_url": f"/my/support/services/{provider_sudo.id}" if provider_sudo else "/my/support/services",
            "search_provider": provider_sudo.id if provider_sudo else None,
            "form": False,
            "page_name": "support_services",
            **get_search(provider_sudo.id if provider_sudo else None),
            **page_values(request.env._("Services")),
        }
        if provider_sudo:
            catalogue = Ticket._support_portal_get_catalogue(
                provider_sudo, offers[provider_sudo], partner, group if isinstance(group, str) else ""
            )
            for entry in catalogue["filters"]:
                asked = {"group": entry["code"], "search": values["search_text"]}
                query = url_encode({name: value for name, value in asked.items() if value})
                entry["url"] = f"{values['search_url']}?{query}" if query else values["search_url"]
            values["catalogue"] = catalogue
            values["search_group"] = next((entry["code"] for entry in catalogue["filters"] if entry["chosen"]), "")
            values.update(page_values(request.env._("Services of %s", provider_sudo.name)))
        response = request.render("support_sla.portal_catalogue", values)
        if missing:
            response.status_code = 404
        return response
