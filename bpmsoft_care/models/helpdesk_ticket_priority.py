from collections.abc import Mapping
from typing import Any

from odoo import models
from odoo.addons.support_sla.models.support_context import given, inside
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """The level of a request is changed by agreement of both only (B-11)."""

    _inherit = "helpdesk.ticket"

    def _support_refuse_priority(self, before: Mapping[str, Any], first: bool) -> str:
        refusal = super()._support_refuse_priority(before, first)
        if refusal or first or not self.bpmsoft_ticket:
            return refusal
        level = before.get("priority_id")
        same_provider = before.get("provider_id") == self.support_provider_id.id
        # a mail names no level: whoever reads it first gives it one
        if not level or not same_provider or level == self.support_priority_id.id:
            return ""
        if given(self.env, "support_priority_agreed"):
            return ""
        return self.env._(
            "The priority of %s is agreed with the client. Use “Change the Priority” and say with whom the other one "
            "was agreed.",
            self.number,
        )

    def _support_allows_priority(self, priority) -> bool:
        """No chain changes what both have agreed on."""
        agreed = self.bpmsoft_ticket and self.support_priority_id and self.support_priority_id != priority
        return super()._support_allows_priority(priority) and not agreed

    def action_bpmsoft_change_priority(self):
        """Open the wizard that records a priority both have agreed on (B-11)."""
        return self._support_open_wizard("bpmsoft.priority.wizard", self.env._("Change the Priority"))

    def _bpmsoft_agree_priority(self, priority, agreed_with: str, note: str) -> None:
        """Another level by agreement, in the fact of the change and as a note. Access is checked by the caller.

        :param agreed_with: who agreed on the client's side
        """
        self.ensure_one()
        agreed_with, note = (agreed_with or "").strip(), (note or "").strip()
        if not agreed_with:
            raise UserError(self.env._("Say who agreed to it on the client's side."))
        if priority == self.support_priority_id:
            raise UserError(self.env._("%(ticket)s is “%(level)s” already.", ticket=self.number, level=priority.name))
        before = self.support_priority_id.name or self.env._("no level")
        agreement = {"agreed_with": agreed_with, "note": note}
        self.with_context(**inside(support_priority_agreed=agreement)).support_priority_id = priority
        self.flush_recordset()
        self._message_log(
            body=self.env._(
                "Priority by agreement: %(before)s → %(after)s. Agreed with: %(person)s. %(note)s",
                before=before,
                after=priority.name,
                person=agreed_with,
                note=note,
            ),
            author_id=self.env.user.partner_id.id,
        )
