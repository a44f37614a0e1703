from datetime import datetime

from .common import SupportCase, utc

#: Monday of the invented week
MORNING = "2026-03-02 09:00"
EDIT = "2026-03-02 10:00"


class RulesCase(SupportCase):
    """Rules that change under open promises; the work that a scheduled action does is done by :meth:`work`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.flush()  # what the calendar says now is what was kept first

    def edit(self, record, moment: str, vals: dict, user=None):
        """What a manager saves at ``moment``, to the end of the transaction."""
        self.at(record.with_user(user or self.manager), moment).write(vals)
        self.env.cr.flush()

    def close_day(self, day: str, moment: str, calendar=None, name="Stock-taking"):
        """The manager enters an exception day on which nobody works."""
        calendar = calendar or self.calendar
        self.at(self.env["support.calendar.exception"].with_user(self.manager), moment).create(
            {"calendar_id": calendar.id, "date": day, "kind": "closed", "name": name}
        )
        self.env.cr.flush()

    def change(self, **values):
        """The last change of rules with these values."""
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env["support.recompute"].search(domain, limit=1)

    def work(self, moment: str | datetime, size: int = 200) -> int:
        """What the scheduled action does, without its commits; the number of batches."""
        moment = utc(moment) if isinstance(moment, str) else moment
        Change = self.env["support.recompute"].sudo().with_context(support_now=moment)
        for count in range(1000):
            if not Change._work(moment, size):
                return count
        raise AssertionError("The work never ends")

    def rows(self, domain):
        """Clocks as they are stored, column by column."""
        self.env.flush_all()
        ids = self.env["support.clock"].search(domain).ids
        self.env.cr.execute("SELECT * FROM support_clock WHERE id = ANY(%s) ORDER BY id", (ids,))
        return self.env.cr.dictfetchall()

    def told(self, change):
        """The lines of a change, to be compared: what the preview says and what happened."""
        return sorted(
            (line.ticket_id.id, line.metric, line.old_due, line.new_due, line.late, line.what)
            for line in self.env["support.recompute.line"].search([("recompute_id", "=", change.id)])
        )
