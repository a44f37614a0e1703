from typing import Any

from markupsafe import Markup
from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError, ValidationError

#: a problem in one of these phases is not worked on any more
OVER = frozenset({facts.CLOSED, facts.CANCELLED})


class HelpdeskTicket(models.Model):
    """A ticket can be a problem: what lies behind several incidents (E-7.1).

    A problem is the provider's own work. No customer raised it, so it needs neither customer nor contract and nothing
    is promised for it, unless the provider measures its problems (``problem_promises``).
    """

    _inherit = "helpdesk.ticket"

    support_is_problem = fields.Boolean(
        string="Problem",
        index="btree_not_null",
        tracking=True,
        groups="base.group_user",
        help="What lies behind several incidents. Customers have no promise on it, and do not see it unless they are "
        "its contact.",
    )
    support_problem_id = fields.Many2one(
        "helpdesk.ticket",
        string="Problem Behind It",
        domain="[('support_is_problem', '=', True), ('support_provider_id', '=', support_provider_id), "
        "('company_id', '=', company_id), ('closed', '=', False), ('id', '!=', id)]",
        compute="_compute_support_problem_id",
        store=True,
        readonly=False,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
    )
    support_incident_ids = fields.One2many(
        "helpdesk.ticket", "support_problem_id", string="Incidents", groups="base.group_user"
    )
    support_incident_count = fields.Integer(
        string="Number of Incidents", compute="_compute_support_incident_count", groups="base.group_user"
    )

    @api.depends("support_provider_id")
    def _compute_support_problem_id(self):
        # one provider's problem explains nothing about another's ticket
        for ticket in self:
            if ticket.support_problem_id.support_provider_id != ticket.support_provider_id:
                ticket.support_problem_id = False

    @api.depends("support_incident_ids")
    def _compute_support_incident_count(self):
        counts = dict(self._read_group([("support_problem_id", "in", self.ids)], ["support_problem_id"], ["__count"]))
        for ticket in self:
            ticket.support_incident_count = counts.get(ticket._origin, 0)

    # --- what cannot be --------------------------------------------------------------------------------

    @api.constrains("support_problem_id")
    def _check_support_problem_id(self):
        for ticket_sudo in self.sudo().filtered("support_problem_id"):
            obstacle = ticket_sudo._support_get_link_obstacle(ticket_sudo.support_problem_id)
            if obstacle:
                raise ValidationError(obstacle)

    @api.constrains("support_is_problem")
    def _check_support_is_problem(self):
        for ticket_sudo in self.sudo().with_context(active_test=False):
            if ticket_sudo.support_is_problem and not ticket_sudo.support_provider_id:
                raise ValidationError(
                    self.env._("%s belongs to no support provider: it cannot be a problem.", ticket_sudo.number)
                )
            if ticket_sudo.support_is_problem and ticket_sudo.support_problem_id:
                raise ValidationError(
                    self.env._(
                        "%(ticket)s is an incident of %(problem)s: unlink it before you make it a problem itself.",
                        ticket=ticket_sudo.number,
                        problem=ticket_sudo.support_problem_id.number,
                    )
                )
            if not ticket_sudo.support_is_problem and ticket_sudo.support_incident_ids:
                raise ValidationError(
                    self.env._(
                        "%(problem)s is the problem behind incidents (%(incidents)s): unlink them first.",
                        problem=ticket_sudo.number,
                        incidents=", ".join(ticket_sudo.support_incident_ids[:5].mapped("number")),
                    )
                )

    @api.constrains("team_id", "company_id")
    def _check_support_problem_team(self):
        for ticket_sudo in self.sudo().with_context(active_test=False):
            # asked of every ticket that is made: nothing is read for those it does not concern
            for incident_sudo in ticket_sudo.support_incident_ids if ticket_sudo.support_is_problem else ():
                if (
                    incident_sudo.support_provider_id != ticket_sudo.support_provider_id
                    or incident_sudo.company_id != ticket_sudo.company_id
                ):
                    raise ValidationError(
                        self.env._(
                            "%(problem)s is the problem behind %(incident)s, which belongs to another provider or "
                            "company than it would then: unlink it first.",
                            problem=ticket_sudo.number,
                            incident=incident_sudo.number,
                        )
                    )
            problem_sudo = ticket_sudo.support_problem_id
            if problem_sudo and problem_sudo.company_id != ticket_sudo.company_id:
                raise ValidationError(self._support_say_foreign_problem(problem_sudo))

    def _support_get_link_obstacle(self, problem) -> str:
        """Why ``problem`` cannot be the problem behind this ticket, in words; empty if it can. Called with sudo."""
        self.ensure_one()
        if problem == self:
            return self.env._("%s cannot be the problem behind itself.", self.number)
        if not problem.support_is_problem:
            return self.env._("%s is an incident, not a problem: choose a problem, or make one.", problem.number)
        if self.support_is_problem:
            return self.env._("%s is a problem itself: it has no problem behind it.", self.number)
        if problem.support_merged_into_id:
            return self.env._(
                "%(problem)s was merged into %(other)s: choose that one.",
                problem=problem.number,
                other=problem._support_get_survivor().number,
            )
        if problem.support_phase in OVER or problem.closed:
            return self.env._(
                "%s is closed: nobody works on it any more. Open it again first, or choose another problem.",
                problem.number,
            )
        if not self.support_provider_id or problem.support_provider_id != self.support_provider_id:
            return self.env._(
                "%(problem)s is a problem of %(other)s, this ticket belongs to %(provider)s.",
                problem=problem.number,
                other=problem.support_provider_id.name,
                provider=self.support_provider_id.name or self.env._("no provider"),
            )
        if problem.company_id != self.company_id:
            return self._support_say_foreign_problem(problem)
        return ""

    def _support_say_foreign_problem(self, problem) -> str:
        return self.env._(
            "%(problem)s and %(ticket)s belong to different companies.", problem=problem.number, ticket=self.number
        )

    # --- business --------------------------------------------------------------------------------------

    def _support_link_problem(self, problem):
        """``problem`` is what lies behind these incidents from now on. Access to all is checked by the caller.

        :raise UserError: when it cannot be, in words
        """
        for ticket in self:
            obstacle = ticket.sudo()._support_get_link_obstacle(problem.sudo())
            if obstacle:
                raise UserError(obstacle)
            if ticket.support_problem_id == problem:
                continue
            ticket.support_problem_id = problem
            # without its title: who may read the one need not be one who may read the other
            ticket._message_log(body=self.env._("Linked to the problem %s.", problem.number))

    def _support_unlink_problem(self):
        """These tickets are no incidents of their problem any more. Access is checked by the caller."""
        for ticket in self.filtered("support_problem_id"):
            number = ticket.sudo().support_problem_id.number
            ticket.support_problem_id = False
            ticket._message_log(body=self.env._("No longer linked to the problem %s.", number))

    def _support_make_problem(self, vals: dict[str, Any] | None = None):
        """Make a problem of the same provider from this incident, as the user of the environment, and link it.

        Access to the ticket is checked by the caller.

        :param vals: values of the problem in place of the proposed ones
        :return: the problem
        :raise UserError: when this ticket can have none
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        if not ticket_sudo.support_provider_id:
            raise UserError(self.env._("This ticket belongs to no support provider: it has no problems."))
        if ticket_sudo.support_is_problem:
            raise UserError(self.env._("%s is a problem itself: it has no problem behind it.", self.number))
        if ticket_sudo.support_problem_id:
            raise UserError(
                self.env._(
                    "%(ticket)s is linked to the problem %(problem)s already.",
                    ticket=self.number,
                    problem=ticket_sudo.support_problem_id.number,
                )
            )
        problem = self.create({**self._support_prepare_problem(), **(vals or {})})
        self._support_link_problem(problem)
        return problem

    def _support_prepare_problem(self) -> dict[str, Any]:
        """Values of the problem that is made from this incident. **Hook**: a provider adds its own."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        return {
            "name": ticket_sudo.name,
            "description": Markup("<p>%s</p>%s")
            % (self.env._("As %s tells it:", ticket_sudo.number), ticket_sudo.description or ""),
            "team_id": ticket_sudo.team_id.id,
            "company_id": ticket_sudo.company_id.id,
            "category_id": ticket_sudo.category_id.id,
            "support_service_id": ticket_sudo.support_service_id.id,
            "support_priority_id": ticket_sudo.support_priority_id.id,
            "support_is_problem": True,
            "partner_id": False,
            "user_id": self.env.uid if self.env.user in ticket_sudo.team_id.user_ids else False,
        }

    # --- no customer's promise -------------------------------------------------------------------------

    @api.model
    def _support_get_watched(self):
        return super()._support_get_watched() | {"support_is_problem"}

    def _support_starts_clocks(self):
        measured = not self.support_is_problem or self.support_provider_id.problem_promises
        return super()._support_starts_clocks() and measured

    def _support_takes_place(self):
        # our own work keeps nobody's request waiting (O-10)
        return super()._support_takes_place() and not self.support_is_problem

    def _support_needs_entitlement(self):
        return super()._support_needs_entitlement() and not self.support_is_problem

    @api.model
    def _support_form_get_dependencies(self):
        return [*super()._support_form_get_dependencies(), "support_is_problem"]

    def _support_form_applies(self):
        # there is nobody who could be asked
        return super()._support_form_applies() and not self.support_is_problem

    def _support_may_acknowledge(self):
        return super()._support_may_acknowledge() and not self.support_is_problem
