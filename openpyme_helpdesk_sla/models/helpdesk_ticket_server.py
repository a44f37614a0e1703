from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given


class HelpdeskTicket(models.Model):
    """The server whose outage a ticket tells of, and what the customer's page says of servers (O-15)."""

    _inherit = "helpdesk.ticket"

    openpyme_server_id = fields.Many2one(
        "openpyme.server",
        string="Monitored Server",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Monitoring raised the ticket because this server was down.",
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"openpyme_server_id"}

    def _support_may_acknowledge(self):
        """Nobody is thanked for what a machine has noticed."""
        return super()._support_may_acknowledge() and not given(self.env, "openpyme_server_id")

    def _openpyme_is_outage(self) -> bool:
        """Whether monitoring has raised it, or is raising it right now."""
        return bool(self.sudo().openpyme_server_id or given(self.env, "openpyme_server_id"))

    def _openpyme_needs_review(self):
        """Nothing to review: the account's server is down, and there is one ticket of it (O-2)."""
        return super()._openpyme_needs_review() and not self._openpyme_is_outage()

    def _openpyme_needs_scenario(self):
        """Nobody is asked who did what: a machine has noticed that a server is down (O-6)."""
        return super()._openpyme_needs_scenario() and not self._openpyme_is_outage()

    @api.model
    def _support_form_get_dependencies(self):
        return [*super()._support_form_get_dependencies(), "openpyme_server_id"]

    @api.model
    def _support_portal_get_servers(self, partner) -> list[dict[str, Any]]:
        """Words about the servers of the customer's company; see ``openpyme.server._portal_get_servers``."""
        return self.env["openpyme.server"]._portal_get_servers(partner)
