from datetime import timedelta

from odoo import api, fields, models


class OpenpymeServerCheck(models.Model):
    """What one check measured (O-15). Kept for some days; the history is in the spans."""

    _name = "openpyme.server.check"
    _description = "Check of a Server"
    _order = "moment desc, id desc"
    _log_access = False
    _allow_sudo_commands = False

    server_id = fields.Many2one("openpyme.server", required=True, readonly=True, ondelete="cascade", index=True)
    moment = fields.Datetime(string="When", required=True, readonly=True)
    outcome = fields.Selection(
        [("up", "Answered"), ("down", "Failed"), ("blind", "Not asked")], required=True, readonly=True
    )
    code = fields.Char(readonly=True)
    status = fields.Integer(readonly=True)
    millis = fields.Integer(string="Took (ms)", readonly=True, aggregator="avg")
    reason = fields.Char(string="Result", compute="_compute_reason")

    # a server's last checks, the latest first
    _server_moment_idx = models.Index("(server_id, moment DESC)")
    # what is old enough to be deleted
    _moment_idx = models.Index("(moment)")

    @api.depends("code", "status")
    @api.depends_context("lang")
    def _compute_reason(self):
        for check in self:
            check.reason = self.env["openpyme.server"]._say_code(check.code, check.status)

    @api.autovacuum
    def _gc_checks(self):
        """Forget measurements that are older than the provider keeps them."""
        provider = self.env["openpyme.server"]._get_provider()
        days = max(1, provider.openpyme_server_keep_days or 7)
        limit = 10_000
        self.env.cr.execute(
            """DELETE FROM openpyme_server_check WHERE id IN (
                   SELECT id FROM openpyme_server_check WHERE moment < %s ORDER BY moment LIMIT %s)""",
            (self.env["support.event"]._now() - timedelta(days=days), limit),
        )
        self.invalidate_model(flush=False)
        return self.env.cr.rowcount, self.env.cr.rowcount == limit
