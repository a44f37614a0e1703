"""BPMSoft's side of the demonstration: two clients with their authorised persons, requests one after another."""

from __future__ import annotations

from datetime import timedelta

from .bpmsoft_decision import load_decisions
from .desk import AGENT_GROUP, Desk

ZONE = "Europe/Moscow"
ENVIRONMENT = {
    "bpmsoft_databases": "One server of its own, PostgreSQL 15",
    "bpmsoft_nodes": 2,
    "bpmsoft_adjacent": "Accounting, by a queue of messages",
    "bpmsoft_customisations": "Contracts by the provider, letters by the client's own team",
}


def load_bpmsoft(env) -> None:
    desk = Desk(env, "bpmsoft")
    expert = desk.user("expert", "Expert", "expert@bpmsoft.example", AGENT_GROUP, tz=ZONE)
    coordinator = desk.user("coordinator", "Coordinator", "coordinator@bpmsoft.example", AGENT_GROUP, tz=ZONE)
    manager = env["res.users"].search([("login", "=", "manager")], limit=1)
    people = {"coordinator": coordinator, "head": manager}
    for role in desk.provider.role_ids.filtered(lambda role: role.source == "users"):
        role.user_ids = people[role.code]
    desk.provider.administrator_id = manager
    for team in desk.provider.team_ids:
        team.user_ids = expert | coordinator | manager
    irtysh = make_client(desk, "Irtysh Steel", "irtysh", "CRM Project Office")
    onega = make_client(desk, "Onega Bank", "onega", "Digital Channels")
    client_user = irtysh.user_ids[:1]
    load_decisions(desk, expert, irtysh, onega, client_user)
    line(desk, expert, irtysh)
    returned(desk, expert, onega)
    accepted(desk, expert, irtysh, onega)
    desk.sweeps()


def make_client(desk: Desk, company: str, login: str, person: str):
    """A client with a contract, whose authorised person may log in to the portal."""
    partner = desk.env["res.partner"].create(
        {"name": company, "is_company": True, "email": f"office@{login}.example", "tz": ZONE}
    )
    contact = desk.env["res.partner"].create(
        {"name": person, "parent_id": partner.id, "email": f"person@{login}.example", "tz": ZONE}
    )
    desk.user(login, person, contact.email, "base.group_portal", tz=ZONE, partner_id=contact.id)
    desk.env["support.entitlement"].create(
        {
            "provider_id": desk.provider.id,
            "partner_id": partner.id,
            "date_start": desk.now.date() - timedelta(days=300),
            "date_end": desk.now.date() + timedelta(days=65),
            "contact_ids": [(6, 0, contact.ids)],
        }
    )
    return contact


def asked(login: str, questions: str, steps: str) -> dict:
    """Everything that a request must contain, but the password."""
    return {
        "bpmsoft_questions": questions,
        "bpmsoft_address": f"https://crm.{login}.example",
        "bpmsoft_account": "support-visitor",
        "bpmsoft_steps": steps,
        **ENVIRONMENT,
    }


def line(desk: Desk, expert, client) -> None:
    """Three that wait behind the one in work, and another order that the client proposes."""
    kinds = {kind.code: kind for kind in desk.provider.kind_ids}
    tickets = desk.env["helpdesk.ticket"]
    for minutes, level, kind, title, question, steps in (
        (
            900,
            "P4",
            "error",
            "Phone numbers are grouped wrongly",
            "Can the mask follow the new numbers?",
            "Open a contact\nType a number of the region",
        ),
        (
            700,
            "P3",
            "advice",
            "Who may see closed contracts",
            "Which right shows them to the archive?",
            "Open Contracts\nFilter: closed",
        ),
        (
            200,
            "P2",
            "source",
            "Reports of the new law are refused",
            "Where does the refusal come from?",
            "Make the report\nSend it\nRead the answer",
        ),
    ):
        ticket = desk.raised(
            minutes,
            level,
            title,
            f"{question} Please see the steps.",
            client,
            support_kind_id=kinds[kind].id,
            **asked("irtysh", question, steps),
        )
        tickets |= ticket
    desk.says(tickets[0], 800, expert, "We have seen it: it is the next one after the letters.")
    desk.says(tickets[1], 600, expert, "We have seen it and come back to you when it is its turn.")
    account = tickets[0].support_lane_account_id
    waiting = [waiter.id for waiter in account._read_line()[account.id]]
    wanted = [tickets[2].id] + [ticket_id for ticket_id in waiting if ticket_id != tickets[2].id]
    Proposal = desk.at(desk.env["bpmsoft.order.proposal"], 60).sudo()
    Proposal._propose(account, waiting, wanted, client, "The law comes into force on the first of the month.")


def returned(desk: Desk, expert, client) -> None:
    """A request that came back to the client with something missing, and nobody has answered for days."""
    ticket = desk.raised(
        2000, "P3", "The branch does not see its offers", "Since the update.", client, bpmsoft_questions="Why?"
    )
    asking = desk.at(ticket.with_context(support_no_notify=False), 1995)
    asking._bpmsoft_return("bpmsoft_incomplete")
    ticket.user_id = expert


def accepted(desk: Desk, expert, irtysh, onega) -> None:
    """One that the client is to accept, one accepted, one closed in silence."""
    for minutes, client, title, words in (
        (5200, irtysh, "Invoices take the old bank details", "The details come from the contract now: please test it."),
        (4300, onega, "The login page shows an error", "The certificate had run out and is renewed."),
        (6000, onega, "A step of the daily process stops", "The step had no right on the archive; it has it now."),
    ):
        login = client.email.split("@")[1].split(".")[0]
        ticket = desk.raised(minutes, "P2", title, title + ".", client, **asked(login, title + ": why?", "See title"))
        ticket.user_id = expert
        desk.says(ticket, minutes - 60, expert, "We are looking for the source.")
        desk.moves(ticket, minutes - 90, "open", expert)
        at = {5200: 500, 4300: 3900, 6000: 5700}[minutes]
        desk.at(ticket.with_context(support_no_notify=False), at, expert)._support_ask_validation("solution", words)
        if minutes == 4300:
            page = desk.at(ticket.with_user(client.user_ids[:1]).sudo(), at - 200)
            page._support_portal_validate(client.user_ids[:1], "accept", "Works again, thank you.")
