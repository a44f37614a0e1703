import ast
import email
import email.policy
import re
import traceback

from odoo import api, models

from ..tools.masking import mask, mask_mail


class SupportGuardQuarantine(models.Model):
    """A mail that failed is kept without its secrets where its provider wants that (D-16)."""

    _inherit = "support.guard.quarantine"

    @api.model
    def _guard_keep(self, raw, error, *, model, **gateway_values):
        if self.env["support.provider"]._get_masking() and not self._support_is_for_others(raw):
            raw, findings = mask_mail(raw)
            secrets = {finding.value for finding in findings}
            told = "".join(traceback.format_exception(error))
            if mask(told, secrets):
                # what failed repeats what was written; where it failed stays in the name
                error = RuntimeError(f"{type(error).__name__}: {mask(str(error), secrets).text}")
        return super()._guard_keep(raw, error, model=model, **gateway_values)

    @api.model
    def _support_is_for_others(self, raw: bytes) -> bool:
        """Whether a mail is surely for a provider that masks nothing; when in doubt it is not."""
        masking = self.env["support.provider"]._get_masking()
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        text = " ".join(str(value) for name in ("In-Reply-To", "References") for value in message.get_all(name) or [])
        references = re.findall(r"<[^<>\s]+>", text)[-32:]
        answered = (
            self.env["mail.message"]
            .sudo()
            .search([("message_id", "in", references), ("model", "=", "helpdesk.ticket")], limit=1)
        )
        if answered:
            provider = self.env["helpdesk.ticket"].sudo().browse(answered.res_id).exists().support_provider_id
            return bool(provider) and provider.id not in masking
        alias = self.env["mail.thread"]._guard_find_alias(message)
        try:
            team_id = ast.literal_eval(alias.alias_defaults or "{}").get("team_id")
        except (AttributeError, SyntaxError, TypeError, ValueError):
            return False
        provider = self.env["helpdesk.ticket.team"].sudo().browse(team_id or []).exists().support_provider_id
        return bool(provider) and provider.id not in masking
