from odoo.addons.support_sla.tests.provider_contract import ProviderContract
from odoo.tests import tagged

from .common import OpenpymeMixin


@tagged("post_install", "-at_install")
class TestOpenpymeContract(OpenpymeMixin, ProviderContract):
    """What holds for every provider."""
