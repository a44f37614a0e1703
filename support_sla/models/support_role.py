from datetime import datetime

from odoo import api, fields, models


class SupportRole(models.Model):
    """A function in an escalation path, filled with users; escalation goes to roles, never to names."""

    _name = "support.role"
    _inherit = ["support.used.mixin"]
    _description = "Support Role"
    _order = "provider_id, sequence, id"

    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    active = fields.Boolean(default=True)
    user_ids = fields.Many2many("res.users", string="Filled By", domain="[('share', '=', False)]")
    source = fields.Selection(
        [
            ("users", "The users named here"),
            ("assignee", "Whoever the ticket is assigned to"),
            ("team_leader", "The leader of the ticket's team"),
            ("account_leader", "The customer's account leader"),
            ("success_manager", "The success manager on the customer's entitlement"),
            ("customer", "The customer"),
        ],
        default="users",
        required=True,
        help="The named users also stand in when nobody is found otherwise.",
    )
    assigns = fields.Boolean(
        string="Assigns Its Tickets",
        help="A ticket that goes to this role and is nobody's yet is assigned to whoever is on duty, or else fills the "
        "role, when that is exactly one person. Otherwise the role is told, and somebody takes it.",
    )
    duty_ids = fields.One2many("support.role.duty", "role_id", string="Rota")
    fallback_role_id = fields.Many2one(
        "support.role",
        domain="[('provider_id', '=', provider_id), ('id', '!=', id)]",
        help="Told instead when nobody fills this role.",
    )
    is_filled = fields.Boolean(compute="_compute_is_filled", string="Filled")
    filled_by = fields.Char(compute="_compute_filled_by", string="Who That Is", help="In words, for lists.")

    _code_unique = models.Constraint("UNIQUE(provider_id, code)", "Two roles of a provider cannot have the same code.")

    @api.depends("user_ids", "source", "duty_ids")
    def _compute_is_filled(self):
        for role in self:
            role.is_filled = bool(role.user_ids or role.duty_ids or role.source != "users")

    @api.depends("user_ids.name", "source", "duty_ids.user_id.name")
    def _compute_filled_by(self):
        sources = dict(self._fields["source"]._description_selection(self.env))
        for role in self:
            parts = [sources[role.source]] if role.source != "users" else []
            parts += role.user_ids.mapped("name")
            if role.duty_ids:
                parts.append(self.env._("rota: %s", ", ".join(role.duty_ids.user_id.mapped("name"))))
            role.filled_by = " · ".join(parts) or self.env._("nobody")

    def _get_partners(self, ticket, now: datetime, on_call: bool = False):
        """Whom a message to this role reaches for ``ticket``.

        :param now: naive UTC
        :param on_call: prefer whoever the rota has on duty at that moment
        :return: active ``res.partner`` records, possibly none; falls back along ``fallback_role_id``
        """
        return self._find_partners(ticket, now, on_call)[2]

    def _find_partners(self, ticket, now: datetime, on_call: bool = False):
        """Like :meth:`_get_partners`, with how they were found.

        :return: the role that is filled (this one or one it falls back to), how ("rota", "source", "users", or ""
            when nobody was found) and the partners
        """
        role, seen = self, self.browse()
        while role and role not in seen:
            how, partners = role._find_own_partners(ticket, now, on_call)
            if partners:
                return role, how, partners
            seen |= role
            role = role.fallback_role_id
        return self.browse(), "", self.env["res.partner"]

    def _get_assignee(self, ticket, now: datetime):
        """Who gets a ``ticket`` that goes to this role: whoever is on duty, else fills it, if that is one person.

        :param now: naive UTC
        :return: one ``res.users`` who may see the ticket, or none
        """
        self.ensure_one()
        if not self.assigns:
            return self.env["res.users"]
        _how, partners = self._find_own_partners(ticket, now, on_call=True)
        users = ticket._support_filter_reachable(partners.user_ids.filtered(lambda user: not user.share))
        return users if len(users) == 1 else users.browse()

    def _find_own_partners(self, ticket, now: datetime, on_call: bool):
        self.ensure_one()
        if on_call:
            duties = self.duty_ids.filtered(lambda duty: duty.start <= now < duty.stop)
            on_duty = ticket._support_filter_reachable(duties.user_id)
            if on_duty:
                return "rota", on_duty.partner_id
        found = self.env["res.partner"]
        if self.source == "assignee":
            found = ticket._support_filter_reachable(ticket.user_id).partner_id
        elif self.source == "team_leader":
            found = ticket._support_filter_reachable(ticket.team_id.user_id).partner_id
        elif self.source == "account_leader":
            found = ticket._support_filter_reachable(ticket._support_get_account_leader()).partner_id
        elif self.source == "success_manager":
            found = ticket._support_filter_reachable(ticket.support_entitlement_id.success_manager_id).partner_id
        elif self.source == "customer":
            found = ticket.partner_id
        if found:
            return "source", found
        return "users", ticket._support_filter_reachable(self.user_ids).partner_id
