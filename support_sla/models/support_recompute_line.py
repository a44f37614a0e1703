from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import facts, transitions
from .support_time import from_instant, to_instant


class SupportRecomputeLine(models.Model):
    """What a change of rules does, or did, to one promise (E-3.6).

    Until it is applied the lines are the preview; each ticket's are replaced by what happened when its turn comes.
    """

    _name = "support.recompute.line"
    _description = "Promise of a Change of Rules"
    _order = "recompute_id desc, late desc, new_due, id"
    _log_access = False
    _allow_sudo_commands = False

    recompute_id = fields.Many2one("support.recompute", required=True, readonly=True, ondelete="cascade", index=True)
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    team_id = fields.Many2one(related="ticket_id.team_id", string="Queue")
    metric = fields.Selection(selection="_selection_metric", string="Promise", readonly=True)
    old_due = fields.Datetime(string="Due Before", readonly=True)
    new_due = fields.Datetime(string="Due After", readonly=True)
    shift = fields.Integer(readonly=True, help="By how many seconds it is due later; negative: earlier.")
    old_left = fields.Integer(readonly=True, help="Opening seconds left before, of a promise that is paused.")
    new_left = fields.Integer(readonly=True, help="Opening seconds left after, of a promise that is paused.")
    late = fields.Boolean(readonly=True, string="Late By It")
    verbs = fields.Char(readonly=True, help="What happened, see tools/transitions.")
    what = fields.Char(compute="_compute_what", string="What Happens")

    @api.model
    def _selection_metric(self):
        return self.env["support.target"]._selection_metric()

    @api.depends("metric", "ticket_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._selection_metric())
        for line in self:
            line.display_name = f"{line.ticket_id.display_name}: {labels.get(line.metric, line.metric or '')}"

    @api.depends("verbs", "shift", "late", "old_left", "new_left", "old_due", "new_due")
    @api.depends_context("lang")
    def _compute_what(self):
        for line in self:
            line.what = line._describe()

    def _describe(self) -> str:
        """What happens to the promise, in the reader's words."""
        self.ensure_one()
        Ticket = self.env["helpdesk.ticket"]
        verbs = set((self.verbs or "").split(","))
        if transitions.BREACH in verbs:
            return self.env._("late by this change")
        if self.new_due and self.old_due and self.shift:
            length = Ticket._support_length(abs(self.shift))
            if self.shift > 0:
                return self.env._("due %s later", length)
            return self.env._("due %s earlier", length)
        if transitions.STOP in verbs:
            return self.env._("no longer promised")
        if self.old_left or self.new_left:
            return self.env._(
                "stands still, %(after)s left instead of %(before)s",
                after=Ticket._support_length(self.new_left),
                before=Ticket._support_length(self.old_left),
            )
        if transitions.RESUME in verbs:
            return self.env._("goes on")
        if transitions.PAUSE in verbs:
            return self.env._("stands still")
        if self.new_due and not self.old_due:
            if transitions.START in verbs:
                return self.env._("newly promised")
            return self.env._("gets a due time")
        if self.old_due and not self.new_due:
            return self.env._("has no due time any more")
        return ""

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("The log of changed rules is written by the engine only."))

    def write(self, vals):
        raise UserError(self.env._("The log of changed rules is written by the engine only."))

    def unlink(self):
        raise UserError(self.env._("The log of changed rules cannot be deleted."))

    # --- written by the change itself -------------------------------------------------------------

    @api.model
    def _compare(self, before: list[facts.Clock], after: list[facts.Clock], now: facts.Instant) -> list[dict[str, Any]]:
        """What is different for the promises of one ticket that are open before or after."""
        now_clocks = {(clock.target, clock.grade, clock.round): clock for clock in after}
        successors = {(clock.metric, clock.round): clock for clock in after if clock.state in facts.LIVE}
        result = []
        for old in before:
            if old.state not in facts.LIVE:
                continue
            new = now_clocks.get((old.target, old.grade, old.round))
            following = successors.pop((old.metric, old.round), None)
            if new is not None and new.state not in facts.LIVE and following is not None:
                # the same promise under another version
                result.append(self._prepare(old, following, transitions.verbs(None, following), now))
            elif new is not None:
                result.append(self._prepare(old, new, transitions.verbs(old, new), now))
            else:
                result.append(self._prepare(old, None, (transitions.STOP,), now))
        known = {(old.metric, old.round) for old in before if old.state in facts.LIVE}
        result += [
            self._prepare(None, new, transitions.verbs(None, new), now)
            for key, new in successors.items()
            if key not in known
        ]
        return [values for values in result if values]

    @api.model
    def _prepare(
        self, old: facts.Clock | None, new: facts.Clock | None, verbs: tuple[str, ...], now: facts.Instant
    ) -> dict[str, Any]:
        """Values of a line; none when nothing is different for anybody."""
        old_due = old.deadline if old else None
        new_due = new.deadline if new and new.state in facts.LIVE else None
        # whatever the sweep has not yet come to was late all the same
        was_late = old is not None and (old.breached is not None or (old_due is not None and old_due < now))
        late = new is not None and new.state in facts.LIVE and new.breached is not None and not was_late
        still = old and new and old.state == new.state == facts.PAUSED
        left = (old.remaining or 0, new.remaining or 0) if still else (0, 0)
        stopped = old is not None and (new is None or new.state not in facts.LIVE)
        if old_due == new_due and left[0] == left[1] and not late and not stopped and old is not None:
            return {}
        if was_late:
            verbs = tuple(verb for verb in verbs if verb != transitions.BREACH)
        if left[0] == left[1]:
            left = (0, 0)
        return {
            "metric": (new or old).metric,
            "old_due": old_due,
            "new_due": new_due,
            "shift": new_due - old_due if new_due is not None and old_due is not None else 0,
            "old_left": left[0],
            "new_left": left[1],
            "late": late,
            "verbs": ",".join(verbs),
        }

    @api.model
    def _replace(
        self, change, ticket_ids: list[int], before: dict[int, list], after: dict[int, list], now: datetime
    ) -> dict[int, list[dict[str, Any]]]:
        """The lines of these tickets become what lies between ``before`` and ``after``; by ticket."""
        instant = to_instant(now)
        lines = {
            ticket_id: self._compare(before[ticket_id], after.get(ticket_id, []), instant) for ticket_id in ticket_ids
        }
        self.env.cr.execute(
            SQL(
                "DELETE FROM support_recompute_line WHERE recompute_id = %s AND ticket_id = ANY(%s)",
                change.id,
                ticket_ids,
            )
        )

        def at(instant: int | None):
            return None if instant is None else from_instant(instant)

        rows = [
            (
                change.id,
                ticket_id,
                values["metric"],
                at(values["old_due"]),
                at(values["new_due"]),
                values["shift"],
                values["old_left"],
                values["new_left"],
                values["late"],
                values["verbs"],
            )
            for ticket_id, found in lines.items()
            for values in found
        ]
        if rows:
            self.env.cr.execute_values(
                """INSERT INTO support_recompute_line
                       (recompute_id, ticket_id, metric, old_due, new_due, shift, old_left, new_left, late, verbs)
                   VALUES %s""",
                rows,
                page_size=5000,
            )
        self.invalidate_model(flush=False)
        return lines
