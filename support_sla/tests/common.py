from datetime import datetime, timedelta

from odoo.tests.common import TransactionCase

from ..models.support_time import from_instant


def utc(text: str) -> datetime:
    """``"2026-03-02 09:00"`` or with seconds, as naive UTC."""
    return datetime.fromisoformat(text)


class SupportCase(TransactionCase):
    """An invented provider with an invented week, London hours, and a policy per priority.

    Open Mon 08–12 and 13–17, Tue 09–18, Wed 08–12, Thu 10–20, Fri 08–15, in Europe/London.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False, "mail_create_nosubscribe": True})
        cls.calendar = cls._make_calendar("Invented week", "Europe/London")
        cls.company_a = cls.env["res.partner"].create({"name": "Northwind Travel", "is_company": True})
        cls.customer = cls.env["res.partner"].create(
            {"name": "Booking Desk", "email": "desk@northwind.example", "parent_id": cls.company_a.id}
        )
        cls.agent = cls._make_user("agent", "helpdesk_mgmt.group_helpdesk_user")
        cls.manager = cls._make_user("manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.boss = cls._make_user("boss", "helpdesk_mgmt.group_helpdesk_user")
        cls.provider = cls.env["support.provider"].create(
            {"name": "Acme Care", "code": "acme_test", "calendar_id": cls.calendar.id, "entitlement_mode": "ignore"}
        )
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "Acme Desk",
                "support_provider_id": cls.provider.id,
                "user_ids": [(6, 0, (cls.agent | cls.boss).ids)],
                "alias_name": "acme-desk-test",
            }
        )
        cls.stages = {}
        for sequence, (code, name) in enumerate(
            (
                ("new", "Fresh"),
                ("open", "Working"),
                ("waiting_customer", "Their move"),
                ("waiting_third_party", "Supplier"),
                ("on_hold", "Parked"),
                ("resolved", "Solved"),
                ("closed", "Shut"),
                ("cancelled", "Dropped"),
            )
        ):
            cls.stages[code] = cls.env["helpdesk.ticket.stage"].create(
                {
                    "name": name,
                    "sequence": sequence,
                    "support_phase": code,
                    "closed": code in ("closed", "cancelled"),
                    "team_ids": [(6, 0, cls.team.ids)],
                }
            )
        # only these stages, in this order, for the team
        cls.env["helpdesk.ticket.stage"].search([("team_ids", "=", False)]).write(
            {"team_ids": [(6, 0, cls.env["helpdesk.ticket.team"].create({"name": "Elsewhere"}).ids)]}
        )
        cls.urgent = cls._make_priority("P1", "Urgent", "3")
        cls.normal = cls._make_priority("P2", "Normal", "1")
        cls.first_role = cls._make_role("first", cls.agent)
        cls.second_role = cls._make_role("second", cls.boss)
        cls.chain = cls.env["support.escalation.chain"].create(
            {
                "name": "Up the ladder",
                "provider_id": cls.provider.id,
                "step_ids": [
                    (
                        0,
                        0,
                        {"name": "Warn", "delay": -10, "unit": "minutes", "role_id": cls.first_role.id, "sequence": 1},
                    ),
                    (
                        0,
                        0,
                        {"name": "First", "delay": 0, "unit": "minutes", "role_id": cls.first_role.id, "sequence": 2},
                    ),
                    (
                        0,
                        0,
                        {
                            "name": "Second",
                            "delay": 30,
                            "unit": "minutes",
                            "role_id": cls.second_role.id,
                            "sequence": 3,
                        },
                    ),
                ],
            }
        )
        customer_pause = cls.env.ref("support_sla.pause_customer")
        cls.policy = cls.env["support.policy"].create(
            {
                "name": "Acme urgent",
                "provider_id": cls.provider.id,
                "priority_id": cls.urgent.id,
                "target_ids": [
                    (0, 0, {"metric": "first_response", "amount": 30, "unit": "minutes"}),
                    (
                        0,
                        0,
                        {
                            "metric": "resolution",
                            "amount": 4,
                            "unit": "hours",
                            "chain_id": cls.chain.id,
                            "pause_reason_ids": [(6, 0, customer_pause.ids)],
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "metric": "status_update",
                            "amount": 1,
                            "unit": "hours",
                            "pause_reason_ids": [(6, 0, customer_pause.ids)],
                        },
                    ),
                    (0, 0, {"metric": "next_reply", "amount": 1, "unit": "hours"}),
                ],
            }
        )
        cls.policy_normal = cls.env["support.policy"].create(
            {
                "name": "Acme normal",
                "provider_id": cls.provider.id,
                "priority_id": cls.normal.id,
                "target_ids": [
                    (0, 0, {"metric": "first_response", "amount": 4, "unit": "hours"}),
                    (
                        0,
                        0,
                        {
                            "metric": "resolution",
                            "amount": 3,
                            "unit": "working_days",
                            "pause_reason_ids": [(6, 0, customer_pause.ids)],
                        },
                    ),
                ],
            }
        )
        cls.provider.default_priority_id = cls.normal

    @classmethod
    def _make_calendar(cls, name: str, tz: str, hours: dict[int, tuple] | None = None):
        hours = hours or {
            0: ((8, 12), (13, 17)),
            1: ((9, 18),),
            2: ((8, 12),),
            3: ((10, 20),),
            4: ((8, 15),),
        }
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": tz,
                "attendance_ids": [
                    (
                        0,
                        0,
                        {
                            "name": name,
                            "dayofweek": str(day),
                            "hour_from": start,
                            "hour_to": stop,
                            "day_period": "morning" if start < 12 else "afternoon",
                        },
                    )
                    for day, spans in hours.items()
                    for start, stop in spans
                ],
            }
        )

    @classmethod
    def _make_user(cls, login: str, *groups: str):
        return (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": login.capitalize(),
                    "login": f"{login}-support-test",
                    "email": f"{login}@acme.example",
                    "tz": "Europe/London",
                    "group_ids": [(6, 0, [cls.env.ref(group).id for group in groups])],
                }
            )
        )

    @classmethod
    def _make_priority(cls, code: str, name: str, stars: str):
        return cls.env["support.priority"].create(
            {"provider_id": cls.provider.id, "code": code, "name": name, "stars": stars}
        )

    @classmethod
    def _make_role(cls, code: str, users=None):
        return cls.env["support.role"].create(
            {
                "provider_id": cls.provider.id,
                "code": code,
                "name": code.capitalize(),
                "user_ids": [(6, 0, users.ids if users else [])],
            }
        )

    def at(self, record, moment: str | datetime):
        """``record`` as if now were ``moment`` (UTC)."""
        return record.with_context(support_now=utc(moment) if isinstance(moment, str) else moment)

    def raise_ticket(self, moment: str, **vals):
        values = {
            "name": "It does not work",
            "description": "<p>Nothing happens.</p>",
            "team_id": self.team.id,
            "partner_id": self.customer.id,
            "support_priority_id": self.urgent.id,
            **vals,
        }
        return self.at(self.env["helpdesk.ticket"], moment).create(values).with_context(support_now=False)

    def clock(self, ticket, metric: str):
        """The last clock of ``metric``."""
        clocks = ticket.support_clock_ids.filtered(lambda clock: clock.metric == metric)
        return clocks.sorted(lambda clock: (clock.grade, clock.round))[-1:]

    def say(self, ticket, moment: str, user=None, body="Hello", **kwargs):
        user = user or self.agent
        return self.at(ticket.with_user(user), moment).message_post(
            body=body, message_type="comment", subtype_xmlid="mail.mt_comment", **kwargs
        )

    def hear(self, ticket, moment: str, body="Any news?"):
        """A message of the customer."""
        return self.at(ticket.sudo(), moment).message_post(
            body=body,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
            email_from=self.customer.email,
        )

    def move(self, ticket, moment: str, phase: str, user=None):
        self.at(ticket.with_user(user or self.agent), moment).stage_id = self.stages[phase]

    def sweep(self, moment: str | datetime):
        """What the scheduled action does, at ``moment``, without its commits."""
        moment = utc(moment) if isinstance(moment, str) else moment
        Sweep = self.env["support.sweep"].sudo().with_context(support_now=moment)
        for _round in range(50):
            if not Sweep._sweep_batch(moment):
                return
        self.fail("The sweep finds something to do for ever")

    @staticmethod
    def seconds(**kwargs) -> int:
        return int(timedelta(**kwargs).total_seconds())

    @staticmethod
    def instant(value: int) -> datetime:
        return from_instant(value)
