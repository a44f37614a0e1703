from odoo import models
from odoo.exceptions import UserError


class HelpdeskTicket(models.Model):
    """What is not done before it is a request's turn (B-5, B-11), and grounds that are not so (B-14)."""

    _inherit = "helpdesk.ticket"

    def _bpmsoft_open(self, model, name):
        if model == "bpmsoft.decide.wizard":
            self._bpmsoft_refuse_early()
        return super()._bpmsoft_open(model, name)

    def _bpmsoft_decide_source(self, *args, **kwargs):
        self._bpmsoft_refuse_early()
        return super()._bpmsoft_decide_source(*args, **kwargs)

    def _bpmsoft_refuse_early(self) -> None:
        """The source of a problem is looked for once the former request is resolved (B-11), of a request that somebody
        authorised has made (B-5). What was decided before is decided anew whenever that is needed.

        :raise UserError: when it is not this request's turn yet
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo._bpmsoft_is_held():
            raise UserError(self.env._("%s is held back: decide about that first, under Held Requests.", self.number))
        if ticket_sudo.support_lane_held and not ticket_sudo.bpmsoft_source_id:
            raise UserError(
                self.env._(
                    "%(ticket)s stands in line: %(place)s. The source is looked for once it is its turn; another order "
                    "is agreed with the client.",
                    ticket=self.number,
                    place=ticket_sudo.support_lane_text,
                )
            )

    def _bpmsoft_refuse(self, ground, note):
        """:raise UserError: for the ground that it is not from the authorised person, when it is"""
        if ground.code == "not_authorised":
            ticket_sudo = self.sudo()
            if not ticket_sudo._bpmsoft_is_held() and ticket_sudo.partner_id in ticket_sudo._bpmsoft_get_authorised():
                raise UserError(
                    self.env._(
                        "%(ticket)s comes from %(person)s, who is the authorised person: choose another ground.",
                        ticket=self.number,
                        person=ticket_sudo.partner_id.name,
                    )
                )
        return super()._bpmsoft_refuse(ground, note)
