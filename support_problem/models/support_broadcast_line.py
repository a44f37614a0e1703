from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError

from .helpdesk_ticket_validation import WORKAROUND


class SupportBroadcastLine(models.Model):
    """An incident of a broadcast and what came of it; told once (E-7.1)."""

    _name = "support.broadcast.line"
    _description = "Incident of a Broadcast"
    _order = "id"
    _rec_name = "ticket_id"
    _allow_sudo_commands = False

    broadcast_id = fields.Many2one("support.broadcast", required=True, readonly=True, ondelete="cascade", index=True)
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    partner_id = fields.Many2one(related="ticket_id.partner_id", string="Customer")
    stage_id = fields.Many2one(related="ticket_id.stage_id")
    chosen = fields.Boolean(string="Tell")
    state = fields.Selection(
        [
            ("todo", "To do"),
            ("told", "Told"),
            ("resolved", "Told and resolved"),
            ("skipped", "Skipped"),
            ("failed", "Failed"),
        ],
        string="Result",
        required=True,
        default="todo",
        readonly=True,
    )
    reason = fields.Char(string="Because", readonly=True)
    moment = fields.Datetime(string="When", readonly=True)

    # an incident once; what is left
    _ticket_unique = models.UniqueIndex("(broadcast_id, ticket_id)")
    _todo_idx = models.Index("(broadcast_id, id) WHERE state = 'todo'")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("The incidents of a problem are those that are linked to it."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            if vals.keys() - {"chosen"}:
                raise UserError(self.env._("That follows from what happens to it and cannot be entered."))
            if any(line.broadcast_id.state != "draft" for line in self):
                raise UserError(self.env._("What was sent cannot be changed."))
        return super().write(vals)

    def _settle(self, state: str, reason: str = ""):
        """Keep the result. Called with sudo."""
        self.write({"state": state, "reason": reason or False, "moment": self.env["support.event"]._now()})

    def _tell(self):
        """Tell the customer of this incident, as whoever sends the broadcast. Called with sudo.

        :raise Exception: when it cannot be done; nothing is stored of it then
        """
        self.ensure_one()
        broadcast = self.broadcast_id
        ticket = self.ticket_id.with_user(broadcast.user_id).with_context(
            lang=broadcast.user_id.lang, allowed_company_ids=broadcast.user_id.company_ids.ids
        )
        ticket_sudo = ticket.sudo()
        reason = self._get_skip_reason(ticket_sudo)
        if reason:
            return self._settle("skipped", reason)
        ticket.check_access("write")
        message = broadcast._prepare_message(ticket_sudo)
        page = broadcast.page_id.with_env(ticket.env)
        reachable = bool(ticket_sudo.partner_id or ticket_sudo.partner_email)
        # what ends in another way only is told all the same
        obstacle = ticket_sudo._support_get_broadcast_obstacle() if broadcast.resolves else ""
        resolves = broadcast.resolves and not obstacle
        if resolves and reachable and ticket_sudo._support_get_phase_stage(facts.RESOLVED):
            ticket._support_ask_validation(message["kind"], message["note"], page)
            return self._settle("resolved")
        if not resolves and not reachable:
            return self._settle("skipped", obstacle or self.env._("It has no customer who could be told."))
        if reachable:
            self._write_to_customer(ticket, message, page)
        if not resolves:
            return self._settle("told", obstacle)
        # nobody to ask, or a provider that knows no validation
        stage = ticket_sudo._support_get_phase_stage(facts.RESOLVED, facts.CLOSED)
        if not stage:
            raise UserError(
                self.env._("The queue “%s” has no stage for resolved tickets.", ticket_sudo.team_id.display_name)
            )
        ticket.write({"stage_id": stage.id})
        return self._settle("resolved", "" if reachable else self.env._("It has no customer who could be told."))

    def _write_to_customer(self, ticket, message, page):
        """An answer of staff, with no question."""
        temporary = message["kind"] == WORKAROUND
        if temporary:
            words = message["note"] or page.name
            ticket.sudo()._support_add_fact(facts.WORKAROUND, {"text": words, "told": True}, side=facts.STAFF)
        speaking = ticket._support_in_customer_lang()
        speaking.message_post(
            body=speaking.sudo()._support_broadcast_render(message, False),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=ticket.sudo().partner_id.ids,
            outgoing_email_to=False if ticket.sudo().partner_id else ticket.sudo().partner_email,
        )
        if page:
            self.env["support.page.use"].with_env(ticket.env)._record(page, "sent", ticket)

    def _get_skip_reason(self, ticket_sudo) -> str:
        """Why nothing is to be said on this ticket (any more); empty if something is."""
        if ticket_sudo.support_problem_id != self.broadcast_id.problem_id:
            return self.env._("It is not linked to this problem any more.")
        if ticket_sudo.support_merged_into_id:
            return self.env._("It was merged into %s.", ticket_sudo._support_get_survivor().number)
        if ticket_sudo.support_phase == facts.RESOLVED:
            return self.env._("It is resolved already.")
        if ticket_sudo.support_phase in facts.ENDED:
            return self.env._("It is closed already.")
        return ""
