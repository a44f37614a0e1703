"""Tickets: created, moved, listed; on the plain helpdesk, with the peer addon, and on ours, taking turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

from .desks import Desk, OurDesk, PeerDesk
from .figures import Figure
from .measure import Cost, timed
from .odoo_side import environment

KINDS: dict[str, type[Desk]] = {"plain": Desk, "peer": PeerDesk, "ours": OurDesk}
#: what is measured → queries allowed for ours (E-10); the same on the plain helpdesk and the peer as the spec has them
ALLOWED = {
    "create one by one": (14.0, "11", "18"),
    "create a batch of {batch}": (11.0, "10", "17"),
    "stage one by one": (4.0, "1", "9"),
    "stage of {moved} at once": (0.3, "0", "4"),
    "list of 80 with its SLA columns": (2.0, "1", "8"),
}


def _create_one(desk: Desk) -> Iterator[tuple[int, Callable[[], object]]]:
    for _round in range(10):
        yield 1, lambda: desk.env["helpdesk.ticket"].create(desk.values())


def _create_batch(desk: Desk, size: int) -> Iterator[tuple[int, Callable[[], object]]]:
    yield size, lambda: desk.env["helpdesk.ticket"].create(desk.values(size))


def _stage_one(desk: Desk) -> Iterator[tuple[int, Callable[[], object]]]:
    for ticket in desk.create(10):
        yield 1, lambda ticket=ticket: ticket.write({"stage_id": desk.stages["open"].id})


def _stage_many(desk: Desk, size: int) -> Iterator[tuple[int, Callable[[], object]]]:
    tickets = desk.create(size)
    yield size, lambda: tickets.write({"stage_id": desk.stages["open"].id})


def _list(desk: Desk) -> Iterator[tuple[int, Callable[[], object]]]:
    read = desk.reader()
    read()
    for _round in range(5):
        desk.env.flush_all()
        desk.env.invalidate_all()
        # read by the record rules whatever the list shows
        desk.env["res.users"].browse(desk.agent.id).helpdesk_team_ids  # noqa: B018
        yield 1, read


def run(databases: dict[str, str], quick: bool, say: Callable[[str], None]) -> list[Figure]:
    batch, moved, turns = (50, 20, 2) if quick else (500, 100, 5)
    actions: dict[str, Callable[[Desk], Iterator]] = {
        "create one by one": _create_one,
        "create a batch of {batch}": lambda desk: _create_batch(desk, batch),
        "stage one by one": _stage_one,
        "stage of {moved} at once": lambda desk: _stage_many(desk, moved),
        "list of 80 with its SLA columns": _list,
    }
    costs = {(what, kind): Cost() for what in actions for kind in KINDS}
    base = Cost()
    with ExitStack() as stack:
        desks = {kind: cls(stack.enter_context(environment(databases[kind]))) for kind, cls in KINDS.items()}
        for desk in desks.values():
            warm = desk.create(1)
            warm.write({"stage_id": desk.stages["open"].id})
            desk.create(80)
        for turn in range(turns):
            say(f"tickets, turn {turn + 1} of {turns}")
            for what, action in actions.items():
                for kind, desk in desks.items():
                    for units, step in action(desk):
                        costs[what, kind].add(*timed(desk.env, step), units)
            columns = desks["ours"].columns
            desks["ours"].columns = Desk.columns
            for units, step in _list(desks["ours"]):
                base.add(*timed(desks["ours"].env, step), units)
            desks["ours"].columns = columns
    figures = []
    for what, (allowed, plain_spec, peer_spec) in ALLOWED.items():
        plain, peer, ours = (costs[what, kind] for kind in KINDS)
        queries = ours.query
        if what.startswith("list"):
            # as on the plain helpdesk, the list itself is one; what reading rules and names costs both is left out
            queries = ours.query - base.query + 1
        name = what.format(batch=batch, moved=moved)
        figures.append(
            Figure(
                "queries a ticket",
                name if not what.startswith("list") else f"{name}, in all, beyond the plain list and counted as 1",
                round(queries, 2),
                "",
                allowed,
                note=f"plain {plain.query:.3g}, peer {peer.query:.3g} (spec: {plain_spec} and {peer_spec})",
            )
        )
    for what in ALLOWED:
        plain, peer, ours = (costs[what, kind] for kind in KINDS)
        figures.append(
            Figure(
                "time a ticket",
                what.format(batch=batch, moved=moved),
                round(ours.second * 1000, 3),
                "ms",
                note=f"plain {plain.second * 1000:.3g} ms (× {ours.second / plain.second:.2f}), "
                f"peer {peer.second * 1000:.3g} ms (× {ours.second / peer.second:.2f})",
            )
        )
    return figures
