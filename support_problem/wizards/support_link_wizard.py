from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportLinkWizard(models.TransientModel):
    """Shows open problems like an incident, the likeliest first; one is linked, or a new one is made (E-7.1)."""

    _name = "support.link.wizard"
    _description = "Link to a Problem"
    _inherit = ["support.masked.mixin"]

    ticket_ids = fields.Many2many("helpdesk.ticket", string="Incidents")
    ticket_id = fields.Many2one("helpdesk.ticket", compute="_compute_ticket_id")
    provider_id = fields.Many2one("support.provider", compute="_compute_ticket_id")
    company_id = fields.Many2one("res.company", compute="_compute_ticket_id")
    search_text = fields.Char(string="Look For", help="Empty: the words of the ticket itself.")
    mode = fields.Selection(
        [("link", "A problem that is known"), ("new", "A new problem")], required=True, default="link"
    )
    line_ids = fields.One2many("support.link.wizard.line", "wizard_id", string="Similar Open Problems")
    problem_id = fields.Many2one(
        "helpdesk.ticket",
        string="Another Problem",
        domain="[('support_is_problem', '=', True), ('support_provider_id', '=', provider_id), "
        "('company_id', '=', company_id), ('closed', '=', False)]",
        ondelete="cascade",
    )
    name = fields.Char(string="Title")
    service_id = fields.Many2one("support.service", domain="[('provider_id', '=', provider_id)]", ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Worked On By", domain="[('share', '=', False)]", ondelete="cascade")
    description = fields.Html(
        string="How It Shows",
        sanitize_style=True,
        help="What somebody needs to see it happen: where, how, what comes out.",
    )

    @api.depends("ticket_ids")
    def _compute_ticket_id(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket = wizard.ticket_ids._filtered_access("read")[:1]
            wizard.ticket_id = ticket
            wizard.provider_id = ticket.support_provider_id
            wizard.company_id = ticket.company_id

    @api.model
    def _open_for(self, tickets):
        """The wizard for these incidents, an action. Access to them is checked by the caller."""
        for ticket in tickets:
            if not ticket.support_provider_id:
                raise UserError(
                    self.env._("%s belongs to no support provider: it has no problems.", ticket.display_name)
                )
            if ticket.support_is_problem:
                raise UserError(self.env._("%s is a problem itself: it has no problem behind it.", ticket.number))
        if len(tickets.support_provider_id) > 1 or len(tickets.company_id) > 1:
            raise UserError(self.env._("Choose tickets of one provider and one company: they share no problem."))
        first = tickets[:1]
        proposed = first._support_prepare_problem() if first else {}
        wizard = self.create(
            {
                "ticket_ids": [(6, 0, tickets.ids)],
                "name": proposed.get("name"),
                "description": proposed.get("description"),
                "service_id": proposed.get("support_service_id"),
                "user_id": proposed.get("user_id"),
            }
        )
        wizard._propose()
        return wizard._reopen()

    def _propose(self):
        """Look for similar problems anew."""
        self.ensure_one()
        self.line_ids.unlink()
        found = self.ticket_id._support_find_problems(self.search_text or "") if self.ticket_id else []
        self.line_ids.create(
            [
                {
                    "wizard_id": self.id,
                    "problem_id": row["problem"].id,
                    "likeness": row["likeness"],
                    "reason": row["reason"],
                }
                for row in found
            ]
        )
        if not found and not self.search_text:
            self.mode = "new"

    def _reopen(self):
        return {
            "name": self.env._("Link to a Problem"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_search(self):
        """Look for problems by other words."""
        self.ensure_one()
        self._propose()
        return self._reopen()

    def action_link(self):
        """Link the incidents to the problem that was chosen."""
        self.ensure_one()
        if not self.problem_id:
            raise UserError(self.env._("Choose a problem first."))
        return self._link(self.problem_id)

    def _link(self, problem):
        self.ticket_ids.check_access("write")
        problem.check_access("read")
        self.ticket_ids._support_link_problem(problem)
        return {"type": "ir.actions.act_window_close"}

    def action_make(self):
        """Make a problem and link the incidents to it."""
        self.ensure_one()
        self.ticket_ids.check_access("write")
        if not (self.name or "").strip():
            raise UserError(self.env._("Give the problem a title."))
        first = self.ticket_id
        vals = {"name": self.name, "support_service_id": self.service_id.id, "user_id": self.user_id.id}
        if self.description:
            vals["description"] = self.description
        problem = first._support_make_problem(vals)
        (self.ticket_ids - first)._support_link_problem(problem)
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": problem.id,
            "views": [(False, "form")],
        }
