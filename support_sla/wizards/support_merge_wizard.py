from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import facts


class SupportMergeWizard(models.TransientModel):
    """Shows tickets that are about one thing, asks which of them remains and says what will happen (E-3.7)."""

    _name = "support.merge.wizard"
    _description = "Merge Tickets"

    ticket_ids = fields.Many2many("helpdesk.ticket", string="Tickets")
    survivor_id = fields.Many2one(
        "helpdesk.ticket", string="Merge Into", domain="[('id', 'in', candidate_ids)]", ondelete="cascade"
    )
    candidate_ids = fields.Many2many("helpdesk.ticket", compute="_compute_candidate_ids")
    tell_customer = fields.Boolean(
        string="Tell the Customer",
        default=True,
        help="Whoever raised a ticket that is merged gets a message with the number of the one that remains.",
    )
    problem = fields.Text(compute="_compute_problem")
    effect = fields.Text(compute="_compute_problem")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "helpdesk.ticket":
            tickets = self.env["helpdesk.ticket"].browse(self.env.context.get("active_ids") or []).exists()
            tickets.check_access("write")
            values["ticket_ids"] = [(6, 0, tickets.ids)]
            if len(tickets) > 1:
                values["survivor_id"] = tickets._support_propose_survivor().id
        return values

    @api.depends("ticket_ids")
    def _compute_candidate_ids(self):
        """Of several tickets one of them; for a single one any open ticket of the same customer and provider."""
        for wizard in self:
            tickets = wizard.ticket_ids._origin or wizard.ticket_ids
            if len(tickets) != 1:
                wizard.candidate_ids = tickets
                continue
            domain = [
                ("id", "!=", tickets.id),
                ("support_provider_id", "=", tickets.support_provider_id.id),
                ("company_id", "=", tickets.company_id.id),
                ("support_merged_into_id", "=", False),
                ("support_phase", "not in", list(facts.ENDED)),
            ]
            found = tickets.search(
                [*domain, ("commercial_partner_id", "=", tickets.commercial_partner_id.id)], limit=200
            )
            wizard.candidate_ids = found.filtered(lambda other, ticket=tickets: ticket._support_is_same_customer(other))

    @api.depends("ticket_ids", "survivor_id")
    def _compute_problem(self):
        for wizard in self:
            tickets = wizard.ticket_ids._origin | wizard.survivor_id._origin
            survivor = wizard.survivor_id._origin
            sources = tickets - survivor
            wizard.problem = wizard.effect = False
            if not survivor:
                if len(tickets) == 1 and not wizard.candidate_ids:
                    wizard.problem = self.env._("There is no other open ticket of this customer to merge it into.")
                continue
            problems = tickets._support_get_merge_obstacles(survivor)
            if problems:
                wizard.problem = "\n".join(problems)
                continue
            start = min(ticket.support_raised or ticket.create_date for ticket in tickets)
            lines = [
                self.env._(
                    "%(sources)s: closed, with the verdict “merged”; the promises there no longer count.",
                    sources=", ".join(sources.mapped("number")),
                ),
                self.env._(
                    "%(survivor)s: open promises count from %(start)s; answers given on the others count here.",
                    survivor=survivor.number,
                    start=fields.Datetime.context_timestamp(survivor, start).strftime("%Y-%m-%d %H:%M"),
                ),
                self.env._("What is written to the closed ones afterwards arrives in %s.", survivor.number),
                self.env._("Messages and files stay where they are and can be read there."),
            ]
            wizard.effect = "\n".join(lines)

    def action_merge(self):
        self.ensure_one()
        tickets, survivor = self.ticket_ids | self.survivor_id, self.survivor_id
        if not survivor:
            raise UserError(self.env._("Choose the ticket that remains."))
        tickets.check_access("write")
        tickets._support_merge_into(survivor, tell_customer=self.tell_customer)
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": survivor.id,
            "views": [(False, "form")],
        }
