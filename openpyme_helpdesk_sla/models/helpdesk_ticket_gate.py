from datetime import datetime

from odoo import models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError

#: phases in which somebody works, or says that the work is done
AT_WORK = frozenset({facts.OPEN, facts.WAITING_THIRD_PARTY, facts.RESOLVED})


class HelpdeskTicket(models.Model):
    """Nobody works on what was neither reviewed nor classified (O-2, O-3), whichever way it is started.

    Colleagues are refused with what is still to be done. What clients, mails and machines set in motion is never
    refused: the request goes to the stage of new ones, where whoever reviews looks.
    """

    _inherit = "helpdesk.ticket"

    def _support_take_places(self, now: datetime):
        # here, because the recorder comes by on every way in and before anything sees that it was started
        for ticket in self:
            if ticket._openpyme_starts_unclassified():
                ticket._openpyme_refuse_unclassified()
        return super()._support_take_places(now)

    def _openpyme_starts_unclassified(self) -> bool:
        """Whether this ticket is being put in work before anybody knows what it is. With sudo."""
        self.ensure_one()
        if not self.openpyme_ticket or self.stage_id.support_phase not in AT_WORK:
            return False
        if self.support_phase in AT_WORK or not self._openpyme_get_before_work():
            return False  # nothing is stopped that was in work before
        return not any(given(self.env, key) for key in ("support_no_notify", "support_lane_adopt", "openpyme_reviewed"))

    def _openpyme_get_before_work(self) -> str:
        """What is to be done before anybody works on this request: ``review``, ``kind``, or "" for nothing."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        if (
            not ticket_sudo.openpyme_ticket
            or ticket_sudo.support_is_problem
            or ticket_sudo.support_merged_into_id
            or ticket_sudo.openpyme_moved_to_id
            or ticket_sudo.support_history_key
            or not ticket_sudo.active
        ):
            return ""
        if ticket_sudo._openpyme_needs_review():
            return "review"
        return "" if ticket_sudo.support_kind_id else "kind"

    def _openpyme_refuse_unclassified(self) -> None:
        """:raise UserError: for colleagues; for everybody else the request waits where it is reviewed"""
        self.ensure_one()
        if self._support_get_side() == facts.STAFF and not given(self.env, "support_by_mail"):
            raise UserError(self._openpyme_say_before_work())
        stage = self._openpyme_find_stage(self.team_id, facts.NEW)
        if stage:
            self._support_set({"stage_id": stage.id})

    def _openpyme_say_before_work(self) -> str:
        """What is to be done before anybody works on this request, in a sentence; "" for nothing."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        match ticket_sudo._openpyme_get_before_work():
            case "review":
                labels = dict(self.env["openpyme.review.check"]._selection_check())
                return self.env._(
                    "%(ticket)s cannot be put in work yet: finish its initial review and classify it first. Still to "
                    "check: %(checks)s.",
                    ticket=ticket_sudo.number,
                    checks=", ".join(labels[code] for code in ticket_sudo._openpyme_get_unchecked()),
                )
            case "kind":
                return self.env._(
                    "%s cannot be put in work yet: classify it first, as support, change or consultancy.",
                    ticket_sudo.number,
                )
        return ""
