"""Last month of a merchant: enough requests for a report worth reading, one that is released and one that waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from .desk import Desk

#: day of the month, hour (UTC), level, what it is about, minutes until the answer, hours until it is resolved
REQUESTS = (
    (2, 9, "PS3", "Refund shows twice in the dashboard", 40, 20),
    (3, 10, "PS2", "Payments by card are declined now and then", 8, 3),
    (4, 11, "PS4", "How do we export settlements by shop?", 90, 30),
    (5, 9, "PS3", "Receipts go out without the logo", 300, 60),
    (6, 14, "PS2", "Webhooks arrive half an hour late", 35, 7),
    (9, 10, "PS4", "New colleague needs an account", 120, 26),
    (10, 9, "PS2", "No payment goes through in the app", 5, 1),
    (11, 13, "PS3", "Search by reference finds nothing", 100, 48),
    (12, 10, "PS3", "Wrong currency on invoices for Ireland", 60, 100),
    (13, 15, "PS4", "Please explain the fee of 4 May", 200, 50),
    (16, 10, "PS2", "Recurring payments stopped", 9, 5),
    (17, 9, "PS3", "Statement is missing two days", 50, 24),
    (18, 11, "PS4", "Can we change the payout day?", 30, 3),
    (19, 10, "PS3", "3-D Secure page stays white on one phone", 45, None),
    (20, 9, "PS4", "Documents for the audit", 400, None),
)


def load_reports(desk: Desk, agent, manager, customer, other) -> None:
    """Let the requests of last month happen, then do what the scheduled actions do."""
    env = desk.env
    month = desk.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) - relativedelta(months=1)
    manager_role = env["support.role"].search(
        [("provider_id", "=", desk.provider.id), ("code", "=", "operations_manager")]
    )
    manager_role.user_ids = manager
    for day, hour, level, title, answered, resolved in REQUESTS:
        moment = month + timedelta(days=day - 1, hours=hour)
        if moment.weekday() > 4:
            moment += timedelta(days=2)
        request(desk, moment, level, title, answered, resolved, customer, agent)
    company = customer.commercial_partner_id
    entitlement = env["support.entitlement"].search(
        [("provider_id", "=", desk.provider.id), ("commercial_partner_id", "=", company.id)], limit=1
    )
    entitlement.write({"report_contact_ids": [(6, 0, customer.ids)], "monthly_hours": 8})
    env["support.entitlement.usage"].create(
        [
            {
                "entitlement_id": entitlement.id,
                "user_id": agent.id,
                "date": (month + timedelta(days=day)).date(),
                "hours": hours,
                "description": text,
            }
            for day, hours, text in ((9, 1.5, "Looked through the log of webhooks"), (16, 2.25, "Set up payouts anew"))
        ]
    )
    Report = env["support.report"]
    for partner in (company, other.commercial_partner_id):
        report = Report._get_or_make(desk.provider, partner, month.date(), desk.now)
        report._settle_release(desk.now)
    released = Report.search([("customer_id", "=", company.id)], limit=1)
    released.with_context(mail_notify_force_send=False)._release(desk.now, manager)
    released.write({"state": "sent", "sent_at": desk.now})
    meeting = env["support.meeting"].create(
        {
            "provider_id": desk.provider.id,
            "customer_id": company.id,
            "organizer_id": manager.id,
            "user_ids": [(6, 0, agent.ids)],
            "contact_ids": [(6, 0, customer.ids)],
            "lead_days": 31,
        }
    )
    meeting._plan(desk.now)
    meeting._attach_report(desk.now)


def request(
    desk: Desk, moment: datetime, level: str, title: str, answered: int, resolved: int | None, customer, agent
) -> None:
    """One request, raised by the customer, answered and resolved so long after."""

    def at(record: Any, minutes: float = 0, user=None):
        record = record.with_user(user) if user else record
        return record.with_context(support_now=moment + timedelta(minutes=minutes))

    ticket = (
        at(desk.env["helpdesk.ticket"])
        .with_context(support_side="customer")
        .create(
            {
                "name": title,
                "description": f"<p>{title}.</p>",
                "team_id": desk.team.id,
                "partner_id": customer.id,
                "partner_name": customer.name,
                "partner_email": customer.email,
                "user_id": False,
                "support_priority_id": desk.priorities[level].id,
            }
        )
        .with_context(support_side=None)
    )
    at(ticket, answered, agent)._judopay_confirm(ticket.support_priority_id, "as proposed")
    words = "We are looking into it."
    at(ticket, answered, agent).message_post(body=words, message_type="comment", subtype_xmlid="mail.mt_comment")
    if resolved is not None:
        end = resolved * 60
        sweep = desk.env["support.sweep"].with_context(support_now=moment + timedelta(minutes=end))
        while sweep._sweep_batch(moment + timedelta(minutes=end)):
            pass
        at(ticket, end, agent).stage_id = desk.stages.get("resolved") or desk.stages["closed"]
