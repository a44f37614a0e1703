"""Words of a search against what people write, in three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support_sla.tools.likeness import MOST_WORDS, alike, score, words
from support_sla.tools.limiter import Limiter


@pytest.mark.parametrize(
    ("typed", "subject", "found"),
    [
        ("касса не списывает", "Баллы не списываются на кассе 4", 2),
        ("pay", "Payment refused", 1),
        ("PAYMENTS refused", "One payment was refused", 2),
        ("facturación", "Factura de marzo", 1),
        ("facturacion", "Error en la FACTURACIÓN", 1),
        ("ёлка", "Елка", 1),
        ("transfer", "Transaction stuck", 0),
        ("payment", "Payout missing", 0),
        ("the and not", "The door and not the window", 0),
    ],
)
def test_known_words(typed, subject, found):
    """E-9: what is typed is found in other forms, cases and accents, and what only looks alike is not."""
    assert score(words(typed), [(subject, 1)])[0] == found


def test_a_name_weighs_more_than_a_description():
    """E-9: a service called so comes before one that mentions it."""
    typed = words("booking")
    assert score(typed, [("Booking", 3), ("", 1)]) > score(typed, [("Rooms", 3), ("booking and dates", 1)])


@given(st.text(max_size=300))
def test_any_text(text):
    """E-9: whatever is pasted gives few words, each alike to itself."""
    found = words(text)
    assert len(found) <= MOST_WORDS
    assert all(alike(word, word) for word in found)


def test_limiter():
    """S-2: so many in so many seconds, each asker apart, and memory has an end."""
    limiter = Limiter(3, 10, remembered=2)
    assert [limiter.allow("a", now) for now in (0, 1, 2, 3)] == [True, True, True, False]
    assert limiter.allow("b", 3)
    assert limiter.allow("a", 10.5)
    assert not limiter.allow("a", 10.6)
    limiter.allow("c", 11)
    limiter.allow("d", 11)
    assert len(limiter._asked) == 2
