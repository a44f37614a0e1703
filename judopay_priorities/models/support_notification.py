from odoo import models


class SupportNotification(models.Model):
    _inherit = "support.notification"

    def _get_text(self):
        """J-12: what the role that is told of a critical ticket reads; whom a ticket is dedicated to."""
        data = self.data or {}
        values = {"priority": self.ticket_id.support_priority_id.display_name or "", "who": data.get("who", "")}
        match self.code:
            case "judopay_dedicated":
                return self.env._("you are dedicated to this ticket until there is a fix or a workaround")
            case "judopay_raised":
                return self.env._("raised as %(priority)s. Assign a dedicated resource.", **values)
            case "judopay_changed":
                return self.env._("changed to %(priority)s. Assign a dedicated resource.", **values)
            case "judopay_confirmed":
                return self.env._("confirmed as %(priority)s by %(who)s. Assign a dedicated resource.", **values)
        return super()._get_text()
