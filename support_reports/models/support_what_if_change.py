from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import what_if

UNITS = ("minutes", "hours", "working_days", "working_day_end", "calendar_days")


class SupportWhatIfChange(models.Model):
    """One rule that is to be another one (R-10)."""

    _name = "support.what.if.change"
    _description = "Changed Rule of a What-If"
    _order = "what_if_id, sequence, id"

    what_if_id = fields.Many2one("support.what.if", required=True, ondelete="cascade", index=True)
    provider_id = fields.Many2one(related="what_if_id.provider_id")
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("length", "Another length"),
            ("hours", "Other hours"),
            ("level", "Another level"),
            ("version", "Another policy version"),
            ("pause", "Also pauses while"),
            ("no_pause", "Does not pause while"),
            ("drop", "Not promised"),
        ],
        string="Change",
        required=True,
        default="length",
    )
    metric = fields.Selection(selection="_selection_metric", string="Promise", help="Empty: every promise.")
    priority_id = fields.Many2one(
        "support.priority",
        string="Level",
        ondelete="cascade",
        domain="[('provider_id', '=', provider_id)]",
        help="Empty: every level.",
    )
    to_priority_id = fields.Many2one(
        "support.priority", string="Had Been", ondelete="cascade", domain="[('provider_id', '=', provider_id)]"
    )
    amount = fields.Integer(default=1)
    unit = fields.Selection(selection="_selection_unit", default="hours")
    basis = fields.Selection(
        [("calendar", "These hours"), ("always", "Around the clock")], string="Counted In", default="calendar"
    )
    calendar_id = fields.Many2one("resource.calendar", ondelete="set null")
    version_id = fields.Many2one(
        "support.policy.version",
        ondelete="cascade",
        domain="[('provider_id', '=', provider_id)]",
        help="Tickets of any version of this policy go by this one.",
    )
    reason_id = fields.Many2one("support.pause.reason", ondelete="cascade")
    text = fields.Char(compute="_compute_text", string="Rule")

    _amount_check = models.Constraint("CHECK(amount > 0)", "A promise must be longer than nothing.")

    @api.model
    def _selection_metric(self):
        return self.env["support.target"]._selection_metric()

    @api.model
    def _selection_unit(self):
        units = self.env["support.target"]._fields["unit"]._description_selection(self.env)
        return [(code, name) for code, name in units if code in UNITS]

    @api.depends(
        *("kind", "metric", "priority_id", "to_priority_id", "amount", "unit", "basis", "calendar_id"),
        *("version_id", "reason_id"),
    )
    @api.depends_context("lang")
    def _compute_text(self):
        for change in self:
            change.text = self._say(change._to_plain())

    def _to_plain(self) -> dict[str, Any]:
        """The rule as plain data, complete or not: ids, codes and numbers."""
        self.ensure_one()
        return {
            "kind": self.kind,
            "metric": self.metric or "",
            "level": self.priority_id.id or None,
            "to_level": self.to_priority_id.id or None,
            "amount": self.amount,
            "unit": self.unit,
            "basis": self.basis,
            "calendar": self.calendar_id.id or None,
            "version": self.version_id.id or None,
            "reason": self.reason_id.code or "",
        }

    def _to_rule(self) -> dict[str, Any]:
        """The rule as plain data.

        :raises UserError: what it lacks
        """
        self.ensure_one()
        plain = self._to_plain()
        lacks = ""
        match self.kind:
            case what_if.LEVEL if not (self.priority_id and self.to_priority_id):
                lacks = self.env._("choose the level that the tickets had, and the one they are to have had")
            case what_if.HOURS if self.basis == "calendar" and not self.calendar_id:
                lacks = self.env._("choose the hours; those of before may have been deleted")
            case what_if.VERSION if not self.version_id:
                lacks = self.env._("choose the policy version")
            case what_if.PAUSE | what_if.NO_PAUSE if not self.reason_id:
                lacks = self.env._("choose the reason")
            case what_if.LENGTH if not self.unit:
                lacks = self.env._("choose the unit")
        if lacks:
            raise UserError(self.env._("“%(change)s” is incomplete: %(lacks)s.", change=self.text, lacks=lacks))
        return plain

    @api.model
    def _say(self, rule: dict[str, Any]) -> str:
        """A rule of plain data in the reader's words; what was deleted since is called so."""
        gone = self.env._("(deleted)")

        def name(model: str, record_id: int | None) -> str:
            record = self.env[model].sudo().browse(record_id or []).exists()
            return record.display_name if record else ("…" if not record_id else gone)

        metrics = dict(self._selection_metric())
        promise = metrics.get(rule["metric"], rule["metric"]) or self.env._("Every promise")
        if rule["level"] and rule["kind"] != what_if.LEVEL:
            promise = self.env._(
                "%(promise)s at %(level)s", promise=promise, level=name("support.priority", rule["level"])
            )
        match rule["kind"]:
            case what_if.LEVEL:
                return self.env._(
                    "Every ticket of %(before)s had been %(after)s",
                    before=name("support.priority", rule["level"]),
                    after=name("support.priority", rule["to_level"]),
                )
            case what_if.LENGTH:
                target = self.env["support.target"].new({"unit": rule["unit"], "amount": rule["amount"]})
                length = target._get_length_text() if rule["unit"] else "…"
                return self.env._("%(promise)s: %(length)s", promise=promise, length=length)
            case what_if.HOURS if rule["basis"] == "always":
                return self.env._("%s: around the clock", promise)
            case what_if.HOURS:
                return self.env._(
                    "%(promise)s: in the hours “%(hours)s”",
                    promise=promise,
                    hours=name("resource.calendar", rule["calendar"]),
                )
            case what_if.VERSION:
                return self.env._("Tickets go by “%s”", name("support.policy.version", rule["version"]))
            case what_if.DROP:
                return self.env._("%s: not promised", promise)
        reason = self.env["support.pause.reason"]._get_labels().get(rule["reason"], rule["reason"]) or "…"
        if rule["kind"] == what_if.PAUSE:
            return self.env._("%(promise)s: pauses also while “%(reason)s”", promise=promise, reason=reason)
        return self.env._("%(promise)s: does not pause while “%(reason)s”", promise=promise, reason=reason)
