from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..tools import facts


class SupportAskWizard(models.TransientModel):
    """Asks a customer for what is missing, in one message, and waits for the answer (J-11, B-8, D-13)."""

    _name = "support.ask.wizard"
    _description = "Ask for Information"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    provider_id = fields.Many2one(related="ticket_id.support_provider_id", related_sudo=False)
    question_ids = fields.Many2many(
        "support.form.field",
        string="What Is Asked For",
        compute="_compute_question_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Chosen already: what the form of this ticket still lacks.",
    )
    question_count = fields.Integer(compute="_compute_question_ids", compute_sudo=False, store=True)
    note = fields.Text(string="In Your Words", help="Comes before the list, as you write it.")
    stage_id = fields.Many2one("helpdesk.ticket.stage", compute="_compute_stage_id", string="Moves To")

    @api.depends("ticket_id")
    def _compute_question_ids(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.question_ids = [question.id for question in ticket._support_form_get_missing()] if ticket else False
            wizard.question_count = len(
                ticket._support_form_get_definition().questions if ticket.support_provider_id else ()
            )

    @api.depends("ticket_id")
    def _compute_stage_id(self):
        for wizard in self:
            stages = wizard.ticket_id.team_id._get_applicable_stages()
            wizard.stage_id = stages.filtered(lambda stage: stage.support_phase == facts.WAITING_CUSTOMER)[:1]

    def action_ask(self):
        """Send it: an answer of the agent, after which it is the customer's turn."""
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        note = (self.note or "").strip()
        if not self.question_ids and not note:
            raise UserError(self.env._("Choose what you need to know, or write it: there is nothing to send yet."))
        if ticket._support_form_is_closed():
            raise UserError(self.env._("%s is closed: reopen it before you ask for more.", ticket.number))
        if not ticket.partner_id and not ticket.partner_email:
            raise UserError(self.env._("Nobody would get the message: this ticket has no customer yet."))
        body = self._render_message(note)
        ticket.with_context(lang=ticket._support_get_customer_lang()).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=ticket.partner_id.ids,
            outgoing_email_to=False if ticket.partner_id.email else ticket.partner_email,
        )
        if self.question_ids:
            ticket._support_request_form(side=facts.STAFF)
        if self.stage_id and ticket.stage_id != self.stage_id:
            ticket.stage_id = self.stage_id
        return {"type": "ir.actions.act_window_close"}

    def _render_message(self, note: str) -> Markup:
        """What the customer reads, in the customer's language."""
        ticket = self.ticket_id.with_context(lang=self.ticket_id._support_get_customer_lang())
        chosen = set(self.question_ids.ids)
        # sudo: the form is the provider's; which questions are asked is the agent's choice
        questions = ticket.sudo()._support_form_get_definition().questions if chosen else ()
        return ticket.env["ir.qweb"]._render(
            "support_sla.request_form_question",
            {
                "note": plaintext2html(note) if note else "",
                "labels": [question.label for question in questions if question.id in chosen],
                "url": ticket._support_form_get_url() if chosen and ticket.partner_id else "",
            },
            lang=ticket.env.lang,
        )
