"""What happens once, when Judopay comes and when it goes."""

from odoo import api, fields
from odoo.addons.support_sla.provider_hooks import leave, take_aliases

from .const import ALIASES, PROVIDER


def post_init_hook(env: api.Environment) -> None:
    year = fields.Date.today().year
    env.ref("judopay_priorities.calendar_london")._sla_fill_holidays([year, year + 1])
    take_aliases(env, "judopay_priorities", ALIASES)


def uninstall_hook(env: api.Environment) -> None:
    leave(env, "judopay_priorities", PROVIDER)
