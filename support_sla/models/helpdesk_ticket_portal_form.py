from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytz
from odoo import api, models
from odoo.fields import Domain

from .helpdesk_ticket_portal import TEXT_LENGTH, local_moment
from .request_form import FILES, SECRET
from .support_target import UNCOUNTED

#: Longer subjects are mostly descriptions in the wrong box, and break every list they are shown in.
SUBJECT_LENGTH = 200
#: Of a password; no key that is typed is longer.
SECRET_LENGTH = 1000


class HelpdeskTicket(models.Model):
    """The portal's form for a new ticket: who is offered what, and what is taken of what comes back (E-9).

    Runs in superuser mode as :mod:`.helpdesk_ticket_portal` does; the customer is the user of the
    environment.
    """

    _inherit = "helpdesk.ticket"

    @api.model
    def _support_portal_get_offers(self, partner, company) -> dict[Any, Any]:
        """Which providers ``partner`` may raise a ticket with (E-6.1, E-9).

        :return: provider → its queues that the portal shows; both in superuser mode
        """
        in_company = Domain("company_id", "in", [False, company.id])
        teams = self.env["helpdesk.ticket.team"].search(
            Domain("support_provider_id.active", "=", True) & Domain("show_in_portal", "=", True) & in_company
        )
        providers = teams.support_provider_id.filtered_domain(in_company).sorted()
        offered = providers.filtered(lambda provider: self._support_portal_may_raise(provider, partner))
        if any(self._support_portal_get_entitlements(provider, partner) for provider in offered):
            # whoever has a contract is not asked to choose among providers that never heard of him
            offered = offered.filtered(
                lambda provider: (
                    provider.entitlement_mode == "ignore"
                    or self._support_portal_get_entitlements(provider, partner)
                    or self._support_portal_say_contract(provider, partner)
                )
            )
        return {
            provider: teams.filtered(lambda team, provider=provider: team.support_provider_id == provider)
            for provider in offered
        }

    @api.model
    def _support_portal_may_raise(self, provider, partner) -> bool:
        """Whether ``provider`` takes tickets of ``partner`` through the portal.

        **Hook**: a provider may be stricter. One that refuses whoever has no entitlement offers itself
        to customers with one in force, and to their authorised contacts where it names any.
        """
        if provider.entitlement_mode != "refuse":
            return True
        return any(
            not entitlement.contact_ids or partner in entitlement.contact_ids
            for entitlement in self._support_portal_get_entitlements(provider, partner)
        )

    @api.model
    def _support_portal_get_kept(self, partner, company) -> dict[Any, Any]:
        """Providers that keep what ``partner`` sends although no form is offered, to decide about it (B-5).

        **Hook**; in the shape of :meth:`_support_portal_get_offers`. Others refuse such a request, with everything that
        was typed still in the form.
        """
        return {}

    @api.model
    def _support_portal_get_entitlements(self, provider, partner):
        """The entitlements of ``partner``'s company in force on the provider's own date."""
        now = self.env["support.event"]._now()
        day = local_moment(now, provider.tz or "UTC").date()
        Entitlement = self.env["support.entitlement"]
        return Entitlement.browse(
            entitlement_id
            for entitlement_id, start, stop, _plan in Entitlement._get_periods(
                provider.id, partner.commercial_partner_id.id
            )
            if start <= day and (stop is None or day <= stop)
        )

    @api.model
    def _support_portal_describe_form(self, provider, teams, partner) -> dict[str, Any]:
        """The form for a new ticket with ``provider``, in words and ids. **Hook**: addons add keys for
        their own template (:meth:`_support_portal_get_form_template`).

        :return: ``provider`` (id, name, code, intro), ``notice``, ``teams``, ``services`` and
            ``priorities`` (lists, see below), ``kinds`` (:meth:`_support_portal_describe_kinds`) with ``kind_ids`` and
            ``kind_services`` of all of them, ``fields`` (:meth:`_support_portal_form_fields`), ``fields_title``,
            ``fields_intro`` and ``files`` (:meth:`_support_portal_describe_questions`), ``template`` (external id or
            False), ``subject_length``, ``contacts`` (see ``support.provider._support_get_contact_points``)
        """
        match = self._support_portal_get_match(provider, teams, partner)
        services = self._support_portal_get_services(provider, teams)
        kinds = self._support_portal_describe_kinds(provider, services, match)
        return {
            "provider": {
                "id": provider.id,
                "name": provider.name,
                "code": provider.code,
                "intro": provider.portal_intro,
            },
            "notice": self._support_portal_get_contract_notice(provider, partner, match),
            "teams": [{"id": team.id, "name": team.name} for team in teams],
            "services": [self._support_portal_describe_service(service, teams, match) for service in services],
            "kinds": kinds,
            "kind_ids": [str(kind["id"]) for level in kinds for kind in level["kinds"]],
            "kind_services": [service for level in kinds for service in level["services"]],
            "priorities": [
                self._support_portal_describe_priority(priority, match)
                for priority in self._support_portal_get_priorities(provider)
            ],
            "fields": self._support_portal_form_fields(provider),
            **self._support_portal_describe_questions(provider),
            "template": self._support_portal_get_form_template(provider),
            "subject_length": SUBJECT_LENGTH,
            "contacts": provider._support_get_contact_points(partner=partner),
        }

    @api.model
    def _support_portal_get_match(self, provider, teams, partner) -> dict[str, Any]:
        """What policies would be matched on for a ticket that ``partner`` raises on the form; beside that
        ``hours_used``, what is used of the month's allowance."""
        entitlement = self._support_portal_get_entitlements(provider, partner)[:1]
        used = {}
        if entitlement.monthly_hours:
            used = entitlement._get_hours_used(entitlement._get_today())
        return {
            "hours_used": used.get(entitlement.id, 0.0),
            "provider_id": provider.id,
            "plan_id": entitlement.plan_id.id,
            "entitlement_id": entitlement.id,
            "team_id": teams.id if len(teams) == 1 else False,
            "channel_id": self.env["ir.model.data"]._xmlid_to_res_id("helpdesk_mgmt.helpdesk_ticket_channel_web"),
        }

    @api.model
    def _support_portal_describe_service(self, service, teams, match: Mapping[str, Any]) -> dict[str, Any]:
        """One service, on the form and in the catalogue. **Hook**: an addon appends to ``notes``.

        :return: ``id``, ``name``, ``description``, ``team`` and ``team_name``, ``impact`` (words), ``promises`` (words,
            where they depend on the service), ``expect`` (:meth:`_support_portal_expect`), ``tiers``
            (:meth:`_support_portal_get_tiers`), ``cost`` (words, see :meth:`_support_portal_get_cost`), ``costs`` (the
            same in parts, :meth:`_support_portal_get_cost_parts`), ``notes`` (list of words: whether it
            can be escalated …)
        """
        provider = service.provider_id
        match = {
            **match,
            "service_id": service.id,
            "team_id": service.team_id.id or match["team_id"],
            "priority_id": service.default_priority_id.id or provider.default_priority_id.id,
        }
        # a level that is not asked for comes from the service
        asked = bool(self._support_portal_get_priorities(provider))
        return {
            "id": service.id,
            "name": service.name,
            "description": service.description or "",
            "team": service.team_id.id,
            "team_name": service.team_id.name if len(teams) > 1 else "",
            "impact": self.env._("Impact: %s", service.impact_id.name) if service.impact_id else "",
            "promises": self._support_portal_get_promises(match, "service_id", *(() if asked else ("priority_id",))),
            "expect": self._support_portal_expect(match, asked),
            "tiers": self._support_portal_get_tiers(service, match),
            "cost": self._support_portal_get_cost(service, match),
            "costs": self._support_portal_get_cost_parts(service, match),
            "notes": [],
        }

    @api.model
    def _support_portal_get_services(self, provider, teams):
        """The services that the form offers: of these queues, or of none in particular."""
        return provider.service_ids.filtered(
            lambda service: (
                service.active and service.portal_visible and (not service.team_id or service.team_id in teams)
            )
        )

    @api.model
    def _support_portal_get_priorities(self, provider):
        """The levels that a customer may propose."""
        return provider.priority_ids.filtered(lambda priority: priority.active and priority.portal_visible)

    @api.model
    def _support_portal_describe_priority(self, priority, match: Mapping[str, Any]) -> dict[str, Any]:
        """One level on the form: ``id``, ``code``, ``name``, ``definition``, ``example``, ``promises``
        (words), ``note`` and ``note_links`` (``{"label", "url", "icon"}`` each).

        **Hook**: ``note`` is shown as soon as the level is chosen, with the links behind it (a line to call as
        well …).
        """
        return {
            "id": priority.id,
            "code": priority.code,
            "name": priority.name,
            "definition": priority.definition or "",
            "example": priority.example or "",
            "promises": self._support_portal_get_promises({**match, "priority_id": priority.id}, "priority_id"),
            "note": "",
            "note_links": [],
        }

    @api.model
    def _support_portal_get_promises(self, match: Mapping[str, Any], *on: str) -> str:
        """What would be promised to a ticket like this, in a line; "" when that depends on none of ``on``."""
        found, parts, hours = self._support_portal_find_promises(match)
        if not parts or not set(on) & set(found["on"]):
            return ""
        return " · ".join(parts) + (f" ({hours})" if hours else "")

    @api.model
    def _support_portal_expect(self, match: Mapping[str, Any], asked: bool) -> dict[str, str]:
        """What the catalogue says of the times of a service (P-11).

        :param asked: the form asks how urgent it is
        :return: ``text`` and ``hours`` (the working hours it counts in, "" where ``text`` says them)
        """
        found, parts, hours = self._support_portal_find_promises(match)
        if parts and asked and "priority_id" in found["on"]:
            return {"text": self.env._("The times depend on how urgent it is."), "hours": ""}
        return {"text": " · ".join(parts), "hours": hours if parts else ""}

    @api.model
    def _support_portal_find_promises(self, match: Mapping[str, Any]) -> tuple[dict[str, Any], list[str], str]:
        """What would be promised to a ticket like this.

        :return: the policy (:meth:`support.policy._match`), the promises in words, and the working hours that all of
            them count in ("" where each says its own)
        """
        Policy = self.env["support.policy"]
        found = Policy._match(dict(match))
        if not found["version"]:
            return found, [], ""
        # read together: a catalogue asks for many
        versions = [version_id for _policy, version_id, _on in Policy._get_rules(match["provider_id"] or 0)]
        version = self.env["support.policy.version"].browse(found["version"]).with_prefetch(versions)
        order = ("first_response", "status_update", "resolution")
        shown = version.target_ids.filtered(lambda target: target.portal_visible and target.metric in order).sorted(
            lambda target: order.index(target.metric)
        )
        hours = [target._get_calendar()._sla_describe_week() for target in shown]
        once = len(set(hours)) == 1
        parts = []
        for target, week in zip(shown, hours, strict=True):
            length = target._get_length_text()
            if not once and target.unit not in UNCOUNTED:  # the same working hours need not be said three times
                length = self.env._("%(length)s, %(hours)s", length=length, hours=week)
            if target.metric == "status_update" and target.unit != "agreement":
                length = self.env._("every %s", length)
            label = self._support_portal_get_label({"metric": target.metric, "label": ""})
            parts.append(self.env._("%(promise)s: %(length)s", promise=label, length=length))
        return found, parts, hours[0] if once else ""

    @api.model
    def _support_portal_form_fields(self, provider) -> list[dict[str, Any]]:
        """Questions that the form of ``provider`` asks beside the common ones: the records of ``support.form.field``
        that are asked from the start.

        **Hook**: an addon appends its own when ``provider`` is its provider. Each is a dict::

            {"name": "judopay_since",      # a field of helpdesk.ticket, and the name in the form
             "label": "Since when",        # translated
             "type": "datetime",           # char, text, selection, integer, boolean, datetime or secret
             "required": True,             # the form comes back while it is empty
             "later": False,               # needed, but may follow on the page of the ticket
             "past": False,                # of a datetime: not in the future
             "value": "",                  # what stands there until something is typed
             "help": "",                   # a line below the question, translated
             "options": [(value, label)]}  # of a selection; only these values are taken

        The form shows them, keeps what was typed, checks them and stores them; a moment is read in the
        customer's zone. For anything more, see :meth:`_support_portal_get_form_template`,
        :meth:`_support_prepare_portal_values` and :meth:`_support_portal_check`.
        """
        form = self.env["support.form.field"]._get_form(provider.id)
        specs = self._support_form_describe(
            [question for question in form.questions if question.on_new and question.name != FILES], provider
        )
        for spec in specs:
            # a browser would insist whatever level is chosen; the server knows better
            spec["required_at"] = form.priorities if spec["required"] else frozenset()
            spec["required"] = spec["required"] and not form.priorities
        return specs

    @api.model
    def _support_portal_describe_questions(self, provider) -> dict[str, Any]:
        """What stands around the provider's own questions: ``fields_title``, ``fields_intro`` (words or "") and
        ``files`` (the question for files, or False)."""
        form = self.env["support.form.field"]._get_form(provider.id)
        asked = [question for question in form.questions if question.on_new]
        files = self._support_form_describe([question for question in asked if question.name == FILES], provider)
        intro = ""
        if form.priorities and asked:
            levels = provider.priority_ids.filtered(lambda level: level.id in form.priorities and level.portal_visible)
            intro = self.env._("Needed for %s.", ", ".join(level.code or level.name for level in levels))
        if any(spec["later"] for spec in self._support_form_describe(asked, provider)):
            later = self.env._("What you leave open can follow later, on the page of your ticket.")
            intro = f"{intro} {later}".strip()
        return {
            "fields_title": form.title if asked else "",
            "fields_intro": intro,
            "files": {**files[0], "required": files[0]["required"] and not form.priorities} if files else False,
        }

    @api.model
    def _support_portal_get_form_template(self, provider) -> str | bool:
        """External id of a template that the form calls after its own questions, or False.

        **Hook**. It is given ``form`` (:meth:`_support_portal_describe_form`) and ``typed`` (what was
        posted before, by name).
        """
        return False

    @api.model
    def _support_prepare_portal_values(self, provider, post: Mapping[str, Any]) -> dict[str, Any]:
        """Values of the ticket from the provider's own questions. Called only when nothing is wrong.

        **Hook**: extend it for what :meth:`_support_portal_form_fields` cannot say. Whatever is in
        ``post`` was typed by somebody: take nothing from it that the form did not offer.
        """
        reader = self._support_portal_in_zone(provider)
        return {
            spec["name"]: reader._support_portal_read_field(spec, post)[0]
            for spec in self._support_portal_form_fields(provider)
        }

    @api.model
    def _support_portal_check(self, provider, post: Mapping[str, Any]) -> list[str]:
        """What is wrong with the answers to the provider's own questions, in sentences. **Hook**."""
        reader = self._support_portal_in_zone(provider)
        errors = (
            reader._support_portal_read_field(spec, post)[1] for spec in self._support_portal_form_fields(provider)
        )
        return [error for error in errors if error]

    @api.model
    def _support_portal_check_files(self, provider, post: Mapping[str, Any], count: int) -> list[str]:
        """What is wrong with ``count`` files coming along, where the provider asks for some from the start."""
        form = self.env["support.form.field"]._get_form(provider.id)
        question = next((one for one in form.questions if one.name == FILES and one.on_new), None)
        if not question or question.need != "refuse" or count:
            return []
        if form.priorities and str(post.get("support_priority_id") or "") not in map(str, form.priorities):
            return []
        return [self.env._("Please add at least one file: %s", question.label)]

    @api.model
    def _support_portal_in_zone(self, provider):
        """Whoever has no zone means the provider's; nobody lives in "UTC"."""
        return self if "/" in (self.env.context.get("tz") or "") else self.with_context(tz=provider.tz)

    @api.model
    def _support_portal_read_field(self, spec: Mapping[str, Any], post: Mapping[str, Any]) -> tuple[Any, str]:
        """The value of one question and what is wrong with it ("" when nothing is)."""
        text = post.get(spec["name"])
        text = text.replace("\0", "").replace("\r\n", "\n") if isinstance(text, str) else ""
        # a blank at the end of a password belongs to it
        text = text if spec["type"] == SECRET and text.strip() else text.strip()
        required = spec.get("required") or str(post.get("support_priority_id") or "") in map(
            str, spec.get("required_at") or ()
        )
        if spec["type"] == "boolean":
            missing = required and not text
            return bool(text), self.env._("Please confirm: %s", spec["label"]) if missing else ""
        if not text:
            return False, self.env._("Please answer: %s", spec["label"]) if required else ""
        wrong = self.env._("This answer is not understood: %s", spec["label"])
        match spec["type"]:
            case "selection":
                for value, _label in spec["options"]:
                    if str(value) == text:
                        return value, ""
                return False, self.env._("Please choose one of those offered: %s", spec["label"])
            case "integer":
                return (int(text), "") if text.isascii() and text.isdecimal() and len(text) < 10 else (False, wrong)
            case "datetime":
                try:
                    local = datetime.fromisoformat(text).replace(tzinfo=None, microsecond=0)
                    zone = pytz.timezone(self.env.context.get("tz") or "UTC")
                    moment = zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None)
                except (ValueError, OverflowError):
                    return False, wrong
                if spec.get("past") and moment > self.env["support.event"]._now():
                    return False, self.env._("This moment has not come yet: %s", spec["label"])
                return moment, ""
        if len(text) > (SECRET_LENGTH if spec["type"] == SECRET else TEXT_LENGTH):
            return False, self.env._("Please shorten this answer: %s", spec["label"])
        return text, ""

    @api.model
    def _support_portal_read_post(self, provider, teams, post: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
        """Values of a ticket from what was posted, and what is wrong with it.

        Every id is one that the form offered; whoever sends another gets the form back.
        """
        errors = []
        if len((post.get("subject") or "").strip()) > SUBJECT_LENGTH:
            errors.append(self.env._("Please shorten the subject to %s characters.", SUBJECT_LENGTH))
        team = _pick(teams, post.get("team")) if len(teams) > 1 or post.get("team") else teams
        services = self._support_portal_get_services(provider, teams)
        service = _pick(services, post.get("support_service_id"))
        kind = _pick(self._support_portal_get_kinds(provider, services), post.get("support_kind_id"))
        if not kind and post.get("support_kind_id"):
            errors.append(self.env._("Please choose one of the kinds of request offered."))
        if not post.get("support_service_id"):
            service = kind.service_id  # who has said the kind has said the service
        if service.team_id and len(teams) > 1 and not post.get("team"):
            team = service.team_id
        if not team:
            errors.append(self.env._("Please choose one of the queues offered."))
        fitting = services.filtered(lambda record: not record.team_id or record.team_id == team)
        if not service and (fitting or post.get("support_service_id")):
            errors.append(self.env._("Please choose one of the services offered."))
        elif service and team and service not in fitting:
            errors.append(
                self.env._(
                    "“%(service)s” belongs to the queue “%(queue)s”: please choose that queue or another service.",
                    service=service.name,
                    queue=service.team_id.name,
                )
            )
        if service and kind and kind._get_services() and service not in kind._get_services():
            errors.append(
                self.env._(
                    "“%(kind)s” is a request for “%(service)s”: please choose that service or another kind of request.",
                    kind=kind.name,
                    service=", ".join(kind._get_services().mapped("name")),
                )
            )
        priorities = self._support_portal_get_priorities(provider)
        priority = _pick(priorities, post.get("support_priority_id"))
        if not priority and (priorities or post.get("support_priority_id")):
            errors.append(self.env._("Please choose how urgent it is."))
        errors += self._support_portal_check(provider, post)
        if errors:
            return {}, errors
        values = {"team_id": team.id, **self._support_prepare_portal_values(provider, post)}
        if team.company_id:
            values["company_id"] = team.company_id.id
        if service:
            values["support_service_id"] = service.id
        if kind:
            values["support_kind_id"] = kind.id
        if priority:
            values["support_priority_id"] = priority.id
        return values, []


def _pick(records, sent: object):
    """The one of ``records`` whose id was sent, or none."""
    text = str(sent or "").strip()
    # isdecimal() alone would take the digits of every script, and any number of them
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return records.filtered(lambda record: record.id == wanted)
