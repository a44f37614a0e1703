"""Secrets that somebody has named: ``password: …``, «пароль от стенда — …», a cell beside or below such a head.

The text is gone through once, word by word; from a name, only a bounded stretch is looked at, and what was found is
passed over.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from .model import MASK, Finding, Kind
from .values import (
    core,
    is_code,
    is_credential,
    is_link,
    is_named_key,
    is_named_password,
    is_placeholder,
    is_word,
)
from .words import (
    COPULAS,
    HEADS,
    KEY,
    LINKS,
    LOGIN,
    NEUTRAL,
    OPENER,
    PAIR,
    PASSWORD,
    PASSWORD_SHORT,
    PREPOSITIONS,
    QUALIFIERS,
    SPOILERS,
    STOP,
)

_LETTERS: Final = re.compile(r"[^\W\d_]+")
_WORD: Final = re.compile(r"[\w@.\-]+")
_CLOSERS: Final = re.compile(r"(?:[\"'`»”“\])}\\ \t\xa0]|\*{1,3}(?!\*)|_{1,2}){0,12}")
#: quote and what closes it
_QUOTES: Final = {'"': '"', "'": "'", "`": "`", "“": "”", "„": "“”", "«": "»", "‘": "’", "”": "”"}
_STRONG: Final = re.compile(r"(?:=>|->|→|:=|:(?!/)|：|==?=?|!=|%3[Dd]|—|–|-(?=\s)|&quot;:)")
_PARENTHESES: Final = re.compile(r"[ \t]{0,2}\([^()\n]{0,60}\)")
_SPACE: Final = re.compile(r"[ \t\xa0]{0,40}")
_BREAK: Final = re.compile(r"[ \t\xa0\r]{0,40}(?:\n[ \t\xa0\r]{0,40}){1,2}")
_ATTRIBUTE: Final = re.compile(
    r"[\"']?\s{0,20},?\s{0,40}[\"']?(?:value|Value|VALUE|text)[\"']?\s{0,5}[=:]\s{0,5}([\"'])"
)
_TAG_END: Final = re.compile(r"[^<>\n]{0,200}>")
#: of the words that lead to a value those that say "is"
_VERBS: Final = frozenset({"is", "es", "é", "ist", "lautet", "war", "era", "это"})
_LONGEST = 400
_RUN: Final = re.compile(r"\S+")
#: endings of names written as one word
_COMPOUND: Final = (
    *(
        "password",
        "passwort",
        "kennwort",
        "passwd",
        "passphrase",
        "token",
        "secret",
        "contraseña",
        "пароль",
        "токен",
        "pwd",
        "pass",
    ),
    *(f"{qualifier}key" for qualifier in sorted(QUALIFIERS) if qualifier.isascii()),
)
_SPOILING: Final = tuple(sorted(SPOILERS))


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a secret in a text: from ``start`` to ``end``."""

    start: int
    end: int
    kind: Kind
    #: "password", "short", "pair" or "key"
    sort: str
    text: str
    #: the words "login" and "password" together: the second half of what follows is the secret
    both: bool = False


def find(text: str) -> Iterator[Finding]:
    """All secrets in ``text`` that a name says are secrets."""
    done = 0
    for name in _find_names(text):
        if name.end <= done:
            continue
        finding = _find_value(text, name)
        if finding:
            done = finding.end
            yield finding


def find_names(text: str) -> Iterator[Name]:
    """All names of secrets in ``text``, for those who look at cells."""
    return _find_names(text)


# --- names -----------------------------------------------------------------------------------------


_SORTS: Final = {
    **dict.fromkeys(OPENER, "opener"),
    **dict.fromkeys(KEY, "key"),
    **dict.fromkeys(PAIR, "pair"),
    **dict.fromkeys(PASSWORD_SHORT, "short"),
    **dict.fromkeys(PASSWORD, "password"),
}


