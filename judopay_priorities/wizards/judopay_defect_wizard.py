from odoo import api, fields, models


class JudopayDefectWizard(models.TransientModel):
    """Requests a defect fix, or says which release brings it (J-13)."""

    _name = "judopay.defect.wizard"
    _description = "Defect Fix"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    defect_ref = fields.Char(
        string="Defect Reference", compute="_compute_defect_ref", compute_sudo=False, store=True, readonly=False
    )
    target_release = fields.Char(compute="_compute_target_release", compute_sudo=False, store=True, readonly=False)
    release_date = fields.Date(
        string="Expected On", compute="_compute_release_date", compute_sudo=False, store=True, readonly=False
    )
    no_workaround = fields.Boolean(
        string="No Workaround Was Found",
        compute="_compute_no_workaround",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    has_workaround = fields.Boolean(compute="_compute_has_workaround")
    tell = fields.Boolean(string="Write It to the Merchant Now", default=True)
    note = fields.Text()

    # a compute for each: what is given for one of them must not keep the others empty
    @api.depends("ticket_id")
    def _compute_defect_ref(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            wizard.defect_ref = wizard.ticket_id._filtered_access("read").judopay_defect_ref

    @api.depends("ticket_id")
    def _compute_target_release(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            wizard.target_release = wizard.ticket_id._filtered_access("read").judopay_target_release

    @api.depends("ticket_id")
    def _compute_release_date(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            wizard.release_date = wizard.ticket_id._filtered_access("read").judopay_release_date

    @api.depends("ticket_id")
    def _compute_no_workaround(self):
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            wizard.no_workaround = wizard.ticket_id._filtered_access("read").judopay_no_workaround

    @api.depends("ticket_id")
    def _compute_has_workaround(self):
        for wizard in self:
            wizard.has_workaround = bool(wizard.ticket_id._filtered_access("read").support_workaround_at)

    def action_apply(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._judopay_request_fix(
            defect_ref=self.defect_ref or "",
            target_release=self.target_release or "",
            release_date=self.release_date,
            no_workaround=self.no_workaround,
            tell=self.tell,
            note=self.note or "",
        )
        return {"type": "ir.actions.act_window_close"}
