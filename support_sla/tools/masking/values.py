"""Whether what stands behind the name of a secret is one: a credential, a word of a sentence, a placeholder, code."""

import re
from typing import Final

from .model import MASK
from .words import KEY, OPENER, PAIR, PASSWORD, PASSWORD_SHORT, STOP, TECHNICAL

ENDS: Final = " \t\r\n\xa0.,;:!?()[]{}<>\"'`´“”„«»‘’…|\\"
_SAME: Final = re.compile(r"(\S)\1*\Z")
_HOLLOW: Final = re.compile(
    r"(?:<[^<>]{0,80}>|\{\{?[^{}]{0,80}\}\}?|\$\{[^{}]{0,80}\}|\$\([^()]{0,80}\)|\$[A-Z_]\w{0,60}|%[A-Z_]\w{0,60}%|%\(?\w{0,40}\)?s"
    r"|\[[^\[\]]{0,80}\]|_{2,}[A-Z_]{1,60}_{2,})\Z"
)
_YOURS: Final = re.compile(
    r"(?:your|my|our|the|tu|su|mi|seu|sua|dein|ihr|ваш|мой|example|sample|dummy|placeholder|insert|enter|put|some)"
    r"[-_ ]?(?:api|own|new|secret|access|auth|real|private)?[-_ ]?",
    re.IGNORECASE,
)
_CALL: Final = re.compile(r"[A-Za-z_$][\w$.\[\]\"'>\-]{0,80}\(")
_MEMBER: Final = re.compile(
    r"(?:process\.env|os\.environ|self|this|request|req|config|settings|params|args|env|vars|secrets|data|user|form|options"
    r"|props|state|credentials|kwargs|event|context|ctx|session|values|vals|res|response|body|payload)[.\[>?-]"
)
_TYPE: Final = re.compile(r"(?:str|string|int|bool|bytes|char|text|varchar|Optional|None|any)\b[\[(|;,)?]?.{0,40}\Z")
_LINK: Final = re.compile(r"[a-z][a-z0-9+.\-]{1,20}://|www\.|mailto:", re.IGNORECASE)
_MAIL: Final = re.compile(r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}\Z")
_DATE: Final = re.compile(r"\d{1,4}[./\-:]\d{1,2}(?:[./\-:]\d{1,4})?(?:T[\d:.Z+]*)?\Z")
_NUMBER: Final = re.compile(
    r"(?:[#№$€£¥₽]\d[\d.,]*|\d[\d.,]*[%€$°₽]|v?\d+(?:\.\d+){1,4}|\+\d[\d\-().]*|\d+(?:[.,]\d+)?)\Z"
)
_UNIT: Final = re.compile(
    r"\d{1,4}[-+]?(?:bits?|bytes?|[kmg]b|chars?|characters?|symbols?|digits?|letters?|times?|h|hrs?|hours?|m|mins?|minutes?|s|secs?"
    r"|seconds?|d|days?|w|weeks?|years?|x|th|st|nd|rd|ой|ый|го|й|дней|дня|день|часов|часа|раз|символов|знаков|días|veces|dias"
    r"|horas|vezes|tage|mal|stunden|zeichen)\Z",
    re.IGNORECASE,
)
_TICKET: Final = re.compile(r"(?:[A-ZА-Я]{2,8}[-#]|INC|CHG|REQ|RITM|PRB|TASK|SO|PO)\d{1,9}(?:-\d{1,6})?\Z")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z", re.IGNORECASE)
_SYMBOLS: Final = frozenset("!@#$%^&*+=~?§£€<>{}[]()|")
_NAMES: Final = PASSWORD | PASSWORD_SHORT | PAIR | KEY | OPENER


def core(word: str) -> str:
    """``word`` without the punctuation around it."""
    return word.strip(ENDS)


def is_placeholder(word: str) -> bool:
    """Whether ``word`` only stands for a secret: ``****``, ``<password>``, ``{{ token }}``, ``your-api-key``."""
    word = word.strip(" \t\r\n\xa0\"'`,;\\")
    if not word or MASK in word or word.startswith("•••"):
        return True
    if _SAME.match(word) and (not word[0].isdigit() or len(word) > 16) and (len(word) > 2 or not word[0].isalnum()):
        return True
    if _HOLLOW.match(word):
        return True
    yours = _YOURS.match(word)
    return bool(yours and len(word) < 60 and _names_secret(word[yours.end() :]))


def _names_secret(rest: str) -> bool:
    rest = rest.lower()
    return any(
        rest.startswith(name)
        for name in ("pass", "token", "key", "secret", "contra", "clave", "senha", "парол", "ключ")
    )


def is_word(word: str) -> bool:
    """Whether ``word`` is how a sentence goes on and no secret."""
    plain = core(word).lower()
    if not plain or plain in STOP or plain in TECHNICAL or plain in _NAMES:
        return True
    # joined words: "see/below", "not-set", "пароль/логин"
    parts = re.split(r"[/,|_\-]", plain)
    return len(parts) > 1 and all(not part or part in STOP or part in _NAMES for part in parts)


def is_code(word: str) -> bool:
    """Whether ``word`` is a piece of a program that fetches a secret: ``os.environ["KEY"]``, ``getpass()``, ``str``."""
    word = word.lstrip(" (")
    return bool(_CALL.match(word) or _MEMBER.match(word) or _TYPE.match(word))


def is_link(word: str) -> bool:
    """Whether ``word`` is an address; a secret within it is found by itself."""
    return bool(_LINK.match(word))


def is_named_password(word: str) -> bool:
    """Whether ``word`` directly behind ``password:`` or ``password=`` is a password: nearly anything is."""
    return not (is_placeholder(word) or is_word(word) or is_code(word) or is_link(word))


def is_named_key(word: str) -> bool:
    """Whether ``word`` directly behind ``api key:`` is a key: made by a machine, or long."""
    if not is_named_password(word):
        return False
    plain = core(word)
    if len(plain) < 6 or _DATE.match(plain) or _UNIT.match(plain) or _MAIL.match(plain):
        return False
    if any(letter.isdigit() for letter in plain):
        return len(plain) >= 8 or not plain.isdigit()
    return len(plain) >= 20 or (plain.isascii() and any(c.isupper() for c in plain[1:]) and not plain.isupper())


def is_credential(word: str, digits: int = 4) -> bool:
    """Whether ``word`` looks like a password even where no colon says so: letters with digits or signs among them.

    :param digits: how many there must be where nothing but digits is
    """
    if not is_named_password(word):
        return False
    plain = core(word)
    if len(plain) < 4 or _DATE.match(plain) or _UNIT.match(plain) or _MAIL.match(plain) or _UUID.match(plain):
        return False
    if plain.isdigit():
        return len(plain) >= digits
    if _NUMBER.match(plain) or _TICKET.match(plain):
        return False
    has_letter = any(letter.isalpha() for letter in plain)
    has_digit = any(letter.isdigit() for letter in plain)
    has_sign = any(letter in _SYMBOLS for letter in plain)
    return (has_letter and (has_digit or has_sign)) or (has_digit and has_sign)


def is_distinct(value: str) -> bool:
    """Whether ``value`` is so unlike a word that it is the same secret wherever it stands again."""
    if len(value) < 6 or MASK in value or any(letter.isspace() for letter in value):
        return False
    return any(letter.isdigit() for letter in value) and not (value.isdigit() and len(value) < 8)
