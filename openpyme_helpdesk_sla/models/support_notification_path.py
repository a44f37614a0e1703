from odoo import models


class SupportNotification(models.Model):
    _inherit = "support.notification"

    def _get_text(self):
        """O-7: what the leader reads of the path; O-8: of the problem ticket."""
        self.ensure_one()
        data = self.data or {}
        match self.code:
            case "openpyme_answered":
                return self.env._("the team has designed a workaround: name who applies it")
            case "openpyme_works":
                return self.env._("the workaround that the team has designed works: the client is told next")
            case "openpyme_problem":
                return self.env._(
                    "the client has validated the workaround; the problem %s was made and linked: record its replica",
                    data.get("number", ""),
                )
            case "openpyme_problem_alike":
                return self.env._(
                    "the client has validated the workaround; open problems that are alike: %s. Say in the last step "
                    "of its path whether it is one of them, or have a new one made",
                    ", ".join(data.get("numbers", [])),
                )
            case "openpyme_problem_failed":
                return self.env._(
                    "the client has validated the workaround, but no problem ticket could be made: take the last step "
                    "of its path"
                )
        return super()._get_text()
