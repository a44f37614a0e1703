from collections.abc import Iterable
from typing import Any

from odoo import api, models
from odoo.addons.support_sla.models.support_check import ERROR, WARNING, Configuration

from ..const import PROVIDER
from ..tools import decision


class SupportCheck(models.AbstractModel):
    """The decision table answers whatever can be found, and somewhere the client can be waited for (B-12)."""

    _inherit = "support.check"

    @api.model
    def _get_checks(self):
        return [*super()._get_checks(), "bpmsoft_decision"]

    @api.model
    def _get_texts(self):
        return {
            **super()._get_texts(),
            "bpmsoft_no_source": (
                self.env._("%(provider)s has no source of problems to choose from, so nothing can be decided."),
                self.env._("Add sources and what follows under “Decision Table”."),
            ),
            "bpmsoft_no_outcome": (
                self.env._("The decision table says nothing about “%(record)s” (%(case)s)."),
                self.env._("Add a row for it to the source."),
            ),
            "bpmsoft_no_option": (
                self.env._("The row “%(row)s” of the decision table offers nothing to the client."),
                self.env._("Add what is offered: a fix, a paid change, advice or help."),
            ),
            "bpmsoft_no_waiting": (
                self.env._("The queue “%(record)s” has no stage in which a request waits for the client."),
                self.env._("Add one with the phase “Waiting for the customer”: paid offers wait there."),
            ),
        }

    @api.model
    def _support_check_bpmsoft_decision(self, configuration: Configuration) -> Iterable[dict[str, Any]]:
        provider = configuration.providers.filtered(lambda provider: provider.code == PROVIDER)[:1]
        if not provider:
            return
        sources = configuration.providers.env["bpmsoft.source"].search([("active", "=", True)], limit=1000)
        if not sources:
            yield self._found("bpmsoft_no_source", ERROR, sources, provider)
        for source in sources:
            for described, defect in decision.holes(source._get_rows()):
                case = source.with_env(self.env)._say_case(described, defect) or self.env._("no row at all")
                part = f"{described}:{defect}"
                yield self._found("bpmsoft_no_outcome", ERROR, source, provider, part=part, case=case)
        for outcome in sources.outcome_ids:
            if not outcome.option_ids:
                yield self._found("bpmsoft_no_option", ERROR, outcome.source_id, provider, part=outcome.id, row=outcome)
        for team in configuration.teams.filtered(lambda team: team.support_provider_id == provider):
            if "waiting_customer" not in team._get_applicable_stages().mapped("support_phase"):
                yield self._found("bpmsoft_no_waiting", WARNING, team, provider)
