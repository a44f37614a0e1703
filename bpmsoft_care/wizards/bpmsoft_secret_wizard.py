from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmsoftSecretWizard(models.TransientModel):
    """An agent enters the password of an account that the client told on the phone (B-9).

    What is typed is sealed when it arrives, so that it stands in no row of the wizard either.
    """

    _name = "bpmsoft.secret.wizard"
    _description = "Keep a Password"
    # what is typed here is encrypted before it is stored, which a mask would spoil
    _support_seals_words = True

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade")
    secret_id = fields.Many2one("bpmsoft.secret", string="Replaces", readonly=True, ondelete="cascade")
    login = fields.Char(string="Account", help="The name to log in with. Empty: the one on the request form.")
    system = fields.Char(help="Address or name of the system. Empty: the one on the request form.")
    bpmsoft_password = fields.Char(
        string="Password",
        compute="_compute_bpmsoft_password",
        inverse="_inverse_bpmsoft_password",
        exportable=False,
        copy=False,
        help="It is never shown here again.",
    )
    sealed = fields.Char(copy=False, groups=fields.NO_ACCESS, exportable=False)
    key_name = fields.Char(copy=False, groups=fields.NO_ACCESS, exportable=False)

    def _compute_bpmsoft_password(self):
        self.bpmsoft_password = False

    def _inverse_bpmsoft_password(self):
        given = {wizard: wizard.bpmsoft_password for wizard in self}
        self.invalidate_recordset(["bpmsoft_password"], flush=False)
        for wizard, text in given.items():
            if text and text.strip():
                wizard.ticket_id.check_access("write")
                # sudo: nobody reads or writes what is sealed
                wizard.sudo().write(self.env["bpmsoft.secret"].sudo()._seal(wizard.ticket_id, text))

    @api.constrains("ticket_id", "secret_id")
    def _check_secret(self):
        for wizard in self:
            if wizard.secret_id and wizard.secret_id.ticket_id != wizard.ticket_id:
                raise UserError(self.env._("This password belongs to another request."))

    def action_keep(self):
        """Keep what was typed, over the one it replaces; the wizard's own row goes."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        wizard_sudo = self.sudo()
        if not wizard_sudo.sealed:
            raise UserError(self.env._("Type the password first."))
        ticket_sudo = wizard_sudo.ticket_id
        ticket_sudo._bpmsoft_check_takes_secrets()
        before = wizard_sudo.secret_id.filtered(lambda secret: secret.state == "kept")
        if not before and not wizard_sudo.secret_id and not (self.login or self.system):
            before = ticket_sudo._bpmsoft_get_main_secret()
        main = before.main if before else not ticket_sudo._bpmsoft_get_main_secret()
        values = {
            "sealed": wizard_sudo.sealed,
            "key_name": wizard_sudo.key_name,
            "source": "agent",
            "given_by_id": self.env.user.partner_id.id,
            "given_at": self.env["support.event"]._now(),
            "login": self.login,
            "system": self.system,
        }
        wizard_sudo.env["bpmsoft.secret"]._put(before, values, ticket_sudo, main)
        wizard_sudo.unlink()
        return {"type": "ir.actions.act_window_close"}
