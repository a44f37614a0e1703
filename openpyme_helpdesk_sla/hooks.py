"""What happens once, when OpenPyme comes and when it goes."""

from odoo import api
from odoo.addons.support_sla.provider_hooks import leave, take_aliases

from .const import ALIASES, PROVIDER


def post_init_hook(env: api.Environment) -> None:
    take_aliases(env, "openpyme_helpdesk_sla", ALIASES)


def uninstall_hook(env: api.Environment) -> None:
    leave(env, "openpyme_helpdesk_sla", PROVIDER)
