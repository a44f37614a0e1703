from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class BpmsoftRemoteSession(models.Model):
    """A remote connection to the client's system on a request: when, who, what for (B-17)."""

    _name = "bpmsoft.remote.session"
    _description = "Remote Session"
    _order = "start desc, id desc"
    _rec_name = "start"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    start = fields.Datetime(required=True, default=lambda self: self.env["support.event"]._now())
    stop = fields.Datetime(string="End", help="Empty: it goes on.")
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        ondelete="restrict",
    )
    partner_note = fields.Char(string="What For", help="In the client's words: the client reads it on the portal.")
    note = fields.Text(string="Internal Note")
    hours = fields.Float(compute="_compute_hours", store=True, help="0 while it goes on.")

    # one session at a time goes on on a ticket
    _running_unique = models.UniqueIndex(
        "(ticket_id) WHERE stop IS NULL", "A remote session goes on on this request already: end it first."
    )

    @api.model_create_multi
    def create(self, vals_list):
        Ticket = self.env["helpdesk.ticket"]
        return super().create([self._mask_notes(Ticket.browse(vals.get("ticket_id")), vals) for vals in vals_list])

    def write(self, vals):
        if vals.get("ticket_id"):
            # record rules look at the request that it was on before, and constraints run with sudo (S-1)
            self.env["helpdesk.ticket"].browse(vals["ticket_id"]).check_access("write")
        return super().write(self._mask_notes(self.ticket_id[:1], vals))

    @api.model
    def _mask_notes(self, ticket, vals):
        """Whoever connects types how: what was typed is no message, so it is masked here (S-6)."""
        if not ticket:
            return vals
        return {
            name: ticket._support_mask_said(value) if name in ("partner_note", "note") and value else value
            for name, value in vals.items()
        }

    @api.depends("start", "stop")
    def _compute_hours(self):
        for session in self:
            session.hours = (
                (session.stop - session.start).total_seconds() / 3600 if session.start and session.stop else 0.0
            )

    @api.constrains("start")
    def _check_start(self):
        self._check_times()

    @api.constrains("stop")
    def _check_stop(self):
        self._check_times()

    @api.constrains("ticket_id")
    def _check_ticket_id(self):
        for session in self:
            ticket_sudo = session.ticket_id.sudo()
            if not ticket_sudo.bpmsoft_ticket:
                raise ValidationError(self.env._("%s is no request to BPMSoft customer care.", ticket_sudo.number))
            if ticket_sudo._bpmsoft_is_held():
                raise ValidationError(ticket_sudo._bpmsoft_say_obstacle())
        self._check_times()

    def _check_times(self) -> None:
        """:raise ValidationError: when a session ends before it begins, is in the future, or meets another one"""
        now = self.env["support.event"]._now()
        # two who record at once: the second waits here and sees what the first has recorded
        self.env.cr.execute(
            "SELECT id FROM helpdesk_ticket WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [self.ticket_id.ids]
        )
        others = self.sudo().search([("ticket_id", "in", self.ticket_id.ids)])
        for session in self:
            if session.start > now or (session.stop and session.stop > now):
                raise ValidationError(self.env._("A remote session cannot lie in the future."))
            if session.stop and session.stop <= session.start:
                raise ValidationError(self.env._("A remote session ends after it began."))
            for other in others - session:
                if (
                    other.ticket_id == session.ticket_id
                    and (not session.stop or other.start < session.stop)
                    and (not other.stop or session.start < other.stop)
                ):
                    raise ValidationError(
                        self.env._(
                            "It overlaps the remote session of %(who)s that began at %(start)s.",
                            who=other.user_id.name,
                            start=fields.Datetime.to_string(
                                fields.Datetime.context_timestamp(session, other.start).replace(tzinfo=None)
                            ),
                        )
                    )

    def action_end(self):
        """End the session now."""
        self.check_access("write")
        for session in self:
            if session.stop:
                raise UserError(self.env._("This remote session has ended already."))
            session.stop = max(self.env["support.event"]._now(), session._get_first_end())
        return True

    def _get_first_end(self):
        """The earliest end: sessions last a second at least."""
        self.ensure_one()
        return fields.Datetime.add(self.start, seconds=1)
