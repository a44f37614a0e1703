"""What the engine tells itself in the context, out of reach of whoever calls from outside: see the guard."""

from odoo.addons.support_guard.models.guard_context import Inside, given, inside

__all__ = ["Inside", "given", "inside"]
