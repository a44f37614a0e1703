"""The desk at some moments in the past: who works there, and how users do what they do.

Moments are working minutes before the installation, so that the first screen looks like a desk in the
middle of its day whenever it is installed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

AGENT_GROUP = "helpdesk_mgmt.group_helpdesk_user"
MANAGER_GROUP = "helpdesk_mgmt.group_helpdesk_manager"


class Desk:
    """The people and the provider, and how to let something happen at a moment in the past."""

    def __init__(self, env, provider: str = "judopay") -> None:
        self.env = env(
            context={
                **env.context,
                "mail_notify_force_send": False,
                "no_reset_password": True,
                "support_no_notify": True,
            }
        )
        self.now: datetime = env["support.event"]._now()
        self.provider = env["support.provider"].search([("code", "=", provider)], limit=1)
        self.calendar = self.provider.calendar_id
        self.priorities = {priority.code: priority for priority in self.provider.priority_ids}
        self.team = self.provider.team_ids[:1]
        self.stages = {stage.support_phase: stage for stage in reversed(self.team._get_applicable_stages())}
        for stage in reversed(self.team._get_applicable_stages()):
            if stage == self.provider.escalated_stage_id:
                continue
            self.stages[stage.support_phase] = stage

    def ago(self, minutes: int) -> datetime:
        """So many working minutes before now."""
        return self.calendar._sla_add(self.now, -minutes * 60) or self.now - timedelta(minutes=minutes)

    def user(self, login: str, name: str, email: str, *groups: str, tz: str = "Europe/London", **vals: Any):
        user = self.env["res.users"].search([("login", "=", login)], limit=1)
        values = {
            "name": name,
            "login": login,
            "password": login,
            "email": email,
            "tz": tz,
            "group_ids": [(6, 0, [self.env.ref(group).id for group in groups])],
            **vals,
        }
        if user:
            user.write(values)
            return user
        return self.env["res.users"].create(values)

    def at(self, record, minutes: int, user=None):
        record = record.with_user(user) if user else record
        return record.with_context(support_now=self.ago(minutes))

    def raised(self, minutes: int, priority: str | bool, title: str, text: str, customer, **vals: Any):
        """``priority``: its code, or False for the one that its service has."""
        if priority:
            vals.setdefault("support_priority_id", self.priorities[priority].id)
        return (
            self.at(self.env["helpdesk.ticket"], minutes)
            .with_context(support_side="customer")
            .create(
                {
                    "name": title,
                    "description": f"<p>{text}</p>",
                    "team_id": self.team.id,
                    "partner_id": customer.id,
                    "partner_name": customer.name,
                    "partner_email": customer.email,
                    "user_id": False,
                    **vals,
                }
            )
            .with_context(support_side=None)  # what follows is done by others
        )

    def says(self, ticket, minutes: int, user, text: str) -> None:
        self.at(ticket, minutes, user).message_post(
            body=text, message_type="comment", subtype_xmlid="mail.mt_comment", date=self.ago(minutes)
        )

    def hears(self, ticket, minutes: int, text: str) -> None:
        self.at(ticket, minutes).message_post(
            body=text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=ticket.partner_id.id,
            email_from=ticket.partner_email,
            date=self.ago(minutes),
        )

    def confirms(self, ticket, minutes: int, user, note: str) -> None:
        self.at(ticket, minutes, user)._judopay_confirm(ticket.support_priority_id, note)

    def dedicates(self, ticket, minutes: int, user, to) -> None:
        self.at(ticket, minutes, user).judopay_dedicated_user_id = to

    def moves(self, ticket, minutes: int, phase: str, user) -> None:
        self.at(ticket, minutes, user).stage_id = self.stages[phase]

    def sweeps(self, minutes: int = 0) -> None:
        moment = self.ago(minutes) if minutes else self.now
        sweep = self.env["support.sweep"].with_context(support_now=moment)
        while sweep._sweep_batch(moment):
            pass
