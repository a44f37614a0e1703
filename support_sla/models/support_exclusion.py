from typing import Any

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import facts

MANAGERS = "helpdesk_mgmt.group_helpdesk_manager"
#: decision → fact
FACTS = {"approved": facts.EXCUSED, "refused": facts.EXCUSE_REFUSED, "revoked": facts.UNEXCUSED}
#: decision → the states from which it can be taken
ALLOWED = {"approved": "asked", "refused": "asked", "revoked": "approved"}


class SupportExclusion(models.Model):
    """An agent's request that a missed promise be left out of achievement, and what was decided (E-3.8).

    Nobody creates, edits or deletes one through interface or RPC: :meth:`_ask` and :meth:`_decide` are the only
    writers, and each of their steps is a fact of the ticket as well, from which the clock's flag is derived.
    The breach itself stays as it was and is shown everywhere.
    """

    _name = "support.exclusion"
    _description = "Exclusion of a Breach"
    _order = "asked desc, id desc"
    _rec_name = "clock_id"
    _log_access = False
    _allow_sudo_commands = False

    clock_id = fields.Many2one(
        "support.clock", string="Promise", required=True, ondelete="cascade", readonly=True, index=True
    )
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", readonly=True, index=True)
    provider_id = fields.Many2one("support.provider", readonly=True, ondelete="restrict", index=True)
    breached = fields.Datetime(related="clock_id.breached", string="Missed")
    overrun = fields.Integer(related="clock_id.overrun", string="Overrun (s)")
    reason_id = fields.Many2one("support.exclusion.reason", required=True, readonly=True, ondelete="restrict")
    note = fields.Text(string="Explanation", readonly=True)
    state = fields.Selection(
        [("asked", "To approve"), ("approved", "Approved"), ("refused", "Refused"), ("revoked", "Taken back")],
        required=True,
        readonly=True,
        index=True,
    )
    asked_by_id = fields.Many2one("res.users", readonly=True)
    asked = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    decided = fields.Datetime(readonly=True)
    decision_note = fields.Text(readonly=True)
    revoked_by_id = fields.Many2one("res.users", string="Taken Back By", readonly=True)
    revoked = fields.Datetime(string="Taken Back", readonly=True)
    revocation_note = fields.Text(readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null", index="btree_not_null")
    may_decide = fields.Boolean(compute="_compute_may_decide")

    # one living request for a clock, whoever asks at the same moment
    _open_unique = models.UniqueIndex(
        "(clock_id) WHERE state IN ('asked', 'approved')", "This breach is excluded already, or somebody has asked."
    )

    @api.depends_context("uid")
    @api.depends("state", "asked_by_id", "provider_id.exclusion_own")
    def _compute_may_decide(self):
        for exclusion in self:
            exclusion.may_decide = exclusion.state == "asked" and not exclusion._get_refusal("approved")

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Ask for an exclusion with the button beside the missed promise."))

    def write(self, vals):
        raise UserError(self.env._("What was asked for and decided cannot be changed: decide anew."))

    def unlink(self):
        raise UserError(self.env._("What was decided cannot be deleted."))

    def copy(self, default=None):
        raise UserError(self.env._("A decision cannot be copied."))

    # --- buttons --------------------------------------------------------------------------------

    def action_approve(self):
        """Leave the breaches out of achievement."""
        self._check_decision("approved")
        self._decide("approved")

    def action_refuse(self):
        """Open the wizard that asks why not."""
        self._check_decision("refused")
        return self._open_decision("refused", self.env._("Refuse the Exclusion"))

    def action_revoke(self):
        """Open the wizard that asks why the breach counts after all."""
        self._check_decision("revoked")
        return self._open_decision("revoked", self.env._("Take the Exclusion Back"))

    def _open_decision(self, decision: str, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "type": "ir.actions.act_window",
            "res_model": "support.excuse.decision.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_exclusion_ids": self.ids, "default_decision": decision},
        }

    # --- asking and deciding ---------------------------------------------------------------------

    @api.model
    def _ask(self, clock, reason, note: str) -> "SupportExclusion":
        """Ask for the exclusion of a breach; access to the ticket is checked by the caller.

        :raise UserError: when there is nothing to exclude, or somebody has asked already
        """
        refusal = self._get_obstacle(clock, reason, note)
        if refusal:
            raise UserError(refusal)
        now = self.env["support.event"]._now()
        # sudo: agents create no record of this model, they ask
        exclusion_sudo = super(SupportExclusion, self.sudo()).create(
            {
                "clock_id": clock.id,
                "ticket_id": clock.ticket_id.id,
                "provider_id": clock.provider_id.id,
                "reason_id": reason.id,
                "note": (note or "").strip() or False,
                "state": "asked",
                "asked_by_id": self.env.uid,
                "asked": now,
            }
        )
        exclusion_sudo._record(facts.EXCUSE_ASKED, note)
        exclusion_sudo._tell_approver()
        return exclusion_sudo.with_env(self.env)

    @api.model
    def _get_obstacle(self, clock, reason, note: str) -> str:
        """Why a breach cannot be asked to be excluded, in the reader's words; empty if it can."""
        # sudo: one request is enough, also when it is on a ticket that was moved out of sight
        clock_sudo = clock.sudo()
        if not clock_sudo.breached:
            return self.env._("This promise was not missed: there is nothing to exclude.")
        if clock_sudo.merged:
            return self.env._("This ticket was merged into another one, so its promises do not count anyway.")
        if clock_sudo.exclusion_ids.filtered(lambda exclusion: exclusion.state in ("asked", "approved")):
            return self.env._("This breach is excluded already, or somebody has asked for it.")
        if not reason.active:
            return self.env._("Choose a reason that is in use.")
        if reason.note_required and not (note or "").strip():
            return self.env._("Say what happened: whoever approves has to know, and the customer may ask.")
        return ""

    def _get_refusal(self, decision: str) -> str:
        """Why the user may not decide this, in words; empty if he may."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGERS):
            return self.env._("Only a helpdesk manager decides about exclusions.")
        own = self.asked_by_id == self.env.user
        if decision == "approved" and own and not self.sudo().provider_id.exclusion_own:
            return self.env._("Somebody else has to approve what you asked for yourself.")
        return ""

    def _check_decision(self, decision: str):
        """:raise UserError: when one of these cannot be decided so, with the reason"""
        self.check_access("read")
        self.ticket_id.check_access("write")
        for exclusion in self:
            refusal = exclusion._get_refusal(decision)
            if refusal:
                raise AccessError(refusal)
            if exclusion.state != ALLOWED[decision]:
                raise UserError(
                    self.env._(
                        "“%(promise)s” of %(ticket)s is not waiting for this decision: %(state)s.",
                        promise=exclusion.clock_id.display_name,
                        ticket=exclusion.ticket_id.display_name,
                        state=dict(self._fields["state"]._description_selection(self.env))[exclusion.state],
                    )
                )

    def _decide(self, decision: str, note: str = ""):
        """Take a decision about these; the right to do so is checked by the caller, the state here again.

        :param decision: ``approved``, ``refused`` or ``revoked``
        """
        if not self:
            return
        now = self.env["support.event"]._now()
        exclusions_sudo = self.sudo()
        # whoever decides at the same moment waits here, and finds it decided
        exclusions_sudo.lock_for_update()
        exclusions_sudo.invalidate_recordset(["state"])
        self._check_decision(decision)
        names = ("revoked_by_id", "revoked", "revocation_note")
        if decision != "revoked":
            names = ("decided_by_id", "decided", "decision_note")
        values = dict(zip(names, (self.env.uid, now, (note or "").strip() or False), strict=True))
        super(SupportExclusion, exclusions_sudo).write({"state": decision, **values})
        exclusions_sudo.flush_recordset()  # the unique index must know before somebody asks anew
        for exclusion_sudo in exclusions_sudo:
            exclusion_sudo._record(FACTS[decision], note)
            exclusion_sudo.activity_id.action_feedback()
            exclusion_sudo._note_decision(decision, note)

    def _record(self, kind: str, note: str):
        self.ensure_one()
        clock = self.clock_id
        self.ticket_id._support_add_fact(
            kind,
            {
                "target": clock.target_id.id,
                "grade": clock.grade,
                "round": clock.round,
                "metric": clock.metric,
                "reason": self.reason_id.code,
                "note": (note or "").strip(),
                "exclusion": self.id,
                "user": self.env.uid,
            },
            side=facts.STAFF,
            key=f"exclusion:{self.id}",
        )

    def _note_decision(self, decision: str, note: str):
        """Say it among the ticket's messages, for the staff."""
        self.ensure_one()
        values = {"promise": self.clock_id.display_name, "reason": self.reason_id.name, "note": note or ""}
        body = {
            "approved": self.env._("Excluded from achievement: %(promise)s (%(reason)s). %(note)s", **values),
            "refused": self.env._("Not excluded from achievement: %(promise)s (%(reason)s). %(note)s", **values),
            "revoked": self.env._("Counts in achievement again: %(promise)s (%(reason)s). %(note)s", **values),
        }[decision]
        self.ticket_id._message_log(body=body, author_id=self.env.user.partner_id.id)

    # --- approvers -------------------------------------------------------------------------------

    def _get_approver(self):
        """Who is reminded to decide: the team's leader or the provider's administrator, as far as they may and
        did not ask themselves; nobody otherwise, the list is there for all managers. **Hook**."""
        self.ensure_one()
        ticket = self.ticket_id
        for user in (ticket.team_id.user_id, self.provider_id.administrator_id):
            if user.active and user.has_group(MANAGERS) and user != self.asked_by_id:
                return user
        return self.env["res.users"]

    def _tell_approver(self):
        self.ensure_one()
        approver = self._get_approver()
        if approver:
            activity = self.ticket_id.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=approver.id,
                summary=self.env._("Exclusion to approve: %s", self.clock_id.display_name),
                note=self.env._("%(reason)s. %(note)s", reason=self.reason_id.name, note=self.note or ""),
            )
            super().write({"activity_id": activity.id})
