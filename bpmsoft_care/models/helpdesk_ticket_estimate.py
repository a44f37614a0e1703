from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.models.support_time import to_instant
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError

#: what estimates come to: entered by nobody
ESTIMATED = frozenset({"bpmsoft_estimate", "bpmsoft_estimate_flagged"})


class HelpdeskTicket(models.Model):
    """By when a ticket is expected to be solved (B-4): said to the client, extended with a reason, never a promise."""

    _inherit = "helpdesk.ticket"

    bpmsoft_estimate_ids = fields.One2many(
        "bpmsoft.estimate",
        "ticket_id",
        string="Estimates",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    bpmsoft_estimate = fields.Datetime(
        string="Estimate", copy=False, readonly=True, groups="base.group_user", help="Expected to be solved by then."
    )
    bpmsoft_estimate_flagged = fields.Boolean(
        string="Estimate Flagged",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Somebody was told that this estimate has passed.",
    )
    bpmsoft_estimate_state = fields.Selection(
        [("none", "No estimate"), ("ahead", "Estimated"), ("overdue", "Estimate overdue")],
        string="State of the Estimate",
        compute="_compute_bpmsoft_estimate_state",
        groups="base.group_user",
    )

    # "whose estimate has passed and nobody was told": the scheduled action, and the filter of agents
    _bpmsoft_estimate_idx = models.Index("(bpmsoft_estimate) WHERE bpmsoft_estimate IS NOT NULL")

    @api.depends("bpmsoft_estimate", "support_phase", "support_provider_id")
    def _compute_bpmsoft_estimate_state(self):
        now = self.env["support.event"]._now()
        for ticket in self:
            state = False
            if ticket.bpmsoft_estimate:
                state = "overdue" if ticket.bpmsoft_estimate <= now else "ahead"
            elif ticket.bpmsoft_ticket and ticket.support_phase not in facts.ENDED:
                state = "none"
            ticket.bpmsoft_estimate_state = state

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | ESTIMATED

    # --- giving, extending, shortening ----------------------------------------------------------------

    def action_bpmsoft_estimate(self):
        """Say by when it is expected to be solved, or change that."""
        action = self._support_open_wizard("bpmsoft.estimate.wizard", self.env._("Estimate"))
        ticket_sudo = self.sudo()
        refusal = ticket_sudo._bpmsoft_may_not_decide()
        if refusal:
            raise UserError(refusal)
        # what was seen when the button was pressed: somebody else may be faster
        action["context"]["default_before"] = fields.Datetime.to_string(ticket_sudo.bpmsoft_estimate) or False
        return action

    def _bpmsoft_give_estimate(self, until: datetime, reason=None, words: str = "", seen: datetime | None = None):
        """Record an estimate, or another one, and tell the client at once.

        :param until: naive UTC
        :param reason: ``bpmsoft.estimate.reason``; needed, with words, when it is later than the one before
        :param seen: the estimate that whoever changes it has seen
        :raise UserError: when it cannot be, in a sentence
        """
        ticket = self._bpmsoft_take()
        before = ticket.bpmsoft_estimate
        now = self.env["support.event"]._now()
        words = words.strip()
        if (before or None) != (seen or None):
            raise UserError(
                self.env._(
                    "%(who)s has changed the estimate of %(ticket)s meanwhile: close this window and look at it again.",
                    who=ticket._bpmsoft_get_last_estimate().user_id.name or "",
                    ticket=ticket.number,
                )
            )
        if not until or until <= now:
            raise UserError(self.env._("The estimate must lie in the future."))
        if until == before:
            raise UserError(self.env._("That is the estimate already: there is nothing to change."))
        extended = bool(before) and until > before
        if extended and not reason:
            raise UserError(self.env._("An estimate is extended with an objective reason only: choose one."))
        if extended and not words:
            raise UserError(self.env._("Say in words why the estimate is extended: the client reads it."))
        words = self._support_mask_said(words)
        kind = "given" if not before else "extended" if extended else "shortened"
        row = self.env["bpmsoft.estimate"]._record(
            [
                {
                    "ticket_id": ticket.id,
                    "number": len(ticket.bpmsoft_estimate_ids) + 1,
                    "kind": kind,
                    "until": until,
                    "before": before,
                    "reason_id": reason.id if extended else False,
                    "words": words or False,
                }
            ]
        )
        ticket._support_set({"bpmsoft_estimate": until, "bpmsoft_estimate_flagged": False})
        self.env["bpmsoft.watch"]._wake_at(until)
        self._bpmsoft_tell_estimate(row)
        return row

    def _bpmsoft_get_last_estimate(self):
        """What happened last to the estimate; with sudo."""
        self.ensure_one()
        return self.bpmsoft_estimate_ids.sorted("number")[-1:]

    def _bpmsoft_tell_estimate(self, row) -> None:
        """Tell the client of an estimate, in the client's language and zone: a message by whoever gave it."""
        ticket_sudo = self.sudo()
        lang = ticket_sudo._support_get_customer_lang()
        zone = ticket_sudo.partner_id.tz or ticket_sudo.support_provider_id.tz
        localised = ticket_sudo.with_context(lang=lang, tz=zone)
        body = self.env["ir.qweb"]._render(
            "bpmsoft_care.estimate_message",
            {
                "ticket": localised,
                "kind": row.kind,
                "until": localised._support_when(to_instant(row.until)),
                "before": localised._support_when(to_instant(row.before)) if row.before else "",
                "reason": row.reason_id.with_context(lang=lang).name or "",
                "words": row.words or "",
            },
            lang=lang,
        )
        self.with_context(lang=lang).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=ticket_sudo._bpmsoft_get_readers().ids,
        )

    # --- it passes, the request ends ---------------------------------------------------------------------

    def _bpmsoft_flag_estimate(self, now: datetime) -> None:
        """The estimate has passed: whoever works on the ticket is told, once an estimate. With sudo, row locked."""
        self.ensure_one()
        until = self.bpmsoft_estimate
        if not until or until > now or self.bpmsoft_estimate_flagged:
            return
        self._support_set({"bpmsoft_estimate_flagged": True})
        row = self._bpmsoft_get_last_estimate()
        self.env["support.notification"]._enqueue(
            [
                self._bpmsoft_tell_responsible(
                    "bpmsoft_estimate_overdue", f"bpmsoft_estimate:{row.id}", until=fields.Datetime.to_string(until)
                )
            ]
        )

    def _support_after_facts(self, rows, now):
        """B-4: an estimate ends with the request; what is opened again needs a new one."""
        result = super()._support_after_facts(rows, now)
        moved = {row["ticket_id"] for row in rows if row["kind"] in (facts.PHASE, facts.MERGED)}
        ended, again = [], []
        for ticket in self.filtered(lambda ticket: ticket.id in moved and ticket.bpmsoft_ticket):
            over = ticket.support_phase in facts.ENDED or ticket.support_merged_into_id
            if over and ticket.bpmsoft_estimate:
                ended.append(
                    {
                        "ticket_id": ticket.id,
                        "number": len(ticket.bpmsoft_estimate_ids) + 1,
                        "kind": "ended",
                        "before": ticket.bpmsoft_estimate,
                    }
                )
                ticket._support_set({"bpmsoft_estimate": False, "bpmsoft_estimate_flagged": False})
            elif not over and not given(self.env, "support_no_notify"):
                last = ticket._bpmsoft_get_last_estimate()
                if last.kind == "ended":
                    again.append(
                        ticket._bpmsoft_tell_responsible("bpmsoft_estimate_again", f"bpmsoft_estimate_again:{last.id}")
                    )
        if ended:
            self.env["bpmsoft.estimate"]._record(ended)
        if again:
            self.env["support.notification"]._enqueue(again)
        return result

    # --- in words -----------------------------------------------------------------------------------------

    def _support_get_notice(self, portal: bool) -> str:
        notice = super()._support_get_notice(portal)
        ticket_sudo = self.sudo()
        now = self.env["support.event"]._now()
        if portal or not ticket_sudo.bpmsoft_ticket:
            return notice
        said = ""
        if ticket_sudo.bpmsoft_estimate and ticket_sudo.bpmsoft_estimate <= now:
            said = self.env._(
                "The estimate has passed (%s): solve it, or extend the estimate with the reason.",
                self._support_when(to_instant(ticket_sudo.bpmsoft_estimate)),
            )
        elif ticket_sudo.support_phase not in facts.ENDED and ticket_sudo._bpmsoft_get_last_estimate().kind == "ended":
            said = self.env._("It was opened again: give the client a new estimate.")
        return " ".join(sentence for sentence in (notice, said) if sentence)

    def _bpmsoft_portal_describe_estimate(self, now: str) -> dict[str, Any] | None:
        """The estimate and how it came about, as the client reads it; None when none was ever given.

        :param now: UTC text
        :return: ``until`` (see :meth:`_support_portal_describe_moment`, or False), ``overdue``, ``headline`` (a
            sentence), ``rows`` (the last first: ``when``, ``text``, ``reason``, ``words``)
        """
        self.ensure_one()
        rows = self.bpmsoft_estimate_ids.sorted("number", reverse=True)
        if not rows:
            return None

        def full(moment) -> str:
            return self._support_portal_describe_moment(fields.Datetime.to_string(moment), now)["full"]

        words = {
            "given": lambda row: self.env._("Estimated: %s", full(row.until)),
            "extended": lambda row: self.env._(
                "Extended from %(before)s to %(until)s", before=full(row.before), until=full(row.until)
            ),
            "shortened": lambda row: self.env._(
                "Brought forward from %(before)s to %(until)s", before=full(row.before), until=full(row.until)
            ),
            "ended": lambda row: self.env._("The work ended, and the estimate with it"),
        }
        current = self.bpmsoft_estimate
        until = self._support_portal_describe_moment(fields.Datetime.to_string(current) if current else False, now)
        overdue = bool(current) and fields.Datetime.to_string(current) <= now
        headline = ""
        if overdue:
            headline = self.env._("This estimate has passed. We are sorry; a new one follows with its reason.")
        elif not current and self.support_phase not in facts.ENDED:
            headline = self.env._("There is no estimate at the moment: a new one follows.")
        return {
            "until": until,
            "overdue": overdue,
            "headline": headline,
            "rows": [
                {
                    "when": full(row.moment),
                    "text": words[row.kind](row),
                    "reason": row.reason_id.name or "",
                    "words": row.words or "",
                }
                for row in rows
            ],
        }

    def _bpmsoft_portal_add_estimate(self, answer: dict[str, Any], panel: dict[str, Any]) -> dict[str, Any]:
        """While the provider works and nothing else comes next, the estimate is what the client waits for."""
        current = self.bpmsoft_estimate
        if answer["mine"] or answer["moment"] or not current or self._bpmsoft_may_not_decide():
            return answer
        moment = self._support_portal_describe_moment(fields.Datetime.to_string(current), panel["now"])
        if fields.Datetime.to_string(current) <= panel["now"]:
            return answer
        return {
            **answer,
            "headline": self.env._(
                "%(provider)s expects to solve this by %(time)s",
                provider=self.support_provider_id.name,
                time=moment["text"],
            ),
            "moment": moment,
            "countdown": True,
            "hint": self.env._("This is an estimate, see below how it came about."),
        }
