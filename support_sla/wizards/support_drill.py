from datetime import datetime, time, timedelta
from typing import Any

import pytz
from odoo import api, fields, models
from odoo.tools import format_datetime

from ..models.support_drill_run import rehearse
from ..models.support_time import to_instant
from ..tools.rehearsal import Scenario

#: the hour of the presets: when nobody is at a desk
NIGHT = time(2, 0)


class SupportDrill(models.TransientModel):
    """“A PS1 is raised at 02:00 on a bank holiday”: who is told at which minute, and where nobody would be (E-5.5).

    Reckoned anew whenever an answer changes; nothing is sent, and no ticket is stored.
    """

    _name = "support.drill"
    _description = "Escalation Drill"

    provider_id = fields.Many2one(
        "support.provider",
        required=True,
        default=lambda self: self.env["support.provider"].search([], limit=1),
    )
    tz = fields.Selection(related="provider_id.tz")
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Queue",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        domain="[('support_provider_id', '=', provider_id)]",
    )
    priority_id = fields.Many2one(
        "support.priority",
        compute="_compute_priority_id",
        store=True,
        readonly=False,
        domain="[('provider_id', '=', provider_id)]",
    )
    service_id = fields.Many2one(
        "support.service",
        compute="_compute_of_provider",
        store=True,
        readonly=False,
        domain="[('provider_id', '=', provider_id)]",
    )
    category_id = fields.Many2one("helpdesk.ticket.category")
    channel_id = fields.Many2one("helpdesk.ticket.channel")
    partner_id = fields.Many2one("res.partner", string="Customer")
    commercial_partner_id = fields.Many2one(related="partner_id.commercial_partner_id")
    entitlement_id = fields.Many2one(
        "support.entitlement",
        compute="_compute_of_provider",
        store=True,
        readonly=False,
        domain="[('provider_id', '=', provider_id), ('commercial_partner_id', '=?', commercial_partner_id)]",
        help="Empty: the one in force for the customer.",
    )
    plan_id = fields.Many2one(
        "support.plan",
        compute="_compute_of_provider",
        store=True,
        readonly=False,
        domain="[('provider_id', '=', provider_id)]",
        help="Only for customers without entitlement: what if they had this plan?",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assigned To",
        domain="[('share', '=', False)]",
        help="A new ticket is usually assigned to nobody.",
    )
    preset = fields.Selection(
        [
            ("now", "Now"),
            ("night", "The coming night, 02:00"),
            ("holiday", "The next holiday, 02:00"),
            ("moment", "Another moment"),
        ],
        string="Raised",
        default="night",
        required=True,
        help="By the provider's clock and calendar.",
    )
    moment = fields.Datetime(compute="_compute_moment", store=True, readonly=False, required=True)
    moment_text = fields.Char(string="At the Provider's", compute="_compute_moment_text")
    # --- what people do about it
    response_minutes = fields.Integer(
        string="First Response After (Minutes)", help="0: nobody answers the customer in this drill."
    )
    wait_minutes = fields.Integer(
        string="Waits for the Customer After (Minutes)", help="0: it never waits for the customer."
    )
    answer_minutes = fields.Integer(
        string="The Customer Answers After (Minutes)", help="Counted from the raising. 0: never."
    )
    acknowledge_step = fields.Integer(
        string="Acknowledged at Step", help="Whoever is told by so many-th step takes charge. 0: nobody does."
    )
    result = fields.Json(compute="_compute_result")

    _minutes_check = models.Constraint(
        "CHECK(response_minutes >= 0 AND wait_minutes >= 0 AND answer_minutes >= 0 AND acknowledge_step >= 0)",
        "Minutes and steps are counted from 0.",
    )

    @api.depends("provider_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for drill in self:
            drill.display_name = self.env._("Drill: %s", drill.provider_id.name or "")

    @api.depends("provider_id")
    def _compute_team_id(self):
        for drill in self:
            if drill.team_id.support_provider_id != drill.provider_id or not drill.team_id:
                drill.team_id = drill.provider_id.team_ids[:1]

    @api.depends("provider_id", "service_id")
    def _compute_priority_id(self):
        for drill in self:
            provider = drill.provider_id
            if not drill.priority_id or drill.priority_id.provider_id != provider:
                # the most urgent one is what one drills for
                drill.priority_id = provider.priority_ids[:1]

    @api.depends("provider_id")
    def _compute_of_provider(self):
        for drill in self:
            for name in ("service_id", "entitlement_id", "plan_id"):
                if drill[name].provider_id != drill.provider_id:
                    drill[name] = False

    @api.depends("preset", "provider_id")
    def _compute_moment(self):
        now = self.env["support.event"]._now()
        for drill in self:
            chosen = drill._get_preset(now)
            if chosen or not drill.moment:
                drill.moment = chosen or now

    def _get_preset(self, now: datetime) -> datetime | None:
        """The moment that a preset means, naive UTC; None: it names none."""
        self.ensure_one()
        if self.preset == "now":
            return now
        if self.preset == "moment":
            return None
        zone = pytz.timezone(self.provider_id.tz or "UTC")
        local = pytz.utc.localize(now).astimezone(zone)
        day = local.date() if local.time() < NIGHT else local.date() + timedelta(days=1)
        if self.preset == "holiday":
            day = self._find_holiday(day)
        if day is None:
            return None
        return zone.localize(datetime.combine(day, NIGHT)).astimezone(pytz.utc).replace(tzinfo=None)

    def _find_holiday(self, day):
        """The first date from ``day`` on that would be a working day but is shut, within two years."""
        hours = self.provider_id.calendar_id._sla_hours()
        return next(
            (
                date
                for date in (day + timedelta(days=number) for number in range(731))
                if hours.usual_openings(date) and hours.is_shut_all_day(date)
            ),
            None,
        )

    @api.depends("moment", "provider_id")
    @api.depends_context("lang")
    def _compute_moment_text(self):
        for drill in self:
            zone = drill.provider_id.tz or "UTC"
            shape = "EEE d MMM y, HH:mm"
            text = format_datetime(self.env, drill.moment, tz=zone, dt_format=shape) if drill.moment else ""
            drill.moment_text = f"{text} ({zone})" if text else ""

    @api.depends(
        "provider_id",
        "team_id",
        "priority_id",
        "service_id",
        "category_id",
        "channel_id",
        "partner_id",
        "entitlement_id",
        "plan_id",
        "user_id",
        "preset",
        "moment",
        "response_minutes",
        "wait_minutes",
        "answer_minutes",
        "acknowledge_step",
    )
    @api.depends_context("lang", "tz", "uid")
    def _compute_result(self):
        Report = self.env["support.drill.report"]
        for drill in self:
            if not (drill.provider_id and drill.moment):
                drill.result = False
                continue
            drill.result = Report._describe(drill, drill._rehearse())

    def _rehearse(self):
        """Rehearse what was chosen.

        :rtype: ..models.support_drill_run.DrillRun
        """
        self.ensure_one()
        # ids of what is chosen, also while the form is being filled in
        chosen = {
            "team_id": self.team_id,
            "support_priority_id": self.priority_id,
            "support_service_id": self.service_id,
            "category_id": self.category_id,
            "channel_id": self.channel_id,
            "partner_id": self.partner_id,
            "support_entitlement_id": self.entitlement_id,
            "support_plan_id": self.plan_id,
            "user_id": self.user_id,
        }
        values: dict[str, Any] = {name: record._origin.id for name, record in chosen.items()}
        if not values["support_priority_id"]:
            del values["support_priority_id"]  # as for a ticket that names none
        values["name"] = self.env._("Drill")
        if self.team_id.company_id:
            values["company_id"] = self.team_id.company_id.id
        if self.entitlement_id and not self.partner_id:
            values["partner_id"] = self.entitlement_id._origin.partner_id.id
        start = self.moment.replace(microsecond=0)
        return rehearse(self.env, values, start, self._get_scenario(start))

    def _get_scenario(self, start: datetime) -> Scenario:
        def after(minutes: int) -> int | None:
            return to_instant(start) + max(minutes, 0) * 60 if minutes > 0 else None

        return Scenario(
            response=after(self.response_minutes),
            wait=after(self.wait_minutes),
            answer=after(max(self.answer_minutes, self.wait_minutes)) if self.answer_minutes > 0 else None,
            acknowledge=max(self.acknowledge_step, 0),
        )
