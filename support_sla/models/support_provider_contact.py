from datetime import datetime
from typing import Any

from odoo import fields, models

from .support_time import from_instant, to_instant

#: how far ahead a closing time is looked for: first the ordinary week, then what holidays may hide
WINDOWS = (8 * 86400, 400 * 86400)


class SupportProvider(models.Model):
    """How customers reach the provider."""

    _inherit = "support.provider"

    contact_point_ids = fields.One2many("support.contact.point", "provider_id", string="Contact Points")

    def _support_get_contact_points(
        self, ticket=None, partner=None, now: datetime | None = None, level=None
    ) -> list[dict[str, Any]]:
        """How a customer reaches the provider, in words: what the portal and mails show. **Hook**: addons add
        points or narrow them down.

        Times are in the zone of the context (``tz``) with the provider's own beside it, in the language of the
        context. Runs in superuser mode and gives no record away: whoever calls it decides who may read it.

        :param ticket: whose customer, entitlement and level it is for
        :param partner: the customer, where there is no ticket
        :param now: naive UTC; the engine's now when left out
        :param level: a ``support.priority``, in place of the ticket's: points of other levels are left out; without
            either all are given
        :return: in order, dicts of ``id``; ``label``; ``kind`` (email, phone, web, person); ``value`` (number, address,
            or the person's name); ``url`` (tel:, mailto:, https:, "" of a person); ``note``; ``hours`` (always, open,
            shut); ``open`` (whether somebody answers now); ``opens`` (words: "open now, until 18:00 · London time",
            "opens Mon 2 Mar, 08:00 · London time", "" of what answers at any time); ``levels`` (names of the levels
            it is only for, "" for all); ``more`` (ways to reach a person: ``kind``, ``value``, ``url``)
        """
        self.ensure_one()
        # sudo: customers have no access to any model of the engine
        provider_sudo = self.sudo()
        now = now or self.env["support.event"]._now()
        points_sudo = provider_sudo.contact_point_ids.filtered(lambda point: point.active and point.portal_visible)
        if not points_sudo:
            return []
        ticket_sudo = ticket.sudo() if ticket else provider_sudo._support_imagine_ticket(partner, now)
        level = level or ticket_sudo.support_priority_id
        return [
            described
            for point_sudo in points_sudo.sorted()
            if not level or not point_sudo.priority_ids or level in point_sudo.priority_ids
            for described in point_sudo._describe(ticket_sudo, now)
        ]

    def _support_imagine_ticket(self, partner, now: datetime):
        """A ticket that nobody has raised yet, so that roles can say who they are for ``partner``."""
        Ticket = self.env["helpdesk.ticket"]
        entitlements = Ticket.support_entitlement_id
        if partner:
            day = fields.Datetime.context_timestamp(self.with_context(tz=self.tz or "UTC"), now).date()
            entitlements = entitlements._find(self.id, partner.commercial_partner_id.id, day)
        return Ticket.new(
            {
                "company_id": (self.company_id or self.env.company).id,
                "support_entitlement_id": entitlements.id,
                "partner_id": partner.id if partner else False,
            }
        )

    def _support_say_hours(self, hours: str, now: datetime) -> tuple[bool, str]:
        """Whether somebody answers now, and until or from when, in words.

        :param hours: always, open (in working hours) or shut (out of hours)
        :param now: naive UTC
        """
        self.ensure_one()
        if hours == "always":
            return True, ""
        opening = self.calendar_id._sla_hours()
        instant = to_instant(now)
        desk_open = opening.is_open(instant)
        if desk_open:
            change = None
            for window in WINDOWS:
                [(_start, stop), *_rest] = opening.open_spans(instant, instant + window)
                if stop < instant + window:
                    change = stop
                    break
        else:
            change = opening.next_open(instant)
        answers = desk_open == (hours == "open")
        if change is None:
            return answers, self.env._("open now") if answers else self.env._("closed until further notice")
        moment = self.env["helpdesk.ticket"]._support_portal_describe_moment(
            fields.Datetime.to_string(from_instant(change)), fields.Datetime.to_string(now), self.tz
        )
        values = {"time": moment["text"], "zone": moment["zone"]}
        if answers:
            return True, self.env._("open now, until %(time)s · %(zone)s", **values)
        return False, self.env._("opens %(time)s · %(zone)s", **values)
