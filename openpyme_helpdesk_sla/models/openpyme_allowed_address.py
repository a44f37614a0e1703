from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError

from ..tools import address as addresses


class OpenpymeAllowedAddress(models.Model):
    """Where monitoring may connect to (O-15): a name, every name below a domain, an address or a network, and ports.

    Whoever adds servers could otherwise have this machine ask anything that it reaches.
    """

    _name = "openpyme.allowed.address"
    _inherit = ["mail.thread"]
    _description = "Address That May Be Monitored"
    _order = "pattern, id"
    _rec_name = "pattern"

    active = fields.Boolean(default=True, tracking=True)
    pattern = fields.Char(
        string="Name or Network",
        required=True,
        tracking=True,
        help="erp.client.example, *.client.example, 198.51.100.7 or 10.20.0.0/16. What is not public (private "
        "networks, this machine) is reached only where the network itself is listed, also when it has a name.",
    )
    ports = fields.Char(required=True, default="80, 443", tracking=True, help="For example 80, 443, 8000-8100")
    note = fields.Char(string="Why", tracking=True, help="Who asked for it, and for which client.")
    server_count = fields.Integer(string="Servers", compute="_compute_server_count")

    _pattern_unique = models.UniqueIndex("(pattern, ports) WHERE active", "This line is on the list already.")

    @api.depends("pattern", "ports", "active")
    def _compute_server_count(self):
        servers = self.env["openpyme.server"].search_fetch([], ["kind", "host", "port"], limit=5000)
        for line in self:
            rule = line._get_rule() if line.active else None
            line.server_count = sum(
                addresses.takes_address(server.host, server.port, [rule]) for server in servers if rule and server.host
            )

    def _get_rule(self) -> addresses.Rule | None:
        """The line as the probe reads it; None while it is being written."""
        self.ensure_one()
        try:
            return addresses.parse_rule(self.pattern or "", self.ports or "")
        except addresses.AddressError:
            return None

    @api.constrains("pattern", "ports", "active")
    def _check_pattern(self):
        for line in self:
            try:
                rule = addresses.parse_rule(line.pattern, line.ports)
            except addresses.AddressError as error:
                raise ValidationError(line._say_why_not(error)) from error
            own = line.active and rule.network is not None and addresses.is_own(rule.network)
            # constraints run in superuser mode: it is the user who counts
            if own and not self.env.user.has_group("base.group_system"):
                raise AccessError(
                    self.env._(
                        "%s is this machine itself, or what only it can reach: only an administrator of the system may "
                        "allow that.",
                        line.pattern,
                    )
                )

    def _say_why_not(self, error: addresses.AddressError) -> str:
        match error.code:
            case "ports":
                return self.env._("“%s” is no port: write for example 80, 443, 8000-8100.", error.part)
            case "network":
                return self.env._("“%s” is no network: write for example 198.51.100.7 or 10.20.0.0/16.", self.pattern)
        return self.env._(
            "“%s” is no name: write for example erp.client.example, or *.client.example for everything below a domain.",
            self.pattern,
        )

    @api.model
    @tools.ormcache()
    def _get_rules(self) -> tuple[addresses.Rule, ...]:
        """The whole list, as the probe reads it."""
        lines_sudo = self.sudo().with_context(active_test=True).search([], limit=5000)
        return tuple(rule for line in lines_sudo if (rule := line._get_rule()))

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env.registry.clear_cache()
        return lines

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
