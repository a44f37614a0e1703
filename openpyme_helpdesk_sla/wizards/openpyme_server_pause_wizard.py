from odoo import fields, models
from odoo.exceptions import UserError


class OpenpymeServerPauseWizard(models.TransientModel):
    """Why servers are not monitored, and until when (O-15)."""

    _name = "openpyme.server.pause.wizard"
    _description = "Pause Monitoring"

    server_ids = fields.Many2many("openpyme.server", required=True)
    reason = fields.Char(required=True, help="Written in the server's history.")
    until = fields.Datetime(help="Monitoring goes on by itself then. Empty: until somebody resumes it.")

    def action_apply(self):
        """Pause the servers, as whoever may change them."""
        self.ensure_one()
        now = self.env["support.event"]._now()
        if self.until and self.until <= now:
            raise UserError(self.env._("The pause would be over already: choose a moment in the future."))
        self.server_ids.check_access("write")
        for server in self.server_ids:
            server.sudo()._pause(self.reason, self.until or None, now)
            server._message_log(body=self.env._("Monitoring paused: %s", self.reason))
        return {"type": "ir.actions.act_window_close"}
