"""OpenPyme's change in its seventh step, and one that waits for the client's word."""

from __future__ import annotations

from odoo.addons.support_sla.tools import facts

STORY = {
    "role": "cashier of a shop",
    "want": "print a gift receipt without prices",
    "benefit": "presents can be exchanged without showing what they cost",
    "criteria": "The receipt shows no price and no discount.\nIt shows the number of the sale as a bar code.",
    "out_of_scope": "Gift receipts by e-mail.",
}
TASKS = (("Template of the receipt", 4), ("Button in the point of sale", 6), ("Bar code of the sale", 3))


def advance(desk, ticket, minutes: int, user) -> None:
    """The current step ends as its work is done, ``minutes`` ago."""
    ticket = desk.at(ticket, minutes, user)
    step = ticket.openpyme_current_step_id
    if step.needs == "story":
        desk.at(desk.env["openpyme.story"], minutes, user).create({"ticket_id": ticket.id, **STORY})
    elif step.needs == "tasks":
        break_down(desk, ticket, minutes, user)
    elif step.needs == "tasks_done":
        desk.env["project.task"].search([("openpyme_ticket_id", "=", ticket.id)]).state = "1_done"
    elif step.needs == "demo":
        step._plan_demo(step.env["support.event"]._now())
    if step.needs == "client":
        step._answer(True, "Accepted on the phone.", facts.STAFF)
    else:
        step._finish()


def break_down(desk, ticket, minutes: int, user) -> None:
    wizard = desk.at(desk.env["openpyme.task.wizard"], minutes, user)
    lines = [(0, 0, {"name": name, "hours": hours, "user_id": user.id}) for name, hours in TASKS]
    wizard.create({"ticket_id": ticket.id, "line_ids": lines}).action_create()


def load_changes(desk, leader, consultant, classify, till, store) -> None:
    """
    :param classify: of ``openpyme.py``
    """
    ticket = desk.raised(9000, False, "Gift receipts without prices", "Presents come back in January.", till)
    classify(desk, ticket, 8900, leader, "change")
    desk.at(ticket, 8900, leader).action_openpyme_begin()  # by itself it begins where people are told
    desk.says(ticket, 8890, leader, "Thank you: we collect with you what the receipt should show.")
    first = desk.at(ticket, 8000, leader)
    first.openpyme_current_step_id._finish("Talked to the head of the shops.")
    desk.at(ticket, 7500, leader).openpyme_current_step_id._skip("The receipt of the last project is analysed already.")
    for minutes in (6500, 5500, 4500, 3500):
        advance(desk, ticket, minutes, consultant)
    break_down(desk, ticket, 3000, consultant)
    tasks = desk.env["project.task"].search([("openpyme_ticket_id", "=", ticket.id)], order="sequence", limit=1)
    tasks.state = "1_done"

    ticket = desk.raised(9500, False, "Prices by customer group", "Wholesale customers get other prices.", store)
    classify(desk, ticket, 9400, leader, "change")
    desk.at(ticket, 9400, leader).action_openpyme_begin()
    desk.says(ticket, 9390, leader, "Thank you: we begin with the requirements.")
    for minutes in range(9000, 4500, -500):
        advance(desk, ticket, minutes, consultant)
    asking = desk.at(ticket, 1200, consultant)
    asking.openpyme_current_step_id._ask("The prices by group are on your test system. Please try them and tell us.")
