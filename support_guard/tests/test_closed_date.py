from odoo.tests import tagged

from ..hooks import _clear_stale_closed_dates
from .common import GuardCase


@tagged("post_install", "-at_install")
class TestClosedDate(GuardCase):
    def test_reopened_by_hand(self):
        """G-10: a reopened ticket has no closing date."""
        ticket = self.alder_ticket
        ticket.stage_id = self.stage_done
        self.assertTrue(ticket.closed_date)
        ticket.stage_id = self.stage_open
        self.assertFalse(ticket.closed_date)
        ticket.stage_id = self.stage_secret
        self.assertTrue(ticket.closed_date)

    def test_team_has_other_stages(self):
        """G-10: the same when the stage follows from another team."""
        closing, opening = self.env["helpdesk.ticket.team"].create([{"name": "Closing team"}, {"name": "Opening team"}])
        self.env["helpdesk.ticket.stage"].create(
            [
                {
                    "name": "Closed at once",
                    "sequence": -20,
                    "closed": True,
                    "team_ids": closing.ids,
                },
                {"name": "Open", "sequence": -20, "team_ids": opening.ids},
            ]
        )
        ticket = self.alder_ticket
        ticket.team_id = closing
        self.assertTrue(ticket.closed)
        self.assertTrue(ticket.closed_date)
        ticket.team_id = opening
        self.assertFalse(ticket.closed)
        self.assertFalse(ticket.closed_date)

    def test_made_closed(self):
        """G-10: a ticket that is made in a closed stage has a date, one that was given
        is kept.
        """
        partner = self.alder_user.partner_id
        ticket = self.make_ticket("Done", partner, stage_id=self.stage_done.id)
        self.assertTrue(ticket.closed_date)
        ticket = self.make_ticket(
            "Imported",
            partner,
            stage_id=self.stage_done.id,
            closed_date="2020-02-02 02:02:02",
        )
        self.assertEqual(str(ticket.closed_date), "2020-02-02 02:02:02")
        ticket.name = "Renamed"
        self.assertEqual(str(ticket.closed_date), "2020-02-02 02:02:02")

    def test_tickets_from_before(self):
        """G-10: installing the addon clears the dates of tickets reopened before."""
        self.env.flush_all()
        self.cr.execute(
            "UPDATE helpdesk_ticket SET closed_date = now() WHERE id = %s",
            self.alder_ticket.ids,
        )
        _clear_stale_closed_dates(self.env)
        self.assertFalse(self.alder_ticket.closed_date)

    def test_indexes(self):
        """G-10: contact, customer, company and creation date are indexed."""
        self.cr.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'helpdesk_ticket'")
        definitions = " ".join(row[0] for row in self.cr.fetchall())
        for column in (
            "partner_id",
            "commercial_partner_id",
            "company_id",
            "create_date",
        ):
            with self.subTest(column=column):
                self.assertIn(f"({column})", definitions)
