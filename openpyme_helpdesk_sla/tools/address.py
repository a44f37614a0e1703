"""Addresses that are monitored: how they are written, and which of them may be asked at all (O-15).

An address is allowed when its name is on the list, or is written in digits, **and** what it resolves to is a public
address or lies in a network of the list. Networks that are not public (loopback, private, link-local and so on) count
only when the list names them, or a part of them, itself: “0.0.0.0/0” opens none of them.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

import idna

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

HTTP: Final = "http"
TCP: Final = "tcp"

#: longest address that is taken, in characters
LONGEST: Final = 500
LONGEST_REDIRECT: Final = 4000
DEFAULT_PORTS: Final = {"http": 80, "https": 443}

#: Not public: reached only where the list names them itself. Those that embed an IPv4 address are among them.
SPECIAL: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "::1/128",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
    )
)
#: Never asked, whatever the list says: no server is there.
NEVER: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(network) for network in ("0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/96", "ff00::/8")
)
#: The machine itself and what only it can reach, a cloud's metadata among them.
OWN: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(network)
    for network in ("127.0.0.0/8", "169.254.0.0/16", "100.100.100.200/32", "::1/128", "fe80::/10", "fd00:ec2::254/128")
)

#: parts of names of parameters that carry secrets
SECRETS: Final = re.compile(
    r"(?i)(pass(word|wd|phrase)?$|^pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|^key$|^auth|credential"
    r"|signature|^sig$|^jwt$|bearer|session|^sid$|otp$|^pin$)"
)
#: a value that looks like a key: long, without a space, letters and digits mixed
KEY_LIKE: Final = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_\-+/=.]{24,}")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER: Final = re.compile(r"(0x[0-9a-f]*|[0-9]+)")


class AddressError(ValueError):
    """An address that is not taken.

    ``code`` is one of empty, long, characters, scheme, host, number, port, port_missing, user, query_secret, fragment,
    network, ports; ``part`` is the piece it is about, never a secret.
    """

    def __init__(self, code: str, part: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.part = part


@dataclass(frozen=True, slots=True)
class Address:
    """Where to ask: ``host`` in ASCII lower case or an IP literal without brackets; ``path`` with its query."""

    kind: str
    host: str
    port: int
    tls: bool = False
    path: str = "/"

    @property
    def netloc(self) -> str:
        """The host as the header of a request names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS["https" if self.tls else "http"] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the list: a name, every name below a domain, or a network; and which ports."""

    ports: tuple[tuple[int, int], ...]
    name: str = ""
    below: bool = False
    network: Network | None = None

    def takes_port(self, port: int) -> bool:
        return any(low <= port <= high for low, high in self.ports)

    def takes_name(self, host: str) -> bool:
        if not self.name:
            return False
        return host.endswith("." + self.name) if self.below else host == self.name


# --- reading ------------------------------------------------------------------------------------------


def parse_host(text: str) -> str:
    """A host as it is asked for: ASCII, lower case; IP literals in their short form, mapped ones as IPv4.

    :raise AddressError: host, number
    """
    text = text.strip().rstrip(".") if not text.startswith("[") else text.strip()
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if not bare or "%" in bare:
        raise AddressError("host", text)
    if is_literal(bare):
        return str(unmapped(ipaddress.ip_address(bare)))
    if ":" in bare or "[" in bare or "]" in bare:
        raise AddressError("host", text)
    try:
        name = idna.encode(bare, uts46=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        # names with an underscore are no host names, yet some internal ones have one
        name = bare.lower()
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressError("host", text)
    if _NUMBER.fullmatch(labels[-1]):
        # “127.1” and “0x7f000001” are addresses too, to those who resolve them
        raise AddressError("number", text)
    return name


def parse_http(text: str, *, given_by_server: bool = False) -> Address:
    """The address of a page.

    :param given_by_server: a redirect: kept nowhere, so it may be longer and have any parameters
    :raise AddressError: see there
    """
    text = _clean(text, LONGEST_REDIRECT if given_by_server else LONGEST)
    try:
        parts = urlsplit(text)
        port = parts.port
        host = parts.hostname or ""
    except ValueError as error:
        # of urlsplit's own errors one is about the port, the others about brackets
        raise AddressError("port" if "ort" in str(error) else "host") from error
    if parts.scheme not in DEFAULT_PORTS or "://" not in text:
        raise AddressError("scheme", parts.scheme)
    if "@" in parts.netloc:
        raise AddressError("user")
    if parts.fragment:
        raise AddressError("fragment")
    if "\\" in text:
        raise AddressError("characters")
    if port == 0 or parts.netloc.endswith(":"):
        raise AddressError("port", "0")
    host = parse_host(f"[{host}]" if ":" in host else host)
    secret = "" if given_by_server else find_secret(parts.query)
    if secret:
        raise AddressError("query_secret", secret)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        path = "".join(char if char.isascii() else _percent(char) for char in path)
    return Address(HTTP, host, port or DEFAULT_PORTS[parts.scheme], parts.scheme == "https", path)


def parse_tcp(text: str) -> Address:
    """``host:port`` or ``[IPv6]:port``.

    :raise AddressError: see there
    """
    text = _clean(text)
    if "@" in text:
        raise AddressError("user")
    if "/" in text:
        raise AddressError("scheme", text.partition(":")[0])
    host, colon, port = text.rpartition(":")
    if not colon or "]" in port or (":" in host and not host.startswith("[")):
        raise AddressError("port_missing")
    return Address(TCP, parse_host(host), parse_port(port))


def parse(kind: str, text: str) -> Address:
    """An address of ``kind`` (:data:`HTTP` or :data:`TCP`).

    :raise AddressError: see there
    """
    return parse_http(text) if kind == HTTP else parse_tcp(text)


def parse_port(text: str) -> int:
    """1 to 65535.

    :raise AddressError: port
    """
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 65535):
        raise AddressError("port", text[:20])
    return int(text)


def parse_ports(text: str) -> tuple[tuple[int, int], ...]:
    """“80, 443, 8000-8100” → ranges with both ends.

    :raise AddressError: ports
    """
    ranges = []
    for piece in re.split(r"[,;\s]+", re.sub(r"\s*[-–]\s*", "-", text.strip())):
        low, dash, high = piece.partition("-")
        try:
            first = parse_port(low)
            last = parse_port(high) if dash else first
        except AddressError as error:
            raise AddressError("ports", piece[:20]) from error
        if last < first:
            raise AddressError("ports", piece[:20])
        ranges.append((first, last))
    return tuple(ranges)


def parse_rule(text: str, ports: str) -> Rule:
    """One line of the list: “erp.client.example”, “*.client.example”, “192.0.2.7”, “10.1.0.0/16”.

    :raise AddressError: empty, host, number, network, ports
    """
    text = _clean(text)
    taken = parse_ports(ports)
    if "/" in text or ":" in text or re.fullmatch(r"[0-9.]+", text):
        try:
            network = ipaddress.ip_network(text.strip("[]"), strict=True)
        except ValueError as error:
            raise AddressError("network", text) from error
        if isinstance(network, ipaddress.IPv6Network) and network.network_address.ipv4_mapped:
            raise AddressError("network", text)
        return Rule(taken, network=network)
    below = text.startswith("*.")
    name = parse_host(text[2:] if below else text)
    if below and "." not in name:
        raise AddressError("host", text)  # a whole top-level domain
    return Rule(taken, name=name, below=below)


def find_secret(query: str) -> str:
    """The name of the first parameter that looks like a secret; “?” when it is a bare one; empty: there is none."""
    for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=100, separator="&"):
        if SECRETS.search(name) or KEY_LIKE.fullmatch(value) or KEY_LIKE.fullmatch(name):
            return name if not KEY_LIKE.fullmatch(name) else "?"
        if name.count(";") or "=" in value:
            # another separator hides a parameter
            for piece in re.split(r"[;=]", unquote(value)):
                if SECRETS.search(piece):
                    return piece[:40]
    return ""


def _clean(text: str, longest: int = LONGEST) -> str:
    text = text.strip()
    if not text:
        raise AddressError("empty")
    if len(text) > longest:
        raise AddressError("long")
    if any(char.isspace() or ord(char) < 0x20 or ord(char) == 0x7F for char in text):
        raise AddressError("characters")
    return text


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


# --- judging ------------------------------------------------------------------------------------------


def unmapped(ip: IP) -> IP:
    """An IPv4 address that is written as an IPv6 one, as what it is."""
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return mapped or ip


def is_literal(host: str) -> bool:
    """Whether a parsed host is written in digits."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_own(network: Network) -> bool:
    """Whether a network is the machine itself, or what only it can reach."""
    return any(_within(network, own) for own in OWN)


