"""Judopay promises that no data is lost (J-18)."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Judge lost data where nobody has said otherwise yet: the setting is new.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    provider = env.ref("judopay_priorities.provider", raise_if_not_found=False)
    if provider and not provider.data_loss_judged and not provider.data_loss_minutes:
        provider.data_loss_judged = True
