from typing import Any

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: what is corrected and how; fixed once approval was asked for
VALUES = frozenset({"ticket_id", "kind", "object_ref", "what", "value_before", "value_after", "reason"})
#: who did what when: written by the buttons alone
STEPS = frozenset(
    {
        "state",
        "requested_by_id",
        "requested",
        "decided_by_id",
        "decided",
        "decision_note",
        "done_by_id",
        "done",
    }
)


class PlastekCorrection(models.Model):
    """A correction of an account, card or wallet: it changes money, so a second person approves it (P-10).

    Draft → asked → approved or refused → done. What is to be changed is fixed once somebody has asked for approval;
    whoever asked, or entered it, cannot approve it. Steps are taken by the buttons, never by writing the state.
    """

    _name = "plastek.correction"
    _inherit = ["mail.thread"]
    _description = "Correction"
    _order = "id desc"
    _rec_name = "object_ref"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="restrict", index=True)
    provider_id = fields.Many2one(related="ticket_id.support_provider_id")
    customer_id = fields.Many2one(related="ticket_id.commercial_partner_id", string="Customer")
    kind = fields.Selection(
        [("account", "Account"), ("card", "Card"), ("wallet", "Wallet")], required=True, default="card", tracking=True
    )
    object_ref = fields.Char(
        string="Number", required=True, tracking=True, help="Which account, card or wallet: its number in the system."
    )
    what = fields.Char(string="What Changes", required=True, tracking=True, help="Balance, state, owner …")
    value_before = fields.Char(string="Before", required=True, tracking=True)
    value_after = fields.Char(string="After", required=True, tracking=True)
    reason = fields.Text(required=True, tracking=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "To approve"),
            ("refused", "Refused"),
            ("approved", "Approved"),
            ("done", "Done"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
    )
    requested_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    requested = fields.Datetime(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided = fields.Datetime(readonly=True, copy=False)
    decision_hours = fields.Float(
        string="Waited for Approval (Hours)",
        compute="_compute_decision_hours",
        store=True,
        aggregator="avg",
        help="From asking to the decision, nights and weekends included.",
    )
    decision_note = fields.Text(readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", string="Carried Out By", readonly=True, copy=False)
    done = fields.Datetime(string="Carried Out", readonly=True, copy=False)
    may_decide = fields.Boolean(compute="_compute_may_decide")
    may_take_back = fields.Boolean(compute="_compute_may_decide")
    waits_for = fields.Char(compute="_compute_waits_for", help="Who may approve it, in words.")

    @api.depends_context("uid")
    @api.depends("state", "requested_by_id", "create_uid")
    def _compute_may_decide(self):
        for correction in self:
            correction.may_decide = correction.state == "asked" and not correction._get_refusal()
            correction.may_take_back = correction.state in ("asked", "refused") and correction._is_mine()

    @api.depends("state", "requested_by_id", "create_uid", "provider_id.plastek_approver_role_ids.user_ids")
    def _compute_waits_for(self):
        for correction in self:
            # sudo: the names of who approves, whatever the reader knows of roles
            roles_sudo = correction.sudo().provider_id.plastek_approver_role_ids
            parties = correction.requested_by_id | correction.create_uid
            named = []
            for role_sudo in roles_sudo:
                people = ", ".join((role_sudo.user_ids - parties.sudo()).mapped("name"))
                if people:
                    named.append(self.env._("%(role)s (%(people)s)", role=role_sudo.name, people=people))
            text = "; ".join(named)
            if roles_sudo and not named:
                text = self.env._("nobody else fills %s: ask a manager", ", ".join(roles_sudo.mapped("name")))
            elif not roles_sudo:
                text = self.env._("any other agent")
            correction.waits_for = text if correction.state == "asked" else False

    @api.depends("requested", "decided")
    def _compute_decision_hours(self):
        for correction in self:
            waited = correction.requested and correction.decided and correction.decided - correction.requested
            correction.decision_hours = waited.total_seconds() / 3600 if waited else 0

    @api.constrains("value_before", "value_after")
    def _check_values(self):
        for correction in self:
            if correction.value_before.strip() == correction.value_after.strip():
                raise UserError(self.env._("Before and after are the same: there is nothing to correct."))

    @api.constrains("ticket_id")
    def _check_ticket(self):
        for correction in self:
            if not correction.ticket_id.plastek_ticket:
                raise UserError(self.env._("%s is no ticket of Plas-Tek.", correction.ticket_id.number))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_steps(vals)
        corrections = super().create(vals_list)
        corrections.ticket_id.check_access("write")  # also one that was given as a default
        return corrections

    @api.model
    def default_get(self, fields):
        # a default, of the context or of a user, would be a way round the check in create()
        defaults = super().default_get([name for name in fields if name not in STEPS])
        return {**defaults, "state": "draft"} if "state" in fields else defaults

    def write(self, vals):
        self._refuse_steps(vals)
        self.ticket_id.check_access("write")
        fixed = self.filtered(lambda correction: correction.state != "draft")
        if fixed and VALUES & vals.keys():
            raise UserError(
                self.env._(
                    "What is to be corrected on %s was sent for approval and is fixed: take it back to change it.",
                    fixed[0].object_ref,
                )
            )
        result = super().write(vals)
        if "ticket_id" in vals:
            self.ticket_id.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        asked = self.filtered(lambda correction: correction.state != "draft")
        if asked:
            raise UserError(
                self.env._("The correction of %s is kept: only drafts can be deleted.", asked[0].object_ref)
            )

    def _refuse_steps(self, vals: dict[str, Any]) -> None:
        if STEPS & vals.keys():
            raise UserError(self.env._("Corrections are sent, approved and carried out with their buttons."))

    # --- buttons ----------------------------------------------------------------------------------

    def action_ask(self):
        """Send for approval; what is to be changed is fixed from now on."""
        for correction in self:
            correction._step(
                "draft",
                {"state": "asked", "requested_by_id": self.env.uid, "requested": self.env["support.event"]._now()},
            )
            correction._tell_approvers()

    def action_take_back(self):
        """Back to a draft: what was asked for or refused can be changed and sent again, by who asked or a manager."""
        for correction in self:
            if not correction._is_mine():
                raise AccessError(
                    self.env._(
                        "The correction of %(number)s is taken back by whoever asked for it, %(who)s, or a manager.",
                        number=correction.object_ref,
                        who=correction.requested_by_id.name,
                    )
                )
            correction._step(
                ("asked", "refused"),
                {
                    "state": "draft",
                    "requested_by_id": False,
                    "requested": False,
                    "decided_by_id": False,
                    "decided": False,
                    "decision_note": False,
                },
            )

    def action_approve(self):
        """The second person's yes."""
        for correction in self:
            correction._decide("approved", "")

    def action_refuse(self):
        """Open the wizard that asks why not."""
        self.ensure_one()
        return {
            "name": self.env._("Refuse the Correction"),
            "type": "ir.actions.act_window",
            "res_model": "plastek.refuse.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_correction_id": self.id},
        }

    def action_done(self):
        """It was carried out in the system."""
        for correction in self:
            if correction.state in ("draft", "asked"):
                raise UserError(
                    self.env._(
                        "The correction of %s needs the approval of a second person before it is carried out.",
                        correction.object_ref,
                    )
                )
            correction._step(
                "approved", {"state": "done", "done_by_id": self.env.uid, "done": self.env["support.event"]._now()}
            )

    # --- business ---------------------------------------------------------------------------------

    def _step(self, allowed: str | tuple[str, ...], values: dict[str, Any]) -> None:
        """Take a step from one of the ``allowed`` states; whoever takes one at the same moment waits and is told."""
        self.ensure_one()
        self.check_access("write")
        self.ticket_id.check_access("write")
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state not in ((allowed,) if isinstance(allowed, str) else allowed):
            raise UserError(
                self.env._(
                    "The correction of %(number)s is not waiting for this: %(state)s.",
                    number=self.object_ref,
                    state=dict(self._fields["state"]._description_selection(self.env))[self.state],
                )
            )
        super().write(values)

    def _follow(self, survivor) -> None:
        """Their ticket was merged: they go on with the ``survivor``, as they are; access is checked by the merge."""
        for correction in self:
            former = correction.ticket_id
            super(PlastekCorrection, correction).write({"ticket_id": survivor.id})
            correction._message_log(
                body=self.env._(
                    "%(former)s was merged into %(survivor)s: this correction goes on there.",
                    former=former.number,
                    survivor=survivor.number,
                )
            )

    def _is_mine(self) -> bool:
        """Whether the user entered it or asked for it, or manages the desk."""
        self.ensure_one()
        user = self.env.user
        mine = user in (self.requested_by_id, self.create_uid)
        return self.env.su or mine or user.has_group("helpdesk_mgmt.group_helpdesk_manager")

    def _get_refusal(self) -> str:
        """Why the user may not decide, in words; empty if he may."""
        self.ensure_one()
        if self.env.user in (self.requested_by_id, self.create_uid):
            return self.env._("Somebody else has to approve a correction that you asked for yourself.")
        roles_sudo = self.sudo().provider_id.plastek_approver_role_ids
        if roles_sudo and self.env.user not in roles_sudo.user_ids:
            return self.env._(
                "Corrections are approved by: %s.", ", ".join(roles_sudo.with_env(self.env).sudo().mapped("name"))
            )
        return ""

    def _decide(self, state: str, note: str) -> None:
        """``approved`` or ``refused``, by the user."""
        self.ensure_one()
        refusal = self._get_refusal()
        if refusal:
            raise AccessError(refusal)
        self._step(
            "asked",
            {
                "state": state,
                "decided_by_id": self.env.uid,
                "decided": self.env["support.event"]._now(),
                "decision_note": note.strip() or False,
            },
        )
        if note.strip():
            # stays when it is taken back, corrected and sent again
            self._message_log(body=self.env._("Refused: %s", note.strip()), author_id=self.env.user.partner_id.id)
        self._tell_requester()

    def _tell_requester(self) -> None:
        """Whoever asked learns what was decided, and by whom."""
        self.ensure_one()
        self.env["support.notification"]._enqueue(
            [
                {
                    "ticket_id": self.ticket_id.id,
                    "kind": "role",
                    "partner_id": partner.id,
                    "code": "plastek_decided",
                    "summary": self.object_ref,
                    "data": {
                        "number": self.object_ref,
                        "who": self.env.user.name,
                        "state": self.state,
                        "note": self.decision_note or "",
                        "correction": self.id,
                    },
                    "key": f"plastek_decided:{self.id}:{self.decided}:{partner.id}",
                }
                for partner in self.ticket_id._support_filter_reachable(self.requested_by_id).partner_id
            ]
        )

    def _tell_approvers(self) -> None:
        self.ensure_one()
        roles = self.sudo().provider_id.plastek_approver_role_ids
        users = roles.user_ids - self.requested_by_id - self.create_uid
        ticket_sudo = self.ticket_id.sudo()
        self.env["support.notification"]._enqueue(
            [
                {
                    "ticket_id": self.ticket_id.id,
                    "kind": "role",
                    "partner_id": partner.id,
                    "code": "plastek_correction",
                    "summary": self.object_ref,
                    "data": {"number": self.object_ref, "who": self.env.user.name, "correction": self.id},
                    "key": f"plastek_correction:{self.id}:{self.requested}:{partner.id}",
                }
                for partner in ticket_sudo._support_filter_reachable(users).partner_id
            ]
        )
