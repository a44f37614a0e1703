from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup, escape
from odoo import models
from odoo.addons.support_sla.models.support_context import inside
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ..const import HIGH, PROVIDER, SUPPORT


class OpenpymeServer(models.Model):
    """The ticket of an outage: one, however often the server goes down and up while it is open (O-15)."""

    _inherit = "openpyme.server"

    # --- down and up ------------------------------------------------------------------------------

    def _begin_outage(self, began: datetime, moment: datetime) -> None:
        """It is down since ``began``, which was found at ``moment`` (naive UTC): open its ticket, or go on with it."""
        self.ensure_one()
        ticket = self._get_open_ticket()
        if ticket:
            self._note_on(ticket, moment, down=True)
        else:
            ticket = self._make_ticket(began)
            self.write({"noted": moment, "unnoted": 0})
        self.write({"ticket_id": ticket.id, "outage_id": self._record_outage(ticket, began).id})
        span = self.env["openpyme.server.span"].search([("server_id", "=", self.id), ("stop", "=", False)], limit=1)
        span.write({"ticket_id": ticket.id})

    def _end_outage(self, moment: datetime) -> None:
        """It is up at ``moment``: say so on the ticket, once the outage is over and it has been quiet for a while."""
        self.ensure_one()
        if self.ticket_id:
            ticket = self.ticket_id._support_get_survivor()
            self._restore(ticket, moment)
            self._note_on(ticket, moment, down=False)
            self.write({"ticket_id": False, "outage_id": False})
        elif self.unnoted:
            ticket = self._get_open_ticket()
            if ticket:
                self._note_on(ticket, moment, down=False)
            else:
                self.unnoted = 0

    def _get_open_ticket(self):
        """The ticket of an earlier outage that nobody has solved yet, with sudo; empty if there is none."""
        self.ensure_one()
        last = (
            self.env["helpdesk.ticket"].sudo().search([("openpyme_server_id", "=", self.id)], order="id desc", limit=1)
        )
        ticket = last._support_get_survivor() if last else last
        ended = (facts.RESOLVED, facts.CLOSED, facts.CANCELLED)
        return ticket if ticket.active and ticket.support_phase not in ended else ticket.browse()

    # --- the ticket -------------------------------------------------------------------------------

    def _make_ticket(self, began: datetime):
        """A support ticket of high impact for the account, from nobody: the machine raises it."""
        self.ensure_one()
        lang = self.partner_id.lang or self.env.lang
        raising = self.env["helpdesk.ticket"].with_context(
            **inside(support_side=facts.SYSTEM, openpyme_server_id=self.id),
            mail_create_nosubscribe=True,
            lang=lang,
            allowed_company_ids=(self.company_id or self.env.company).ids,
        )
        ticket = raising.create(self.with_context(lang=lang)._prepare_ticket_values(began))
        ticket._support_set({"openpyme_server_id": self.id})
        return self.env["helpdesk.ticket"].browse(ticket.id)

    def _prepare_ticket_values(self, began: datetime) -> dict[str, Any]:
        """What the ticket of an outage says; its leader comes from the account (O-1). **Hook**; in the customer's
        language, who reads it on the portal.

        :param began: naive UTC
        """
        self.ensure_one()
        provider = self._get_provider()
        values: dict[str, Any] = {
            "name": self.env._("%s is down", self.name),
            "description": Markup("<p>%s</p>") % self._say_outage(began),
            "team_id": self._get_team(provider).id,
            "partner_id": self.partner_id.id,
            "company_id": (self.company_id or self.env.company).id,
        }
        kind = self.env["support.kind"].search([("provider_id", "=", provider.id), ("code", "=", SUPPORT)], limit=1)
        if kind:
            values["support_kind_id"] = kind.id
            impact = self.env["support.impact"].search(
                [("provider_id", "=", provider.id), ("code", "=", HIGH)], limit=1
            )
            values["openpyme_impact_id"] = impact.id
        return values

    def _get_team(self, provider):
        team = provider.openpyme_server_team_id
        if team.active and team.support_provider_id.code == PROVIDER:
            return team
        company = self.company_id or self.env.company
        found = self.env["helpdesk.ticket.team"].search(
            [("support_provider_id", "=", provider.id), ("company_id", "in", [False, company.id])],
            order="sequence, id",
            limit=1,
        )
        if not found:
            raise UserError(self.env._("%s has no queue: the ticket of an outage comes in nowhere.", provider.name))
        return found

    def _say_outage(self, began: datetime) -> str:
        self.ensure_one()
        zone = self._get_provider().tz or "UTC"
        return self.env._(
            "Monitoring: %(server)s has not answered as it should since %(since)s (%(zone)s). %(reason)s.",
            server=self.name,
            since=format_datetime(self.env, began, tz=zone, dt_format="medium"),
            zone=zone,
            reason=self._say_code(self.last_code, self.last_status),
        )

    # --- notes on it ------------------------------------------------------------------------------

    def _note_on(self, ticket, moment: datetime, *, down: bool) -> None:
        """Write on the ticket that it is down again, or up; at most once in the provider's quiet time, so that a server
        that comes and goes fills no thread. What was not written is told with the next note."""
        self.ensure_one()
        if self._is_quiet_time(moment):
            if down:
                self.unnoted += 1
                return
            if self.unnoted:
                return  # the first “up again” never waits
        leader = (ticket.openpyme_leader_id or self.leader_id).filtered("active")
        localised = self.with_context(lang=leader.lang or self.env.lang, tz=leader.tz or self._get_provider().tz)
        ticket.with_context(localised.env.context, mail_post_autofollow=False).message_post(
            body=localised._say_note(moment, down),
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            author_id=self.env.ref("base.partner_root").id,
            partner_ids=leader.partner_id.ids,
        )
        self.write({"noted": moment, "unnoted": 0})

    def _is_quiet_time(self, moment: datetime) -> bool:
        quiet = timedelta(minutes=max(0, self._get_provider().openpyme_server_quiet_minutes))
        return bool(self.noted) and moment - self.noted < quiet

    def _go_on_with_outage(self, moment: datetime) -> None:
        """It is still down: what could not be written because it had just been written is written now."""
        self.ensure_one()
        if self.ticket_id and self.unnoted and not self._is_quiet_time(moment):
            self.unnoted -= 1  # the one that goes on
            self._note_on(self.ticket_id._support_get_survivor(), moment, down=True)

    def _say_note(self, moment: datetime, down: bool):
        self.ensure_one()
        if down:
            text = self.env._("%(server)s is down again. %(reason)s.", server=self.name, reason=self.last_reason)
        else:
            text = self.env._(
                "%(server)s is up again since %(since)s.",
                server=self.name,
                since=format_datetime(self.env, self.since or moment, dt_format="medium"),
            )
            last = self.env["openpyme.server.span"].search(
                [("server_id", "=", self.id), ("state", "=", "down"), ("stop", "!=", False)], limit=1
            )
            if last:
                text += " " + self.env._(
                    "It was down for %s.", self.env["helpdesk.ticket"]._support_length(last.seconds)
                )
        if self.unnoted:
            text += " " + self.env._("Outages since the last note that were not written here: %s.", self.unnoted)
        if not down:
            text += " " + self.env._("The ticket stays open: the account leader decides.")
        return Markup("<p>%s</p>") % escape(text)

    # --- the engine's outage ----------------------------------------------------------------------

    def _record_outage(self, ticket, began: datetime):
        """The outage as the engine measures it (E-1.9); nothing where the ticket tells of another one at that time."""
        try:
            with self.env.cr.savepoint():
                return ticket._support_record_outage(began, note=self.name)
        except UserError:
            return self.env["support.outage"]

    def _restore(self, ticket, moment: datetime) -> None:
        outage = self.outage_id
        if not outage or outage.restored or outage.void:
            return  # somebody has recorded it by hand
        try:
            with self.env.cr.savepoint():
                outage.ticket_id._support_restore_outage(outage, moment, None)
        except UserError:
            return
