"""360dialog's side of the demonstration: three teams around the clock, a client of Premium, an incident."""

from __future__ import annotations

from datetime import timedelta

from .desk import AGENT_GROUP, Desk


def load_dialog360(env) -> None:
    desk = Desk(env, "dialog360")
    first = desk.user("first", "First Line Agent", "first@dialog360.example", AGENT_GROUP, tz="Europe/Berlin")
    engineer = desk.user("platform", "Platform Engineer", "platform@dialog360.example", AGENT_GROUP, tz="Europe/Berlin")
    manager = env["res.users"].search([("login", "=", "manager")], limit=1)
    for role in desk.provider.role_ids.filtered(lambda role: role.source == "users"):
        role.user_ids = {"emergency": engineer, "head": manager}.get(role.code, manager)
    desk.provider.write({"administrator_id": manager.id, "dialog360_status_url": "https://status.dialog360.example"})
    english, german = env.ref("base.lang_en"), env.ref("base.lang_de")
    first.dialog360_lang_ids, engineer.dialog360_lang_ids = english, english | german
    technical = desk.provider.team_ids.filtered("dialog360_technical")
    for team in desk.provider.team_ids:
        team.write({"user_ids": [(6, 0, (first | engineer | manager).ids)], "user_id": manager.id})
    technical.user_id = engineer
    campaigns = make_client(desk, "alder", "Alder Messaging", "Campaign Team", "premium")
    shop = make_client(desk, "birch", "Birch Retail", "Web Shop", "basic")
    chat = env.ref("dialog360_support.channel_chat").id
    env["document.page"].create(
        {
            "name": "Why templates are paused",
            "content": "<p>Templates that many people report are paused. Look at their quality in the Hub.</p>",
            "support_use": "answer",
            "support_state": "published",
            "support_portal": True,
            "support_provider_ids": [(6, 0, desk.provider.ids)],
        }
    )
    desk.raised(12, "3", "A template is rejected", "The reason says only “policy”.", campaigns, channel_id=chat)
    ticket = desk.raised(
        26 * 60,
        "2",
        "Templates are delivered an hour late",
        "Seit gestern werden unsere Nachrichten mit einer Stunde Verzögerung zugestellt, und wir haben keine Meldung.",
        campaigns,
        channel_id=chat,
    )
    desk.says(ticket, 26 * 60 - 20, first, "Wir haben im Protokoll nachgesehen: die Warteschlange der Vorlagen staut.")
    desk.at(ticket, 25 * 60, first)._dialog360_triage(
        {"team_id": technical[:1].id, "user_id": engineer.id}, "Not the number: the queue of templates."
    )
    desk.at(ticket, 20 * 60, engineer)._support_put_outside(
        desk.provider.outside_reason_ids[:1], "Their status page says so."
    )
    ticket = desk.raised(60 * 60, "3", "Invoices show the old address", "We moved in May.", shop, channel_id=chat)
    desk.says(ticket, 58 * 60, first, "The address is taken from the account: we look why it was not changed.")
    ticket.user_id = first
    ticket = desk.raised(30 * 60, "3", "Webhook answers with 403", "Since our certificate was renewed.", shop)
    desk.says(ticket, 29 * 60, first, "Please send us the address of the webhook and the exact time of one call.")
    desk.moves(ticket, 28 * 60, "waiting_customer", first)
    ticket = desk.raised(20 * 60, "3", "A colleague cannot log in", "The code never arrives.", campaigns)
    desk.says(ticket, 19 * 60, first, "The number had been typed with a space; the code has arrived just now.")
    desk.at(ticket, 18 * 60, first).write(
        {
            "dialog360_summary": "The number for the code had a space in it. It is corrected, and the login works.",
            "stage_id": desk.stages["closed"].id,
        }
    )
    env["dialog360.incident"].create(
        {
            "provider_id": desk.provider.id,
            "name": "Delivery reports arrive late",
            "text": "Messages themselves are delivered in time; only the reports come up to ten minutes later.",
            "priority_id": desk.priorities["3"].id,
            "date_start": desk.now - timedelta(hours=3),
        }
    )
    desk.sweeps()
    env["dialog360.review"]._open_batch(desk.now)


def make_client(desk: Desk, login: str, company: str, person: str, plan: str):
    partner = desk.env["res.partner"].create({"name": company, "is_company": True, "email": f"office@{login}.example"})
    contact = desk.env["res.partner"].create(
        {"name": person, "parent_id": partner.id, "email": f"desk@{login}.example", "tz": "Europe/Berlin"}
    )
    desk.user(login, person, contact.email, "base.group_portal", tz="Europe/Berlin", partner_id=contact.id)
    desk.env["support.entitlement"].create(
        {
            "provider_id": desk.provider.id,
            "partner_id": partner.id,
            "date_start": desk.now.date() - timedelta(days=300),
            "plan_id": desk.provider.plan_ids.filtered(lambda row: row.code == plan).id,
        }
    )
    return contact
