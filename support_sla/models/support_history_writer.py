import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup
from odoo import api, models
from odoo.tools import email_normalize, html_sanitize, plaintext2html
from odoo.tools.mail import email_split_tuples

from ..tools import facts, past
from .support_context import inside
from .support_history_grade import HistoryGrade
from .support_history_reader import Story
from .support_time import to_instant

#: Text that is HTML rather than words with a "<" in them.
_LOOKS_LIKE_HTML = re.compile(r"<\s*/?\s*[a-zA-Z!][^<>]*>")


class SupportHistoryWriter(models.AbstractModel):
    """Makes tickets with their past of what was read from a history import (E-3.10).

    The facts are recorded at their moments, the policy that was in force is matched at each, and the clocks are
    brought up to now. Nobody is told of anything: no mail, no follower, no step of a chain that lies in the past.
    """

    _name = "support.history.writer"
    _description = "Writer of Imported History"

    @api.model
    def _find_known(self, stories: Iterable[Story]) -> dict[str, int]:
        """Tickets that were imported before: id by :attr:`Story.key`."""
        # sudo: a ticket that the importer may not see is there all the same
        tickets_sudo = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        found = tickets_sudo.search_fetch(
            [("support_history_key", "in", [story.key for story in stories])], ["support_history_key"]
        )
        return {ticket.support_history_key: ticket.id for ticket in found}

    @api.model
    def _write_stories(self, stories: Sequence[Story], now: datetime) -> dict[str, int]:
        """Make the tickets, with all their facts and clocks, in a fixed number of rounds.

        :param stories: none of a ticket that is known already
        :param now: the moment of the import, naive UTC
        :return: id of the ticket by reference
        """
        if not stories:
            return {}
        quiet = inside(support_no_sync=True, support_no_notify=True, support_side=facts.SYSTEM)
        # sudo: who imports needs no rights on the single tickets; queues were looked up with the importer's own
        Ticket_sudo = (
            self.env["helpdesk.ticket"]
            .sudo()
            .with_context(
                **{name: value for name, value in self.env.context.items() if not name.startswith("default_")}
            )
            .with_context(**quiet, tracking_disable=True, mail_create_nosubscribe=True, mail_create_nolog=True)
        )
        partners = self._find_partners(stories)
        tickets_sudo = Ticket_sudo.create([self._prepare_ticket(story, partners) for story in stories])
        rows: list[dict[str, Any]] = []
        levels: dict[int, list[tuple[int, int | None]]] = {}
        message_ids = self._write_messages(tickets_sudo, stories, partners)
        for ticket_sudo, story in zip(tickets_sudo, stories, strict=True):
            rows += self._prepare_facts(ticket_sudo, story, message_ids, now, levels)
        self._write_dates(tickets_sudo, stories)
        Event = self.env["support.event"].sudo()
        Event._record(rows)
        tickets_sudo._support_rebuild(Event._read_facts(tickets_sudo.ids), now, levels=levels)
        tickets_sudo._support_after_facts(rows, now)
        tickets_sudo.flush_recordset()
        return {story.reference: ticket.id for ticket, story in zip(tickets_sudo, stories, strict=True)}

    # --- customers -------------------------------------------------------------------------------

    @api.model
    def _split_person(self, text: str) -> tuple[str, str]:
        """``"Name <address>"``, an address or a name → ``(name, normalized address)``, either may be empty."""
        found = email_split_tuples(text) if "@" in text else []
        if not found:
            return text, ""
        name, address = found[0]
        return name, email_normalize(address) or address

    @api.model
    def _find_partners(self, stories: Sequence[Story]) -> dict[tuple[str, int], Any]:
        """Who is meant by the cells *customer* and *author*: partner by (cell, company id or 0).

        An address is looked for first, then a name that only one partner has. Who is not found stays a name and an
        address on the ticket, or is made a contact when the system parameter ``support_sla.history_customers`` says
        "create".
        """
        cells = {story.values.get("customer") for story in stories}
        cells |= {row["author"] for story in stories for row in story.rows}
        people = {cell: self._split_person(cell) for cell in cells if cell}
        # sudo: a customer is found whoever may edit contacts
        Partner_sudo = self.env["res.partner"].sudo()
        addresses = [address for _name, address in people.values() if address]
        names = [name for name, address in people.values() if name and not address]
        by_address: dict[str, list] = {}
        by_name: dict[str, list] = {}
        if addresses:
            for partner in Partner_sudo.search([("email_normalized", "in", addresses)], order="id"):
                by_address.setdefault(partner.email_normalized, []).append(partner)
        if names:
            for partner in Partner_sudo.search([("name", "in", names)], order="id"):
                by_name.setdefault(partner.name, []).append(partner)
        create = self.env["ir.config_parameter"].sudo().get_param("support_sla.history_customers") == "create"
        found: dict[tuple[str, int], Any] = {}
        for story in stories:
            company = self._get_company(story)
            customer = story.values.get("customer")
            for cell in {customer, *(row["author"] for row in story.rows)} - {None, ""}:
                if (cell, company.id) in found:
                    continue
                name, address = people[cell]
                candidates = [
                    partner
                    for partner in (by_address.get(address, []) if address else by_name.get(name, []))
                    if not partner.company_id or partner.company_id == company
                ]
                partner = Partner_sudo.browse()
                if candidates and (address or len(candidates) == 1):
                    partner = candidates[0]
                elif create and address and cell == customer:
                    partner = Partner_sudo.create({"name": name or address, "email": address})
                    by_address.setdefault(address, []).append(partner)
                found[(cell, company.id)] = partner
        return found

    @api.model
    def _get_company(self, story: Story):
        team = self.env["helpdesk.ticket.team"].browse(story.team_id)
        provider = self.env["support.provider"].browse(story.provider_id)
        return team.company_id or provider.company_id or self.env.company

    # --- the ticket ------------------------------------------------------------------------------

    @api.model
    def _to_html(self, text: str) -> Markup:
        """Words or HTML of another system as harmless HTML."""
        if not text:
            return Markup("")
        if _LOOKS_LIKE_HTML.search(text):
            return html_sanitize(text, sanitize_style=True, sanitize_form=True)
        return plaintext2html(text)

    @api.model
    def _get_phases(self, story: Story) -> list[dict[str, Any]]:
        """The rows at which the ticket's phase was told."""
        return [row for row in story.rows if row["phase"] and row["kind"] in (facts.RAISED, facts.PHASE)]

    @api.model
    def _get_raising(self, story: Story) -> dict[str, Any]:
        return next(row for row in story.rows if row["kind"] == facts.RAISED)

    @api.model
    def _prepare_ticket(self, story: Story, partners: dict[tuple[str, int], Any]) -> dict[str, Any]:
        company = self._get_company(story)
        raising = self._get_raising(story)
        phases = self._get_phases(story)
        stages = story.stages
        stage_id = stages[phases[-1]["phase"] if phases else facts.NEW]
        stage = self.env["helpdesk.ticket.stage"].browse(stage_id)
        customer = story.values.get("customer", "")
        name, address = self._split_person(customer)
        partner = partners.get((customer, company.id))
        changes = [line for line in (row["line"] for row in story.rows) if line in story.priorities]
        priority_id = story.priorities[changes[-1]] if changes else story.default_priority_id
        priority = self.env["support.priority"].browse(priority_id or [])
        changed = phases[-1]["moment"] if phases else raising["moment"]
        return {
            "name": story.values.get("subject") or story.reference,
            "description": self._to_html(story.values.get("description") or raising["message"]) or Markup("<p></p>"),
            "team_id": story.team_id,
            "company_id": company.id,
            "partner_id": partner.id if partner else False,
            "partner_name": partner.name if partner else name or address or False,
            "partner_email": partner.email if partner else address or False,
            "support_service_id": story.service_id or False,
            "support_priority_id": priority.id,
            "priority": priority.stars or "1",
            "stage_id": stage_id,
            "user_id": False,
            "last_stage_update": changed,
            "closed_date": changed if stage.closed else False,
        }

    @api.model
    def _write_dates(self, tickets_sudo, stories: Sequence[Story]):
        """Lists and reports go by when a ticket was made and changed; the ORM would say now."""
        tickets_sudo.flush_recordset()
        self.env.cr.execute_values(
            """UPDATE helpdesk_ticket AS ticket
               SET create_date = given.raised::timestamp, write_date = given.changed::timestamp
               FROM (VALUES %s) AS given (id, raised, changed) WHERE ticket.id = given.id""",
            [
                (ticket.id, self._get_raising(story)["moment"], max(row["moment"] for row in story.rows))
                for ticket, story in zip(tickets_sudo, stories, strict=True)
            ],
            page_size=5000,
        )
        tickets_sudo.invalidate_recordset(["create_date", "write_date"], flush=False)

    @api.model
    def _write_messages(
        self, tickets_sudo, stories: Sequence[Story], partners: dict[tuple[str, int], Any]
    ) -> dict[tuple[int, int], int]:
        """What was said, in the tickets' chatter under the dates it was said; nobody is notified.

        :return: id of the message by (ticket id, line)
        """
        keys: list[tuple[int, int]] = []
        values: list[dict[str, Any]] = []
        subtypes = {
            internal: self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note" if internal else "mail.mt_comment")
            for internal in (True, False)
        }
        for ticket_sudo, story in zip(tickets_sudo, stories, strict=True):
            company_id = ticket_sudo.company_id.id
            for row in story.rows:
                if row["kind"] not in past.SPOKEN or not row["message"]:
                    continue
                by_customer = row["side"] == facts.CUSTOMER
                cell = row["author"] or (story.values.get("customer", "") if by_customer else "")
                author = partners.get((cell, company_id))
                internal = row["kind"] in (facts.NOTE, facts.CALL)
                keys.append((ticket_sudo.id, row["line"]))
                values.append(
                    {
                        "model": "helpdesk.ticket",
                        "res_id": ticket_sudo.id,
                        "date": row["moment"],
                        "body": self._to_html(row["message"]),
                        "message_type": "auto_comment"
                        if row["kind"] in (facts.MESSAGE_AUTO, past.CONFIRMATION)
                        else "email"
                        if by_customer
                        else "comment",
                        "subtype_id": subtypes[internal],
                        "is_internal": internal,
                        "author_id": author.id if author else False,
                        "email_from": author.email_formatted if author else cell or ticket_sudo.team_id.name,
                        "reply_to": False,
                        "record_name": ticket_sudo.name,
                    }
                )
        if not values:
            return {}
        messages = self.env["mail.message"].sudo().create(values)
        return dict(zip(keys, messages.ids, strict=True))

    # --- its facts -------------------------------------------------------------------------------

    @api.model
    def _prepare_facts(
        self,
        ticket_sudo,
        story: Story,
        message_ids: dict[tuple[int, int], int],
        now: datetime,
        levels: dict[int, list[tuple[int, int | None]]],
    ) -> list[dict[str, Any]]:
        """The ticket's facts as rows for ``support.event._record``; sets its columns of what they come to.

        :param levels: filled with which priority it had since when, for clocks keep the one they were made under
        """
        raising = self._get_raising(story)
        stages = story.stages
        ticket_sudo._support_set(
            {
                "support_raised": raising["moment"],
                "support_out_of_hours": ticket_sudo._support_is_shut(raising["moment"]),
                "support_history_reference": story.reference,
                "support_history_key": story.key,
                "support_history_until": now,
            }
        )
        ticket_sudo._support_settle_entitlement()
        rows: list[dict[str, Any]] = []

        def fact(row: dict[str, Any], kind: str, data: dict[str, Any] | None = None, part: str = ""):
            message_id = message_ids.get((ticket_sudo.id, row["line"]))
            if message_id and kind in past.SPOKEN:
                data = {**(data or {}), "message": message_id}
            rows.append(
                {
                    "ticket_id": ticket_sudo.id,
                    "kind": kind,
                    "moment": row["moment"],
                    "side": row["side"],
                    "data": data,
                    "message_id": message_id,
                    "fact_key": "once" if kind == facts.RAISED else f"history:{row['line']}{part}",
                }
            )

        grade = HistoryGrade(self.env, ticket_sudo)
        priority_id = story.priorities.get(raising["line"], story.default_priority_id)
        phase = facts.NEW
        for row in story.rows:
            kind = row["kind"]
            if kind == facts.RAISED:
                fact(row, facts.RAISED)
                levels[ticket_sudo.id] = [(to_instant(row["moment"]), priority_id)]
                match = grade.move(priority_id, row["moment"], first=True)
                fact(row, facts.GRADED, match, ":graded")
                phase = row["phase"] or facts.NEW
                fact(row, facts.PHASE, {"phase": phase, "stage": stages.get(phase, False)}, ":phase")
            elif kind == facts.PRIORITY:
                before, priority_id = priority_id, story.priorities[row["line"]]
                if before == priority_id:
                    continue
                levels[ticket_sudo.id].append((to_instant(row["moment"]), priority_id))
                fact(row, facts.PRIORITY, {"from": before or False, "to": priority_id})
                match = grade.move(priority_id, row["moment"])
                if match:
                    fact(row, facts.GRADED, match, ":graded")
            elif kind == facts.PHASE:
                if row["phase"] != phase:
                    phase = row["phase"]
                    fact(row, facts.PHASE, {"phase": phase, "stage": stages.get(phase, False)})
            else:
                fact(row, facts.MESSAGE_AUTO if kind == past.CONFIRMATION else kind, self._prepare_data(row))
        ticket_sudo._support_set(
            {
                "support_version_id": grade.version_id or False,
                "support_agreed": grade.agreed or False,
                "support_match_key": json.dumps(grade.values, sort_keys=True),
                "support_phase": phase,
            }
        )
        return rows

    @api.model
    def _prepare_data(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """What a fact says beside its kind, in the words of ``tools.facts``."""
        match row["kind"]:
            case past.CONFIRMATION:
                return {"acknowledgement": True}
            case facts.CALL:
                return {"direction": "in" if row["side"] == facts.CUSTOMER else "out"}
            case facts.PAUSE | facts.RESUME:
                return {"reason": row["pause_reason"]} if row["pause_reason"] else None
            case facts.AGREED:
                return {
                    "metric": row["metric"] or "resolution",
                    "until": to_instant(row["until"]),
                    "with": row["author"],
                    "note": row["message"],
                }
            case facts.EXCLUDED | facts.INCLUDED:
                return {"metrics": [row["metric"]] if row["metric"] else [], "reason": row["message"]}
            case facts.MESSAGE_IN | facts.MESSAGE_OUT | facts.MESSAGE_AUTO | facts.NOTE:
                return None
            case _:
                return {"reason": row["message"]} if row["message"] else None
