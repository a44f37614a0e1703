from datetime import datetime
from typing import Any

from odoo import fields, models
from odoo.addons.support_guard.controllers.export import quote

#: widest a column becomes, in characters
WIDEST = 60


class Sheets:
    """Sheets of plain rows: real numbers and dates, filters, frozen heads, no cell that a spreadsheet runs (S-4)."""

    def __init__(self, book: Any, moment_format: str, day_format: str) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bg_color": "#EEF2F6", "bottom": 1, "text_wrap": True})
        self.moment = book.add_format({"num_format": moment_format, "align": "left"})
        self.day = book.add_format({"num_format": day_format, "align": "left"})
        self.number = book.add_format({"num_format": "0.00"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})

    def add(self, name: str, columns: list[str], rows: list[list[Any]]) -> None:
        """A sheet.

        :param name: as short as spreadsheets want it, or cut
        :param rows: cells of text, numbers, naive ``datetime`` in the reader's zone, ``date``, or nothing
        """
        for sign in "[]:*?/\\":
            name = name.replace(sign, " ")
        sheet = self.book.add_worksheet(name[:31])
        widths = [len(column) + 4 for column in columns]
        for index, column in enumerate(columns):
            sheet.write_string(0, index, quote(column), self.head)
        for number, row in enumerate(rows, 1):
            for index, cell in enumerate(row):
                widths[index] = max(widths[index], self.write(sheet, number, index, cell))
        for index, width in enumerate(widths):
            sheet.set_column(index, index, min(width, WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(rows), 1), max(len(columns) - 1, 0))

    def write(self, sheet: Any, row: int, column: int, cell: Any) -> int:
        """:return: how wide it is, in characters"""
        if cell is None or cell is False or cell == "":
            return 0
        if isinstance(cell, datetime):
            sheet.write_datetime(row, column, cell, self.moment)
            return 18
        if hasattr(cell, "isoformat"):
            sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), self.day)
            return 12
        if isinstance(cell, bool):
            sheet.write_boolean(row, column, cell)
            return 6
        if isinstance(cell, int):
            sheet.write_number(row, column, cell)
            return 8
        if isinstance(cell, float):
            sheet.write_number(row, column, cell, self.number)
            return 8
        text = quote(str(cell))
        sheet.write_string(row, column, text, self.wrap)
        return min(max(len(line) for line in text.split("\n")) + 2, WIDEST)


