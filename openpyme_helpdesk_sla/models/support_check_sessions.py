from odoo import api, models
from odoo.addons.support_sla.models.support_check import WARNING

from ..const import PROVIDER
from .openpyme_session import GENERAL


class SupportCheck(models.AbstractModel):
    """What keeps clients from consultancy: no session to invite them to, a session nobody wrapped up (O-11)."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "openpyme_sessions"]

    def _support_check_openpyme_sessions(self, configuration):
        provider = configuration.providers.filtered(lambda provider: provider.code == PROVIDER)
        if not provider:
            return
        Session = self.env["openpyme.session"].sudo()
        planned = Session.search_count(
            [("kind", "=", GENERAL), ("state", "=", "planned"), ("start", ">", configuration.now)], limit=1
        )
        waiting = (
            self.env["helpdesk.ticket"]
            .sudo()
            .search_count([("openpyme_step", "in", ("to_invite", "individual_over")), ("closed", "=", False)])
        )
        if waiting and not planned:
            yield self._found("openpyme_no_session", WARNING, provider, provider, count=waiting)
        for session in Session.search([("state", "=", "planned"), ("stop", "<=", configuration.now)], limit=20):
            yield self._found("openpyme_session_over", WARNING, session, provider)

    @api.model
    def _get_texts(self):
        return {
            **super()._get_texts(),
            "openpyme_no_session": (
                self.env._("No general session is planned; requests of consultancy that wait for one: %(count)s."),
                self.env._("Plan one under Consultancy Sessions, then press “Invite Those Who Wait” on it."),
            ),
            "openpyme_session_over": (
                self.env._("The session “%(record)s” is over and nobody said which topics were covered."),
                self.env._("Press “Topics Covered” on it: the requests close, or go on to the next session."),
            ),
        }
