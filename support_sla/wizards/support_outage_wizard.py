from odoo import api, fields, models
from odoo.exceptions import UserError


class SupportOutageWizard(models.TransientModel):
    """Records an outage, its end, or what was wrong about either (E-1.9)."""

    _name = "support.outage.wizard"
    _description = "Outage"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    mode = fields.Selection(
        [("record", "Record"), ("restore", "Restored"), ("correct", "Correct")], required=True, default="record"
    )
    allowed_ids = fields.Many2many("support.outage", compute="_compute_allowed_ids")
    outage_id = fields.Many2one(
        "support.outage",
        compute="_compute_outage_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('id', 'in', allowed_ids)]",
    )
    choice = fields.Boolean(compute="_compute_allowed_ids")
    void = fields.Boolean(string="There Was No Such Outage")
    began = fields.Datetime(
        string="Down Since", compute="_compute_began", compute_sudo=False, store=True, readonly=False
    )
    over = fields.Boolean(string="It Is Over", compute="_compute_over", compute_sudo=False, store=True, readonly=False)
    restored = fields.Datetime(compute="_compute_restored", compute_sudo=False, store=True, readonly=False)
    loss = fields.Selection(
        [("none", "No data was lost"), ("some", "Data was lost"), ("unknown", "Not known yet")],
        string="Lost Data",
        compute="_compute_loss",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    lost = fields.Integer(
        string="Minutes of Data Lost", compute="_compute_lost", compute_sudo=False, store=True, readonly=False
    )
    note = fields.Text()

    @api.depends("ticket_id", "mode")
    def _compute_allowed_ids(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket = wizard.ticket_id._filtered_access("read")
            outages = ticket._support_get_outages() if ticket else self.env["support.outage"]
            wizard.allowed_ids = outages.filtered(
                lambda outage, wizard=wizard: wizard.mode != "restore" or not outage.restored
            ).sudo(False)
            wizard.choice = len(wizard.allowed_ids) > 1

    @api.depends("allowed_ids")
    def _compute_outage_id(self):
        for wizard in self:
            wizard.outage_id = wizard.allowed_ids[:1] if wizard.mode != "record" else False

    # a compute for each: what is given for one of them must not keep the others empty
    @api.depends("outage_id", "mode")
    def _compute_began(self):
        for wizard in self:
            now = self.env["support.event"]._now()
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket = wizard.ticket_id._filtered_access("read")
            wizard.began = wizard._get_outage().began or (ticket and ticket._support_guess_outage()) or now

    @api.depends("outage_id", "mode")
    def _compute_over(self):
        for wizard in self:
            wizard.over = wizard.mode == "restore" or bool(wizard._get_outage().restored)

    @api.depends("outage_id", "mode")
    def _compute_restored(self):
        for wizard in self:
            now = self.env["support.event"]._now() if wizard.mode == "restore" else False
            wizard.restored = wizard._get_outage().restored or now

    @api.depends("outage_id", "mode")
    def _compute_loss(self):
        for wizard in self:
            outage = wizard._get_outage()
            wizard.loss = False
            if outage.restored:
                wizard.loss = ("some" if outage.lost else "none") if outage.lost_known else "unknown"

    @api.depends("outage_id", "mode")
    def _compute_lost(self):
        for wizard in self:
            wizard.lost = wizard._get_outage().lost

    @api.onchange("over")
    def _onchange_over(self):
        if self.over and not self.restored:
            self.restored = self.env["support.event"]._now()

    def action_apply(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        note = (self.note or "").strip()
        outage_sudo = self._get_outage()
        if self.mode != "record" and not outage_sudo:
            raise UserError(self.env._("There is no such outage on this ticket."))
        if self.mode == "correct" and not note:
            raise UserError(self.env._("Say what was wrong: it stays on the ticket."))
        if self.mode == "correct" and self.void:
            ticket._support_void_outage(outage_sudo, note)
            return {"type": "ir.actions.act_window_close"}
        if not self.began:
            raise UserError(self.env._("Say since when the service is down."))
        over = self.over or self.mode == "restore"
        if over:
            lost = self._get_lost()
        if self.mode == "correct":
            ticket._support_correct_outage(
                outage_sudo, self.began, self.restored if over else None, lost if over else None, note
            )
        elif self.mode == "restore":
            ticket._support_restore_outage(outage_sudo, self.restored, lost, note)
        else:
            ticket._support_record_outage(self.began, self.restored if over else None, lost if over else None, note)
        return {"type": "ir.actions.act_window_close"}

    def _get_outage(self):
        """The chosen outage, if it is one of the ticket's; with sudo: a merged ticket may be out of reach."""
        self.ensure_one()
        return (self.outage_id & self.allowed_ids).sudo()

    def _get_lost(self) -> int | None:
        """Minutes of data lost; None: not known yet."""
        if not self.restored:
            raise UserError(self.env._("Say when the service was restored."))
        if not self.loss:
            raise UserError(self.env._("Say whether data was lost; “not known yet” is an answer, too."))
        if self.loss == "some" and self.lost <= 0:
            raise UserError(self.env._("Say how many minutes of data were lost; with none, choose “no data was lost”."))
        return {"none": 0, "some": self.lost, "unknown": None}[self.loss]
