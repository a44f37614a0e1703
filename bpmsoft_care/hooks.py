"""What happens once, when BPMSoft's customer care comes and when it goes."""

from odoo import api
from odoo.addons.support_sla.provider_hooks import leave, take_aliases

from .const import ALIASES, PROVIDER


def post_init_hook(env: api.Environment) -> None:
    take_aliases(env, "bpmsoft_care", ALIASES)


def uninstall_hook(env: api.Environment) -> None:
    leave(env, "bpmsoft_care", PROVIDER)
