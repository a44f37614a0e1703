import ast
from typing import Any

from odoo import api, models

from ..tools.masking import Finding
from .support_masking import LEFT_ALONE, WORDS, mask_values, take_defaults


class SupportMaskedMixin(models.AbstractModel):
    """Words about tickets that are kept elsewhere than on them: in a wizard's row, an activity, a remark (D-16, S-6).

    For every model with a ``ticket_id``; what names its tickets otherwise says so in :meth:`_support_get_said_about`. A
    wizard that encrypts what is typed does without and has ``_support_seals_words = True``.
    """

    _name = "support.masked.mixin"
    _description = "Keeps No Secret"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env["support.provider"]._get_masking():
            return super().create(vals_list)
        vals_list = [dict(vals) for vals in vals_list]
        found: dict[int, list[Finding]] = {}
        for vals in vals_list:
            take_defaults(vals, self.env.context, lambda name: self._support_get_said_names([name]))
            self._support_mask_vals(vals, found)
        records = super().create(vals_list)
        self._support_note_said(found)
        return records

    def write(self, vals):
        if not self.env["support.provider"]._get_masking() or not self._support_get_said_names(vals):
            return super().write(vals)
        vals = dict(vals)
        found: dict[int, list[Finding]] = {}
        self._support_mask_vals(vals, found)
        result = super().write(vals)
        self._support_note_said(found)
        return result

    def update_field_translations(self, field_name, translations, source_lang=""):
        if self._support_get_said_names([field_name]) and self._support_wants_masking({}):
            translations = dict(translations)
            html = translations.keys() if self._fields[field_name].type == "html" else ()
            mask_values(translations, tuple(translations), html)
        return super().update_field_translations(field_name, translations, source_lang=source_lang)

    def _support_get_said_about(self, vals: dict[str, Any]):
        """The tickets that these records, or a new one with these values, are about. **Hook**.

        :return: ``helpdesk.ticket`` records, empty where it is about none in particular; whoever writes may have named
            any, so nothing of them is told
        """
        Ticket = self.env["helpdesk.ticket"]
        if "ticket_id" not in self._fields:
            return Ticket
        if "ticket_id" in vals:
            return Ticket.browse(vals["ticket_id"] or [])
        return self.sudo().ticket_id if self else Ticket.browse(self.env.context.get("default_ticket_id") or [])

    def _support_get_documents(self, vals: dict[str, Any], name: str = "helpdesk.ticket"):
        """The same for models that name any document with ``res_model_id`` (or ``res_model``) and ``res_id``.

        :param name: the model of the documents
        """
        context = {} if self else self.env.context
        model_id = vals.get("res_model_id") or context.get("default_res_model_id")
        named = self.env["ir.model"].sudo().browse(model_id).model if model_id else vals.get("res_model")
        named = named or context.get("default_res_model")
        res_id = vals.get("res_id") or context.get("default_res_id")
        pairs = [(named or record.res_model, res_id or record.res_id) for record in self.sudo()] or [(named, res_id)]
        return self.env[name].browse(sorted({int(number) for model, number in pairs if model == name and number}))

    def _support_get_named(self, vals: dict[str, Any], model_field: str):
        """The same for windows of Odoo's own that name records by a model and a text with their ids (``res_ids``).

        :return: ``helpdesk.ticket`` records; ``None`` if it is about something else
        """
        Ticket, context = self.env["helpdesk.ticket"], {} if self else self.env.context
        model = vals.get(model_field) or context.get(f"default_{model_field}") or self[:1][model_field]
        if model != Ticket._name:
            return None
        ids = vals.get("res_ids") or context.get("default_res_ids") or self[:1].res_ids or ()
        if isinstance(ids, str):
            try:
                ids = ast.literal_eval(ids)
            except (SyntaxError, ValueError):
                ids = ()  # refused by whoever sends it
        return Ticket.browse(ids if isinstance(ids, (list, tuple)) else ())

    def _support_wants_masking(self, vals: dict[str, Any]) -> bool:
        """Whether what is said is masked: where its tickets' provider wants that. What is about no ticket in particular
        is, as soon as one provider wants it. **Hook**."""
        tickets = self._support_get_said_about(vals)
        if not tickets:
            return bool(self.env["support.provider"]._get_masking())
        return bool(tickets._support_filter_masking())

    @api.model
    def _support_get_said_names(self, names) -> list[str]:
        """Those of the fields ``names`` that hold words of a person."""
        fields = self._fields
        return [
            name
            for name in names
            if name in fields
            and name not in LEFT_ALONE
            and fields[name].type in WORDS
            and fields[name].store
            and not fields[name].related
        ]

    def _support_mask_vals(self, vals: dict[str, Any], found: dict[int, list[Finding]]) -> None:
        """Mask the words among ``vals``, in place, and add what was found to ``found``, by ticket."""
        names = self._support_get_said_names(vals)
        if not names or not self._support_wants_masking(vals):
            return
        findings = mask_values(vals, names, {name for name in names if self._fields[name].type == "html"})
        for ticket_id in self._support_get_said_about(vals)._ids if findings else ():
            found.setdefault(ticket_id, []).extend(findings)

    @api.model
    def _support_note_said(self, found: dict[int, list[Finding]]) -> None:
        """Say so on the tickets that whoever has written may write to."""
        tickets = self.env["helpdesk.ticket"].browse(found)._filtered_access("write") if found else ()
        if tickets:
            tickets._support_note_masked({ticket.id: found[ticket.id] for ticket in tickets})
