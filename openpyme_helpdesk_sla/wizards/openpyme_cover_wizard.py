from odoo import api, fields, models
from odoo.exceptions import UserError


class OpenpymeCoverWizard(models.TransientModel):
    """After a session: which topics were covered; their tickets close, the others are invited to the next (O-11)."""

    _name = "openpyme.cover.wizard"
    _description = "Topics Covered"

    session_id = fields.Many2one("openpyme.session", required=True, ondelete="cascade")
    kind = fields.Selection(related="session_id.kind")
    offered_topic_ids = fields.Many2many(related="session_id.topic_ids", string="Topics of the Session")
    topic_ids = fields.Many2many("openpyme.topic", string="Covered", domain="[('id', 'in', offered_topic_ids)]")
    line_ids = fields.One2many(
        "openpyme.cover.wizard.line", "wizard_id", compute="_compute_line_ids", store=True, readonly=False
    )
    done = fields.Boolean()

    @api.depends("session_id")
    def _compute_line_ids(self):
        for wizard in self:
            session = wizard.session_id._filtered_access("read")
            # with the reader's access: of tickets that the user may not read nothing is told
            pending = session.invitation_ids._filtered_access("read").filtered(lambda entry: entry.state == "invited")
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create({"invitation_id": entry.id, "attended": entry.answer == "yes"})
                for entry in pending.sorted("id")
            ]

    def action_apply(self):
        """Close, or invite on; a result a ticket, and one that fails stops none of the others."""
        self.ensure_one()
        session = self.session_id
        session.check_access("write")
        if session.state != "planned":
            raise UserError(self.env._("“%s” was wrapped up already, or called off.", session.name))
        if session.start > self.env["support.event"]._now():
            raise UserError(self.env._("“%s” has not begun yet.", session.name))
        if self.line_ids.invitation_id.sudo().session_id - session:
            raise UserError(self.env._("Somebody of this list is invited to another session."))
        if session.sudo()._get_pending() - self.line_ids.invitation_id:
            raise UserError(
                self.env._("You do not see every ticket of this session: somebody who sees them all wraps it up.")
            )
        # what is not planned any more is not moved, and nobody is told of a change
        session.sudo().state = "held"
        session.sudo().covered_topic_ids = [fields.Command.set(self.topic_ids.ids)]
        for line in self.line_ids:
            try:
                with self.env.cr.savepoint():
                    line.result = line._apply()
            except UserError as error:
                line.result = self.env._("Nothing was done: %s", error)
            line.invitation_id.sudo().result = line.result
        self.done = True
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Was Done"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
