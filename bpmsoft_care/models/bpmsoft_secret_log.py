from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import SQL


class BpmsoftSecretLog(models.Model):
    """What happened to the passwords of a request: who, when, from which address (B-9).

    Written by :meth:`_insert` and by nobody else; never changed. It outlives the password, and the request.
    """

    _name = "bpmsoft.secret.log"
    _description = "Log of Passwords"
    _order = "moment desc, id desc"
    _rec_name = "kind"
    _log_access = False
    _allow_sudo_commands = False

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True, ondelete="set null", index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    number = fields.Char(string="Request", readonly=True, help="As it was called, also when it is deleted.")
    secret_id = fields.Many2one(
        "bpmsoft.secret", string="Password", readonly=True, ondelete="set null", index="btree_not_null"
    )
    account = fields.Char(readonly=True, help="Of which account; the password itself is nowhere in here.")
    kind = fields.Selection(
        [
            ("kept", "Kept"),
            ("replaced", "Replaced"),
            ("looked", "Looked at"),
            ("withdrawn", "Withdrawn"),
            ("wiped", "Removed"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    reason = fields.Selection(
        [
            ("form", "Request form"),
            ("message", "Found in a message"),
            ("agent", "Entered by an agent"),
            ("call", "Handed over by a program"),
            ("closed", "Request closed"),
            ("cancelled", "Request cancelled"),
            ("merged", "Request merged"),
            ("archived", "Request archived"),
            ("deleted", "Request deleted"),
            ("moved", "Request moved to another provider"),
            ("client", "By the client"),
            ("uninstalled", "Addon uninstalled"),
        ],
        string="How or Why",
        readonly=True,
    )
    user_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    who = fields.Char(readonly=True, help="Name at that moment; “System” for what happens by itself.")
    moment = fields.Datetime(string="When", required=True, readonly=True)
    address = fields.Char(readonly=True, help="Network address from which it was asked for.")

    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self.env._("What happens to passwords is recorded by itself, not typed in."))

    def write(self, vals):
        raise UserError(self.env._("What happened to a password cannot be changed."))

    def unlink(self):
        raise UserError(self.env._("What happened to a password cannot be deleted."))

    def copy(self, default=None):
        raise UserError(self.env._("What happened to a password cannot be copied."))

    @api.model
    def _insert(self, secrets, kind: str, reason: str = ""):
        """Record that ``kind`` happened to ``secrets``, by the user of the environment. Used with sudo."""
        if not secrets:
            return
        user = self.env.user
        address = request.httprequest.remote_addr if request else None
        rows: list[tuple[Any, ...]] = [
            (
                secret.ticket_id.id,
                secret.ticket_id.company_id.id or None,
                secret.ticket_id.number,
                secret.id,
                secret.display_name,
                kind,
                reason or None,
                self.env.uid,
                self.env._("System") if user._is_superuser() else user.name,
                self.env["support.event"]._now(),
                address,
            )
            for secret in secrets
        ]
        secrets.flush_recordset()  # the rows that are referred to
        self.env.cr.execute(
            SQL(
                """INSERT INTO bpmsoft_secret_log
                        (ticket_id, company_id, number, secret_id, account, kind, reason, user_id, who, moment, address)
                   VALUES %s""",
                SQL(", ").join(SQL("%s", row) for row in rows),
            )
        )
        secrets.invalidate_recordset(["log_ids"], flush=False)
        secrets.ticket_id.invalidate_recordset(["bpmsoft_secret_log_ids"], flush=False)
