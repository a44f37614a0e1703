from odoo import api, fields, models
from odoo.exceptions import UserError


class OpenpymePathAnswer(models.Model):
    """The words for one answer at a step of the guided path (O-7); where it leads is :mod:`..tools.path`."""

    _name = "openpyme.path.answer"
    _description = "Answer on the Guided Path"
    _order = "step_id, sequence, id"

    step_id = fields.Many2one("openpyme.path.step", required=True, readonly=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10, readonly=True)
    code = fields.Char(required=True, readonly=True)
    name = fields.Char(string="Answer", required=True, translate=True)
    hint = fields.Text(string="Help", translate=True, help="What happens then, for whoever chooses.")

    _code_unique = models.Constraint("UNIQUE(step_id, code)", "An answer has its words once.")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        raise UserError(self.env._("The path leads on from these answers: they cannot be deleted."))
