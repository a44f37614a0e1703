from odoo import api, models
from odoo.exceptions import UserError

#: what is named first when several things use a record, and what last
ORDER = ("support.provider", "support.policy", "support.target", "support.escalation.step", "helpdesk.ticket")
LAST = ("support.escalation", "support.clock")


class SupportUsedMixin(models.AbstractModel):
    """What promises rest on is not deleted, and whoever tries is told what uses it (E-3.6).

    The database refuses as well; this says it in a sentence. It covers every stored many2one with
    ``ondelete="restrict"`` (or required without another rule), those of addons included.
    """

    _name = "support.used.mixin"
    _description = "Refuses to Be Deleted While Used"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for record in self:
            user_sudo = record._find_use()
            if not user_sudo:
                continue
            values = {
                "record": record.display_name,
                "kind": self.env["ir.model"]._get(user_sudo._name).name,
                "user": user_sudo.display_name,
            }
            if not user_sudo.sudo(False)._filtered_access("read"):
                text = self.env._("“%(record)s” is in use (%(kind)s) and cannot be deleted.", **values)
            else:
                text = self.env._("“%(record)s” is used by “%(user)s” (%(kind)s) and cannot be deleted.", **values)
            if "active" in record._fields and record.active:
                text += " " + self.env._("Archive it instead.")
            raise UserError(text)

    def _find_use(self):
        """One record that rests on this one, with sudo; empty when there is none."""
        self.ensure_one()
        for model_name, field_name in self._get_uses():
            Model = self.env[model_name].sudo().with_context(active_test=False)
            found = Model.search([(field_name, "=", self.id)], limit=1)
            if found:
                return found
        return self.browse()

    @api.model
    def _get_uses(self) -> list[tuple[str, str]]:
        """Models and their fields that keep a record of this model from being deleted."""

        def rank(use: tuple[str, str]) -> tuple[int, str, str]:
            model_name = use[0]
            if model_name in ORDER:
                return ORDER.index(model_name), *use
            return len(ORDER) + (model_name in LAST), *use

        return sorted(
            (
                (model_name, field.name)
                for model_name, model in self.env.registry.items()
                if not model._abstract and not model._transient and model._auto
                for field in model._fields.values()
                if field.type == "many2one"
                and field.store
                and field.comodel_name == self._name
                and field.ondelete == "restrict"
            ),
            key=rank,
        )
