"""Public holidays by country, from the ``holidays`` library.

Dates are local dates of the country. The library works offline; it knows what was decreed when it was
released, so next year's moved days may only come with a later version.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays


class UnknownHolidays(ValueError):
    """The library knows no holidays of this country, or not this part of it."""


@dataclass(frozen=True, slots=True)
class PublicHoliday:
    """A date on which a country rests, or (``works``) a rest day on which it works instead."""

    day: date
    name: str
    works: bool = False


@lru_cache(maxsize=1)
def _supported() -> dict[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=False)


def subdivisions(country: str) -> dict[str, str]:
    """Codes and names of the parts of a country that have holidays of their own.

    :raises UnknownHolidays: when the country is not known
    """
    if country not in _supported():
        raise UnknownHolidays(country)
    names: dict[str, str] = {}
    for name, code in getattr(holidays.country_holidays(country), "subdivisions_aliases", {}).items():
        names.setdefault(code, name)
    return {code: names.get(code, code) for code in _supported()[country]}


def _language(supported: Iterable[str], wanted: str) -> str | None:
    """The nearest language the library has: the very one, the same without country, English, its own."""
    known = list(supported)
    for candidate in (wanted, wanted.split("_")[0], "en_US"):
        if candidate in known:
            return candidate
    return None


def public_holidays(
    country: str, subdivision: str, years: Iterable[int], language: str = "en_US"
) -> list[PublicHoliday]:
    """The holidays of some years in order, substitute days and moved working days included.

    :param country: ISO code, for example ``GB``
    :param subdivision: code of a part of it as the library writes it, for example ``ENG``; empty: none
    :raises UnknownHolidays: when the library does not know them
    """
    wanted = sorted(set(years))
    if subdivision and subdivision not in subdivisions(country):
        raise UnknownHolidays(f"{country}-{subdivision}")
    if country not in _supported():
        raise UnknownHolidays(country)
    part = subdivision or None
    calendar = holidays.country_holidays(country, subdiv=part)
    # without a language it would take that of the server process
    chosen = _language(calendar.supported_languages, language) or calendar.default_language
    known = holidays.country_holidays(country, subdiv=part, years=wanted, language=chosen)
    found = [PublicHoliday(day, name) for day, name in known.items() if day.year in wanted]
    moved = [
        PublicHoliday(day, "", works=True)
        for day in getattr(known, "weekend_workdays", ())
        if day.year in wanted and day not in known
    ]
    return sorted(found + moved, key=lambda holiday: holiday.day)
