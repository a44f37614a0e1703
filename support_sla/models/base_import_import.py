from datetime import datetime

from odoo import models

from ..tools.masking import is_text, mask_file
from .support_context import inside

#: what is imported here is masked when it is stored
MASKED = ("helpdesk.ticket", "support.history.row")


class Import(models.TransientModel):
    """The import screen, where it reads tickets and their history (E-3.10).

    It keeps the file for a while, without its secrets as soon as it is imported (D-16).
    """

    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        importing = self
        if self.res_model == "support.history.row":
            importing = self.with_context(
                **inside(
                    support_history={
                        "session": self.id,
                        "file": self.file_name or "",
                        "skip": int(options.get("skip") or 0),
                        "first_line": 2 if options.get("has_headers") else 1,
                        "dryrun": dryrun,
                    }
                )
            )
        result = super(Import, importing).execute_import(fields, columns, options, dryrun=dryrun)
        whole = not dryrun and not result.get("nextrow") and result.get("ids")
        if whole and self.res_model in MASKED and self.env["support.provider"]._get_masking():
            self._support_forget_secrets()
        return result

    def _support_forget_secrets(self) -> None:
        """What is kept of the file has no secrets; of a spreadsheet nothing is. A part may be asked for again."""
        self.ensure_one()
        kind, raw = self.file_type or "", self.file or b""
        if not is_text(raw, self.file_name or "", kind):
            self.file = False
            return
        masked = mask_file(raw, self.file_name or "", kind)
        if masked:
            self.file = masked.data

    def _parse_date_from_data(self, data, index, name, field_type, options):
        """Moments of a history: with the format chosen on the screen, else as they are; the reader names each one
        that it cannot read, where the screen would stop at the first."""
        if self.res_model != "support.history.row":
            return super()._parse_date_from_data(data, index, name, field_type, options)
        chosen = options.get("datetime_format")
        for row in data:
            if chosen and isinstance(row[index], str) and row[index].strip():
                try:
                    row[index] = datetime.strptime(row[index].strip(), chosen)
                except ValueError:
                    continue
        return None
