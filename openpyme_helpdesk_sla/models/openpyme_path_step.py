from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..tools import path


class OpenpymePathStep(models.Model):
    """The words for one step of the guided path (O-7). Which steps there are and what follows which answer is
    :mod:`..tools.path`: a road that somebody edits would have dead ends."""

    _name = "openpyme.path.step"
    _description = "Step of the Guided Path"
    _order = "sequence, id"

    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10, readonly=True)
    name = fields.Char(required=True, translate=True, help="Short, as the picture of the path shows it.")
    question = fields.Text(
        string="What Is Asked", required=True, translate=True, help="What whoever comes to this step reads."
    )
    answer_ids = fields.One2many("openpyme.path.answer", "step_id", string="Answers")

    _code_unique = models.Constraint("UNIQUE(code)", "A step of the path has its words once.")

    @api.model
    @tools.ormcache("code")
    def _get_id(self, code: str) -> int | None:
        """Id of the step with this code of :mod:`..tools.path`; None if an administrator lost it."""
        return self.sudo().search([("code", "=", code)], limit=1).id or None

    @api.model
    def _get(self, code: str):
        """The step with this code.

        :raise UserError: when it is not there any more
        """
        step_id = self._get_id(code)
        if not step_id:
            raise UserError(self.env._("The step “%s” of the path is missing: update the addon of OpenPyme.", code))
        return self.browse(step_id)

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        if any(step.code in path.STEPS for step in self):
            raise UserError(self.env._("Every path leads along these steps: they cannot be deleted."))

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
