"""The operations manager answers for the monthly report (J-19), in databases that were there before it."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Name the role on the provider where nobody named one.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    provider = env.ref("judopay_priorities.provider", raise_if_not_found=False)
    manager = env.ref("judopay_priorities.role_operations_manager", raise_if_not_found=False)
    if provider and manager and not provider.report_role_id:
        provider.report_role_id = manager
