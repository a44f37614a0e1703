from odoo import api, fields, models
from odoo.exceptions import UserError


class OpenpymeReviewCheck(models.Model):
    """One check of the initial review, with who made it, when and on what grounds (O-2).

    Written by :meth:`_record` only; nobody edits or deletes one. A check that is made again is another row, and the
    last one counts.
    """

    _name = "openpyme.review.check"
    _description = "Check of the Initial Review"
    _order = "moment, id"
    _log_access = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    check = fields.Selection(selection="_selection_check", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")
    moment = fields.Datetime(string="When", required=True, readonly=True)
    proof = fields.Char(string="Grounds", readonly=True, help="What the check rests on, as it was then.")
    note = fields.Char(readonly=True)

    @api.model
    def _selection_check(self):
        return [
            ("contract", self.env._("Contract in force")),
            ("duplicate", self.env._("Not a duplicate")),
            ("reply", self.env._("Not a reply to another ticket")),
        ]

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("Checks are recorded by making them on the ticket."))

    def write(self, vals):
        raise UserError(self.env._("A check that was made cannot be changed: make it again."))

    def unlink(self):
        raise UserError(self.env._("A check that was made cannot be deleted."))

    def copy(self, default=None):
        raise UserError(self.env._("A check cannot be copied: make it on the ticket."))

    @api.model
    def _record(self, vals_list: list[dict]) -> None:
        """Write checks down; who may is decided by the caller. The only way in.

        :param vals_list: ``ticket_id``, ``check``, ``proof``, ``note``; the user and the moment are those of now
        """
        now = self.env["support.event"]._now()
        super().create([{**vals, "user_id": self.env.uid, "moment": now} for vals in vals_list])
