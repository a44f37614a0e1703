from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CalendarEvent(models.Model):
    """A consultancy session in the calendar: moved or called off there, its clients are told (O-11)."""

    _inherit = "calendar.event"

    openpyme_session_ids = fields.One2many(
        "openpyme.session",
        "event_id",
        string="Consultancy Session",
        # everybody has a calendar; sessions are the desk's
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    def _openpyme_get_sessions(self):
        # sudo: whoever may change the event, its clients are told
        return self.sudo().openpyme_session_ids.filtered(lambda session: session.state == "planned")

    def write(self, vals):
        sessions_sudo = self._openpyme_get_sessions()
        before = sessions_sudo._read_when()
        result = super().write(vals)
        if sessions_sudo:
            sessions_sudo.exists()._follow_event(before)
        return result

    @api.constrains("start")
    def _check_openpyme_start(self):
        self._openpyme_get_sessions()._check_start()

    @api.constrains("partner_ids")
    def _check_openpyme_attendees(self):
        """Whoever attends an event reads who else does: clients are invited from their tickets instead."""
        for event in self.filtered("openpyme_session_ids"):
            strangers = event.sudo().partner_ids.filtered("partner_share")
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%s cannot be an attendee of a consultancy session, where clients would read of one another: "
                        "invite clients from their tickets.",
                        strangers[0].display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_openpyme_session(self):
        for event_sudo in self.sudo():
            if event_sudo.openpyme_session_ids:
                raise UserError(
                    self.env._(
                        "“%s” is a consultancy session: cancel it on its page, so that its clients are told.",
                        event_sudo.name,
                    )
                )
