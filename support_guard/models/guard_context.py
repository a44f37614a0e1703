"""What our addons tell themselves in the context, out of reach of whoever calls from outside (S-1).

A client sends a context with its calls: JSON, and through XML-RPC moments too. With plain values an agent
could backdate a fact (``support_now``), or keep the confirmation of receipt from a customer
(``guard_automatic``).
"""

from dataclasses import dataclass
from typing import Any

from odoo.http import request


@dataclass(frozen=True, slots=True)
class Inside:
    """A value that no client can send."""

    value: Any


def inside(**values: Any) -> dict[str, Inside]:
    """``values`` for ``with_context``, wherever the call may come from."""
    return {name: Inside(value) for name, value in values.items()}


def given(env, name: str) -> Any:
    """The value of ``name`` in the context, or None.

    Plain values count only where no request is being served: in scheduled actions, scripts and tests.
    """
    value = env.context.get(name)
    if isinstance(value, Inside):
        return value.value
    return None if request else value
