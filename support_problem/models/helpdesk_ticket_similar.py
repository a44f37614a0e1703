from typing import Any

from odoo import models
from odoo.addons.support_sla.tools import likeness
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, html2plaintext

from .helpdesk_ticket_problem import OVER

#: among so many open problems of a provider it is looked, the newest first
COMPARED = 1000
#: how alike two texts must be to be shown, from 0 to 1
ENOUGH = 0.2
#: so much of a text is compared
LENGTH = 2000


class HelpdeskTicket(models.Model):
    """Open problems that may be what lies behind an incident (E-7.1)."""

    _inherit = "helpdesk.ticket"

    def _support_find_problems(self, text: str = "", limit: int = 10) -> list[dict[str, Any]]:
        """Open problems of this ticket's provider that are like it, as far as the user may read them.

        Those about the same service come first, then the most alike by text: PostgreSQL's trigrams where the database
        has them, else whole words.

        :param text: what to compare with; the ticket's own subject and description if empty
        :return: ``problem``, ``likeness`` (percent), ``reason`` (words)
        """
        self.ensure_one()
        own = not text.strip()
        domain = (
            Domain("support_is_problem", "=", True)
            & Domain("support_provider_id", "=", self.support_provider_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("support_phase", "not in", list(OVER))
            & Domain("closed", "=", False)
            & Domain("id", "not in", self.ids)
        )
        problems = self.search(domain, order="id desc", limit=COMPARED) if self.support_provider_id else self.browse()
        if not problems:
            return []
        title = self.name if own else text.strip()
        rest = html2plaintext(self.description or "") if own else ""
        alike = problems._support_compare(title[:LENGTH], rest[:LENGTH])
        found = []
        for problem in problems:
            same_service = bool(self.support_service_id) and problem.support_service_id == self.support_service_id
            share = alike.get(problem.id, 0.0)
            if share >= ENOUGH or (same_service and own):
                found.append((not same_service, -share, -problem.id, problem))
        return [
            {
                "problem": problem,
                "likeness": round(-share * 100),
                "reason": self._support_say_likeness(problem, -share, not other_service),
            }
            for other_service, share, _id, problem in sorted(found, key=lambda row: row[:3])[:limit]
        ]

    def _support_compare(self, title: str, rest: str) -> dict[int, float]:
        """How like each of these tickets is a text, from 0 to 1, by id.

        :param title: what counts most
        :param rest: what is compared with the descriptions; may be empty
        """
        if not self.env.registry.has_trigram:
            return self._support_compare_words(title, rest)
        self.flush_model(["name", "description"])
        self.env.cr.execute(
            SQL(
                """SELECT id, GREATEST(
                              similarity(lower(name), lower(%(title)s)),
                              word_similarity(lower(%(title)s), lower(name || ' ' || body)) * 0.9,
                              CASE WHEN %(rest)s = '' THEN 0 ELSE similarity(lower(body), lower(%(rest)s)) * 0.9 END)
                   FROM (SELECT id, name,
                                left(regexp_replace(coalesce(description, ''), '<[^>]*>', ' ', 'g'), %(length)s) AS body
                         FROM helpdesk_ticket WHERE id = ANY(%(ids)s)) AS problem""",
                title=title,
                rest=rest,
                length=LENGTH,
                ids=list(self._ids),
            )
        )
        return dict(self.env.cr.fetchall())

    def _support_compare_words(self, title: str, rest: str) -> dict[int, float]:
        """What :meth:`_support_compare` answers where PostgreSQL knows no trigrams: the share of words in common."""
        typed = likeness.words(f"{title} {rest}")
        if not typed:
            return {}
        return {
            ticket.id: likeness.score(typed, [(ticket.name, 1), (html2plaintext(ticket.description or ""), 1)])[0]
            / len(typed)
            for ticket in self
        }

    def _support_say_likeness(self, problem, share: float, same_service: bool) -> str:
        """Why a problem is proposed, in words."""
        if same_service and share >= ENOUGH:
            return self.env._(
                "Same service (%(service)s), words alike: %(percent)s %%",
                service=problem.sudo().support_service_id.name,
                percent=round(share * 100),
            )
        if same_service:
            return self.env._("Same service (%s)", problem.sudo().support_service_id.name)
        return self.env._("Words alike: %s %%", round(share * 100))

    def action_support_link_problem(self):
        """Open the wizard that shows similar open problems, to link these incidents to one or make one (E-7.1)."""
        self.check_access("write")
        return self.env["support.link.wizard"]._open_for(self)

    def action_support_unlink_problem(self):
        """These tickets are no incidents of their problem any more."""
        self.check_access("write")
        self._support_unlink_problem()

    def action_support_make_problem(self):
        """A ticket that no customer raised is a problem itself from now on."""
        self.check_access("write")
        self.write({"support_is_problem": True})

    def action_support_make_incident(self):
        """It is an incident after all."""
        self.check_access("write")
        self.write({"support_is_problem": False})

    def action_support_similar(self):
        """Open problems that may be the same as this one, to merge them."""
        self.ensure_one()
        self.check_access("write")
        found = [row["problem"].id for row in self._support_find_problems()]
        if not found:
            raise UserError(self.env._("No other open problem is like %s.", self.number))
        action = self.env["ir.actions.actions"]._for_xml_id("support_problem.support_problem_action")
        return {
            **action,
            "name": self.env._("Like %s: choose those to merge", self.number),
            "domain": [("id", "in", [self.id, *found])],
            "context": {"create": False},
            "path": False,
        }

    def action_support_incidents(self):
        """Open the incidents behind which this problem lies."""
        self.ensure_one()
        self.check_access("write")  # customers have no such list
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_ticket_action")
        return {
            **action,
            "name": self.env._("Incidents of %s", self.number),
            "domain": [("support_problem_id", "=", self.id)],
            "context": {"create": False},
            "path": False,
        }

    def action_support_open_problem(self):
        """Open the problem behind this ticket."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.support_problem_id.id,
            "views": [(False, "form")],
        }