def _find_names(text: str) -> Iterator[Name]:
    for run in _LETTERS.finditer(text):
        word = run.group().lower()
        start = run.start()
        sort = _SORTS.get(word, "")
        if not sort:
            # dbPassword, Datenbankpasswort, signingKey
            if len(word) < 6 or len(word) > 40 or not word.endswith(_COMPOUND):
                continue
            word = next(ending for ending in _COMPOUND if word.endswith(ending))
            start = run.end() - len(word)
            if text[run.start() : start].lower().endswith(_SPOILING):
                continue
            sort = _SORTS.get(word, "key")
            if word in ("pass", "pwd") and text[start] not in "PD":
                continue  # "bypass"
        name = _to_name(text, word, start, run.end(), sort, _read_before(text, run.start()))
        if name:
            yield name


def _read_before(text: str, start: int) -> list[tuple[str, int, int]]:
    """Up to three words of the same line just before ``start``: (word, start, end)."""
    begin = max(0, start - 48)
    line = text.rfind("\n", begin, start)
    begin = line + 1 if line >= 0 else begin
    words = [
        (found.group().lower(), begin + found.start(), begin + found.end())
        for found in _LETTERS.finditer(text[begin:start])
    ]
    near: list[tuple[str, int, int]] = []
    edge = start
    for entry in reversed(words[-3:]):
        if edge - entry[2] > 3:
            break
        near.insert(0, entry)
        edge = entry[1]
    return near


def _to_name(text: str, word: str, start: int, end: int, sort: str, before: list[tuple[str, int, int]]) -> Name | None:
    prior = [entry[0] for entry in before]
    nearest = prior[-1] if prior else ""
    if nearest in SPOILERS or (sort == "key" and prior[-2:-1] and prior[-2] in SPOILERS):
        return None
    first = start
    if sort == "opener" or word == "clave" or word == "claves":
        after = _read_after(text, end)
        qualified = nearest in QUALIFIERS
        if qualified:
            first = before[-1][1]
        elif after:
            qualified = True
            end = after
        if qualified:
            sort = "key"
        elif sort == "opener" and word not in ("clave", "claves"):
            return None
        else:
            sort = "password"
    elif sort == "key":
        after = _read_after(text, end)
        end = after or end
    # what comes glued to it makes it another thing: password_hash, token-type, password.length
    glued = _read_glued(text, end)
    if glued is None:
        return None
    end = glued
    kind: Kind = "key" if sort == "key" else "password"
    both = sort == "pair" or (
        sort in ("password", "short")
        and nearest != ""
        and (
            nearest in LOGIN
            or (len(prior) > 1 and nearest in ("and", "y", "e", "und", "и", "o", "or", "и") and prior[-2] in LOGIN)
        )
    )
    if both and sort != "pair":
        between = text[before[-1][2] : start]
        both = any(sign in between for sign in "/|+&") or nearest not in LOGIN
    return Name(first, end, kind, sort, text[first:end], both)


def _read_after(text: str, end: int) -> int:
    """The end of a qualifier that comes after an opener ("clave de API", "ключ доступа к API"); 0: there is none."""
    position = end
    for _ in range(3):
        match = _AFTER.match(text, position)
        if not match:
            return 0
        word = match.group(1).lower()
        if word in QUALIFIERS:
            return match.end()
        if word not in LINKS:
            return 0
        position = match.end()
    return 0


_AFTER: Final = re.compile(r"[ \-_]([^\W\d_]{1,20})")
_DIGITS: Final = re.compile(r"\d{1,2}(?!\w)")
_GAP: Final = re.compile(r"[ \t\xa0]{1,3}[\"'«„“(]?(\w[\w@.\-/]{0,39})[\"'»”)]?")
_SIGN: Final = re.compile(r"[ \t\xa0]{0,2}(?::(?!/)|=|—|–|-(?=\s)|→)[ \t\xa0]{0,3}")
_FIRST: Final = re.compile(r"[ \t\xa0]{1,3}([^\s:=]{1,12})(?=[ \t\xa0]|[:=])")
_NEXT: Final = re.compile(r"([^\s:=]{1,12})(?=[ \t\xa0]|[:=])")
_OPTION: Final = re.compile(r"(?:^|[\s\"'])--(?:[a-z]{1,15}-){0,3}\Z")
_QUERY: Final = re.compile(r"[?&;][\w.\[\]\-]{0,40}\Z")
_GLUED: Final = re.compile(r"[_\-.]([^\W_]{1,30})")


