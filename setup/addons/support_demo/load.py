"""Demonstration data, made the way users make it: tickets raised, answered, moved and swept in the past.

Moments are working minutes before the installation, so that the first screen looks like a desk in the
middle of its day whenever it is installed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

AGENT_GROUP = "helpdesk_mgmt.group_helpdesk_user"
MANAGER_GROUP = "helpdesk_mgmt.group_helpdesk_manager"


class Desk:
    """The people and the provider, and how to let something happen at a moment in the past."""

    def __init__(self, env) -> None:
        self.env = env(
            context={
                **env.context,
                "mail_notify_force_send": False,
                "no_reset_password": True,
                "support_no_notify": True,
            }
        )
        self.now: datetime = env["support.event"]._now()
        self.provider = env["support.provider"].search([("code", "=", "judopay")], limit=1)
        self.calendar = self.provider.calendar_id
        self.priorities = {priority.code: priority for priority in self.provider.priority_ids}
        self.team = self.provider.team_ids[:1]
        self.stages = {stage.support_phase: stage for stage in reversed(self.team._get_applicable_stages())}
        for stage in reversed(self.team._get_applicable_stages()):
            if stage == self.provider.escalated_stage_id:
                continue
            self.stages[stage.support_phase] = stage

    def ago(self, minutes: int) -> datetime:
        """So many working minutes before now."""
        return self.calendar._sla_add(self.now, -minutes * 60) or self.now - timedelta(minutes=minutes)

    def user(self, login: str, name: str, email: str, *groups: str, tz: str = "Europe/London", **vals: Any):
        user = self.env["res.users"].search([("login", "=", login)], limit=1)
        values = {
            "name": name,
            "login": login,
            "password": login,
            "email": email,
            "tz": tz,
            "group_ids": [(6, 0, [self.env.ref(group).id for group in groups])],
            **vals,
        }
        if user:
            user.write(values)
            return user
        return self.env["res.users"].create(values)

    def at(self, record, minutes: int, user=None):
        record = record.with_user(user) if user else record
        return record.with_context(support_now=self.ago(minutes))

    def raised(self, minutes: int, priority: str, title: str, text: str, customer, **vals: Any):
        return (
            self.at(self.env["helpdesk.ticket"], minutes)
            .with_context(support_side="customer")
            .create(
                {
                    "name": title,
                    "description": f"<p>{text}</p>",
                    "team_id": self.team.id,
                    "partner_id": customer.id,
                    "partner_name": customer.name,
                    "partner_email": customer.email,
                    "user_id": False,
                    "support_priority_id": self.priorities[priority].id,
                    **vals,
                }
            )
            .with_context(support_side=None)  # what follows is done by others
        )

    def says(self, ticket, minutes: int, user, text: str) -> None:
        self.at(ticket, minutes, user).message_post(
            body=text, message_type="comment", subtype_xmlid="mail.mt_comment", date=self.ago(minutes)
        )

    def hears(self, ticket, minutes: int, text: str) -> None:
        self.at(ticket, minutes).message_post(
            body=text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=ticket.partner_id.id,
            email_from=ticket.partner_email,
            date=self.ago(minutes),
        )

    def confirms(self, ticket, minutes: int, user, note: str) -> None:
        self.at(ticket, minutes, user)._judopay_confirm(ticket.support_priority_id, note)

    def dedicates(self, ticket, minutes: int, user, to) -> None:
        self.at(ticket, minutes, user).judopay_dedicated_user_id = to

    def moves(self, ticket, minutes: int, phase: str, user) -> None:
        self.at(ticket, minutes, user).stage_id = self.stages[phase]

    def sweeps(self, minutes: int = 0) -> None:
        moment = self.ago(minutes) if minutes else self.now
        sweep = self.env["support.sweep"].with_context(support_now=moment)
        while sweep._sweep_batch(moment):
            pass


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
    desk.sweeps()
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
