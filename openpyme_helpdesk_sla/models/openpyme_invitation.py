from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import ics


class OpenpymeInvitation(models.Model):
    """One client invited to one session for one ticket, and what came of it (O-11). Written by our own code only."""

    _name = "openpyme.invitation"
    _description = "Invitation to a Consultancy Session"
    _order = "id desc"
    _allow_sudo_commands = False

    session_id = fields.Many2one("openpyme.session", required=True, ondelete="restrict", readonly=True, index=True)
    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade", readonly=True, index=True)
    partner_id = fields.Many2one("res.partner", string="Client", required=True, readonly=True, ondelete="restrict")
    topic_id = fields.Many2one("openpyme.topic", required=True, readonly=True, ondelete="restrict")
    kind = fields.Selection(related="session_id.kind", store=True)
    start = fields.Datetime(related="session_id.start", store=True)
    answer = fields.Selection([("yes", "Comes"), ("no", "Does not come")], readonly=True)
    answered = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("invited", "Invited"),
            ("covered", "Covered"),
            ("open", "Not covered"),
            ("held", "Held"),
            ("withdrawn", "Withdrawn"),
        ],
        default="invited",
        required=True,
        readonly=True,
        help="Held: an individual session, after which the client is invited to the general ones again.",
    )
    attended = fields.Boolean(readonly=True)
    result = fields.Char(readonly=True, help="What wrapping the session up did with the ticket.")
    version = fields.Integer(readonly=True, help="How often the client's calendar was told of a change.")

    _once = models.UniqueIndex("(session_id, ticket_id) WHERE state = 'invited'")

    def _compute_display_name(self):
        for invitation in self:
            invitation.display_name = f"{invitation.session_id.name} · {invitation.ticket_id.number}"

    def _tell(self, occasion: str):
        """Write to each of these clients, in one mail each that names nobody else.

        :param occasion: invited, again, moved, cancelled
        """
        for invitation in self:
            invitation.version += 1
            invitation.ticket_id._openpyme_write(invitation, occasion)

    def _answer(self, answer: str):
        """The client's own answer; called with sudo, access is checked by the caller.

        :param answer: yes or no
        :raise UserError: when it comes too late, or is neither
        """
        self.ensure_one()
        now = self.env["support.event"]._now()
        if answer not in ("yes", "no"):
            raise UserError(self.env._("Please say yes or no."))
        if self.state != "invited" or self.session_id.start <= now:
            raise UserError(self.env._("This session has begun already, or was called off."))
        if self.answer == answer:
            return
        self.write({"answer": answer, "answered": now})
        text = (
            self.env._("%(client)s comes to “%(session)s”.", client=self.partner_id.name, session=self.session_id.name)
            if answer == "yes"
            else self.env._(
                "%(client)s does not come to “%(session)s”.", client=self.partner_id.name, session=self.session_id.name
            )
        )
        self.ticket_id._message_log(body=text, author_id=self.env.user.partner_id.id)

    def _make_file(self, cancelled: bool, summary: str, description: str) -> bytes:
        """The calendar file for this client: names the host and nobody else."""
        self.ensure_one()
        session, host = self.session_id, self.session_id.host_id
        ticket = self.ticket_id
        domain = ticket.company_id.alias_domain_id.name or "support.invalid"
        return ics.write(
            ics.Entry(
                uid=f"openpyme-session-{session.id}-{self.id}@{domain}",
                sequence=self.version,
                stamp=self.env["support.event"]._now(),
                start=session.start,
                stop=session.stop,
                summary=summary,
                description=description,
                location=session.link or "",
                url=ticket._openpyme_get_url(),
                organizer_name=ticket.support_provider_id.name,
                organizer_email=ticket.team_id.alias_email or host.email or "",
                attendee_name=self.partner_id.name or "",
                attendee_email=self.partner_id.email or ticket.partner_email or "",
            ),
            ics.CANCEL if cancelled else ics.INVITE,
        )
