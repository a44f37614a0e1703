from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.decision import NO, YES
from .bpmsoft_outcome import FIXERS, PAYERS

ANSWERS = [(YES, "Yes"), (NO, "No")]


class BpmsoftDecision(models.Model):
    """Where a ticket's problem was found to lie, and what followed from it at that time (B-12).

    Append-only: a later finding is another row, with why. Words are kept as they were, whatever becomes of the table.
    """

    _name = "bpmsoft.decision"
    _description = "Decision About the Source"
    _order = "id desc"
    _rec_name = "source_name"
    _allow_sudo_commands = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    number = fields.Integer(readonly=True, aggregator=None)
    moment = fields.Datetime(string="Decided", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Decided By", readonly=True, ondelete="restrict")
    former_id = fields.Many2one(
        "bpmsoft.decision", string="Before", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    later_ids = fields.One2many("bpmsoft.decision", "former_id", string="Later Ones", readonly=True)
    commercial_partner_id = fields.Many2one(related="ticket_id.commercial_partner_id", string="Client")
    source_id = fields.Many2one("bpmsoft.source", required=True, readonly=True, ondelete="restrict", index=True)
    source_name = fields.Char(string="Source", readonly=True, help="As it was called then.")
    described = fields.Selection(ANSWERS, string="In the Technical Design", readonly=True)
    deviates = fields.Selection(ANSWERS, string="Deviates from the Documentation", readonly=True)
    repeatable = fields.Selection(ANSWERS, readonly=True)
    findable = fields.Selection(ANSWERS, string="Cause Can Be Found", readonly=True)
    defect = fields.Selection(ANSWERS, string="Is a Defect", readonly=True)
    outcome_id = fields.Many2one("bpmsoft.outcome", string="Row", readonly=True, ondelete="restrict", index=True)
    fixer = fields.Selection(FIXERS, string="Who Fixes", readonly=True)
    payer = fields.Selection(PAYERS, string="Who Pays", readonly=True)
    text = fields.Text(string="Told to the Client", readonly=True)
    note = fields.Text(string="How It Was Found", readonly=True)
    reason = fields.Text(string="Why It Changed", readonly=True)

    # two who decide at once: one of them is the first
    _number_unique = models.UniqueIndex("(ticket_id, number)")

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("What is decided about a ticket is recorded by its button, not typed in."))

    def write(self, vals):
        raise UserError(self.env._("What was decided cannot be changed: decide again instead."))

    def unlink(self):
        raise UserError(self.env._("What was decided cannot be deleted."))

    @api.model
    def _record(self, vals: dict[str, Any]):
        """Add a decision by whoever is acting, now; access is checked by the caller.

        :param vals: ``ticket_id``, ``number``, ``source_id``, ``outcome_id`` and what was answered
        """
        vals = {"moment": self.env["support.event"]._now(), "user_id": self.env.uid, **vals}
        return super(BpmsoftDecision, self.sudo()).create([vals])

    def _is_same(self, vals: dict[str, Any]) -> bool:
        """Whether a finding, as given to :meth:`_record`, is the one that this decision rests on."""
        self.ensure_one()
        records = ("source_id", "outcome_id")
        answers = ("described", "deviates", "repeatable", "findable")
        return all(self[name].id == vals.get(name) for name in records) and all(
            (self[name] or None) == (vals.get(name) or None) for name in answers
        )

    def action_open_ticket(self):
        """The ticket of this decision, from the report."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.ticket_id.id,
            "views": [(False, "form")],
        }
