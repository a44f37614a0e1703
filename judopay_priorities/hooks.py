"""What happens once, when Judopay comes and when it goes."""

import logging

from odoo import api, fields

from .const import ALIASES, PROVIDER

_logger = logging.getLogger(__name__)

#: models of the engine and the helpdesk that this addon brings records of
KEPT_WITH_TICKETS = (
    "support.provider",
    "support.priority",
    "support.role",
    "support.contact.point",
    "support.escalation.chain",
    "support.escalation.step",
    "support.policy",
    "support.target",
    "support.outside.reason",
    "helpdesk.ticket.team",
    "helpdesk.ticket.stage",
    "resource.calendar",
    "resource.calendar.attendance",
    "mail.alias",
    "mail.template",
)


def post_init_hook(env: api.Environment) -> None:
    year = fields.Date.today().year
    env.ref("judopay_priorities.calendar_london")._sla_fill_holidays([year, year + 1])
    _take_aliases(env)


def _take_aliases(env: api.Environment) -> None:
    """Give the queues their mail addresses, unless somebody else has them.

    A queue that an earlier installation left behind with its tickets hands its address over.
    """
    for xmlid, name in ALIASES:
        team = env.ref(f"judopay_priorities.{xmlid}")
        if team.alias_name:
            continue
        former = (
            env["helpdesk.ticket.team"]
            .with_context(active_test=False)
            .search([("alias_name", "=", name), ("id", "!=", team.id), ("support_provider_id.active", "=", False)])
        )
        former.alias_name = False
        taken = env["mail.alias"].search_count(
            [("alias_name", "=", name), ("alias_domain_id", "=", team.alias_domain_id.id)], limit=1
        )
        if taken:
            _logger.warning("%s stays without an address: “%s” is taken", team.name, name)
            continue
        team.alias_name = name


def uninstall_hook(env: api.Environment) -> None:
    """The engine is left as it was found; only what tickets stand on stays, as records of the house.

    A promise that was made stays a promise: open tickets of Judopay keep their queue, their clocks
    and their chain. No new ticket gets one, because the policies are archived.
    """
    provider = env["support.provider"].with_context(active_test=False).search([("code", "=", PROVIDER)])
    if not provider:
        return
    # Odoo deletes the lines before the levels that ask for a call
    provider.with_context(active_test=False).priority_ids.judopay_call_point_id = False
    tickets = env["helpdesk.ticket"].with_context(active_test=False)
    if not tickets.search_count([("support_provider_id", "=", provider.id)], limit=1):
        return  # Odoo deletes the records of the addon itself
    data = env["ir.model.data"].search([("module", "=", "judopay_priorities"), ("model", "in", KEPT_WITH_TICKETS)])
    provider.acknowledgement_template_id = False
    provider.policy_ids.active = False
    # the technical name is free for a new installation
    provider.write({"active": False, "code": f"{PROVIDER}-{provider.id}"})
    data.unlink()
