from odoo.addons.support_sla.tests.provider_contract import ProviderContract
from odoo.tests import tagged

from .common import BpmsoftMixin


@tagged("post_install", "-at_install")
class TestBpmsoftContract(BpmsoftMixin, ProviderContract):
    """What holds for every provider."""
