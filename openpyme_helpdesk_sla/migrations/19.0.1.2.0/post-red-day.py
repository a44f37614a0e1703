"""Lists of former mornings are written down ticket by ticket (R-8)."""

from odoo import SUPERUSER_ID, api

#: mornings at a time
BATCH = 100


def migrate(cr, version):
    """Whose a ticket was then was not kept: it is taken for that of who leads the account now.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    Day = env["openpyme.red.day"]
    known = {daily.id for (daily,) in Day._read_group([], ["list_id"])}
    cr.execute("SELECT id FROM openpyme_daily_list ORDER BY id")
    left = [list_id for (list_id,) in cr.fetchall() if list_id not in known]
    for start in range(0, len(left), BATCH):
        Day._note(env["openpyme.daily.list"].browse(left[start : start + BATCH]))
