"""What every provider's addon does when it comes and when it goes; called by its hooks."""

import logging
from collections.abc import Iterable

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)

#: models outside of the engine whose records a provider's tickets stand on
KEPT_WITH_TICKETS = (
    "helpdesk.ticket.team",
    "helpdesk.ticket.stage",
    "resource.calendar",
    "resource.calendar.attendance",
    "mail.alias",
    "mail.template",
    "document.page",
)


def take_aliases(env: api.Environment, module: str, aliases: Iterable[tuple[str, str]]) -> None:
    """Give the queues of ``module`` their mail addresses, unless somebody else has them.

    A queue that an earlier installation left behind with its tickets hands its address over.

    :param aliases: XML id of a queue, name before the @
    """
    for xmlid, name in aliases:
        team = env.ref(f"{module}.{xmlid}")
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


def leave(env: api.Environment, module: str, code: str) -> None:
    """The engine is left as it was found; only what tickets stand on stays, as records of the house.

    A promise that was made stays a promise: open tickets of the provider keep their queue, their clocks
    and their chain. No new ticket gets one, because the policies are archived.

    :param code: ``support.provider.code`` of the provider that ``module`` brought
    """
    provider = env["support.provider"].with_context(active_test=False).search([("code", "=", code)])
    if not provider:
        return
    tickets = env["helpdesk.ticket"].with_context(active_test=False)
    if not tickets.search_count([("support_provider_id", "=", provider.id)], limit=1):
        return  # Odoo deletes the records of the addon itself
    kept = [*KEPT_WITH_TICKETS, *_get_engine_models(env)]
    data = env["ir.model.data"].search([("module", "=", module), ("model", "in", kept)])
    provider.acknowledgement_template_id = False
    provider.policy_ids.active = False
    # the technical name is free for a new installation
    provider.write({"active": False, "code": f"{code}-{provider.id}"})
    data.unlink()


def extend_template(env: api.Environment, xmlid: str, before: str, addition: str, mark: str) -> bool:
    """For migrations: put a passage into the English body of a mail template that nobody has edited since it came.

    :param env: of the superuser, in ``en_US``
    :param before: the text that the ``addition`` is put before, once
    :param mark: what shows that the passage is there already
    :return: whether the template was changed
    """
    template = env.ref(xmlid, raise_if_not_found=False)
    if not template or template.write_uid.id != SUPERUSER_ID:
        return False
    body = str(template.body_html or "")  # Markup would escape what is put in
    if before not in body or mark in body:
        return False
    template.body_html = body.replace(before, addition + before, 1)
    return True


def replace_in_template(env: api.Environment, xmlid: str, old: str, new: str) -> bool:
    """For migrations: an expression in the English body of a mail template that nobody has edited gives way to another.

    :param env: of the superuser, in ``en_US``
    :return: whether the template was changed
    """
    template = env.ref(xmlid, raise_if_not_found=False)
    if not template or template.write_uid.id != SUPERUSER_ID:
        return False
    body = str(template.body_html or "")
    if old not in body:
        return False
    template.body_html = body.replace(old, new)
    return True


def _get_engine_models(env: api.Environment) -> list[str]:
    """Models of the engine itself whose records an addon may bring."""
    own = env["ir.model.data"].search([("module", "=", "support_sla"), ("model", "=", "ir.model")])
    names = env["ir.model"].browse(own.mapped("res_id")).mapped("model")
    return [name for name in names if name.startswith("support.") and name in env]
