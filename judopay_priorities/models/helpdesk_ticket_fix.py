from datetime import date
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError
from odoo.tools import format_date


class HelpdeskTicket(models.Model):
    """The way of an incident that is not critical (J-13): a workaround, a request for a fix, a standard release."""

    _inherit = "helpdesk.ticket"

    judopay_defect_ref = fields.Char(
        string="Defect Reference", copy=False, readonly=True, tracking=True, index="btree_not_null"
    )
    judopay_target_release = fields.Char(string="Target Release", copy=False, readonly=True, tracking=True)
    judopay_release_date = fields.Date(string="Release Expected", copy=False, readonly=True, tracking=True)
    judopay_no_workaround = fields.Boolean(
        string="No Workaround Found",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="One was sought and there is none.",
    )
    judopay_takes_release = fields.Boolean(
        string="Fixed by a Release",
        compute="_compute_judopay_takes_release",
        help="Not critical: its fix comes with a standard release.",
    )
    judopay_fix_missing = fields.Char(
        string="Still to Do", compute="_compute_judopay_fix_missing", groups="base.group_user"
    )

    @api.depends("judopay_ticket", "support_priority_id.judopay_dedicated")
    def _compute_judopay_takes_release(self):
        for ticket in self:
            priority_sudo = ticket.sudo().support_priority_id
            ticket.judopay_takes_release = (
                ticket.judopay_ticket and bool(priority_sudo) and not priority_sudo.judopay_dedicated
            )

    @api.depends(
        "judopay_takes_release",
        "support_workaround_at",
        "judopay_no_workaround",
        "judopay_defect_ref",
        "judopay_target_release",
        "stage_id.support_phase",
    )
    @api.depends_context("lang")
    def _compute_judopay_fix_missing(self):
        for ticket in self:
            steps = []
            if ticket.judopay_takes_release and ticket.stage_id.support_phase not in facts.ENDED:
                if not ticket.support_workaround_at and not ticket.judopay_no_workaround:
                    steps.append(self.env._("look for a workaround"))
                if not ticket.judopay_defect_ref:
                    steps.append(self.env._("request a defect fix, if it is a defect"))
                elif not ticket.judopay_target_release:
                    steps.append(self.env._("name the release that brings the fix"))
            ticket.judopay_fix_missing = ", ".join(steps) or False

    def action_judopay_defect(self):
        """Open the wizard that requests a defect fix or names its release (J-13)."""
        return self._support_open_wizard("judopay.defect.wizard", self.env._("Defect Fix"))

    def _judopay_request_fix(
        self,
        defect_ref: str,
        target_release: str = "",
        release_date: date | bool = False,
        no_workaround: bool = False,
        tell: bool = True,
        note: str = "",
    ) -> None:
        """J-13: a fix was requested under ``defect_ref``, and comes with ``target_release`` when that is known.
        Access is checked by the caller.

        :param tell: write what changed to the merchant, as the user of the environment
        """
        self.ensure_one()
        defect_ref, target_release = defect_ref.strip(), target_release.strip()
        if not self.judopay_ticket:
            raise UserError(self.env._("%s is no ticket of Judopay.", self.number))
        if not self.judopay_takes_release:
            raise UserError(
                self.env._(
                    "%(ticket)s is %(priority)s: it is worked on until there is a fix or a workaround. Once there is a "
                    "workaround, confirm a lower priority, and the fix can wait for a release.",
                    ticket=self.number,
                    priority=self.support_priority_id.display_name or "",
                )
            )
        if self.support_phase in facts.ENDED:
            raise UserError(self.env._("%s is closed: no fix is requested for it any more.", self.number))
        if not defect_ref:
            raise UserError(self.env._("Give the reference under which the fix was requested."))
        if release_date and not target_release:
            raise UserError(self.env._("Name the release that is expected on that day, or leave the day empty."))
        before = self._judopay_get_fix()
        if release_date and release_date != before["judopay_release_date"] and release_date < fields.Date.today():
            raise UserError(self.env._("The release is expected in the past: choose another day, or leave it empty."))
        values = {
            "judopay_defect_ref": defect_ref,
            "judopay_target_release": target_release or False,
            "judopay_release_date": release_date or False,
        }
        self.write({**values, "judopay_no_workaround": no_workaround and not self.support_workaround_at})
        if tell and values != before:
            ticket = self._support_in_customer_lang()
            ticket._support_write_to_customer(*ticket._judopay_say_fix(before))
        if note.strip():
            self._message_log(body=note.strip())

    def _judopay_get_fix(self) -> dict[str, Any]:
        self.ensure_one()
        return {name: self[name] for name in ("judopay_defect_ref", "judopay_target_release", "judopay_release_date")}

    def _judopay_say_fix(self, before: dict[str, Any]) -> list[str]:
        """What the merchant is told when a fix was requested or its release changed, a paragraph each."""
        parts = []
        if self.judopay_defect_ref != before["judopay_defect_ref"]:
            parts.append(self.env._("We have requested a fix for this; its reference is %s.", self.judopay_defect_ref))
        release = self._judopay_say_release()
        if self.judopay_target_release and not before["judopay_target_release"]:
            parts.append(self.env._("The fix comes with release %s.", release))
        elif self.judopay_target_release:
            parts.append(self.env._("The fix now comes with release %s.", release))
        elif before["judopay_target_release"]:
            parts.append(
                self.env._(
                    "The fix does not come with release %s any more. We tell you as soon as we know which one does.",
                    before["judopay_target_release"],
                )
            )
        else:
            parts.append(self.env._("We tell you as soon as we know which release brings it."))
        return parts

    def _judopay_say_release(self) -> str:
        """The release, with the day on which it is expected."""
        if not self.judopay_release_date:
            return self.judopay_target_release or ""
        return self.env._(
            "%(release)s, expected on %(day)s",
            release=self.judopay_target_release,
            day=format_date(self.env, self.judopay_release_date),
        )

    def _support_portal_get_facts(self) -> list[dict[str, str]]:
        """J-13: on the page of the ticket, the reference of the fix and the release that brings it."""
        answer = super()._support_portal_get_facts()
        if not self.judopay_ticket or not self.judopay_defect_ref:
            return answer
        answer.append({"label": self.env._("Fix requested"), "text": self.judopay_defect_ref})
        answer.append(
            {
                "label": self.env._("Comes with release"),
                "text": self._judopay_say_release() or self.env._("Not known yet; we tell you as soon as we know."),
            }
        )
        return answer
