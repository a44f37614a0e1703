from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts


class HelpdeskTicket(models.Model):
    """Critical tickets reach whoever is on duty at once, at any hour (D-2)."""

    _inherit = "helpdesk.ticket"

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        changed = {row["ticket_id"] for row in rows if row["kind"] in (facts.RAISED, facts.PRIORITY)}
        for ticket in self.browse(sorted(changed)).filtered("dialog360_ticket"):
            ticket._dialog360_alarm(now)
        return result

    def _dialog360_alarm(self, now: datetime) -> None:
        """Tell the emergency role of a ticket that has come to such a level; once a level. With sudo."""
        self.ensure_one()
        provider, level = self.support_provider_id, self.support_priority_id
        role = provider.dialog360_emergency_role_id
        critical = level and level in provider.dialog360_emergency_priority_ids
        if not role or not critical or self.support_phase in facts.ENDED or given(self.env, "support_no_notify"):
            return
        partners = role._get_partners(self, now, on_call=True)
        intents = [
            {
                "ticket_id": self.id,
                "kind": "role",
                "partner_id": partner.id,
                "code": "dialog360_emergency",
                "data": {"level": level.display_name},
                "key": f"dialog360_emergency:{level.id}:{partner.id}",
            }
            for partner in partners
        ]
        if not partners:
            intents.append(
                self._support_tell_administrator("role_empty", key=f"role_empty:{role.id}:{level.id}", role=role.name)
            )
        self.env["support.notification"]._enqueue(intents)
