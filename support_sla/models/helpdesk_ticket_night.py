from datetime import datetime

from odoo import fields, models

from ..tools import facts
from .support_time import from_instant, to_instant


class HelpdeskTicket(models.Model):
    """Tickets that are raised while the provider is shut (P-1, J-14): seen once, when they are raised."""

    _inherit = "helpdesk.ticket"

    support_out_of_hours = fields.Boolean(
        string="Raised Out of Hours",
        copy=False,
        readonly=True,
        help="Raised outside of the working hours of its provider, as they were then.",
    )

    # what the morning round gathers, of one provider in one night
    _support_night_idx = models.Index("(support_provider_id, support_raised) WHERE support_out_of_hours")

    def _support_is_shut(self, moment: datetime) -> bool:
        """Whether the provider's working hours are over, or have not begun, at ``moment`` (naive UTC).

        A ticket of no provider is never out of hours. The first second of the hours belongs to them, the moment of
        closing does not.
        """
        self.ensure_one()
        provider = self.support_provider_id
        return bool(provider) and not provider.calendar_id._sla_hours().is_open(to_instant(moment))

    def _support_get_opening(self, moment: datetime) -> datetime | None:
        """When the ticket's provider is open next, for whatever has to wait until then (J-14).

        :param moment: naive UTC
        :return: naive UTC; ``moment`` itself while it is open; None without a provider, or when its calendar has no
            hours from then on
        """
        self.ensure_one()
        # sudo: customers ask through the portal and cannot read the provider
        provider_sudo = self.sudo().support_provider_id
        if not provider_sudo:
            return None
        opening = provider_sudo.calendar_id._sla_hours().next_open(to_instant(moment))
        return None if opening is None else from_instant(opening)

    def _support_get_open_points(self) -> dict[int, list[str]]:
        """What is still to be done about tickets that came in, in words that can stand in a list (J-16).

        **Hook**: a provider adds its own to the lists. A ticket that is over has none.

        :return: ticket id → words, in the order in which they are done
        """
        points: dict[int, list[str]] = {ticket.id: [] for ticket in self}
        live = self.filtered(lambda ticket: ticket.support_phase not in facts.ENDED)
        # sudo: what happened counts, whoever may read it
        rows = (
            self.env["support.event"]
            .sudo()
            ._read_group(
                [("ticket_id", "in", live.ids), ("kind", "in", [facts.MESSAGE_AUTO, facts.MESSAGE_OUT, facts.CALL])],
                ["ticket_id", "kind"],
            )
        )
        happened = {(ticket.id, kind) for ticket, kind in rows}
        for ticket in live:
            answered = (ticket.id, facts.MESSAGE_OUT) in happened or (ticket.id, facts.CALL) in happened
            confirms = ticket.sudo().support_provider_id.acknowledgement_template_id
            if confirms and not answered and (ticket.id, facts.MESSAGE_AUTO) not in happened:
                points[ticket.id].append(self.env._("receipt not confirmed"))
            if not answered:
                points[ticket.id].append(self.env._("no answer yet"))
            if not ticket.user_id:
                points[ticket.id].append(self.env._("nobody assigned"))
            if ticket.support_form_requested and ticket._support_form_is_open():
                points[ticket.id].append(self.env._("form pending"))
        return points
