"""What happens once, when 360dialog's support comes and when it goes."""

from odoo import api
from odoo.addons.support_sla.provider_hooks import leave, take_aliases

from .const import ALIASES, PROVIDER


def post_init_hook(env: api.Environment) -> None:
    take_aliases(env, "dialog360_support", ALIASES)


def uninstall_hook(env: api.Environment) -> None:
    leave(env, "dialog360_support", PROVIDER)
