from odoo import api, fields, models
from odoo.exceptions import ValidationError


class OpenpymeTaskWizardLine(models.TransientModel):
    _name = "openpyme.task.wizard.line"
    _description = "Task to Be Created"
    _order = "sequence, id"

    wizard_id = fields.Many2one("openpyme.task.wizard", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Task", required=True)
    user_id = fields.Many2one("res.users", string="For", domain="[('share', '=', False)]", ondelete="cascade")
    hours = fields.Float(help="How long it should take, if that is known.")

    @api.constrains("hours")
    def _check_hours(self):
        if any(line.hours < 0 for line in self):
            raise ValidationError(self.env._("A task cannot take less than no time."))
