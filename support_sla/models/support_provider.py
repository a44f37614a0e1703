from odoo import api, fields, models, tools
from odoo.exceptions import UserError

#: steps of getting started and where each is done, in the order in which they build on each other
SETUP_STEPS = {
    "hours": "resource.action_resource_calendar_form",
    "priorities": "support_sla.support_priority_action",
    "roles": "support_sla.support_role_action",
    "chain": "support_sla.support_escalation_chain_action",
    "policy": "support_sla.support_policy_action",
    "queue": "helpdesk_mgmt.helpdesk_ticket_team_action",
}


class SupportProvider(models.Model):
    """A party that promises support: whose priorities, calendars and policies a ticket follows.

    A ticket belongs to the provider of its team. The engine knows no provider by name: everything
    it treats differently from one to the next is a field here or on a record below it.
    """

    _name = "support.provider"
    _inherit = ["support.used.mixin"]
    _description = "Support Provider"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="Technical name, used by the addon that brings this provider.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one("res.company", help="Empty: shared by all companies.")
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Hours",
        required=True,
        ondelete="restrict",
        help="The standard hours; a target may use other hours or run around the clock.",
    )
    tz = fields.Selection(related="calendar_id.tz", string="Time Zone")
    team_ids = fields.One2many("helpdesk.ticket.team", "support_provider_id", string="Queues")
    priority_ids = fields.One2many("support.priority", "provider_id", string="Priorities")
    service_ids = fields.One2many("support.service", "provider_id", string="Services")
    kind_ids = fields.One2many("support.kind", "provider_id", string="Kinds of Request")
    plan_ids = fields.One2many("support.plan", "provider_id", string="Plans")
    role_ids = fields.One2many("support.role", "provider_id", string="Roles")
    policy_ids = fields.One2many("support.policy", "provider_id", string="Policies")
    chain_ids = fields.One2many("support.escalation.chain", "provider_id", string="Escalation Chains")
    default_priority_id = fields.Many2one(
        "support.priority",
        domain="[('provider_id', '=', id)]",
        help="Given to tickets that name none, such as those made from an e-mail.",
    )
    administrator_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        help="Told about empty roles, tickets the engine had to set aside and other trouble.",
    )
    acknowledgement_template_id = fields.Many2one(
        "mail.template",
        domain="[('model', '=', 'helpdesk.ticket')]",
        help="Sent to the customer as soon as a ticket is raised. Counts as acknowledged, never as a first response.",
    )
    answered_stage_id = fields.Many2one(
        "helpdesk.ticket.stage",
        string="Stage When the Customer Answers",
        help="A ticket that waits for the customer, or that was resolved and not yet closed, "
        "moves here when the customer writes. Empty: it stays where it is.",
    )
    merged_stage_id = fields.Many2one(
        "helpdesk.ticket.stage",
        string="Stage When Merged",
        domain="[('closed', '=', True)]",
        help="A ticket that is merged into another one moves here. Empty: to the first closing stage of its queue, "
        "without the mail of that stage.",
    )
    closed_reply = fields.Selection(
        [
            ("follow_up", "Make a linked follow-up ticket"),
            ("reopen", "Reopen the ticket"),
            ("nothing", "Only keep the message"),
        ],
        string="Answer After Closing",
        default="follow_up",
        required=True,
    )
    escalated_stage_id = fields.Many2one(
        "helpdesk.ticket.stage",
        string="Stage When Escalated",
        help="Empty: an escalation leaves the stage alone.",
    )
    customer_escalation = fields.Boolean(
        string="Customers May Escalate",
        help="Customers find a button for it on the page of their ticket.",
    )
    entitlement_mode = fields.Selection(
        [
            ("ignore", "Serve everybody"),
            ("warn", "Warn the agent"),
            ("ask", "Ask the administrator"),
            ("refuse", "Refuse"),
        ],
        string="Without Entitlement",
        default="warn",
        required=True,
        help="What happens to a ticket whose customer has no entitlement in force.",
    )
    portal_intro = fields.Html(translate=True, help="Shown to customers above the form for a new ticket.")
    form_field_ids = fields.One2many("support.form.field", "provider_id", string="Questions")
    form_title = fields.Char(
        string="Name of the Form", translate=True, help="What customers read above its questions. Empty: Request form."
    )
    form_priority_ids = fields.Many2many(
        "support.priority",
        "support_provider_form_priority_rel",
        string="Asked At",
        domain="[('provider_id', '=', id)]",
        help="Levels of which the form has to be complete. Empty: all.",
    )
    at_risk_percent = fields.Integer(
        string="At Risk From (%)",
        default=75,
        help="Share of the promised time after which a promise counts as at risk.",
    )
    digest_minutes = fields.Integer(
        string="Digest After (Minutes)",
        default=15,
        help="Steps that are later than this, for example after a stop of the server, "
        "are told in one digest per ticket.",
    )
    agreement_reminder_days = fields.Integer(
        string="Remind to Agree After (Working Days)",
        default=1,
        help="When a date is to be agreed on and nobody has. 0: no reminder.",
    )
    exclusion_own = fields.Boolean(
        string="Managers Approve Their Own Exclusions",
        help="Otherwise somebody else has to approve what a manager asked for.",
    )
    entitlement_reminder_days = fields.Integer(
        string="Remind of an End (Days Ahead)",
        default=30,
        help="The account leader, else the administrator, is reminded so many days before an entitlement ends. "
        "0: no reminder.",
    )
    agents_exclude = fields.Boolean(
        string="Agents May Give No SLA",
        help="Otherwise only managers decide that a ticket has no promise of some kind.",
    )
    data_loss_judged = fields.Boolean(
        string="Judge Lost Data",
        help="Whether customers are promised that an outage costs them no more data than a certain time's.",
    )
    data_loss_minutes = fields.Integer(
        string="Data Lost at Most (Minutes)",
        help="The recovery point objective: an outage that costs more is shown as missed. "
        "A change holds for outages recorded from then on.",
    )
    mask_secrets = fields.Boolean(
        help="Passwords and keys in what is written to a ticket are made unreadable before it is stored: subject, "
        "description, messages, notes, mails and files of text. The customer is told so. What was masked cannot be "
        "read again.",
    )
    outside_reason_ids = fields.One2many("support.outside.reason", "provider_id", string="Outside of the Support")
    round_role_id = fields.Many2one(
        "support.role",
        string="Morning Round For",
        domain="[('provider_id', '=', id)]",
        help="When a working day begins, somebody of this role gets an activity with everything that was raised out "
        "of hours. Empty: no round is made.",
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count")
    finding_count = fields.Integer(
        compute="_compute_finding_count",
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="What the last configuration check found amiss and nobody has accepted.",
    )

    setup_hours = fields.Boolean(compute="_compute_setup")
    setup_priorities = fields.Boolean(compute="_compute_setup")
    setup_roles = fields.Boolean(compute="_compute_setup")
    setup_chain = fields.Boolean(compute="_compute_setup")
    setup_policy = fields.Boolean(compute="_compute_setup")
    setup_queue = fields.Boolean(compute="_compute_setup")
    setup_done = fields.Integer(compute="_compute_setup", help="How many steps of getting started are done.")

    _code_unique = models.Constraint("UNIQUE(code)", "Two providers cannot have the same technical name.")
    _at_risk_percent_check = models.Constraint(
        "CHECK(at_risk_percent BETWEEN 1 AND 100)", "“At risk from” must be between 1 and 100 percent."
    )
    _data_loss_minutes_check = models.Constraint(
        "CHECK(data_loss_minutes >= 0)", "Nobody can lose less data than none: the minutes must not be negative."
    )
    _digest_minutes_check = models.Constraint(
        "CHECK(digest_minutes >= 1)", "“Digest after” must be at least one minute."
    )

    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("support_provider_id", "in", self.ids), ("closed", "=", False)],
                ["support_provider_id"],
                ["__count"],
            )
        )
        for provider in self:
            provider.ticket_count = counts.get(provider, 0)

    @api.depends(
        "calendar_id.attendance_ids",
        "priority_ids",
        "default_priority_id",
        "role_ids.user_ids",
        "role_ids.source",
        "role_ids.duty_ids",
        "chain_ids.step_ids",
        "policy_ids.target_ids.chain_id",
        "team_ids",
    )
    def _compute_setup(self):
        """Which steps of getting started are done (E-6.3); what is wrong in detail is the configuration check's."""
        for provider in self:
            roles, targets = provider.role_ids, provider.policy_ids.target_ids
            provider.setup_hours = bool(provider.calendar_id.attendance_ids)
            provider.setup_priorities = bool(provider.priority_ids and provider.default_priority_id)
            provider.setup_roles = bool(roles) and all(role.is_filled or role.fallback_role_id for role in roles)
            provider.setup_chain = bool(provider.chain_ids.step_ids)
            provider.setup_policy = bool(targets)
            provider.setup_queue = bool(provider.team_ids)
            provider.setup_done = sum(provider[f"setup_{name}"] for name in SETUP_STEPS)

    def action_open_setup(self):
        """Open the place where a step of getting started is done; which one says ``setup_step`` in the context."""
        self.ensure_one()
        self.check_access("read")
        step = self.env.context.get("setup_step")
        if step == "hours":
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Working Hours"),
                "res_model": "resource.calendar",
                "res_id": self.calendar_id.id,
                "views": [(False, "form")],
            }
        if step not in SETUP_STEPS:
            raise UserError(self.env._("There is no such step."))
        action = self.env["ir.actions.actions"]._for_xml_id(SETUP_STEPS[step])
        owner = "support_provider_id" if step == "queue" else "provider_id"
        # a team that has no provider yet may be the one to choose
        action["domain"] = [(owner, "in", [self.id, False] if step == "queue" else self.ids)]
        action["context"] = {f"default_{owner}": self.id}
        return action

    def _compute_finding_count(self):
        counts = dict(
            self.env["support.finding"]._read_group(
                [("provider_id", "in", self.ids), ("accepted", "=", False)], ["provider_id"], ["__count"]
            )
        )
        for provider in self:
            provider.finding_count = counts.get(provider._origin, 0)

    def action_open_findings(self):
        """Check the configuration and show what concerns this provider."""
        self.ensure_one()
        self.check_access("read")
        return self.env["support.finding"].action_check(self.id)

    def action_open_tickets(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_ticket_action")
        action["domain"] = [("support_provider_id", "=", self.id)]
        return action

    @api.model_create_multi
    def create(self, vals_list):
        providers = super().create(vals_list)
        self.env.registry.clear_cache()
        self.env["resource.calendar"]._sla_watch()
        return providers

    def write(self, vals):
        if "calendar_id" in vals:
            for provider in self.filtered(lambda provider: provider.calendar_id.id != vals["calendar_id"]):
                provider.with_context(active_test=False).policy_ids._keep_calendar(provider.calendar_id)
        result = super().write(vals)
        self.env.registry.clear_cache()
        if "form_priority_ids" in vals:
            self._settle_form()
        if "calendar_id" in vals:
            self.env["resource.calendar"]._sla_watch()
        return result

    def _settle_form(self):
        """What these providers ask has changed: look again at their open tickets. Closed ones stay as they were."""
        # sudo: the tickets of all queues follow, whoever edits the form
        Ticket = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        tickets = Ticket.search([("support_provider_id", "in", self.ids), ("closed", "=", False)])
        for name in ("support_form_state", "support_form_completed"):
            self.env.add_to_compute(Ticket._fields[name], tickets)

    @api.model
    @tools.ormcache()
    def _get_masking(self) -> frozenset[int]:
        """The ids of providers that have secrets masked (D-16); asked at every text, so kept in the cache."""
        return frozenset(self.sudo().with_context(active_test=False).search([("mask_secrets", "=", True)])._ids)
