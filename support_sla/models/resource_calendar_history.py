from datetime import datetime
from typing import Any

from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import definition as definitions
from .support_context import given
from .support_time import to_instant

PENDING = "support_sla.calendars"


class ResourceCalendar(models.Model):
    """What the opening hours were: kept whenever they change, as far as promises run on them (E-3.6)."""

    _name = "resource.calendar"
    _inherit = ["resource.calendar", "support.used.mixin"]

    support_change_id = fields.Many2one(
        "support.recompute",
        compute="_compute_support_change",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="What its last edit would change, or is just changing, for open promises.",
    )
    support_change_text = fields.Char(
        compute="_compute_support_change", compute_sudo=True, groups="helpdesk_mgmt.group_helpdesk_manager"
    )

    def _compute_support_change(self):
        found = self.env["support.recompute"].search(
            [("calendar_id", "in", self.ids), ("state", "in", ("draft", "running"))], order="state DESC, id"
        )
        by_calendar = {change.calendar_id.id: change for change in found}
        for calendar in self:
            change = by_calendar.get(calendar.id, found.browse())
            calendar.support_change_id = change
            calendar.support_change_text = change._get_banner() if change else False

    def action_sla_preview(self):
        """Open what the last edit would change for open promises."""
        self.ensure_one()
        self.check_access("read")
        change = self.env["support.recompute"].search(
            [("calendar_id", "=", self.id), ("state", "in", ("draft", "running"))], order="state, id", limit=1
        )
        if not change:
            raise UserError(self.env._("Open promises are up to these hours by now."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": "support.recompute",
            "res_id": change.id,
            "view_mode": "form",
        }

    @api.model
    def _sla_forget(self) -> None:
        """Every edit of hours passes here; what it amounts to is seen when the transaction ends."""
        super()._sla_forget()
        self._sla_watch()

    @api.model
    def _sla_watch(self) -> None:
        """Compare the calendars in use with what was kept of them when the transaction ends, or before it reckons."""
        data = self.env.cr.precommit.data
        at_once = bool(given(self.env, "support_apply_at_once"))
        if PENDING in data:
            data[PENDING] = data[PENDING] and at_once
        else:
            data[PENDING] = at_once
            # whoever asked for the edit is whose edit it is
            self.env.cr.precommit.add(self.env["resource.calendar"].browse()._sla_settle_pending)

    @api.model
    def _sla_settle_pending(self) -> None:
        at_once = self.env.cr.precommit.data.pop(PENDING, None)
        if at_once is not None:
            self._sla_settle(at_once)

    @api.model
    def _sla_settle(self, at_once: bool = False) -> None:
        """Keep a version of each calendar in use whose hours are not what was last kept.

        Hours on which nothing was ever measured are kept in place. Where open promises run on the hours of
        before, a draft of what would change for them is made.

        :param at_once: nobody is there to decide: the change is applied in the background
        """
        Version = self.env["support.calendar.version"].sudo()
        now = self.env["support.event"]._now()
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT calendar_id FROM support_provider
               UNION SELECT calendar_id FROM support_target WHERE basis = 'calendar' AND calendar_id IS NOT NULL
               UNION SELECT calendar_id FROM support_calendar_version"""
        )
        calendars = self.sudo().with_context(active_test=False).browse(sorted(row[0] for row in self.env.cr.fetchall()))
        self.env.cr.execute(
            """SELECT DISTINCT ON (calendar_id) id FROM support_calendar_version
               ORDER BY calendar_id, id DESC"""
        )
        kept = {
            version.calendar_id.id: version for version in Version.browse([row[0] for row in self.env.cr.fetchall()])
        }
        for calendar in calendars.exists():
            definition = calendar._sla_get_definition()
            last = kept.get(calendar.id)
            if last is None:
                # what held before anybody kept it, as far as anybody knows
                Version.create({"calendar_id": calendar.id, "since": now, "applied": now, "definition": definition})
            elif last.definition != definition:
                calendar._sla_keep(last, definition, now, at_once)
                self._sla_drop_cache()

    def _sla_keep(self, last, definition: dict[str, Any], now: datetime, at_once: bool) -> None:
        """``definition`` takes the place of the ``last`` version, or follows on it."""
        self.ensure_one()
        # whoever edits the same calendar at the same time fails here and is repeated, with both edits in sight
        self.env.cr.execute(SQL("UPDATE support_calendar_version SET since = since WHERE id = %s", last.id))
        if last._tells_same(definition) or not self._sla_has_measured():
            last.definition = definition
            return
        if last.since == now and not last.applied:
            last.definition = definition  # edited twice in one moment
            version = last
        else:
            version = last.create({"calendar_id": self.id, "since": now, "definition": definition})
        last.flush_model()
        self._sla_drop_cache()
        self.env["support.recompute"]._propose_calendar(self, version, now, at_once)

    def _sla_get_definition(self) -> dict[str, Any]:
        """What the hours are made of today, as plain data; names of exception days in all languages."""
        self.ensure_one()
        calendar_sudo = self.sudo()
        lines = calendar_sudo.support_exception_ids
        lines.flush_model(["name"])
        self.env.cr.execute(SQL("SELECT id, name FROM support_calendar_exception WHERE id = ANY(%s)", lines.ids))
        names = {
            line_id: {lang: name for lang, name in (found or {}).items() if name}
            for line_id, found in self.env.cr.fetchall()
        }
        return definitions.define(
            calendar_sudo.tz or "UTC",
            calendar_sudo._sla_get_weekly_openings(),
            calendar_sudo._sla_get_closures(),
            [(line._sla_get_exception(), names.get(line.id, {})) for line in lines],
        )

    def _sla_get_target_ids(self) -> SQL:
        """The promises, of whatever version, that run on this calendar: a subquery of their ids."""
        self.ensure_one()
        return SQL(
            """(SELECT target.id FROM support_target AS target
                JOIN support_provider AS provider ON provider.id = target.provider_id
                WHERE target.unit != 'agreement'
                  AND (target.basis = 'calendar' AND target.calendar_id = %(calendar)s
                       OR target.basis = 'provider' AND provider.calendar_id = %(calendar)s))""",
            calendar=self.id,
        )

    def _sla_has_measured(self) -> bool:
        """Whether any clock ever ran on this calendar."""
        self.env.cr.execute(
            SQL("SELECT EXISTS (SELECT FROM support_clock WHERE target_id = ANY(ARRAY%s))", self._sla_get_target_ids())
        )
        return self.env.cr.fetchone()[0]

    @tools.ormcache("self.id")
    def _sla_get_timeline(self) -> tuple[tuple[int, int, int | None], ...]:
        """The versions of this calendar in order: ``(id, since, applied)``, instants."""
        versions = self.env["support.calendar.version"].sudo().search([("calendar_id", "=", self.id)], order="id")
        return tuple(
            (
                version.id,
                to_instant(version.since),
                to_instant(version.applied) if version.applied else None,
            )
            for version in versions
        )
