from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [("unknown", "Not known"), ("up", "Up"), ("down", "Down"), ("paused", "Paused")]


class OpenpymeServerSpan(models.Model):
    """A time in which a server was up, down, paused or not seen (O-15): its history, a row a change and not a check.

    Written only by ``openpyme.server._change_state`` and ``_close_span``; what was seen is neither edited nor deleted.
    """

    _name = "openpyme.server.span"
    _description = "Server History"
    _order = "start desc, id desc"
    _log_access = False
    _allow_sudo_commands = False

    server_id = fields.Many2one("openpyme.server", required=True, readonly=True, ondelete="cascade", index=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    start = fields.Datetime(string="From", required=True, readonly=True)
    stop = fields.Datetime(string="Until", readonly=True, help="Empty: it goes on.")
    seconds = fields.Integer(string="Length (s)", compute="_compute_seconds", help="Of what is over; else until now.")
    code = fields.Char(readonly=True)
    status = fields.Integer(readonly=True)
    reason = fields.Char(string="Why", compute="_compute_reason")
    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True, ondelete="set null", index="btree_not_null")

    # one state at a time
    _running_unique = models.UniqueIndex("(server_id) WHERE stop IS NULL")
    # the picture and the shares read what reaches into a time
    _server_stop_idx = models.Index("(server_id, stop)")

    @api.depends("start", "stop")
    def _compute_seconds(self):
        now = self.env["support.event"]._now()
        for span in self:
            span.seconds = ((span.stop or max(now, span.start)) - span.start).total_seconds() if span.start else 0

    @api.depends("code", "status")
    @api.depends_context("lang")
    def _compute_reason(self):
        for span in self:
            shown = span.code and span.state in ("down", "unknown")
            span.reason = self.env["openpyme.server"]._say_code(span.code, span.status) if shown else False

    def write(self, vals):
        if not self.env.su:
            raise UserError(self.env._("What was seen of a server cannot be changed."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("What was seen of a server cannot be changed."))
        return super().create(vals_list)

    def unlink(self):
        if not self.env.su:
            raise UserError(self.env._("What was seen of a server cannot be changed."))
        return super().unlink()
