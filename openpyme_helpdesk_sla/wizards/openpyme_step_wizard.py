from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError

from ..models.openpyme_ticket_step import TOLERANT


class OpenpymeStepWizard(models.TransientModel):
    """Moves the steps of a change: finish, skip, go back, ask the client, record what the client said, plan the demo.

    It keeps which step was current when it was opened, so that the second of two people hears that it is over.
    """

    _name = "openpyme.step.wizard"
    _description = "Move the Steps of a Change"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    move = fields.Selection(
        [
            ("finish", "Finish"),
            ("skip", "Skip"),
            ("back", "Go back"),
            ("ask", "Ask the client"),
            ("told", "What the client said"),
            ("demo", "Demo"),
        ],
        required=True,
    )
    step_id = fields.Many2one("openpyme.ticket.step", ondelete="cascade")
    step_name = fields.Char(compute="_compute_step")
    description = fields.Text(compute="_compute_step")
    next_name = fields.Char(compute="_compute_step")
    missing = fields.Char(compute="_compute_step")
    tolerant = fields.Boolean(compute="_compute_step")
    back_step_id = fields.Many2one(
        "openpyme.ticket.step",
        string="Back To",
        ondelete="cascade",
        domain="[('ticket_id', '=', ticket_id), ('state', 'in', ('done', 'skipped'))]",
    )
    note = fields.Text()
    reason = fields.Text()
    text = fields.Text(string="Message to the Client", compute="_compute_text", store=True, readonly=False)
    accepted = fields.Selection([("yes", "Accepted"), ("no", "Not accepted")], string="The Client Has", default="yes")
    demo_at = fields.Datetime(string="When")
    hours = fields.Float(string="Length", default=1.0)
    invite = fields.Boolean(string="Meeting in the Calendar", default=True)

    @api.depends("step_id", "ticket_id")
    def _compute_step(self):
        for wizard in self:
            # a client may name any step: nothing is told of a ticket that the user may not read
            step = wizard.step_id if wizard.step_id.ticket_id._filtered_access("read") else wizard.step_id.browse()
            step_sudo = step.sudo()
            wizard.step_name = step_sudo.name
            wizard.description = step_sudo.description
            wizard.next_name = step_sudo._get_next().name if step_sudo else False
            wizard.missing = step_sudo._get_missing() if step_sudo else False
            wizard.tolerant = bool(step_sudo) and step_sudo.needs in TOLERANT and step_sudo.skippable

    @api.depends("step_id", "move")
    def _compute_text(self):
        for wizard in self:
            if wizard.move == "ask" and not wizard.text and wizard.ticket_id._filtered_access("read"):
                ticket_sudo = wizard.ticket_id.sudo()
                lang = ticket_sudo.partner_id.lang or self.env.lang
                step_sudo = wizard.step_id.sudo().with_context(lang=lang)
                wizard.text = step_sudo.env._(
                    "Your change “%(change)s” is ready for you to look at: %(step)s. Please try it and tell us whether "
                    "it does what you need.",
                    change=ticket_sudo.name,
                    step=step_sudo.name or "",
                )

    def action_move(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        step = self.step_id
        if not step and self.move != "back":
            raise UserError(self.env._("All steps of this change are over."))
        if step and step.ticket_id != self.ticket_id:
            raise UserError(self.env._("This step belongs to another request."))
        getattr(self, f"_move_{self.move}")(step)
        return {"type": "ir.actions.act_window_close"}

    def _move_finish(self, step) -> None:
        step._finish(self.note or "", self.reason or "")

    def _move_skip(self, step) -> None:
        step._skip(self.reason or "")

    def _move_back(self, _step) -> None:
        target = self.back_step_id
        if not target:
            raise UserError(self.env._("Say to which step work goes back."))
        if target.ticket_id != self.ticket_id:
            raise UserError(self.env._("This step belongs to another request."))
        target._go_back(self.reason or "")

    def _move_ask(self, step) -> None:
        step._ask(self.text or "")

    def _move_told(self, step) -> None:
        step._answer(self.accepted == "yes", self.note or "", facts.STAFF)

    def _move_demo(self, step) -> None:
        if not self.demo_at:
            raise UserError(self.env._("Say when the demo takes place, or took place."))
        now = self.env["support.event"]._now()
        event = None
        if self.invite and self.demo_at > now:
            if self.hours <= 0:
                raise UserError(self.env._("A meeting needs a length."))
            ticket = self.ticket_id
            step.sudo().demo_event_id.unlink()  # planned anew: the former meeting does not take place
            event = self.env["calendar.event"].create(
                {
                    "name": self.env._("Demo: %s", ticket.name),
                    "start": self.demo_at,
                    "stop": self.demo_at + timedelta(hours=self.hours),
                    "partner_ids": [fields.Command.set((ticket.partner_id | self.env.user.partner_id).ids)],
                    "user_id": self.env.uid,
                }
            )
        step._plan_demo(self.demo_at, event)
