"""Calls that carry a secret are not written into the server's log (B-9, S-6)."""

import logging
from collections.abc import Iterable

#: What stands in the log instead of the arguments.
LEFT_OUT = "(left out: a secret is among them)"


class QuietCalls(logging.Filter):
    """For the logger that writes down every call with its arguments (``--log-level=debug``): a call in which one of the
    given names of fields occurs is logged without its arguments."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self.names = frozenset(names)

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true: the call itself is told."""
        if isinstance(record.args, tuple):
            record.args = tuple(LEFT_OUT if self._is_told(value) else value for value in record.args)
        return True

    def _is_told(self, value: object) -> bool:
        # Odoo hands over its arguments as an object that turns into words only when the line is written
        if isinstance(value, str | int | float | bool | None):
            text = value if isinstance(value, str) else ""
        elif hasattr(value, "args") and hasattr(value, "kwargs"):
            text = str(value)
        else:
            return False
        return any(name in text for name in self.names)
