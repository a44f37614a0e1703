import logging
import mimetypes
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup
from odoo import api, models
from odoo.tools import file_open
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

_logger = logging.getLogger(__name__)
# it tells each of its steps at every page
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)

#: what the style of printed pages is, in an addon's folder
STYLE = "support_reports/static/src/pdf/support_pdf.css"
#: ``addon:support_reports/static/…``: a file that some addon brings; the only thing a page may ask for
OWN = "addon:"


class OwnFiles(URLFetcher):
    """Gives a page what addons keep below ``static`` and what stands in the page itself, and nothing else.

    A text that a customer wrote may name an address: whoever prints it neither asks a server nor reads a file.
    """

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """:raises ValueError: for every other address; WeasyPrint leaves out what it was to show"""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        path = url.removeprefix(OWN)
        if not url.startswith(OWN) or ".." in path or "/static/" not in path:
            _logger.info("A printed page asked for %s and did not get it", url[:200])
            raise ValueError("Only what addons bring is shown in print")
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        with file_open(path, "rb") as file:
            return URLFetcherResponse(url, file.read(), {"Content-Type": kind})


class SupportPdf(models.AbstractModel):
    """Pages on paper: a QWeb template, our style, WeasyPrint.

    The same template, values and language give the same bytes: no moment of printing and no identifier by chance
    get into the file, so that a frozen report stays the report that was sent.
    """

    _name = "support.pdf"
    _description = "Support Pages on Paper"

    @api.model
    def _get_style(self) -> Markup:
        """The style of printed pages, as it stands in ``<style>``."""
        with file_open(STYLE) as file:
            return Markup(file.read())  # noqa: S704  a file of our own, no text of anybody

    @api.model
    def _render_html(self, template: str, values: Mapping[str, Any], lang: str | None = None) -> str:
        """The whole page as HTML, the way it is printed.

        :param template: external id of a QWeb template that calls ``support_reports.pdf_layout``
        :param values: plain words, figures and ``Markup``; the template sees ``lang`` (``es_ES``) and ``style`` beside
        :param lang: code of the reader's language; the user's own if it is not installed
        """
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        lang = lang if lang in installed else self.env.lang or "en_US"
        page = self.with_context(lang=lang)
        given = {**values, "lang": lang, "style": page._get_style()}
        return str(page.env["ir.qweb"]._render(template, given, lang=lang, minimal_qcontext=True))

    @api.model
    def _render(self, template: str, values: Mapping[str, Any], lang: str | None = None) -> bytes:
        """The pages as PDF: A4, numbered, heads of tables on every page, the letters that occur embedded.

        Asks no server and no other program. Parameters: see :meth:`_render_html`.
        """
        page = "<!DOCTYPE html>\n" + self._render_html(template, values, lang)
        document = HTML(string=page, base_url=OWN, url_fetcher=OwnFiles(allowed_protocols=("data",)))
        return document.write_pdf(font_config=FontConfiguration(), pdf_identifier=b"support-desk")
