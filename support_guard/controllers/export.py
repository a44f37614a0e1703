import json
from typing import Any

from odoo import http
from odoo.addons.web.controllers.export import CSVExport, ExcelExport, ExportXlsxWriter, GroupExportXlsxWriter
from odoo.addons.web.controllers.pivot import TableExporter
from werkzeug.datastructures import FileStorage

#: What a spreadsheet takes for the beginning of a formula, or strips so that one begins (S-4).
RISKY = ("=", "+", "-", "@", "\t", "\r")


def quote(value: Any) -> Any:
    """``value`` as a cell that no spreadsheet runs: text that begins like a formula gets an apostrophe (S-4).

    Numbers, dates and everything else that is not text stay as they are.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(RISKY) else value


class GuardXlsxWriter(ExportXlsxWriter):
    def write_cell(self, row, column, cell_value):
        # before the writer turns a carriage return at the beginning into a blank
        super().write_cell(row, column, quote(cell_value))


class GuardGroupXlsxWriter(GroupExportXlsxWriter):
    def write_cell(self, row, column, cell_value):
        super().write_cell(row, column, quote(cell_value))

    def write(self, row, column, cell_value, style=None):
        # the names of groups come here without passing write_cell
        super().write(row, column, quote(cell_value), style)


class GuardCSVExport(CSVExport):
    def from_data(self, fields, columns_headers, rows):
        return super().from_data(fields, columns_headers, [[quote(cell) for cell in row] for row in rows])


class GuardExcelExport(ExcelExport):
    def from_data(self, fields, columns_headers, rows):
        with GuardXlsxWriter(fields, columns_headers, len(rows)) as writer:
            for row_index, row in enumerate(rows, 1):
                for cell_index, cell_value in enumerate(row):
                    writer.write_cell(row_index, cell_index, cell_value)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        with GuardGroupXlsxWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for group_name, group in groups.children.items():
                row, column = writer.write_group(row, column, group_name, group)
        return writer.value


class GuardTableExporter(TableExporter):
    @http.route()
    def export_xlsx(self, data, **kw):
        table = json.load(data) if isinstance(data, FileStorage) else json.loads(data)
        if table:
            for header in [header for line in table["col_group_headers"] for header in line]:
                header["title"] = quote(header["title"])
            for row in table["rows"]:
                row["title"] = quote(row["title"])
                for cell in row["values"]:
                    cell["value"] = quote(cell["value"])
        return super().export_xlsx(json.dumps(table), **kw)
