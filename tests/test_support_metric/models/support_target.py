from odoo import api, models
from odoo.addons.support_sla.tools import facts, metrics
from odoo.addons.support_sla.tools.history import told


def first_call(events, options):
    """Raised → the first phone call with the customer that was logged; until the ticket is closed or cancelled."""
    rounds = []
    for step in told(events):
        if step.kind == facts.RAISED:
            rounds = [metrics.Round(step.moment)]
        elif rounds and rounds[-1].stop is None:
            if step.kind == facts.CALL:
                rounds = [metrics.Round(rounds[0].start, step.moment, facts.MET_END)]
            elif step.enters({facts.CLOSED, facts.CANCELLED}):
                rounds = [metrics.Round(rounds[0].start, step.moment, facts.CANCELLED_END)]
    return rounds


class SupportTarget(models.Model):
    """Adds *first call* to what can be promised."""

    _inherit = "support.target"

    @api.model
    def _get_metrics(self):
        metric = metrics.Metric("first_call", metrics.PROVIDER, False, first_call)
        return {**super()._get_metrics(), metric.code: metric}

    @api.model
    def _selection_metric(self):
        return [*super()._selection_metric(), ("first_call", self.env._("First call"))]
