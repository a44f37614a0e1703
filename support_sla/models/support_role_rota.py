from datetime import date, datetime, timedelta
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import format_datetime

from ..tools import rota
from ..tools.calendar import FIRST_YEAR, LAST_YEAR
from ..tools.spans import Span
from .support_time import from_instant, to_instant

#: weeks shown at once, and how many gaps are told in words
WEEKS = 4
MOST_GAPS = 6


class SupportRole(models.Model):
    """The rota of a role: which hours it has to cover, and where it does not (J-14, P-1)."""

    _inherit = "support.role"

    rota_hours = fields.Selection(
        [
            (rota.ALWAYS, "Around the clock"),
            (rota.CLOSED, "Outside of the working hours"),
            ("none", "No hours"),
        ],
        string="Rota Covers",
        help="When somebody has to be on call; gaps are shown in red. "
        "Empty: around the clock, as soon as anybody is on the rota.",
    )
    rota_picture = fields.Json(compute="_compute_rota_picture", compute_sudo=True)
    rota_run_ids = fields.One2many("support.rota.run", "role_id", string="Filled by the Wizard")

    @api.depends(
        "rota_hours",
        "duty_ids.start",
        "duty_ids.stop",
        "duty_ids.user_id",
        "provider_id.calendar_id",
        "user_ids",
        "source",
        "fallback_role_id",
    )
    @api.depends_context("lang", "tz")
    def _compute_rota_picture(self):
        for role in self:
            role.rota_picture = role._paint_rota(None, WEEKS) if role._has_rota() else False

    def get_rota_picture(self, first: str | bool = False, weeks: int = WEEKS) -> dict[str, Any]:
        """Some weeks of the rota, for the browser.

        :param first: a date in the first week, in ISO form; this week if not given
        :param weeks: how many, 26 at most
        :return: see :meth:`_paint_rota`
        """
        self.ensure_one()
        self._check_rota_reader()
        try:
            day = fields.Date.to_date(first) if first else None
            weeks = min(max(int(weeks), 1), 26)
        except (TypeError, ValueError) as error:
            raise ValidationError(self.env._("There is no date “%s”.", first)) from error
        if day and not FIRST_YEAR < day.year < LAST_YEAR:
            raise ValidationError(self.env._("There is no date “%s”.", first))
        return self._paint_rota(day, weeks)

    @api.model
    def get_rotas(self) -> list[dict[str, Any]]:
        """The coming weeks of every rota that the reader may see, for the rota's page; see :meth:`_paint_rota`."""
        self._check_rota_reader()
        roles = self.search(["|", ("duty_ids", "!=", False), ("rota_hours", "in", (rota.ALWAYS, rota.CLOSED))])
        return [role._paint_rota(None, WEEKS) for role in roles if role._has_rota()]

    def _check_rota_reader(self):
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Rotas are shown to the desk only."))

    def action_fill_rota(self):
        """Open the wizard that fills the rota of this role."""
        self.ensure_one()
        self.env["support.rota.wizard"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fill the Rota"),
            "res_model": "support.rota.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_role_id": self.id},
        }

    # --- gaps ------------------------------------------------------------------------------------

    def _get_rota_cover(self) -> str:
        """Which hours the rota has to cover: one of ``tools.rota``, or "none"."""
        self.ensure_one()
        return self.rota_hours or (rota.ALWAYS if self.duty_ids else "none")

    def _has_rota(self) -> bool:
        """Whether there is anything to show."""
        self.ensure_one()
        return bool(self.duty_ids) or self._get_rota_cover() != "none"

    def _get_rota_gaps(self, start: datetime, stop: datetime) -> list[tuple[datetime, datetime]]:
        """When somebody has to be on call for this role and nobody is; naive UTC."""
        spans = self._find_rota_gaps(to_instant(start), to_instant(stop))
        return [(from_instant(opens), from_instant(closes)) for opens, closes in spans]

    def _find_rota_gaps(self, start: int, stop: int) -> list[Span]:
        self.ensure_one()
        duties = [
            (to_instant(duty.start), to_instant(duty.stop))
            for duty in self.duty_ids
            if duty.start and duty.stop and duty.user_id.active
        ]
        hours = self.provider_id.calendar_id._sla_hours()
        return rota.gaps(hours, self._get_rota_cover(), duties, start, stop)

    def _paint_rota(self, first: date | None, weeks: int) -> dict[str, Any]:
        """Some weeks of the rota.

        :return: ``id`` and ``name`` of the role, ``provider``, ``zone``, ``today``; ``days``: ``{day, bars}`` from a
            Monday on, ``bars``: ``{start, stop, kind, who}`` in seconds after midnight, kinds as in ``tools.rota``;
            ``gaps``: ``{text, local}``, from now on; ``more``: how many further gaps there are; ``covers``: which hours
            it covers, in words; ``empty``: a sentence when nobody at all is on call, or ""
        """
        self.ensure_one()
        # sudo: colleagues are named to whoever may read the role
        role_sudo = self.sudo()
        hours = role_sudo.provider_id.calendar_id._sla_hours()
        now = to_instant(self.env["support.event"]._now())
        today = hours.local(now)[0]
        first = first or today
        monday = first - timedelta(days=first.weekday())
        start, stop = hours.instant(monday), hours.instant(monday + timedelta(days=7 * weeks))
        duties = [
            (to_instant(duty.start), to_instant(duty.stop), duty.user_id)
            for duty in role_sudo.duty_ids
            if duty.start and duty.stop and to_instant(duty.stop) > start and to_instant(duty.start) < stop
        ]
        names = {user.id: user.name for _opens, _closes, user in duties}
        spans = [(opens, closes, user.id) for opens, closes, user in duties]
        # nobody can fill yesterday's gap any more
        holes = role_sudo._find_rota_gaps(max(start, now), stop)
        labels = dict(self._fields["rota_hours"]._description_selection(self.env))
        empty = bool(holes) and not any(closes > now for _opens, closes, _who in spans)
        # when the rota ends, every night after it is a gap: said in one sentence
        end = max((closes for _opens, closes, _who in spans), default=start)
        after = [] if empty else [hole for hole in holes if hole[0] >= end]
        after = after if len(after) > 1 else []
        within = [] if empty else holes[: len(holes) - len(after)]
        told = within[:MOST_GAPS]
        return {
            "id": self._origin.id,
            "name": role_sudo.name or "",
            "provider": role_sudo.provider_id.name or "",
            "zone": hours.zone,
            "today": fields.Date.to_string(today),
            "covers": labels[role_sudo._get_rota_cover()],
            "days": [
                {
                    "day": fields.Date.to_string(day.day),
                    "bars": [
                        {"start": bar.start, "stop": bar.stop, "kind": bar.kind, "who": names.get(bar.who, "")}
                        for bar in day.bars
                    ],
                }
                for day in rota.paint(hours, monday, 7 * weeks, spans, holes)
            ],
            "gaps": [role_sudo._say_rota_gap(opens, closes) for opens, closes in told]
            + [role_sudo._say_rota_end(opens) for opens, _closes in after[:1]],
            "more": len(within) - len(told),
            "empty": role_sudo._say_rota_empty() if empty else "",
        }

    def _say_rota_gap(self, start: int, stop: int) -> dict[str, str]:
        """A gap in the provider's zone, with who is told instead; ``local``: in the reader's zone where they differ."""
        zone = self.provider_id.tz or "UTC"
        own = self.env.user.tz or zone
        opens, closes = from_instant(start), from_instant(stop)
        text = self.env._(
            "%(start)s – %(stop)s: nobody; %(instead)s.",
            start=self._format_rota(opens, zone),
            stop=self._format_rota(closes, zone),
            instead=self._say_rota_instead(),
        )
        local = ""
        if self._format_rota(opens, own) != self._format_rota(opens, zone):
            local = self.env._(
                "%(start)s – %(stop)s in your zone",
                start=self._format_rota(opens, own),
                stop=self._format_rota(closes, own),
            )
        return {"text": text, "local": local}

    def _say_rota_end(self, start: int) -> dict[str, str]:
        """That the rota ends, in the provider's zone; ``local``: in the reader's zone where they differ."""
        zone = self.provider_id.tz or "UTC"
        own = self.env.user.tz or zone
        here, there = (self._format_rota(from_instant(start), tz) for tz in (zone, own))
        return {
            "text": self.env._("From %(start)s on: nobody; %(instead)s.", start=here, instead=self._say_rota_instead()),
            "local": self.env._("from %s in your zone", there) if here != there else "",
        }

    def _say_rota_empty(self) -> str:
        return self.env._("Nobody is on call in these weeks; %s.", self._say_rota_instead())

    def _say_rota_instead(self) -> str:
        """Who is told while nobody is on call, as part of a sentence."""
        role, seen = self, self.browse()
        while role and role not in seen:
            named = role.user_ids.filtered("active")
            if role != self and (named or role.source != "users"):
                return self.env._("“%s” stands in", role.name)
            if named:
                return self.env._("told instead: %s", ", ".join(named.mapped("name")))
            if role.source != "users":
                labels = dict(self._fields["source"]._description_selection(self.env))
                return self.env._("told instead: %s", labels[role.source])
            seen |= role
            role = role.fallback_role_id
        return self.env._("nobody is told")

    def _format_rota(self, moment: datetime, zone: str) -> str:
        return format_datetime(self.env, moment, tz=zone, dt_format="EEE d MMM HH:mm")
