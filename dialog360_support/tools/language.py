"""In which of a few languages a text is written, by its commonest words (D-3).

Good enough to choose who reads a request first, and silent where it is not sure: a short text, a text of two languages,
a log in no language. No dictionary, no network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

#: words that hardly any sentence does without, and that few other of these languages have
COMMON: Final[dict[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the and is are we our you your not with this that have has been when from cannot does what please since "
        "of",
        "de": "der die das und ist sind wir unser nicht mit dieser haben hat wurde wenn von kann bitte seit ein eine "
        "ich auf für werden keine",
        "pt": "não uma nossa nosso está são com você vocês quando pode favor desde os ao já também isso foi estão dos "
        "das do da em mensagens meu minha",
        "es": "el los las una nuestra nuestro está son con usted cuando puede favor desde al ya también esto fue están "
        "del y en mensajes mi hay muy",
        "ru": "не что это мы наш вы ваш когда может пожалуйста с на и в у нас для как уже после нет при есть",
    }.items()
}
WORD: Final = re.compile(r"[^\W\d_]+")
#: fewer of them prove nothing
LEAST: Final = 3
#: as many times as many as of the next best language
LEAD: Final = 1.5
#: a longer text says no more about its language
MOST: Final = 400


def guess(text: str, among: Iterable[str]) -> str:
    """The language of ``text``, or "" when it cannot be told.

    :param among: languages to choose from, as in :data:`COMMON` ("pt" for pt_BR)
    """
    words = [word.lower() for word in WORD.findall(text)[:MOST]]
    if not words:
        return ""
    found = sorted(
        ((sum(word in COMMON[language] for word in words), language) for language in set(among) & COMMON.keys()),
        reverse=True,
    )
    if not found or found[0][0] < LEAST:
        return ""
    if len(found) > 1 and found[0][0] < found[1][0] * LEAD:
        return ""
    return found[0][1]