class SupportReportXlsx(models.AbstractModel):
    """The monthly report as a spreadsheet (R-1): the frozen figures, a sheet for each part."""

    _name = "report.support_reports.report_monthly"
    _inherit = "report.report_xlsx.abstract"
    _description = "Monthly Report as a Spreadsheet"

    def generate_xlsx_report(self, workbook, data, objs):
        """See ``report_xlsx``. Who may not read a report gets none."""
        objs.check_access("read")
        for report in objs.sudo().filtered("figures"):
            report = report.with_context(lang=report.lang, tz=report.zone)
            self.with_env(report.env)._fill(workbook, report)

    def _get_sheets(self, workbook) -> Sheets:
        # one that means the same to everybody; the cells are real moments
        return Sheets(workbook, "yyyy-mm-dd hh:mm", "yyyy-mm-dd")

    def _fill(self, workbook, report):
        found = report.figures
        sheets = self._get_sheets(workbook)
        values = report._get_page_values("mail")

        def local(text: str):
            if not text:
                return None
            moment = fields.Datetime.to_datetime(text)
            return fields.Datetime.context_timestamp(report, moment).replace(tzinfo=None)

        counts = found["counts"]
        sheets.add(
            self.env._("Summary"),
            [self.env._("What"), self.env._("Figure")],
            [
                [self.env._("Provider"), found["provider"]],
                [self.env._("Customer"), found["customer"]],
                [self.env._("Month"), fields.Date.to_date(values["report"].month)],
                [self.env._("Time zone"), found["zone"]],
                [self.env._("Figures of"), local(fields.Datetime.to_string(report.made))],
                [self.env._("Open before"), counts["open_before"]],
                [self.env._("Raised"), counts["raised"]],
                [self.env._("Opened again"), counts["reopened"]],
                [self.env._("Resolved"), counts["resolved"]],
                [self.env._("Cancelled"), counts["cancelled"]],
                [self.env._("Open at the end"), counts["open_after"]],
                [self.env._("Phone calls"), found["calls"]],
                [self.env._("Promises kept"), found["total"]["kept"]],
                [self.env._("Promises late"), found["total"]["late"]],
                [self.env._("Left out by agreement"), found["total"]["excused"]],
                [self.env._("Kept (%)"), found["total"]["percent"]],
                [self.env._("Hours waited for us"), found["turns"]["provider"] / 3600],
                [self.env._("Hours waited for you"), found["turns"]["customer"] / 3600],
                [self.env._("Hours waited for third parties"), found["turns"]["third_party"] / 3600],
            ],
        )
        sheets.add(
            self.env._("Promises"),
            [
                self.env._("Level"),
                self.env._("Promise"),
                self.env._("Promised"),
                self.env._("Kept"),
                self.env._("Late"),
                self.env._("Left out by agreement"),
                self.env._("Kept (%)"),
            ],
            [
                [
                    row["priority"],
                    row["label"],
                    row["promised"],
                    row["kept"],
                    row["late"],
                    row["excused"],
                    None if row["percent"] is None else float(row["percent"]),
                ]
                for row in found["promises"]
            ],
        )
        sheets.add(
            self.env._("Late"),
            [
                self.env._("Number"),
                self.env._("Request"),
                self.env._("Promise"),
                self.env._("Level"),
                self.env._("Due"),
                self.env._("Done"),
                self.env._("Hours over"),
                self.env._("Why"),
            ],
            [
                [
                    row["number"],
                    row["name"],
                    row["label"],
                    row["priority"],
                    local(row["due"]),
                    local(row["stopped"]),
                    row["overrun"] / 3600,
                    "\n".join(row["causes"]),
                ]
                for row in found["breaches"]
            ],
        )
        self._write_history(sheets, found["tickets"], local)
        if found["escalations"]:
            sheets.add(
                self.env._("Escalations"),
                [
                    self.env._("When"),
                    self.env._("Number"),
                    self.env._("Request"),
                    self.env._("To"),
                    self.env._("Reason"),
                    self.env._("Acknowledged"),
                ],
                [
                    [
                        local(row["at"]),
                        row["number"],
                        row["name"],
                        row["role"],
                        row["reason"],
                        local(row["acknowledged"]),
                    ]
                    for row in found["escalations"]
                ],
            )
        if found["hours"]:
            sheets.add(
                self.env._("Hours"),
                [
                    self.env._("Entitlement"),
                    self.env._("Day"),
                    self.env._("Number"),
                    self.env._("What for"),
                    self.env._("Hours"),
                    self.env._("Included"),
                ],
                [
                    [
                        row["name"],
                        fields.Date.to_date(line["date"]),
                        line["number"],
                        line["description"],
                        float(line["hours"]),
                        float(row["included"]),
                    ]
                    for row in found["hours"]
                    for line in row["lines"]
                ],
            )
        if found["feedback"]["rows"]:
            sheets.add(
                self.env._("Feedback"),
                [self.env._("When"), self.env._("Number"), self.env._("Rating"), self.env._("What was said")],
                [
                    [local(row["at"]), row["number"], float(row["rating"]), row["text"]]
                    for row in found["feedback"]["rows"]
                ],
            )
        for section in found["sections"]:
            sheets.add(
                section["title"],
                section["columns"],
                [
                    [local(cell["moment"]) if isinstance(cell, dict) else cell for cell in row]
                    for row in section["rows"]
                ],
            )

    def _write_history(self, sheets: Sheets, rows: list[dict[str, Any]], local) -> None:
        """The call history (R-4)."""
        sheets.add(
            self.env._("Call history"),
            list(self.env["support.report.figures"]._get_history_columns()),
            [
                [
                    row["number"],
                    row["name"],
                    row["contact"],
                    row["priority"],
                    row["kind"],
                    local(row["raised"]),
                    local(row["ended"]),
                    row["state"],
                    row["calls"],
                    row["kept"],
                    row["late"],
                ]
                for row in rows
            ],
        )
