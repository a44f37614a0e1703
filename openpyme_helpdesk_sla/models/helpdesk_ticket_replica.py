from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError, ValidationError

REPLICA = ("openpyme_replica_where", "openpyme_replica_how", "openpyme_replica_result")
#: where a problem may stand before somebody has replicated it: nobody works on it there
AT_REST = frozenset({facts.NEW, facts.ON_HOLD, facts.CANCELLED})


class HelpdeskTicket(models.Model):
    """A problem is worked on only once its scenario was replicated (O-9)."""

    _inherit = "helpdesk.ticket"

    openpyme_replica_where = fields.Text(
        string="Where",
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="Database, company, module, menu in which the scenario was replicated.",
    )
    openpyme_replica_how = fields.Text(
        string="How", copy=False, tracking=True, groups="base.group_user", help="The steps, one after another."
    )
    openpyme_replica_result = fields.Text(
        string="Result", copy=False, tracking=True, groups="base.group_user", help="What happened when it was done."
    )
    openpyme_replica_at = fields.Datetime(
        string="Replicated", copy=False, readonly=True, tracking=True, groups="base.group_user"
    )
    openpyme_replica_by_id = fields.Many2one(
        "res.users", string="Replicated By", copy=False, readonly=True, ondelete="set null", groups="base.group_user"
    )
    openpyme_replica_needed = fields.Boolean(
        string="Replica Missing",
        compute="_compute_openpyme_replica_needed",
        groups="base.group_user",
        help="A problem that nobody may work on yet.",
    )

    @api.depends("support_provider_id", "support_is_problem", "openpyme_replica_at")
    def _compute_openpyme_replica_needed(self):
        for ticket in self:
            ticket_sudo = ticket.sudo()
            ticket.openpyme_replica_needed = (
                ticket_sudo.openpyme_ticket and ticket_sudo.support_is_problem and not ticket_sudo.openpyme_replica_at
            )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"openpyme_replica_at", "openpyme_replica_by_id"}

    # apart: one constraint a field, because some are looked at while others are still being found
    @api.constrains("stage_id")
    def _check_openpyme_replica_stage(self):
        self._openpyme_refuse_unreplicated()

    @api.constrains("team_id")
    def _check_openpyme_replica_team(self):
        self._openpyme_refuse_unreplicated()

    @api.constrains("support_is_problem")
    def _check_openpyme_replica_problem(self):
        self._openpyme_refuse_unreplicated()

    @api.constrains("task_id")
    def _check_openpyme_replica_task(self):
        for ticket_sudo in self.sudo():
            if ticket_sudo.openpyme_replica_needed and ticket_sudo.task_id:
                raise ValidationError(ticket_sudo._openpyme_say_unreplicated())

    @api.constrains(*REPLICA)
    def _check_openpyme_replica(self):
        for ticket_sudo in self.sudo():
            if ticket_sudo.openpyme_replica_at and not all((ticket_sudo[name] or "").strip() for name in REPLICA):
                raise ValidationError(
                    self.env._("The replica of %s was recorded: it can be corrected, not emptied.", ticket_sudo.number)
                )

    def _openpyme_refuse_unreplicated(self) -> None:
        """:raise ValidationError: when a problem is worked on before its scenario was replicated (O-9)"""
        for ticket_sudo in self.sudo():
            if (
                ticket_sudo.openpyme_replica_needed
                and not ticket_sudo.support_merged_into_id
                and ticket_sudo.stage_id.support_phase not in AT_REST
            ):
                raise ValidationError(ticket_sudo._openpyme_say_unreplicated())

    def _openpyme_say_unreplicated(self) -> str:
        self.ensure_one()
        return self.env._(
            "%s is a problem that nobody has replicated yet. Record where and how it was replicated and with which "
            "result before it is worked on; until then it stays in a stage for new tickets.",
            self.number or self.name,
        )

    def action_openpyme_record_replica(self):
        """The scenario was replicated as it is written down here: now the problem can be worked on (O-9)."""
        self.ensure_one()
        self.check_access("write")
        ticket_sudo = self.sudo()
        if not (ticket_sudo.openpyme_ticket and ticket_sudo.support_is_problem):
            raise UserError(self.env._("%s is no problem: only problems have a replica.", self.number))
        if ticket_sudo.openpyme_replica_at:
            raise UserError(
                self.env._(
                    "The replica of %(ticket)s was recorded by %(who)s already.",
                    ticket=self.number,
                    who=ticket_sudo.openpyme_replica_by_id.name or "",
                )
            )
        missing = [
            self._fields[name]._description_string(self.env)
            for name in REPLICA
            if not (ticket_sudo[name] or "").strip()
        ]
        if missing:
            raise UserError(self.env._("Still missing of the replica: %s.", ", ".join(missing)))
        ticket_sudo._support_set(
            {"openpyme_replica_at": self.env["support.event"]._now(), "openpyme_replica_by_id": self.env.uid}
        )
        self._message_log(body=self.env._("The scenario was replicated: the problem can be worked on."))
        return True
