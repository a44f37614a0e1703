from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.rating.models.rating_data import RATING_HAPPY_VALUE, RATING_NEUTRAL_VALUE, RATING_UNHAPPY_VALUE
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError, ValidationError
from odoo.tools import plaintext2html


class HelpdeskTicket(models.Model):
    """At the end the client reads what was done, and is asked how it was (D-11).

    Whichever way staff close a ticket, the summary has to be there. What closes by itself because the client does not
    answer (D-12), and what is merged or cancelled, has nothing to sum up.
    """

    _inherit = "helpdesk.ticket"

    dialog360_summary = fields.Text(
        string="Summary of the Solution",
        copy=False,
        groups="base.group_user",
        help="What was the matter and what was done, as the client reads it.",
    )
    dialog360_summed_up = fields.Boolean(
        copy=False, readonly=True, groups="base.group_user", help="The summary is that of an end which has come."
    )
    dialog360_rating_asked = fields.Datetime(string="Asked for Feedback", copy=False, readonly=True)
    dialog360_page_id = fields.Many2one(
        "document.page",
        string="Knowledge Page",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"dialog360_rating_asked", "dialog360_page_id", "dialog360_summed_up"}

    # one method a field: the stage may be found while the summary is still being stored
    @api.constrains("stage_id")
    def _check_dialog360_stage(self):
        self._dialog360_check_summary()

    @api.constrains("dialog360_summary")
    def _check_dialog360_summary(self):
        self._dialog360_check_summary()

    def _dialog360_check_summary(self) -> None:
        """:raise ValidationError: when staff close a ticket, or leave it closed, without a word about the solution"""
        if given(self.env, "support_no_notify") or self._support_get_side() != facts.STAFF:
            return
        for ticket in self:
            ticket_sudo = ticket.sudo()
            if (
                ticket_sudo.dialog360_ticket
                and ticket_sudo.stage_id.support_phase in (facts.RESOLVED, facts.CLOSED)
                and not ticket_sudo.support_merged_into_id
                and not (ticket_sudo.dialog360_summary or "").strip()
            ):
                raise ValidationError(
                    self.env._(
                        "%s cannot be closed yet: write in “Summary of the Solution” what was the matter and what was "
                        "done. The client gets it. The button “Close” asks for it.",
                        ticket_sudo.number,
                    )
                )

    # --- buttons ----------------------------------------------------------------------------------

    def action_dialog360_close(self):
        """Open the wizard that asks for the summary and closes the ticket."""
        return self._support_open_wizard("dialog360.close.wizard", self.env._("Close"))

    def action_dialog360_page(self):
        """D-11: make a draft of a knowledge page from the summary, to be found again by colleagues."""
        self.ensure_one()
        self.check_access("write")
        page_sudo = self._dialog360_make_page()
        page = page_sudo.with_env(self.env)
        if page.has_access("read"):
            return {
                "type": "ir.actions.act_window",
                "res_model": "document.page",
                "res_id": page.id,
                "views": [(False, "form")],
            }
        return False

    def _dialog360_make_page(self):
        """The draft made of the summary; access is checked by the caller.

        :return: ``document.page`` in superuser mode
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo.dialog360_page_id:
            return ticket_sudo.dialog360_page_id
        summary = (ticket_sudo.dialog360_summary or "").strip()
        if not ticket_sudo.dialog360_ticket or not summary:
            raise UserError(self.env._("Write the summary of the solution first: the page is made of it."))
        lang = ticket_sudo._support_get_customer_lang()
        # sudo: agents write no pages; this one says what they have written to the client, and is a draft
        page_sudo = (
            self.env["document.page"]
            .sudo()
            .create(
                {
                    "name": ticket_sudo.name,
                    "content": plaintext2html(summary),
                    "support_use": "solution",
                    "support_state": "draft",
                    "support_provider_ids": ticket_sudo.support_provider_id.ids,
                    "support_kind_ids": ticket_sudo.support_kind_id.ids,
                    "support_lang_ids": self.env["res.lang"].search([("code", "=", lang)]).ids,
                    "company_id": ticket_sudo.company_id.id,
                }
            )
        )
        ticket_sudo._support_set({"dialog360_page_id": page_sudo.id})
        self._message_log(body=self.env._("A knowledge page was drafted from the summary: “%s”.", page_sudo.name))
        return page_sudo

    # --- what happens at the end ------------------------------------------------------------------

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        phases = {row["ticket_id"]: row["data"]["phase"] for row in rows if row["kind"] == facts.PHASE}
        for ticket in self.browse(sorted(phases)).filtered("dialog360_ticket"):
            if phases[ticket.id] in (facts.RESOLVED, facts.CLOSED):
                if ticket.dialog360_summed_up:
                    continue  # solved first, then closed: that is one end
                ticket._support_set({"dialog360_summed_up": True})
                ticket._dialog360_send_summary(now)
            elif phases[ticket.id] not in facts.ENDED and ticket.dialog360_summed_up:
                # it was no solution: the next one has a summary of its own. What was said stays in the messages
                ticket._support_set({"dialog360_summary": False, "dialog360_summed_up": False})
        return result

    def _dialog360_send_summary(self, now: datetime) -> None:
        """D-11: the client reads what was done and is asked for feedback, once. With sudo."""
        self.ensure_one()
        summary = (self.dialog360_summary or "").strip()
        if not summary or self.support_merged_into_id or given(self.env, "support_no_notify"):
            return
        if not self.partner_id and not self.partner_email:
            return
        ticket = self._dialog360_for_client()
        asks = bool(self.partner_id) and not self.dialog360_rating_asked
        if asks:
            self._support_set({"dialog360_rating_asked": now})
        closing = [ticket.env._("Not solved after all? Answer this message: the ticket is opened again.")]
        if asks:
            closing.append(ticket.env._("How was it? One click helps us to do better:"))
        ticket.message_post(
            subject=ticket.env._("[%(number)s] Solved: %(name)s", number=self.number, name=self.name),
            body=ticket._dialog360_render(
                [ticket.env._("Your request is solved. In short:")],
                quoted=summary,
                closing=closing,
                rates=ticket._dialog360_get_rates() if asks else (),
            ),
            # whoever closes it tells the client what was found: that answers, too (D-5)
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner_id.ids,
            outgoing_email_to=False if self.partner_id.email else self.partner_email,
            author_id=self.env.user.partner_id.id,
        )

    # --- feedback ---------------------------------------------------------------------------------

    def _dialog360_get_rates(self) -> list[dict[str, str]]:
        """What a client can answer in one click: ``url`` and ``label``, in the language of the environment.

        No token stands in the message (G-9): the link in the client's own mail opens it without a login.
        """
        self.ensure_one()
        labels = {
            RATING_HAPPY_VALUE: self.env._("Good"),
            RATING_NEUTRAL_VALUE: self.env._("Middling"),
            RATING_UNHAPPY_VALUE: self.env._("Bad"),
        }
        return [{"url": self._dialog360_get_rate_url(value), "label": label} for value, label in labels.items()]

    def _dialog360_get_rate_url(self, value: int) -> str:
        return f"{self.get_base_url()}/my/ticket/{self.id}/rate/{value}"

    def _dialog360_get_rating_token(self) -> str:
        """What opens the one rating of this ticket; "" where nobody was asked. With sudo, for the portal."""
        self.ensure_one()
        if not self.dialog360_rating_asked or not self.partner_id:
            return ""
        # a rating that was given can be changed, and is not given twice
        given_sudo = self.rating_ids.filtered(lambda rating: rating.partner_id == self.partner_id)[:1]
        return given_sudo.access_token or self._rating_get_access_token(self.partner_id)

    def _support_get_customer_urls(self):
        values = (RATING_HAPPY_VALUE, RATING_NEUTRAL_VALUE, RATING_UNHAPPY_VALUE)
        return [*super()._support_get_customer_urls(), *(self._dialog360_get_rate_url(value) for value in values)]

    def _support_portal_get_facts(self):
        """D-11: the client reads the summary on the page of the ticket."""
        rows = super()._support_portal_get_facts()
        if self.dialog360_ticket and self.dialog360_summary and self.support_phase in facts.ENDED:
            rows.append({"label": self.env._("What was done"), "text": self.dialog360_summary})
        return rows
