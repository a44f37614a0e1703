from collections.abc import Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts, likeness
from odoo.fields import Domain

#: among so many of the client's latest open tickets one about the same is looked for
COMPARED = 200


class HelpdeskTicket(models.Model):
    """One issue, one ticket: one that looks like another open one of the same client is flagged (D-14)."""

    _inherit = "helpdesk.ticket"

    dialog360_double_id = fields.Many2one(
        "helpdesk.ticket",
        string="Looks Like",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
        help="An open ticket of the same client that is probably about the same issue.",
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"dialog360_double_id"}

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        result = super()._support_after_facts(rows, now)
        raised = {row["ticket_id"] for row in rows if row["kind"] == facts.RAISED}
        for ticket in self.browse(sorted(raised)).filtered("dialog360_ticket"):
            ticket._dialog360_flag_double(ticket._dialog360_find_doubles()[:1])
        return result

    def _dialog360_flag_double(self, other) -> None:
        """Flag this ticket as one that looks like ``other``, if there is one. With sudo."""
        self.ensure_one()
        answers = self.dialog360_original_id or given(self.env, "dialog360_answers")
        if not other or other == self.dialog360_split_id or answers:
            return
        self._support_set({"dialog360_double_id": other.id})
        self._message_log(body=self.env._("This looks like %s, which is open.", other._get_html_link()))

    def _dialog360_find_doubles(self):
        """Open tickets of the same client that are probably about this one's issue, the closest first; with sudo."""
        self.ensure_one()
        found = self._dialog360_find_alike(self.name or "", self.commercial_partner_id, self.support_provider_id) - self
        return found.filtered(lambda other: other.company_id == self.company_id)

    @api.model
    def _dialog360_find_alike(self, text: str, customer, provider):
        """Open tickets of a client that are probably about ``text``, the closest first; with sudo.

        :param customer: a commercial partner
        """
        typed = likeness.words(text)
        if not customer or not typed:
            return self.browse()
        candidates = self.search_fetch(
            Domain("commercial_partner_id", "=", customer.id)
            & Domain("support_provider_id", "=", provider.id)
            & Domain("closed", "=", False),
            ["name"],
            order="id desc",
            limit=COMPARED,
        )
        found = []
        for other in candidates:
            theirs = likeness.words(other.name or "")
            count, _worth = likeness.score(typed, ((other.name or "", 1),))
            # of both: a word in common does not make one of two sentences
            if theirs and count * 2 >= len(typed) and count * 3 >= len(theirs):
                found.append((count, other.id))
        return self.browse(ticket_id for _count, ticket_id in sorted(found, reverse=True))

    def action_dialog360_merge_double(self):
        """Open the wizard that merges this ticket and the one that it looks like."""
        self.ensure_one()
        self.check_access("write")
        other = self.dialog360_double_id
        return (self | other.sudo()._support_get_survivor().with_env(self.env)).action_support_merge()

    def action_dialog360_no_double(self):
        """It is about something else: the flag goes."""
        self.check_access("write")
        for ticket in self.filtered("dialog360_double_id"):
            # sudo: a colleague may work on the other one
            other_sudo = ticket.dialog360_double_id.sudo()
            ticket._message_log(body=self.env._("About something else than %s.", other_sudo._get_html_link()))
            # sudo: a column that nobody writes otherwise
            ticket.sudo()._support_set({"dialog360_double_id": False})

    def _support_portal_get_facts(self):
        """D-14: a client who opened two sees that, with the number of the other one."""
        rows = super()._support_portal_get_facts()
        other = self.dialog360_double_id
        both_open = self.dialog360_ticket and other and not self.closed and not other.closed
        if both_open and self._dialog360_may_name(other):
            rows.append(
                {
                    "label": self.env._("About the same?"),
                    "text": self.env._(
                        "%(number)s, “%(name)s”, is open as well. If both are about one issue, please go on in one of "
                        "them.",
                        number=other.number,
                        name=other.name,
                    ),
                }
            )
        return rows

    def _dialog360_may_name(self, other) -> bool:
        """Whether the reader of this ticket's page may read of ``other``; without a login, when it is the same
        contact's. With sudo."""
        user = self.env.user
        if user._is_public():
            return other.partner_id == self.partner_id
        return other.with_user(user).has_access("read")
