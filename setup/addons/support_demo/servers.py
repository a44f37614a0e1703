"""Servers of OpenPyme's clients: three months of checks, one that is down, one under maintenance."""

from __future__ import annotations

from datetime import timedelta

from odoo.addons.openpyme_helpdesk_sla.tools.probe import DOWN, UP, Answer

from .desk import Desk

FINE = Answer(UP, "ok", 200, 84)
BUSY = Answer(DOWN, "status", 503, 31)
CLOSED = Answer(DOWN, "closed", 0, 2)


def load_servers(desk: Desk, leader, mesa, rio) -> None:
    """Checks as they would have been made; from now on the scheduled action makes them.

    Those that are up are asked once a day: their names lead nowhere, so the demonstration shows them up until tomorrow.
    """
    desk.env["openpyme.allowed.address"].create(
        [
            {"pattern": "*.mesa.example", "ports": "443, 5432", "note": "Mesa Foods"},
            {"pattern": "*.rio.example", "ports": "443", "note": "Rio Tools"},
            {"pattern": "127.0.0.1", "ports": "1", "note": "A port on which nobody listens"},
        ]
    )
    erp = add(desk, leader, mesa, "ERP production", "https://erp.mesa.example/web/health", 90)
    for day in range(90, 0, -1):
        check(desk, erp, day * 24, FINE)
        if day in (41, 12):
            check(desk, erp, day * 24 - 6, BUSY)
            check(desk, erp, day * 24 - 6.1, BUSY)
            check(desk, erp, day * 24 - 7 - day / 20, FINE)
            close(desk, erp, day * 24 - 11)
    check(desk, erp, 0.1, FINE)
    database = add(desk, leader, mesa, "Database of the tills", "127.0.0.1:1", 30, kind="tcp")
    for day in range(30, 0, -1):
        check(desk, database, day * 24, Answer(UP, "ok", 0, 3))
    check(desk, database, 0.7, CLOSED)
    check(desk, database, 0.65, CLOSED)
    database.every = 5
    store = add(desk, leader, rio, "ERP", "https://erp.rio.example/", 60)
    for day in range(60, 0, -1):
        check(desk, store, day * 24, FINE)
    check(desk, store, 0.2, FINE)
    backup = add(desk, leader, rio, "Backup", "https://backup.rio.example/", 20)
    for day in range(20, 1, -1):
        check(desk, backup, day * 24, FINE)
    ago(desk, backup, 20)._pause("New disks", desk.now + timedelta(days=2), desk.now - timedelta(hours=20))


def add(desk: Desk, leader, partner, name: str, address: str, days: int, **vals):
    servers = ago(desk, desk.env["openpyme.server"].with_user(leader), days * 24)
    values = {"name": name, "partner_id": partner.id, "address": address, "every": 1440, **vals}
    return servers.create(values).sudo()


def ago(desk: Desk, records, hours: float):
    """``records`` so many hours ago; servers know no working hours."""
    return records.with_context(support_now=(desk.now - timedelta(hours=hours)).replace(microsecond=0))


def check(desk: Desk, server, hours: float, answer: Answer) -> None:
    """A check ``hours`` ago."""
    server = ago(desk, server, hours)
    server._take_answer(answer, server.env["support.event"]._now())


def close(desk: Desk, server, hours: float) -> None:
    """The client closes the ticket of the last outage."""
    ticket = desk.env["helpdesk.ticket"].search([("openpyme_server_id", "=", server.id)], order="id desc", limit=1)
    ago(desk, ticket, hours).with_context(support_side="customer").stage_id = desk.stages["closed"]
