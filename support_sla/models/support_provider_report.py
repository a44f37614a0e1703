from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import fields, models


class SupportProvider(models.Model):
    """What an addon that makes reports asks of a provider; the engine itself makes none."""

    _inherit = "support.provider"

    report_role_id = fields.Many2one(
        "support.role",
        string="Answers for Reports",
        domain="[('provider_id', '=', id)]",
        help="Looks at a customer's monthly report and releases it. Empty: the provider's administrator.",
    )

    def _support_get_report_sections(
        self, customer, tickets, start: datetime, stop: datetime
    ) -> Sequence[dict[str, Any]]:
        """What this provider tells a customer in its monthly report beside what every report has. **Hook**.

        Called once for a report, in superuser mode, in the language (``lang``) and zone (``tz``) of the customer's
        report. It reads only, in a number of queries that does not grow with the tickets; what it answers is frozen
        with the report and read by the customer, so nothing about other customers, other tickets or the inside.

        :param customer: the company (``res.partner``)
        :param tickets: all of its tickets with this provider that the period has to do with, merged ones left out
        :param start: naive UTC, and ``stop``: the period is ``[start, stop)``
        :return: plain data, a dict for each section: ``key`` (a code, unique in the report), ``title``, ``note`` (a
            sentence, may be ""), ``columns`` (headings), ``rows`` (lists as long as ``columns``: text, numbers,
            ``None``, or a naive UTC ``datetime``), ``tickets`` (ids that the section rests on)
        """
        self.ensure_one()
        return []
