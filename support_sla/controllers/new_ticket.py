from dataclasses import dataclass
from typing import Any

from odoo import http
from odoo.addons.support_guard.controllers.main import GuardHelpdeskTicketController, _to_id
from odoo.http import request

from ..models.support_context import inside
from ..tools import facts
from .reader import page_values, ticket_sudo
from .search import get_search


@dataclass(frozen=True)
class Choice:
    """The provider that a form is for and the queues it offers, in superuser mode."""

    provider: Any
    teams: Any


class SupportTicketController(GuardHelpdeskTicketController):
    """New tickets by provider: who is offered, what the form asks, what is taken (E-9).

    ``support_provider`` in the request says which provider's form it is. Without it everything is as in
    the stock helpdesk, whose form makes tickets of no provider.
    """

    def _support_get_offers(self):
        return ticket_sudo()._support_portal_get_offers(request.env.user.partner_id, request.env.company)

    def _support_get_choice(self) -> Choice | None:
        """The provider asked for, if the customer is offered it."""
        wanted = _to_id(request.params.get("support_provider"))
        for provider_sudo, teams_sudo in self._support_get_offers().items():
            if provider_sudo.id == wanted:
                return Choice(provider_sudo, teams_sudo)
        if request.httprequest.method == "POST":
            # sent all the same, from a page that was open or made up: some providers keep it and decide
            kept = ticket_sudo()._support_portal_get_kept(request.env.user.partner_id, request.env.company)
            for provider_sudo, teams_sudo in kept.items():
                if provider_sudo.id == wanted:
                    return Choice(provider_sudo, teams_sudo)
        return None

    def _support_asks_provider(self) -> bool:
        return bool(request.params.get("support_provider"))

    def _get_teams(self):
        choice = self._support_get_choice()
        if choice:
            return choice.teams
        teams = super()._get_teams()
        # a provider's queue is chosen on the provider's own form, which knows who may
        return teams.filtered(lambda team: not team.sudo().support_provider_id) if teams else teams

    # --- the form ---------------------------------------------------------------------------------

    @http.route()
    def create_new_ticket(self, **kw):
        choice = self._support_get_choice()
        if choice:
            return self._support_render_form(choice, **kw)
        # what was posted without a provider came from the stock form, which keeps it
        general = "general" in request.params or "subject" in request.params
        if general and not self._support_asks_provider():
            return super().create_new_ticket(**kw)
        offers = self._support_get_offers()
        partner, company = request.env.user.partner_id, request.env.company
        exclusions = ticket_sudo()._support_portal_explain_exclusions(partner, company)
        if not offers and not exclusions and not self._support_asks_provider():
            return super().create_new_ticket(**kw)
        general_offered = not (offers or exclusions) or bool(self._get_teams())
        if len(offers) == 1 and not general_offered and not self._support_asks_provider():
            return self._support_render_form(Choice(*next(iter(offers.items()))), **kw)
        values = {
            "offers": [
                {"id": provider_sudo.id, "name": provider_sudo.name, "intro": provider_sudo.portal_intro}
                for provider_sudo in offers
            ],
            "general": general_offered,
            "refusals": ([] if offers else ticket_sudo()._support_portal_explain_refusals(partner, company))
            + exclusions,
            "page_name": "support_new_ticket",
            **get_search(),
            **page_values(request.env._("New ticket")),
        }
        return request.render("support_sla.portal_choose_provider", values)

    def _support_render_form(self, choice: Choice, **kw):
        values = self._get_create_new_ticket_values(**kw)
        form = ticket_sudo()._support_portal_describe_form(choice.provider, choice.teams, request.env.user.partner_id)
        # a link may name the queue, as a provider's own pages do, or the service, as the catalogue does
        named = ("team", "support_service_id", "support_kind_id")
        chosen = {name: str(_to_id(request.params.get(name)) or "") for name in named}
        offered = {str(service["id"]) for service in form["services"]}
        values.update(
            form=form,
            chosen=chosen,
            gone=bool(request.params.get("support_service_id")) and chosen["support_service_id"] not in offered,
            page_name="support_new_ticket",
            **get_search(choice.provider.id),
            **page_values(request.env._("New ticket with %s", choice.provider.name)),
        )
        return request.render("support_sla.portal_new_ticket", values)

    # --- what was posted --------------------------------------------------------------------------

    @http.route()
    def submit_ticket(self, **kw):
        # created in superuser mode, but it is the customer who raises it
        request.update_context(**inside(support_side=facts.CUSTOMER))
        return super().submit_ticket(**kw)

    def _guard_get_submit_errors(self, kw: dict) -> list[str]:
        errors = super()._guard_get_submit_errors(kw)
        if not self._support_asks_provider():
            return errors
        choice = self._support_get_choice()
        if not choice:
            return [
                *errors,
                request.env._(
                    "This provider does not take requests from you at the moment. Please choose one of those offered."
                ),
            ]
        _values, found = ticket_sudo()._support_portal_read_post(choice.provider, choice.teams, kw)
        files = [file for file in request.httprequest.files.getlist("attachment") if file.filename]
        found += ticket_sudo()._support_portal_check_files(choice.provider, kw, len(files))
        return list(dict.fromkeys([*errors, *found]))

    def _prepare_submit_ticket_vals(self, **kw):
        vals = super()._prepare_submit_ticket_vals(**kw)
        choice = self._support_asks_provider() and self._support_get_choice()
        if choice:
            values, _errors = ticket_sudo()._support_portal_read_post(choice.provider, choice.teams, kw)
            vals.update(values)
            team_sudo = choice.teams.filtered(lambda team: team.id == vals["team_id"])
            vals["stage_id"] = team_sudo.with_company(vals["company_id"])._get_applicable_stages()[:1].id
        return vals
