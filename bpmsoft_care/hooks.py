"""What happens once, when BPMSoft's customer care comes and when it goes."""

from odoo import api
from odoo.addons.support_sla.provider_hooks import leave, take_aliases

from .const import ALIASES, PROVIDER


def post_init_hook(env: api.Environment) -> None:
    take_aliases(env, "bpmsoft_care", ALIASES)


def uninstall_hook(env: api.Environment) -> None:
    wipe_secrets(env)
    leave(env, "bpmsoft_care", PROVIDER)


def wipe_secrets(env: api.Environment) -> None:
    """No password of a client stays behind, not even sealed; the tickets say so (B-9)."""
    tickets = env["bpmsoft.secret"].search([("state", "=", "kept")]).ticket_id
    tickets._bpmsoft_wipe_secrets("uninstalled")
    for ticket in tickets:
        ticket._message_log(
            body=env._("The passwords kept on this request were removed with the addon that kept them.")
        )
