import logging
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_time import from_instant, to_instant
from odoo.addons.support_sla.tools import rota
from odoo.tools import format_date
from psycopg2 import OperationalError

from ..const import PROVIDER

_logger = logging.getLogger(__name__)

#: how often the scheduled action looks; within this time it asks to be woken at the minute
INTERVAL = timedelta(minutes=15)


class OpenpymeDailyList(models.Model):
    """The morning on which leaders got the list of their red tickets (O-14).

    One record a provider and morning, made by the scheduled action together with the messages: so each leader is
    told once, whatever runs twice or stops in between. Which tickets are red is looked up then, not kept up to date;
    ``openpyme.red.day`` keeps them with whose they were.
    """

    _name = "openpyme.daily.list"
    _inherit = ["mail.thread"]
    _description = "Daily List of Red Tickets"
    _order = "morning desc, id desc"

    provider_id = fields.Many2one("support.provider", required=True, readonly=True, ondelete="cascade", index=True)
    morning = fields.Datetime(string="Working Day Began", required=True, readonly=True)
    leader_ids = fields.Many2many("res.users", string="Told", readonly=True)
    ticket_ids = fields.Many2many("helpdesk.ticket", string="Red Tickets", readonly=True)

    _morning_unique = models.UniqueIndex("(provider_id, morning)")

    @api.depends("provider_id.name", "morning")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for daily in self:
            zone = daily.provider_id.tz or "UTC"
            day = fields.Datetime.context_timestamp(daily.with_context(tz=zone), daily.morning or datetime.min)
            daily.display_name = self.env._(
                "Red tickets, %s", format_date(self.env, day.date(), date_format="EEE d MMM y")
            )

    @api.model
    def _cron_list(self):
        """Scheduled action: when the working day has begun, tell each leader of the red tickets (O-14)."""
        now = self.env["support.event"]._now()
        for provider in self.env["support.provider"].search([("code", "=", PROVIDER)]):
            try:
                with self.env.cr.savepoint():
                    self._make(provider, now)
                    self._ask_to_wake(provider, now)
            except Exception:
                _logger.exception("The daily list of provider %s could not be made", provider.id)

    @api.model
    def _ask_to_wake(self, provider, now: datetime) -> None:
        opening = rota.next_day_opening(provider.calendar_id._sla_hours(), to_instant(now), days=1)
        if opening is not None and from_instant(opening) <= now + INTERVAL:
            self.env["support.health"]._wake("openpyme_helpdesk_sla.ir_cron_daily_list", from_instant(opening))

    @api.model
    def _make(self, provider, now: datetime):
        """The list of the working day that runs at ``now`` or began last, unless it was made.

        :return: the list, empty when there was nothing to make
        """
        opening = rota.day_opening(provider.calendar_id._sla_hours(), to_instant(now))
        if opening is None:
            return self.browse()  # no day ever begins: the configuration check says so
        morning = from_instant(opening)
        known = self.search_count([("provider_id", "=", provider.id), ("morning", ">=", morning)], limit=1)
        if known or not provider.try_lock_for_update(allow_referencing=True):
            return self.browse()
        red = self.env["helpdesk.ticket"].search(
            [("support_provider_id", "=", provider.id), ("openpyme_red_at", "<", now)], order="openpyme_red_at, id"
        )
        daily = self.create({"provider_id": provider.id, "morning": morning, "ticket_ids": [(6, 0, red.ids)]})
        self.env["openpyme.red.day"].sudo()._note(daily, now)
        told = self.env["res.users"]
        for leader, tickets in red.grouped(daily._get_reader).items():
            if not leader:
                continue
            try:
                with self.env.cr.savepoint():
                    daily._tell(leader, tickets, now)
            except OperationalError:
                raise  # the transaction is lost: the next run starts afresh
            except Exception:
                _logger.exception("The daily list of user %s could not be made", leader.id)
            else:
                told |= leader
        daily.leader_ids = told
        return daily

    def _get_reader(self, ticket):
        """Who reads about a ticket: its leader, or the administrator where there is none who is still here."""
        leader = ticket._support_filter_reachable(ticket.openpyme_leader_id)
        return leader or self.provider_id.administrator_id.filtered("active")

    def _tell(self, leader, tickets, now: datetime) -> None:
        """A message to one leader, in the leader's language and zone: the red ones first, then what turns red today.

        :param tickets: the red ones, longest first
        """
        self.ensure_one()
        localised = self.with_context(lang=leader.lang or self.env.lang, tz=leader.tz or self.provider_id.tz)
        soon = self.env["helpdesk.ticket"].search(
            [
                ("support_provider_id", "=", self.provider_id.id),
                ("openpyme_leader_id", "=", leader.id),
                ("openpyme_red_at", ">=", now),
                ("openpyme_red_at", "<", now + timedelta(hours=12)),
            ],
            order="openpyme_red_at, id",
        )
        count = len(tickets)
        localised.message_notify(
            partner_ids=leader.partner_id.ids,
            subject=localised.env._("1 ticket is red") if count == 1 else localised.env._("%s tickets are red", count),
            body=localised.env["ir.qweb"]._render(
                "openpyme_helpdesk_sla.daily_list",
                {
                    "leader": leader,
                    "red": [localised._describe(ticket, now) for ticket in tickets],
                    "soon": [localised._describe(ticket, now) for ticket in soon],
                    "hours": self.provider_id.openpyme_red_hours,
                },
                lang=localised.env.lang,
            ),
            email_layout_xmlid="mail.mail_notification_light",
            force_send=False,
        )

    def _describe(self, ticket, now: datetime) -> dict:
        """A ticket for the message: ``url``, ``number``, ``name``, ``client``, ``silent`` (words), ``impact``."""
        since = ticket.openpyme_contact or ticket.support_raised
        ticket = ticket.with_env(self.env)
        return {
            "url": f"{ticket.get_base_url()}/odoo/helpdesk.ticket/{ticket.id}",
            "number": ticket.number,
            "name": ticket.name,
            "client": ticket.commercial_partner_id.name or ticket.partner_name or "",
            "impact": ticket.openpyme_impact_id.name or "",
            "silent": ticket._support_length(int((now - since).total_seconds() // 3600 * 3600)),
        }
