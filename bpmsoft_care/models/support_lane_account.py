from odoo import api, fields, models

from ..const import PROVIDER


class SupportLaneAccount(models.Model):
    """The client's own proposal for its line (B-11)."""

    _inherit = "support.lane.account"

    bpmsoft_proposal_id = fields.Many2one(
        "bpmsoft.order.proposal", string="Proposed Order", compute="_compute_bpmsoft_proposal_id"
    )

    @api.depends("lane_id")
    def _compute_bpmsoft_proposal_id(self):
        # sudo: whoever sees the line may know that another order was proposed
        proposals = self.env["bpmsoft.order.proposal"].sudo()._get_open(self)
        for account in self:
            account.bpmsoft_proposal_id = proposals.filtered(
                lambda proposal, account=account: proposal.account_id == account
            )

    def action_bpmsoft_open_proposal(self):
        """The order that the client proposes, to be accepted or declined."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "bpmsoft.order.proposal",
            "res_id": self.bpmsoft_proposal_id.id,
            "views": [(False, "form")],
        }

    def _bpmsoft_get_contacts(self):
        """Who acts for this line's client today: the authorised contacts of its contract in force. With sudo."""
        self.ensure_one()
        if self.provider_id.code != PROVIDER:
            return self.env["res.partner"]
        Ticket = self.env["helpdesk.ticket"]
        return Ticket._support_portal_get_entitlements(self.provider_id, self.partner_id).contact_ids
