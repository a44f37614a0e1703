"""Name and levels of the incident form (J-9), on a provider that was there before the form was."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    provider = env.ref("judopay_priorities.provider", raise_if_not_found=False)
    if not provider:
        return
    if not provider.form_title:
        provider.form_title = "Incident form"
    if not provider.form_priority_ids:
        levels = (
            env.ref(f"judopay_priorities.priority_ps{number}", raise_if_not_found=False) for number in range(1, 5)
        )
        provider.form_priority_ids = [level.id for level in levels if level]
