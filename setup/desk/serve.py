"""The desk in the background: started, found again, stopped."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import addons
from .databases import Databases, write_configuration
from .environment import Environment
from .places import DATA, SETUP
from .postgres import share
from .say import Trouble, note, step

DATABASE = "support_demo"
LANGUAGES = "de_DE,es_ES,pt_BR,ru_RU"
STATE = DATA / "run.json"
LOG = DATA / "log" / "desk.log"
MAILS = DATA / "mail"
LOGINS = SETUP / "addons" / "support_demo" / "logins.txt"


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _start_of(pid: int) -> str:
    """When a process began, so that a number given to another process is not taken for ours."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""


def _alive(process: dict[str, object]) -> bool:
    pid = process.get("pid")
    return isinstance(pid, int) and bool(process.get("start")) and _start_of(pid) == process["start"]


def _state() -> dict[str, dict[str, object]]:
    try:
        found = json.loads(STATE.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def stop_desk() -> None:
    """End what run_desk started."""
    state = _state()
    living = [process for process in state.values() if _alive(process)]
    for process in living:
        os.kill(int(str(process["pid"])), signal.SIGTERM)
    deadline = time.monotonic() + 20
    while any(_alive(process) for process in living):
        if time.monotonic() > deadline:
            for process in filter(_alive, living):
                os.kill(int(str(process["pid"])), signal.SIGKILL)
        time.sleep(0.1)
    with contextlib.suppress(FileNotFoundError):
        STATE.unlink()
    step("the desk is stopped" if living else "the desk of this checkout was not running")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/login", timeout=10) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _listener(port: int) -> str:
    """The process that listens on a port, as far as this account may see."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for line in Path(table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == port:
                    inodes.add(f"socket:[{fields[9]}]")
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(os.readlink(entry) in inodes for entry in (folder / "fd").iterdir()):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                return f"process {folder.name}: {command[:150]}"
    return "a process of another account"


def _port_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _print_address(port: int) -> None:
    print(f"\n  The desk is at http://127.0.0.1:{port}\n", flush=True)
    if LOGINS.exists():
        for line in LOGINS.read_text().rstrip().splitlines():
            print(f"  {line}")
    else:
        print("  login admin, password admin")
    print(f"\n  Mail it sends is kept in {MAILS}")
    print(f"  Log: {LOG}\n  Stop: ./setup/run --stop", flush=True)


def _spawn(command: list[str], variables: dict[str, str], log: Path) -> dict[str, object]:
    log.parent.mkdir(parents=True, exist_ok=True)
    # the private PostgreSQL runs as long as somebody has this open; nobody else does
    user = share()
    with open(log, "a") as output:
        process = subprocess.Popen(
            command,
            env=variables,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(user,),
        )
    os.close(user)
    return {"pid": process.pid, "start": _start_of(process.pid)}


def run_desk(env: Environment, databases: Databases, port: int, fresh: bool) -> int:
    """Bring the demonstration database up to date, start the server and wait until it answers."""
    wanted = addons.for_demonstration(env.source)
    state = _state()
    running = state.get("odoo", {})
    current = not fresh and databases.changes(DATABASE, wanted) == ([], [])
    if _alive(running):
        if current and running.get("port") == port and _answers(port):
            step("already running")
            _print_address(port)
            return 0
        stop_desk()
    if _port_taken(port):
        raise Trouble(
            f"port {port} is taken by {_listener(port)}", f"stop it, or take another: ./setup/run --port {port + 1}"
        )
    if not current:
        databases.ensure(DATABASE, wanted, anew=fresh, languages=LANGUAGES, keep=True)
    smtp_port = free_port()
    configuration = write_configuration(
        DATA / "run.conf",
        env,
        databases.server,
        {
            "db_name": DATABASE,
            "dbfilter": f"^{re.escape(DATABASE)}$",
            "http_port": str(port),
            "gevent_port": str(free_port()),
            "max_cron_threads": "2",
            "smtp_server": "127.0.0.1",
            "smtp_port": str(smtp_port),
        },
    )
    step("starting the desk")
    variables = env.variables()
    # no mail leaves a demonstration: all of it goes into a folder
    catcher = [str(env.python), "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{smtp_port}"]
    MAILS.parent.mkdir(parents=True, exist_ok=True)
    state = {
        "mail": _spawn([*catcher, "-c", "aiosmtpd.handlers.Mailbox", str(MAILS)], variables, DATA / "log/mail.log"),
        "odoo": {**_spawn([str(env.odoo), "-c", str(configuration)], variables, LOG), "port": port},
    }
    STATE.write_text(json.dumps(state))
    deadline = time.monotonic() + 300
    while not _answers(port):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        if not _alive(state["odoo"]) or time.monotonic() > deadline:
            for line in LOG.read_text(errors="replace").splitlines()[-15:]:
                note(line)
            stop_desk()
            raise Trouble("the desk does not answer", f"see above and {LOG}")
        time.sleep(0.3)
    _print_address(port)
    return 0
