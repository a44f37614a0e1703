"""Asks a server whether it is there: one page or one connection, within one deadline (O-15).

Nobody else's rules hold here: names are resolved by us, the connection is made to the very address that was judged,
every redirect is judged anew, proxies of the environment are not used, and of an answer nothing is kept but its status,
how long it took and a code. Nothing is logged.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urljoin

from .address import HTTP, IP, Address, AddressError, Rule, is_literal, parse_http, takes_address, takes_ip

#: the server answers as it should
UP: Final = "up"
#: it does not
DOWN: Final = "down"
#: it was not asked, or not to the end: nothing is known of it
BLIND: Final = "blind"

#: redirects that are followed
MOST_REDIRECTS: Final = 3
#: bytes of an answer that are read: with and without a text to look for
MOST_BYTES: Final = 512 * 1024
MOST_HEAD: Final = 64 * 1024
#: addresses of one name that are tried
MOST_ADDRESSES: Final = 4
#: names that are being resolved at a time; the system's resolver cannot be told to stop
_resolving = threading.BoundedSemaphore(64)

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
AGENT: Final = "support-desk-monitor/1.0"
_CHARSET: Final = re.compile(r"charset=[\"']?([A-Za-z0-9_:.-]{1,40})")


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked, and what counts as an answer.

    ``timeout`` (seconds) is for everything together: name, connection, redirects, answer. ``text`` has to be among the
    first 512 KiB of the page; empty: the page is not read. ``trusted`` is one or more certificates (PEM) that are
    trusted besides those of the system: of an authority, or of the server itself. ``known_as`` is the name that the
    server's certificate is made out to, where it is another than that of the address. There is no way not to look at
    it: an answer of who knows whom says nothing about a server.
    """

    address: Address
    timeout: float
    low: int = 200
    high: int = 399
    text: str = ""
    follow: bool = True
    trusted: str = ""
    known_as: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it.

    ``code`` is one of ok; for DOWN: name, timeout, closed, unreachable, certificate, tls, empty, protocol, status,
    text, redirects, redirect; for BLIND: not_allowed, redirect_not_allowed, busy. ``millis`` runs until the answer
    began.
    """

    outcome: str
    code: str
    status: int = 0
    millis: int = 0


class _Found(Exception):
    """Ends a probe with an answer."""

    def __init__(self, outcome: str, code: str, status: int = 0) -> None:
        super().__init__(code)
        self.answer = Answer(outcome, code, status)


class _Late(OSError):
    """The deadline has passed."""


Resolver = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> list[str]:
    """IP addresses of a name, as the system resolves it; waits as long as the system does."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def probe(target: Target, rules: Sequence[Rule], resolver: Resolver = resolve) -> Answer:
    """Ask ``target`` once; never raises for anything that a server or the network does.

    :param rules: which addresses may be asked
    :param resolver: how names become addresses
    """
    start = time.monotonic()
    line = _Line(start + target.timeout, rules, resolver)
    try:
        answer = _ask_page(target, line) if target.address.kind == HTTP else _ask_port(target, line)
    except _Found as found:
        answer = found.answer
    except (TimeoutError, _Late):
        answer = Answer(DOWN, "timeout")
    except ssl.SSLCertVerificationError:
        answer = Answer(DOWN, "certificate")
    except ssl.SSLError:
        answer = Answer(DOWN, "tls")
    except ConnectionRefusedError:
        answer = Answer(DOWN, "closed")
    except http.client.RemoteDisconnected:
        answer = Answer(DOWN, "empty")
    except (http.client.HTTPException, UnicodeError, ValueError):
        answer = Answer(DOWN, "protocol")
    except ConnectionError:
        answer = Answer(DOWN, "empty")
    except OSError:
        answer = Answer(DOWN, "unreachable")
    if answer.outcome == DOWN and answer.code != "timeout" and time.monotonic() > line.deadline:
        answer = replace(answer, code="timeout")
    if answer.outcome == BLIND:
        return answer
    stop = line.answered or time.monotonic()
    return replace(answer, millis=max(1, round(1000 * (stop - start))))


class _Line:
    """A way to a server that is open until the deadline and no longer."""

    def __init__(self, deadline: float, rules: Sequence[Rule], resolver: Resolver) -> None:
        self.deadline = deadline
        self.rules = rules
        self.resolver = resolver
        #: when the first answer began
        self.answered = 0.0

    def left(self) -> float:
        """Seconds until the deadline.

        :raise _Late: there are none
        """
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise _Late
        return left

    def find(self, address: Address, code: str) -> list[IP]:
        """The addresses to connect to, judged.

        :param code: of the answer when none is allowed
        """
        if not takes_address(address.host, address.port, self.rules):
            raise _Found(BLIND, code)
        if is_literal(address.host):
            return [ipaddress.ip_address(address.host)]  # judged above
        found = [ipaddress.ip_address(text.partition("%")[0]) for text in self._resolve(address)]
        allowed = [ip for ip in found if takes_ip(ip, address.port, self.rules, named=True)]
        if found and not allowed:
            raise _Found(BLIND, code)
        return allowed[:MOST_ADDRESSES]

    def _resolve(self, address: Address) -> Sequence[str]:
        """In a thread of its own: the system's resolver knows no deadline."""
        if not _resolving.acquire(blocking=False):
            raise _Found(BLIND, "busy")
        done = threading.Event()
        kept: list[Any] = []

        def run() -> None:
            try:
                kept.append(self.resolver(address.host, address.port))
            except (OSError, UnicodeError) as error:
                kept.append(error)
            finally:
                _resolving.release()
                done.set()

        threading.Thread(target=run, name="openpyme.resolve", daemon=True).start()
        if not done.wait(self.left()):
            raise _Late
        if not kept or isinstance(kept[0], Exception) or not kept[0]:
            raise _Found(DOWN, "name")
        found: Sequence[str] = kept[0]
        return found

    def connect(self, address: Address, code: str) -> socket.socket:
        """A connection to one of the allowed addresses of ``address``; the caller closes it."""
        ips = self.find(address, code)
        last: OSError = OSError()
        for number, ip in enumerate(ips):
            version = socket.AF_INET if ip.version == 4 else socket.AF_INET6
            try:
                connection = socket.socket(version, socket.SOCK_STREAM)
            except OSError as error:
                last = error  # a machine without IPv6
                continue
            try:
                # one address that does not answer must leave time for the others
                connection.settimeout(self.left() / (len(ips) - number))
                connection.connect((str(ip), address.port))
            except OSError as error:
                connection.close()
                last = error
                continue
            return connection
        raise last


