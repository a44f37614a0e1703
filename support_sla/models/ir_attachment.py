import base64
from typing import Any

from odoo import api, models

from ..tools.masking import Finding, mask_file
from .support_context import given


class IrAttachment(models.Model):
    """Files answer the question for files (J-9), whatever way they come: portal, mail, an agent."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        vals_list, masked = self._support_mask_new(vals_list)
        attachments = super().create(vals_list)
        attachments._support_get_tickets()._support_form_note_files()
        self.env["helpdesk.ticket"]._support_note_masked(masked)
        return attachments

    def write(self, vals):
        vals, masked = self._support_mask_changes(vals)
        if not {"res_model", "res_id"} & vals.keys():
            result = super().write(vals)
        else:
            before = self._support_get_tickets()
            result = super().write(vals)
            after = self._support_get_tickets()
            (before | after)._support_form_note_files()
            if self.env["support.provider"]._get_masking():
                self._support_mask_linked()
        self.env["helpdesk.ticket"]._support_note_masked(masked)
        return result

    def unlink(self):
        tickets = self._support_get_tickets()
        result = super().unlink()
        tickets._support_form_note_files()
        return result

    def _support_get_tickets(self):
        """The tickets that these files are on, with sudo."""
        ids = {
            attachment.res_id
            for attachment in self.sudo()
            if attachment.res_model == "helpdesk.ticket" and attachment.res_id and not attachment.res_field
        }
        return self.env["helpdesk.ticket"].sudo().browse(sorted(ids)).exists()

    # --- secrets in files of text (D-16) ---------------------------------------------------------

    @api.model
    def _support_mask_new(
        self, vals_list: list[dict[str, Any]]
    ) -> tuple[list[dict[str, Any]], dict[int, list[Finding]]]:
        """Values of new files, without the secrets where they are masked; and what was found, by ticket."""
        found: dict[int, list[Finding]] = {}
        if not self.env["support.provider"]._get_masking():
            return vals_list, found
        result = []
        for vals in vals_list:
            ticket_id = vals.get("res_model") == "helpdesk.ticket" and not vals.get("res_field") and vals.get("res_id")
            ticket = self.env["helpdesk.ticket"].browse(int(ticket_id) if ticket_id else [])._support_filter_masking()
            if ticket or given(self.env, "support_mask_files"):
                vals, findings = self._support_mask_content(vals, vals.get("name") or "", vals.get("mimetype") or "")
                if ticket:
                    found.setdefault(ticket.id, []).extend(findings)
            result.append(vals)
        return result, found

    def _support_mask_changes(self, vals: dict[str, Any]) -> tuple[dict[str, Any], dict[int, list[Finding]]]:
        """Values that are being written to these files, likewise."""
        found: dict[int, list[Finding]] = {}
        if not {"raw", "datas"} & vals.keys() or not self.env["support.provider"]._get_masking():
            return vals, found
        tickets = self._support_get_tickets()._support_filter_masking()
        if not tickets:
            return vals, found
        vals, findings = self._support_mask_content(vals, self[:1].name or "", self[:1].mimetype or "")
        return vals, dict.fromkeys(tickets._ids, findings)

    @api.model
    def _support_mask_content(
        self, vals: dict[str, Any], name: str, mimetype: str
    ) -> tuple[dict[str, Any], list[Finding]]:
        raw = vals.get("raw")
        if not raw and vals.get("datas"):
            try:
                raw = base64.b64decode(vals["datas"])
            except (ValueError, TypeError):
                return vals, []  # refused by whoever stores it
        if isinstance(raw, str):
            raw = raw.encode()
        masked = mask_file(bytes(raw or b""), name, mimetype)
        if not masked:
            return vals, []
        vals = {key: value for key, value in vals.items() if key != "datas"}
        return {**vals, "raw": masked.data}, list(masked.findings)

    def _support_mask_linked(self) -> None:
        """Files that were uploaded before anybody knew for which ticket."""
        found: dict[int, list[Finding]] = {}
        for attachment in self.sudo():
            if attachment.res_model != "helpdesk.ticket" or attachment.res_field:
                continue
            ticket = self.env["helpdesk.ticket"].browse(attachment.res_id or [])._support_filter_masking()
            masked = (
                mask_file(attachment.raw or b"", attachment.name or "", attachment.mimetype or "") if ticket else None
            )
            if masked:
                super(IrAttachment, attachment).write({"raw": masked.data})
                found.setdefault(ticket.id, []).extend(masked.findings)
        self.env["helpdesk.ticket"]._support_note_masked(found)
