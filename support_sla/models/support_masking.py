"""Masking several values of one record at once (D-16): no model, so that it is imported in any order."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from ..tools.masking import Finding, mask, mask_html

#: types of fields that hold words
WORDS = ("char", "text", "html")
#: fields that hold no words of a person
LEFT_ALONE = frozenset({"access_token", "number", "partner_email", "email_cc", "guard_automatic_sender", "color"})
#: values of messages that are HTML
HTML = frozenset({"body", "body_html"})


def take_defaults(values: dict[str, Any], context: Mapping[str, Any], has_words: Callable[[str], object]) -> None:
    """Put words that the context gives beforehand (``default_<field>``) among ``values``, where they are masked.

    :param has_words: whether a field holds words of a person
    """
    for key, value in context.items():
        name = key.removeprefix("default_")
        if name != key and name not in values and isinstance(value, str) and has_words(name):
            values[name] = value


def mask_values(
    values: dict[str, Any], names: Sequence[str], html: Collection[str], known: Collection[str] = ()
) -> list[Finding]:
    """Mask texts among ``values``, in place; a secret that one of them names is masked in all.

    :param html: those of ``names`` that are HTML; what is ``Markup`` stays so
    """
    secrets = set(known)
    found: list[Finding] = []
    for _round in range(2):
        fresh = False
        for name in names:
            value = values.get(name)
            if not value or not isinstance(value, str):
                continue
            masked = mask_html(str(value), secrets) if name in html else mask(value, secrets)
            if masked:
                values[name] = Markup(masked.text) if isinstance(value, Markup) else masked.text  # noqa: S704
                found += masked.findings
                fresh = True
        if not fresh or len(names) == 1:
            break
        secrets.update(finding.value for finding in found)
    return found
