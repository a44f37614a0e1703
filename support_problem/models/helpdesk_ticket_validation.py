from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup
from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import inside
from odoo.addons.support_sla.models.support_time import to_instant
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError
from odoo.tools import SQL, html2plaintext, plaintext2html
from odoo.tools.mail import html_sanitize

SOLUTION, WORKAROUND = "solution", "workaround"
#: written by the methods here alone
COLUMNS = (
    "support_validation",
    "support_validation_kind",
    "support_validation_asked",
    "support_validation_note",
    "support_validation_page_id",
    "support_validation_at",
    "support_validation_comment",
)


class HelpdeskTicket(models.Model):
    """The customer validates what was done: accepts it, or rejects it with a comment (E-7.3).

    The facts *accepted* and *rejected* are the truth; the columns hold the last question and its answer.
    """

    _inherit = "helpdesk.ticket"

    support_validation = fields.Selection(
        [
            ("asked", "Waiting for validation"),
            ("accepted", "Accepted"),
            ("rejected", "Rejected"),
            ("unanswered", "Closed without an answer"),
        ],
        string="Validation",
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups="base.group_user",
        help="Whether the customer was asked to check what was done, and what the answer was.",
    )
    support_validation_kind = fields.Selection(
        [(SOLUTION, "Solution"), (WORKAROUND, "Workaround")],
        string="To Validate",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )
    support_validation_asked = fields.Datetime(
        string="Validation Asked", copy=False, readonly=True, groups="base.group_user"
    )
    support_validation_note = fields.Text(
        string="What Was Done",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="As the customer reads it.",
    )
    support_validation_page_id = fields.Many2one(
        "document.page",
        string="By Page",
        copy=False,
        readonly=True,
        ondelete="set null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    support_validation_at = fields.Datetime(string="Validated", copy=False, readonly=True, groups="base.group_user")
    support_validation_comment = fields.Text(
        string="Customer's Comment", copy=False, readonly=True, groups="base.group_user"
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | set(COLUMNS)

    def action_support_ask_validation(self):
        """Open the wizard that puts what was done to the customer (E-7.3)."""
        return self._support_open_wizard("support.validation.wizard", self.env._("Ask Whether It Works"))

    def action_support_record_validation(self):
        """Open the wizard that records what the customer answered."""
        action = self._support_open_wizard("support.validation.wizard", self.env._("What the Customer Answered"))
        action["context"]["default_mode"] = "answer"
        return action

    # --- asking ----------------------------------------------------------------------------------------

    def _support_get_validation_obstacle(self) -> str:
        """Why the customer cannot be asked to validate, in words; empty if it can."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        if not ticket_sudo.support_provider_id:
            return self.env._("This ticket belongs to no support provider: there is nothing to validate.")
        if ticket_sudo.support_merged_into_id:
            return self.env._("This ticket was merged into %s: ask there.", ticket_sudo._support_get_survivor().number)
        if ticket_sudo.support_is_problem:
            return self.env._("A problem has no customer who could validate: ask on its incidents.")
        if not ticket_sudo.partner_id and not ticket_sudo.partner_email:
            return self.env._("%s has no customer who could validate anything.", self.number)
        if ticket_sudo.support_phase in (facts.CLOSED, facts.CANCELLED):
            return self.env._("%s is closed: open it again first.", self.number)
        if ticket_sudo.support_validation == "asked":
            return self.env._("The customer of %s has been asked already and has not answered yet.", self.number)
        if not ticket_sudo._support_get_phase_stage(facts.RESOLVED):
            return self.env._(
                "The queue “%s” has no stage for resolved tickets, where they wait for the customer's validation.",
                ticket_sudo.team_id.name,
            )
        return ""

    def _support_get_phase_stage(self, *phases: str):
        """The first stage of the ticket's queue that means one of ``phases``, tried in their order; or none."""
        self.ensure_one()
        stages = self.team_id._get_applicable_stages()
        for phase in phases:
            stage = stages.filtered(lambda stage, phase=phase: stage.support_phase == phase)[:1]
            if stage:
                return stage
        return stages.browse()

    def _support_ask_validation(self, kind: str, note: str = "", page=None, body: str = ""):
        """What was done is put to the customer, who is to check it (E-7.3). Access is checked by the caller.

        The ticket goes to its queue's stage for resolved tickets, without that stage's own mail: the question is one.
        A workaround is recorded as one (E-1.6).

        :param kind: ``solution`` or ``workaround``; the customer is told that a workaround is not permanent
        :param note: what was done, plain text for the customer
        :param page: the ``document.page`` that was applied. A published one is part of the mail; what the customer
            answers rates it (E-7.2)
        :param body: HTML, sanitized: what the agent made of the page's text, sent in its place
        :raise UserError: when the customer cannot be asked, in words
        """
        self.ensure_one()
        self._support_lock_validation()
        obstacle = self._support_get_validation_obstacle()
        if obstacle:
            raise UserError(obstacle)
        if kind not in (SOLUTION, WORKAROUND):
            raise UserError(self.env._("Say whether it is a solution or a workaround."))
        ticket_sudo = self.sudo()
        page_sudo = (page or self.env["document.page"]).sudo()
        note = (note or "").strip()
        now = self.env["support.event"]._now()
        if kind == WORKAROUND and (note or page_sudo or not ticket_sudo.support_workaround_at):
            words = (
                note or html2plaintext(body or "").strip() or page_sudo.name or self.env._("A workaround was applied.")
            )
            ticket_sudo._support_add_fact(facts.WORKAROUND, {"text": words, "told": True}, side=facts.STAFF)
        if note or body or page_sudo:
            # an answer of substance, given now; the mail itself is the outbox's
            ticket_sudo._support_add_fact(facts.MESSAGE_OUT, {"validation": kind}, side=facts.STAFF)
        if ticket_sudo.support_phase != facts.RESOLVED:
            stage = ticket_sudo._support_get_phase_stage(facts.RESOLVED)
            moving = self.with_context(**inside(support_no_template=True, support_validation_asking=True))
            moving.write({"stage_id": stage.id})
        ticket_sudo._support_set(
            {
                "support_validation": "asked",
                "support_validation_kind": kind,
                "support_validation_asked": now,
                "support_validation_note": note or False,
                "support_validation_page_id": page_sudo.id or False,
                "support_validation_at": False,
                "support_validation_comment": False,
            }
        )
        if page_sudo:
            self.env["support.page.use"]._record(page_sudo, "sent", self)._ask()
        self.env["support.notification"]._enqueue(
            [
                {
                    "ticket_id": self.id,
                    "kind": "validation",
                    "partner_id": ticket_sudo.partner_id.id,
                    "data": {
                        "kind": kind,
                        "note": note,
                        "page": page_sudo.id or False,
                        "body": str(body or ""),
                        "author": self.env.user.partner_id.id,
                        "asked": fields.Datetime.to_string(now),
                    },
                }
            ]
        )

    def _support_lock_validation(self):
        """Of two who ask or answer at once the second waits, and then sees what the first did."""
        self.env.cr.execute(SQL("SELECT id FROM helpdesk_ticket WHERE id = %s FOR UPDATE", self.id))
        self.invalidate_recordset(["support_validation", "support_validation_asked", "support_validation_at"])

    # --- the customer's answer -------------------------------------------------------------------------

    def _support_validate(self, accepted: bool, comment: str, side: str):
        """Record the customer's answer (E-7.3). Accepting closes the ticket, rejecting opens it again.

        Access is checked by the caller: nobody but the ticket's own customer, or staff who were told the answer.

        :param comment: plain text; a rejection needs one
        :param side: ``facts.CUSTOMER`` when the customer says so, ``facts.STAFF`` when somebody records it
        :raise UserError: when nothing is asked (any more), or the comment is missing
        """
        self.ensure_one()
        self._support_lock_validation()
        ticket_sudo = self.sudo()
        comment = (comment or "").strip()
        if ticket_sudo.support_validation != "asked":
            raise UserError(ticket_sudo._support_say_not_asked())
        if not accepted and not comment:
            raise UserError(self.env._("Please say what does not work, so that the work can go on."))
        comment = self._support_mask_said(comment)
        kind = ticket_sudo.support_validation_kind
        ticket_sudo._support_set(
            {
                "support_validation": "accepted" if accepted else "rejected",
                "support_validation_at": self.env["support.event"]._now(),
                "support_validation_comment": comment or False,
            }
        )
        self.env["support.page.use"]._rate(ticket_sudo, accepted)
        ticket_sudo._support_add_fact(
            facts.ACCEPTED if accepted else facts.REJECTED, {"kind": kind, "reason": comment}, side=side
        )
        moved = ticket_sudo.with_context(**inside(support_side=side))
        if accepted:
            moved._support_say_validated(comment, side, heard=False)
            stage = moved._support_get_phase_stage(facts.CLOSED)
            if stage and moved.support_phase != facts.CLOSED:
                moved.stage_id = stage
        else:
            moved._support_say_validated(comment, side, heard=True)
            if moved.support_phase in facts.ENDED:
                # the message has not done it: the provider names no stage for answers
                stage = moved._support_get_phase_stage(facts.OPEN, facts.NEW)
                if stage:
                    moved.stage_id = stage
            if kind == WORKAROUND and moved.support_workaround_at:
                moved._support_add_fact(facts.WORKAROUND_FAILED, {"note": comment, "told": False}, side=side)
        ticket_sudo._support_after_validation(accepted, comment)

    def _support_say_validated(self, comment: str, side: str, heard: bool):
        """Put the answer on the ticket: the customer's own words as the customer's message, else a note.

        :param heard: whether the message is to do what an answer of the customer does
        """
        self.ensure_one()
        accepted = self.support_validation == "accepted"
        if side != facts.CUSTOMER:
            said = self.env._("The customer accepts it.") if accepted else self.env._("The customer rejects it.")
            self._message_log(
                body=Markup("<p>%s</p>%s") % (said, plaintext2html(comment) if comment else ""),
                author_id=self.env.user.partner_id.id,
            )
            return
        user = self.env.user
        author = user.partner_id if user.share and not user._is_public() else self.partner_id
        ticket = self.with_context(lang=self._support_get_customer_lang())
        said = ticket.env._("It works: accepted.") if accepted else ticket.env._("It does not work: rejected.")
        if not heard:
            ticket = ticket.with_context(**inside(support_no_sync=True))
        ticket.message_post(
            body=Markup("<p><strong>%s</strong></p>%s") % (said, plaintext2html(comment) if comment else ""),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            email_from=author.email_formatted or self.partner_email,
        )

    def _support_after_validation(self, accepted: bool, comment: str) -> None:
        """The customer has answered, and the ticket was closed or opened again. **Hook**, called with sudo: what was
        validated is ``support_validation_kind``, by which page ``support_validation_page_id``.
        """

    def _support_say_not_asked(self) -> str:
        """Why there is nothing to answer (any more), for whoever tries."""
        self.ensure_one()
        if self.support_validation == "accepted":
            return self.env._("This was accepted already: there is nothing else to do.")
        if self.support_validation == "rejected":
            return self.env._("This was rejected already: the work goes on.")
        if self.support_validation == "unanswered":
            clocks = self.sudo().support_clock_ids
            clocks = clocks.filtered(lambda clock: clock.metric == "acceptance" and clock.breached)
            if clocks:
                return self.env._(
                    "The time to answer was over on %s, and the request is closed. If something does not work, write "
                    "to us: we take it up again.",
                    self._support_when(to_instant(clocks.sorted("deadline")[-1].deadline)),
                )
            return self.env._(
                "The request was closed without an answer of yours, so there is nothing to check any more. If "
                "something does not work, write to us: we take it up again."
            )
        return self.env._("There is nothing to check at the moment.")

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        phases = {row["ticket_id"]: row for row in rows if row["kind"] == facts.PHASE}
        for ticket in self.browse(phases):
            phase, side = phases[ticket.id]["data"].get("phase"), phases[ticket.id].get("side")
            if ticket.support_validation in ("accepted", "unanswered") and phase not in facts.ENDED:
                # opened again after all: what was once said of it is a fact, and holds no more
                ticket._support_set({"support_validation": False})
            if ticket.support_validation != "asked" or phase == facts.RESOLVED:
                continue
            if phase == facts.CLOSED and side == facts.CUSTOMER and ticket._support_portal_may_validate(self.env.user):
                # who closes the ticket in the portal, asked whether it works, says that it does
                ticket._support_validate(True, "", facts.CUSTOMER)
                continue
            # closed in silence, by a person or a step of a chain; or the work goes on and the question is withdrawn
            ticket._support_set({"support_validation": "unanswered" if phase == facts.CLOSED else False})
            self.env["support.page.use"]._withdraw(ticket)
        return result

    def _support_get_notice(self, portal: bool) -> str:
        notice = super()._support_get_notice(portal)
        ticket_sudo = self.sudo()
        if portal or ticket_sudo.support_validation != "asked":
            return notice
        since = self._support_when(to_instant(ticket_sudo.support_validation_asked))
        said = (
            self.env._("The customer is asked since %s whether the workaround works.", since)
            if ticket_sudo.support_validation_kind == WORKAROUND
            else self.env._("The customer is asked since %s whether it is solved.", since)
        )
        return " ".join(sentence for sentence in (notice, said) if sentence)

    # --- the mail --------------------------------------------------------------------------------------

    def _support_validation_get_subject(self) -> str:
        self.ensure_one()
        return self.env._("[%(number)s] Please check: %(name)s", number=self.number, name=self.name)

    def _support_validation_get_until(self) -> str:
        """Until when the customer can answer, in words; empty where silence closes nothing (E-1.8)."""
        self.ensure_one()
        clock = self.sudo().support_clock_ids.filtered(
            lambda clock: clock.metric == "acceptance" and clock.state in facts.LIVE and clock.deadline
        )[:1]
        closing = clock.target_id.chain_id.step_ids.filtered("active").stage_id.filtered("closed")
        return self._support_when(to_instant(clock.deadline)) if closing else ""

    def _support_validation_get_url(self) -> str:
        """Where the customer answers; in the customer's own mail it opens without a login."""
        self.ensure_one()
        return f"{self.get_base_url()}/my/ticket/{self.id}#support_validation"

    def _support_get_customer_urls(self):
        return [*super()._support_get_customer_urls(), self._support_validation_get_url()]

    def _support_validation_render(self, data: Mapping[str, Any]) -> Markup:
        """The question as a message, in the language of the environment.

        :param data: ``kind``, ``note``, ``page`` (an id) and ``body`` as they were given
        """
        self.ensure_one()
        page_sudo = self.env["document.page"].sudo().browse(data.get("page") or []).exists()
        text = html_sanitize(data["body"]) if data.get("body") else ""
        if not text and page_sudo.support_state == "published":
            text = page_sudo.content
        return self.env["ir.qweb"]._render(
            "support_problem.validation_message",
            {
                "ticket": self,
                "temporary": data.get("kind") == WORKAROUND,
                "note": plaintext2html(data.get("note") or "") if data.get("note") else "",
                "page": text,
                "url": self._support_validation_get_url() if self.partner_id else "",
                "until": self.with_context(tz=self.partner_id.tz or False)._support_validation_get_until(),
            },
            lang=self.env.lang,
        )
