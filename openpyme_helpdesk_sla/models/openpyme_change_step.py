from odoo import fields, models

NEEDS = [
    ("none", "Nothing"),
    ("story", "The user story"),
    ("tasks", "Tasks"),
    ("tasks_done", "All tasks done"),
    ("demo", "A demo that took place"),
    ("client", "The client's acceptance"),
]


class OpenpymeChangeStep(models.Model):
    """One of the steps that every new change goes through (O-12): the template.

    A change takes its own steps from here when it is classified; what is edited here later is for the changes after.
    """

    _name = "openpyme.change.step"
    _inherit = ["support.used.mixin"]
    _description = "Step of a Change"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True, help="Clients read it as well.")
    description = fields.Text(translate=True, help="What is done in this step, for those who work on it.")
    client_text = fields.Text(
        string="What the Client Reads", translate=True, help="On the portal, while the change is in this step."
    )
    needs = fields.Selection(
        NEEDS, required=True, default="none", help="What must be there before the step can be finished."
    )
    skippable = fields.Boolean(
        string="May Be Skipped",
        default=True,
        help="With a reason, which is kept. Without it the step cannot be left out.",
    )
    active = fields.Boolean(default=True)
