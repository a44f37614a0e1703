from collections.abc import Mapping
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.tools import likeness
from odoo.exceptions import ValidationError

from ..const import FIRST_LINE, PROVIDER

#: conditions and the values of a ticket that they are compared with
CONDITIONS = {"entry_id": "plastek_entry_id", "kind_id": "support_kind_id", "channel_id": "channel_id"}


class PlastekRoute(models.Model):
    """A rule that sends requests to a role or a queue (P-2); the first that fits wins.

    Conditions left empty fit everything. What no rule decides goes to the role of the classifier's entry; what is not
    recognised, or is on the first line, to the role of the intake.
    """

    _name = "plastek.route"
    _description = "Routing Rule"
    _order = "sequence, id"

    provider_id = fields.Many2one(
        "support.provider",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["support.provider"].sudo().search([("code", "=", PROVIDER)], limit=1),
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    entry_id = fields.Many2one("plastek.entry", string="Classifier Entry", ondelete="cascade")
    kind_id = fields.Many2one(
        "support.kind", string="Kind of Request", ondelete="cascade", domain="[('provider_id.code', '=', 'plastek')]"
    )
    channel_id = fields.Many2one("helpdesk.ticket.channel", ondelete="cascade")
    words = fields.Char(help="Any of these words in subject or text, separated by commas, in all languages.")
    role_id = fields.Many2one(
        "support.role", ondelete="restrict", domain="[('provider_id.code', '=', 'plastek')]", string="To the Role"
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="To the Queue",
        ondelete="restrict",
        domain="[('support_provider_id.code', '=', 'plastek')]",
    )

    applies_to = fields.Char(compute="_compute_applies_to", help="Its conditions, all of which have to fit.")

    @api.depends("entry_id.name", "kind_id.name", "channel_id.name", "words")
    @api.depends_context("lang")
    def _compute_applies_to(self):
        for route in self:
            parts = [route.entry_id.name, route.kind_id.name, route.channel_id.name]
            if self._split(route.words):
                parts.append(self.env._("one of: %s", ", ".join(self._split(route.words))))
            route.applies_to = " · ".join(part for part in parts if part) or self.env._("every request")

    @api.constrains("name", "role_id", "team_id")
    def _check_result(self):
        for route in self:
            if not route.role_id and not route.team_id:
                raise ValidationError(self.env._("“%s” sends requests nowhere: choose a role or a queue.", route.name))

    @api.model
    def _split(self, text: str | bool) -> list[str]:
        return [part.strip() for part in (text or "").replace("\n", ",").split(",") if part.strip()]

    @api.model
    def _find(self, words: str | bool, said: Mapping[str, list[str]]) -> list[str]:
        """Which of the ``words`` of a rule are in what was ``said``; of one with several words, all are needed.

        :param said: of :meth:`_read_text`
        """
        phrases = {phrase.casefold(): phrase for phrase in reversed(self._split(words))}
        return [
            phrase
            for phrase in reversed(phrases.values())
            if (parts := likeness.words(phrase))
            and all(
                any(likeness.alike(part, word) for word in said.get(part[: likeness.LEAST_LENGTH], ()))
                for part in parts
            )
        ]

    @api.model
    def _read_text(self, subject: str, text: str) -> dict[str, list[str]]:
        """All words of a request, folded, by their first letters, which alike words have in common: a text of 100 kB
        is not compared word by word (S-3). Unlike a search, a text is read to its end."""
        found: dict[str, None] = {}
        for line in f"{subject}\n{text}".splitlines():
            parts = line.split()
            for start in range(0, len(parts), likeness.MOST_WORDS):
                found.update(dict.fromkeys(likeness.words(" ".join(parts[start : start + likeness.MOST_WORDS]))))
        said: dict[str, list[str]] = {}
        for word in found:
            said.setdefault(word[: likeness.LEAST_LENGTH], []).append(word)
        return said

    @api.model
    def _weigh(self, phrases: list[str], said: Mapping[str, list[str]]) -> int:
        """What the ``phrases`` that were found are worth: each word that was said counts once, and more as it stands in
        the classifier than as another form, or as a longer word with the same beginning."""
        worth: dict[str, int] = {}
        for part in dict.fromkeys(part for phrase in phrases for part in likeness.words(phrase)):
            for word in said.get(part[: likeness.LEAST_LENGTH], ()):
                if likeness.alike(part, word):
                    worth[word] = max(worth.get(word, 0), 3 if part == word else 2)
        return sum(worth.values())

    @api.model
    def _classify(self, subject: str, text: str):
        """The entry that a text is about (P-4): that of which most words are found, in the subject above all.

        :return: the entry or none, and the words that were found
        """
        head, whole = self._read_text(subject, ""), self._read_text(subject, text)
        best, rank, found = self.env["plastek.entry"], (0, 0), []
        for entry in self.env["plastek.entry"].sudo().search([("active", "=", True)]):
            named = f"{entry.name}, {entry.words or ''}"
            hits = self._find(named, whole)
            # a phrase says more than a word, the subject more than the text
            here = (
                2 * self._weigh(self._find(named, head), head) + self._weigh(hits, whole),
                -entry.sequence,
            )
            if hits and here > rank:
                best, rank, found = entry, here, hits
        return best, found

    @api.model
    def _route(self, values: Mapping[str, Any], subject: str, text: str) -> dict[str, Any]:
        """Where a request goes.

        :param values: ids by the fields of :data:`CONDITIONS`; ``team_id`` where the request has a queue
        :return: ``role`` and ``team`` (records), ``role_rule`` and ``team_rule`` (rules, or none for the entry's own)
        """
        said = self._read_text(subject, text)
        answer: dict[str, Any] = {
            "role": self.env["support.role"],
            "team": self.env["helpdesk.ticket.team"],
            "role_rule": self.browse(),
            "team_rule": self.browse(),
        }
        for rule in self.sudo().search([("active", "=", True)]):
            if any(rule[name] and rule[name].id != values.get(field) for name, field in CONDITIONS.items()):
                continue
            if rule.words and not self._find(rule.words, said):
                continue
            for name in ("role", "team"):
                if rule[f"{name}_id"] and not answer[name]:
                    answer.update({name: rule[f"{name}_id"], f"{name}_rule": rule})
        if not answer["role"]:
            entry_sudo = self.env["plastek.entry"].sudo().browse(values.get("plastek_entry_id") or [])
            team_sudo = self.env["helpdesk.ticket.team"].sudo().browse(values.get("team_id") or [])
            intake_sudo = self._get_intake()
            # what came to the first line is seen to there first (P-12)
            on_first_line = team_sudo.support_tier_id.code == FIRST_LINE
            answer["role"] = (intake_sudo if on_first_line else entry_sudo.role_id) or intake_sudo or entry_sudo.role_id
        return answer

    @api.model
    def _get_intake(self):
        """The role that takes in what nothing else sends anywhere; with sudo, may be none."""
        return self.env["support.provider"].sudo().search([("code", "=", PROVIDER)], limit=1).plastek_intake_role_id
