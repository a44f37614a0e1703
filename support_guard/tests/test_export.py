import csv
import io
import json

from odoo import http
from odoo.tests import tagged
from openpyxl import load_workbook

from .common import PASSWORD, GuardHttpCase

#: Each begins as a spreadsheet's formula does, or so once a reader has stripped it.
HOSTILE = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1"]


@tagged("post_install", "-at_install")
class TestExport(GuardHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hostile = cls.env["helpdesk.ticket"].create(
            [
                {"name": name, "description": "x", "team_id": cls.team.id, "partner_name": f"{name} & Sons"}
                for name in [*HOSTILE, "Order 12-34 = late"]
            ]
        )
        # only staff exports
        cls.manager.group_ids |= cls.env.ref("base.group_allow_export")

    def _export(self, kind, **more):
        self.authenticate("guard-manager", PASSWORD)
        data = {
            "model": "helpdesk.ticket",
            "fields": [
                {"name": "name", "label": "Title", "type": "char"},
                {"name": "partner_name", "label": "Name", "type": "char"},
                {"name": "sequence", "label": "Sequence", "type": "integer"},
            ],
            "ids": self.hostile.ids,
            "domain": [],
            "import_compat": False,
            **more,
        }
        answer = self.url_open(
            f"/web/export/{kind}", data={"data": json.dumps(data), "csrf_token": http.Request.csrf_token(self)}
        )
        answer.raise_for_status()
        return answer.content

    def _cells(self, content):
        sheet = load_workbook(io.BytesIO(content)).active
        return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]

    def test_csv(self):
        """S-4: a cell of a CSV export that begins like a formula is quoted, any other is as it was."""
        rows = list(csv.reader(io.StringIO(self._export("csv").decode(), newline="")))[1:]
        names = {row[0] for row in rows}
        self.assertIn("Order 12-34 = late", names)
        self.assertTrue({"'=1+1", "'+1+1", "'-1+1", "'@SUM(1)", "'\t=1+1"} <= names, names)
        self.assertFalse([cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r"))])

    def test_xlsx(self):
        """S-4: no cell of an Excel export is a formula that a customer typed."""
        cells = self._cells(self._export("xlsx"))
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        values = [cell.value for cell in cells]
        self.assertIn("'=1+1", values)
        self.assertIn("Order 12-34 = late", values)
        self.assertTrue([value for value in values if isinstance(value, int)], "numbers stay numbers")

    def test_xlsx_of_groups(self):
        """S-4: nor is the name of a group or a cell in it."""
        cells = self._cells(self._export("xlsx", groupby=["partner_name"]))
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        self.assertIn("'=1+1", [cell.value for cell in cells])

    def test_pivot(self):
        """S-4: nor is the title of a row or a column of a pivot table."""
        self.authenticate("guard-manager", PASSWORD)
        table = {
            "title": "Tickets",
            "model": "helpdesk.ticket",
            "measure_count": 1,
            "origin_count": 1,
            "col_group_headers": [[{"title": "=2+2", "width": 1, "height": 1}]],
            "measure_headers": [{"title": "Count", "is_bold": False}],
            "origin_headers": [],
            "rows": [{"title": "=1+1", "indent": 0, "values": [{"value": 3}, {"value": -2}]}],
        }
        answer = self.url_open(
            "/web/pivot/export_xlsx",
            data={"data": json.dumps(table), "csrf_token": http.Request.csrf_token(self)},
        )
        answer.raise_for_status()
        cells = self._cells(answer.content)
        self.assertFalse([cell.value for cell in cells if cell.data_type == "f"])
        self.assertEqual({"'=1+1", "'=2+2", "Count", 3, -2}, {cell.value for cell in cells})
