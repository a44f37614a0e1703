"""Odoo's own lint tests (test_lint), told of our addons only: the stock's findings are not ours."""

from __future__ import annotations

import contextlib
import importlib
import logging
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules import Manifest
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

from house import all_addons

OURS = set(all_addons())
PACKAGE = "odoo.addons.test_lint.tests"


class _Reports:
    """Stands in for the test case's own reporting: keeps what fails in a sub-test instead of ending there."""

    def __init__(self) -> None:
        self.failures: list[tuple[dict[str, Any], str]] = []

    @contextlib.contextmanager
    def sub_test(self, *_args: object, **parameters: Any) -> Iterator[None]:
        try:
            yield
        except (AssertionError, TypeError) as error:
            self.failures.append((parameters, str(error)))


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _run(module: str, cls: str, method: str) -> tuple[list[tuple[dict[str, Any], str]], list[str], str]:
    """Run one test of test_lint over our addons: failed sub-tests, warnings, its own failure."""
    test_module = importlib.import_module(f"{PACKAGE}.{module}")
    case = getattr(test_module, cls)(method)
    reports, warnings, failure = _Reports(), _Warnings(), ""
    manifests = [manifest for manifest in Manifest.all_addon_manifests() if manifest.name in OURS]
    logger = logging.getLogger(test_module.__name__)
    logger.addHandler(warnings)
    level, logger.level = logger.level, logging.WARNING
    try:
        with (
            Registry(get_db_name()).cursor() as cr,
            patch.object(Manifest, "all_addon_manifests", return_value=manifests),
            patch.object(case, "subTest", reports.sub_test),
        ):
            case.env = Environment(cr, SUPERUSER_ID, {})
            if hasattr(test_module, "get_modules"):
                with patch.object(test_module, "get_modules", return_value=[m.name for m in manifests]):
                    getattr(case, method)()
            else:
                getattr(case, method)()
    except AssertionError as error:
        failure = str(error) or repr(error)
    finally:
        logger.removeHandler(warnings)
        logger.level = level
    return reports.failures, warnings.lines, failure


FILE_CHECKS = [
    ("test_manifests", "ManifestLinter", "test_manifests"),
    ("test_dunderinit", "TestDunderinit", "test_dunderinit"),
    ("test_orm_import", "TestDunderinit", "test_addons_orm_import"),
    ("test_onchange_domains", "TestOnchangeDomains", "test_forbid_domains_in_onchanges"),
    ("test_test_holes", "TestTestHoles", "test_check_tests"),
    ("test_pofile", "PotLinter", "test_pot_duplicate_entries"),
    ("test_jstranslate", "TestJsTranslations", "test_js_translations"),
    ("test_i18n", "TestI18n", "test_user_content_as_prop_is_translatable"),
]


@pytest.mark.parametrize(("module", "cls", "method"), FILE_CHECKS, ids=[check[2] for check in FILE_CHECKS])
def test_files(module: str, cls: str, method: str) -> None:
    """test_lint's checks of files, over our addons."""
    failures, warnings, failure = _run(module, cls, method)
    # tests of plain Python are collected by pytest alone: Odoo's loader has no business with them
    found = [line for line in failure.splitlines() if line.startswith("- ") and "Test file plain/" not in line]
    if failure and method == "test_check_tests" and not found:
        failure = ""
    assert not failures and not warnings and not failure, (failures, warnings, failure)


#: inverses that an index of several columns begins with: a second index would only cost
COVERED = {
    "support.clock.ticket_id",
    "support.event.ticket_id",
    "support.history.row.batch_id",
    "support.recompute.ticket.recompute_id",
}


def test_one2many_inverses_are_indexed() -> None:
    """Every stored inverse of a one2many field that one of our addons adds has an index."""
    _failures, _warnings, failure = _run("test_index", "TestIndex", "test_enforce_index_on_one2many_inverse")
    registry = Registry(get_db_name())
    ours = []
    for line in failure.splitlines():
        words = line.split(" (inverse of ")
        if len(words) != 2:
            continue
        fields = [word.strip(" )") for word in words]
        if fields[0] in COVERED:
            continue
        for name in fields:
            model, field = name.rsplit(".", 1)
            if model in registry and registry[model]._fields[field]._module in OURS:
                ours.append(line.strip())
                break
    assert not ours, "index these fields:\n" + "\n".join(ours)


def test_overrides_keep_the_signature() -> None:
    """A method of ours that overrides one keeps its parameters and decorators."""
    failures, _warnings, _failure = _run(
        "test_override_signatures", "TestLintOverrideSignatures", "test_lint_override_signature"
    )
    ours = [text for parameters, text in failures if parameters.get("module") in OURS]
    assert not ours, "\n\n".join(ours)


def test_public_methods_have_no_reserved_parameter() -> None:
    """No public method of ours has a parameter named ids or context: RPC uses these itself."""
    failures, _warnings, _failure = _run("test_naming", "TestNaming", "test_parameter_rpc_compatible")
    registry = Registry(get_db_name())
    ours = [
        f"{parameters['model']}.{parameters['method']}"
        for parameters, _text in failures
        if getattr(registry[parameters["model"]], parameters["method"]).__module__.split(".")[2:3]
        in [[n] for n in OURS]
    ]
    assert not ours, ours


def test_routes_are_not_repeated() -> None:
    """An inherited route of ours does not repeat the settings that it inherits."""
    _failures, warnings, failure = _run("test_routes", "RoutesLinter", "test_routes_definition")
    ours = [line for line in warnings if any(f"odoo.addons.{name}." in line for name in OURS)]
    assert not ours and not failure, (ours, failure)
