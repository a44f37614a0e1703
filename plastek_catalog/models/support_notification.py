from odoo import models
from odoo.tools import html2plaintext

#: so much of what was asked stands in a message to a role
EXCERPT = 400


class SupportNotification(models.Model):
    _inherit = "support.notification"

    def _get_text(self):
        """P-10: what approvers of a correction and whoever asked for it read; P-2: what the role reads that gets a
        request."""
        data = self.data or {}
        if self.code == "plastek_correction":
            return self.env._(
                "%(who)s asks for your approval of a correction: %(number)s",
                who=data.get("who", ""),
                number=data.get("number", ""),
            )
        if self.code == "plastek_decided":
            values = {"who": data.get("who", ""), "number": data.get("number", "")}
            if data.get("state") == "approved":
                return self.env._("%(who)s has approved the correction of %(number)s: it can be carried out", **values)
            return self.env._("%(who)s has refused the correction of %(number)s", **values)
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
        correction_sudo = self._plastek_get_correction()
        if correction_sudo:
            if self.code == "plastek_correction":
                details.append(
                    self.env._(
                        "%(what)s: %(before)s → %(after)s",
                        what=correction_sudo.what,
                        before=correction_sudo.value_before,
                        after=correction_sudo.value_after,
                    )
                )
                details.append(correction_sudo.reason)
            elif data.get("note"):
                details.append(self.env._("“%s”", data["note"]))
        return details

    def _get_door(self):
        correction_sudo = self._plastek_get_correction()
        if not correction_sudo:
            return super()._get_door()
        return self.env._("Correction of %s", correction_sudo.object_ref), correction_sudo

    def _plastek_get_correction(self):
        """The correction that this message is about, with sudo: the outbox writes for whoever is told; may be none."""
        self.ensure_one()
        about = self.code in ("plastek_correction", "plastek_decided") and (self.data or {}).get("correction")
        return self.env["plastek.correction"].sudo().browse(about or []).exists()
