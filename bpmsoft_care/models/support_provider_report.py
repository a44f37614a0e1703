from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import models

from ..const import PROVIDER


class SupportProvider(models.Model):
    """What a client's monthly report tells of offers (B-12, R-1)."""

    _inherit = "support.provider"

    def _support_get_report_sections(
        self, customer, tickets, start: datetime, stop: datetime
    ) -> Sequence[dict[str, Any]]:
        sections = list(super()._support_get_report_sections(customer, tickets, start, stop))
        if self.code != PROVIDER:
            return sections
        offers = self.env["bpmsoft.offer"].search(
            [
                ("ticket_id", "in", tickets.ids),
                ("is_paid", "=", True),
                ("state", "!=", "replaced"),
                ("offered", "<", stop),
                "|",
                ("offered", ">=", start),
                ("answered", ">=", start),
            ],
            order="offered, id",
        )
        if not offers:
            return sections
        states = dict(offers._fields["state"]._description_selection(self.env))
        sections.append(
            {
                "key": "bpmsoft_offers",
                "title": self.env._("Paid work offered"),
                "note": self.env._("What was answered after the end of the month stands in the next report."),
                "columns": [
                    self.env._("Request"),
                    self.env._("Offered"),
                    self.env._("Amount"),
                    self.env._("Currency"),
                    self.env._("Answer"),
                    self.env._("Answered"),
                ],
                "rows": [
                    [
                        offer.ticket_id.number,
                        offer.offered,
                        offer.amount,
                        offer.currency_id.name or "",
                        states[offer.state if not offer.answered or offer.answered < stop else "open"],
                        offer.answered if offer.answered and offer.answered < stop else None,
                    ]
                    for offer in offers
                ],
                "tickets": offers.ticket_id.ids,
            }
        )
        return sections
