from datetime import datetime

from odoo import api, models
from odoo.addons.support_sla.models.support_health import WARNING

from ..tools.keyring import KeyringError


class SupportHealth(models.AbstractModel):
    """Passwords that nobody can open are seen before somebody needs one (B-9)."""

    _inherit = "support.health"

    @api.model
    def _check(self, now: datetime):
        findings = super()._check(now)
        Secret = self.env["bpmsoft.secret"].sudo()
        counts = Secret._read_group([("state", "=", "kept")], ["key_name"], ["__count"])
        if not counts:
            return findings
        try:
            names = Secret._get_keyring().names
        except KeyringError:
            names = ()
        lost = sum(count for name, count in counts if name not in names)
        if lost:
            findings.append(self._finding("secrets", "bpmsoft_secret_lost", WARNING, str(lost)))
        return findings

    @api.model
    def _get_text(self, finding):
        if finding["code"] == "bpmsoft_secret_lost":
            return (
                self.env._(
                    "Clients' passwords that cannot be opened, because their key is not there: %s.", finding["subject"]
                ),
                self.env._("See Configuration → Configuration Check."),
            )
        return super()._get_text(finding)
