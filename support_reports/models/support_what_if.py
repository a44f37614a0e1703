from datetime import datetime, time, timedelta
from typing import Any

import pytz
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class SupportWhatIf(models.Model):
    """A question to the past: the tickets of a period, under other rules (R-10).

    It is kept under its name and asked as often as wanted; each answer is a ``support.what.if.run`` with its rules and
    figures frozen. Nothing is written to tickets, facts or promises.
    """

    _name = "support.what.if"
    _description = "What-If"
    _order = "id desc"

    name = fields.Char(required=True, default=lambda self: self.env._("What if …"))
    provider_id = fields.Many2one(
        "support.provider",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["support.provider"].search([], limit=1),
    )
    company_id = fields.Many2one(related="provider_id.company_id", store=True)
    tz = fields.Selection(related="provider_id.tz", string="Days Of")
    date_from = fields.Date(string="From", required=True, default=lambda self: self._get_default_period()[0])
    date_to = fields.Date(string="Until", required=True, default=lambda self: self._get_default_period()[1])
    include_open = fields.Boolean(
        string="Open Promises Too", default=True, help="As they stand at the moment of the run, whenever they began."
    )
    partner_ids = fields.Many2many(
        "res.partner", string="Customers", domain="[('parent_id', '=', False)]", help="Empty: all of them."
    )
    team_ids = fields.Many2many(
        "helpdesk.ticket.team",
        string="Queues",
        domain="[('support_provider_id', '=', provider_id)]",
        help="Empty: all of the provider's.",
    )
    change_ids = fields.One2many("support.what.if.change", "what_if_id", string="Changed Rules", copy=True)
    run_ids = fields.One2many("support.what.if.run", "what_if_id", string="Runs", readonly=True)
    run_count = fields.Integer(compute="_compute_run")
    run_id = fields.Many2one("support.what.if.run", string="Last Run", compute="_compute_run")
    compare_run_id = fields.Many2one(
        "support.what.if.run",
        string="Compare With",
        ondelete="set null",
        copy=False,
        domain="[('provider_id', '=', provider_id), ('state', '=', 'done'), ('id', '!=', run_id)]",
        help="Another run, of this question or another one, whose figures stand beside.",
    )
    state = fields.Selection(
        [("draft", "Not run"), ("running", "Running"), ("done", "Done"), ("cancelled", "Stopped")],
        compute="_compute_run",
    )
    progress = fields.Float(compute="_compute_run")
    result = fields.Json(compute="_compute_result", help="What the last run came to, in the reader's words.")

    @api.model
    def _get_default_period(self):
        first = fields.Date.context_today(self).replace(day=1)
        last = first - timedelta(days=1)
        return last.replace(day=1), last

    def _compute_run(self):
        Run = self.env["support.what.if.run"]
        counts = {}
        for what_if, count, last in Run._read_group(
            [("what_if_id", "in", self.ids)], ["what_if_id"], ["__count", "id:max"]
        ):
            counts[what_if.id] = (count, last)
        for what_if in self:
            count, last = counts.get(what_if._origin.id, (0, False))
            what_if.run_count = count
            what_if.run_id = Run.browse(last)
            what_if.state = what_if.run_id.state or "draft"
            what_if.progress = what_if.run_id.progress if last else 0

    @api.depends("compare_run_id")
    @api.depends_context("lang", "tz", "uid")
    def _compute_result(self):
        for what_if in self:
            run = what_if.run_id
            what_if.result = run._describe(what_if.compare_run_id) if run.state in ("done", "cancelled") else False

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for what_if in self:
            if what_if.date_from > what_if.date_to:
                raise ValidationError(self.env._("The period ends before it begins."))

    # --- what a user does ------------------------------------------------------------------------

    def action_run(self):
        """Replay the tickets in the background."""
        self.ensure_one()
        self.check_access("write")
        if self.state == "running":
            raise UserError(self.env._("This question is being answered just now."))
        self.env["support.what.if.run"]._start(self)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_stop(self):
        """Stop the run; what was counted so far is shown as a part."""
        self.ensure_one()
        return self.run_id.action_stop()

    def action_continue(self):
        """Go on with the run that was stopped."""
        self.ensure_one()
        return self.run_id.action_continue()

    def action_open_runs(self):
        """All answers to this question."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_reports.support_what_if_run_action")
        action["domain"] = [("what_if_id", "=", self.id)]
        return action

    # --- what is asked for -----------------------------------------------------------------------

    def _get_period(self) -> tuple[datetime, datetime]:
        """Begin and end of the period, naive UTC; its days are those of the provider's zone."""
        self.ensure_one()
        zone = pytz.timezone(self.provider_id.tz or "UTC")
        start, stop = (
            zone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None)
            for day in (self.date_from, self.date_to + timedelta(days=1))
        )
        return start, stop

    def _get_clock_domain(self, start: datetime, stop: datetime) -> Domain:
        """The promises whose tickets are replayed: judged in the period, and the open ones if they are wanted."""
        self.ensure_one()
        wanted = Domain("judged", ">=", start) & Domain("judged", "<", stop)
        if self.include_open:
            wanted |= Domain("outcome", "=", "open")
        domain = wanted & Domain("side", "=", "provider") & Domain("provider_id", "=", self.provider_id.id)
        if self.partner_ids:
            domain &= Domain("ticket_id.partner_id", "child_of", self.partner_ids.commercial_partner_id.ids)
        if self.team_ids:
            domain &= Domain("ticket_id.team_id", "in", self.team_ids.ids)
        return domain

    def _get_rules(self) -> list[dict[str, Any]]:
        """The changed rules as plain data, each judged to be complete.

        :raises UserError: what is missing, in words
        """
        self.ensure_one()
        if not self.change_ids:
            raise UserError(self.env._("Say first which rule is to be another one: add a line under “Changed Rules”."))
        return [change._to_rule() for change in self.change_ids]
