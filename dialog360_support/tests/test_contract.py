from odoo.addons.support_sla.tests.provider_contract import ProviderContract
from odoo.tests import tagged

from .common import Dialog360Mixin


@tagged("post_install", "-at_install")
class TestDialog360Contract(Dialog360Mixin, ProviderContract):
    """What holds for every provider."""

    def raise_ticket(self, moment, **vals):
        # whoever closes has summed up (D-11)
        return super().raise_ticket(moment, **{"dialog360_summary": "The template is back in use.", **vals})
