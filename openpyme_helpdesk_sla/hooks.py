"""What happens once, when OpenPyme comes and when it goes."""

from odoo import Command, api
from odoo.addons.support_sla.provider_hooks import leave, take_aliases

from .const import ALIASES, PROVIDER


def post_init_hook(env: api.Environment) -> None:
    take_aliases(env, "openpyme_helpdesk_sla", ALIASES)
    _make_project(env)


def _make_project(env: api.Environment) -> None:
    """A project for the tasks of changes: without an XML id, because it stays with its tasks when the addon goes."""
    provider = env.ref("openpyme_helpdesk_sla.provider")
    if not provider.openpyme_project_id:
        provider.openpyme_project_id = env["project.project"].create(
            {
                "name": env._("Changes of OpenPyme's clients"),
                "company_id": False,
                "privacy_visibility": "employees",
                "type_ids": [
                    Command.create({"name": name, "sequence": sequence})
                    for sequence, name in enumerate((env._("To Do"), env._("In Progress"), env._("Review")), 1)
                ],
            }
        )


def uninstall_hook(env: api.Environment) -> None:
    leave(env, "openpyme_helpdesk_sla", PROVIDER)
