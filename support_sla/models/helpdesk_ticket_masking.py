from collections.abc import Iterable, Sequence
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import MissingError

from ..tools import facts
from ..tools.masking import Finding, mask_file
from .support_context import given, inside
from .support_masking import HTML, LEFT_ALONE, WORDS, mask_values, take_defaults


class HelpdeskTicket(models.Model):
    """Secrets in what is written to a ticket are masked before it is stored (D-16, S-6), if the provider wants that.

    Every way ends in one of these places: values of the ticket (the recorder's ``create`` and ``write``), of its
    messages (``_message_create`` and ``mail.message``), of its files (``ir.attachment``).
    """

    _inherit = "helpdesk.ticket"

    support_secrets_masked = fields.Boolean(
        string="Secret Masked",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="A password or a key stood in what was written here and was made unreadable.",
    )
    # without groups: it is among the values with which agents and the gateway create tickets
    support_mask_checked = fields.Boolean(
        copy=False,
        readonly=True,
        help="What was written before the ticket came to its provider has been looked through.",
    )

    # --- hooks ---------------------------------------------------------------------------------

    def _support_masked(self, findings: Sequence[Finding]) -> None:
        """Secrets were masked in what was written to this ticket. **Hook**: a provider that keeps one in an encrypted
        place of its own takes ``finding.value`` here, in the same transaction. It must neither log it nor keep it in
        clear. Called with sudo, once for each text; the same secret may come twice (description and message).
        """

    def _support_say_masked(self) -> str:
        """What a provider adds to the message that tells the customer of it, in the language of the environment.
        **Hook**."""
        self.ensure_one()
        return ""

    def _support_note_kept(self) -> str:
        """What colleagues read on the ticket when something was masked for the first time. **Hook**: a provider that
        keeps it (:meth:`_support_masked`, called before) says where."""
        self.ensure_one()
        return self.env._("A password or a key stood in what was written here. It was masked and is not stored.")

    @api.model
    def _support_get_unmasked(self) -> frozenset[str]:
        """Fields of the ticket whose words are left alone. **Hook**: a provider that needs or encrypts them."""
        return LEFT_ALONE

    # --- values of the ticket --------------------------------------------------------------------

    @api.model
    def _support_mask_new(self, vals_list: list[dict[str, Any]]) -> dict[int, list[Finding]]:
        """Mask the words in values of new tickets, in place.

        :return: what was found, by position in the list
        """
        masking = self.env["support.provider"]._get_masking()
        found: dict[int, list[Finding]] = {}
        for index, vals in enumerate(vals_list if masking else ()):
            team_id = vals.get("team_id") or self.env.context.get("default_team_id")
            team = self.env["helpdesk.ticket.team"].sudo().browse(team_id or [])
            if team.support_provider_id.id in masking:
                vals["support_mask_checked"] = True
                take_defaults(vals, self.env.context, self._support_has_words)
                found[index] = self._support_mask_words(vals)
        return found

    def _support_mask_changes(self, vals: dict[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
        """Values that are being written to these tickets, with their words masked; the same if none is concerned."""
        masking = self.env["support.provider"]._get_masking()
        if not masking or not any(self._support_has_words(name) for name in vals):
            return vals, []
        team = self.env["helpdesk.ticket.team"].sudo().browse(vals.get("team_id") or [])
        if team.support_provider_id.id not in masking and not self._support_filter_masking():
            return vals, []
        vals = dict(vals)
        return vals, self._support_mask_words(vals)

    def _support_filter_masking(self):
        """Those of these tickets whose provider has secrets masked, with sudo."""
        masking = self.env["support.provider"]._get_masking()
        if not masking:
            return self.sudo().browse()
        tickets_sudo = self.sudo()
        try:
            return tickets_sudo.filtered(lambda ticket: ticket.support_provider_id.id in masking)
        except MissingError:  # a message may outlive its ticket
            return tickets_sudo.exists().filtered(lambda ticket: ticket.support_provider_id.id in masking)

    @api.model
    def _support_has_words(self, name: str) -> bool:
        field = self._fields.get(name)
        return bool(
            field
            and field.type in WORDS
            and (field.store or field.inverse)
            and name not in self._support_get_unmasked()
            and name not in self._support_get_derived()
        )

    @api.model
    def _support_mask_words(self, vals: dict[str, Any]) -> list[Finding]:
        """Mask the words in values of a ticket, in place: a secret that one of them names is masked in all."""
        names = [name for name in vals if isinstance(vals[name], str) and self._support_has_words(name)]
        return mask_values(vals, names, {name for name in names if self._fields[name].type == "html"})

    # --- messages --------------------------------------------------------------------------------

    def _message_create(self, values_list):
        # in place: whoever is told of the message gets these values, not the stored ones
        found = self._support_mask_messages(values_list)
        messages = super()._message_create(values_list)
        self._support_note_masked(found)
        return messages

    @api.model
    def _support_mask_messages(self, values_list: Iterable[dict[str, Any]]) -> dict[int, list[Finding]]:
        """Mask subject and body in values of messages, in place.

        :return: what was found, by ticket
        """
        found: dict[int, list[Finding]] = {}
        if not self.env["support.provider"]._get_masking():
            return found
        for values in values_list:
            if values.get("model") != self._name or not values.get("res_id"):
                continue
            ticket_id = int(values["res_id"])
            if self.browse(ticket_id)._support_filter_masking():
                found.setdefault(ticket_id, []).extend(mask_values(values, ("subject", "body", "body_html"), HTML))
        return found

    @api.model
    def _support_mask_facts(self, rows: Sequence[dict[str, Any]]) -> dict[int, list[Finding]]:
        """Mask what somebody wrote about a fact (a note, a reason, a comment), in place.

        :param rows: see ``support.event._record``
        :return: what was found, by ticket
        """
        found: dict[int, list[Finding]] = {}
        if not self.env["support.provider"]._get_masking():
            return found
        for row in rows:
            names = [name for name, value in (row.get("data") or {}).items() if isinstance(value, str)]
            if names and self.browse(row["ticket_id"])._support_filter_masking():
                row["data"] = dict(row["data"])
                found.setdefault(row["ticket_id"], []).extend(mask_values(row["data"], names, ()))
        return found

    def _support_mask_said(self, text: str, html: bool = False) -> str:
        """What somebody says with a button of this ticket, masked if its provider wants that: for addons that store it
        somewhere else than on the ticket, in its messages or as a fact.

        :param html: ``text`` is HTML; what is ``Markup`` stays so
        """
        self.ensure_one()
        ticket = self._support_filter_masking()
        if not ticket or not text:
            return text
        values = {"text": text}
        self._support_note_masked({ticket.id: mask_values(values, ("text",), values if html else ())})
        return values["text"]

    # --- what follows ----------------------------------------------------------------------------

    @api.model
    def _support_note_masked(self, found: dict[int, list[Finding]]) -> None:
        """Secrets were masked on tickets: agents see it, the customer who wrote is told once, the provider's hook
        is called.

        :param found: findings by ticket
        """
        for ticket_id, findings in found.items():
            if not findings:
                continue
            ticket = self.sudo().browse(ticket_id)
            first = not ticket.support_secrets_masked
            ticket._support_set({"support_secrets_masked": True})
            ticket._support_masked(findings)
            if first:
                ticket._message_log(body=ticket._support_note_kept())
            ticket._support_tell_masked()

    def _support_tell_masked(self) -> None:
        """Tell the customer, once a ticket, that what was written was changed; what staff writes is not told."""
        self.ensure_one()
        if self._support_get_side() == facts.STAFF or given(self.env, "support_no_notify"):
            return
        if (self.partner_id or self.partner_email) and self._support_may_acknowledge():
            self.env["support.notification"]._enqueue(
                [{"ticket_id": self.id, "kind": "masked", "partner_id": self.partner_id.id, "key": "masked"}]
            )

    def _support_after_look(self, now):
        result = super()._support_after_look(now)
        # a ticket that has come to such a provider brings what was written before
        masking = self.env["support.provider"]._get_masking()
        if masking:
            for ticket in self:
                if ticket.support_provider_id.id in masking and not ticket.support_mask_checked:
                    ticket._support_mask_past()
        return result

    def _support_mask_past(self) -> None:
        """Mask what was written on this ticket before its provider had secrets masked. Used with sudo."""
        self.ensure_one()
        self._support_set({"support_mask_checked": True})
        quiet = self.with_context(**inside(support_no_sync=True), tracking_disable=True)
        names = [name for name in self._fields if self._support_has_words(name) and self._fields[name].store]
        vals = {name: self[name] for name in names if self[name]}
        before = dict(vals)
        findings = self._support_mask_words(vals)
        changed = {name: value for name, value in vals.items() if value != before[name]}
        if changed:
            quiet.write(changed)
        known = {finding.value for finding in findings}
        for message in self.message_ids:
            values = {"subject": message.subject, "body": message.body}
            found = mask_values(values, ("subject", "body"), HTML, known)
            if found:
                findings += found
                message.write(values)
            for tracked in message.tracking_value_ids:
                values = {
                    name: tracked[name]
                    for name in ("old_value_char", "new_value_char", "old_value_text", "new_value_text")
                }
                found = mask_values(values, tuple(values), (), known)
                if found:
                    findings += found
                    tracked.write(values)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", False)]
        )
        for attachment in files:
            masked = mask_file(attachment.raw or b"", attachment.name or "", attachment.mimetype or "", known)
            if masked:
                findings += masked.findings
                attachment.raw = masked.data
        self._support_note_masked({self.id: findings})
