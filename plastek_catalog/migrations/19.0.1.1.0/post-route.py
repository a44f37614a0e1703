"""From what service and role of a request were derived (P-2) is kept now: open requests get it as they are."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Without it the next change of queue would derive service and role anew, whatever an agent has chosen.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    domain = [("support_provider_id.code", "=", "plastek"), ("closed", "=", False)]
    last = 0
    while tickets := env["helpdesk.ticket"].search([*domain, ("id", ">", last)], order="id", limit=500):
        for ticket in tickets:
            ticket._plastek_keep_route()
        last = tickets[-1].id
        env.flush_all()
        env.invalidate_all()
