"""Secrets in files of text: which file is one, in which encoding, and its bytes without them."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from .html import mask_html
from .model import Finding, apply, merge, to_edit
from .plain import find_all, mask

_SUFFIXES: Final = frozenset(
    [
        "txt",
        "text",
        "log",
        "csv",
        "tsv",
        "json",
        "jsonl",
        "ndjson",
        "har",
        "xml",
        "yaml",
        "yml",
        "ini",
        "cfg",
        "conf",
        "config",
        "env",
        "properties",
        "toml",
        "md",
        "rst",
        "html",
        "htm",
        "eml",
        "msg.txt",
        "sql",
        "sh",
        "bash",
        "ps1",
        "bat",
        "cmd",
        "py",
        "js",
        "ts",
        "java",
        "php",
        "rb",
        "go",
        "cs",
        "c",
        "h",
        "cpp",
        "kt",
        "swift",
        "pem",
        "key",
        "crt",
        "cer",
        "ppk",
        "pub",
        "curl",
        "http",
        "rest",
        "ics",
        "vcf",
        "plist",
        "svg",
        "reg",
        "rdp",
        "ovpn",
        "tf",
        "tfvars",
        "gradle",
        "map",
        "out",
        "err",
        "trace",
        "dump",
        "srt",
    ]
)
_MARKUP: Final = frozenset({"html", "htm"})
_TYPES: Final = re.compile(
    r"text/|application/(?:[\w.+\-]*(?:json|xml|yaml|javascript|x-sh|sql|x-pem|x-httpd)|x-ndjson)|message/"
)
_SINGLE: Final = ("cp1251", "koi8-r", "latin-1")


@dataclass(frozen=True, slots=True)
class MaskedFile:
    """A file without its secrets, and what was found in it."""

    data: bytes
    findings: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.findings)


def is_text(data: bytes, name: str = "", mimetype: str = "") -> bool:
    """Whether a file is text that can be read: by its name, its type, else by what it begins with."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    head = data[:4096]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    binary = b"\0" in head and _wide(head) is None
    if suffix in _SUFFIXES or _TYPES.match(mimetype or ""):
        return not binary
    if binary or suffix in ("pdf", "png", "jpg", "jpeg", "gif", "zip", "gz", "docx", "xlsx", "mp4", "webm"):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(head) == 4096 and error.start >= 4092
    return not any(byte < 9 or 13 < byte < 27 for byte in head)


def mask_file(data: bytes, name: str = "", mimetype: str = "", known: Collection[str] = ()) -> MaskedFile:
    """Mask the secrets in a file of text (D-16); another file, and one without secrets, is given back as it is."""
    if not data or not is_text(data, name, mimetype):
        return MaskedFile(data)
    for encoding in _guess(data):
        try:
            text = data.decode(encoding)
            if text.encode(encoding) != data:
                continue
        except UnicodeError:
            continue
        if name.rpartition(".")[2].lower() in _MARKUP or (mimetype or "").startswith("text/html"):
            masked = mask_html(text, known)
        else:
            masked = mask(text, known)
        return (
            MaskedFile(masked.text.encode(encoding, "xmlcharrefreplace"), masked.findings)
            if masked
            else MaskedFile(data)
        )
    # one byte a character: positions are the same in each, names differ
    found = [finding for encoding in _SINGLE for finding in find_all(data.decode(encoding, "replace"), known)]
    text = data.decode("latin-1")
    findings = merge(found, text)
    return (
        MaskedFile(apply(text, (to_edit(found, text) for found in findings)).encode("latin-1"), tuple(findings))
        if findings
        else MaskedFile(data)
    )


def _guess(data: bytes) -> list[str]:
    if data.startswith(b"\xef\xbb\xbf"):
        return ["utf-8"]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16-le" if data[0] == 0xFF else "utf-16-be"]
    wide = _wide(data[:4096])
    return [wide] if wide else ["utf-8"]


def _wide(head: bytes) -> str | None:
    """The encoding of two bytes a character, if every other byte of mostly Latin text is empty."""
    half = len(head) // 2
    if half < 4:
        return None

    def share(column: bytes) -> float:
        # the upper halves of Latin and of Cyrillic letters
        return (column.count(0) + column.count(4)) / half

    if b"\0" in head and share(head[1::2]) > 0.7:
        return "utf-16-le"
    return "utf-16-be" if b"\0" in head and share(head[0::2]) > 0.7 else None
