from odoo import models


class SupportNotification(models.Model):
    _inherit = "support.notification"

    def _get_text(self):
        """O-1, O-5: what the administrator and leaders read."""
        data = self.data or {}
        match self.code:
            case "openpyme_no_leader":
                if data.get("client"):
                    return self.env._(
                        "%s has no account leader who is still here; name one on the entitlement, and assign this "
                        "request to somebody",
                        data["client"],
                    )
                return self.env._("nobody knows yet whose request it is, so it has no account leader: set its client")
            case "openpyme_stopped":
                return self.env._("operation has stopped at %s: attend to it at once", data.get("client") or "?")
            case "openpyme_stopped_nobody":
                return self.env._(
                    "operation has stopped at %s and nobody fills the role of its leader", data.get("client") or "?"
                )
        return super()._get_text()