def _read_glued(text: str, end: int) -> int | None:
    """Where an identifier ends that goes on after a name; None: with a word that makes it another thing."""
    for _ in range(3):
        match = _GLUED.match(text, end)
        if not match:
            break
        part = match.group(1).lower()
        if not (part in NEUTRAL or part.isdigit()):
            # a full stop ends a sentence as well, and "password-Qwerty1" names what follows
            if text[end] == "." and match.group(1)[0].isupper():
                break
            return None
        end = match.end()
    if end < len(text) and text[end].isdigit():
        digits = _DIGITS.match(text, end)
        return digits.end() if digits else None
    if end < len(text) and text[end] == "_" and text[end : end + 2] != "_ ":
        following = text[end : end + 2]
        if len(following) > 1 and (following[1].isalnum() or following[1] == "_"):
            return None
    return end


# --- values ----------------------------------------------------------------------------------------


def _find_value(text: str, name: Name) -> Finding | None:
    position = name.end
    opened = text[name.start - 1] if name.start else ""
    # XML: <password>…</password>, <add key="password" value="…"/>, {"name": "password", "value": "…"}
    if opened and opened in "<:":
        tag = _TAG_END.match(text, position)
        if tag and "<" in text[max(0, name.start - 40) : name.start] and text[tag.end() - 2] != "/":
            stop = text.find("<", tag.end(), tag.end() + _LONGEST)
            if stop > tag.end():
                found = check_whole(text, tag.end(), stop, name)
                if found:
                    return found
    attribute = _ATTRIBUTE.match(text, position)
    if attribute:
        stop = _find_close(text, attribute.end(), attribute.group(1))
        return check_whole(text, attribute.end(), stop, name) if stop else None
    option = text[max(0, name.start - 30) : name.start]
    dashes = "--" in option and _OPTION.search(option)
    # closers and a remark in brackets belong to the name
    quoted = bool(opened) and opened in "\"'`"
    position = _CLOSERS.match(text, position).end()  # type: ignore[union-attr]
    remark = _PARENTHESES.match(text, name.end)
    if remark:
        position = remark.end()
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]
    strong = _STRONG.match(text, position)
    if strong:
        return _find_strong(text, name, strong, quoted)
    if text[position : position + 1] in ("|",) or "\t" in text[name.end : position]:
        return None  # a cell: looked at with its row
    if name.sort == "short":
        following = _FIRST.match(text, name.end)
        if not following or following.group(1).lower() not in _VERBS:
            return None
    if dashes and position > name.end:
        return _check_run(text, position, name, is_named_password)
    gap = _find_gap(text, name.end)
    if gap:
        return gap(name)
    line = _BREAK.match(text, name.end)
    if line and _begins_line(text, name.start):
        return _check_line(text, line.end(), name)
    return _find_weak(text, name, position)


def _find_strong(text: str, name: Name, sign: re.Match[str], quoted: bool) -> Finding | None:
    comparison = sign.group() in ("==", "===", "!=")
    position = _SPACE.match(text, sign.end()).end()  # type: ignore[union-attr]
    if text.startswith(MASK, position):
        return None
    # markup that was left over: "**Password:** x"
    while text[position : position + 2] in ("**", "__"):
        position += 2
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]
    if text[position : position + 1] in ("\r", "\n", ""):
        line = _BREAK.match(text, position)
        return _check_line(text, line.end(), name) if line else None
    if text[position] == "\\" and text[position + 1 : position + 2] in ('"', "'"):
        position += 1
    closing = _QUOTES.get(text[position])
    if closing:
        stop = 0
        for sign_ in closing:
            stop = stop or _find_close(text, position + 1, sign_)
        if stop:
            return check_whole(text, position + 1, stop, name)
        position += 1
    if comparison:
        return None
    if sign.group() in ("-", "–", "—") and not name.both:
        return _check_run(text, position, name, is_credential)
    if name.both:
        return _check_pair(text, position, name)
    ends = ""
    if sign.group() in ("=", "%3D", "%3d"):
        begin = max(0, name.start - 60)
        head = text[begin : name.start]
        ends = "&;#" if _QUERY.search(head) or ("&" in text[position : position + 80] and not quoted) else ""
    if name.text.lower().endswith("passphrase"):
        stop = text.find("\n", position, position + _LONGEST)
        stop = position + len(text[position : stop if stop >= 0 else position + _LONGEST].rstrip())
        words = text[position:stop].split()
        if 2 < len(words) < 25 and not any(is_placeholder(word) for word in words):
            return Finding(name.kind, position, stop, name.text, text[position:stop])
    judge = is_named_key if name.kind == "key" else is_named_password
    if name.kind == "key" and text[position : position + 12].split(" ", 1)[0].rstrip(":").lower() in (
        "bearer",
        "basic",
        "token",
        "key",
    ):
        return None  # found by what it says itself
    found = _check_run(text, position, name, judge, ends=ends, strip=quoted)
    if found and name.kind == "password" and not ends and sign.group() != "=":
        return _extend_phrase(text, found, name)
    return found


