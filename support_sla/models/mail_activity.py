from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        """J-16: whoever marks the activity of a morning round done, from wherever, has done the round."""
        ids = self.filtered(lambda activity: activity.res_model == "support.round" and activity.automated).mapped(
            "res_id"
        )
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if ids:
            # sudo: whoever may do the activity need not write rounds, which nobody does
            rounds_sudo = self.env["support.round"].sudo().browse(ids).exists()
            rounds_sudo.filtered(lambda morning: morning.state == "open")._settle()
        return result
