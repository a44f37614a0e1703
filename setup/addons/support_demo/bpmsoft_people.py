"""BPMSoft's people in the demonstration: a client with one authorised person, and requests that are held back."""

from __future__ import annotations

from datetime import timedelta

from .desk import AGENT_GROUP, Desk


def load_bpmsoft_people(env) -> None:
    desk = Desk(env, "bpmsoft")
    # who has sent a request is judged as for any other; nothing is sent, see load.py
    desk.env = desk.env(context={**desk.env.context, "support_no_notify": False})
    expert = desk.user("expert", "Customer Care Expert", "expert@bpmsoft.example", AGENT_GROUP, tz="Europe/Moscow")
    desk.team.user_ids |= expert
    office, plant, entitlement = make_client(desk, expert)
    taken = raise_one(desk, 180, "The contract card opens empty", "Since the update of Friday.", office)
    taken.user_id = expert
    desk.says(taken, 150, expert, "We connect at ten and look at the log with you.")
    env["bpmsoft.remote.session"].with_user(expert).create(
        {
            "ticket_id": taken.id,
            "start": desk.ago(130),
            "stop": desk.ago(95),
            "partner_note": "Looked at the log of the application server",
        }
    )
    # by a colleague of the client, by one who was let through, and one whom the authorised person is asked about
    raise_one(desk, 120, "I need a report by region", "Please build it by Friday.", plant)
    urgent = raise_one(desk, 100, "Nobody at the plant can log in", "All users see error 500.", plant)
    desk.at(urgent, 80, expert)._bpmsoft_pass("The plant stands still; the authorised person is on a plane.")
    asked = raise_one(desk, 70, "Orders are sent twice", "Since this morning.", plant)
    desk.at(asked, 50, expert)._bpmsoft_hand_over(entitlement, "Sounds like one of theirs.")
    # registered for the client, and not agreed on yet
    phone = env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone", raise_if_not_found=False)
    desk.at(env["helpdesk.ticket"].with_context(support_no_notify=False), 40, expert).create(
        {
            "name": "Asks how to add a field to the account card",
            "description": "<p>Called and asked us to register it.</p>",
            "team_id": desk.team.id,
            "partner_id": office.id,
            "partner_name": office.name,
            "partner_email": office.email,
            "channel_id": phone.id if phone else False,
        }
    )
    refused = raise_one(desk, 900, "The server in the hall does not start", "It has been silent since Monday.", office)
    ground = env.ref("bpmsoft_care.ground_no_access")
    desk.at(refused, 700, expert)._bpmsoft_refuse(ground, "Asked twice for remote access, none was given.")
    desk.sweeps()


def make_client(desk: Desk, expert):
    env = desk.env
    client = env["res.partner"].create(
        {"name": "Ladoga Shipyard", "is_company": True, "email": "office@ladoga.example", "tz": "Europe/Moscow"}
    )
    people = []
    for login, name, address in (
        ("ladoga", "Shipyard CRM Office", "crm@ladoga.example"),
        ("ladoga2", "Shipyard Plant", "plant@ladoga.example"),
    ):
        contact = env["res.partner"].create(
            {"name": name, "parent_id": client.id, "email": address, "tz": "Europe/Moscow"}
        )
        desk.user(login, name, address, "base.group_portal", tz="Europe/Moscow", partner_id=contact.id)
        people.append(contact)
    former = env["res.partner"].create(
        {"name": "Shipyard Secretary", "parent_id": client.id, "email": "secretary@ladoga.example"}
    )
    entitlement = env["support.entitlement"].create(
        {
            "provider_id": desk.provider.id,
            "partner_id": client.id,
            "date_start": desk.now.date() - timedelta(days=300),
            "contact_ids": [(6, 0, former.ids)],
        }
    )
    desk.at(entitlement, 2000, expert).sudo()._bpmsoft_change_contact(
        people[0],
        notified_by="Head of the office",
        notified_email="office@ladoga.example",
        notified_at=desk.ago(2100),
        source="Mail “Our new contact”",
    )
    return people[0], people[1], entitlement


def raise_one(desk: Desk, minutes: int, title: str, text: str, customer):
    """A request of a client, with everything that it must contain."""
    return desk.raised(
        minutes,
        "P3",
        title,
        text,
        customer,
        bpmsoft_questions="What has to be done so that it works again?",
        bpmsoft_address="https://crm.ladoga.example",
        bpmsoft_account="support-visitor",
        bpmsoft_steps="1. Log in\n2. Open the card\n3. Look at it",
        bpmsoft_databases="One server, PostgreSQL 15",
        bpmsoft_nodes=2,
        bpmsoft_adjacent="Accounting, by messages",
        bpmsoft_customisations="Contracts by us",
    )
