"""E-2.1: the days of a promise around the clock have the clock times of the provider's zone."""

import pytest
from sla_clock_cases import at, clocks, raised

from support_sla.tools import facts as f

DAYS = ("working_days", "calendar_days")


@pytest.mark.parametrize("unit", DAYS)
@pytest.mark.parametrize(
    ("start", "zone", "due"),
    [
        # London's clocks go forward on 2026-03-29 and back on 2026-10-25
        ("2026-03-28 12:00", "Europe/London", "2026-03-29 11:00"),
        ("2026-10-24 11:00", "Europe/London", "2026-10-25 12:00"),
        ("2026-03-28 12:00", "", "2026-03-29 12:00"),
        ("2026-03-28 12:00", "America/Mexico_City", "2026-03-29 12:00"),
        ("2026-06-01 12:00", "Europe/London", "2026-06-02 12:00"),
    ],
)
def test_a_day_later_is_the_same_clock_time_where_the_provider_is(unit, start, zone, due):
    """E-2.1, E-2.4: around the clock, a day later is the same clock time in the provider's zone; hours stay hours"""
    day = f.Target(1, "resolution", f.Duration(1, unit), None, zone=zone)
    hours = f.Target(2, "first_response", f.Duration(24 * 3600), None, zone=zone)
    found = {clock.target: clock.deadline for clock in clocks(raised(start), [day, hours], start)}
    assert found[1] == at(due)
    assert found[2] == at(start) + 24 * 3600
