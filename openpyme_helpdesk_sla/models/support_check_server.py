from datetime import timedelta

from odoo import api, models
from odoo.addons.support_sla.models.support_check import ERROR, HINT, WARNING, Configuration
from odoo.tools import SQL

#: intervals that may pass without a check
LATE = 3


class SupportCheck(models.AbstractModel):
    """What nobody watches (O-15): accounts without a server, servers that are not checked, or cannot be."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "openpyme_servers"]

    @api.model
    def _support_check_openpyme_servers(self, configuration: Configuration):
        Server = self.env["openpyme.server"].sudo()
        provider = Server._get_provider()
        if provider not in configuration.providers:
            return
        day = Server._get_today(provider)
        entitlements = (
            self.env["support.entitlement"]
            .sudo()
            .search(
                [
                    ("provider_id", "=", provider.id),
                    ("is_void", "=", False),
                    ("date_start", "<=", day),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", day),
                ]
            )
        )
        watched = {partner.id for (partner,) in Server._read_group([("active", "=", True)], ["commercial_partner_id"])}
        for entitlement in entitlements:
            if entitlement.commercial_partner_id.id not in watched:
                yield self._found("openpyme_no_server", HINT, entitlement, provider, client=entitlement.partner_id)
        for server in Server.browse(self._find_late_servers(configuration.now)):
            yield self._found("openpyme_server_late", WARNING, server, provider)
        refused = Server.search(
            [("last_code", "in", ("not_allowed", "redirect_not_allowed")), ("state", "!=", "paused")]
        )
        for server in refused:
            yield self._found("openpyme_server_refused", ERROR, server, provider)
        for server in Server.search([("leader_id", "=", False)]):
            yield self._found("openpyme_server_alone", WARNING, server, provider, client=server.partner_id)

    @api.model
    def _find_late_servers(self, now) -> list[int]:
        self.env["openpyme.server"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT id FROM openpyme_server
                   WHERE active AND next_check IS NOT NULL AND state != 'paused' AND next_check < %s
                     AND coalesce(last_checked, create_date) < %s - make_interval(mins => %s * every)
                   ORDER BY id LIMIT 200""",
                now - timedelta(minutes=5),
                now,
                LATE,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _get_texts(self):
        return {
            **super()._get_texts(),
            "openpyme_no_server": (
                self.env._("No server is monitored for %(client)s."),
                self.env._("Add the servers that are looked after for this client, or accept that there are none."),
            ),
            "openpyme_server_late": (
                self.env._("The server “%(record)s” has not been checked when it should have been."),
                self.env._("See whether the scheduled action that checks servers runs."),
            ),
            "openpyme_server_refused": (
                self.env._("The server “%(record)s” is not checked: its address, or what it leads to, is not allowed."),
                self.env._("Allow the address, correct it, or pause the server."),
            ),
            "openpyme_server_alone": (
                self.env._(
                    "The server “%(record)s” of %(client)s has no account leader: nobody is told when it is down."
                ),
                self.env._("Name an account leader on the client's entitlement."),
            ),
        }
