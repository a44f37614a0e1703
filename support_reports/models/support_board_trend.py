from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytz
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.addons.support_sla.models.support_board import WEEKS
from odoo.tools.misc import format_date

#: How many months the trend goes back, this one included.
MONTHS = 12


class SupportBoard(models.AbstractModel):
    """Promises kept by month and by week (R-7), reckoned from the clocks themselves: nothing is stored."""

    _inherit = "support.board"

    @api.model
    def _prepare_board(self, scope) -> dict[str, Any]:
        board = super()._prepare_board(scope)
        if not board["empty"]:
            board["trend"] = self._describe_trend(scope, board["kept"]["weeks"])
        return board

    @api.model
    def _describe_trend(self, scope, weeks: list[dict[str, Any]]) -> dict[str, Any]:
        """Shares of promises kept, oldest first: doors with ``label``, ``kept``, ``late`` and ``percent`` (None when
        nothing was judged).

        :param weeks: what the board has counted already
        """
        first_week = pytz.utc.localize(scope.weeks).astimezone(scope.zone).date()
        this_month = pytz.utc.localize(scope.month).astimezone(scope.zone).date()
        first_month = this_month - relativedelta(months=MONTHS - 1)
        judged = self._get_judged(scope, self._get_midnight(scope, first_month), scope.next_month)
        Clock = self.env["support.clock"].with_context(tz=str(scope.zone))
        months = {
            fields.Date.to_date(row["group"][0]): Counter(kept=row["kept"], late=row["late"])
            for row in Clock._get_achievement(judged, ["judged:month"])
        }
        return {
            "weeks": [
                self._describe_share(
                    scope,
                    first_week + timedelta(weeks=number),
                    first_week + timedelta(weeks=number + 1),
                    self.env._("Week of %s", week["label"]),
                    week["label"],
                    Counter(kept=week["kept"], late=week["late"]),
                )
                for number, week in zip(range(WEEKS), weeks, strict=True)
            ],
            "months": [
                self._describe_share(
                    scope,
                    month,
                    month + relativedelta(months=1),
                    format_date(self.env, month, date_format="LLLL y"),
                    format_date(self.env, month, date_format="LLL"),
                    months.get(month, Counter()),
                )
                for month in (first_month + relativedelta(months=number) for number in range(MONTHS))
            ],
        }

    @api.model
    def _describe_share(
        self, scope, start: date, stop: date, name: str, label: str, figures: Counter
    ) -> dict[str, Any]:
        """What was judged on the reader's dates from ``start`` until before ``stop``."""
        judged = self._get_judged(scope, self._get_midnight(scope, start), self._get_midnight(scope, stop))
        counting = judged & self.env["support.clock"]._get_achievement_domain()
        return {
            **self._make_door(
                "support.clock",
                self.env._("Promises Judged: %s", name),
                counting,
                figures["kept"] + figures["late"],
            ),
            "period": name,
            "label": label,
            "kept": figures["kept"],
            "late": figures["late"],
            "percent": self._get_percent(figures),
        }
