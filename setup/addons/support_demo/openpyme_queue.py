"""OpenPyme's queues and sessions in the demonstration: a special account with changes, a general session next week."""

from __future__ import annotations

from datetime import timedelta

from .desk import Desk


def load_openpyme_queue(env) -> None:
    desk = Desk(env, "openpyme")
    leader = env["res.users"].search([("login", "=", "leader")], limit=1)
    kinds = {kind.code: kind for kind in desk.provider.kind_ids}
    bakery = make_account(desk, leader, "Horno Norte", "office@horno.example", "special", 2)
    mill = make_account(desk, leader, "Molino Sur", "office@molino.example", "general", 0)
    # changes of a special account: two at once, the third waits
    changes = [
        raise_one(desk, leader, minutes, kinds["change"], bakery, title)
        for minutes, title in (
            (900, "Labels with the baking date"),
            (840, "Orders of the shops by phone"),
            (700, "Flour by supplier lot"),
        )
    ]
    for ticket in changes[:2]:
        desk.moves(ticket, 600, "open", leader)
    # support one by one
    support = [
        raise_one(desk, leader, minutes, kinds["support"], mill, title)
        for minutes, title in ((500, "Invoices are not stamped"), (420, "A delivery shows twice"))
    ]
    desk.moves(support[0], 400, "open", leader)
    make_session(desk, leader, kinds["consultancy"], bakery, mill)


def make_account(desk: Desk, leader, name: str, email: str, kind: str, limit: int):
    company = desk.env["res.partner"].create({"name": name, "is_company": True, "email": email})
    contact = desk.env["res.partner"].create(
        {
            "name": f"{name} Office",
            "parent_id": company.id,
            "email": email.replace("office", "desk"),
            "tz": "America/Mexico_City",
        }
    )
    login = email.split("@")[1].split(".")[0]
    desk.user(login, contact.name, contact.email, "base.group_portal", tz="America/Mexico_City", partner_id=contact.id)
    desk.env["support.entitlement"].create(
        {
            "provider_id": desk.provider.id,
            "partner_id": company.id,
            "date_start": desk.now.date() - timedelta(days=300),
            "account_leader_id": leader.id,
            "openpyme_account_kind": kind,
            "work_limit": limit,
        }
    )
    return contact


def raise_one(desk: Desk, leader, minutes: int, kind, customer, title: str):
    ticket = desk.raised(minutes, False, title, "As told on the phone.", customer)
    ticket.user_id = leader
    # the leader reviews, then classifies (O-2, O-3)
    at = desk.at(ticket, minutes - 10, leader)
    wizard = at.env["openpyme.review.wizard"].browse(at.action_openpyme_review()["res_id"])
    wizard.write({"duplicate_done": True, "reply_done": True})
    wizard.action_save()
    desk.at(ticket, minutes - 9, leader).with_context(support_no_notify=False).support_kind_id = kind
    return ticket


def make_session(desk: Desk, leader, kind, *customers) -> None:
    topics = desk.env["openpyme.topic"].create([{"name": "Stock valuation"}, {"name": "Lots and expiry dates"}])
    start = (desk.now + timedelta(days=8)).replace(hour=17, minute=0, second=0)
    sessions = desk.env["openpyme.session"].with_user(leader)
    session = sessions.create(
        {
            "name": "Stock from scratch",
            "start": start,
            "stop": start + timedelta(minutes=90),
            "host_id": leader.id,
            "link": "https://meet.openpyme.example/stock",
            "topic_ids": [(6, 0, topics.ids)],
        }
    )
    for minutes, customer, topic in zip((300, 280), customers, topics, strict=True):
        ticket = raise_one(desk, leader, minutes, kind, customer, f"How do we use {topic.name.lower()}?")
        desk.at(ticket, 200, leader)._openpyme_invite(session, topic)
