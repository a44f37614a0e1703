from odoo import models
from odoo.exceptions import UserError

from ..tools.keyring import KeyringError


class SupportFinding(models.Model):
    """The button that ends the change of a key (B-9)."""

    _inherit = "support.finding"

    def _bpmsoft_renew_secrets(self):
        """Seal every password anew with the first key; access is checked by ``action_remedy``."""
        Secret = self.env["bpmsoft.secret"].sudo()  # managers have no access to what is sealed
        try:
            failed = Secret._renew()
        except KeyringError as error:
            raise UserError(Secret._say_key_error(error)) from None
        self.env["support.finding"]._check()
        if failed:
            message = self.env._("Some passwords could not be opened with the keys that are there: %s.", failed)
        else:
            message = self.env._("All passwords are kept with the newest key: the older one can go.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if failed else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
