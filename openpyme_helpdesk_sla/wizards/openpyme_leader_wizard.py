from odoo import api, fields, models
from odoo.exceptions import UserError


class OpenpymeLeaderWizard(models.TransientModel):
    """Hands the open requests of a client over to the leader that its entitlement names now (O-1)."""

    _name = "openpyme.leader.wizard"
    _description = "Hand Over Open Requests"

    entitlement_id = fields.Many2one("support.entitlement", required=True, ondelete="cascade")
    leader_id = fields.Many2one(related="entitlement_id.account_leader_id", string="To", related_sudo=False)
    ticket_ids = fields.Many2many(
        "helpdesk.ticket",
        string="Requests",
        compute="_compute_ticket_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('id', 'in', candidate_ids)]",
    )
    candidate_ids = fields.Many2many("helpdesk.ticket", compute="_compute_candidate_ids", compute_sudo=False)

    @api.depends("entitlement_id")
    def _compute_candidate_ids(self):
        Ticket = self.env["helpdesk.ticket"]
        for wizard in self:
            entitlement = wizard.entitlement_id._filtered_access("read")
            wizard.candidate_ids = (
                Ticket.search(entitlement._openpyme_get_waiting_domain(), limit=500) if entitlement else Ticket
            )

    @api.depends("entitlement_id")
    def _compute_ticket_ids(self):
        for wizard in self:
            wizard.ticket_ids = wizard.candidate_ids

    def action_hand_over(self):
        self.ensure_one()
        self.entitlement_id.check_access("write")
        leader = self.leader_id
        if not leader or not leader.active:
            raise UserError(self.env._("The entitlement names no leader who is still here: choose one first."))
        tickets = self.ticket_ids & self.candidate_ids
        if not tickets:
            raise UserError(self.env._("Choose at least one request to hand over."))
        tickets.check_access("write")
        tickets._openpyme_hand_over(leader, self.env["support.event"]._now())
        return {"type": "ir.actions.act_window_close"}
