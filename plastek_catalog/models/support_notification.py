from odoo import models


class SupportNotification(models.Model):
    _inherit = "support.notification"

    def _get_text(self):
        """P-10: what approvers of a correction read; P-2: what the role reads that a request goes to."""
        data = self.data or {}
        if self.code == "plastek_correction":
            return self.env._(
                "%(who)s asks for your approval of a correction: %(number)s.",
                who=data.get("who", ""),
                number=data.get("number", ""),
            )
        if self.code == "plastek_routed":
            return self.env._("a request for your role: %s.", self.summary or "")
        return super()._get_text()
