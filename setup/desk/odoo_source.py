"""Where Odoo 19 comes from: the one that the user names, one that Python can import, else Debian's package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .places import CACHE, clean_environment, only_one
from .say import Trouble, note, step

SERIES = "19.0"
# Debian strips these files out of odoo-19 and links to them; unpacked into the same tree the links are whole.
# From bookworm: later suites have a Font Awesome 7 without the files that Odoo's icons need (4.7).
LINKED_SUITE = "bookworm"
LINKED_PACKAGES = (
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)


@dataclass(frozen=True)
class OdooSource:
    """`python_path` is what makes `import odoo` work; `addons` are the folders with Odoo's own addons."""

    python_path: Path
    addons: tuple[Path, ...]
    debian: bool = False

    def lacks(self, path: str) -> bool:
        """Whether a file of the stock addons is missing, as in Debian's package."""
        return not any((folder / path).exists() for folder in self.addons)


def _release(package: Path) -> str:
    try:
        text = (package / "release.py").read_text()
    except OSError:
        return ""
    match = re.search(r"^version_info\s*=\s*\((\d+),\s*(\d+)", text, re.MULTILINE)
    return f"{match[1]}.{match[2]}" if match else ""


def _source(python_path: Path, **kwargs: bool) -> OdooSource:
    folders = (python_path / "odoo" / "addons", python_path / "addons")
    return OdooSource(python_path, tuple(f for f in folders if (f / "base").is_dir() or (f / "web").is_dir()), **kwargs)


def _named(text: str) -> OdooSource:
    path = Path(text).expanduser().absolute()
    candidates = [path, path.parent, path / "usr/lib/python3/dist-packages"]
    for candidate in candidates:
        if _release(candidate / "odoo") == SERIES:
            return _source(candidate)
    found = next(filter(None, (_release(c / "odoo") for c in candidates)), "no odoo/release.py")
    raise Trouble(
        f"ODOO_PATH={text} is not an Odoo {SERIES} ({found})",
        "name the folder that contains the Python package odoo/ (a source tree or a site-packages folder)",
    )


def _importable() -> OdooSource | None:
    code = "import odoo.release, os; print(os.path.dirname(os.path.dirname(os.path.abspath(odoo.release.__file__))))"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd="/", env=clean_environment(), check=False
    )
    if found.returncode == 0 and _release(Path(found.stdout.strip()) / "odoo") == SERIES:
        return _source(Path(found.stdout.strip()))
    return None


def _debian_mirror() -> tuple[str, str]:
    """The mirror of this machine's own apt sources, and the signed-by option for it."""
    entries: list[tuple[str, str, str]] = []  # address, suites, keyring
    for file in sorted(Path("/etc/apt").glob("sources.list.d/*.sources")):
        for stanza in re.split(r"\n\s*\n", file.read_text()):
            fields = dict(re.findall(r"^([A-Za-z-]+):[ \t]*(.*)$", stanza, re.MULTILINE))
            if "deb" in fields.get("Types", "").split() and fields.get("Enabled", "yes") != "no":
                entries += [
                    (address, fields.get("Suites", ""), fields.get("Signed-By", ""))
                    for address in fields.get("URIs", "").split()
                ]
    for file in [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt").glob("sources.list.d/*.list"))]:
        if file.is_file():
            for line in re.findall(r"^\s*deb\s+(.*)$", file.read_text(), re.MULTILINE):
                options = re.match(r"\[(.*?)\]\s*", line)
                words = line[options.end() if options else 0 :].split()
                signed = re.search(r"signed-by=(\S+)", options[1]) if options else None
                if len(words) >= 2:
                    entries.append((words[0], words[1], signed[1] if signed else ""))
    for address, suites, keyring in entries:
        name = address.rstrip("/").rsplit("/", 1)[-1]
        if name == "debian" and "security" not in suites:
            if not keyring and Path("/usr/share/keyrings/debian-archive-keyring.gpg").exists():
                keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
            return address, keyring
    raise Trouble(
        "no Odoo 19 given or importable, and no Debian mirror among this machine's apt sources",
        "get Odoo 19 (source tree, pip or container) and name it: ODOO_PATH=/path/to/odoo ./setup/run",
    )


def _debian() -> OdooSource:
    """Download Debian's package by apt (which checks its signature) and unpack it into the cache, without root."""
    tree = CACHE / "odoo-debian"
    with only_one(CACHE / "odoo-debian.lock", "getting Odoo"):
        if not (tree / ".complete").exists():
            _unpack_debian(tree)
    return _source(tree / "usr/lib/python3/dist-packages", debian=True)


def _unpack_debian(tree: Path) -> None:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise Trouble(
            "no Odoo 19 given or importable, and this is no Debian to download it from",
            "get Odoo 19 (source tree, pip or container) and name it: ODOO_PATH=/path/to/odoo ./setup/run",
        )
    mirror, keyring = _debian_mirror()
    step(f"downloading Odoo {SERIES} (Debian's package odoo-19, 123 MB) into {CACHE}")
    apt_folder = CACHE / "apt"
    downloads = apt_folder / "downloads"
    for folder in (apt_folder / "lists/partial", apt_folder / "cache/archives/partial", downloads):
        folder.mkdir(parents=True, exist_ok=True)
    sources = apt_folder / "unstable.list"
    signed = f"[signed-by={keyring}] " if keyring else ""
    sources.write_text("".join(f"deb {signed}{mirror} {suite} main\n" for suite in ("unstable", LINKED_SUITE)))
    settings = {
        "Dir::Etc::sourcelist": str(sources),
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::State::Lists": str(apt_folder / "lists"),
        "Dir::Cache": str(apt_folder / "cache"),
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        # the cache may be in a folder that apt's own account cannot enter
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", *(word for name, value in settings.items() for word in ("-o", f"{name}={value}"))]
    subprocess.run([*apt, "update", "-q"], check=False)
    if subprocess.run([*apt, "download", "-q", "odoo-19"], cwd=downloads, check=False).returncode:
        raise Trouble(
            f"apt-get could not download odoo-19 from {mirror} (unstable), see above",
            "check the network and start again (what was downloaded is kept), or name an Odoo 19: ODOO_PATH=…",
        )
    packages = [max(downloads.glob("odoo-19_*.deb"), key=os.path.getmtime)]
    linked = apt_folder / "linked"
    shutil.rmtree(linked, ignore_errors=True)
    linked.mkdir()
    names = [f"{name}/{LINKED_SUITE}" for name in LINKED_PACKAGES]
    if subprocess.run([*apt, "download", "-q", *names], cwd=linked, check=False).returncode:
        note(f"fonts and icons could not be had from {LINKED_SUITE}, see above; going on without")
    packages += sorted(linked.glob("*.deb"))
    unpacked = tree.with_name(tree.name + ".part")
    shutil.rmtree(unpacked, ignore_errors=True)
    shutil.rmtree(tree, ignore_errors=True)
    note("unpacking")
    for package in packages:
        if subprocess.run(["dpkg-deb", "-x", str(package), str(unpacked)], check=False).returncode:
            package.unlink()
            raise Trouble(
                f"{package.name} cannot be unpacked", "start again: it is downloaded anew; check the disk space"
            )
    (unpacked / ".complete").write_text("\n".join(package.name for package in packages) + "\n")
    unpacked.rename(tree)
    shutil.rmtree(downloads)
    shutil.rmtree(linked)


def find_odoo() -> OdooSource:
    """Odoo 19, in the order: given, importable, Debian's."""
    named = os.environ.get("ODOO_PATH")
    if named:
        return _named(named)
    return _importable() or _debian()
