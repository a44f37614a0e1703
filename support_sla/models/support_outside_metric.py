from odoo import api, fields, models


class SupportOutsideMetric(models.Model):
    """One promise that falls away for a reason outside of the support (E-3.5)."""

    _name = "support.outside.metric"
    _description = "Promise That Falls Away"
    _order = "reason_id, id"

    reason_id = fields.Many2one("support.outside.reason", required=True, ondelete="cascade", index=True)
    metric = fields.Selection(selection="_selection_metric", string="Promise", required=True)

    _metric_unique = models.Constraint("UNIQUE(reason_id, metric)", "This promise is named already.")

    @api.model
    def _selection_metric(self):
        return self.env["support.target"]._selection_metric()
