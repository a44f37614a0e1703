from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..tools import facts
from .support_time import to_instant


class SupportOutage(models.Model):
    """A time in which the service was down, as a ticket tells it (E-1.9): a row for lists and reports.

    The facts of the ticket are the truth about its begin and its end, and the clock of the metric *recovery* is the
    verdict on the time it took (RTO); here are the minutes of data it cost, judged against what was allowed when it
    was recorded (RPO). Written only by ``helpdesk.ticket._support_record_outage`` and its sisters.
    """

    _name = "support.outage"
    _description = "Outage"
    _order = "began desc, id desc"
    _allow_sudo_commands = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    provider_id = fields.Many2one("support.provider", readonly=True, ondelete="restrict", index=True)
    commercial_partner_id = fields.Many2one(related="ticket_id.commercial_partner_id", string="Customer")
    began = fields.Datetime(required=True, readonly=True)
    restored = fields.Datetime(readonly=True, help="Empty: the service is still down.")
    seconds = fields.Integer(
        string="Length (s)", compute="_compute_seconds", store=True, help="From the begin to the restoration."
    )
    lost_known = fields.Boolean(readonly=True, string="Data Loss Known")
    lost = fields.Integer(string="Data Lost (Minutes)", readonly=True)
    data_judged = fields.Boolean(readonly=True, help="Whether a limit for lost data was promised when it was recorded.")
    allowed = fields.Integer(
        string="Data Lost at Most (Minutes)", readonly=True, help="What was allowed when it was recorded (RPO)."
    )
    data_verdict = fields.Selection(
        [("kept", "Kept"), ("missed", "Missed"), ("unknown", "Not known yet")],
        string="Data (RPO)",
        compute="_compute_data_verdict",
        store=True,
        help="Empty: no limit was promised, or the service is still down.",
    )
    clock_id = fields.Many2one("support.clock", compute="_compute_clock_id", string="Recovery Clock")
    due = fields.Datetime(compute="_compute_clock_id", string="To Be Restored By")
    recovery_verdict = fields.Selection(
        [("running", "Running"), ("kept", "Kept"), ("missed", "Missed")],
        string="Recovery (RTO)",
        compute="_compute_clock_id",
        help="Empty: no time was promised, or it does not count.",
    )
    note = fields.Text(readonly=True)
    void = fields.Boolean(string="Recorded by Mistake", readonly=True)

    # one ticket cannot be down twice at once
    _running_unique = models.UniqueIndex("(ticket_id) WHERE restored IS NULL AND void IS NOT TRUE")

    @api.depends("began", "restored")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        for outage in self:
            began = outage.began and format_datetime(self.env, outage.began, dt_format="short")
            restored = outage.restored and format_datetime(self.env, outage.restored, dt_format="short")
            outage.display_name = f"{began or ''} – {restored or '…'}"

    @api.depends("began", "restored")
    def _compute_seconds(self):
        for outage in self:
            outage.seconds = (outage.restored - outage.began).total_seconds() if outage.restored else 0

    @api.depends("restored", "lost_known", "lost", "data_judged", "allowed")
    def _compute_data_verdict(self):
        for outage in self:
            if not outage.data_judged or not outage.restored:
                outage.data_verdict = False
            elif not outage.lost_known:
                outage.data_verdict = "unknown"
            else:
                outage.data_verdict = "missed" if outage.lost > outage.allowed else "kept"

    def _compute_clock_id(self):
        """The clock that judges it: of the tickets' recovery clocks the last one with its begin."""
        clocks: dict[tuple[int, int], int] = {}
        # what is told on a merged ticket is judged on the one it was merged into, what was over by then on its own
        judges = {ticket.id: ticket._support_get_survivor().id for ticket in self.ticket_id}
        found = self.env["support.clock"].search_fetch(
            Domain("ticket_id", "in", [*judges, *judges.values()])
            & Domain("metric", "=", "recovery")
            & Domain("ending", "!=", "superseded"),
            ["ticket_id", "start", "deadline", "breached", "state", "hold"],
            order="grade, id",
        )
        for clock in found:
            clocks[(clock.ticket_id.id, to_instant(clock.start))] = clock.id
        for outage in self:
            clock = found.browse()
            if outage.began and not outage.void:
                began, own = to_instant(outage.began), outage.ticket_id.id
                clock = found.browse(clocks.get((judges.get(own, 0), began)) or clocks.get((own, began), []))
            outage.clock_id = clock
            outage.due = clock.deadline
            if clock.breached:
                outage.recovery_verdict = "missed"
            elif clock.state == facts.DONE and not clock.hold:
                outage.recovery_verdict = "kept"
            elif clock.state in facts.LIVE and not clock.hold:
                outage.recovery_verdict = "running"
            else:
                outage.recovery_verdict = False
