from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """What kind of request a ticket is, which support level takes it, and whether the customer has bought it (P-3)."""

    _inherit = "helpdesk.ticket"

    support_kind_id = fields.Many2one(
        "support.kind",
        string="Kind of Request",
        domain="[('provider_id', '=', support_provider_id)]",
        compute="_compute_support_kind_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    support_tier_id = fields.Many2one(
        "support.tier",
        string="Support Level",
        compute="_compute_support_tier_id",
        store=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    support_has_kinds = fields.Boolean(compute="_compute_support_has_kinds")
    support_coverage = fields.Selection(
        [("included", "Included"), ("extra", "Extra, charged apart"), ("none", "Not included")],
        string="Covered",
        compute="_compute_support_coverage",
        store=True,
        groups="base.group_user",
        help="What the customer's entitlement says about this kind of request. Hours beyond the month's allowance are "
        "charged apart.",
    )
    support_coverage_note = fields.Text(
        string="Agreed on the Charge", copy=False, readonly=True, groups="base.group_user"
    )
    support_coverage_by_id = fields.Many2one(
        "res.users", string="Agreement Recorded By", copy=False, readonly=True, groups="base.group_user"
    )
    support_coverage_at = fields.Datetime(
        string="Agreement Recorded", copy=False, readonly=True, groups="base.group_user"
    )

    @api.depends("support_provider_id")
    def _compute_support_kind_id(self):
        for ticket in self:
            if ticket.support_kind_id.provider_id != ticket.support_provider_id:
                ticket.support_kind_id = False

    @api.depends("support_kind_id", "team_id")
    def _compute_support_tier_id(self):
        for ticket in self:
            ticket.support_tier_id = ticket.support_kind_id.tier_id or ticket.team_id.support_tier_id

    @api.depends("support_provider_id")
    def _compute_support_has_kinds(self):
        for ticket in self:
            # sudo: whether the field is shown, whatever the reader knows of the catalogue
            ticket.support_has_kinds = bool(ticket.sudo().support_provider_id.kind_ids)

    # not on what the entitlement contains: what was said before the work started stays said
    @api.depends("support_kind_id", "support_entitlement_id", "support_plan_id")
    def _compute_support_coverage(self):
        for ticket in self:
            ticket.support_coverage = ticket._support_get_coverage() if ticket.support_kind_id else False

    def _support_get_coverage(self) -> str:
        """P-3: ``included``, ``extra`` or ``none``. **Hook**: a provider may judge otherwise."""
        self.ensure_one()
        return self.env["support.entitlement"]._get_coverage(
            self.sudo().support_entitlement_id, self.sudo().support_kind_id, plan=self.sudo().support_plan_id
        )

    def _support_judge_coverage(self) -> None:
        """Hours were recorded: what goes beyond the allowance is charged apart from now on (P-3).

        What was once said to be charged apart stays so: the month after has hours again, this request has not.
        """
        for ticket in self:
            ticket_sudo = ticket.sudo()
            if ticket_sudo.support_kind_id.counts_hours and ticket_sudo.support_coverage == "included":
                ticket_sudo._support_set({"support_coverage": ticket_sudo._support_get_coverage()})

    def action_support_agree_charge(self):
        """Open the wizard that records that the customer pays for what the contract does not include."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Agreed on the Charge"),
            "type": "ir.actions.act_window",
            "res_model": "support.charge.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }

    @api.depends("support_kind_id")
    def _compute_support_service_id(self):
        """P-3: a kind of request brings its service to a ticket that has none, chosen by whom and how ever."""
        result = super()._compute_support_service_id()
        for ticket in self:
            # sudo: as when it is raised, whatever the writer may read of the catalogue
            kind_sudo = ticket.sudo().support_kind_id
            service = kind_sudo.service_id
            if service and not ticket.support_service_id and kind_sudo.provider_id == ticket.support_provider_id:
                ticket.support_service_id = service
        return result

    @api.constrains("support_kind_id", "team_id")
    def _check_support_kind(self):
        self._support_refuse_foreign("support_kind_id")

    def _get_match_values(self):
        return {**super()._get_match_values(), "tier_id": self.support_tier_id.id}
