from collections.abc import Mapping
from typing import Any

from odoo import api, models
from odoo.tools import format_date

from .helpdesk_ticket_portal import local_moment


class HelpdeskTicket(models.Model):
    """The catalogue of services on the portal, and what of it the customer has bought (P-3, P-5, P-11).

    Runs in superuser mode as :mod:`.helpdesk_ticket_portal` does. The number of queries depends on the number of
    neither services nor kinds nor policies.
    """

    _inherit = "helpdesk.ticket"

    # --- the page ---------------------------------------------------------------------------------

    @api.model
    def _support_portal_get_catalogue(self, provider, teams, partner, wanted: str = "") -> dict[str, Any]:
        """The services of ``provider`` as ``partner`` may ask for them, in words and ids (P-11).

        :param teams: the queues on offer, of :meth:`_support_portal_get_offers`
        :param wanted: code of a group, anything else shows all
        :return: ``provider`` (id, name, intro), ``notice`` (what is the matter with the contract, or ""), ``hours``
            (the working hours that all times shown count in, or ""), ``groups`` (``code``, ``name``, ``description``,
            ``services``: :meth:`_support_portal_describe_service` and ``url``), ``filters`` (``code``, ``label``,
            ``count``, ``chosen``; empty where there is nothing to choose), ``filters_label`` (what they tell apart, or
            ""), ``count`` (services of all groups)
        """
        services = self._support_portal_get_services(provider, teams)
        groups = self._support_portal_get_groups(services)
        match = self._support_portal_get_match(provider, teams, partner)
        codes = {group["code"] for group in groups}
        wanted = wanted if wanted in codes else ""
        shown = []
        for group in groups:
            if wanted and group["code"] != wanted:
                continue
            cards = []
            for service in group["services"]:
                url = f"/new/ticket?support_provider={provider.id}&support_service_id={service.id}"
                card = {**self._support_portal_describe_service(service, teams, match), "url": url}
                if group["says_impact"]:  # the heading above says it
                    card["impact"] = ""
                cards.append(card)
            shown.append({**group, "services": cards})
        hours = {card["expect"]["hours"] for group in shown for card in group["services"] if card["expect"]["text"]}
        filters = []
        if len(groups) > 1:
            filters = [{"code": "", "label": self.env._("All"), "count": len(services), "chosen": not wanted}]
            filters += [
                {
                    "code": group["code"],
                    "label": group["label"],
                    "count": len(group["services"]),
                    "chosen": group["code"] == wanted,
                }
                for group in groups
            ]
        return {
            "provider": {"id": provider.id, "name": provider.name, "intro": provider.portal_intro},
            "notice": self._support_portal_get_contract_notice(provider, partner, match),
            "hours": hours.pop() if len(hours) == 1 else "",
            "groups": shown,
            "filters": filters,
            "filters_label": self.env._("Impact:") if any(group["says_impact"] for group in groups) else "",
            "count": len(services),
        }

    @api.model
    def _support_portal_get_groups(self, services) -> list[dict[str, Any]]:
        """How the catalogue is divided, in order: ``code``, ``name`` (heading), ``label`` (on its filter),
        ``says_impact`` (whether the heading says how far a failure reaches), ``description`` and ``services``.

        **Hook**. By how far a failure reaches, where the services say it; else by their queues; else not at all.
        """
        for field in ("impact_id", "team_id"):
            if len(services.mapped(field)) > 1:
                return self._support_portal_group(services, field)
        if not services:
            return []
        return [{"code": "all", "name": "", "label": "", "says_impact": False, "description": "", "services": services}]

    @api.model
    def _support_portal_group(self, services, field: str) -> list[dict[str, Any]]:
        groups = [
            {
                "code": f"{field}-{record.id}",
                "name": self.env._("Impact: %s", record.name) if field == "impact_id" else record.name,
                "label": record.name,
                "says_impact": field == "impact_id",
                "description": record.description or "" if field == "impact_id" else "",
                "services": services.filtered(lambda service, record=record: service[field] == record),
            }
            for record in services[field].sorted()
        ]
        rest = services.filtered(lambda service: not service[field])
        if rest:
            name = self.env._("Other services")
            groups.append(
                {
                    "code": "rest",
                    "name": name,
                    "label": name,
                    "says_impact": False,
                    "description": "",
                    "services": rest,
                }
            )
        return groups

    @api.model
    def _support_portal_explain_refusals(self, partner, company) -> list[str]:
        """Why providers that ``partner``'s company has or had a contract with take no requests now, in sentences.

        Of providers that it never had one with nothing is said.
        """
        teams = self.env["helpdesk.ticket.team"].search(
            [
                ("support_provider_id.active", "=", True),
                ("support_provider_id.entitlement_mode", "=", "refuse"),
                ("show_in_portal", "=", True),
                ("company_id", "in", [False, company.id]),
            ]
        )
        sentences = []
        for provider in teams.support_provider_id.sorted():
            elsewhere = provider.company_id and provider.company_id != company
            if elsewhere or self._support_portal_may_raise(provider, partner):
                continue
            if self._support_portal_get_entitlements(provider, partner):
                sentences.append(
                    self.env._(
                        "Your company's contract with %s names who may send requests, and you are not among them. "
                        "Please ask a colleague who is, or whoever looks after the contract.",
                        provider.name,
                    )
                )
            else:
                sentences.append(self._support_portal_say_contract(provider, partner))
        return [sentence for sentence in sentences if sentence]

    @api.model
    def _support_portal_explain_exclusions(self, partner, company) -> list[str]:
        """Why providers that ``partner``'s company has a contract with take requests of others of the company only,
        in sentences; told even where further providers are on offer. **Hook**: a provider that narrows
        :meth:`_support_portal_may_raise` down to certain people says who they are (B-5)."""
        return []

    # --- the contract -----------------------------------------------------------------------------

    @api.model
    def _support_portal_get_contract_notice(self, provider, partner, match: Mapping[str, Any]) -> str:
        """What is the matter with the customer's contract, said before a request is sent; "" if nothing is (P-3)."""
        if match["entitlement_id"] or provider.entitlement_mode == "ignore":
            return ""
        what = self._support_portal_say_contract(provider, partner)
        if not what:
            # a provider that only warns its agents need not have contracts at all
            if provider.entitlement_mode != "ask" and not provider.kind_ids:
                return ""
            what = self.env._("You have no support contract in force with %s.", provider.name)
        return self.env._(
            "%(what)s You can still send your request: it is kept, and %(provider)s tells you whether they can help.",
            what=what,
            provider=provider.name,
        )

    @api.model
    def _support_portal_say_contract(self, provider, partner) -> str:
        """That the contract is over or begins later; "" when there never was one."""
        today = local_moment(self.env["support.event"]._now(), provider.tz or "UTC").date()
        periods = self.env["support.entitlement"]._get_periods(provider.id, partner.commercial_partner_id.id)
        coming = min((start for _id, start, _stop, _plan in periods if start > today), default=None)
        ended = max((stop for _id, _start, stop, _plan in periods if stop and stop < today), default=None)
        if coming:
            return self.env._(
                "Your support contract with %(provider)s begins on %(date)s.",
                provider=provider.name,
                date=format_date(self.env, coming),
            )
        if ended:
            return self.env._(
                "Your support contract with %(provider)s ended on %(date)s.",
                provider=provider.name,
                date=format_date(self.env, ended),
            )
        return ""

    @api.model
    def _support_portal_get_coverage(self, kind, match: Mapping[str, Any]) -> str:
        """Whether the customer has bought a ``kind`` of request: ``included``, ``extra``, ``none``, or "" where the
        provider serves everybody. **Hook**: extend it together with :meth:`_support_get_coverage`."""
        if not match["entitlement_id"] and kind.provider_id.entitlement_mode == "ignore":
            return ""
        entitlement = self.env["support.entitlement"].browse(match["entitlement_id"] or [])
        return entitlement._get_coverage(entitlement, kind, used=match.get("hours_used"))

    @api.model
    def _support_portal_say_coverage(self, coverage: str) -> str:
        return {
            "included": self.env._("Included in your contract"),
            "extra": self.env._("Extra, charged apart"),
            "none": self.env._("Not in your contract"),
        }.get(coverage, "")

    @api.model
    def _support_portal_say_allowance(self, kind, match: Mapping[str, Any]) -> str:
        """What is left of the month's hours, for a ``kind`` that is counted against them; "" for another."""
        entitlement = self.env["support.entitlement"].browse(match["entitlement_id"] or [])
        if not kind.counts_hours or not entitlement.monthly_hours:
            return ""
        # a kind of an extra level that was not bought is charged whatever is left
        if kind.tier_id.coverage == "extra" and kind.tier_id not in entitlement.tier_ids | entitlement.plan_id.tier_ids:
            return ""
        left = entitlement.monthly_hours - match.get("hours_used", 0.0)
        included = self._support_length(round(entitlement.monthly_hours * 60) * 60)
        if round(left * 60) <= 0:
            return self.env._("The %s of this month are used up: charged apart", included)
        return self.env._(
            "%(left)s of %(included)s left this month",
            left=self._support_length(round(left * 60) * 60),
            included=included,
        )

    @api.model
    def _support_portal_get_cost(self, service, match: Mapping[str, Any]) -> str:
        """What a service costs, in words beside its promise ("Included in your contract", "Charged apart: …",
        "3 h 20 min of 8 h left this month"). Of a service that no kind of request names nothing is known: that it is
        told later, where the customer reads of other services what they cost, else "". **Hook** for providers.

        :param match: as for the policies, with the customer's plan and entitlement
        """
        return " · ".join(
            f"{part['said']}: {part['about']}" if part["about"] else part["said"]
            for part in self._support_portal_get_cost_parts(service, match)
        )

    @api.model
    def _support_portal_get_cost_parts(self, service, match: Mapping[str, Any]) -> list[dict[str, str]]:
        """What :meth:`_support_portal_get_cost` says, for badges: ``said`` (words), ``coverage`` (included, extra,
        none, or "" for hours left) and ``about`` (the kinds of request it is said of, where it is not all)."""
        provider = service.provider_id
        kinds = self._support_portal_get_kinds(provider, service).filtered(lambda kind: kind.service_id == service)
        judged = {kind: self._support_portal_get_coverage(kind, match) for kind in kinds}
        parts: dict[str, dict[str, str]] = {}
        for kind, coverage in judged.items():
            said = self._support_portal_say_allowance(kind, match)
            if said:
                parts[said] = {"said": said, "coverage": "extra" if coverage == "extra" else "", "about": ""}
            elif coverage == "none" or (coverage == "included" and len(set(judged.values())) == 1):
                said = self._support_portal_say_coverage(coverage)
                parts[said] = {"said": said, "coverage": coverage, "about": ""}
        charged = [
            kind.name
            for kind, coverage in judged.items()
            if coverage == "extra" and not self._support_portal_say_allowance(kind, match)
        ]
        if charged:
            said = self.env._("Charged apart")
            if any(part["coverage"] == "extra" for part in parts.values()):  # that the month's hours are used up
                said = self.env._("Charged apart at any time")
            parts[""] = {"said": said, "coverage": "extra", "about": ", ".join(charged)}
        if not kinds and match["entitlement_id"] and provider.kind_ids.filtered("service_id"):
            # what other services cost is said: silence would leave this one open
            said = self.env._("Before work starts you are told whether your contract includes it")
            parts[""] = {"said": said, "coverage": "", "about": ""}
        return list(parts.values())

    # --- kinds of request -------------------------------------------------------------------------

    @api.model
    def _support_portal_get_kinds(self, provider, services):
        """The kinds of request that customers may choose: of these services, or of none in particular."""
        return provider.kind_ids.filtered(
            lambda kind: (
                kind.active and kind.portal_visible and (not kind._get_services() or kind._get_services() & services)
            )
        )

    @api.model
    def _support_portal_describe_kinds(self, provider, services, match: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The kinds of request on the form, by support level (P-3).

        :return: for each level ``name``, ``description``, ``expect`` (what is promised on it, "" unless it has promises
            of its own), ``coverage`` (code, "" where its kinds differ), ``said`` (words), ``services`` (ids as text, ""
            for whatever service) and ``kinds``: ``id``, ``name``, ``description``, ``service`` (id of its own or
            False), ``services`` (ids as text of those it is offered for, separated by blanks, "" for all),
            ``coverage``, ``said`` ("" where the level says it)
        """
        levels: dict[Any, list[dict[str, Any]]] = {}
        for kind in self._support_portal_get_kinds(provider, services):
            coverage = self._support_portal_get_coverage(kind, match)
            allowance = self._support_portal_say_allowance(kind, match)
            levels.setdefault(kind.tier_id, []).append(
                {
                    "id": kind.id,
                    "name": kind.name,
                    "description": kind.description or "",
                    "service": kind.service_id.id,
                    "services": " ".join(str(service.id) for service in kind._get_services()),
                    "coverage": coverage,
                    "said": allowance or self._support_portal_say_coverage(coverage),
                }
            )
        answer = []
        for tier, kinds in levels.items():
            codes = {kind["coverage"] for kind in kinds}
            coverage = codes.pop() if len(codes) == 1 else ""
            said = self._support_portal_say_coverage(coverage)
            for kind in kinds:
                if kind["said"] == said:
                    kind["said"] = ""
            answer.append(
                {
                    # the rest of nothing needs no heading
                    "name": tier.name or (self.env._("Other requests") if len(levels) > 1 else ""),
                    "description": tier.description or "",
                    "expect": self._support_portal_expect_of_tier(tier, kinds, provider, match),
                    "coverage": coverage,
                    "said": said,
                    "kinds": kinds,
                    "services": [one for kind in kinds for one in kind["services"].split() or [""]],
                }
            )
        return answer

    @api.model
    def _support_portal_expect_of_tier(self, tier, kinds: list[dict[str, Any]], provider, match) -> str:
        """What is promised to requests of a support level, where its kinds are all for one service and it has promises
        of its own (around the clock …); else ""."""
        services = {kind["service"] for kind in kinds if kind["service"]}
        if not tier or len(services) != 1:
            return ""
        service = self.env["support.service"].browse(services)
        level = service.default_priority_id or provider.default_priority_id
        answer = self._support_portal_expect_of({**match, "service_id": service.id, "priority_id": level.id}, tier)
        return answer["text"] if answer else ""

    @api.model
    def _support_portal_expect_of(self, match: Mapping[str, Any], tier) -> dict[str, str] | None:
        """``name`` and ``text`` (promises with their hours) of a support level that has promises of its own."""
        found, parts, hours = self._support_portal_find_promises({**match, "tier_id": tier.id})
        if not parts or "tier_id" not in found["on"]:
            return None
        return {"name": tier.name, "text": " · ".join(parts) + (f" ({hours})" if hours else "")}

    @api.model
    def _support_portal_get_tiers(self, service, match: Mapping[str, Any]) -> list[dict[str, str]]:
        """The support levels that take requests for ``service`` and have promises of their own."""
        kinds = self._support_portal_get_kinds(service.provider_id, service)
        tiers = kinds.filtered(lambda kind: kind.service_id == service).tier_id
        return [said for tier in tiers if (said := self._support_portal_expect_of(match, tier))]

    def _support_portal_get_facts(self) -> list[dict[str, str]]:
        answer = super()._support_portal_get_facts()
        if self.support_kind_id:
            # what was said before the work started
            said = self._support_portal_say_coverage(self.support_coverage or "")
            kind = self.support_kind_id.name
            text = self.env._("%(kind)s (%(coverage)s)", kind=kind, coverage=said) if said else kind
            answer.append({"label": self.env._("Kind of request"), "text": text})
        return answer
