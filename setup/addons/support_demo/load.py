"""Demonstration data, made the way users make it: tickets raised, answered, moved and swept in the past."""

from __future__ import annotations

from datetime import timedelta

from .bpmsoft import load_bpmsoft
from .bpmsoft_people import load_bpmsoft_people
from .desk import AGENT_GROUP, MANAGER_GROUP, Desk
from .dialog360 import load_dialog360
from .openpyme import load_openpyme
from .openpyme_queue import load_openpyme_queue
from .plastek import load_plastek
from .problem import load_problem, load_validation
from .reports import load_reports


def load(env) -> None:
    """Fill the roles, make the customers, let a few days happen."""
    desk = Desk(env)
    manager = desk.user("manager", "Support Manager", "manager@judopay.example", MANAGER_GROUP)
    agent = desk.user("agent", "Service Desk Agent", "agent@judopay.example", AGENT_GROUP)
    second = desk.user("agent2", "Night Desk Agent", "night@judopay.example", AGENT_GROUP)
    head = desk.user("head", "Head of IT Operations", "head@judopay.example", AGENT_GROUP)
    chief = desk.user("chief", "Chief Technical Officer", "chief@judopay.example", AGENT_GROUP)
    env.ref("base.user_admin").tz = "Europe/London"
    desk.team.user_ids = agent | second | head | manager
    desk.team.user_id = manager
    desk.provider.administrator_id = manager
    fill_roles(desk, agent, second, head, chief, manager)
    northwind, contoso = make_customers(desk, manager)
    for extra in desk.provider.team_ids[1:]:
        extra.user_ids = agent
    # the stock stages are for a team without a provider, so that the board over all queues shows few columns
    internal = env["helpdesk.ticket.team"].create({"name": "Office IT", "user_ids": [(6, 0, second.ids)]})
    env["helpdesk.ticket.stage"].search([("team_ids", "=", False)]).team_ids = internal
    critical(desk, agent, head, northwind, contoso)
    high(desk, agent, second, northwind, contoso)
    medium(desk, agent, second, northwind, contoso)
    low(desk, agent, manager, northwind, contoso)
    load_problem(desk, agent, manager, northwind, contoso)
    desk.sweeps()
    load_plastek(env)
    load_validation(env)
    load_openpyme(env)
    load_openpyme_queue(env)
    load_bpmsoft(env)
    load_bpmsoft_people(env)
    load_dialog360(env)
    load_reports(desk, agent, manager, northwind, contoso)
    # what is told of the past would reach nobody: the demonstration starts with an empty outbox
    env["support.notification"].search([("state", "=", "pending")]).write({"state": "sent"})


def fill_roles(desk: Desk, agent, second, head, chief, manager) -> None:
    """By what a role's code says; an unfilled one is left for the configuration to show."""
    for role in desk.provider.role_ids:
        code = role.code
        if "cto" in code or "chief" in code:
            role.user_ids = chief
        elif "it_" in code or "head" in code:
            role.user_ids = head
        elif "24" in code or "call" in code or "night" in code:
            role.user_ids = second
        elif "operations" in code or "success" in code:
            role.user_ids = manager
        else:
            role.user_ids = agent


def make_customers(desk: Desk, manager):
    people = []
    for login, company, person, tz in (
        ("customer", "Northwind Travel", "Booking Desk", "Europe/Madrid"),
        ("customer2", "Contoso Fashion", "Web Shop Team", "Europe/London"),
    ):
        domain = company.split()[0].lower() + ".example"
        partner = desk.env["res.partner"].create({"name": company, "is_company": True, "email": f"office@{domain}"})
        contact = desk.env["res.partner"].create(
            {"name": person, "parent_id": partner.id, "email": f"desk@{domain}", "tz": tz}
        )
        desk.user(login, person, f"desk@{domain}", "base.group_portal", tz=tz, partner_id=contact.id)
        desk.env["support.entitlement"].create(
            {
                "provider_id": desk.provider.id,
                "partner_id": partner.id,
                "date_start": desk.now.date() - timedelta(days=400),
                "success_manager_id": manager.id,
            }
        )
        people.append(contact)
    return people


