"""Collect what Odoo's own loader collects, so that both runners agree; keep the workers of pytest-xdist apart.

pytest also collects test classes that a module merely imports, and test methods that a class inherits; Odoo's loader
takes only the methods that a class defines itself, unless it says `allow_inherited_tests_method = True`.
Classes tagged `-standard` (benches) run only when their file is named on the command line.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def _own_filestore(original_db_name: str, db_name: str) -> Iterator[None]:
    """Each worker has files of its own, as it has a database of its own.

    pytest-odoo lets them share one folder: what one worker cleans up, because its own database does not know it, is
    then missing to the other.
    """
    import odoo.tools  # not before pytest-odoo has configured it

    original, own = (Path(odoo.tools.config["data_dir"], "filestore", name) for name in (original_db_name, db_name))
    if original == own:
        yield
        return
    shutil.rmtree(own, ignore_errors=True)
    if original.is_dir():
        # links: Odoo adds and removes files of a store, and changes none
        shutil.copytree(original, own, copy_function=os.link)
    try:
        yield
    finally:
        shutil.rmtree(own, ignore_errors=True)


def pytest_configure(config: pytest.Config) -> None:
    import pytest_odoo  # here, so that pytest has rewritten its assertions
    from hypothesis import HealthCheck, settings

    # how fast a busy machine makes examples says nothing about what is tested
    settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("desk")
    pytest_odoo._shared_filestore = _own_filestore


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
