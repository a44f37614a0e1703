from io import BytesIO

from odoo.tests import TransactionCase, tagged
from odoo.tools.pdf import PdfReader


@tagged("post_install", "-at_install")
class TestSupportPdf(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": "Pages of a test",
                "key": "support_reports.pages_of_a_test",
                "arch": """<t t-name="support_reports.pages_of_a_test">
                    <t t-call="support_reports.pdf_layout">
                        <t t-set="title">Quarterly tide tables</t>
                        <t t-set="foot">Harbour Care</t>
                        <img t-att-src="picture"/>
                        <table><thead><tr><th>Tide</th><th>Высота</th></tr></thead><tbody>
                            <tr t-foreach="rows" t-as="row"><td t-out="row"/><td>пять метров</td></tr>
                        </tbody></table>
                    </t></t>""",
            }
        )

    def render(self, count=200, picture="", lang="en_US"):
        values = {"rows": [f"Tide {number}" for number in range(count)], "picture": picture}
        return self.env["support.pdf"]._render("support_reports.pages_of_a_test", values, lang)

    def test_pages(self):
        """R-1: pages are numbered, heads of tables come again on each, Cyrillic letters are in it, and it is small"""
        pdf = self.render()
        pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
        self.assertGreater(len(pages), 3)
        for number, text in enumerate(pages, 1):
            self.assertIn(f"Page {number} of {len(pages)}", " ".join(text.split()))
            self.assertIn("Высота", text, "the head of the table comes again")
            self.assertIn("Harbour Care", text)
        self.assertLess(len(pdf), 100_000)

    def test_same_bytes(self):
        """R-3: the same page printed twice is the same file"""
        self.assertEqual(self.render(20), self.render(20))

    def test_asks_nobody(self):
        """S-1: a page that names an address or a file of the server neither asks for it nor shows it"""
        for address in ("http://203.0.113.7/pixel.png", "file:///etc/passwd", "addon:base/../../../../etc/passwd"):
            with self.subTest(address), self.assertLogs("odoo.addons.support_reports.models.support_pdf") as log:
                pdf = self.render(1, address)
            self.assertIn("did not get it", log.output[0])
            self.assertEqual(len(PdfReader(BytesIO(pdf)).pages[0].images), 0)
