"""Collect what Odoo's own loader collects, so that both runners agree.

pytest also collects test classes that a module merely imports, and test methods that a class inherits; Odoo's loader
takes only the methods that a class defines itself, unless it says `allow_inherited_tests_method = True`.
Classes tagged `-standard` (benches) run only when their file is named on the command line.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def _wanted(item: pytest.Item, named: set[Path]) -> bool:
    cls = getattr(item, "cls", None)
    tags = getattr(cls, "test_tags", None)
    if cls is None or tags is None:
        return True  # no Odoo test
    if cls.__module__ != item.module.__name__:  # type: ignore[attr-defined]
        return False
    if "standard" not in tags and item.path not in named:
        return False
    method = getattr(item, "originalname", None) or item.name
    return method in cls.__dict__ or bool(getattr(cls, "allow_inherited_tests_method", False))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    named = {Path(os.path.abspath(argument.split("::")[0])) for argument in config.args}
    wanted = [item for item in items if _wanted(item, named)]
    if len(wanted) < len(items):
        keep = set(map(id, wanted))
        config.hook.pytest_deselected(items=[item for item in items if id(item) not in keep])
        items[:] = wanted
