"""Calls a second: ``_sla_add`` beside Odoo's ``resource.calendar.plan_hours``, on one calendar."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from .desks import OurDesk
from .figures import Figure
from .measure import median_seconds
from .odoo_side import environment

LENGTHS = (4, 40, 400)


def run(databases: dict[str, str], quick: bool, say: Callable[[str], None]) -> list[Figure]:
    turns = 3 if quick else 7
    figures = []
    with environment(databases["ours"]) as env:
        calendar = OurDesk(env).team.support_provider_id.calendar_id
        env["resource.calendar.leaves"].create(
            [
                {
                    "name": f"Holiday {month}",
                    "calendar_id": calendar.id,
                    "date_from": datetime(2026, month, 5),
                    "date_to": datetime(2026, month, 6),
                }
                for month in range(1, 13)
            ]
        )
        env.flush_all()
        random.seed(19)
        begin = datetime(2026, 1, 1)
        starts = [begin + timedelta(seconds=random.randrange(300 * 86400)) for _ in range(2000)]
        for hours in LENGTHS:
            say(f"calendar, {hours} hours")
            few = starts[: 8 if quick else 20]
            for start in few:  # warm, and the same answer
                theirs = calendar.plan_hours(hours, start, compute_leaves=True)
                ours = calendar._sla_add(start, hours * 3600)
                assert abs(theirs - ours) <= timedelta(seconds=1), (start, theirs, ours)

            def plan(hours=hours, few=few) -> None:
                for start in few:
                    calendar.plan_hours(hours, start, compute_leaves=True)

            def add(hours=hours) -> None:
                for start in starts:
                    calendar._sla_add(start, hours * 3600)

            plan_times, add_times = [], []
            for _turn in range(turns):
                plan_times.append(median_seconds(plan, 1) / len(few))
                add_times.append(median_seconds(add, 1) / len(starts))
            plan_time, add_time = sorted(plan_times)[turns // 2], sorted(add_times)[turns // 2]
            figures.append(
                Figure(
                    "calendar",
                    f"_sla_add of {hours} h, times as fast as plan_hours",
                    round(plan_time / add_time, 1),
                    "×",
                    100,
                    least=True,
                    note=f"{1 / add_time:,.0f} beside {1 / plan_time:,.0f} calls a second",
                )
            )
    return figures
