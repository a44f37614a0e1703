from datetime import date

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class SupportEntitlement(models.Model):
    """What a customer has bought from a provider, and for how long (E-6.1, E-6.2)."""

    _name = "support.entitlement"
    _description = "Support Entitlement"
    _inherit = ["mail.thread"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True, readonly=False, required=True, precompute=True)
    active = fields.Boolean(default=True)
    provider_id = fields.Many2one("support.provider", required=True, ondelete="restrict", index=True, tracking=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, ondelete="restrict", index=True, tracking=True
    )
    commercial_partner_id = fields.Many2one(
        "res.partner", compute="_compute_commercial_partner_id", store=True, index=True, string="Customer Company"
    )
    plan_id = fields.Many2one("support.plan", domain="[('provider_id', '=', provider_id)]", tracking=True)
    date_start = fields.Date(string="From", required=True, default=fields.Date.context_today, tracking=True)
    date_end = fields.Date(string="Until", tracking=True, help="Last day in force. Empty: until further notice.")
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
    usage_ids = fields.One2many("support.entitlement.usage", "entitlement_id", string="Hours")
    note = fields.Html()
    is_in_force = fields.Boolean(compute="_compute_is_in_force", search="_search_is_in_force", string="In Force")

    _dates_check = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)", "An entitlement cannot end before it starts."
    )
    _monthly_hours_check = models.Constraint("CHECK(monthly_hours >= 0)", "Hours cannot be negative.")

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
        first = fields.Date.context_today(self).replace(day=1)
        used = dict(
            self.env["support.entitlement.usage"]._read_group(
                [("entitlement_id", "in", self.ids), ("date", ">=", first)], ["entitlement_id"], ["hours:sum"]
            )
        )
        for entitlement in self:
            entitlement.hours_used = used.get(entitlement._origin, 0.0)
            entitlement.hours_left = (
                max(entitlement.monthly_hours - entitlement.hours_used, 0.0) if entitlement.monthly_hours else 0.0
            )

    def _compute_is_in_force(self):
        today = fields.Date.context_today(self)
        for entitlement in self:
            entitlement.is_in_force = (
                entitlement.active
                and bool(entitlement.date_start)
                and entitlement.date_start <= today
                and (not entitlement.date_end or entitlement.date_end >= today)
            )

    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domain = Domain("date_start", "<=", today) & (Domain("date_end", "=", False) | Domain("date_end", ">=", today))
        return domain if True in value else ~domain

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
        return entitlements

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("provider_id", "commercial_id")
    def _get_periods(self, provider_id: int, commercial_id: int) -> tuple[tuple[int, date, date | None, int], ...]:
        """Entitlements of a customer: ``(id, from, until, plan id)``, the latest start first."""
        return tuple(
            (entitlement.id, entitlement.date_start, entitlement.date_end or None, entitlement.plan_id.id)
            for entitlement in self.sudo()
            .with_context(active_test=True)
            .search([("provider_id", "=", provider_id), ("commercial_partner_id", "=", commercial_id)])
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
