from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportEscalation(models.Model):
    """A step of a chain that was taken: exactly once per clock, step and cycle (E-5.2)."""

    _name = "support.escalation"
    _description = "Escalation"
    _order = "fired desc, id desc"
    _log_access = False
    _allow_sudo_commands = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", readonly=True, index=True)
    clock_id = fields.Many2one("support.clock", ondelete="cascade", readonly=True, index="btree_not_null")
    step_id = fields.Many2one("support.escalation.step", ondelete="restrict", readonly=True)
    cycle = fields.Integer(readonly=True)
    provider_id = fields.Many2one(related="ticket_id.support_provider_id")
    role_id = fields.Many2one("support.role", ondelete="restrict", readonly=True)
    due = fields.Datetime(readonly=True, help="When the step was planned.")
    fired = fields.Datetime(readonly=True, help="When it was taken.")
    manual = fields.Boolean(string="By Hand", readonly=True)
    user_id = fields.Many2one("res.users", string="By", readonly=True)
    reason = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("told", "Told"),
            ("empty", "Nobody to tell"),
            ("acknowledged", "Acknowledged"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        readonly=True,
    )
    # sudo: agents see who was told, not the outbox
    partner_ids = fields.Many2many("res.partner", string="Told", compute="_compute_partner_ids", compute_sudo=True)
    notification_ids = fields.Many2many("support.notification", readonly=True)
    acknowledged_by_id = fields.Many2one("res.users", readonly=True)
    acknowledged = fields.Datetime(readonly=True)

    # "exactly once", whatever runs twice (E-5.2)
    _once = models.UniqueIndex("(clock_id, step_id, cycle) WHERE clock_id IS NOT NULL AND NOT manual")

    @api.depends("notification_ids.partner_id")
    def _compute_partner_ids(self):
        for escalation in self:
            escalation.partner_ids = escalation.notification_ids.partner_id

    @api.depends("step_id.name", "role_id.name")
    def _compute_display_name(self):
        for escalation in self:
            escalation.display_name = escalation.step_id.name or escalation.role_id.name or ""

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Escalations are made by the sweep or by the button on the ticket."))

    def write(self, vals):
        raise UserError(self.env._("What was escalated cannot be changed."))

    def unlink(self):
        raise UserError(self.env._("What was escalated cannot be deleted."))

    @api.model
    def _insert(self, rows: list[dict]) -> list[tuple[int, dict]]:
        """Take steps that nobody has taken yet; the only way rows come to be.

        :param rows: dicts with the columns below; rows somebody else inserted first are left out
        :return: ``(id, row)`` of those that are ours
        """
        names = (
            "ticket_id",
            "clock_id",
            "step_id",
            "cycle",
            "role_id",
            "due",
            "fired",
            "manual",
            "user_id",
            "reason",
            "state",
        )
        if not rows:
            return []
        # only the names above are put in; values go in as parameters
        query = f"""INSERT INTO support_escalation ({", ".join(names)}) VALUES %s
                    ON CONFLICT DO NOTHING RETURNING id, ticket_id, clock_id, step_id, cycle"""  # noqa: S608
        self.env.cr.execute_values(
            query,
            [
                tuple(row.get(name) if row.get(name) is not False else None for name in names[:7])
                + (bool(row.get("manual")),)
                + tuple(row.get(name) or None for name in names[8:])
                for row in rows
            ],
            page_size=5000,
        )
        mine = {tuple(found[1:]): found[0] for found in self.env.cr.fetchall()}
        self.invalidate_model(flush=False)
        self.env["helpdesk.ticket"].browse({row["ticket_id"] for row in rows}).invalidate_recordset(
            ["support_escalation_ids"], flush=False
        )
        return [
            (mine[key], row)
            for row in rows
            if (key := (row["ticket_id"], row.get("clock_id") or None, row.get("step_id") or None, row["cycle"]))
            in mine
        ]