def critical(desk: Desk, agent, head, northwind, contoso) -> None:
    ticket = desk.raised(
        38, "PS1", "All gateways refuse connections", "Since 09:00 no payment goes through.", northwind
    )
    ticket.user_id = agent
    desk.says(ticket, 32, agent, "We see it too: the load balancer drops the sessions. More in half an hour.")
    desk.moves(ticket, 21, "waiting_customer", agent)
    desk.hears(ticket, 13, "The log files you asked for are attached.")
    desk.says(ticket, 12, agent, "Two gateways are back, we are working on the third.")
    ticket = desk.raised(170, "PS1", "Refunds are booked twice", "Every refund shows up two times.", contoso)
    ticket.user_id = agent
    desk.says(ticket, 164, agent, "Refunds are stopped while we look for the cause.")
    desk.confirms(ticket, 162, agent, "Their shop has stopped selling: critical it is.")
    desk.dedicates(ticket, 160, head, agent)
    for minutes in (110, 100, 75, 45):
        desk.sweeps(minutes)
    ticket = desk.raised(400, "PS1", "Card data form does not load", "Customers see an empty page.", northwind)
    ticket.user_id = agent
    desk.says(ticket, 395, agent, "A certificate had run out. It is being replaced.")
    desk.confirms(ticket, 394, agent, "No card payments at all, confirmed by phone.")
    desk.dedicates(ticket, 393, head, agent)
    desk.says(ticket, 370, agent, "The new certificate is in place, please check.")
    desk.moves(ticket, 355, "closed", agent)


def high(desk: Desk, agent, second, northwind, contoso) -> None:
    ticket = desk.raised(9, "PS2", "One gateway answers slowly", "Payments take half a minute on gateway B.", contoso)
    ticket = desk.raised(225, "PS2", "3-D Secure fails for one bank", "Only cards of one bank are affected.", northwind)
    ticket.user_id = second
    desk.says(ticket, 220, second, "The bank confirms a problem on their side, we are in contact.")
    desk.confirms(ticket, 218, second, "Only one bank, the others work: high, not critical.")
    for minutes in (165, 110, 55):
        desk.says(ticket, minutes, second, "The bank is still working on it.")
    ticket = desk.raised(900, "PS2", "Settlement file is late", "The file of last night is missing.", contoso)
    ticket.user_id = agent
    desk.says(ticket, 880, agent, "The job had stopped and is running again.")
    desk.sweeps(820)
    desk.moves(ticket, 600, "closed", agent)


def medium(desk: Desk, agent, second, northwind, contoso) -> None:
    desk.raised(190, "PS3", "One transaction shows the wrong currency", "Ordered in euro, shown in pounds.", northwind)
    ticket = desk.raised(700, "PS3", "Receipt e-mail has an old logo", "Our logo changed in spring.", contoso)
    ticket.user_id = second
    desk.says(ticket, 640, second, "Please send us the new logo as SVG.")
    desk.moves(ticket, 639, "waiting_customer", second)
    ticket = desk.raised(1500, "PS3", "Search by reference finds nothing", "The reference is exact.", northwind)
    ticket.user_id = agent
    desk.says(ticket, 1400, agent, "The index is being rebuilt tonight.")
    desk.says(ticket, 900, agent, "The index is rebuilt. Does the search find them now?")
    desk.moves(ticket, 880, "closed", agent)
    # raised to a higher priority: counted from the start
    ticket = desk.raised(420, "PS3", "Webhook calls arrive late", "They come an hour late.", contoso)
    ticket.user_id = agent
    desk.says(ticket, 400, agent, "We are looking at the queue.")
    desk.at(ticket, 120, agent).support_priority_id = desk.priorities["PS2"]
    desk.says(ticket, 115, agent, "The queue is growing, so we treat this as high.")


def low(desk: Desk, agent, manager, northwind, contoso) -> None:
    ticket = desk.raised(500, "PS4", "Typing error on the payment page", "“Adress” should be “Address”.", contoso)
    ticket.user_id = agent
    desk.says(ticket, 450, agent, "Thank you, noted. When would suit you?")
    ticket = desk.raised(1300, "PS4", "Report has an empty last page", "It prints a blank sheet.", northwind)
    ticket.user_id = agent
    desk.says(ticket, 1250, agent, "It will be gone with the next release.")
    from odoo.addons.support_sla.models.support_time import to_instant

    until = to_instant(desk.now + timedelta(days=9))
    desk.at(ticket, 1240, agent)._support_add_fact(
        "agreed", {"metric": "resolution", "until": until, "with": "Booking Desk, by phone"}, side="staff"
    )
    desk.raised(30, "PS5", "Please add two users", "Names and addresses are in the attachment.", northwind)
    ticket = desk.raised(1100, "PS5", "Copy of last year's invoices", "For our auditor.", contoso)
    ticket.user_id = manager
    desk.says(ticket, 1060, manager, "They are attached.")
    desk.moves(ticket, 1059, "closed", manager)
