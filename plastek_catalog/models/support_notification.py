from odoo import models
from odoo.addons.support_sla.models.support_time import to_instant
from odoo.tools import html2plaintext

#: so much of what was asked stands in a message to a role
EXCERPT = 400


class SupportNotification(models.Model):
    _inherit = "support.notification"

    def _get_text(self):
        """P-10: what approvers of a correction read; P-2: what the role reads that a request goes to."""
        data = self.data or {}
        if self.code == "plastek_correction":
            return self.env._(
                "%(who)s asks for your approval of a correction: %(number)s",
                who=data.get("who", ""),
                number=data.get("number", ""),
            )
        if self.code == "plastek_routed":
            # sudo: the name of the role, in the reader's language
            role_sudo = self.env["support.role"].sudo().browse(data.get("role") or []).exists()
            return self.env._("for your role %s", role_sudo.name or self.summary or "")
        return super()._get_text()

    def _get_details(self):
        """What is asked, until when it is answered, and what a correction changes."""
        details = super()._get_details()
        # sudo: the outbox writes for whoever is told
        data, ticket_sudo = self.data or {}, self.ticket_id.sudo()
        if self.code == "plastek_routed":
            if ticket_sudo.support_next_metric and ticket_sudo.support_next_due:
                labels = dict(self.env["support.target"]._selection_metric())
                details.append(
                    self.env._(
                        "%(promise)s: by %(moment)s.",
                        promise=labels[ticket_sudo.support_next_metric],
                        moment=self._format_moment(ticket_sudo.support_next_due),
                    )
                )
            asked = html2plaintext(ticket_sudo.description or "").strip()
            if asked:
                details.append(asked if len(asked) <= EXCERPT else f"{asked[:EXCERPT].rstrip()}…")
        if self.code == "plastek_correction":
            correction_sudo = self.env["plastek.correction"].sudo().browse(data.get("correction") or []).exists()
            if correction_sudo:
                details.append(
                    self.env._(
                        "%(what)s: %(before)s → %(after)s",
                        what=correction_sudo.what,
                        before=correction_sudo.value_before,
                        after=correction_sudo.value_after,
                    )
                )
                details.append(correction_sudo.reason)
        return details
