import ssl
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..const import PROVIDER
from ..tools import address as addresses
from ..tools.probe import Target, trust
from .openpyme_server_span import STATES

#: what the checks find: written by them and by the buttons alone
RESULTS = frozenset(
    {
        "state",
        "since",
        "last_checked",
        "last_seen",
        "last_code",
        "last_status",
        "last_millis",
        "failures",
        "first_failure",
        "next_check",
        "ticket_id",
        "outage_id",
        "noted",
        "unnoted",
        "pause_reason",
        "pause_until",
    }
)
#: what is asked; an answer to another question counts no more
QUESTION = frozenset(
    {
        "kind",
        "address",
        "status_from",
        "status_to",
        "expected_text",
        "follow",
        "trusted_certificate",
        "certificate_name",
        "timeout",
    }
)
#: what is shown first
RANKS = {"down": 0, "unknown": 1, "paused": 2, "up": 3}


class OpenpymeServer(models.Model):
    """A server that is looked after for a client, and what is known of it (O-15).

    ``openpyme_server_watch`` asks it, ``openpyme_server_ticket`` raises the ticket of an outage,
    ``openpyme_server_history`` paints what was seen.
    """

    _name = "openpyme.server"
    _inherit = ["mail.thread"]
    _description = "Monitored Server"
    _order = "rank, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True, help="What the client calls it; part of the ticket's title.")
    active = fields.Boolean(default=True, tracking=True)
    partner_id = fields.Many2one(
        "res.partner", string="Account", required=True, ondelete="restrict", index=True, tracking=True
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True, string="Account Company"
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company, index=True)
    entitlement_id = fields.Many2one(
        "support.entitlement", compute="_compute_entitlement_id", compute_sudo=True, help="The one in force today."
    )
    leader_id = fields.Many2one(
        "res.users",
        string="Account Leader",
        compute="_compute_entitlement_id",
        search="_search_leader_id",
        compute_sudo=True,
    )
    kind = fields.Selection(
        [("http", "Page (HTTP)"), ("tcp", "Port (TCP)")],
        string="Check",
        required=True,
        default="http",
        tracking=True,
        help="A page has to answer with a status, and with a text if one is given. A port has to take a connection.",
    )
    address = fields.Char(
        required=True,
        tracking=True,
        help="Of a page: https://erp.client.example/web/health. Of a port: db.client.example:5432. Without passwords, "
        "keys or tokens. The address must be one that an administrator has allowed.",
    )
    host = fields.Char(compute="_compute_host", store=True, precompute=True)
    port = fields.Integer(compute="_compute_host", store=True, precompute=True)
    status_from = fields.Integer(default=200, tracking=True)
    status_to = fields.Integer(default=399, tracking=True)
    expected_text = fields.Char(
        string="Text on the Page",
        tracking=True,
        help="Has to be among the first 512 KiB of the page. Empty: the status is enough.",
    )
    follow = fields.Boolean(
        string="Follow Redirects",
        default=True,
        help="Three at most, each to an allowed address. Else: the status counts.",
    )
    trusted_certificate = fields.Text(
        copy=False,
        help="Of a server whose certificate no public authority has signed: its certificate, or that of the client's "
        "own authority, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----. Never a private key.",
    )
    certificate_name = fields.Char(
        string="Name on the Certificate",
        tracking=True,
        help="Where it is made out to another name than that of the address. Empty: the name of the address.",
    )
    timeout = fields.Integer(
        string="Time-Out (s)", required=True, default=10, tracking=True, help="For the whole answer: 1 to 30 seconds."
    )
    every = fields.Integer(string="Every (Minutes)", required=True, default=5, tracking=True, help="1 to 1440 minutes.")
    tolerance = fields.Integer(
        string="Failures in a Row",
        required=True,
        default=lambda self: self._get_provider().openpyme_server_failures or 2,
        tracking=True,
        help="So many checks have to fail before it counts as down, so that one lost packet raises no ticket.",
    )
    on_portal = fields.Boolean(
        string="Shown to the Client", default=True, help="Name, state and history are shown on the client's portal."
    )
    note = fields.Text(string="Notes")

    state = fields.Selection(STATES, default="unknown", required=True, readonly=True, copy=False, index=True)
    rank = fields.Integer(compute="_compute_rank", store=True, help="What needs somebody comes first.")
    since = fields.Datetime(readonly=True, copy=False)
    last_checked = fields.Datetime(readonly=True, copy=False)
    last_seen = fields.Datetime(readonly=True, copy=False, help="The last check that it answered as it should.")
    last_code = fields.Char(readonly=True, copy=False)
    last_status = fields.Integer(readonly=True, copy=False)
    last_millis = fields.Integer(string="Took (ms)", readonly=True, copy=False, aggregator="avg")
    last_reason = fields.Char(string="Last Result", compute="_compute_last_reason")
    failures = fields.Integer(readonly=True, copy=False, help="Failed checks in a row.")
    first_failure = fields.Datetime(readonly=True, copy=False, help="The first of them: the outage began then.")
    next_check = fields.Datetime(readonly=True, copy=False, default=lambda self: self.env["support.event"]._now())
    pause_reason = fields.Char(readonly=True, copy=False)
    pause_until = fields.Datetime(string="Paused Until", readonly=True, copy=False)
    ticket_id = fields.Many2one(
        "helpdesk.ticket",
        string="Ticket of the Outage",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="Of the outage that is not over.",
    )
    outage_id = fields.Many2one(
        "support.outage", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    noted = fields.Datetime(readonly=True, copy=False, help="When something was last written on the ticket.")
    unnoted = fields.Integer(readonly=True, copy=False, help="Outages since then that were not written on it.")
    span_ids = fields.One2many("openpyme.server.span", "server_id", string="History", readonly=True)
    check_ids = fields.One2many("openpyme.server.check", "server_id", string="Last Checks", readonly=True)
    ticket_count = fields.Integer(string="Tickets", compute="_compute_ticket_count")
    may_edit = fields.Boolean(compute="_compute_may_edit")

    # the only search of the scheduled action
    _due_idx = models.Index("(next_check) WHERE active AND next_check IS NOT NULL")
    _timeout_check = models.Constraint("CHECK(timeout BETWEEN 1 AND 30)", "The time-out is 1 to 30 seconds.")
    _every_check = models.Constraint("CHECK(every BETWEEN 1 AND 1440)", "Check every 1 to 1440 minutes.")
    _tolerance_check = models.Constraint(
        "CHECK(tolerance BETWEEN 1 AND 10)", "Between 1 and 10 failures in a row count as down."
    )
    _status_check = models.Constraint(
        "CHECK(status_from BETWEEN 100 AND 599 AND status_to BETWEEN status_from AND 599)",
        "A status is between 100 and 599, and the first not above the last.",
    )

    # --- computes ---------------------------------------------------------------------------------

    @api.depends("commercial_partner_id")
    def _compute_entitlement_id(self):
        provider = self._get_provider()
        for server in self:
            commercial = server.commercial_partner_id
            entitlement = self.env["support.entitlement"]
            if commercial and provider:
                found = entitlement._find(provider.id, commercial.id, self._get_today(provider))
                entitlement = found.sudo()
            server.entitlement_id = entitlement
            server.leader_id = entitlement.account_leader_id

    def _search_leader_id(self, operator, value):
        if operator not in ("in", "any", "any!", "ilike", "="):
            return NotImplemented
        provider = self._get_provider()
        day = self._get_today(provider)
        # sudo: record rules ask as well; which account is whose is no secret to the desk
        entitlements_sudo = self.env["support.entitlement"].sudo()
        in_force = (
            Domain("provider_id", "=", provider.id)
            & Domain("is_void", "=", False)
            & Domain("date_start", "<=", day)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", day))
        )
        if operator == "in" and False in value:
            led = entitlements_sudo.search(in_force & Domain("account_leader_id", "!=", False))
            domain = Domain("commercial_partner_id", "not in", led.commercial_partner_id.ids)
            named = [one for one in value if one]
            return domain | Domain("leader_id", "in", named) if named else domain
        led = entitlements_sudo.search(in_force & Domain("account_leader_id", operator, value))
        return Domain("commercial_partner_id", "in", led.commercial_partner_id.ids)

    @api.depends("kind", "address")
    def _compute_host(self):
        for server in self:
            try:
                found = addresses.parse(server.kind or "http", server.address or "")
            except addresses.AddressError:
                server.host, server.port = False, 0
            else:
                server.host, server.port = found.host, found.port

    @api.depends("state")
    def _compute_rank(self):
        for server in self:
            server.rank = RANKS.get(server.state, 1)

    @api.depends("last_code", "last_status", "last_checked")
    @api.depends_context("lang")
    def _compute_last_reason(self):
        for server in self:
            server.last_reason = server.last_checked and self._say_code(server.last_code, server.last_status)

    def _compute_ticket_count(self):
        counts = dict(
            self.env["helpdesk.ticket"]._read_group(
                [("openpyme_server_id", "in", self.ids)], ["openpyme_server_id"], ["__count"]
            )
        )
        for server in self:
            server.ticket_count = counts.get(server, 0)

    @api.depends_context("uid")
    @api.depends("partner_id")
    def _compute_may_edit(self):
        allowed = self._filtered_access("write")
        for server in self:
            server.may_edit = server in allowed or not server.id

    # --- constraints ------------------------------------------------------------------------------

    @api.constrains("address")
    def _check_address(self):
        self._check_is_allowed()

    @api.constrains("kind")
    def _check_kind(self):
        self._check_is_allowed()

    def _check_is_allowed(self):
        """:raise ValidationError: for an address that is none, that has a secret in it, or that is not on the list"""
        rules = self.env["openpyme.allowed.address"]._get_rules()
        for server in self:
            try:
                found = addresses.parse(server.kind, server.address)
            except addresses.AddressError as error:
                raise ValidationError(server._say_bad_address(error)) from error
            if not addresses.takes_address(found.host, found.port, rules):
                raise ValidationError(
                    self.env._(
                        "%(host)s, port %(port)s, may not be monitored: ask a helpdesk manager to allow it under "
                        "Configuration › Support Promises › Addresses to Monitor.",
                        host=found.host,
                        port=found.port,
                    )
                )

    @api.constrains("expected_text")
    def _check_text(self):
        for server in self:
            if server.expected_text and len(server.expected_text) > 200:
                raise ValidationError(self.env._("The text on the page is 200 characters at most."))

    @api.constrains("trusted_certificate")
    def _check_certificate(self):
        for server in self.filtered("trusted_certificate"):
            # not into the message: whoever pastes the wrong half of a pair has pasted a secret
            if "PRIVATE KEY" in server.trusted_certificate:
                raise ValidationError(
                    self.env._("That is a private key: keep it to the server. Here belongs its certificate only.")
                )
            try:
                trust(ssl.create_default_context(), server.trusted_certificate)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The trusted certificate cannot be read: paste it as a whole, with its lines -----BEGIN "
                        "CERTIFICATE----- and -----END CERTIFICATE-----."
                    )
                ) from error

    @api.constrains("certificate_name")
    def _check_certificate_name(self):
        for server in self.filtered("certificate_name"):
            try:
                addresses.parse_host(server.certificate_name)
            except addresses.AddressError as error:
                raise ValidationError(
                    self.env._("The name on the certificate is a name only, such as erp.client.example.")
                ) from error

    @api.constrains("partner_id")
    def _check_partner(self):
        for server in self:
            if server.partner_id != server.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "Servers belong to an account: choose %(company)s instead of %(contact)s.",
                        company=server.partner_id.commercial_partner_id.display_name,
                        contact=server.partner_id.name,
                    )
                )

    def _say_bad_address(self, error: addresses.AddressError) -> str:
        """What is wrong with an address and how it is written; a secret is not repeated."""
        match error.code:
            case "user":
                return self.env._("Leave user and password out of the address: monitoring needs neither.")
            case "query_secret":
                return self.env._(
                    "The parameter “%s” of the address looks like a key or a password: monitor a page that needs none.",
                    error.part,
                )
            case "port":
                return self.env._("A port is a number from 1 to 65535.")
            case "port_missing":
                return self.env._("Write host and port, for example db.client.example:5432 or [2001:db8::1]:22.")
            case "number":
                return self.env._("Write the address out in full, with four numbers: “%s” is a short form.", error.part)
            case "long":
                return self.env._("The address is too long: %s characters at most.", addresses.LONGEST)
            case "fragment":
                return self.env._("Leave out what follows the # of the address: servers are not asked for it.")
            case "characters":
                return self.env._("The address has spaces or signs in it that no address has.")
            case "scheme":
                if self.kind == "tcp":
                    return self.env._("A port is written without http://, for example db.client.example:5432.")
                return self.env._("The address of a page begins with http:// or https://.")
        return self.env._("“%s” is no host name.", error.part or self.address)

    # --- CRUD -------------------------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        # a default, of the context or of a user, would be a way round the check in create()
        return super().default_get([name for name in fields if name not in RESULTS])

    @api.model_create_multi
    def create(self, vals_list):
        now = self.env["support.event"]._now()
        prepared = []
        for vals in vals_list:
            self._refuse_results(vals)
            given = dict.fromkeys(RESULTS, False) | {"state": "unknown", "next_check": now, "since": now}
            prepared.append({**given, **vals})
        servers = super().create(prepared)
        servers.sudo()._start_history(now)
        self.env["support.health"]._wake("openpyme_helpdesk_sla.ir_cron_servers")
        return servers

    def write(self, vals):
        self._refuse_results(vals)
        ending = self.filtered("active") if vals.get("active") is False else self.browse()
        result = super().write(vals)
        if ending:
            ending.sudo()._stop_watching(self.env["support.event"]._now())
        if "partner_id" in vals:
            self.check_access("write")  # nobody hands a server to an account that is not the own
        if QUESTION & vals.keys() or vals.get("active"):
            servers_sudo = self.sudo().filtered(lambda server: server.state != "paused")
            servers_sudo._ask_again()
        elif "every" in vals:
            now = self.env["support.event"]._now()
            for server_sudo in self.sudo():
                if server_sudo.state != "paused" and server_sudo.next_check and server_sudo.next_check > now:
                    server_sudo.next_check = now  # nobody waits a day because it used to be asked once a day
        return result

    def _refuse_results(self, vals: dict[str, Any]) -> None:
        if not self.env.su and RESULTS & vals.keys():
            raise UserError(self.env._("What the checks find of a server cannot be entered."))

    # --- buttons ----------------------------------------------------------------------------------

    def action_pause(self):
        """Open the wizard that asks why, and until when."""
        self.check_access("write")
        return {
            "name": self.env._("Pause Monitoring"),
            "type": "ir.actions.act_window",
            "res_model": "openpyme.server.pause.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_server_ids": self.ids},
        }

    def action_resume(self):
        """Look again from now on."""
        self.check_access("write")
        now = self.env["support.event"]._now()
        for server_sudo in self.sudo():
            if server_sudo.state == "paused":
                server_sudo._end_pause(now)
        self.env["support.health"]._wake("openpyme_helpdesk_sla.ir_cron_servers")
        return True

    def action_open_tickets(self):
        """The tickets of its outages."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_ticket_action")
        action["domain"] = [("openpyme_server_id", "=", self.id)]
        action["context"] = {}
        return action

    @api.model
    def action_open_mine(self):
        """The list of servers: what is down first; of those who lead accounts, their own."""
        if not self.has_access("read"):
            raise AccessError(self.env._("Servers are shown to the desk only."))
        action = self.env["ir.actions.actions"]._for_xml_id("openpyme_helpdesk_sla.openpyme_server_action")
        mine = self.search_count([("leader_id", "=", self.env.uid)], limit=1)
        action["context"] = {"search_default_mine": 1} if mine else {}
        return action

    # --- business ---------------------------------------------------------------------------------

    @api.model
    def _get_provider(self):
        """The provider whose servers these are, with sudo."""
        return (
            self.env["support.provider"]
            .sudo()
            .with_context(active_test=False)
            .search([("code", "=", PROVIDER)], order="active desc, id", limit=1)
        )

    @api.model
    def _count_by_account(self, partners) -> dict[int, int]:
        """Servers that the reader sees, by the id of the account."""
        if not self.has_access("read"):
            return {}
        groups = self._read_group(
            [("commercial_partner_id", "in", partners.ids)], ["commercial_partner_id"], ["__count"]
        )
        return {partner.id: count for partner, count in groups}

    @api.model
    def _open_of_account(self, partner) -> dict[str, Any]:
        """The action that lists the servers of an account.

        :raise AccessError: for whoever does not work on the desk
        """
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id("openpyme_helpdesk_sla.openpyme_server_action")
        action["domain"] = [("commercial_partner_id", "=", partner.id)]
        action["context"] = {"default_partner_id": partner.id}
        return action

    @api.model
    def _get_today(self, provider_sudo):
        """The provider's own date."""
        now = self.env["support.event"]._now()
        return fields.Datetime.context_timestamp(self.with_context(tz=provider_sudo.tz or "UTC"), now).date()

    def _get_target(self) -> Target:
        """What is asked, as the probe reads it.

        :raise AddressError: for an address that is none any more
        """
        self.ensure_one()
        return Target(
            addresses.parse(self.kind, self.address),
            float(self.timeout),
            self.status_from,
            self.status_to,
            self.expected_text or "",
            self.follow,
            self.trusted_certificate or "",
            addresses.parse_host(self.certificate_name) if self.certificate_name else "",
        )

    @api.model
    def _say_code(self, code: str | bool, status: int = 0) -> str:
        """What a check found, in words."""
        if code == "ok":
            return self.env._("Answers, status %s", status) if status else self.env._("Answers")
        if code == "status":
            return self.env._("It answers with the status %s", status)
        words = {
            "timeout": self.env._("No answer within the time-out"),
            "name": self.env._("The name leads to no address"),
            "closed": self.env._("The port is closed"),
            "unreachable": self.env._("It cannot be reached"),
            "certificate": self.env._("The certificate is not valid"),
            "tls": self.env._("No secure connection can be made"),
            "empty": self.env._("It closes the connection without an answer"),
            "protocol": self.env._("What it answers is no page"),
            "text": self.env._("The expected text is not on the page"),
            "redirects": self.env._("It redirects too often"),
            "redirect": self.env._("It redirects to an address that is none"),
            "not_allowed": self.env._("Not asked: its address is not allowed, or leads to one that is not"),
            "redirect_not_allowed": self.env._("Not followed: it redirects to an address that is not allowed"),
            "busy": self.env._("Not asked: the check could not be made"),
            "error": self.env._("Not asked: the check could not be made"),
        }
        return words.get(code or "", self.env._("Not checked yet"))
