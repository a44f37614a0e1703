"""What the holidays library is asked, and what comes of it."""

from datetime import date

import pytest

from support_sla.tools.public_holidays import (
    UnknownHolidays,
    public_holidays,
    subdivisions,
)


def test_moved_working_days_come_with_the_holidays():
    """E-2.2: Russia works on some Saturdays for days off elsewhere; both are in the list, in order."""
    found = public_holidays("RU", "", [2024])
    assert [holiday.day for holiday in found] == sorted(holiday.day for holiday in found)
    assert [holiday.day for holiday in found if holiday.works] == [
        date(2024, 4, 27),
        date(2024, 11, 2),
        date(2024, 12, 28),
    ]
    assert date(2024, 12, 30) in {holiday.day for holiday in found if not holiday.works}


def test_substitute_days_and_extraordinary_ones():
    """E-2.2: a Christmas on a Sunday is made up for; England had the Jubilee and the funeral in 2022."""
    days = {holiday.day for holiday in public_holidays("GB", "ENG", [2022])}
    assert {date(2022, 12, 27), date(2022, 6, 3), date(2022, 9, 19)} <= days
    assert len(days) == 12


def test_only_the_years_asked_for():
    """E-2.2: no date of another year comes in, in whatever order the years are named."""
    found = public_holidays("MX", "", [2027, 2026, 2026])
    assert {holiday.day.year for holiday in found} == {2026, 2027}
    assert len({holiday.day for holiday in found}) == len(found)


def test_parts_of_a_country():
    """E-2.2: parts are named by the library's own codes; England and Scotland differ."""
    assert {"ENG": "England", "SCT": "Scotland"}.items() <= subdivisions("GB").items()
    england, scotland = ({h.day for h in public_holidays("GB", part, [2026])} for part in ("ENG", "SCT"))
    assert date(2026, 11, 30) in scotland - england


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("es_MX", "Año Nuevo"),
        ("es", "Año Nuevo"),
        ("en_US", "New Year's Day"),
        ("ru_RU", "New Year's Day"),
        ("", "New Year's Day"),
    ],
)
def test_names_do_not_depend_on_the_process(monkeypatch, language, name):
    """E-2.2: names are in the language asked for or the nearest there is, whatever the server's own is."""
    monkeypatch.setenv("LANGUAGE", "uk")
    assert public_holidays("MX", "", [2026], language)[0].name == name


@pytest.mark.parametrize(("country", "part"), [("ZZ", ""), ("GB", "ENGLAND"), ("ZZ", "ENG"), ("", "")])
def test_unknown_countries_and_parts_are_errors(country, part):
    """E-2.6: what the library does not know is an error of its own kind."""
    with pytest.raises(UnknownHolidays):
        public_holidays(country, part, [2026])
