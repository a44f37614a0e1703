import logging
from datetime import date, datetime, timedelta
from typing import Any

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import float_compare

_logger = logging.getLogger(__name__)

#: what an agreement says, and an entitlement that hangs on it therefore does not
FROM_AGREEMENT = ("partner_id", "company_id", "date_start", "date_end")


class SupportEntitlement(models.Model):
    """What a customer has bought from a provider, and for how long (E-6.1, E-6.2).

    One that hangs on an agreement has its customer, its company and its dates from there: the agreement is
    prolonged, ended or archived, and the entitlement with it.
    """

    _name = "support.entitlement"
    _description = "Support Entitlement"
    _inherit = ["mail.thread", "support.used.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, readonly=False, required=True, precompute=True)
    active = fields.Boolean(default=True)
    provider_id = fields.Many2one("support.provider", required=True, ondelete="restrict", index=True, tracking=True)
    agreement_id = fields.Many2one(
        "agreement",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        domain="[('is_template', '=', False)]",
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="The contract it comes from: customer and dates are those of the contract.",
    )
    agreement_code = fields.Char(related="agreement_id.code", string="Agreement Code", groups="base.group_user")
    company_id = fields.Many2one(
        "res.company", compute="_compute_from_agreement", store=True, readonly=False, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_from_agreement",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        index=True,
        tracking=True,
    )
    commercial_partner_id = fields.Many2one(
        "res.partner", compute="_compute_commercial_partner_id", store=True, index=True, string="Customer Company"
    )
    plan_id = fields.Many2one("support.plan", domain="[('provider_id', '=', provider_id)]", tracking=True)
    date_start = fields.Date(
        string="From",
        compute="_compute_from_agreement",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    date_end = fields.Date(
        string="Until",
        compute="_compute_from_agreement",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Last day in force. Empty: until further notice.",
    )
    is_void = fields.Boolean(
        compute="_compute_from_agreement",
        store=True,
        precompute=True,
        string="Never in Force",
        help="Its agreement was archived before it began.",
    )
    reminded_end = fields.Date(copy=False, readonly=True, help="The end that somebody was reminded of.")
    tier_ids = fields.Many2many(
        "support.tier",
        string="Extra Services",
        domain="[('provider_id', '=', provider_id), ('coverage', '=', 'extra')]",
        help="Support levels that this customer has bought beside those of the plan.",
    )
    contact_ids = fields.Many2many(
        "res.partner",
        string="Authorised Contacts",
        help="Who may raise requests. Empty: everybody of the customer.",
    )
    account_leader_id = fields.Many2one("res.users", domain="[('share', '=', False)]", tracking=True)
    success_manager_id = fields.Many2one("res.users", domain="[('share', '=', False)]", tracking=True)
    monthly_hours = fields.Float(
        compute="_compute_monthly_hours",
        store=True,
        readonly=False,
        help="Hours included each month; 0: not limited.",
    )
    hours_used = fields.Float(
        string="Hours Used This Month",
        compute="_compute_hours",
        help="Recorded on tickets since the first of the month.",
    )
    hours_left = fields.Float(string="Hours Left This Month", compute="_compute_hours")
    hours_share = fields.Float(
        string="Hours Used (%)", compute="_compute_hours", help="Of the hours included; above 100 when they are over."
    )
    usage_ids = fields.One2many("support.entitlement.usage", "entitlement_id", string="Hours")
    work_limit = fields.Integer(
        string="Worked On at Once",
        tracking=True,
        help="Tickets of this customer that are worked on at once, in queues that leave it to the entitlement. "
        "0: as the queue says.",
    )
    has_lane_limit = fields.Boolean(compute="_compute_has_lane_limit")
    note = fields.Html()
    is_in_force = fields.Boolean(compute="_compute_is_in_force", search="_search_is_in_force", string="In Force")
    standing = fields.Selection(
        [("upcoming", "Not yet"), ("in_force", "In force"), ("ending", "Expiring soon"), ("over", "Over")],
        compute="_compute_is_in_force",
        help="Expiring soon: within the days that the provider is reminded ahead.",
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count")

    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)", "An entitlement cannot end before it starts."
    )
    _work_limit_check = models.Constraint(
        "CHECK(work_limit >= 0)", "The number of tickets worked on at once cannot be negative."
    )
    _monthly_hours_check = models.Constraint("CHECK(monthly_hours >= 0)", "Hours cannot be negative.")

    @api.depends(
        "agreement_id.partner_id",
        "agreement_id.company_id",
        "agreement_id.start_date",
        "agreement_id.end_date",
        "agreement_id.active",
    )
    def _compute_from_agreement(self):
        for entitlement in self:
            agreement = entitlement.agreement_id
            today = entitlement._get_today()
            start = agreement.start_date or entitlement.date_start or today
            end = agreement.end_date if agreement else entitlement.date_end
            void = False
            if agreement and not agreement.active:
                # over since yesterday, or since it was archived; one that had not begun never was in force
                ends = (end, entitlement.date_end, today - timedelta(days=1))
                end = min(day for day in ends if day)
                void = entitlement.is_void or start > end
                end = max(start, end)
            entitlement.partner_id = agreement.partner_id or entitlement.partner_id
            company = agreement.company_id if agreement else entitlement.company_id
            if not agreement and not company and not entitlement._origin:
                company = self.env.company  # one that is stored for all companies stays so
            entitlement.company_id = company
            entitlement.date_start = start
            entitlement.date_end = end
            entitlement.is_void = void
        # what an agreement changes passes through no write() of ours
        self.env.registry.clear_cache()

    def _get_today(self) -> date:
        """The provider's own date."""
        self.ensure_one()
        now = self.env["support.event"]._now()
        zone = self.provider_id.tz or self.env.user.tz or "UTC"
        return fields.Datetime.context_timestamp(self.with_context(tz=zone), now).date()

    @api.depends("provider_id", "partner_id", "plan_id")
    def _compute_name(self):
        for entitlement in self:
            parts = (entitlement.partner_id.name, entitlement.provider_id.name, entitlement.plan_id.name)
            entitlement.name = " · ".join(part for part in parts if part) or self.env._("New entitlement")

    @api.depends("partner_id.commercial_partner_id")
    def _compute_commercial_partner_id(self):
        for entitlement in self:
            entitlement.commercial_partner_id = entitlement.partner_id.commercial_partner_id
        # a customer that became part of another company passes through no write() of ours
        self.env.registry.clear_cache()

    @api.depends("plan_id")
    def _compute_monthly_hours(self):
        for entitlement in self:
            entitlement.monthly_hours = entitlement.plan_id.monthly_hours or entitlement.monthly_hours

    @api.depends("usage_ids.hours", "usage_ids.date", "monthly_hours")
    def _compute_hours(self):
        used = self._get_hours_used(fields.Date.context_today(self))
        for entitlement in self:
            hours = used.get(entitlement._origin.id, 0.0)
            included = entitlement.monthly_hours
            entitlement.hours_used = hours
            entitlement.hours_left = max(included - hours, 0.0) if included else 0.0
            entitlement.hours_share = 100 * hours / included if included else 0.0

    def _get_hours_used(self, day: date) -> dict[int, float]:
        """Hours recorded in the month of ``day``, by entitlement id; nothing is carried over to the next."""
        first = day.replace(day=1)
        following = (first + timedelta(days=31)).replace(day=1)
        groups = self.env["support.entitlement.usage"]._read_group(
            [("entitlement_id", "in", self._origin.ids), ("date", ">=", first), ("date", "<", following)],
            ["entitlement_id"],
            ["hours:sum"],
        )
        return {entitlement.id: hours for entitlement, hours in groups}

    @api.model
    def _get_coverage(self, entitlement, kind, *, plan=None, day: date | None = None, used: float | None = None) -> str:
        """P-3: what ``entitlement`` says about a ``kind`` of request; all in superuser mode.

        :param plan: the plan that counts, if it is not the entitlement's own
        :param day: whose month's hours count; today by default
        :param used: the hours of that month, where the caller knows them
        :return: ``included``, ``extra`` (offered and charged apart) or ``none`` (without an entitlement)
        """
        if not entitlement:
            return "none"
        tier = kind.tier_id
        plan = entitlement.plan_id if plan is None else plan
        if tier.coverage == "extra" and tier not in entitlement.tier_ids | plan.tier_ids:
            return "extra"
        if kind.counts_hours and entitlement.monthly_hours:
            if used is None:
                used = entitlement._get_hours_used(day or entitlement._get_today()).get(entitlement.id, 0.0)
            if float_compare(used, entitlement.monthly_hours, precision_digits=4) >= 0:
                return "extra"
        return "included"

    @api.depends("active", "date_start", "date_end", "is_void")
    def _compute_is_in_force(self):
        for entitlement in self:
            today = entitlement._get_today()
            start, end = entitlement.date_start, entitlement.date_end
            if not entitlement.active or entitlement.is_void or (end and end < today):
                standing = "over"
            elif not start or start > today:
                standing = "upcoming"
            elif end and end <= today + timedelta(days=entitlement.provider_id.entitlement_reminder_days):
                standing = "ending"
            else:
                standing = "in_force"
            entitlement.standing = standing
            entitlement.is_in_force = standing in ("in_force", "ending")

    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domain = (
            Domain("date_start", "<=", today)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", today))
            & Domain("is_void", "=", False)
        )
        return domain if True in value else ~domain

    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("support_entitlement_id", "in", self.ids)], ["support_entitlement_id"], ["__count"]
            )
        )
        for entitlement in self:
            entitlement.ticket_count = counts.get(entitlement, 0)

    def action_open_tickets(self):
        """The tickets that were raised under it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_ticket_action")
        action["domain"] = [("support_entitlement_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.partner_id.id}
        return action

    @api.constrains("agreement_id", *FROM_AGREEMENT)
    def _check_agreement(self):
        """What comes from an agreement is changed there, and nowhere else."""
        # sudo: whoever may edit entitlements need not see every agreement
        for entitlement in self.sudo().filtered("agreement_id"):
            agreement = entitlement.agreement_id
            wanted: dict[str, Any] = {"company_id": agreement.company_id}
            if agreement.partner_id:
                wanted["partner_id"] = agreement.partner_id
            if agreement.start_date:
                wanted["date_start"] = agreement.start_date
            if agreement.active:
                wanted["date_end"] = agreement.end_date
            for name, value in wanted.items():
                if entitlement[name] != value:
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” comes from the agreement %(agreement)s: change it there.",
                            field=entitlement._fields[name]._description_string(self.env),
                            agreement=agreement.display_name,
                        )
                    )

    @api.constrains("plan_id", "provider_id")
    def _check_plan(self):
        for entitlement in self:
            if entitlement.plan_id and entitlement.plan_id.provider_id != entitlement.provider_id:
                raise ValidationError(
                    self.env._(
                        "The plan “%(plan)s” is not one of %(provider)s.",
                        plan=entitlement.plan_id.name,
                        provider=entitlement.provider_id.name,
                    )
                )

    @api.constrains("contact_ids", "partner_id")
    def _check_contacts(self):
        for entitlement in self:
            strangers = entitlement.contact_ids.filtered(
                lambda contact, customer=entitlement.commercial_partner_id: contact.commercial_partner_id != customer
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(contacts)s cannot be authorised: not a contact of %(customer)s.",
                        contacts=", ".join(strangers.mapped("display_name")),
                        customer=entitlement.commercial_partner_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        entitlements = super().create(vals_list)
        self.env.registry.clear_cache()
        entitlements._settle_lanes()
        return entitlements

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        if not self._get_lane_fields().isdisjoint(vals):
            self._settle_lanes()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.depends("provider_id")
    def _compute_has_lane_limit(self):
        deciding = (
            self.env["support.lane"]
            .sudo()
            .search([("by_entitlement", "=", True), ("provider_id", "in", self.provider_id.ids)])
            .provider_id
        )
        for entitlement in self:
            entitlement.has_lane_limit = entitlement.provider_id in deciding

    @api.model
    def _get_lane_fields(self) -> frozenset[str]:
        """Fields a change of which may change how many tickets are worked on at once. **Hook** (O-10)."""
        return frozenset({"work_limit", "active", "date_start", "date_end", "partner_id", "provider_id"})

    def _settle_lanes(self):
        """Whoever may begin now, or may not any more, is told so in the queues of these customers."""
        # sudo: the queues are written by the recorder only
        accounts = (
            self.env["support.lane.account"]
            .sudo()
            .search(
                [
                    ("lane_id.provider_id", "in", self.provider_id.ids),
                    ("partner_id", "in", self.commercial_partner_id.ids),
                ]
            )
        )
        accounts._settle()

    @api.model
    @tools.ormcache("provider_id", "commercial_id")
    def _get_periods(self, provider_id: int, commercial_id: int) -> tuple[tuple[int, date, date | None, int], ...]:
        """Entitlements of a customer: ``(id, from, until, plan id)``, the latest start first."""
        return tuple(
            (entitlement.id, entitlement.date_start, entitlement.date_end or None, entitlement.plan_id.id)
            for entitlement in self.sudo()
            .with_context(active_test=True)
            .search(
                [
                    ("provider_id", "=", provider_id),
                    ("commercial_partner_id", "=", commercial_id),
                    ("is_void", "=", False),
                ]
            )
        )

    def _belongs_to(self, provider_id: int, commercial_id: int) -> bool:
        """Whether it is one of this customer with this provider, in force or not."""
        self.ensure_one()
        return self.provider_id.id == provider_id and self.commercial_partner_id.id == commercial_id

    @api.model
    def _find(self, provider_id: int, commercial_id: int, day: date):
        """The entitlement in force on ``day`` (the provider's own date), or an empty record (E-6.1)."""
        for entitlement_id, start, end, _plan in self._get_periods(provider_id, commercial_id):
            if start <= day and (end is None or day <= end):
                return self.browse(entitlement_id)
        return self.browse()

    # --- before it ends ----------------------------------------------------------------------------

    @api.model
    def _cron_remind_of_end(self):
        """Scheduled action: remind whoever looks after the customer, once for each end (E-6.1)."""
        now = self.env["support.event"]._now()
        for provider in self.env["support.provider"].search([("entitlement_reminder_days", ">", 0)]):
            ending = self.search(
                [
                    ("provider_id", "=", provider.id),
                    ("is_void", "=", False),
                    ("date_end", "!=", False),
                    ("date_end", "<=", now.date() + timedelta(days=provider.entitlement_reminder_days + 1)),
                    ("date_end", ">=", now.date() - timedelta(days=1)),
                ]
            )
            for entitlement in ending:
                try:
                    with self.env.cr.savepoint():
                        entitlement._remind_of_end(now)
                except Exception as error:  # noqa: BLE001  one bad row must not stop the others
                    _logger.warning("Nobody could be reminded of the end of entitlement %s: %s", entitlement.id, error)

    def _remind_of_end(self, now: datetime):
        self.ensure_one()
        today, end = self.with_context(support_now=now)._get_today(), self.date_end
        first = end - timedelta(days=self.provider_id.entitlement_reminder_days)
        if self.reminded_end == end or not first <= today <= end:
            return
        user = (
            self.account_leader_id.filtered("active")
            or self.provider_id.administrator_id.filtered("active")
            or self.env.ref("base.user_admin")
        )
        localised = self.with_context(lang=user.lang)
        localised.message_notify(
            partner_ids=user.partner_id.ids,
            subject=localised.env._("%s: the entitlement ends soon", self.name),
            body=localised.env._(
                "The entitlement of %(customer)s ends on %(date)s. Tickets raised after that day have none.",
                customer=self.partner_id.display_name,
                date=tools.format_date(localised.env, end),
            ),
        )
        self.reminded_end = end
