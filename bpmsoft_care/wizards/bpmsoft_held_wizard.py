from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PROVIDER
from ..models.helpdesk_ticket_authorised import ASKED, HELD


class BpmsoftHeldWizard(models.TransientModel):
    """Decides what becomes of a request that the authorised person has not sent (B-5)."""

    _name = "bpmsoft.held.wizard"
    _description = "Decide About a Held Request"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    situation = fields.Text(compute="_compute_situation")
    needs_client = fields.Boolean(compute="_compute_situation")
    is_asked = fields.Boolean(compute="_compute_situation")
    entitlement_id = fields.Many2one(
        "support.entitlement",
        string="Client's Contract",
        compute="_compute_entitlement_id",
        store=True,
        readonly=False,
        domain=[("provider_id.code", "=", PROVIDER), ("is_in_force", "=", True)],
        ondelete="cascade",
        help="Of the client that the sender belongs to.",
    )
    authorised_id = fields.Many2one("res.partner", string="Authorised Person", compute="_compute_authorised_id")
    decision = fields.Selection(
        [
            ("hand", "Ask the authorised person whether it is their request"),
            ("pass", "Let this request through, with a reason"),
            ("authorise", "The client has named the sender its authorised person: record it"),
            ("refuse", "Refuse it"),
        ],
        required=True,
        default="hand",
    )
    reason = fields.Text(help="Kept on the ticket, for colleagues.")

    @api.depends("ticket_id")
    def _compute_situation(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket_sudo = wizard.ticket_id._filtered_access("read").sudo()
            wizard.is_asked = ticket_sudo.bpmsoft_standing == ASKED
            wizard.needs_client = bool(ticket_sudo) and not ticket_sudo._bpmsoft_get_entitlement()
            wizard.situation = bool(ticket_sudo) and ticket_sudo._bpmsoft_describe_sender()

    @api.depends("ticket_id")
    def _compute_entitlement_id(self):
        for wizard in self:
            ticket_sudo = wizard.ticket_id._filtered_access("read").sudo()
            wizard.entitlement_id = ticket_sudo._bpmsoft_get_entitlement().id if ticket_sudo else False

    @api.depends("entitlement_id")
    def _compute_authorised_id(self):
        for wizard in self:
            entitlement = wizard.entitlement_id._filtered_access("read")
            wizard.authorised_id = entitlement.sudo()._bpmsoft_get_contact() if entitlement else False

    def action_decide(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        reason = (self.reason or "").strip()
        match self.decision:
            case "pass":
                ticket._bpmsoft_pass(reason)
            case "hand":
                if not self.entitlement_id:
                    raise UserError(self.env._("Choose the contract of the client that the sender belongs to."))
                self.entitlement_id.check_access("read")
                ticket._bpmsoft_hand_over(self.entitlement_id, reason)
            case "authorise":
                if not self.entitlement_id:
                    raise UserError(self.env._("Choose the contract of the client that the sender belongs to."))
                ticket._bpmsoft_check_held(HELD, ASKED)
                return self.env["bpmsoft.contact.wizard"]._bpmsoft_get_action(self.entitlement_id, ticket)
            case _:
                action = ticket.action_bpmsoft_refuse()
                action["context"]["default_note"] = reason
                return action
        return {"type": "ir.actions.act_window_close"}
