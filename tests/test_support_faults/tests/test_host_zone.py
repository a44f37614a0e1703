import os
from datetime import timedelta

from .common import SWEEP, FaultCase
from .server import Workshop

#: A ticket raised at what the server takes for now.
RAISE = """
    Ticket = env["helpdesk.ticket"]
    ticket = Ticket.create(
        {"name": "New", "description": "Here.", "team_id": int(env["ir.config_parameter"].get_param("faults.team"))}
    )
    env.flush_all()
    result = ticket.id
"""


class TestHostZone(FaultCase):
    """Server and database stand in countries far from UTC; the promises are in minutes."""

    tickets = 4
    ago = timedelta(minutes=7)  # acknowledged within 5 minutes: late; first response within 10: not yet

    def workshop(self, zone: str) -> Workshop:
        """A process whose host is in ``zone``."""
        before = os.environ.get("TZ")
        os.environ["TZ"] = zone
        try:
            return Workshop(self.database)
        finally:
            if before is None:
                del os.environ["TZ"]
            else:
                os.environ["TZ"] = before

    def test_far_from_utc(self):
        """F-9: with the host's zone fourteen hours ahead or ten behind, and the database's another, the sweep of a real
        process finds what is due and nothing else, each once, and a new ticket is raised now"""
        for zone, database_zone in (("Pacific/Kiritimati", "America/Mexico_City"), ("Pacific/Honolulu", "Asia/Tokyo")):
            with self.subTest(zone=zone):
                self.database.copy_from(self.seed.name)
                self.database.administer(f"ALTER DATABASE \"{self.database.name}\" SET timezone = '{database_zone}'")
                self.database.disconnect()
                shop = self.workshop(zone)
                try:
                    for _again in range(2):
                        shop.run(SWEEP)
                    found = shop.run(RAISE)
                finally:
                    shop.close()
                sql = self.database.sql
                self.assertEqual(
                    sql("SELECT metric, count(*) FROM support_clock WHERE breached IS NOT NULL GROUP BY metric"),
                    [("acknowledged", self.tickets)],
                )
                self.assertEqual(
                    sql("SELECT count(*) FROM support_clock WHERE breached != deadline"), [(0,)], "at its deadline"
                )
                self.assertEqual(self.count_due(), 0)
                self.assertEachStepOnce(0)
                ((age, first),) = sql(
                    """SELECT abs(extract(epoch FROM now() AT TIME ZONE 'UTC' - support_raised)) < 120,
                              support_next_due - support_raised
                       FROM helpdesk_ticket WHERE id = %s""",
                    found,
                )
                self.assertTrue(age, "raised now, in UTC")
                self.assertEqual(first, timedelta(minutes=5))
