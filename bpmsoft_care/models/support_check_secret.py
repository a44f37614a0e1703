from odoo import api, models
from odoo.addons.support_sla.models.support_check import ERROR, WARNING, Configuration

from ..tools.keyring import KeyringError, is_private
from .bpmsoft_secret import OPTION_KEYS


class SupportCheck(models.AbstractModel):
    """Whether passwords of clients can be kept, opened and seen by whoever needs them (B-9)."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "bpmsoft_secrets"]

    @api.model
    def _support_check_bpmsoft_secrets(self, configuration: Configuration):
        Secret = self.env["bpmsoft.secret"].sudo()
        provider = Secret._get_provider()
        if provider not in configuration.providers:
            return
        for team in configuration.teams.filtered(lambda team: team.support_provider_id == provider):
            if not team.user_ids.filtered("active") and not provider.bpmsoft_secret_managers:
                yield self._found("bpmsoft_secret_nobody", WARNING, team, provider)
        kept = dict(Secret._read_group([("state", "=", "kept")], ["key_name"], ["__count"]))
        path = Secret._get_key_file()
        try:
            keyring = Secret._get_keyring()
        except KeyringError as error:
            # before the first password there need not be a key: it is made with it
            if kept or error.code != "missing" or Secret._get_option(OPTION_KEYS):
                yield self._found(
                    f"bpmsoft_secret_key_{error.code}",
                    ERROR,
                    provider,
                    provider,
                    count=sum(kept.values()),
                    file=str(path),
                )
            return
        if not Secret._get_option(OPTION_KEYS) and not is_private(path):
            yield self._found("bpmsoft_secret_key_open", ERROR, provider, provider, file=str(path))
        unknown = sum(count for name, count in kept.items() if name not in keyring.names)
        if unknown:
            yield self._found("bpmsoft_secret_key_unknown", ERROR, provider, provider, count=unknown)
        older = sum(count for name, count in kept.items() if name in keyring.names[1:])
        if older:
            yield self._found("bpmsoft_secret_key_older", WARNING, provider, provider, count=older)

    @api.model
    def _get_texts(self):
        ways = self.env._(
            "Put the key back: into the server's configuration, or as the file that the note on keys in the addon's "
            "documentation names. If it is lost, withdraw these passwords and ask the clients again."
        )
        return {
            **super()._get_texts(),
            "bpmsoft_secret_nobody": (
                self.env._("The queue “%(record)s” has no members: nobody can look at the passwords of its requests."),
                self.env._("Add the agents who work on its requests to the queue."),
            ),
            "bpmsoft_secret_key_missing": (
                self.env._("The key for clients' passwords is missing (%(file)s). Passwords kept with it: %(count)s."),
                ways,
            ),
            "bpmsoft_secret_key_malformed": (
                self.env._("What is set as the key for clients' passwords is no key. Passwords kept: %(count)s."),
                ways,
            ),
            "bpmsoft_secret_key_unreadable": (
                self.env._("The key for clients' passwords cannot be read (%(file)s). Passwords kept: %(count)s."),
                self.env._("Let the account under which Odoo runs read this file and its folder, and nobody else."),
            ),
            "bpmsoft_secret_key_open": (
                self.env._("Others than Odoo can read the key for clients' passwords (%(file)s)."),
                self.env._("Take the rights of group and others from this file, and change the key."),
            ),
            "bpmsoft_secret_key_unknown": (
                self.env._(
                    "Passwords were kept with a key that is no longer there: %(count)s of them cannot be opened."
                ),
                ways,
            ),
            "bpmsoft_secret_key_older": (
                self.env._("Passwords are still kept with an older key: %(count)s."),
                self.env._("Renew them with the button; the older key can go afterwards."),
            ),
        }

    @api.model
    def _get_remedies(self):
        return {**super()._get_remedies(), "bpmsoft_secret_key_older": "_bpmsoft_renew_secrets"}
