from collections.abc import Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup
from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from .document_page import ANSWERING
from .helpdesk_ticket_validation import SOLUTION, WORKAROUND

#: what can be looked through before one writes an answer oneself
OFFERED = 8


class HelpdeskTicket(models.Model):
    """Pages that fit a ticket, and those that were sent on it (E-7.2, P-12)."""

    _inherit = "helpdesk.ticket"

    support_page_use_ids = fields.One2many(
        "support.page.use", "ticket_id", string="Pages Used", groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    support_fit_ids = fields.Many2many(
        "document.page",
        string="Fitting Answers",
        compute="_compute_support_fit_ids",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Knowledge pages that fit the ticket's words, kind of request and language.",
    )
    support_fit_count = fields.Integer(
        string="Answers", compute="_compute_support_fit_ids", groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    support_solved_page_id = fields.Many2one(
        "document.page",
        string="Answered by Page",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The page that the ticket was resolved with; emptied when it is opened again.",
    )

    @api.depends("name", "description", "support_provider_id", "support_kind_id", "partner_id.lang")
    def _compute_support_fit_ids(self):
        for ticket in self:
            ticket.support_fit_ids = ticket._support_find_pages()
            ticket.support_fit_count = len(ticket.support_fit_ids)

    def _support_find_pages(self, text: str = "", every_language: bool = False):
        """Pages that can be sent on this ticket, the closest first, as far as the user may read them.

        :param text: what to look for; the ticket's own subject and description if empty
        """
        self.ensure_one()
        provider = self.support_provider_id
        if not provider:
            return self.env["document.page"]
        lang = None if every_language else self.sudo().partner_id.lang or self.env.lang
        company = self.company_id or self.env.company
        Page = self.env["document.page"]
        domain = Page._support_get_domain(ANSWERING, provider, lang, company)
        text = text.strip() or f"{self.name or ''}\n{html2plaintext(self.description or '')}"
        return Page._support_find(text, domain, OFFERED, self.support_kind_id)

    def _support_send_page(self, page, body, settles: bool, validates: bool = False):
        """Send a page's text, as the agent has it, to the customer: an answer that counts (E-1.2); and count it.

        A workaround is recorded as one (E-1.6), and the customer reads that it is not permanent (E-7.2). Access to
        ticket and page is checked by the caller.

        :param body: HTML, sanitized
        :param settles: the ticket is resolved with it; not with a workaround
        :param validates: the customer is asked whether it works (E-7.3)
        """
        self.ensure_one()
        if not self.partner_id and not self.partner_email:
            raise UserError(self.env._("%s has no customer whom an answer could reach.", self.number))
        temporary = page.sudo().support_use == WORKAROUND
        if validates:
            self._support_ask_validation(WORKAROUND if temporary else SOLUTION, page=page, body=body)
            return self.env["support.page.use"].sudo().search([("ticket_id", "=", self.id)], order="id desc", limit=1)
        if temporary:
            if settles:
                raise UserError(self.env._("A workaround settles nothing: ask the customer whether it works instead."))
            obstacle = self._support_get_workaround_obstacle()
            if obstacle:
                raise UserError(obstacle)
            words = html2plaintext(body).strip()
            self.sudo()._support_add_fact(facts.WORKAROUND, {"text": words, "told": True}, side=facts.STAFF)
            ticket = self._support_in_customer_lang()
            body = Markup("%s<p>%s</p>") % (
                body,
                ticket.env._("This is not permanent: the lasting solution is still to come."),
            )
        self.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner_id.ids,
            outgoing_email_to=False if self.partner_id else self.partner_email,
        )
        if settles:
            self._support_resolve_with_page(page)
        return self.env["support.page.use"]._record(page, "solved" if settles else "sent", self)

    def _support_resolve_with_page(self, page) -> None:
        self.ensure_one()
        if self.support_phase in facts.ENDED:
            return
        stages = self.team_id._get_applicable_stages()
        stage = stages.filtered(lambda stage: stage.support_phase == facts.RESOLVED)[:1]
        if not stage:
            raise UserError(self.env._("The queue “%s” has no stage for resolved tickets.", self.team_id.name))
        self.write({"stage_id": stage.id})
        # sudo: it follows from what was sent
        self.sudo()._support_set({"support_solved_page_id": page.id})

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"support_solved_page_id"}

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        phases = {row["ticket_id"]: row["data"].get("phase") for row in rows if row["kind"] == facts.PHASE}
        for ticket in self.browse(phases):
            if ticket.support_solved_page_id and phases[ticket.id] not in facts.ENDED:
                # whoever has it opened again was not helped by what was sent
                ticket._support_set({"support_solved_page_id": False})
                self.env["support.page.use"]._settle(ticket, "not_enough")
        return result

    def action_support_answers(self):
        """Open the pages that fit, to send one."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Answers"),
            "type": "ir.actions.act_window",
            "res_model": "support.answer.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }
