from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.openpyme_session import GENERAL, INDIVIDUAL


class OpenpymeInviteWizard(models.TransientModel):
    """Asks for which topic a client is invited, to which session (O-11)."""

    _name = "openpyme.invite.wizard"
    _description = "Invite to a Session"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    kind = fields.Selection([(GENERAL, "General"), (INDIVIDUAL, "Individual")], default=GENERAL, required=True)
    topic_id = fields.Many2one(
        "openpyme.topic", compute="_compute_topic_id", store=True, readonly=False, ondelete="cascade"
    )
    session_id = fields.Many2one(
        "openpyme.session",
        compute="_compute_session_id",
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('kind', '=', 'general'), ('state', '=', 'planned'), ('start', '>', 'now')]",
    )
    session_start = fields.Datetime(related="session_id.start", related_sudo=False, string="Session Begins")
    start = fields.Datetime(help="Of the individual session.")
    minutes = fields.Integer(string="Length (Minutes)", default=60)
    link = fields.Char(string="Meeting Link")
    obstacle = fields.Char(compute="_compute_obstacle")

    @api.depends("ticket_id")
    def _compute_topic_id(self):
        for wizard in self:
            wizard.topic_id = wizard.ticket_id._filtered_access("read").openpyme_topic_id

    @api.depends("ticket_id", "topic_id", "kind")
    def _compute_session_id(self):
        for wizard in self:
            if wizard.kind == GENERAL and (not wizard.session_id or not wizard.session_id.topic_ids & wizard.topic_id):
                company = wizard.ticket_id._filtered_access("read").company_id
                wizard.session_id = self.env["openpyme.session"]._find_next(wizard.topic_id, company=company)

    @api.depends("ticket_id", "session_id", "kind")
    def _compute_obstacle(self):
        for wizard in self:
            ticket = wizard.ticket_id._filtered_access("read")
            if not ticket:
                wizard.obstacle = False
            elif wizard.kind == INDIVIDUAL:
                wizard.obstacle = ticket._openpyme_get_individual_obstacle()
            else:
                topic = wizard.topic_id or self.env["openpyme.topic"].new({"name": "?"})
                wizard.obstacle = ticket._openpyme_get_invite_obstacle(wizard.session_id, topic)

    def action_invite(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if self.kind == GENERAL:
            ticket._openpyme_invite(self.session_id, self.topic_id)
            return {"type": "ir.actions.act_window_close"}
        obstacle = ticket._openpyme_get_individual_obstacle()
        if obstacle:
            raise UserError(obstacle)
        if not self.topic_id or not self.start or self.minutes < 1:
            raise UserError(self.env._("An individual session needs a topic, a beginning and a length."))
        pending = ticket.sudo().openpyme_invitation_ids.filtered(lambda entry: entry.state == "invited")
        if any(entry.kind == INDIVIDUAL for entry in pending):
            raise UserError(self.env._("An individual session is planned already."))
        session = self.env["openpyme.session"].create(
            {
                "name": self.env._(
                    "%(topic)s with %(account)s", topic=self.topic_id.name, account=ticket.partner_id.name
                ),
                "kind": INDIVIDUAL,
                "company_id": ticket.company_id.id,
                "account_id": ticket.commercial_partner_id.id,
                "start": self.start,
                "stop": self.start + timedelta(minutes=self.minutes),
                "link": self.link,
                "topic_ids": [fields.Command.set(self.topic_id.ids)],
            }
        )
        # it cannot wait for the general session: that invitation makes room, and comes again afterwards
        pending.write({"state": "open", "result": self.env._("An individual session comes first.")})
        pending._tell("cancelled")
        ticket._openpyme_invite(session, self.topic_id)
        return {"type": "ir.actions.act_window_close"}
