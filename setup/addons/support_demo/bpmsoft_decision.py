"""BPMSoft's decisions, offers and estimates: one that waits for the client, one accepted, an estimate extended."""

from __future__ import annotations

from datetime import timedelta


def decide(desk, ticket, minutes: int, user, source: str, amount: float = 0, **answers) -> None:
    """By the wizard, as users do; ``answers`` to what is asked, and ``note``, ``reason``, ``words``."""
    wizard = desk.at(desk.env["bpmsoft.decide.wizard"], minutes, user)
    wizard = wizard.create(
        {
            "ticket_id": ticket.id,
            "offer_id": ticket.bpmsoft_offer_id.id,
            "source_id": desk.env.ref(f"bpmsoft_care.source_{source}").id,
            **answers,
        }
    )
    for line in wizard.line_ids.filtered("is_paid"):
        line.amount = amount
    wizard.action_decide()


def estimate(desk, ticket, minutes: int, user, ahead: int, reason: str = "", words: str = "") -> None:
    """``ahead``: working minutes from now, below 0 in the past; ``reason``: code of one."""
    until = desk.calendar._sla_add(desk.now, ahead * 60) or desk.now + timedelta(minutes=ahead)
    given = desk.env.ref(f"bpmsoft_care.estimate_reason_{reason}") if reason else None
    desk.at(ticket, minutes, user)._bpmsoft_give_estimate(until, given, words, ticket.bpmsoft_estimate or None)


def load_decisions(desk, expert, first, second, client_user) -> None:
    """
    :param desk: of the provider ``bpmsoft``, whose calendar counts the minutes
    :param first: a contact who may have one request in work; ``second``: one of another client
    :param client_user: the login of ``first``
    """
    ticket = desk.raised(2600, False, "Letters are sent twice", "Every letter goes out twice since the update.", first)
    ticket.user_id = expert
    desk.moves(ticket, 2550, "open", expert)
    desk.says(ticket, 2540, expert, "We look for the source of it.")
    estimate(desk, ticket, 2500, expert, -400)
    estimate(
        desk, ticket, 1200, expert, 900, "problem", "The letters pass through a second script that nobody had named."
    )
    decide(
        desk,
        ticket,
        1100,
        expert,
        "client_project",
        42000,
        note="The trigger on the table of letters was added by the client's own team.",
    )
    offer = ticket.bpmsoft_offer_id
    answering = desk.at(ticket.with_user(client_user).sudo(), 700)
    paid = offer.option_ids.filtered("is_paid")
    answering._bpmsoft_portal_answer(offer.id, paid.id, "accept", "Please do it this month.")

    ticket = desk.raised(1500, False, "A discount for partners", "Partners should get it by contract.", second)
    ticket.user_id = expert
    desk.moves(ticket, 1450, "open", expert)
    desk.says(ticket, 1440, expert, "We look into the technical design.")
    decide(
        desk,
        ticket,
        300,
        expert,
        "own_project",
        90000,
        described="no",
        words="Two forms and the calculation of the order would change.",
        note="Chapter 4 of the technical design knows one discount only.",
    )
