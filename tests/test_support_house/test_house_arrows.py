"""Who may know whom: a forbidden arrow between addons fails here."""

from __future__ import annotations

import ast
import re

import pytest

from house import ROOT, addons

ENGINE = {"support_sla", "support_problem"}
PROVIDERS = {"judopay_priorities", "plastek_catalog", "bpmsoft_care", "openpyme_helpdesk_sla", "dialog360_support"}
# What each of our addons may know of the others. A new addon is added here, with a thought.
MAY_KNOW: dict[str, set[str]] = {
    "support_guard": set(),
    "support_sla": {"support_guard"},
    "support_problem": {"support_guard", "support_sla"},
    **{provider: {"support_guard", *ENGINE} for provider in PROVIDERS},
    "support_reports": {"support_guard", *ENGINE, *PROVIDERS},
}
EVERYBODY = set(MAY_KNOW)


@pytest.mark.parametrize("name", addons())
def test_addon_has_a_place_in_the_house(name: str) -> None:
    """The list of arrows says what every addon in the root may know."""
    assert name in MAY_KNOW, f"say in MAY_KNOW of {__file__} which of our addons {name} may know"


@pytest.mark.parametrize("name", addons())
def test_manifest_depends_on_allowed_addons_only(name: str) -> None:
    """The manifest's depends points only where an arrow is allowed."""
    forbidden = EVERYBODY.intersection(addons()[name].manifest["depends"]) - MAY_KNOW.get(name, set())
    assert not forbidden, f"{name} must not depend on {sorted(forbidden)}"


@pytest.mark.parametrize("name", addons())
def test_code_names_allowed_addons_only(name: str) -> None:
    """No import, external id, asset path or sentence of an addon names another that it must not know."""
    forbidden = EVERYBODY - MAY_KNOW.get(name, set()) - {name}
    if not forbidden:
        return
    pattern = re.compile(rf"\b({'|'.join(sorted(forbidden))})\b")
    found = [
        f"{file.relative_to(ROOT)}:{number}: {match[0]}"
        for file in addons()[name].files(".py", ".xml", ".csv", ".js", ".scss")
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if (match := pattern.search(line))
    ]
    assert not found, "forbidden arrows:\n" + "\n".join(found)


def _imports(source: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


def test_tools_know_nobody() -> None:
    """The engine's tools/ imports neither Odoo nor what is outside tools/."""
    folder = ROOT / "support_sla" / "tools"
    found = []
    for file in sorted(folder.rglob("*.py")):
        depth = len(file.relative_to(folder).parts)  # as many dots stay inside tools/
        for module in _imports(file.read_text()):
            outside = module.startswith("." * (depth + 1))
            if outside or module.split(".")[0] in ("odoo", "psycopg2", "werkzeug"):
                found.append(f"{file.relative_to(ROOT)}: {module}")
    assert not found, "tools/ must stay plain Python:\n" + "\n".join(found)
