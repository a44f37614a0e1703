"""Whether two texts are about the same, by their words; for searching as one types.

No dictionary and no language: words are compared without case and accents, and by how they begin, which
is what inflected languages (Spanish, Russian) have in common with a half-typed word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

#: shorter ones are in every sentence
LEAST_LENGTH: Final = 3
#: a description pasted into a search box is not compared word by word
MOST_WORDS: Final = 12
_ENGLISH = "the and not for with does has are was have this that from but you our can cannot"
_SPANISH = "que los las una uno con por para del hay mis nos esta este"
_RUSSIAN = "что как для это нет при или наш все мне"
_EMPTY: Final = frozenset(f"{_ENGLISH} {_SPANISH} {_RUSSIAN}".split())


def words(text: str) -> tuple[str, ...]:
    """What a text is about: its words, folded, each once, at most :data:`MOST_WORDS`."""
    folded = "".join(
        character
        for character in unicodedata.normalize("NFKD", text[:2000].casefold())
        if not unicodedata.combining(character)
    )
    found = (word for word in re.findall(r"\w+", folded) if len(word) >= LEAST_LENGTH and word not in _EMPTY)
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def alike(typed: str, word: str) -> bool:
    """Whether ``typed`` is the beginning of ``word`` or another form of it; both folded."""
    if word.startswith(typed):
        return True
    # zip stops at the shorter one
    shared = next((at for at, (one, other) in enumerate(zip(typed, word, strict=False)) if one != other), len(word))
    return shared >= 4 and shared * 5 >= max(len(typed), len(word)) * 3


def score(typed: Sequence[str], texts: Iterable[tuple[str, int]]) -> tuple[int, int]:
    """How much of what was typed is found.

    :param typed: of :func:`words`
    :param texts: each with what a word found in it is worth
    :return: how many of the typed words were found, and what they are worth together
    """
    prepared = [(words(text), worth) for text, worth in texts if text]
    found = total = 0
    for word in typed:
        best = max((worth for known, worth in prepared if any(alike(word, other) for other in known)), default=0)
        found += best > 0
        total += best
    return found, total
