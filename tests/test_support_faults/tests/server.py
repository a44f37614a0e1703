"""Real databases, server processes and a mail server, for tests that no test cursor can hold.

Everything is cleaned up when the process that made it ends, however it ends. Nothing here sleeps to be in time:
:func:`wait_until` polls a condition and fails with what it waited for.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import textwrap
import time
import xmlrpc.client
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

import psycopg2
import requests
from aiosmtpd.controller import Controller
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

Found = TypeVar("Found")
#: A busy machine is slow, not wrong: only what never comes fails.
PATIENCE = float(os.environ.get("SUPPORT_PATIENCE", "180"))


def needed(name: str) -> str:
    """A variable that ./setup/test sets; a test that cannot run has failed."""
    value = os.environ.get(name)
    if not value:
        raise AssertionError(f"{name} is not set: run the tests with ./setup/test")
    return value


def wait_until(condition: Callable[[], Found], what: str, limit: float = PATIENCE, poll: float = 0.1) -> Found:
    """The first true answer of ``condition``, asked again and again.

    :param what: what is waited for, for the failure
    """
    end = time.monotonic() + limit
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {limit:.0f} s in vain for: {what}")
        time.sleep(poll)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Database:
    """A database of its own, copied from a template that nobody is connected to, attachments included."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files = Path(needed("SUPPORT_FILESTORE"))
        self._connection: Any = None
        atexit.register(self.drop)

    @staticmethod
    def administer(*statements: str) -> None:
        connection = psycopg2.connect(dbname="postgres")
        try:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()

    def copy_from(self, template: str) -> None:
        """Make it anew as a copy of ``template``; whoever is connected to it is thrown out."""
        self.drop()
        self.administer(f'CREATE DATABASE "{self.name}" TEMPLATE "{template}"')
        if (self.files / template).is_dir():
            shutil.copytree(self.files / template, self.files / self.name)

    def drop(self) -> None:
        self.disconnect()
        self.administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        shutil.rmtree(self.files / self.name, ignore_errors=True)

    def disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def connect(self) -> Any:
        """A connection of the caller's own, to hold locks with."""
        return psycopg2.connect(dbname=self.name)

    def sql(self, query: str, *parameters: Any) -> list[tuple]:
        """Rows of a query (none for other statements), committed at once."""
        if self._connection is None:
            self._connection = self.connect()
            self._connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with self._connection.cursor() as cursor:
            cursor.execute(query, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def value(self, query: str, *parameters: Any) -> Any:
        """The one value of a query."""
        return self.sql(query, *parameters)[0][0]


class Mail:
    """A mail as the server on the loopback received it."""

    def __init__(self, sender: str, recipients: Sequence[str], content: bytes) -> None:
        self.sender = sender
        self.recipients = tuple(recipients)
        self.content = content
        parsed = message_from_bytes(content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.message = parsed
        self.id = re.sub(r"\s", "", str(parsed["Message-Id"]))
        self.subject = str(parsed["Subject"])

    @property
    def text(self) -> str:
        part = self.message.get_body(("plain", "html"))
        return part.get_content() if part else ""


class MailServer:
    """A real SMTP server on the loopback that keeps what it is given; it can be stopped and started again."""

    def __init__(self, on_mail: Callable[[Mail], None] | None = None) -> None:
        self.port = free_port()
        self.mails: list[Mail] = []
        self._on_mail = on_mail
        self._controller: Controller | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = Mail(envelope.mail_from, envelope.rcpt_tos, envelope.content)
        self.mails.append(mail)
        if self._on_mail:
            self._on_mail(mail)
        return "250 kept"

    def start(self) -> MailServer:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()
            self._controller = None

    @property
    def running(self) -> bool:
        return self._controller is not None

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if address in mail.recipients]

    def copies(self) -> Counter[tuple[str, tuple[str, ...]]]:
        """How often each mail (Message-Id and recipients) arrived."""
        return Counter((mail.id, mail.recipients) for mail in self.mails)


class Server:
    """A real Odoo server process on one database."""

    def __init__(
        self,
        database: str,
        *,
        crons: int = 0,
        smtp: int | None = None,
        options: Sequence[str] = (),
        prefix: Sequence[str] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.database = database
        self.port = free_port()
        self.log = Path(tempfile.mkstemp(prefix=f"{database}-", suffix=".log")[1])
        self.command = [
            *prefix,
            needed("SUPPORT_ODOO_BIN"),
            "--config",
            needed("SUPPORT_ODOO_CONF"),
            "--database",
            database,
            "--db-filter",
            f"^{database}$",
            "--http-interface",
            "127.0.0.1",
            "--http-port",
            str(self.port),
            "--gevent-port",
            str(free_port()),
            "--max-cron-threads",
            str(crons),
            *(("--smtp", "127.0.0.1", "--smtp-port", str(smtp)) if smtp else ()),
            *options,
        ]
        self.variables = {**os.environ, **(variables or {})}
        self.process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def launch(self) -> Server:
        """Start it, without waiting; its processes make a group of their own."""
        with open(self.log, "ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.variables,
                start_new_session=True,
            )
        return self

    def answers(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended: {self.tail()}")
        try:
            return requests.get(f"{self.url}/web/health", timeout=10).status_code == 200
        except requests.RequestException:
            return False

    def start(self) -> Server:
        """Start it and wait until it answers."""
        self.launch()
        wait_until(self.answers, f"an answer of the server on {self.database}: {self.tail()}")
        return self

    def wake_crons(self) -> None:
        """What ``ir.cron`` itself does when something is triggered; without it a new server waits a minute."""
        Database.administer(f"NOTIFY cron_trigger, '{self.database}'")

    def kill(self) -> None:
        """``kill -9`` to all of its processes."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def close(self) -> None:
        self.kill()
        with contextlib.suppress(FileNotFoundError):
            self.log.unlink()

    def read_log(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def tail(self, lines: int = 25) -> str:
        return "\n".join(self.read_log().splitlines()[-lines:])

    def errors(self) -> list[str]:
        """Lines of its log at level ERROR or worse."""
        return [line for line in self.read_log().splitlines() if re.search(r" (ERROR|CRITICAL) ", line)]


class Client:
    """A person at the web client: session cookie, JSON-RPC, as the browser does it."""

    def __init__(self, server: Server, login: str, password: str) -> None:
        self.server = server
        self.session = requests.Session()
        answer = self._post("/web/session/authenticate", {"db": server.database, "login": login, "password": password})
        self.uid: int = answer["uid"]

    def _post(self, path: str, parameters: Mapping[str, Any]) -> Any:
        reply = self.session.post(
            self.server.url + path, json={"jsonrpc": "2.0", "method": "call", "params": parameters}, timeout=PATIENCE
        )
        reply.raise_for_status()
        answer = reply.json()
        if "error" in answer:
            data = answer["error"].get("data") or {}
            raise ClientError(f"{data.get('name')}: {data.get('message')}\n{data.get('debug', '')[-1500:]}")
        return answer.get("result")

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )


class ClientError(Exception):
    """What the server answered instead of a result."""


def call_xmlrpc(server: Server, uid: int, password: str, model: str, method: str, *args: Any) -> Any:
    """A call as Odoo's mail gateway script makes it."""
    proxy = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object")
    return proxy.execute_kw(server.database, uid, password, model, method, args)


class Worker:
    """A process that a :class:`Workshop` made."""

    def __init__(self, pid: int, answer: Path) -> None:
        self.pid = pid
        self._answer = answer

    def alive(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """``kill -9``, and wait until it is gone."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        wait_until(lambda: not self.alive(), f"the end of process {self.pid}", poll=0.01)

    def wait(self, limit: float = PATIENCE) -> Any:
        """Wait for its end; what its script left in ``result``, None if it was killed."""
        wait_until(lambda: not self.alive(), f"the end of process {self.pid}", limit, poll=0.02)
        if not self._answer.exists():
            return None
        answer = json.loads(self._answer.read_text())
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["result"]

    @property
    def finished(self) -> bool:
        """Came to its end, not killed."""
        return self._answer.exists()


_WORKSHOP = """
import json, os, signal, socket, sys, traceback
import odoo.sql_db
channel = socket.socket(fileno={descriptor})
registry, dbname = env.registry, env.cr.dbname
env.transaction.reset()
env.cr.rollback()
env.cr.close()
odoo.sql_db.close_all()
# a child that ended is gone, not a zombie
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
stream = channel.makefile("rw")
stream.write("ready\\n")
stream.flush()
for line in stream:
    order = json.loads(line)
    pid = os.fork()
    if pid:
        stream.write(f"{{pid}}\\n")
        stream.flush()
        continue
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code = 0
    try:
        with registry.cursor() as cursor:
            names = {{
                "odoo": odoo,
                "env": odoo.api.Environment(cursor, odoo.SUPERUSER_ID, {{"lang": "en_US", "tz": "UTC"}}),
                "given": order["given"],
                "result": None,
            }}
            exec(compile(order["code"], "<worker>", "exec"), names)
            cursor.commit()
        answer = {{"result": names["result"]}}
    except BaseException:
        answer = {{"error": traceback.format_exc()}}
    with open(order["answer"] + ".new", "w") as file:
        json.dump(answer, file, default=str)
    os.rename(order["answer"] + ".new", order["answer"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
os._exit(0)
"""


class Workshop:
    """An ``odoo shell`` that has loaded a database and makes worker processes of itself, as Odoo's own
    multi-process server does: each has its own connection and can be killed without the others.

    The database may be dropped and copied anew in between: no process is connected while none works.
    """

    def __init__(self, database: Database, smtp: int | None = None) -> None:
        self.database = database
        self.folder = Path(tempfile.mkdtemp(prefix=f"{database.name}-"))
        self.log = self.folder / "log"
        self._number = 0
        ours, theirs = socket.socketpair()
        script = self.folder / "workshop.py"
        script.write_text(_WORKSHOP.format(descriptor=theirs.fileno()))
        with open(self.log, "ab") as output:
            # not our own child: Odoo's test classes end those when they are through
            starter = subprocess.Popen(
                [
                    "/bin/sh",
                    "-c",
                    '"$@" <"$0" &',
                    str(script),
                    needed("SUPPORT_ODOO_BIN"),
                    "shell",
                    "--config",
                    needed("SUPPORT_ODOO_CONF"),
                    "--database",
                    database.name,
                    "--no-http",
                    *(("--smtp", "127.0.0.1", "--smtp-port", str(smtp)) if smtp else ()),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        atexit.register(self.close)
        self.group = starter.pid
        starter.wait()
        theirs.close()
        ours.settimeout(PATIENCE)
        self._channel = ours
        self._stream = ours.makefile("rw")
        if self._read() != "ready":
            raise AssertionError(f"no workshop: {self.log.read_text(errors='replace')[-3000:]}")

    def _read(self) -> str:
        return self._stream.readline().strip()

    def work(self, code: str, **given: Any) -> Worker:
        """A process that runs ``code`` with ``env`` (superuser), ``odoo`` and ``given``, and commits at its end."""
        self._number += 1
        answer = self.folder / f"{self._number}.json"
        self._stream.write(
            json.dumps({"code": textwrap.dedent(code), "given": given, "answer": str(answer)}, default=str) + "\n"
        )
        self._stream.flush()
        return Worker(int(self._read()), answer)

    def run(self, code: str, **given: Any) -> Any:
        """Run ``code`` to its end; what it left in ``result``."""
        return self.work(code, **given).wait()

    def read_log(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._stream.close()
        self._channel.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def running(*servers: Server) -> Iterator[None]:
    """Servers that answer, gone afterwards."""
    try:
        for server in servers:
            server.launch()
        for server in servers:
            wait_until(server.answers, f"an answer of the server on {server.database}")
        yield
    finally:
        for server in servers:
            server.close()
