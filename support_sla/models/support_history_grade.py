from datetime import datetime
from typing import Any


class HistoryGrade:
    """Which policy version a ticket is under while its life is told again, as the recorder would have found it."""

    def __init__(self, env, ticket_sudo) -> None:
        self.env = env
        self.ticket_sudo = ticket_sudo
        #: what the contract gives under the version, see ``helpdesk.ticket._support_prepare_agreed``
        self.agreed: dict[str, int] = {}
        self.values: dict[str, Any] = ticket_sudo._get_match_values() if ticket_sudo._support_starts_clocks() else {}
        self.policy_id: int | None = None
        self.version_id: int | None = None

    def move(self, priority_id: int | None, moment: datetime, first: bool = False) -> dict[str, Any] | None:
        """The match for a priority at a moment, if it is a fact: the first one, or one that brings another version."""
        if self.values:
            self.values = {**self.values, "priority_id": priority_id or False}
        match = self.env["support.policy"]._match(self.values)
        policy_id = match["policy"]
        priority = self.env["support.priority"].browse(priority_id or [])
        if not first and policy_id == self.policy_id:
            # a ticket keeps the version it has (E-3.6); what the contract gives may depend on the level
            agreed = self.ticket_sudo._support_prepare_agreed(self.version_id, priority)
            if agreed == self.agreed:
                return None
            self.agreed = agreed
            return {**match, "version": self.version_id, "agreed": agreed}
        self.policy_id = policy_id
        self.version_id = self.env["support.policy.version"]._get_version_at(policy_id, moment) if policy_id else None
        self.agreed = self.ticket_sudo._support_prepare_agreed(self.version_id, priority)
        graded = {**match, "version": self.version_id}
        return {**graded, "agreed": self.agreed} if self.agreed else graded
