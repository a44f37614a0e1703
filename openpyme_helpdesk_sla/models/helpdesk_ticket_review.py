from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts, likeness
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize, format_date, html2plaintext

from ..const import PROVIDER

#: how many of a client's tickets are looked through, and shown
LOOKED_THROUGH = 200
SHOWN = 20


class HelpdeskTicket(models.Model):
    """The initial review, which comes before classification (O-2, O-3)."""

    _inherit = "helpdesk.ticket"

    openpyme_check_ids = fields.One2many(
        "openpyme.review.check",
        "ticket_id",
        string="Checks",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_reviewed = fields.Datetime(
        string="Reviewed",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="When the last check of the initial review was made. Until then a request is not classified.",
    )
    openpyme_review_left = fields.Integer(
        string="Checks to Make", compute="_compute_openpyme_review_left", groups="base.group_user"
    )

    # for the form alone, where everybody has the field that depends on it
    openpyme_classifiable = fields.Boolean(string="May Be Classified", compute="_compute_openpyme_classifiable")

    @api.depends("openpyme_check_ids.check", "openpyme_reviewed", "support_is_problem", "support_provider_id.code")
    def _compute_openpyme_review_left(self):
        for ticket in self:
            left = ticket._openpyme_get_unchecked() if ticket._openpyme_needs_review() else ()
            ticket.openpyme_review_left = len(left)

    @api.depends("openpyme_reviewed", "support_is_problem", "support_provider_id.code")
    def _compute_openpyme_classifiable(self):
        for ticket in self:
            ticket.openpyme_classifiable = bool(ticket._origin) and not ticket._openpyme_needs_review()

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"openpyme_reviewed", "openpyme_check_ids"}

    def _openpyme_needs_review(self) -> bool:
        """Whether the initial review of this ticket is still to be finished. **Hook** for tickets that no client
        raises (problems, outages found by ourselves)."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        return (
            ticket_sudo.openpyme_ticket
            and not ticket_sudo.openpyme_reviewed
            and not ticket_sudo.support_is_problem
            # what another helpdesk has closed and classified is not reviewed again
            and not ticket_sudo.support_history_key
        )

    def _openpyme_get_unchecked(self) -> list[str]:
        """Codes of the checks that nobody has made yet, in order."""
        self.ensure_one()
        made = set(self.sudo().openpyme_check_ids.mapped("check"))
        return [code for code, _label in self.env["openpyme.review.check"]._selection_check() if code not in made]

    @api.constrains("support_kind_id")
    def _check_openpyme_review(self):
        """O-2: nothing is classified before it was reviewed, on whatever way. History of another desk is (E-3.10)."""
        if given(self.env, "support_no_notify") or given(self.env, "openpyme_reviewed"):
            return
        for ticket in self:
            if ticket.sudo().support_kind_id and ticket._openpyme_needs_review():
                labels = dict(self.env["openpyme.review.check"]._selection_check())
                raise ValidationError(
                    self.env._(
                        "Finish the initial review of %(ticket)s before you classify it. Still to check: %(checks)s.",
                        ticket=ticket.number,
                        checks=", ".join(labels[code] for code in ticket._openpyme_get_unchecked()),
                    )
                )

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        """What the desk raises itself (an outage that it found) is no client's request: there is nothing to review."""
        result = super()._support_after_facts(rows, now)
        if given(self.env, "openpyme_reviewed"):
            for row in rows:
                ticket_sudo = self.browse(row["ticket_id"]).sudo()
                if row["kind"] == facts.RAISED and ticket_sudo._openpyme_needs_review():
                    ticket_sudo._support_set({"openpyme_reviewed": now})
        return result

    # --- making the checks ------------------------------------------------------------------------

    def action_openpyme_review(self):
        """Open the checklist, with what there is to look at beside each check."""
        self.ensure_one()
        self.check_access("write")
        if not self._openpyme_needs_review():
            raise UserError(self.env._("The initial review of %s is finished.", self.number))
        wizard = self.env["openpyme.review.wizard"]._make(self)
        return {
            "name": self.env._("Initial Review of %s", self.number),
            "type": "ir.actions.act_window",
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def _openpyme_record_checks(self, checks: Mapping[str, str]) -> None:
        """O-2: somebody has made these checks; access is checked by the caller. Made already: nothing happens.

        :param checks: a code of ``openpyme.review.check`` → a note, needed for a contract that is not in force
        :raise UserError: when a check cannot be made
        """
        self.ensure_one()
        if not self._openpyme_needs_review():
            return
        # two who review at once: the second one waits and then finds the checks made
        self.env.cr.execute(SQL("SELECT id FROM helpdesk_ticket WHERE id = %s FOR UPDATE", self.id))
        self.invalidate_recordset(["openpyme_check_ids", "openpyme_reviewed"])
        unchecked = self._openpyme_get_unchecked()
        rows = []
        for check, note in checks.items():
            if check not in unchecked:
                continue
            note = (note or "").strip()
            if check == "contract" and not self._openpyme_has_contract() and not note:
                raise UserError(
                    self.env._(
                        "This client has no contract in force. Say why the request is attended to all the same, or "
                        "enter the contract first."
                    )
                )
            rows.append({"ticket_id": self.id, "check": check, "note": note, "proof": self._openpyme_get_proof(check)})
        # sudo: rows are written by nobody directly
        self.env["openpyme.review.check"].sudo()._record(rows)
        self.invalidate_recordset(["openpyme_check_ids"])
        if not self._openpyme_get_unchecked():
            self.sudo()._support_set({"openpyme_reviewed": self.env["support.event"]._now()})

    def _openpyme_has_contract(self) -> bool:
        """Whether the client has a contract in force today."""
        self.ensure_one()
        return bool(self._openpyme_find_contract())

    def _openpyme_find_contract(self):
        """The contract in force today, with sudo; it may be a newer one than that of the ticket."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        Entitlement = self.env["support.entitlement"].sudo()
        provider, client = ticket_sudo.support_provider_id, ticket_sudo.commercial_partner_id
        if not client:
            return Entitlement
        now = self.env["support.event"]._now()
        today = fields.Datetime.context_timestamp(self.with_context(tz=provider.tz), now).date()
        return Entitlement._find(provider.id, client.id, today)

    def _openpyme_get_proof(self, check: str) -> str:
        """What a check rests on, in the words of whoever makes it."""
        self.ensure_one()
        if check == "contract":
            contract_sudo = self._openpyme_find_contract()
            return self._openpyme_say_contract(contract_sudo)
        count = len(self._openpyme_find_others())
        if not count:
            return self.env._("The client has no other ticket.")
        return self.env._("Compared with %s other ticket(s) of the client.", count)

    def _openpyme_say_contract(self, contract_sudo) -> str:
        self.ensure_one()
        if not self.commercial_partner_id:
            return self.env._("Nobody knows yet which client it is.")
        if not contract_sudo:
            return self.env._("%s has no contract in force.", self.commercial_partner_id.name)
        start = format_date(self.env, contract_sudo.date_start)
        if contract_sudo.date_end:
            return self.env._(
                "%(contract)s, from %(start)s to %(end)s",
                contract=contract_sudo.name,
                start=start,
                end=format_date(self.env, contract_sudo.date_end),
            )
        return self.env._("%(contract)s, since %(start)s", contract=contract_sudo.name, start=start)

    # --- the client's other tickets ---------------------------------------------------------------

    def _openpyme_find_others(self, text: str = "", limit: int = SHOWN) -> list[tuple["HelpdeskTicket", str, int]]:
        """Other tickets of the same client, the likeliest first, with the reader's access.

        A number that is written in the request comes before likeness of the words, what is open before what is not.

        :param text: words to look for instead of those of this ticket
        :return: ``(ticket, why it is here, how many words are alike)``
        """
        self.ensure_one()
        own = f"{self.name or ''}\n{html2plaintext(self.description or '')}"
        wanted = likeness.words(text or own)
        rows = []
        for other in self.search(self._openpyme_get_others_domain(), limit=LOOKED_THROUGH, order="id desc"):
            mentioned = other.number in own or (text and other.number.lower() in text.lower())
            told = html2plaintext(other.description or "")
            found, worth = likeness.score(wanted, [(other.name or "", 3), (told, 1)])
            if text and not mentioned and not found:
                continue
            rows.append(((not mentioned, other.closed, -worth, -other.id), other, mentioned, found))
        rows.sort(key=lambda row: row[0])
        return [
            (other, self._openpyme_say_likeness(mentioned, found, len(wanted)), found)
            for _key, other, mentioned, found in rows[:limit]
        ]

    def _openpyme_get_others_domain(self):
        self.ensure_one()
        client = self.commercial_partner_id
        address = email_normalize(self.partner_email or "")
        if client:
            whose = Domain("commercial_partner_id", "=", client.id)
        elif address:
            whose = Domain("partner_email", "ilike", address) | Domain("partner_id.email_normalized", "=", address)
        else:
            return Domain.FALSE
        return (
            whose
            & Domain("id", "!=", self._origin.id or 0)
            & Domain("support_provider_id", "=", self.support_provider_id.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("support_merged_into_id", "=", False)
            & Domain("openpyme_moved_to_id", "=", False)
        )

    def _openpyme_say_likeness(self, mentioned: bool, found: int, wanted: int) -> str:
        if mentioned:
            return self.env._("Its number is in this request")
        if found:
            return self.env._("%(found)s of %(all)s words are alike", found=found, all=wanted)
        return self.env._("Of the same client")

    @api.model
    def _openpyme_find_stage(self, team, phase: str):
        """The first stage of a queue that means ``phase``; empty when it has none."""
        return team._get_applicable_stages().filtered(lambda stage: stage.support_phase == phase)[:1]

    @api.model
    def _support_portal_get_kinds(self, provider, services):
        """O-3: customers do not classify, whatever is set on a kind."""
        kinds = super()._support_portal_get_kinds(provider, services)
        return kinds.browse() if provider.code == PROVIDER else kinds
