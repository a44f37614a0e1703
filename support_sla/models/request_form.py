"""Which fields of a ticket a provider may ask its customers for."""

from collections.abc import Mapping

from odoo.fields import Field

#: The question that is answered by a file, not by a field.
FILES = "files"
#: A question whose answer is a secret: given, replaced, never shown again (B-9). Its field says so with the parameter
#: ``support_secret=True``; it keeps nothing itself, what is written to it is taken away by its inverse.
SECRET = "secret"  # noqa: S105
#: Types of answers that a form can take.
TYPES = frozenset({"char", "text", "selection", "integer", "boolean", "datetime"})
#: What the helpdesk keeps for itself, or asks everybody anyway.
NOT_ASKED = frozenset(
    {
        "active",
        "assigned_date",
        "closed_date",
        "color",
        "create_date",
        "kanban_state",
        "last_stage_update",
        "name",
        "number",
        "partner_email",
        "partner_name",
        "priority",
        "sequence",
        "write_date",
    }
)


def askable(fields: Mapping[str, Field]) -> list[str]:
    """Names of those ``fields`` of helpdesk.ticket that may be asked for on a form: stored, open to whoever reads the
    ticket, and written by people; and secrets."""
    return [
        name
        for name, field in fields.items()
        if is_secret(field)
        or (
            field.type in TYPES
            and field.store
            and not field.readonly
            and not field.related
            and not field.groups
            and name not in NOT_ASKED
        )
    ]


def is_secret(field: Field) -> bool:
    """Whether what is written to ``field`` is a secret, which nobody reads there."""
    return bool(getattr(field, "support_secret", False))
