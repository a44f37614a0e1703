from datetime import datetime

from odoo import api, models
from odoo.addons.support_sla.models.support_health import TROUBLE


class SupportHealth(models.AbstractModel):
    """Monitoring that sees nothing is told once, as a trouble of the desk and not as many outages (O-15)."""

    _inherit = "support.health"

    @api.model
    def _get_helpful_crons(self):
        return (*super()._get_helpful_crons(), "openpyme_helpdesk_sla.ir_cron_servers")

    @api.model
    def _check(self, now: datetime):
        findings = super()._check(now)
        provider = self.env["openpyme.server"]._get_provider()
        since = provider.openpyme_server_blind_since
        if since:
            findings.append(self._finding("servers", "openpyme_blind", TROUBLE, provider.name, since))
        return findings

    @api.model
    def _get_text(self, finding):
        if finding["code"] == "openpyme_blind":
            return (
                self.env._("None of the monitored servers answers: our own network is likely at fault."),
                self.env._("See whether this machine reaches the internet; until one answers no ticket is raised."),
            )
        return super()._get_text(finding)
