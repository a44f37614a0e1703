from odoo import api, models
from odoo.modules.module import Manifest

LIVECHAT = "im_livechat"
#: what every page of the portal and of a website loads
FRONTEND = "web.assets_frontend"


class IrAsset(models.Model):
    """Live chat puts its whole client on every page that anybody opens. Here only clients with chat load it (D-1):
    the bundle ``dialog360_support.assets_chat``. Where a website has a live chat of its own, nothing changes."""

    _inherit = "ir.asset"

    def _fill_asset_paths(self, bundle, asset_paths, seen, addons, installed, **assets_params):
        if bundle == FRONTEND and not self._dialog360_needs_livechat(bundle, addons):
            addons = [addon for addon in addons if addon != LIVECHAT]
        return super()._fill_asset_paths(bundle, asset_paths, seen, addons, installed, **assets_params)

    @api.model
    def _dialog360_needs_livechat(self, bundle: str, addons=None) -> bool:
        """Whether another addon builds on live chat in ``bundle``, as that of the website does."""
        addons = self._get_active_addons_list() if addons is None else addons
        manifests = (Manifest.for_addon(addon) for addon in addons if addon != "dialog360_support")
        return any(
            manifest and LIVECHAT in manifest["depends"] and bundle in manifest["assets"] for manifest in manifests
        )
