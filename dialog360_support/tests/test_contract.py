from odoo.addons.support_sla.tests.provider_contract import ProviderContract
from odoo.tests import tagged

from .common import Dialog360Mixin


@tagged("post_install", "-at_install")
class TestDialog360Contract(Dialog360Mixin, ProviderContract):
    """What holds for every provider."""
