"""Real servers on this machine that behave in a given way, each on a port of its own; nothing here knows Odoo."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Behaviour = Callable[[socket.socket, str, threading.Event], None]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 11\r\n\r\nall is well"


def say(answer: bytes) -> Behaviour:
    """Answers every request with these bytes."""

    def behave(connection: socket.socket, request: str, over: threading.Event) -> None:
        connection.sendall(answer)

    return behave


def redirect(location: str, status: int = 302) -> Behaviour:
    return say(f"HTTP/1.1 {status} Go\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())


def silence(connection: socket.socket, request: str, over: threading.Event) -> None:
    """Takes the request and never answers."""
    over.wait(30)


def hang_up(connection: socket.socket, request: str, over: threading.Event) -> None:
    """Takes the request and closes."""


def drip(head: bytes = b"HTTP/1.1 200 OK\r\n", piece: bytes = b"x") -> Behaviour:
    """Answers a byte at a time, for ever: each read succeeds, the whole never ends."""

    def behave(connection: socket.socket, request: str, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.wait(0.02):
            connection.sendall(piece)

    return behave


def flood(head: bytes, piece: bytes = b"x" * 65536) -> Behaviour:
    """Answers as much as is taken."""

    def behave(connection: socket.socket, request: str, over: threading.Event) -> None:
        connection.sendall(head)
        while not over.is_set():
            connection.sendall(piece)

    return behave


class LocalServer:
    """Listens on this machine; ``behaviour`` may be changed while it runs, ``requests`` are what it was asked."""

    def __init__(
        self,
        behaviour: Behaviour | None = None,
        certificate: tuple[str, str] | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.host = host
        self.behaviour = behaviour or say(OK)
        self.requests: list[str] = []
        self.connections = 0
        self._over = threading.Event()
        self._tls = None
        if certificate:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(*certificate)
        self._listener = socket.create_server((host, port))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}/"

    def close(self) -> None:
        """Nothing listens on its port any more."""
        self._over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            request = b""
            while b"\r\n\r\n" not in request:
                piece = connection.recv(4096)
                if not piece or not (request + piece)[:1].isalpha():
                    return  # gone, or no HTTP
                request += piece
            self.requests.append(request.decode("latin-1"))
            self.behaviour(connection, request.decode("latin-1"), self._over)
            connection.close()


@contextlib.contextmanager
def certificate(name: str = "other.example") -> Iterator[tuple[str, str]]:
    """Files of a certificate that nobody signed but itself, for ``name``: certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    try:
        alternative: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .sign(key, hashes.SHA256())
    )
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder, "cert.pem"), Path(folder, "key.pem")
        paths[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        paths[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
        )
        yield str(paths[0]), str(paths[1])