def takes_address(host: str, port: int, rules: Iterable[Rule]) -> bool:
    """Whether the list takes an address before it is resolved: names by their names, literals by their networks."""
    rules = list(rules)
    if is_literal(host):
        return takes_ip(ipaddress.ip_address(host), port, rules, named=False)
    return any(rule.takes_name(host) and rule.takes_port(port) for rule in rules)


def takes_ip(ip: IP, port: int, rules: Iterable[Rule], *, named: bool) -> bool:
    """Whether a connection to ``ip`` may be made.

    :param named: a name of the list resolved to it; then a public one needs no network of its own
    """
    ip = unmapped(ip)
    if any(ip in network for network in NEVER if network.version == ip.version):
        return False
    special = [network for network in SPECIAL if network.version == ip.version and ip in network]
    public = ip.is_global and not special and not ip.is_multicast
    if public and named:
        return True
    for rule in rules:
        network = rule.network
        if network is None or network.version != ip.version or ip not in network or not rule.takes_port(port):
            continue
        # what is not public must be named itself: a wider network does not mean it
        if public or any(_within(network, one) for one in special):
            return True
    return False


def _within(inner: Network, outer: Network) -> bool:
    if isinstance(inner, ipaddress.IPv4Network):
        return isinstance(outer, ipaddress.IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, ipaddress.IPv6Network) and inner.subnet_of(outer)
