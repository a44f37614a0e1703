import contextlib
import logging
import os
from pathlib import Path
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import config

from ..const import PROVIDER
from ..tools.keyring import Keyring, KeyringError, make_file, parse_keys, read_file
from ..tools.quiet import QuietCalls

_logger = logging.getLogger(__name__)

#: Of the configuration file, each also as an environment variable in capitals: the keys themselves …
OPTION_KEYS = "bpmsoft_secret_keys"
#: … or a file that has them. Without both: a file of our own in Odoo's data folder, which no dump of a database has.
OPTION_FILE = "bpmsoft_secret_key_file"


class BpmsoftSecret(models.Model):
    """The password of an account with which a request can be followed up on the client's system (B-9).

    The row has what is sealed with a key outside of the database; nobody reads that by any way. In clear it is
    answered by :meth:`reveal` only, to members of the ticket's queue, and each time recorded. It goes when the ticket
    ends.
    """

    _name = "bpmsoft.secret"
    _description = "Password of a Request"
    _order = "ticket_id, id"
    _rec_name = "login"
    _allow_sudo_commands = False

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    main = fields.Boolean(readonly=True, help="The answer to the question on the request form.")
    login = fields.Char(string="Account", readonly=True)
    system = fields.Char(readonly=True)
    state = fields.Selection(
        [("kept", "Kept"), ("withdrawn", "Withdrawn"), ("wiped", "Removed")],
        default="kept",
        required=True,
        readonly=True,
    )
    source = fields.Selection(
        selection=lambda self: [
            pair
            for pair in self.env["bpmsoft.secret.log"]._fields["reason"].selection
            if pair[0] in ("form", "message", "agent", "call")
        ],
        string="Came By",
        readonly=True,
    )
    given_by_id = fields.Many2one("res.partner", readonly=True, ondelete="set null")
    given_at = fields.Datetime(readonly=True)
    ended_at = fields.Datetime(string="Gone Since", readonly=True)
    sealed = fields.Char(copy=False, readonly=True, groups=fields.NO_ACCESS, exportable=False)
    key_name = fields.Char(copy=False, readonly=True, groups=fields.NO_ACCESS, exportable=False, index="btree_not_null")
    log_ids = fields.One2many(
        "bpmsoft.secret.log", "secret_id", readonly=True, groups="helpdesk_mgmt.group_helpdesk_manager"
    )
    may_reveal = fields.Boolean(compute="_compute_may_reveal", compute_sudo=False, exportable=False)

    # one answer to the form's question a ticket
    _main_unique = models.UniqueIndex("(ticket_id) WHERE main AND state = 'kept'")
    _no_rest = models.Constraint(
        "CHECK (state = 'kept' OR (sealed IS NULL AND key_name IS NULL))", "What is gone is gone from the database."
    )

    @api.depends("login", "system", "main", "source", "ticket_id.bpmsoft_account", "ticket_id.bpmsoft_address")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for secret in self:
            # the answer to the form's question belongs to the account and the address that stand there
            ticket = secret.ticket_id if secret.main else secret.ticket_id.browse()
            login = secret.login or ticket.bpmsoft_account
            system = secret.system or ticket.bpmsoft_address
            if login and system:
                name = self.env._("%(account)s on %(system)s", account=login, system=system)
            elif login or system:
                name = login or system
            elif secret.source == "message":
                name = self.env._("Password from a message")
            else:
                name = self.env._("Password")
            secret.display_name = name

    @api.depends("ticket_id.team_id", "state")
    @api.depends_context("uid")
    def _compute_may_reveal(self):
        for secret in self:
            secret.may_reveal = secret.state == "kept" and secret.ticket_id._bpmsoft_may_see_secrets()

    def copy(self, default=None):
        raise UserError(self.env._("A password is not copied: it is asked for again."))

    def _register_hook(self):
        super()._register_hook()
        log = logging.getLogger("odoo.service.model")  # --log-level=debug writes down what calls are given
        if not any(isinstance(known, QuietCalls) for known in log.filters):
            log.addFilter(QuietCalls({"bpmsoft_password"}))

    # --- the keys ----------------------------------------------------------------------------------

    @api.model
    def _get_key_file(self) -> Path:
        """Where the keys are when neither option nor environment has them."""
        given = self._get_option(OPTION_FILE)
        return Path(given) if given else Path(config["data_dir"]) / "bpmsoft_care" / "secret.keys"

    @api.model
    def _get_option(self, name: str) -> str:
        return str(config.get(name) or "").strip() or os.environ.get(name.upper(), "").strip()

    @api.model
    def _get_keyring(self, make: bool = False) -> Keyring:
        """The keys, read anew each time: what an administrator changes holds at once.

        :param make: make the file in Odoo's data folder where no key was ever given; not while passwords are kept,
            because then a key is missing that there was
        :raise KeyringError: when there is none, or it is none
        """
        keys = self._get_option(OPTION_KEYS)
        if keys:
            return parse_keys(keys)
        path = self._get_key_file()
        try:
            return read_file(path)
        except KeyringError as error:
            own = not self._get_option(OPTION_FILE)
            if error.code != "missing" or not (make and own) or path.exists():
                raise
        if self.sudo().search_count([("state", "=", "kept")], limit=1):
            raise KeyringError("missing", str(path))
        _logger.info("A key for passwords of clients was made in %s", path)
        return make_file(path)

    @api.model
    def _say_key_error(self, error: KeyringError) -> str:
        """What is wrong, for whoever works on a ticket; where the key should be is told to administrators only."""
        words = {
            "missing": self.env._("The key for passwords is missing on the server."),
            "malformed": self.env._("What is set as the key for passwords on the server is no key."),
            "unreadable": self.env._("The key for passwords cannot be read or written on the server."),
            "unknown": self.env._("This password was kept with a key that is no longer on the server."),
            "broken": self.env._("What is kept of this password is damaged."),
        }
        return self.env._(
            "%(problem)s An administrator finds what to do under Configuration → Configuration Check. The request "
            "itself can be worked on.",
            problem=words[error.code],
        )

    # --- giving ------------------------------------------------------------------------------------

    @api.model
    def _keep(
        self, ticket, text: str, source: str, *, main: bool = False, login: str = "", system: str = "", partner=None
    ):
        """Keep a password; a main one replaces the one before. Used with sudo; access is checked by the caller.

        :param source: ``form``, ``message``, ``agent`` or ``call``
        :raise UserError: when it cannot be sealed
        """
        before = (
            self.search([("ticket_id", "=", ticket.id), ("main", "=", True), ("state", "=", "kept")]) if main else self
        )
        values = {
            **self._seal(ticket, text),
            "source": source,
            "given_by_id": partner.id if partner else False,
            "given_at": self.env["support.event"]._now(),
            **({"login": login} if login else {}),
            **({"system": system} if system else {}),
        }
        return self._put(before, values, ticket, main)

    @api.model
    def _seal(self, ticket, text: str) -> dict[str, str]:
        try:
            sealed, key_name = self._get_keyring(make=True).seal(text, f"helpdesk.ticket:{ticket.id}")
        except KeyringError as error:
            raise UserError(self._say_key_error(error)) from None
        return {"sealed": sealed, "key_name": key_name}

    @api.model
    def _put(self, before, values: dict[str, Any], ticket, main: bool = False):
        """Sealed already: over the row ``before``, or as a new one."""
        if before:
            before.write(values)
            secret, kind = before, "replaced"
        else:
            secret = self.create({**values, "ticket_id": ticket.id, "main": main})
            kind = "kept"
        self.env["bpmsoft.secret.log"]._insert(secret, kind, values["source"])
        ticket._support_set({"bpmsoft_password_state": "kept"})
        return secret

    # --- looking -----------------------------------------------------------------------------------

    def reveal(self) -> dict[str, Any]:
        """The password in clear, for who works on the request: called on a click, each time recorded (B-9).

        :return: ``secret``, and ``seconds`` for which it is shown
        :raise AccessError: to everybody but the members of the ticket's queue
        :raise UserError: when it is gone, or cannot be opened
        """
        self.ensure_one()
        self.check_access("read")
        self.ticket_id.check_access("read")
        if not self.ticket_id._bpmsoft_may_see_secrets():
            raise AccessError(self.env._("Only members of the queue that works on this request see its passwords."))
        secret_sudo = self.sudo()
        if secret_sudo.state != "kept":
            raise UserError(self.env._("This password is gone: it was withdrawn, or the request has ended."))
        text = secret_sudo._open()
        secret_sudo.env["bpmsoft.secret.log"]._insert(secret_sudo, "looked")
        return {"secret": text, "seconds": secret_sudo.ticket_id.support_provider_id._bpmsoft_get_secret_seconds()}

    def _open(self) -> str:
        self.ensure_one()
        try:
            return self._get_keyring().open(
                self.sealed or "", self.key_name or "", f"helpdesk.ticket:{self.ticket_id.id}"
            )
        except KeyringError as error:
            raise UserError(self._say_key_error(error)) from None

    def _open_all(self) -> set[str]:
        """Those of these passwords that can be opened, to tell a new one from a known one. Used with sudo."""
        try:
            keyring = self._get_keyring()
        except KeyringError:
            return set()
        texts = set()
        for secret in self:
            with contextlib.suppress(KeyringError):
                texts.add(keyring.open(secret.sealed, secret.key_name, f"helpdesk.ticket:{secret.ticket_id.id}"))
        return texts

    # --- ending ------------------------------------------------------------------------------------

    def action_replace(self):
        """The wizard of :meth:`~.helpdesk_ticket_secret.HelpdeskTicket.action_bpmsoft_secret` for this account."""
        self.ensure_one()
        self.check_access("read")
        return self.ticket_id._bpmsoft_open_secret_wizard(self)

    def action_withdraw(self):
        """An agent removes a password that is not needed any more, or should not have been given."""
        self.check_access("read")
        self.ticket_id.check_access("write")
        self.sudo()._end("withdrawn", "agent")
        return True

    def _end(self, state: str, reason: str):
        """Remove what is sealed. Used with sudo.

        :param state: ``withdrawn`` or ``wiped``
        :param reason: of the log
        """
        ending = self.filtered(lambda secret: secret.state == "kept")
        if not ending:
            return
        now = self.env["support.event"]._now()
        ending.write({"state": state, "sealed": False, "key_name": False, "ended_at": now})
        self.env["bpmsoft.secret.log"]._insert(ending, state, reason)
        left = self.search([("ticket_id", "in", ending.ticket_id.ids), ("state", "=", "kept")]).ticket_id
        for ticket in ending.ticket_id - left:
            ticket._support_set({"bpmsoft_password_state": state})

    # --- looking after them ------------------------------------------------------------------------

    @api.model
    def _renew(self) -> int:
        """Seal everything anew that is not sealed with the first key, so that older keys can go. Used with sudo.

        :return: how many could not be opened
        :raise KeyringError: without a key
        """
        keyring = self._get_keyring()
        failed = 0
        for secret in self.search([("state", "=", "kept"), ("key_name", "!=", keyring.names[0])], limit=10000):
            belongs_to = f"helpdesk.ticket:{secret.ticket_id.id}"
            try:
                text = keyring.open(secret.sealed, secret.key_name, belongs_to)
            except KeyringError:
                failed += 1
                continue
            sealed, key_name = keyring.seal(text, belongs_to)
            secret.write({"sealed": sealed, "key_name": key_name})
        return failed

    @api.autovacuum
    def _gc_left_behind(self):
        """What ends a ticket wipes its passwords; this is for what happened behind Odoo's back."""
        kept = self.sudo().search([("state", "=", "kept")], limit=10000)
        for ticket in kept.ticket_id:
            reason = ticket._bpmsoft_get_wipe_reason()
            if reason:
                ticket._bpmsoft_wipe_secrets(reason)

    @api.model
    def _get_provider(self):
        return self.env["support.provider"].sudo().search([("code", "=", PROVIDER)], limit=1)
