from odoo import api, fields, models, tools
from odoo.exceptions import UserError


class SupportPauseReason(models.Model):
    """Why a ticket's time may stand still; each target says which reasons pause it (E-3.2)."""

    _name = "support.pause.reason"
    _description = "Pause Reason"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)

    _code_unique = models.Constraint("UNIQUE(code)", "Two pause reasons cannot have the same code.")

    @api.model
    @tools.ormcache("self.env.lang")
    def _get_labels(self) -> dict[str, str]:
        """Names by code in the reader's language."""
        return {reason.code: reason.name for reason in self.sudo().search([])}

    @api.model_create_multi
    def create(self, vals_list):
        reasons = super().create(vals_list)
        self.env.registry.clear_cache()
        return reasons

    def write(self, vals):
        if any(reason.code != vals.get("code", reason.code) for reason in self):
            self._refuse_when_in_use()
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self._refuse_when_in_use()
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _refuse_when_in_use(self):
        """Facts and promises name a reason by its code: without it, what was paused would be late."""
        # sudo: whoever may edit reasons need not see every provider
        target = self.env["support.target"].sudo().search([("pause_reason_ids", "in", self.ids)], limit=1)
        if target:
            raise UserError(
                self.env._(
                    "“%(promise)s” is paused by this reason: neither its code can be changed nor can it be deleted.",
                    promise=target.display_name,
                )
            )
