from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class Dialog360Incident(models.Model):
    """An incident that is going on: clients read of it before they write (D-18).

    Customers never read these records: they get words from ``support.provider._dialog360_get_banners``.
    """

    _name = "dialog360.incident"
    _description = "Ongoing Incident"
    _inherit = ["support.masked.mixin"]
    _order = "date_start desc, id desc"

    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="provider_id.company_id")
    active = fields.Boolean(default=True)
    name = fields.Char(string="Title", required=True, translate=True, help="As clients read it.")
    text = fields.Text(translate=True, help="What is concerned, what it looks like, and what clients can do meanwhile.")
    priority_id = fields.Many2one(
        "support.priority", string="Severity", domain="[('provider_id', '=', provider_id)]", ondelete="restrict"
    )
    date_start = fields.Datetime(string="From", required=True, default=fields.Datetime.now)
    date_end = fields.Datetime(string="Until", help="Empty: until somebody ends it.")
    url = fields.Char(string="Link", help="Of this incident on the status page. Empty: the status page.")
    is_ongoing = fields.Boolean(string="Shown", compute="_compute_is_ongoing", search="_search_is_ongoing")

    _dates_check = models.Constraint("CHECK(date_end >= date_start)", "An incident cannot end before it begins.")

    @api.depends("date_start", "date_end", "active")
    def _compute_is_ongoing(self):
        now = self.env["support.event"]._now()
        for incident in self:
            start, end = incident.date_start, incident.date_end
            incident.is_ongoing = bool(incident.active and start and start <= now and (not end or end > now))

    @api.model
    def _search_is_ongoing(self, operator, value):
        if operator != "in":
            return NotImplemented
        ongoing = self._get_ongoing_domain(self.env["support.event"]._now())
        return ongoing if True in value else ~ongoing

    @api.model
    def _get_ongoing_domain(self, now: datetime) -> Domain:
        return (
            Domain("active", "=", True)
            & Domain("date_start", "<=", now)
            & (Domain("date_end", "=", False) | Domain("date_end", ">", now))
        )

    @api.constrains("url")
    def _check_url(self):
        for incident in self:
            if incident.url and not incident.url.startswith(("https://", "http://")):
                raise ValidationError(self.env._("The link has to begin with https://"))

    @api.constrains("priority_id", "provider_id")
    def _check_priority(self):
        for incident in self:
            if incident.priority_id and incident.priority_id.provider_id != incident.provider_id:
                raise ValidationError(
                    self.env._(
                        "“%(level)s” is no level of %(provider)s.",
                        level=incident.priority_id.display_name,
                        provider=incident.provider_id.name,
                    )
                )

    def _support_wants_masking(self, vals: dict[str, Any]) -> bool:
        """D-16: what every client reads has no secret of one in it."""
        masking = self.env["support.provider"]._get_masking()
        named = {vals["provider_id"]} if vals.get("provider_id") else set(self.sudo().provider_id.ids)
        return bool(named & masking) if named else bool(masking)

    def action_end(self):
        """It is over: nobody reads of it any more."""
        self.check_access("write")
        self.write({"date_end": self.env["support.event"]._now()})

    def _describe(self, tz: str) -> dict[str, Any]:
        """One incident in plain words, for clients: ``name``, ``text``, ``level``, ``tone``, ``since`` and ``url``."""
        self.ensure_one()
        level = self.priority_id
        return {
            "name": self.name,
            "text": self.text or "",
            "level": level.name or "",
            # the most severe stands out; the word says it as well
            "tone": "danger" if level.stars == "3" else "warning",
            "since": self.env["helpdesk.ticket"]._support_portal_format(self.date_start, None, tz),
            "url": self.url or self.provider_id.dialog360_status_url or "",
        }
