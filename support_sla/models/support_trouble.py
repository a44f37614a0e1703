from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError


class SupportTrouble(models.Model):
    """A ticket the sweep had to set aside, so that the others could go on (E-5.1)."""

    _name = "support.trouble"
    _description = "Ticket Set Aside"
    _rec_name = "ticket_id"
    _order = "last desc, id desc"
    _log_access = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", readonly=True, index=True)
    error = fields.Text(readonly=True)
    first = fields.Datetime(readonly=True)
    last = fields.Datetime(readonly=True)
    count = fields.Integer(readonly=True, default=1)
    next_try = fields.Datetime(readonly=True)
    solved = fields.Datetime(readonly=True)

    # one open entry a ticket: told once, however often it fails again
    _open_unique = models.UniqueIndex("(ticket_id) WHERE solved IS NULL")

    @api.model
    def _set_aside(self, ticket, error: Exception, now) -> bool:
        """Note the failure and put the ticket off; whether it is a new one that somebody must be told of."""
        trouble = self.sudo().search([("ticket_id", "=", ticket.id), ("solved", "=", False)], limit=1)
        delay = timedelta(minutes=min(5 * 2 ** (trouble.count or 0), 24 * 60))
        text = f"{type(error).__name__}: {error}"[:2000]
        if trouble:
            trouble.write({"last": now, "count": trouble.count + 1, "error": text, "next_try": now + delay})
        else:
            self.sudo().create(
                {"ticket_id": ticket.id, "error": text, "first": now, "last": now, "next_try": now + delay}
            )
        self.env.cr.execute(
            "UPDATE support_clock SET aside = TRUE, sweep_at = %s WHERE ticket_id = %s AND sweep_at IS NOT NULL",
            (now + delay, ticket.id),
        )
        return not trouble

    @api.model
    def _settle(self, ticket_ids: list[int], now):
        """The tickets were swept without error: close their entries."""
        self.sudo().search([("ticket_id", "in", ticket_ids), ("solved", "=", False)]).write({"solved": now})

    def action_retry(self):
        """Let the next sweep look at these tickets at once: all that a manager may do with them (S-1)."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            raise AccessError(self.env._("Only helpdesk managers may let a ticket be swept again."))
        now = self.env["support.event"]._now()
        self.env.cr.execute(
            "UPDATE support_clock SET sweep_at = %s WHERE ticket_id = ANY(%s) AND aside",
            (now, self.sudo().ticket_id.ids),
        )
        self.env["support.clock"].invalidate_model(["sweep_at"])
        self.env["support.health"]._wake("support_sla.ir_cron_sweep")
