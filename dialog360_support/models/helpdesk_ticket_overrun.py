from typing import Any

from odoo import api, fields, models


class HelpdeskTicket(models.Model):
    """The review of a ticket that took longer than 48 hours (D-8)."""

    _inherit = "helpdesk.ticket"

    dialog360_review_ids = fields.One2many(
        "dialog360.review", "ticket_id", string="Review of the Overrun", readonly=True, groups="base.group_user"
    )
    dialog360_review_count = fields.Integer(compute="_compute_dialog360_review_count", groups="base.group_user")

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"dialog360_review_ids"}

    @api.depends("dialog360_review_ids")
    def _compute_dialog360_review_count(self):
        for ticket in self:
            # sudo: whether a button is shown
            ticket.dialog360_review_count = len(ticket.sudo().dialog360_review_ids)

    def action_dialog360_review(self):
        """Open the review of this ticket's overrun."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "res_model": "dialog360.review",
            "res_id": self.dialog360_review_ids.id,
            "views": [(False, "form")],
        }

    def _dialog360_prepare_lines(self, teams=None) -> list[dict[str, Any]]:
        """Values of the lines of a review: a team each, with whoever leads it. With sudo.

        :param teams: of these teams; those that had the ticket if not given
        """
        self.ensure_one()
        teams = self._dialog360_get_teams() if teams is None else teams
        return [
            {"team_id": team.id, "user_id": self._support_filter_reachable(team.user_id).id or False} for team in teams
        ]

    def _dialog360_join_review(self) -> None:
        """D-8: a team that gets the ticket while its review is open is involved as well. With sudo."""
        self.ensure_one()
        review = self.dialog360_review_ids.filtered(lambda review: review.state == "open")
        if review and self.team_id not in review.line_ids.team_id:
            [vals] = self._dialog360_prepare_lines(self.team_id)
            self.env["dialog360.review.line"].create({"review_id": review.id, **vals})._ask()
