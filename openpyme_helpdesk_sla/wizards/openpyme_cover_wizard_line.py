from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError

from ..models.openpyme_session import GENERAL


class OpenpymeCoverWizardLine(models.TransientModel):
    """One invited client of a session."""

    _name = "openpyme.cover.wizard.line"
    _description = "Client of a Session"

    wizard_id = fields.Many2one("openpyme.cover.wizard", required=True, ondelete="cascade", index=True)
    invitation_id = fields.Many2one("openpyme.invitation", required=True, ondelete="cascade")
    ticket_id = fields.Many2one(related="invitation_id.ticket_id", related_sudo=False)
    partner_id = fields.Many2one(related="invitation_id.partner_id", related_sudo=False)
    topic_id = fields.Many2one(related="invitation_id.topic_id", related_sudo=False)
    answer = fields.Selection(related="invitation_id.answer", related_sudo=False)
    attended = fields.Boolean()
    covered = fields.Boolean(compute="_compute_covered", store=True, readonly=False)
    result = fields.Char(readonly=True)

    @api.depends("wizard_id.topic_ids", "invitation_id")
    def _compute_covered(self):
        """A topic that was covered was covered for everybody who asked for it; single ones can be taken off."""
        for line in self:
            line.covered = line.invitation_id.sudo().topic_id in line.wizard_id.topic_ids._origin

    def _apply(self) -> str:
        """:return: what was done with the ticket, in words"""
        self.ensure_one()
        entry, ticket = self.invitation_id.sudo(), self.ticket_id
        ticket.check_access("write")
        if entry.state != "invited":
            return self.env._("Nothing: the invitation was withdrawn meanwhile.")
        entry.attended = self.attended
        if self.wizard_id.session_id.kind != GENERAL:
            entry.state = "held"
            return ticket._openpyme_invite_next(entry.topic_id)
        if ticket.sudo().support_phase in facts.ENDED:
            entry.state = "withdrawn"
            return self.env._("Nothing: it was closed before.")
        if not self.covered:
            entry.state = "open"
            return ticket._openpyme_invite_next(entry.topic_id)
        entry.state = "covered"
        closing = ticket.team_id._get_applicable_stages().filtered(lambda stage: stage.support_phase == facts.CLOSED)
        if not closing:
            raise UserError(self.env._("its team has no stage with the phase “Closed”"))
        ticket._openpyme_write(entry, "covered")
        ticket.stage_id = closing[:1]
        return self.env._("Closed; the client was told.")
