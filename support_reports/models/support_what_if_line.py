from collections.abc import Iterable

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import what_if

#: outcomes before and after → the way in which the promise changes
FLIPS = {
    (what_if.LATE, what_if.KEPT): "to_kept",
    (what_if.KEPT, what_if.LATE): "to_late",
    (what_if.OPEN, what_if.LATE): "open_late",
}


class SupportWhatIfLine(models.Model):
    """What a run came to for one promise: as it stands in the figures, and under the changed rules (R-10)."""

    _name = "support.what.if.line"
    _description = "Promise of a What-If"
    _order = "run_id desc, flip, ticket_id, metric, round, id"
    _rec_name = "ticket_id"
    _log_access = False
    _allow_sudo_commands = False

    run_id = fields.Many2one("support.what.if.run", required=True, readonly=True, index=True, ondelete="cascade")
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    team_id = fields.Many2one(related="ticket_id.team_id", string="Queue")
    metric = fields.Selection(selection="_selection_metric", string="Promise", readonly=True)
    round = fields.Integer(readonly=True, help="Which round of a repeating promise, from 0.")
    priority_id = fields.Many2one("support.priority", string="Level", readonly=True, ondelete="set null")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, ondelete="set null")
    before = fields.Selection(selection="_selection_outcome", readonly=True)
    after = fields.Selection(selection="_selection_outcome", readonly=True)
    before_due = fields.Datetime(string="Due Before", readonly=True)
    after_due = fields.Datetime(string="Due After", readonly=True)
    flip = fields.Selection(
        [
            ("to_late", "Kept → late"),
            ("to_kept", "Late → kept"),
            ("open_late", "Open and late by it"),
            ("new", "Newly promised"),
            ("gone", "No longer promised"),
            ("other", "Other changes"),
            ("same", "The same"),
        ],
        string="Change",
        readonly=True,
    )
    differs = fields.Boolean(
        string="Not as Replayed",
        readonly=True,
        help="It stands in the figures otherwise than the rules of then give it today.",
    )
    before_text = fields.Html(compute="_compute_texts", string="How Before")
    after_text = fields.Html(compute="_compute_texts", string="How After")
    warning = fields.Char(compute="_compute_texts")

    @api.model
    def _selection_metric(self):
        return self.env["support.target"]._selection_metric()

    @api.model
    def _selection_outcome(self):
        return [
            (what_if.KEPT, self.env._("Kept")),
            (what_if.LATE, self.env._("Late")),
            (what_if.EXCUSED, self.env._("Late, excluded by agreement")),
            (what_if.OPEN, self.env._("Open")),
            (what_if.NOTHING, self.env._("Nothing counted")),
        ]

    @api.model
    def _get_flip(self, before: str, after: str) -> str:
        """In which way a promise changes; ``same`` when it does not."""
        if before == after:
            return "same"
        if (before, after) in FLIPS:
            return FLIPS[(before, after)]
        if before == what_if.NOTHING:
            return "new"
        return "gone" if after == what_if.NOTHING else "other"

    def _compute_texts(self):
        for line in self:
            line.before_text = line.after_text = line.warning = False
            # the reader's own access to the ticket decides, and the run knows the rules
            if not line.ticket_id.has_access("read"):
                continue
            try:
                replay = self.env["support.what.if.replay"]._prepare(line.run_id, [line.ticket_id.id])
                before, after, same = replay.explain(line)
            except ValueError as error:
                line.warning = str(error)
                continue
            line.before_text = self._to_html(before)
            line.after_text = self._to_html(after)
            if not same:
                line.warning = self.env._(
                    "Facts have come in since the run, or hours were changed: today it would come to something else."
                )

    @api.model
    def _to_html(self, sentences: Iterable[str]):
        return Markup("<br/>").join(sentences) if sentences else False

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("What a run came to is written by the run only."))

    def write(self, vals):
        raise UserError(self.env._("What a run came to is written by the run only."))

    def unlink(self):
        raise UserError(self.env._("What a run came to goes with the run."))

    def action_open_ticket(self):
        """The ticket itself."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @api.model
    def _insert(self, run, rows: Iterable[tuple]):
        """The lines of some tickets: ``(ticket, metric, round, level, customer, before, after, due before, due after,
        differs)`` each."""
        values = [(run.id, *row, self._get_flip(row[5], row[6])) for row in rows]
        if values:
            self.env.cr.execute_values(
                """INSERT INTO support_what_if_line
                       (run_id, ticket_id, metric, round, priority_id, partner_id, before, after, before_due, after_due,
                        differs, flip)
                   VALUES %s""",
                values,
                page_size=5000,
            )
            self.invalidate_model(flush=False)
