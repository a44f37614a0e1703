"""Calendars for the tests of opening hours: an invented week, ready-made desks, and random ones."""

from datetime import date, datetime, timedelta, timezone

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from support_sla.tools.calendar import Closure, DayException, OpeningHours, WeeklyOpening

ZONES = ("Europe/London", "Europe/Moscow", "America/Mexico_City", "Australia/Sydney", "UTC")
HOUR = 3600

#: deterministic, and independent of how fast the machine is
moderate = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def utc(text: str) -> int:
    """``2026-03-29 01:00`` or with seconds, UTC, as an instant."""
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp())


def shown(instant: int | None) -> str | None:
    """The instant as UTC text, clock time and seconds only where there are any."""
    if instant is None:
        return None
    text = datetime.fromtimestamp(instant, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    return text.removesuffix(":00").removesuffix(" 00:00")


def week(*days: tuple[tuple[float, float], ...]) -> list[WeeklyOpening]:
    """Openings of Monday, Tuesday … in hours."""
    return [
        WeeklyOpening(weekday, int(start * HOUR), int(stop * HOUR))
        for weekday, openings in enumerate(days)
        for start, stop in openings
    ]


OFFICE = week(*[((9, 17),)] * 5)
SPLIT = week(*[((9, 12), (13, 17.5))] * 5)
ALWAYS = week(*[((0, 24),)] * 7)
#: no two days alike: Monday short, Tuesday split, Wednesday shut, Thursday 24 hours, Friday into the night,
#: Saturday the rest of that night, Sunday late
INVENTED = week(
    ((10, 11.5),),
    ((8, 12), (12.75, 18)),
    (),
    ((0, 24),),
    ((16, 24),),
    ((0, 4),),
    ((20, 21),),
)


def london(weekly: list[WeeklyOpening] = OFFICE, closures=(), exceptions=()) -> OpeningHours:
    return OpeningHours("Europe/London", weekly, closures, exceptions)


# --- random calendars ---------------------------------------------------------------------------
FIRST = date(2025, 12, 1)
LAST = date(2027, 2, 1)
#: whole minutes, so that the oracle that looks at every minute is exact
minutes_of_day = st.integers(0, 24 * 60).map(lambda minute: minute * 60)


@st.composite
def openings_of_a_day(draw) -> tuple[tuple[int, int], ...]:
    cuts = sorted(draw(st.lists(minutes_of_day, min_size=2, max_size=6, unique=True)))
    return tuple(zip(cuts[0::2], cuts[1::2], strict=False))


@st.composite
def weeks(draw) -> list[WeeklyOpening]:
    if draw(st.integers(0, 5)) == 0:
        return ALWAYS
    parities = (0, 1) if draw(st.integers(0, 4)) == 0 else (None,)
    result = [
        WeeklyOpening(weekday, start, stop, parity)
        for parity in parities
        for weekday in range(7)
        if draw(st.booleans())
        for start, stop in draw(openings_of_a_day())
    ]
    return result or OFFICE


@st.composite
def closures(draw) -> Closure:
    start = draw(st.integers(utc("2025-12-01") // 60, utc("2027-02-01") // 60)) * 60
    length = draw(st.sampled_from([HOUR, 5 * HOUR, 24 * HOUR, 24 * HOUR, 72 * HOUR]))
    return Closure(start, start + length, "shut")


@st.composite
def exceptions(draw) -> DayException:
    day = FIRST + timedelta(days=draw(st.integers(0, (LAST - FIRST).days)))
    return DayException(day, draw(st.one_of(st.just(()), openings_of_a_day())), "exception")


@st.composite
def desks(draw) -> OpeningHours:
    days = {e.day: e for e in draw(st.lists(exceptions(), max_size=12))}
    return OpeningHours(
        draw(st.sampled_from(ZONES)),
        draw(weeks()),
        draw(st.lists(closures(), max_size=12)),
        list(days.values()),
    )


#: nights in which clocks change (London, Sydney), year's ends, and any time
instants = st.one_of(
    st.integers(utc("2026-01-01"), utc("2026-12-31")),
    *(
        st.integers(utc(night) - 30 * HOUR, utc(night) + 30 * HOUR)
        for night in (
            "2026-03-29 01:00",
            "2026-10-25 01:00",
            "2026-04-04 16:00",
            "2026-10-03 16:00",
            "2026-01-01 00:00",
            "2026-12-31 23:00",
        )
    ),
)
amounts = st.integers(0, 150 * HOUR)
