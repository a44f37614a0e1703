import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from odoo import api, models

_logger = logging.getLogger(__name__)

ERROR, WARNING, HINT = "error", "warning", "hint"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is set up, read once for all checks: recordsets with sudo, without archived records."""

    now: datetime
    providers: Any
    priorities: Any
    services: Any
    policies: Any
    #: current targets of ``policies``
    targets: Any
    chains: Any
    #: active steps of ``chains``
    steps: Any
    roles: Any
    teams: Any

    def of(self, name: str) -> dict:
        """Provider → its records of ``name``, for example ``of("roles")``."""
        records = getattr(self, name)
        found: dict[Any, Any] = defaultdict(records.browse)
        owner = "support_provider_id" if name == "teams" else "provider_id"
        for record in records:
            found[record[owner]] |= record
        return found

    def get_contracts(self, code: str) -> Any:
        """Entitlements in force of the active provider with this code, in superuser mode."""
        ours = self.providers.filtered(lambda provider: provider.code == code)
        Entitlement = self.providers.env["support.entitlement"].sudo()
        if not ours:
            return Entitlement
        return Entitlement.search([("provider_id", "in", ours.ids), ("is_in_force", "=", True)])


class SupportCheck(models.AbstractModel):
    """Looks for what is amiss in the configuration (E-6.4).

    **Registry**: an addon adds the name of a check to :meth:`_get_checks`, the check itself as
    ``_support_check_<name>(configuration)`` and the words of what it finds to :meth:`_get_texts`. A check reads,
    never writes, and costs a number of queries that does not depend on how much is configured.
    """

    _name = "support.check"
    _description = "Configuration Check"

    @api.model
    def _get_checks(self) -> list[str]:
        """Names of the checks, in the order in which they are run. **Hook**: extend it."""
        return []

    @api.model
    def _get_texts(self) -> dict[str, tuple[str, str]]:
        """What each kind of finding says, and what to do about it, in the reader's language. **Hook**: extend it.

        :return: code → (message, advice); both may use ``%(record)s`` (the record found), ``%(provider)s`` and the
            names of the finding's data. A percent sign is written twice.
        """
        return {
            "check_failed": (
                self.env._("The check “%(check)s” could not be made: %(error)s"),
                self.env._("Tell whoever maintains the addon that brings this check."),
            )
        }

    @api.model
    def _get_remedies(self) -> dict[str, str]:
        """What a button on a finding can do about it: code of the finding → name of the private method, called on the
        finding by a manager, that answers with an action. **Hook**: extend it."""
        return {}

    @api.model
    def _found(self, code: str, severity: str, record, provider=None, *, part: Any = "", **data: Any) -> dict[str, Any]:
        """A finding, as :meth:`_run` returns it and ``support.finding`` stores it.

        :param code: a key of :meth:`_get_texts`
        :param severity: ``error`` (promises are not made or not measured), ``warning`` (somebody is not told, a
            figure may be wrong) or ``hint``
        :param record: what has to be changed; a recordset of several or none opens a list
        :param part: tells two findings of one code on one record apart; with them, what was accepted stays accepted
            only for as long as it is the same
        :param data: for the words: records are shown by their names, anything else as it is
        """
        first = record[:1]
        return {
            "key": f"{code}:{record._name}:{first.id or 0}:{part}",
            "code": code,
            "severity": severity,
            "provider_id": (provider or self.env["support.provider"]).id,
            "res_model": record._name,
            "res_id": first.id if len(record) == 1 else False,
            "data": {
                "ids": record.ids,
                **{
                    name: {"model": value._name, "ids": value.ids} if isinstance(value, models.BaseModel) else value
                    for name, value in data.items()
                },
            },
        }

    @api.model
    def _get_configuration(self) -> Configuration:
        # the whole configuration, whatever the reader may see: findings themselves have record rules
        env = self.sudo().with_context(active_test=True).env
        providers = env["support.provider"].search([("active", "=", True)])
        mine = [("provider_id", "in", providers.ids)]
        policies = env["support.policy"].search(mine)
        chains = env["support.escalation.chain"].search(mine)
        return Configuration(
            now=self.env["support.event"]._now(),
            providers=providers,
            priorities=env["support.priority"].search(mine),
            services=env["support.service"].search(mine),
            policies=policies,
            targets=env["support.target"].search([("policy_id", "in", policies.ids), ("current", "=", True)]),
            chains=chains,
            steps=env["support.escalation.step"].search([("chain_id", "in", chains.ids)]),
            roles=env["support.role"].search(mine),
            teams=env["helpdesk.ticket.team"].search([("support_provider_id", "in", providers.ids)]),
        )

    @api.model
    def _run(self) -> list[dict[str, Any]]:
        """Make all checks; findings, see :meth:`_found`."""
        configuration = self._get_configuration()
        try:
            # as a rule none fails: one savepoint for all of them instead of two statements a check
            with self.env.cr.savepoint():
                findings = [
                    finding
                    for name in self._get_checks()
                    for finding in getattr(self, f"_support_check_{name}")(configuration)
                ]
        except Exception:  # which one it is, and what the others find, is seen below; checks only read
            _logger.info("A configuration check failed: they are made one by one", exc_info=True)
            findings = self._run_one_by_one(configuration)
        return list({finding["key"]: finding for finding in findings}.values())

    @api.model
    def _run_one_by_one(self, configuration: Configuration) -> list[dict[str, Any]]:
        """Findings of all checks; one check that fails does not hide what the others find."""
        findings: list[dict[str, Any]] = []
        for name in self._get_checks():
            try:
                with self.env.cr.savepoint():
                    findings += getattr(self, f"_support_check_{name}")(configuration)
            except Exception as error:
                _logger.warning("Configuration check %s failed", name, exc_info=True)
                findings.append(
                    self._found(
                        "check_failed",
                        WARNING,
                        self.env["support.provider"],
                        part=name,
                        check=name,
                        error=str(error)[:200],
                    )
                )
        return findings
