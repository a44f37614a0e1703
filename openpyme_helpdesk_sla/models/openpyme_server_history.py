from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_time import to_instant
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ..tools import uptime

#: days of the picture
DAYS = 90
PORTAL_DAYS = 30


class OpenpymeServer(models.Model):
    """What was seen of servers: shares of the month and a picture day by day (O-15).

    Days and months are those of the provider's zone. What nobody saw counts neither way.
    """

    _inherit = "openpyme.server"

    month_share = fields.Float(
        string="Up This Month (%)",
        compute="_compute_month_share",
        digits=(16, 2),
        aggregator="avg",
        help="Of the time in which it was seen since the first of the month.",
    )
    month_seen = fields.Boolean(compute="_compute_month_share")
    picture = fields.Json(compute="_compute_picture")

    @api.depends("span_ids")
    def _compute_month_share(self):
        now = self.env["support.event"]._now()
        zone = self._get_provider().tz or "UTC"
        start = uptime.month_start(to_instant(now), zone)
        stretches = self._get_stretches(start)
        for server in self:
            share = uptime.count(stretches[server._origin.id], start, to_instant(now)).share
            server.month_seen = share is not None
            server.month_share = share or 0.0

    @api.depends("span_ids")
    @api.depends_context("lang", "tz")
    def _compute_picture(self):
        now = self.env["support.event"]._now()
        painted = self._paint(now, DAYS)
        for server in self:
            server.picture = painted.get(server._origin.id) or False

    def _get_stretches(self, start: int) -> dict[int, list[uptime.Stretch]]:
        """What reaches into the time since ``start``, by the server's id, the oldest first. One query."""
        found: dict[int, list[uptime.Stretch]] = defaultdict(list)
        moment = datetime(1970, 1, 1) + timedelta(seconds=start)
        spans = self.env["openpyme.server.span"].search_fetch(
            Domain("server_id", "in", self._origin.ids) & (Domain("stop", "=", False) | Domain("stop", ">", moment)),
            ["server_id", "state", "start", "stop"],
            order="start, id",
        )
        for span in spans:
            stop = to_instant(span.stop) if span.stop else None
            found[span.server_id.id].append(uptime.Stretch(to_instant(span.start), stop, span.state))
        return found

    def _paint(self, now: datetime, days: int, shown_in: str = "") -> dict[int, dict[str, Any]]:
        """The picture of each server, in words and shares for browser and portal.

        :param shown_in: zone of the moments of outages; the provider's, as the days, if not given
        :return: by id: ``zone``; ``share`` (percent as text, empty: nothing was seen); ``days``, the oldest first, each
            ``{day (ISO), name, kind, word, share (0–100 or None), text}``, kind as in ``tools.uptime``; ``seen`` (what
            the days come to, for who does not see them); ``outages``: the latest first, ``{since, until (False: it goes
            on), length, start, stop}``, the last two as UTC text, ``stop`` False while it goes on
        """
        if not self._origin.ids:
            return {}
        zone = self._get_provider().tz or "UTC"
        instant = to_instant(now)
        first = uptime.midnight(uptime.local_day(instant, zone) - timedelta(days=days - 1), zone)
        stretches = self._get_stretches(first)
        painted = {}
        for server in self._origin:
            own = stretches[server.id]
            whole = uptime.count(own, first, instant)
            described = [self._describe_day(day) for day in uptime.paint(own, instant, days, zone)]
            bad = "; ".join(day["text"] for day in described if day["kind"] == uptime.DOWN)
            painted[server.id] = {
                "zone": zone,
                "share": self._say_share(whole.share),
                "days": described,
                "seen": bad or self.env._("No outage was seen in these days."),
                "outages": [
                    {
                        "since": format_datetime(
                            self.env, _moment(stretch.start), tz=shown_in or zone, dt_format="short"
                        ),
                        "until": stretch.stop is not None
                        and format_datetime(self.env, _moment(stretch.stop), tz=shown_in or zone, dt_format="short"),
                        "length": self._say_length((stretch.stop or instant) - stretch.start),
                        "start": fields.Datetime.to_string(_moment(stretch.start)),
                        "stop": stretch.stop is not None and fields.Datetime.to_string(_moment(stretch.stop)),
                    }
                    for stretch in reversed(own)
                    if stretch.state == uptime.DOWN and (stretch.stop is None or stretch.stop > first)
                ][:20],
            }
        return painted

    def _describe_day(self, day: uptime.Day) -> dict[str, Any]:
        words = {
            uptime.UP: self.env._("up"),
            uptime.DOWN: self.env._("outage"),
            uptime.PAUSED: self.env._("paused"),
            uptime.UNKNOWN: self.env._("not seen"),
        }
        tally, kind = day.tally, day.kind
        name = format_date(self.env, day.day, date_format="EEE d MMM")
        if kind == uptime.DOWN:
            text = self.env._(
                "%(day)s: down for %(length)s, outages: %(count)s",
                day=name,
                length=self._say_length(tally.down),
                count=tally.outages,
            )
        else:
            text = self.env._("%(day)s: %(state)s", day=name, state=words[kind])
        return {
            "day": fields.Date.to_string(day.day),
            "name": name,
            "kind": kind,
            "word": words[kind],
            "share": tally.share,
            "text": text,
        }

    @api.model
    def _say_share(self, share: float | None) -> str:
        """Percent, cut and not rounded: 99.996 is not 100."""
        return "" if share is None else f"{int(share * 100) / 100:.2f}".rstrip("0").rstrip(".")

    @api.model
    def _say_length(self, seconds: int) -> str:
        if seconds < 60:
            return self.env._("less than a minute")
        return self.env["helpdesk.ticket"]._support_length(seconds)

    # --- portal -----------------------------------------------------------------------------------

    @api.model
    def _portal_get_servers(self, partner) -> list[dict[str, Any]]:
        """What a customer is shown of the own servers: words, no address. Called in superuser mode.

        :param partner: who reads; servers are those of the company
        """
        servers = self.search(
            [
                ("commercial_partner_id", "=", partner.commercial_partner_id.id),
                ("on_portal", "=", True),
            ],
            limit=200,
        )
        now = self.env["support.event"]._now()
        states = dict(self._fields["state"]._description_selection(self.env))
        zone = self.env.context.get("tz") or self._get_provider().tz or "UTC"
        painted = servers._paint(now, PORTAL_DAYS, zone)
        return [
            {
                **painted[server.id],
                "name": server.name,
                "state": server.state,
                "word": states[server.state],
                "since": server.since and format_datetime(self.env, server.since, tz=zone, dt_format="short"),
                "checked": server.last_checked
                and format_datetime(self.env, server.last_checked, tz=zone, dt_format="short"),
                "zone": zone,
                "pause_until": server.pause_until
                and format_datetime(self.env, server.pause_until, tz=zone, dt_format="short"),
                "ticket": server._portal_get_ticket(),
            }
            for server in servers
        ]

    def _portal_get_ticket(self) -> dict[str, Any] | None:
        """The ticket of an outage that goes on, for the customer's link."""
        ticket = self.ticket_id and self.ticket_id._support_get_survivor()
        return {"id": ticket.id, "number": ticket.number} if ticket else None


def _moment(instant: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=instant)
