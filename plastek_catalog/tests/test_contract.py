from odoo.addons.support_sla.tests.provider_contract import ProviderContract
from odoo.tests import tagged

from .common import PlastekMixin


@tagged("post_install", "-at_install")
class TestPlastekContract(PlastekMixin, ProviderContract):
    """What holds for every provider."""
