"""Keys that are recognised by their shape, whatever stands around them.

Every pattern is anchored where a run of key characters begins, or begins with a literal that a look-behind holds to
such a place; what follows is a run of one class up to a character that is not in it. So no character is looked at more
than a fixed number of times (S-3, docs/adr/0012).
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from .model import MASK, Finding
from .values import is_placeholder

_RUN: Final = re.compile(r"[A-Za-z0-9_\-]{10,}")
# name, pattern; matched at the beginning of a run of [A-Za-z0-9_-]
_FAMILIES: Final = (
    ("stripe", r"[srp]k_(?:live|test|prod|sandbox)_[A-Za-z0-9_]{8,}"),
    ("secret key", r"[srp]k_(?=[A-Za-z_]*[0-9])[A-Za-z0-9_]{16,}"),
    ("webhook secret", r"whsec_[A-Za-z0-9+/=]{12,}"),
    ("secret key", r"sk-(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_\-]{18,}"),
    ("slack", r"xox[abceoprsd]-[A-Za-z0-9\-]{10,}"),
    ("slack", r"xapp-[0-9]-[A-Za-z0-9\-]{10,}"),
    ("google", r"AIza[A-Za-z0-9_\-]{30,}"),
    ("google", r"GOCSPX-[A-Za-z0-9_\-]{20,}"),
    ("aws", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ("github", r"gh[pousr]_[A-Za-z0-9]{20,}"),
    ("github", r"github_pat_[A-Za-z0-9_]{20,}"),
    ("gitlab", r"gl(?:pat|ptt|dt|rt|cbt|ft|imt|soat|agent|oas|ffct)-[A-Za-z0-9_\-]{15,}"),
    ("meta", r"EAA[A-Za-z0-9]{27,}"),
    ("meta", r"IG(?:QV|AA)[A-Za-z0-9_\-]{30,}"),
    ("twilio", r"SK[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("mailgun", r"key-[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("mailchimp", r"[0-9a-f]{32}-us[0-9]{1,2}(?![A-Za-z0-9])"),
    ("npm", r"npm_[A-Za-z0-9]{30,}"),
    ("pypi", r"pypi-Ag[A-Za-z0-9_\-]{30,}"),
    ("digitalocean", r"do[opr]_v1_[0-9a-f]{40,}"),
    ("hugging face", r"hf_[A-Za-z0-9]{30,}"),
    ("shopify", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ("square", r"sq0(?:atp|csp|idp)-[A-Za-z0-9_\-]{22,}"),
    ("atlassian", r"ATATT3[A-Za-z0-9_\-=]{40,}"),
    ("linear", r"lin_(?:api|oauth)_[A-Za-z0-9]{30,}"),
    ("notion", r"(?:secret|ntn)_(?=[A-Za-z]*[0-9])[A-Za-z0-9]{40,}"),
    ("postman", r"PMAK-[0-9a-f]{20,}-[0-9a-f]{30,}"),
    ("databricks", r"dapi[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("age", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
    ("yandex", r"(?:y0_[A-Za-z0-9_\-]{30,}|AQVN[A-Za-z0-9_\-]{35,})"),
    ("brevo", r"xkeysib-[0-9a-f]{60,}-[A-Za-z0-9]{10,}"),
    ("360dialog", r"(?=[A-Za-z_]*[0-9])[A-Za-z0-9]{6,}_sandbox(?![A-Za-z0-9_])"),
    ("360dialog", r"(?=[A-Za-z]*[0-9])(?=[A-Z0-9]*[a-z])[A-Za-z0-9]{24}AK(?![A-Za-z0-9_\-])"),
)
_FAMILY: Final = re.compile("|".join(f"(?P<f{i}>{pattern})" for i, (_, pattern) in enumerate(_FAMILIES)))
# keys with dots or colons in them; a literal first, so that the search is quick, held to the beginning of a run
_DOTTED: Final = re.compile(
    r"eyJ(?<![\w\-]eyJ)[A-Za-z0-9_\-]{6,2000}(?:\.[A-Za-z0-9_\-]{0,16000}){1,4}"
    r"|SG\.(?<![\w\-]SG\.)[A-Za-z0-9_\-]{14,80}\.[A-Za-z0-9_\-]{14,120}"
    r"|ya29\.(?<![\w\-]ya29\.)[A-Za-z0-9_\-.]{20,2000}"
    r"|hv[sb]\.(?<![\w\-]hv[sb]\.)[A-Za-z0-9_\-]{20,300}"
    r"|vk1\.a\.(?<![\w\-]vk1\.a\.)[A-Za-z0-9_\-]{20,400}"
    r"|t1\.(?<![\w\-]t1\.)[A-Za-z0-9_\-]{60,400}\.[A-Za-z0-9_\-]{40,200}"
    r"|dp\.(?:pt|st|ct)\.(?<![\w\-]dp\...\.)[A-Za-z0-9]{30,60}"
    r"|1//(?<![\w\-]1//)0[A-Za-z0-9_\-]{30,200}"
)
# number and key of a Telegram bot, of a Meta application
_NUMBERED: Final = re.compile(r"[0-9]{8,17}[:|][A-Za-z0-9_\-]{20,64}")
_HOOK: Final = re.compile(
    r"hooks\.slack\.com/(?:services|workflows)/[A-Z0-9]{4,20}/[A-Z0-9]{4,20}/([A-Za-z0-9]{8,64})"
    r"|/api/webhooks/[0-9]{10,24}/([A-Za-z0-9_\-]{20,120})"
)
_AWS_SECRET: Final = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])")
# what an unreserved address may hold before its host; bounded
_URL: Final = re.compile(r"://([^\s/?#:@<>\"']{0,128}):([^\s/?<>\"']{1,256})@(?=[\w\[])")
_BEARER: Final = re.compile(
    r"(?:[Bb]earer|BEARER|[Bb]asic|BASIC|[Tt]oken|TOKEN)(?:[ \t\xa0]{1,3}|%20|\+)(?=[A-Za-z0-9+/~._\-])"
)
_CREDENTIAL: Final = re.compile(r"[A-Za-z0-9_\-.~+/=|:]+")
_PEM: Final = re.compile(r"-{4,5} ?(BEGIN|END) [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_PEM_BODY: Final = re.compile(r"[A-Za-z0-9+/=\s\\]+")
_PUTTY: Final = re.compile(r"Private-Lines: ?[0-9]{1,4}\s")
_CURL: Final = re.compile(r"(?:\s-u|--user|--proxy-user)[ =]{1,2}[\"']?([^\s:\"']{1,128}):([^\s\"']{1,256})")


def find(text: str) -> Iterator[Finding]:
    """All keys in ``text`` that are known by their shape."""
    yield from _find_private(text)
    yield from _find_urls(text)
    yield from _find_bearers(text)
    for run in _RUN.finditer(text):
        start = run.start()
        while text[start] in "-_" and start < run.end() - 1:
            start += 1
        match = _FAMILY.match(text, start)
        if match:
            name = _FAMILIES[int(str(match.lastgroup)[1:])][0]
            yield Finding("key", match.start(), match.end(), name, match.group())
            if name == "aws":
                # the secret half has no shape of its own, but stands beside
                secret = _AWS_SECRET.search(text, match.end(), match.end() + 240)
                if secret and _is_mixed(secret.group()):
                    yield Finding("key", secret.start(), secret.end(), name, secret.group())
    for match in _DOTTED.finditer(text):
        end = match.end()
        while text[end - 1] == ".":
            end -= 1
        if "." in text[match.start() : end]:
            yield Finding("key", match.start(), end, _name_dotted(match.group()), text[match.start() : end])
    for match in _NUMBERED.finditer(text):
        secret_part = match.group().partition(":" if ":" in match.group() else "|")[2]
        glued = match.start() and text[match.start() - 1].isalnum()
        if _is_mixed(secret_part) and not glued:
            yield Finding("key", match.start(), match.end(), "bot", match.group())
    for match in _HOOK.finditer(text):
        group = 1 if match.group(1) else 2
        yield Finding("key", match.start(group), match.end(group), "webhook", match.group(group))
    for match in _CURL.finditer(text):
        if not is_placeholder(match.group(2)):
            yield Finding("password", match.start(2), match.end(2), "curl", match.group(2))


def _name_dotted(key: str) -> str:
    return {
        "ey": "jwt",
        "SG": "sendgrid",
        "ya": "google",
        "1/": "google",
        "hv": "vault",
        "vk": "vk",
        "t1": "yandex",
    }.get(key[:2], "doppler")


def _is_mixed(word: str) -> bool:
    """Capitals, small letters and digits: what chance makes and nobody writes."""
    return (
        any(letter.isdigit() for letter in word)
        and any(letter.isupper() for letter in word)
        and any(letter.islower() for letter in word)
    )


def _find_private(text: str) -> Iterator[Finding]:
    """Blocks of private keys; one that was cut off as well."""
    begin = None
    for mark in _PEM.finditer(text):
        if begin is not None:
            yield from _find_block(text, begin, mark.start() if mark.group(1) == "END" else None)
        begin = mark.end() if mark.group(1) == "BEGIN" else None
    if begin is not None:
        yield from _find_block(text, begin, None)
    for mark in _PUTTY.finditer(text):
        yield from _find_block(text, mark.end(), None)


def _find_block(text: str, start: int, end: int | None) -> Iterator[Finding]:
    if end is None:
        body = _PEM_BODY.match(text, start)
        end = body.end() if body else start
    stripped = text[start:end].strip()
    if len(stripped.replace(MASK, "")) < 8:
        return
    start = text.index(stripped[:8], start)
    yield Finding("private_key", start, start + len(stripped), "private key", stripped)


def _find_urls(text: str) -> Iterator[Finding]:
    for match in _URL.finditer(text):
        if not is_placeholder(match.group(2)):
            yield Finding("password", match.start(2), match.end(2), "url", match.group(2))


def _find_bearers(text: str) -> Iterator[Finding]:
    for match in _BEARER.finditer(text):
        word = match.group()[:6].lower().rstrip(" \t\xa0%2+")
        if match.start() and text[match.start() - 1].isalpha():
            continue
        # a value longer than this is masked whole: what follows is part of the same run
        value = _CREDENTIAL.match(text, match.end())
        if not value:
            continue
        end = value.end()
        while end > value.start() and text[end - 1] in ".:|":
            end -= 1
        secret = text[value.start() : end]
        if word == "basic":
            if _is_basic(secret):
                yield Finding("password", value.start(), end, "basic", secret)
        elif word == "bearer" and len(secret) >= 12 and any(c.isdigit() for c in secret):
            yield Finding("key", value.start(), end, "bearer", secret)
        elif word == "token" and len(secret) >= 20 and any(c.isdigit() for c in secret):
            yield Finding("key", value.start(), end, "token", secret)


def _is_basic(word: str) -> bool:
    """Whether ``word`` is name and password in base64."""
    if len(word) < 6 or len(word) > 600:
        return False
    try:
        plain = base64.b64decode(word + "=" * (-len(word) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return b":" in plain and all(byte >= 32 for byte in plain)
