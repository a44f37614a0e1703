"""A wall clock that a test may set, for a server process of its own.

A journey of an hour and a half within opening hours cannot be waited for, least of all on a Saturday night. The facts
must not be moved back afterwards: facts are the truth. So the *clock on the wall* of the server is another one: the
file named by SUPPORT_CLOCK_FILE holds the seconds between it and the machine's. All that the engine knows of the
time comes from ``fields.Datetime.now`` (docs/adr/0005-what-now-is.md); nothing else of it is touched, and everything
that happens is recorded, due, swept and escalated as it would be at that hour. A clock in the *past* lets
PostgreSQL's own clock, which decides when scheduled actions run, find them due at every look.

Without that variable in its environment nothing happens.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from odoo import fields


def follow_the_wall_clock() -> None:
    """Hook ``post_load``: let this process follow the file, if it is told of one."""
    name = os.environ.get("SUPPORT_CLOCK_FILE")
    if not name:
        return
    file = Path(name)

    def now(*_args: object) -> datetime:
        return datetime.utcnow().replace(microsecond=0) + timedelta(seconds=int(file.read_text()))

    fields.Datetime.now = staticmethod(now)  # type: ignore[method-assign]
