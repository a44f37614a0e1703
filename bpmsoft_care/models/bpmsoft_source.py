from odoo import fields, models

from ..tools import decision


class BpmsoftSource(models.Model):
    """Where a problem can lie (B-12); its rows say what follows."""

    _name = "bpmsoft.source"
    _inherit = ["support.used.mixin"]
    _description = "Source of a Problem"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True, help="Shown to agents and to clients.")
    description = fields.Text(translate=True, help="For agents: when this is the source.")
    outcome_ids = fields.One2many("bpmsoft.outcome", "source_id", string="What Follows")
    active = fields.Boolean(default=True)

    def _get_rows(self) -> list[decision.Row]:
        """The rows of this source as ``tools.decision`` takes them, without archived ones."""
        self.ensure_one()
        return [
            decision.Row(row.id, row.described, row.defect, row.sequence)
            for row in self.with_context(active_test=True).outcome_ids
        ]

    def _find_outcome(self, described: str | None, defect: str | None):
        """The row that holds for these answers; empty when the table has none.

        :param described: ``yes``, ``no`` or None when it is not asked; likewise ``defect``
        """
        row = decision.find(self._get_rows(), described, defect) if self else None
        return self.env["bpmsoft.outcome"].browse(row and row.id)

    def _say_case(self, described: str | None, defect: str | None) -> str:
        """What the answers come to, in words: “described in the technical design, no defect”."""
        parts = []
        if described:
            parts.append(
                self.env._("described in the technical design")
                if described == decision.YES
                else self.env._("not described in the technical design")
            )
        if defect:
            parts.append(self.env._("a defect") if defect == decision.YES else self.env._("no defect"))
        return ", ".join(parts)

    def _say_hole(self, described: str | None, defect: str | None) -> str:
        """That nothing is laid down for these answers, and who can change that."""
        self.ensure_one()
        case = self._say_case(described, defect)
        if case:
            return self.env._(
                "The decision table has no row for “%(where)s” (%(case)s). An administrator adds it under "
                "Configuration › Support Promises › Decision Table.",
                where=self.name,
                case=case,
            )
        return self.env._(
            "The decision table has no row for “%s”. An administrator adds it under Configuration › Support Promises › "
            "Decision Table.",
            self.name,
        )
