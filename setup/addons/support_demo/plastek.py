"""Plas-Tek's side of the demonstration: a retail chain with hours of consultation, and a few of its requests."""

from __future__ import annotations

from datetime import timedelta

from .desk import AGENT_GROUP, Desk


def load_plastek(env) -> None:
    desk = Desk(env, "plastek")
    line = desk.user("line", "Service Desk Manager", "line@plastek.example", AGENT_GROUP, tz="Europe/Moscow")
    engineer = desk.user("engineer", "SQL Engineer", "engineer@plastek.example", AGENT_GROUP, tz="Europe/Moscow")
    manager = env["res.users"].search([("login", "=", "manager")], limit=1)
    for role in desk.provider.role_ids:
        role.user_ids = {"sql_engineer": engineer, "service_desk_manager": line}.get(role.code, manager)
    desk.provider.administrator_id = manager
    for team in desk.provider.team_ids:
        team.user_ids = line | engineer | manager
    shop, entitlement = make_customer(desk)
    services = {service.code: service.id for service in desk.provider.service_ids}
    kinds = {kind.code: kind.id for kind in desk.provider.kind_ids}
    ticket = raise_one(
        desk, 95, "Points are not taken off at till 4", "Since noon; tills 1 to 3 work.", shop, services["incident"]
    )
    ticket.support_kind_id = kinds["outlet_incident"]
    ticket.user_id = line
    desk.says(ticket, 60, line, "We see the till's requests, and no answer to them. We are looking why.")
    ticket = raise_one(
        desk, 700, "Guests who came twice in October", "A list with cards and sums.", shop, services["segmentation"]
    )
    ticket.user_id = engineer
    desk.says(ticket, 640, engineer, "Do you need returns taken off?")
    desk.moves(ticket, 639, "waiting_customer", engineer)
    ticket = raise_one(
        desk, 1300, "How do we block a lost card?", "A guest asks at the desk.", shop, services["consultation"]
    )
    ticket.support_kind_id = kinds["second_consultation"]
    ticket.user_id = line
    desk.says(ticket, 1260, line, "In the account, under Cards: choose the card, then Block.")
    env["support.entitlement.usage"].create(
        {
            "entitlement_id": entitlement.id,
            "ticket_id": ticket.id,
            "hours": 4 + 40 / 60,
            "date": desk.now.date(),
            "user_id": line.id,
            "description": "Cards and accounts, by phone",
        }
    )
    desk.moves(ticket, 1200, "closed", line)
    desk.sweeps()


def make_customer(desk: Desk):
    partner = desk.env["res.partner"].create(
        {"name": "Tandem Retail", "is_company": True, "email": "office@tandem.example"}
    )
    contact = desk.env["res.partner"].create(
        {"name": "Loyalty Desk", "parent_id": partner.id, "email": "loyalty@tandem.example", "tz": "Europe/Moscow"}
    )
    desk.user("shop", "Loyalty Desk", contact.email, "base.group_portal", tz="Europe/Moscow", partner_id=contact.id)
    entitlement = desk.env["support.entitlement"].create(
        {
            "provider_id": desk.provider.id,
            "partner_id": partner.id,
            "date_start": desk.now.date() - timedelta(days=200),
            "monthly_hours": 8,
        }
    )
    return contact, entitlement


def raise_one(desk: Desk, minutes: int, title: str, text: str, customer, service: int):
    return desk.raised(minutes, False, title, text, customer, support_service_id=service)