class _Stream(io.RawIOBase):
    """What a server sends, until the deadline or the most that is read."""

    def __init__(self, connection: socket.socket, line: _Line, most: int) -> None:
        super().__init__()
        self._connection = connection
        self._line = line
        self._most = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._most <= 0:
            raise http.client.HTTPException("too much")
        self._connection.settimeout(self._line.left())
        view = memoryview(buffer)[: min(len(buffer), self._most)]
        count = self._connection.recv_into(view)
        self._most -= count
        if count and not self._line.answered:
            self._line.answered = time.monotonic()
        return count


class _Answering:
    """As much of a socket as ``http.client`` reads an answer from."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream

    def makefile(self, *_args: Any, **_kwargs: Any) -> io.BufferedReader:
        return io.BufferedReader(self._stream)


def _ask_port(target: Target, line: _Line) -> Answer:
    line.connect(target.address, "not_allowed").close()
    line.answered = time.monotonic()
    return Answer(UP, "ok")


def _ask_page(target: Target, line: _Line) -> Answer:
    address = target.address
    code = "not_allowed"
    for _hop in range(MOST_REDIRECTS + 1):
        connection = line.connect(address, code)
        try:
            if address.tls:
                connection = _secure(connection, address, target, line)
            status, location, found = _exchange(connection, address, target, line)
        finally:
            connection.close()
        if not (target.follow and status in REDIRECTS and location):
            break
        line.answered = 0.0
        address = _follow(address, location, status)
        code = "redirect_not_allowed"
    else:
        return Answer(DOWN, "redirects", status)
    if not target.low <= status <= target.high:
        return Answer(DOWN, "status", status)
    if not found:
        return Answer(DOWN, "text", status)
    return Answer(UP, "ok", status)


def _secure(connection: socket.socket, address: Address, target: Target, line: _Line) -> socket.socket:
    context = ssl.create_default_context()
    if target.trusted:
        trust(context, target.trusted)
    # the name is that of the server which was named, not of whoever it redirects to
    named = target.known_as if (address.host, address.port) == (target.address.host, target.address.port) else ""
    connection.settimeout(line.left())
    return context.wrap_socket(connection, server_hostname=named or address.host)


def trust(context: ssl.SSLContext, certificates: str) -> None:
    """Trust these certificates as well.

    :param certificates: one or more, PEM
    :raise ValueError: they are none that can be read
    """
    try:
        context.load_verify_locations(cadata=certificates)
    except ssl.SSLError as error:
        raise ValueError("no certificate") from error
    # a certificate of the server itself is trusted though whoever signed it is not
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN


def _exchange(connection: socket.socket, address: Address, target: Target, line: _Line) -> tuple[int, str, bool]:
    """Status, where it redirects to, and whether the text is on the page (True where none is looked for)."""
    request = (
        f"GET {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nUser-Agent: {AGENT}\r\n"
        "Accept: */*\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )
    connection.settimeout(line.left())
    connection.sendall(request.encode("ascii"))
    # a little more than what is looked at, so that a page as long as that is no error
    stream = _Stream(connection, line, MOST_HEAD + (MOST_BYTES if target.text else 0))
    response = http.client.HTTPResponse(_Answering(stream), method="GET")  # type: ignore[arg-type]
    with response:
        response.begin()
        redirected = target.follow and response.status in REDIRECTS
        wanted = target.text and not redirected and target.low <= response.status <= target.high
        found = _find(response, target.text) if wanted else True
        return response.status, response.headers.get("Location", ""), found


def _find(response: http.client.HTTPResponse, text: str) -> bool:
    """Whether the text is among the first bytes; read no further than it stands."""
    named = _CHARSET.search(response.headers.get("Content-Type", ""))
    try:
        wanted = text.encode(named[1] if named else "utf-8")
    except (LookupError, UnicodeError):
        wanted = text.encode("utf-8")
    page = bytearray()
    while len(page) < MOST_BYTES:
        try:
            piece = response.read1(min(64 * 1024, MOST_BYTES - len(page)))
        except http.client.IncompleteRead:
            break
        if not piece:
            break
        page += piece
        if page.find(wanted, max(0, len(page) - len(piece) - len(wanted))) >= 0:
            return True
    return False


def _follow(address: Address, location: str, status: int) -> Address:
    base = f"http{'s' if address.tls else ''}://{address.netloc}{address.path}"
    try:
        return parse_http(urljoin(base, location.strip()).partition("#")[0], given_by_server=True)
    except (AddressError, ValueError) as error:
        raise _Found(DOWN, "redirect", status) from error
