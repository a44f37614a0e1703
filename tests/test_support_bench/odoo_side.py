"""Odoo in this process: several databases side by side, so that their turns can be taken alternately."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import odoo.tools
from odoo import api
from odoo.modules.registry import Registry


def start(configuration: str) -> None:
    """Read the configuration; to be called once, before anything else of Odoo."""
    odoo.tools.config.parse_config(["-c", configuration, "--log-level=warn"], setup_logging=True)
    logging.getLogger("odoo.tests").setLevel(logging.ERROR)


@contextmanager
def environment(database: str) -> Iterator[api.Environment]:
    """An environment of the administrator in a transaction of its own, rolled back unless committed."""
    with Registry(database).cursor() as cr:
        yield api.Environment(cr, api.SUPERUSER_ID, {"lang": "en_US", "mail_create_nosubscribe": True})
        cr.rollback()
