"""Confirmations of receipt say when somebody answers as the portal says it, without seconds."""

from odoo import SUPERUSER_ID, api
from odoo.addons.support_sla.provider_hooks import replace_in_template

OLD = "format_datetime(object.support_next_due, tz=object.support_provider_id.tz or 'UTC', dt_format='full')"


def migrate(cr, version):
    """The mail is changed where nobody edited it.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
    replace_in_template(env, "plastek_catalog.mail_template_acknowledgement", OLD, "object._support_say_due()")
