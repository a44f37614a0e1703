"""OpenPyme's side of the demonstration: two clients, their leader, and requests at several points of their way."""

from __future__ import annotations

from datetime import timedelta

from .desk import AGENT_GROUP, Desk
from .openpyme_change import load_changes
from .servers import load_servers

ZONE = "America/Mexico_City"


def load_openpyme(env) -> None:
    desk = Desk(env, "openpyme")
    leader = desk.user("leader", "Account Leader", "leader@openpyme.example", AGENT_GROUP, tz=ZONE)
    # the team that designs workarounds and carries out changes works in projects
    groups = (AGENT_GROUP, "project.group_project_user")
    consultant = desk.user("consultant", "ERP Consultant", "consultant@openpyme.example", *groups, tz=ZONE)
    manager = env["res.users"].search([("login", "=", "manager")], limit=1)
    for role in desk.provider.role_ids.filtered(lambda role: role.source == "users"):
        role.user_ids = manager
    desk.provider.write({"administrator_id": manager.id, "openpyme_designer_id": consultant.id})
    for team in desk.provider.team_ids:
        team.user_ids = leader | consultant | manager
    till = make_client(desk, leader, "Mesa Foods", "mesa", "Till Supervisor", hours=True)
    store = make_client(desk, leader, "Rio Tools", "rio", "Store Keeper", hours=False)
    support(desk, leader, consultant, till, store)
    others(desk, leader, till, store)
    load_changes(desk, leader, consultant, classify, till, store)
    load_servers(desk, leader, till.parent_id, store.parent_id)
    paths(desk, leader, consultant, till)
    desk.sweeps()


def make_client(desk: Desk, leader, company: str, login: str, person: str, hours: bool):
    """A client with a contract; its person may log in to the portal."""
    partner = desk.env["res.partner"].create(
        {"name": company, "is_company": True, "email": f"office@{login}.example", "tz": ZONE}
    )
    contact = desk.env["res.partner"].create(
        {"name": person, "parent_id": partner.id, "email": f"person@{login}.example", "tz": ZONE}
    )
    desk.user(login, person, contact.email, "base.group_portal", tz=ZONE, partner_id=contact.id)
    values = {"openpyme_hours_high": 4, "openpyme_hours_medium": 16, "openpyme_hours_low": 40} if hours else {}
    desk.env["support.entitlement"].create(
        {
            "provider_id": desk.provider.id,
            "partner_id": partner.id,
            "date_start": desk.now.date() - timedelta(days=200),
            "date_end": desk.now.date() + timedelta(days=165),
            "account_leader_id": leader.id,
            **values,
        }
    )
    return contact


def classify(desk: Desk, ticket, minutes: int, leader, kind: str, impact: str = "") -> None:
    """Reviewed and classified, as a leader does."""
    ticket = desk.at(ticket, minutes, leader)
    ticket._openpyme_record_checks({"contract": "", "duplicate": "", "reply": ""})
    values = {"support_kind_id": desk.provider.kind_ids.filtered(lambda record: record.code == kind).id}
    if impact:
        values["openpyme_impact_id"] = desk.env.ref(f"openpyme_helpdesk_sla.impact_{impact}").id
    ticket.write(values)


def support(desk: Desk, leader, consultant, till, store) -> None:
    ticket = desk.raised(100, False, "Invoices are not stamped", "Since nine: every invoice of store 3 fails.", till)
    classify(desk, ticket, 95, leader, "support", "high")
    ticket.write(
        {
            "openpyme_scenario_who": "The cashiers of store 3",
            "openpyme_scenario_where": "Point of sale, Invoice",
            "openpyme_scenario_steps": "Close a sale, press Invoice",
            "openpyme_scenario_expected": "A stamped invoice",
        }
    )
    desk.says(ticket, 80, leader, "We see the failed stamps and are looking at the certificate.")
    desk.moves(ticket, 79, "open", leader)
    ticket.user_id = consultant
    # nobody has written or noted anything for days: red
    ticket = desk.raised(1600, False, "The sales report takes ten minutes", "It took seconds in September.", till)
    classify(desk, ticket, 1500, leader, "support", "medium")
    desk.says(ticket, 1490, leader, "We have found the query and are testing a faster one.")
    desk.moves(ticket, 1489, "open", leader)
    ticket = desk.raised(1300, False, "A wrong account on a credit note", "NC 114 went to 4010.", store)
    classify(desk, ticket, 1250, leader, "support", "low")
    desk.moves(ticket, 1249, "open", leader)


def walk(desk: Desk, ticket, minutes: int, *steps) -> None:
    """Steps of the guided path, each with its user and what is given with it, ten minutes after another."""
    for number, (user, step, answer, values) in enumerate(steps):
        desk.at(ticket, minutes - 10 * number, user)._openpyme_path_take(step, answer, None, values)


def paths(desk: Desk, leader, consultant, till) -> None:
    """One ticket whose second workaround the team is designing, one whose workaround the client has validated."""
    ticket = desk.env["helpdesk.ticket"].search([("name", "=", "Invoices are not stamped")], limit=1)
    known = {"note": "The log shows the rest: error 302 at 9:04."}
    walk(
        desk,
        ticket,
        75,
        (leader, "scenario", "enough", known),
        (consultant, "solution", "none", {"note": "The certificate is valid until June."}),
        (consultant, "workaround", "unknown", {}),
        (consultant, "send", "sent", {}),
        (consultant, "design", "answered", {"note": "Stamp through the second server: System, Stamping, Server 2."}),
        (leader, "executor", "assigned", {"person": leader}),
        (leader, "execute", "fails", {"note": "Server 2 answers, but with the same error."}),
    )
    desk.at(ticket, 5, consultant)._openpyme_path_take("send", "sent", None, {})
    ticket = desk.raised(900, False, "Payroll file is refused by the bank", "Since the update on Monday.", till)
    classify(desk, ticket, 890, leader, "support", "medium")
    ticket.write({"openpyme_scenario_where": "Payroll, bank file", "openpyme_scenario_actual": "Line 1: wrong length"})
    text = {"note": "Save the file with the old layout: Payroll, Settings, Layout 2024."}
    walk(
        desk,
        ticket,
        880,
        (leader, "scenario", "enough", {"note": "The file itself is attached to their mail."}),
        (leader, "solution", "none", {}),
        (leader, "workaround", "known", text),
        (leader, "apply", "applied", text),
        (leader, "page", "assigned", {"writer": desk.provider.administrator_id, "title": "Bank refuses payroll file"}),
        (leader, "ask", "asked", text),
    )
    desk.at(ticket, 800, leader)._support_validate(True, "The bank took it.", "customer")


def others(desk: Desk, leader, till, store) -> None:
    ticket = desk.raised(700, False, "Labels with our new logo", "For all products, from December on.", till)
    classify(desk, ticket, 600, leader, "change")
    desk.says(ticket, 590, leader, "Noted. When may we talk about sizes and printers?")
    ticket = desk.raised(500, False, "What is an analytic account for?", "We would like to see costs by store.", store)
    classify(desk, ticket, 450, leader, "consultancy")
    desk.says(ticket, 440, leader, "A good question for the next session: you are invited.")
    # a reply that came as a new request, waiting for its review
    asked = desk.raised(300, False, "Stock differs after the count", "Shelf 4 shows minus 12.", store)
    desk.says(asked, 250, leader, "Which warehouse is it?")
    desk.moves(asked, 249, "waiting_customer", leader)
    desk.raised(30, False, "Re: warehouse", f"It is the one in the north. You asked in {asked.number}.", store)
