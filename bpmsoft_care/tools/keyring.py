"""Secrets at rest: keys that are kept outside of the database, and what is sealed with them (B-9).

A seal is Fernet (AES-128-CBC with HMAC-SHA256) over the secret and the name of what it belongs to, so that a sealed
secret that is moved to another record does not open there, and its length does not tell the secret's.
"""

import contextlib
import hashlib
import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

#: What is sealed is filled up to a multiple of so many bytes.
BLOCK = 128


class KeyringError(Exception):
    """Why a secret can be neither kept nor opened.

    :ivar code: ``missing`` (there is no key), ``malformed`` (what is given as a key is none), ``unreadable`` (the
        file), ``unknown`` (sealed with a key that is not among those given), ``broken`` (damaged, or of another record)
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Keyring:
    """Keys in order: the first seals, all of them open.

    :ivar keys: 32 bytes each, URL-safe base64
    """

    keys: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not self.keys:
            raise KeyringError("missing")

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self.names)})"  # never the keys

    @property
    def names(self) -> tuple[str, ...]:
        """What each key is called beside a sealed secret; says nothing about the key."""
        return tuple(name_key(key) for key in self.keys)

    def seal(self, text: str, belongs_to: str) -> tuple[str, str]:
        """:return: the sealed secret, and the name of the key"""
        content = json.dumps({"of": belongs_to, "secret": text, "pad": ""}).encode()
        content = json.dumps({"of": belongs_to, "secret": text, "pad": "." * (-len(content) % BLOCK)}).encode()
        return Fernet(self.keys[0]).encrypt(content).decode(), self.names[0]

    def open(self, sealed: str, name: str, belongs_to: str) -> str:
        """The secret that was sealed for ``belongs_to``.

        :param name: of the key
        :raise KeyringError: ``unknown`` or ``broken``
        """
        key = dict(zip(self.names, self.keys, strict=True)).get(name)
        if key is None:
            raise KeyringError("unknown", name)
        try:
            content = json.loads(Fernet(key).decrypt(sealed.encode()))
        except (InvalidToken, ValueError):
            # without its cause: nothing of the secret may get into a log
            raise KeyringError("broken") from None
        if content["of"] != belongs_to:
            raise KeyringError("broken", "of another record")
        return str(content["secret"])


def name_key(key: bytes) -> str:
    """Eight hexadecimal digits."""
    return hashlib.sha256(b"bpmsoft_care:" + key).hexdigest()[:8]


def make_key() -> str:
    """A new key, as it stands in a file or an option."""
    return Fernet.generate_key().decode()


def parse_keys(text: str) -> Keyring:
    """Keys as they are given: separated by commas or white space, lines that begin with # are remarks.

    :raise KeyringError: ``missing`` or ``malformed`` (with the position of the key, from 1)
    """
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    keys = [word.encode() for line in lines for word in line.replace(",", " ").split()]
    for position, key in enumerate(keys, 1):
        try:
            Fernet(key)
        except ValueError:
            raise KeyringError("malformed", str(position)) from None
    return Keyring(tuple(dict.fromkeys(keys)))


def read_file(path: Path) -> Keyring:
    """:raise KeyringError: ``missing``, ``unreadable`` or ``malformed``"""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise KeyringError("missing", str(path)) from None
    except (OSError, UnicodeDecodeError):
        raise KeyringError("unreadable", str(path)) from None
    return parse_keys(text)


def make_file(path: Path) -> Keyring:
    """A file with a new key that only its owner reads; the one that is there, when somebody else was quicker.

    :raise KeyringError: ``unreadable`` when it cannot be made
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(f"{make_key()}\n")
            file.flush()
            os.fsync(file.fileno())
        # a link is made or not, whole: two processes at once end with one key
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    except OSError:
        raise KeyringError("unreadable", str(path)) from None
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()
    return read_file(path)


def is_private(path: Path) -> bool:
    """Whether nobody but its owner reads the file; one that is not there is private."""
    try:
        return not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    except OSError:
        return True
