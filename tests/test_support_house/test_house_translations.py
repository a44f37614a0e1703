"""Every addon is translated: the template is what Odoo exports now, Spanish and Russian lack nothing."""

from __future__ import annotations

import io
import re

import polib
import pytest
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name
from odoo.tools.translate import trans_export

from house import ROOT, addons

LANGUAGES = ("es", "ru")
#: further ones that customers read, and in whose addons' pages and messages (D-3)
CUSTOMERS_LANGUAGES = ("de", "pt_BR")
CUSTOMERS_ADDONS = ("dialog360_support", "support_guard", "support_problem", "support_reports", "support_sla")
WRITE = "to write it: ./setup/odoo i18n export -d support_test_template {0} (template), then translate the .po files"


def _exported(name: str) -> set[tuple[str | None, str]]:
    """What Odoo's own export says there is to translate in an addon."""
    with Registry(get_db_name()).cursor() as cr:
        buffer = io.BytesIO()
        if Environment(cr, SUPERUSER_ID, {})["ir.module.module"].search([("name", "=", name)]).state != "installed":
            pytest.skip(f"{name} is not installed in this test database")
        if trans_export(None, [name], buffer, "po", Environment(cr, SUPERUSER_ID, {})) is False:
            return set()
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(buffer.getvalue().decode())}


@pytest.mark.parametrize("name", addons())
def test_template_is_what_odoo_exports(name: str) -> None:
    """i18n/<addon>.pot has every term that Odoo exports, and no other."""
    wanted = _exported(name)
    file = addons()[name].folder / "i18n" / f"{name}.pot"
    assert file.exists() or not wanted, f"{file.relative_to(ROOT)} is missing; {WRITE.format(name)}"
    there = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(file))} if file.exists() else set()
    assert there == wanted, (
        f"{file.relative_to(ROOT)}: {len(wanted - there)} terms missing, {len(there - wanted)} gone: "
        f"{sorted(term for _ctx, term in wanted ^ there)[:10]}; {WRITE.format(name)}"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", addons())
def test_language_is_complete(name: str, language: str) -> None:
    """i18n/<language>.po translates every exported term; nothing is empty or fuzzy."""
    wanted = _exported(name)
    file = addons()[name].folder / "i18n" / f"{language}.po"
    assert file.exists() or not wanted, f"{file.relative_to(ROOT)} is missing"
    entries = polib.pofile(str(file)) if file.exists() else []
    done = {
        (entry.msgctxt, entry.msgid) for entry in entries if entry.msgstr and not entry.fuzzy and not entry.obsolete
    }
    missing = sorted(term for _ctx, term in wanted - done)
    assert not missing, f"{file.relative_to(ROOT)} lacks {len(missing)} of {len(wanted)}: {missing[:10]}"


def _customers_templates(name: str) -> set[str]:
    """External ids of the templates that an addon makes pages and messages for customers of."""
    folder = addons()[name].folder
    files = [*folder.glob("data/*templates.xml"), *folder.glob("views/*templates.xml")]
    files = [file for file in files if "health" not in file.name]  # the page of whoever runs the desk
    found = {match for file in files for match in re.findall(r'<template\s+id="([\w.]+)"', file.read_text())}
    return {f"{name}.{template}" for template in found}


@pytest.mark.parametrize("language", CUSTOMERS_LANGUAGES)
@pytest.mark.parametrize("name", CUSTOMERS_ADDONS)
def test_customers_read_it(name: str, language: str) -> None:
    """D-3: pages and messages for customers are there in the further languages too."""
    templates = _customers_templates(name)
    folder = addons()[name].folder / "i18n"
    wanted = {
        entry.msgid
        for entry in polib.pofile(str(folder / f"{name}.pot"))
        if any(place.partition("arch_db:")[2] in templates for place, _line in entry.occurrences)
    }
    assert wanted or not templates
    done = {entry.msgid for entry in polib.pofile(str(folder / f"{language}.po")) if entry.translated()}
    assert not wanted - done, f"{name}/i18n/{language}.po lacks {sorted(wanted - done)[:10]}"
