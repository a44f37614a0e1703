from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..models.document_page import ANSWERING


class SupportAnswerWizard(models.TransientModel):
    """Finds pages for a ticket, shows one, and sends it with what the agent made of its text (P-12)."""

    _name = "support.answer.wizard"
    _description = "Answer with a Page"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    search_text = fields.Char(
        string="Look For", help="Empty: the ticket's own subject and description are what is looked for."
    )
    every_language = fields.Boolean(help="Pages in another language than the customer's as well.")
    found_ids = fields.Many2many("document.page", compute="_compute_found_ids")
    page_id = fields.Many2one(
        "document.page",
        compute="_compute_page_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('id', 'in', found_ids)]",
        ondelete="cascade",
    )
    body = fields.Html(
        string="Message", compute="_compute_body", compute_sudo=False, store=True, readonly=False, sanitize_style=True
    )
    settles = fields.Boolean(
        string="This settles the ticket", help="The ticket is resolved with it, and the page has answered it."
    )
    validates = fields.Boolean(
        string="Ask the customer whether it works",
        help="The ticket waits resolved until the customer accepts it or rejects it, and that rates the page.",
    )
    use = fields.Selection(related="page_id.support_use", string="It Is")
    ended = fields.Boolean(compute="_compute_ended")

    @api.depends("ticket_id", "search_text", "every_language")
    def _compute_found_ids(self):
        for wizard in self:
            # a client may name any ticket: nothing is looked for on behalf of one that the user may not read
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.found_ids = (
                ticket._support_find_pages(wizard.search_text or "", wizard.every_language)
                if ticket
                else self.env["document.page"]
            )

    @api.depends("found_ids")
    def _compute_page_id(self):
        for wizard in self:
            wizard.page_id = wizard.found_ids[:1]

    @api.depends("page_id")
    def _compute_body(self):
        for wizard in self:
            wizard.body = wizard.page_id.content or False

    @api.depends("ticket_id")
    def _compute_ended(self):
        for wizard in self:
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.ended = ticket.support_phase in facts.ENDED if ticket else False

    def action_send(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        if not self.page_id:
            raise UserError(self.env._("Choose a page first."))
        self.page_id.check_access("read")
        ticket, page = self.ticket_id, self.page_id
        company = ticket.company_id or self.env.company
        domain = page._support_get_domain(ANSWERING, ticket.support_provider_id, None, company)
        if not page.sudo().filtered_domain(domain):
            raise UserError(self.env._("“%s” is not a page to send on this ticket any more.", page.name))
        if is_html_empty(self.body):
            raise UserError(self.env._("There is nothing to send: the message is empty."))
        ticket._support_send_page(page, self.body, self.settles and not self.validates, self.validates)
        return {"type": "ir.actions.act_window_close"}

    def action_missing(self):
        """Nothing fits: ask somebody to write the page."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        return {
            "name": self.env._("Page Missing"),
            "type": "ir.actions.act_window",
            "res_model": "support.missing.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_ticket_id": self.ticket_id.id,
                "default_name": self.search_text or self.ticket_id.name,
            },
        }
