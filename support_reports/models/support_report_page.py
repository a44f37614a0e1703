import re
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup
from odoo import fields, models
from odoo.tools import format_datetime
from odoo.tools.misc import babel_locale_parse, format_date, formatLang, get_lang, posix_to_ldml

from ..tools import chart


class SupportReport(models.Model):
    """The frozen figures as a page: on screen, on the portal and on paper by one template (R-1)."""

    _inherit = "support.report"

    def _get_page_values(self, mode: str) -> dict[str, Any]:
        """What the page's template works with, in the report's language and zone.

        :param mode: ``screen`` (figures open the tickets behind them), ``portal``, ``pdf`` or ``mail``
        """
        self.ensure_one()
        told = self.sudo().with_context(lang=self.lang, tz=self.zone)
        figures = told.figures or {}
        lang = get_lang(told.env)
        locale = babel_locale_parse(lang.code)
        clock = posix_to_ldml(re.sub(r"[:.]%S", "", lang.time_format), locale)
        day_format = posix_to_ldml(lang.date_format, locale)

        def when(text: str) -> str:
            if not text:
                return ""
            return format_datetime(told.env, text, tz=self.zone, dt_format=f"{day_format} {clock}")

        def day(text: str) -> str:
            return format_date(told.env, text) if text else ""

        def number(value: float, digits: int = 0) -> str:
            return formatLang(told.env, value, digits=digits)

        def percent(value: float | None) -> str:
            if value is None:
                return "–"
            return told.env._("%s %%", number(value, 0 if value in (0, 100) else 1))

        def cell(value: Any) -> str:
            if isinstance(value, dict):
                return when(value["moment"])
            if isinstance(value, bool):
                return told.env._("yes") if value else told.env._("no")
            if isinstance(value, float):
                return number(value, 2)
            return "" if value is None else str(value)

        return {
            "report": told,
            "f": figures,
            "mode": mode,
            "when": when,
            "day": day,
            "number": number,
            "percent": percent,
            "cell": cell,
            "is_number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
            "length": told.env["helpdesk.ticket"]._support_length,
            "charts": told._draw(figures, percent) if figures and mode != "mail" else {},
            "period": f"{day(told._get_day(told.start))} – {day(told._get_last_day())}",
            "url": f"{told.get_base_url()}/my/support/reports/{self.id}",
        }

    def _get_day(self, moment) -> str:
        return fields.Date.to_string(fields.Datetime.context_timestamp(self.with_context(tz=self.zone), moment).date())

    def _get_last_day(self) -> str:
        until = min(self.stop - timedelta(seconds=1), self.made or self.stop)
        return self._get_day(until)

    def _draw(self, figures: dict[str, Any], percent) -> dict[str, Markup]:
        """Charts of the figures, with words in the language of the context."""
        drawn: dict[str, str] = {}
        name = f"o-report-{self.id}"
        days = figures["days"]
        if figures["counts"]["raised"] or figures["counts"]["resolved"]:
            drawn["days"] = chart.course(
                f"{name}-days",
                self.env._("Requests raised and resolved by day"),
                [str(date.fromisoformat(row["day"]).day) if index % 3 == 0 else "" for index, row in enumerate(days)],
                (self.env._("Raised"), [row["raised"] for row in days]),
                (self.env._("Resolved"), [row["resolved"] for row in days]),
            )
        bars = [
            chart.Bar(
                label=f"{row['priority']}: {row['label']}" if row["priority"] else row["label"],
                kept=row["kept"],
                late=row["late"],
                said=self.env._("%(kept)s kept, %(late)s late", kept=row["kept"], late=row["late"]),
            )
            for row in figures["promises"]
            if row["kept"] or row["late"]
        ]
        if bars:
            drawn["promises"] = chart.promises(f"{name}-promises", self.env._("Promises kept and late"), bars)
        turns = figures["turns"]
        if any(turns.values()):
            length = self.env["helpdesk.ticket"]._support_length
            labels = {
                "provider": (figures["provider"], chart.ONE),
                "customer": (self.env._("You"), chart.TWO),
                "third_party": (self.env._("Third parties"), chart.MIDDLE),
            }
            drawn["turns"] = chart.shares(
                f"{name}-turns",
                self.env._("Whose turn it was"),
                [
                    chart.Part(label, turns.get(side, 0), length(turns.get(side, 0)), color)
                    for side, (label, color) in labels.items()
                ],
            )
        # made of escaped words and numbers by tools/chart
        return {key: Markup(picture) for key, picture in drawn.items()}  # noqa: S704

    def _render_page(self, mode: str) -> Markup:
        """The page without its frame. ``mode``: see :meth:`_get_page_values`."""
        self.ensure_one()
        page = (
            self.env["ir.qweb"]
            .sudo()
            ._render("support_reports.report_page", self._get_page_values(mode), lang=self.lang)
        )
        return Markup(page)  # noqa: S704  rendered by QWeb, which escapes

    def _render_pdf(self) -> bytes:
        """The pages on paper, in the report's language."""
        self.ensure_one()
        return (
            self.env["support.pdf"]
            .sudo()
            ._render("support_reports.report_pdf", self._get_page_values("pdf"), self.lang)
        )

    def _get_pdf(self) -> bytes:
        """The pages as they were released, or as the draft is now."""
        self.ensure_one()
        kept = self._get_kept_pdf() if self.released_at else None
        return kept.raw if kept else self._render_pdf()

    def _get_xlsx(self) -> bytes:
        """The frozen figures as a spreadsheet."""
        self.ensure_one()
        sheet = self.env["report.support_reports.report_monthly"].with_context(active_model=self._name)
        return sheet.create_xlsx_report(self.ids, {})[0]
