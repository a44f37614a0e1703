from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

#: what is answered; everything else of a line follows from the ticket
ANSWERS = frozenset({"cause", "action"})
MANAGERS = "helpdesk_mgmt.group_helpdesk_manager"


class Dialog360ReviewLine(models.Model):
    """What one team says about an overrun: the cause on its side, and what it does about it (D-8)."""

    _name = "dialog360.review.line"
    _description = "Team in a Review"
    _order = "review_id, id"
    _rec_name = "team_id"

    review_id = fields.Many2one("dialog360.review", required=True, readonly=True, ondelete="cascade", index=True)
    team_id = fields.Many2one("helpdesk.ticket.team", required=True, readonly=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="Answers", domain="[('share', '=', False)]", index=True)
    cause = fields.Text(help="Why it took so long on this team's side; “none” is an answer, too.")
    action = fields.Text(string="What Is Done", help="So that it does not happen again.")
    answered = fields.Boolean(compute="_compute_answered", store=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null", index="btree_not_null")
    is_mine = fields.Boolean(compute="_compute_is_mine", help="The reader may answer.")

    # one line a team
    _team_unique = models.UniqueIndex("(review_id, team_id)")

    @api.depends("cause", "action")
    def _compute_answered(self):
        for line in self:
            line.answered = bool((line.cause or "").strip() and (line.action or "").strip())

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        manager = self.env.user.has_group(MANAGERS)
        for line in self:
            line.is_mine = manager or line.user_id == self.env.user

    def write(self, vals):
        if not self.env.su:
            if not self.env.user.has_group(MANAGERS):
                if not vals.keys() <= ANSWERS or any(line.user_id != self.env.user for line in self):
                    raise AccessError(
                        self.env._("Only whoever answers for a team, or a helpdesk manager, writes here.")
                    )
            elif not vals.keys() <= ANSWERS | {"user_id"}:
                raise UserError(self.env._("Which team a line is about follows from the ticket."))
        clean = dict(vals)
        for ticket_sudo in self.review_id.ticket_id.sudo():
            for name in ANSWERS & vals.keys():
                # D-16: what is said about a ticket is kept as its own texts are
                clean[name] = ticket_sudo._support_mask_said(clean[name] or "")
        result = super().write(clean)
        if "user_id" in vals:
            # sudo: the activity goes to whoever answers now
            self.sudo()._ask()
        if ANSWERS & vals.keys():
            self.sudo()._settle()
        return result

    def _ask(self) -> None:
        """Give whoever answers for each team an activity. With sudo."""
        for line in self.filtered(lambda line: not line.answered):
            line.activity_id.unlink()
            # whoever administers the provider finds somebody where a team has no leader
            user = line.user_id or line.review_id.ticket_id.support_provider_id.administrator_id
            user = user or self.env.ref("base.user_admin")
            lang = user.lang or self.env.lang
            # the review, whose name stands beside it, has the number
            words = line.with_context(lang=lang).env._("Cause and action of %s", line.team_id.name)
            line.activity_id = line.review_id.activity_schedule(
                "mail.mail_activity_data_todo", user_id=user.id, summary=words
            )

    def _settle(self) -> None:
        """What was answered is done. With sudo."""
        for line in self.filtered(lambda line: line.answered and line.activity_id):
            line.activity_id.action_feedback(feedback=line.action)