def _find_gap(text: str, end: int) -> Callable[[Name], Finding | None] | None:
    """Words between a name and its value: "password for the test server: …", «пароль от стенда это …»."""
    position = end
    first = True
    strong = False
    while position - end < 70:
        match = _GAP.match(text, position)
        if not match:
            break
        word = match.group(1).lower().rstrip(".")
        if first and word not in PREPOSITIONS:
            return None
        if first and word in COPULAS and word not in ("de", "é"):
            return None
        if not first and word in COPULAS and (word not in PREPOSITIONS or word in _VERBS):
            value = _SPACE.match(text, match.end()).end()  # type: ignore[union-attr]
            return lambda name: _check_run(text, _skip_quote(text, value), name, is_credential)
        first = False
        position = match.end()
    if first:
        return None
    sign = _SIGN.match(text, position)
    if sign:
        strong = True
    if not strong or sign is None:
        return None
    value = sign.end()
    line = _BREAK.match(text, value)
    if line:
        return lambda name: _check_line(text, line.end(), name)
    return lambda name: _check_run(text, _skip_quote(text, value), name, is_credential)


def _skip_quote(text: str, position: int) -> int:
    return position + 1 if text[position : position + 1] in _QUOTES else position


def _find_weak(text: str, name: Name, position: int) -> Finding | None:
    """ "the password is hunter2", "пароль Qwerty1", "senha é …": only what looks like one."""
    match = _FIRST.match(text, name.end)
    copula = False
    position = _SPACE.match(text, name.end).end()  # type: ignore[union-attr]
    judge = is_named_key if name.kind == "key" else is_credential
    for _ in range(3):
        if not match or core(match.group(1)).lower() not in COPULAS:
            break
        copula = True
        position = match.end()
        if text[position] in ":=":
            position += 1
            judge = is_named_key if name.kind == "key" else is_named_password
        position = _SPACE.match(text, position).end()  # type: ignore[union-attr]
        match = _NEXT.match(text, position)
    if position == name.end or position >= len(text):
        return None
    if text[position] in "\r\n":
        line = _BREAK.match(text, position)
        return _check_line(text, line.end(), name) if line and copula else None
    closing = _QUOTES.get(text[position])
    if closing:
        for sign in closing:
            stop = _find_close(text, position + 1, sign)
            if stop and " " not in text[position + 1 : stop]:
                return check_whole(text, position + 1, stop, name)
        return None
    if name.both:
        return _check_pair(text, position, name) if copula else None
    if judge is is_named_key and not copula:
        judge = _is_weak_key
    return _check_run(text, position, name, judge)


def _is_weak_key(word: str) -> bool:
    return len(core(word)) >= 8 and is_credential(word, 10) and is_named_key(word)


def _begins_line(text: str, start: int) -> bool:
    """Whether only a word or two stand before ``start`` in its line."""
    begin = text.rfind("\n", max(0, start - 40), start) + 1
    before = text[begin:start]
    return (begin > 0 or start <= 40) and len(before.split()) <= 2 and not any(sign in before for sign in ",;|\t")


def _find_close(text: str, start: int, sign: str) -> int:
    """Where the quote ends that begins before ``start``; 0: it does not, in this line."""
    position = start
    while True:
        stop = text.find(sign, position, start + _LONGEST)
        if stop < 0 or "\n" in text[start:stop]:
            return 0
        slashes = 0
        while stop - slashes > start and text[stop - slashes - 1] == "\\":
            slashes += 1
        if slashes % 2 == 0:
            return stop
        if slashes == 1 and start > 1 and text[start - 2] == "\\":
            return stop - 1  # JSON in JSON: \"password\":\"…\"
        position = stop + 1


