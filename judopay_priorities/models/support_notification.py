from odoo import models


class SupportNotification(models.Model):
    _inherit = "support.notification"

    def _get_text(self):
        """What a role reads that is told of a critical ticket (J-12), or of one at night (J-14)."""
        data = self.data or {}
        values = {
            "priority": self.ticket_id.support_priority_id.display_name or "",
            "who": data.get("who", ""),
            "role": data.get("role", ""),
        }
        match self.code:
            case "judopay_dedicated":
                return self.env._("you are dedicated to this ticket until there is a fix or a workaround")
            case "judopay_raised":
                return self.env._("raised as %(priority)s. Assign a dedicated resource.", **values)
            case "judopay_changed":
                return self.env._("changed to %(priority)s. Assign a dedicated resource.", **values)
            case "judopay_confirmed":
                return self.env._("confirmed as %(priority)s by %(who)s. Assign a dedicated resource.", **values)
            case "judopay_night_critical":
                return self.env._(
                    "%(priority)s out of hours. You are on call: take it up now and assign a dedicated resource.",
                    **values,
                )
            case "judopay_night_critical_instead":
                return self.env._(
                    "%(priority)s out of hours. Nobody is on call for “%(role)s”: take it up now and assign a "
                    "dedicated resource.",
                    **values,
                )
            case "judopay_night_raised":
                return self.env._("raised out of hours as %(priority)s. You are on call: take it up now.", **values)
            case "judopay_night_changed":
                return self.env._("now %(priority)s, out of hours. You are on call: take it up now.", **values)
            case "judopay_night_raised_instead":
                return self.env._(
                    "raised out of hours as %(priority)s. Nobody is on call for “%(role)s”, so you are told: "
                    "take it up now.",
                    **values,
                )
            case "judopay_night_changed_instead":
                return self.env._(
                    "now %(priority)s, out of hours. Nobody is on call for “%(role)s”, so you are told: "
                    "take it up now.",
                    **values,
                )
        return super()._get_text()
