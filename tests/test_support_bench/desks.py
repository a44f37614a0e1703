"""Three desks that are alike but for the addon: records of their own, made once and committed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: names by which the records are found again in a database
PARTNER, TEAM, AGENT = "Bench Customer", "Bench Desk", "bench-agent"
PROVIDER = "bench_care"
STAGES = (
    ("new", "Bench fresh"),
    ("open", "Bench working"),
    ("waiting_customer", "Bench their move"),
    ("resolved", "Bench solved"),
    ("closed", "Bench shut"),
)
#: the four clocks of a ticket of ours: all of them start at once
TARGETS = (
    {"metric": "first_response", "amount": 30, "unit": "minutes"},
    {"metric": "resolution", "amount": 8, "unit": "hours"},
    {"metric": "containment", "amount": 1, "unit": "hours"},
    {"metric": "silence", "amount": 2, "unit": "hours"},
)


GUARDED = "containment"


class Desk:
    """The helpdesk of one database, plain; subclasses add the promises."""

    #: columns of the agents' list
    columns: dict[str, dict[str, Any]] = {"number": {}, "name": {}, "stage_id": {"fields": {"display_name": {}}}}

    def __init__(self, env) -> None:
        self.env = env
        Team = env["helpdesk.ticket.team"]
        self.team = Team.search([("name", "=", TEAM)], limit=1) or self._make()
        self.customer = env["res.partner"].search([("name", "=", PARTNER)], limit=1)
        self.agent = env["res.users"].search([("login", "=", AGENT)], limit=1)
        found = env["helpdesk.ticket.stage"].search([("name", "in", [name for _code, name in STAGES])])
        by_name = {stage.name: stage for stage in found}
        self.stages = {code: by_name[name] for code, name in STAGES}

    def _make(self):
        env = self.env
        env["res.partner"].create({"name": PARTNER, "email": "customer@bench.example"})
        self.agent = agent = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "Bench agent",
                    "login": AGENT,
                    "email": "agent@bench.example",
                    "group_ids": [(6, 0, env.ref("helpdesk_mgmt.group_helpdesk_user").ids)],
                }
            )
        )
        team = env["helpdesk.ticket.team"].create({"name": TEAM, "user_ids": [(6, 0, agent.ids)]})
        env["helpdesk.ticket.stage"].create(
            [
                {
                    "name": name,
                    "sequence": index,
                    "team_ids": [(6, 0, team.ids)],
                    "closed": code == "closed",
                    **self._stage(code),
                }
                for index, (code, name) in enumerate(STAGES)
            ]
        )
        others = env["helpdesk.ticket.stage"].search([("team_ids", "=", False)])
        others.write({"team_ids": [(6, 0, env["helpdesk.ticket.team"].create({"name": "Bench elsewhere"}).ids)]})
        self.team = team
        self._promise()
        env.cr.commit()
        return team

    def _stage(self, code: str) -> dict[str, Any]:
        return {}

    def _promise(self) -> None:
        """Records of the addon that is measured."""

    def values(self, number: int = 1) -> list[dict[str, Any]]:
        """Values for so many new tickets."""
        return [
            {
                "name": f"Ticket {index}",
                "description": "<p>Nothing happens.</p>",
                "team_id": self.team.id,
                "partner_id": self.customer.id,
            }
            for index in range(number)
        ]

    def create(self, number: int):
        """So many new tickets, written to the database."""
        tickets = self.env["helpdesk.ticket"].create(self.values(number))
        self.env.flush_all()
        return tickets

    def reader(self) -> Callable[[], object]:
        """What the agents' list does: reads the first 80 with the columns of this desk."""
        tickets = self.env["helpdesk.ticket"].with_user(self.agent).with_context(lang="en_US")
        domain = [("team_id", "=", self.team.id)]
        return lambda: tickets.web_search_read(domain, self.columns, limit=80, count_limit=81)


class PeerDesk(Desk):
    """With ``helpdesk_mgmt_sla`` and two of its SLAs."""

    columns = {**Desk.columns, "sla_deadline": {}, "sla_expired": {}}

    def _promise(self) -> None:
        self.team.use_sla = True
        stages = self.env["helpdesk.ticket.stage"].search([("team_ids", "in", self.team.ids)], order="sequence")
        self.env["helpdesk.sla"].create(
            [
                {"name": "First response", "hours": 1, "stage_id": stages[1].id, "team_ids": [(6, 0, self.team.ids)]},
                {"name": "Resolution", "hours": 8, "stage_id": stages[3].id, "team_ids": [(6, 0, self.team.ids)]},
            ]
        )


class OurDesk(Desk):
    """With ``support_sla`` and four promises."""

    columns = {
        **Desk.columns,
        "support_next_due": {},
        "support_next_metric": {},
        "support_sla_state": {},
        "support_risk_at": {},
        "support_priority_id": {"fields": {"display_name": {}}},
    }

    def _stage(self, code: str) -> dict[str, Any]:
        return {"support_phase": code}

    def _promise(self) -> None:
        env = self.env
        calendar = env["resource.calendar"].create(
            {
                "name": "Bench hours",
                "tz": "Europe/London",
                "attendance_ids": [
                    (0, 0, {"name": "Open", "dayofweek": str(day), "hour_from": start, "hour_to": stop})
                    for day in range(5)
                    for start, stop in ((8, 12), (13, 17))
                ],
            }
        )
        provider = env["support.provider"].create(
            {"name": "Bench Care", "code": PROVIDER, "calendar_id": calendar.id, "entitlement_mode": "ignore"}
        )
        self.team.support_provider_id = provider
        priority = env["support.priority"].create(
            {"provider_id": provider.id, "code": "P1", "name": "Urgent", "stars": "3"}
        )
        provider.default_priority_id = priority
        pauses = env.ref("support_sla.pause_customer")
        env["support.policy"].create(
            {
                "name": "Bench policy",
                "provider_id": provider.id,
                "priority_id": priority.id,
                "target_ids": [(0, 0, {**target, "pause_reason_ids": [(6, 0, pauses.ids)]}) for target in TARGETS],
            }
        )
        self._guard(provider)

    def _guard(self, provider) -> None:
        """A chain of three steps over the workaround, each told to one person; nothing guards the others."""
        role = self.env["support.role"].create(
            {"provider_id": provider.id, "code": "lead", "name": "Lead", "user_ids": [(6, 0, self.agent.ids)]}
        )
        steps = (("At the deadline", 0), ("Half an hour later", 30), ("An hour later", 60))
        chain = self.env["support.escalation.chain"].create(
            {
                "name": "Bench chain",
                "provider_id": provider.id,
                "step_ids": [
                    (0, 0, {"name": name, "delay": delay, "unit": "minutes", "role_id": role.id, "sequence": sequence})
                    for sequence, (name, delay) in enumerate(steps)
                ],
            }
        )
        targets = self.env["support.target"].search([("provider_id", "=", provider.id), ("metric", "=", GUARDED)])
        targets.chain_id = chain
