from datetime import datetime

from odoo import models

from .support_context import inside


class Import(models.TransientModel):
    """The import screen, where it reads the history of tickets (E-3.10)."""

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
        return super(Import, importing).execute_import(fields, columns, options, dryrun=dryrun)

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
