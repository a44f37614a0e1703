from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import facts
from .support_time import to_instant

OUTAGE_FACTS = frozenset({facts.OUTAGE, facts.RESTORED, facts.OUTAGE_VOID, facts.ABSORBED})


class HelpdeskTicket(models.Model):
    """Outages of the service: since when it is down, when it was restored, what was lost (E-1.9).

    The facts are the truth. What was entered wrongly is corrected by a further fact about the same outage; a breach
    that was found on the way stays (E-3.1) and can be left out of achievement by agreement (E-3.8).
    """

    _inherit = "helpdesk.ticket"

    support_outage_ids = fields.One2many(
        "support.outage", "ticket_id", string="Outages", readonly=True, groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    support_outage_start = fields.Datetime(
        string="Down Since", copy=False, readonly=True, help="Of the last outage that the ticket tells of."
    )
    support_outage_end = fields.Datetime(string="Restored", copy=False, readonly=True)
    support_data_lost = fields.Integer(string="Data Lost (Minutes)", copy=False, readonly=True)
    support_outage_text = fields.Char(
        string="Outage",
        compute="_compute_support_outage_text",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    @api.depends("support_outage_start", "support_outage_end", "support_data_lost")
    @api.depends_context("lang", "tz", "uid")
    def _compute_support_outage_text(self):
        for ticket in self:
            outage = ticket.sudo()._support_get_outages()[:1] if ticket.support_outage_start else False
            ticket.support_outage_text = ticket._support_say_outage(outage) if outage else False

    @api.constrains("stage_id")
    def _check_support_outage_over(self):
        """Closing restores nothing: whoever closes says when the service came back."""
        for ticket in self:
            if not ticket.support_outage_start or ticket.support_outage_end or ticket.support_merged_into_id:
                continue
            if ticket.stage_id.support_phase == facts.CLOSED and ticket._support_get_side() == facts.STAFF:
                raise ValidationError(
                    self.env._(
                        "%(ticket)s tells of an outage since %(since)s that is not over: record when the service was "
                        "restored before you close it.",
                        ticket=ticket.number,
                        since=ticket._support_when(to_instant(ticket.support_outage_start)),
                    )
                )

    # --- actions ---------------------------------------------------------------------------------

    def action_support_outage(self):
        """Open the wizard that records an outage, running or over."""
        return self._support_open_outage_wizard("record", self.env._("Record an Outage"))

    def action_support_restored(self):
        """Open the wizard that records that the service is back."""
        return self._support_open_outage_wizard("restore", self.env._("Service Restored"))

    def action_support_correct_outage(self):
        """Open the wizard that corrects what was recorded about an outage."""
        return self._support_open_outage_wizard("correct", self.env._("Correct the Outage"))

    def _support_open_outage_wizard(self, mode: str, name: str) -> dict[str, Any]:
        action = self._support_open_wizard("support.outage.wizard", name)
        action["context"]["default_mode"] = mode
        return action

    # --- business --------------------------------------------------------------------------------

    def _support_get_outages(self):
        """The outages of this ticket and of those merged into it, the running one first, then the latest; with
        sudo."""
        self.ensure_one()
        outages_sudo = self.env["support.outage"].sudo()
        if not self.id:
            return outages_sudo
        found = outages_sudo.search(
            (Domain("ticket_id", "=", self.id) | Domain("ticket_id.support_merged_into_id", "=", self.id))
            & Domain("void", "=", False)
        )
        return found.sorted(lambda outage: (not outage.restored, outage.began, outage.id), reverse=True)

    def _support_guess_outage(self):
        """Since when the service has probably been down: the first outage since the raising, a later one since now.
        **Hook** for a provider that asks the customer.

        :return: naive UTC or False
        """
        self.ensure_one()
        return self.support_raised if not self.support_outage_start else False

    def _support_record_outage(
        self, began: datetime, restored: datetime | None = None, lost: int | None = None, note: str = ""
    ):
        """The service is down since ``began``, or was until ``restored`` (naive UTC). Access is checked by the caller.

        :param lost: minutes of data lost; None: not known yet
        :return: the ``support.outage``, with sudo
        :raise UserError: when it cannot be so
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        if not ticket_sudo.support_provider_id:
            raise UserError(self.env._("This ticket belongs to no support provider: no outage can be recorded on it."))
        if ticket_sudo.support_merged_into_id:
            raise UserError(
                self.env._("This ticket was merged: record it on %s.", ticket_sudo.support_merged_into_id.number)
            )
        began, restored = began.replace(microsecond=0), restored and restored.replace(microsecond=0)
        self._support_check_outage(began, restored)
        provider_sudo = ticket_sudo.support_provider_id
        outage_sudo = ticket_sudo.env["support.outage"].create(
            {
                "ticket_id": self.id,
                "provider_id": provider_sudo.id,
                "began": began,
                "restored": restored or False,
                "lost_known": bool(restored) and lost is not None,
                "lost": lost or 0 if restored else 0,
                "data_judged": provider_sudo.data_loss_judged,
                "allowed": provider_sudo.data_loss_minutes,
                "note": note,
            }
        )
        outage_sudo.flush_recordset()
        found = [(facts.OUTAGE, began, {})]
        if restored:
            found.append((facts.RESTORED, restored, {"lost": lost}))
        ticket_sudo._support_add_outage_facts(outage_sudo, found)
        self._support_log_outage(outage_sudo, note)
        return outage_sudo

    def _support_restore_outage(self, outage_sudo, restored: datetime, lost: int | None, note: str = ""):
        """The service is back since ``restored`` (naive UTC).

        :param lost: minutes of data lost; None: not known yet
        """
        self.ensure_one()
        restored = restored.replace(microsecond=0)
        self._support_check_outage(outage_sudo.began, restored, outage_sudo)
        outage_sudo.write(
            {
                "restored": restored,
                "lost_known": lost is not None,
                "lost": lost or 0,
                "note": self._support_add_note(outage_sudo, note),
            }
        )
        self.sudo()._support_add_outage_facts(outage_sudo, [(facts.RESTORED, restored, {"lost": lost})])
        self._support_log_outage(outage_sudo, note)

    def _support_correct_outage(
        self, outage_sudo, began: datetime, restored: datetime | None, lost: int | None, note: str
    ):
        """What was recorded about an outage was wrong; this is what was the case.

        :param restored: None: it was not restored after all
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        began, restored = began.replace(microsecond=0), restored and restored.replace(microsecond=0)
        self._support_check_outage(began, restored, outage_sudo)
        before = (outage_sudo.began, outage_sudo.restored)
        outage_sudo.write(
            {
                "began": began,
                "restored": restored or False,
                "lost_known": bool(restored) and lost is not None,
                "lost": lost or 0 if restored else 0,
                "note": self._support_add_note(outage_sudo, note),
            }
        )
        outage_sudo.flush_recordset()
        found: list[tuple[str, datetime, dict[str, Any]]] = []
        if began != before[0]:
            found.append((facts.OUTAGE, began, {}))
        if restored:
            found.append((facts.RESTORED, restored, {"lost": lost}))
        elif before[1]:
            found.append((facts.RESTORED, before[1], {"running": True}))
        if found:
            ticket_sudo._support_add_outage_facts(outage_sudo, found)
        self._support_log_outage(outage_sudo, note, corrected=True)

    def _support_void_outage(self, outage_sudo, note: str):
        """There was no such outage."""
        self.ensure_one()
        outage_sudo.write({"void": True, "note": self._support_add_note(outage_sudo, note)})
        outage_sudo.flush_recordset()
        now = self.env["support.event"]._now()
        self.sudo()._support_add_outage_facts(outage_sudo, [(facts.OUTAGE_VOID, now, {"note": note})])
        self._message_log(body=self.env._("There was no outage; it was recorded by mistake. %s", note))

    def _support_add_outage_facts(self, outage_sudo, found: Sequence[tuple[str, datetime, dict[str, Any]]]):
        """Record facts about an outage in one go: an end that is recorded after its begin would find it missed.

        :param found: kind, moment (naive UTC) and data of each
        """
        self.ensure_one()
        # as in _support_add_fact: of two transactions at the same time the second fails and is repeated
        self.env.cr.execute(SQL("UPDATE helpdesk_ticket SET support_raised = support_raised WHERE id = %s", self.id))
        rows = [
            {
                "ticket_id": self.id,
                "kind": kind,
                "moment": moment,
                "side": facts.STAFF,
                "data": {"outage": outage_sudo.id, **data},
            }
            for kind, moment, data in found
        ]
        self._support_record(rows, self.browse(), self.env["support.event"]._now())

    @api.model
    def _support_add_note(self, outage_sudo, note: str) -> str:
        return "\n".join(part for part in (outage_sudo.note, note) if part)

    def _support_check_outage(self, began: datetime, restored: datetime | None, outage_sudo=None):
        """:raise UserError: when an outage cannot have been so, in words"""
        now = self.env["support.event"]._now()
        if began > now:
            raise UserError(self.env._("An outage cannot begin in the future."))
        if restored and restored > now:
            raise UserError(self.env._("The service cannot have been restored in the future."))
        if restored and restored <= began:
            raise UserError(
                self.env._(
                    "The service was down since %(began)s: it cannot have been restored by %(restored)s.",
                    began=self._support_when(to_instant(began)),
                    restored=self._support_when(to_instant(restored)),
                )
            )
        for other in self._support_get_outages() - (outage_sudo or self.env["support.outage"]):
            if (not other.restored or began < other.restored) and (not restored or other.began < restored):
                since = self._support_when(to_instant(other.began))
                if not other.restored:
                    raise UserError(
                        self.env._(
                            "There is an outage since %s that is not over: record when the service was restored, or "
                            "correct that one.",
                            since,
                        )
                    )
                if not restored and other.began >= began:
                    raise UserError(
                        self.env._(
                            "There was an outage later, since %s: say when this one was over, or correct that one.",
                            since,
                        )
                    )
                raise UserError(
                    self.env._(
                        "There was an outage from %(since)s to %(until)s already: correct that one instead.",
                        since=since,
                        until=self._support_when(to_instant(other.restored)),
                    )
                )

    def _support_log_outage(self, outage_sudo, note: str, corrected: bool = False):
        values = {"outage": self._support_say_outage(outage_sudo), "note": note or ""}
        if corrected:
            body = self.env._("Outage corrected. %(outage)s %(note)s", **values)
        else:
            body = self.env._("Outage. %(outage)s %(note)s", **values)
        self._message_log(body=body)

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        concerned = {row["ticket_id"] for row in rows if row["kind"] in OUTAGE_FACTS} & set(self._ids)
        for ticket in self.browse(sorted(concerned)):
            outage = ticket._support_get_outages()[:1]
            ticket._support_set(
                {
                    "support_outage_start": outage.began,
                    "support_outage_end": outage.restored,
                    "support_data_lost": outage.lost,
                }
            )
        return result

    # --- words -----------------------------------------------------------------------------------

    def _support_say_outage(self, outage_sudo) -> str:
        """An outage in sentences for agents, with both verdicts."""
        self.ensure_one()
        outage_sudo.invalidate_recordset(["clock_id", "due", "recovery_verdict"])
        due = outage_sudo.due and self._support_when(to_instant(outage_sudo.due))
        since = self._support_when(to_instant(outage_sudo.began))
        if not outage_sudo.restored:
            sentences = [self.env._("The service has been down since %s.", since)]
            if due and outage_sudo.recovery_verdict == "missed":
                sentences.append(self.env._("It should have been restored by %s (RTO).", due))
            elif due:
                sentences.append(self.env._("It is to be restored by %s (RTO).", due))
            return " ".join(sentences)
        sentences = [
            self.env._(
                "The service was down from %(since)s to %(until)s, %(length)s.",
                since=since,
                until=self._support_when(to_instant(outage_sudo.restored)),
                length=self._support_length(outage_sudo.seconds),
            )
        ]
        if outage_sudo.recovery_verdict == "kept":
            sentences.append(self.env._("The time to restore it was kept (RTO)."))
        elif outage_sudo.recovery_verdict == "missed":
            sentences.append(self.env._("The time to restore it was missed (RTO)."))
        sentences.append(self._support_say_loss(outage_sudo))
        if outage_sudo.data_verdict == "kept":
            sentences.append(self.env._("That is within the limit (RPO)."))
        elif outage_sudo.data_verdict == "missed":
            sentences.append(self.env._("That is over the limit of %s min (RPO).", outage_sudo.allowed))
        return " ".join(sentences)

    def _support_say_loss(self, outage_sudo) -> str:
        """What an outage cost, in a sentence."""
        if not outage_sudo.lost_known:
            return self.env._("It is not known yet whether data was lost.")
        if not outage_sudo.lost:
            return self.env._("No data was lost.")
        return self.env._("Data of %s min was lost.", outage_sudo.lost)

    def _support_get_notice(self, portal: bool) -> str:
        notice = super()._support_get_notice(portal)
        if not portal or not self.support_outage_start or self.support_outage_end:
            return notice
        down = self.env._(
            "The service has been down since %s. We are restoring it.",
            self._support_when(to_instant(self.support_outage_start)),
        )
        return " ".join(sentence for sentence in (down, notice) if sentence)

    def _support_portal_get_facts(self) -> list[dict[str, str]]:
        answer = super()._support_portal_get_facts()
        if not self.support_outage_start:
            return answer
        # one that goes on is said at the top of the page
        for outage in reversed(self._support_get_outages().filtered("restored")):
            text = self.env._(
                "The service was down from %(since)s to %(until)s, %(length)s. %(loss)s",
                since=self._support_when(to_instant(outage.began)),
                until=self._support_when(to_instant(outage.restored)),
                length=self._support_length(outage.seconds),
                loss=self._support_say_loss(outage),
            )
            answer.append({"label": self.env._("Outage"), "text": text})
        return answer