def check_whole(text: str, start: int, stop: int, name: Name) -> Finding | None:
    """What stands between quotes or tags is taken as it is."""
    value = text[start:stop]
    if not value.strip() or is_placeholder(value):
        return None
    words = value.split()
    if len(words) > 1 and (len(words) > 8 or (name.kind == "key" and len(value) < 30)):
        return None
    if all(is_word(word) for word in words) or (len(words) == 1 and (is_code(value) or is_link(value))):
        return None
    if name.kind == "key" and len(words) == 1 and not is_named_key(value):
        return None
    if words[0].lower() in ("bearer", "basic"):
        return None
    return Finding(name.kind, start, stop, name.text, value)


def _check_run(
    text: str, start: int, name: Name, judge: Callable[[str], bool], ends: str = "", strip: bool = False
) -> Finding | None:
    """The run of characters without a space that begins at ``start``."""
    run = _RUN.match(text, start, start + _LONGEST)
    if not run:
        return None
    word = run.group()
    for sign in ends:
        word = word.split(sign, 1)[0]
    cut = len(word)
    while cut and _is_loose(word, cut, strip):
        cut -= 1
    word = word[:cut]
    if not word or not judge(word):
        return None
    stop = start + len(word)
    if len(run.group()) == len(word) == _LONGEST:
        stop = _RUN.match(text, start).end()  # type: ignore[union-attr]  # a long one is masked to its end
        word = text[start:stop]
    return Finding(name.kind, start, stop, name.text, word.rstrip(".,;") or word)


def _is_loose(word: str, cut: int, strip: bool) -> bool:
    """Whether the last of ``cut`` characters closes what was opened before the value."""
    last = word[cut - 1]
    if last in "\"'`»”“’":
        return True
    if last in ")]}>":
        return word.count(last, 0, cut) > word.count({")": "(", "]": "[", "}": "{", ">": "<"}[last], 0, cut)
    return strip and last in ",;"


def _check_line(text: str, start: int, name: Name) -> Finding | None:
    """A value that has a line of its own below its name."""
    run = _RUN.match(text, start, start + _LONGEST)
    if not run:
        return None
    rest = text[run.end() : run.end() + 3]
    if rest.strip(" \t\xa0\r") and "\n" not in rest:
        return None
    if text[run.end() - 1] in ":=" or is_word(run.group()):
        return None
    after = _STRONG.match(text, run.end())
    if after:
        return None
    return _check_run(text, start, name, is_named_key if name.kind == "key" else is_credential)


_JOIN: Final = re.compile(r"[ \t\xa0]{0,3}(?:[/|,;:+]|—|–|-(?=\s)|\band\b|\by\b|\bи\b|\bund\b|\be\b|\s)[ \t\xa0]{0,3}")
_HALF: Final = re.compile(r"[^\s/|,;:]{1,120}")


def _check_pair(text: str, start: int, name: Name) -> Finding | None:
    """ "anna / hunter2" behind "login and password": the second half is the secret."""
    first = _HALF.match(text, start)
    if not first:
        return None
    if name.sort != "pair" and is_word(first.group()):
        return None
    joint = _JOIN.match(text, first.end())
    if joint and "\n" not in joint.group():
        second = _check_run(text, joint.end(), name, is_named_password)
        if second:
            return second
        return None
    return None if name.sort == "pair" else _check_run(text, start, name, is_credential)


def _extend_phrase(text: str, found: Finding, name: Name) -> Finding:
    """A password of several words: as long as no word of a sentence is among them, the line is one."""
    if any(not letter.isalpha() for letter in found.value):
        return found
    stop = text.find("\n", found.end, found.end + 120)
    end = stop if stop >= 0 else min(len(text), found.end + 120)
    words = text[found.end : end].split()
    if not 1 < len(words) <= 7 or any(
        not word.isalpha() or not word.islower() or word in STOP or word in HEADS for word in words
    ):
        return found
    end = found.end + len(text[found.end : end].rstrip())
    return Finding(found.kind, found.start, end, found.label, text[found.start : end])


__all__ = ["Name", "check_whole", "find", "find_names"]
