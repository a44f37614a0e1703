"""One problem of the second line with three incidents, as it looks in the middle of the day."""

from __future__ import annotations

from .desk import Desk


def load_problem(desk: Desk, agent, manager, northwind, contoso) -> None:
    """Three tickets tell of the same thing; one of them waits for the customer."""
    incidents = [
        desk.raised(150, "PS3", "Refunds stay pending", "Refunds made since this morning stay pending.", northwind),
        desk.raised(120, "PS3", "Refund of an order is not booked", "It shows as pending for hours.", contoso),
        desk.raised(60, "PS3", "Pending refunds in the dashboard", "Several refunds do not move on.", northwind),
    ]
    for ticket in incidents:
        ticket.user_id = agent
    desk.says(incidents[0], 140, agent, "Thank you, we are looking into your refunds.")
    first = desk.at(incidents[0], 110, agent)
    problem = first._support_make_problem(
        {
            "name": "Refunds are not taken from the queue",
            "description": "<p>Dashboard › Refunds: state “pending” for longer than ten minutes. "
            "Happens with every refund of more than 100 since the release of this morning.</p>",
        }
    )
    problem.user_id = manager
    for ticket in incidents[1:]:
        desk.at(ticket, 50, agent)._support_link_problem(problem)
    desk.moves(incidents[1], 45, "waiting_customer", agent)
    page = desk.env["document.page"].create(
        {
            "name": "Refunds stay pending",
            "support_use": "workaround",
            "support_state": "published",
            "support_provider_ids": [(6, 0, desk.provider.ids)],
            "content": "<p>Split the refund into parts of less than 100: they are booked at once.</p>",
            "company_id": False,
        }
    )
    desk.env["support.page.use"].with_user(agent)._record(page, "sent", incidents[0])


def load_validation(env) -> None:
    """A customer is asked whether a workaround works."""
    desk = Desk(env, "plastek")
    line = env["res.users"].search([("login", "=", "line")], limit=1)
    shop = env["res.users"].search([("login", "=", "shop")], limit=1).partner_id
    service = desk.provider.service_ids.filtered(lambda service: service.code == "incident")
    ticket = desk.raised(
        200, False, "Till 2 prints no receipt", "Since this morning.", shop, support_service_id=service.id
    )
    ticket.user_id = line
    desk.at(ticket, 30, line)._support_ask_validation(
        "workaround", "Receipts of till 2 come out of the printer of till 1. Please sell something and look there."
    )
