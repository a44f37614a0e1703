from odoo import fields, models


class BpmsoftProposalWizard(models.TransientModel):
    """Accepts or declines an order that a client proposes, with words for the client (B-11)."""

    _name = "bpmsoft.proposal.wizard"
    _description = "Decision About a Proposed Order"

    proposal_id = fields.Many2one("bpmsoft.order.proposal", required=True, ondelete="cascade")
    accept = fields.Boolean()
    answer = fields.Text(string="Answer to the Client", help="Part of the message to the client.")
    changed_text = fields.Char(related="proposal_id.changed_text", related_sudo=False)

    def action_decide(self):
        self.ensure_one()
        self.proposal_id._check_decider()
        self.proposal_id._decide(self.accept, self.answer or "")
        return {"type": "ir.actions.act_window_close"}
