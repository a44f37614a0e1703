from odoo.addons.support_sla.tests.provider_contract import ProviderContract
from odoo.tests import tagged

from .common import JudopayMixin


@tagged("post_install", "-at_install")
class TestJudopayContract(JudopayMixin, ProviderContract):
    """What holds for every provider."""
