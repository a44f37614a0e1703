from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.fields import Domain

from ..const import PROVIDER
from .helpdesk_ticket_authorised import ASKED, HELD_BACK, UNAGREED


class HelpdeskTicket(models.Model):
    """What clients see and do about who is authorised (B-5, B-14, B-17): plain words, in superuser mode."""

    _inherit = "helpdesk.ticket"

    # --- the form for a new request ----------------------------------------------------------------------

    @api.model
    def _support_portal_may_raise(self, provider, partner):
        """B-5: the form is shown to the authorised person alone."""
        if provider.code != PROVIDER:
            return super()._support_portal_may_raise(provider, partner)
        entitlement = self.env["support.entitlement"]._bpmsoft_get_current(provider, partner.commercial_partner_id)
        return bool(entitlement) and entitlement._bpmsoft_get_contact() == partner

    @api.model
    def _bpmsoft_portal_get_teams(self, company):
        """The queues of the provider that the portal shows."""
        return self.env["helpdesk.ticket.team"].search(
            Domain("support_provider_id.code", "=", PROVIDER)
            & Domain("support_provider_id.active", "=", True)
            & Domain("show_in_portal", "=", True)
            & Domain("company_id", "in", [False, company.id])
        )

    @api.model
    def _support_portal_get_kept(self, partner, company):
        """B-5: what others of a client send all the same is kept, and held back."""
        kept = super()._support_portal_get_kept(partner, company)
        teams = self._bpmsoft_portal_get_teams(company)
        Entitlement = self.env["support.entitlement"]
        for provider in teams.support_provider_id:
            if Entitlement._bpmsoft_get_current(provider, partner.commercial_partner_id):
                kept[provider] = teams.filtered(lambda team, provider=provider: team.support_provider_id == provider)
        return kept

    @api.model
    def _support_portal_explain_exclusions(self, partner, company):
        sentences = super()._support_portal_explain_exclusions(partner, company)
        Entitlement = self.env["support.entitlement"]
        for provider in self._bpmsoft_portal_get_teams(company).support_provider_id:
            entitlement = Entitlement._bpmsoft_get_current(provider, partner.commercial_partner_id)
            if not entitlement or self._support_portal_may_raise(provider, partner):
                continue
            person = entitlement._bpmsoft_get_contact()
            if person:
                sentences.append(
                    self.env._(
                        "Requests to %(provider)s are sent for your company by one authorised person: %(person)s. "
                        "Please ask them to send yours. Your company can name somebody else by a notification with "
                        "that person's name, e-mail and phone.",
                        provider=provider.name,
                        person=person.name,
                    )
                )
            else:
                sentences.append(
                    self.env._(
                        "Requests to %(provider)s are sent for your company by one authorised person, and nobody is "
                        "named yet. Please have your company notify us of the person's name, e-mail and phone.",
                        provider=provider.name,
                    )
                )
        return sentences

    def _support_portal_may_complete(self, user):
        """B-5: what is missing comes from who acts for the client; of others nothing is taken, passwords least."""
        allowed = super()._support_portal_may_complete(user)
        if not allowed or not self.bpmsoft_standing or not self._bpmsoft_is_ours() or not user.share:
            return allowed
        if user._is_public():
            return self.partner_id in self._bpmsoft_get_acting()
        return self._bpmsoft_may_act(user)

    # --- the page of a request -----------------------------------------------------------------------------

    def _support_portal_get_page(self):
        return {**super()._support_portal_get_page(), "bpmsoft_own": self._bpmsoft_portal_describe_own()}

    def _bpmsoft_portal_describe_own(self) -> dict[str, Any] | None:
        """The question whether a request is the authorised person's own: ``text``, ``person``; None: nobody is asked.

        Whether the reader is the one who is asked is the controller's to say.
        """
        self.ensure_one()
        if self.bpmsoft_standing != ASKED or self.support_phase in facts.ENDED or not self._bpmsoft_is_held():
            return None
        sender = self.bpmsoft_raiser_id.name or self.bpmsoft_raiser_email or self.env._("Somebody")
        person = self._bpmsoft_get_authorised()
        return {
            "text": self.env._(
                "%(sender)s has sent this request for your company. It counts once you confirm it as your own.",
                sender=sender,
            ),
            "person": person.name or "",
        }

    def _support_portal_get_next(self, panel: dict[str, Any]):
        answer = super()._support_portal_get_next(panel)
        if self.bpmsoft_standing not in HELD_BACK or self.support_phase in facts.ENDED or not self._bpmsoft_is_held():
            return answer
        answer.update(late=[], countdown=False, moment=False, tone="warning", mine=False)
        person = self._bpmsoft_get_authorised()
        answer["headline"] = self.env._("%s has not taken this request on yet", self.support_provider_id.name)
        if self.bpmsoft_standing == UNAGREED:
            answer["turn"] = self.env._("Something that your contract does not include is agreed on with you first.")
            answer["hint"] = ""
        elif self.bpmsoft_standing == ASKED:
            answer["turn"] = self.env._("It is the turn of %s, who is asked to confirm it.", person.name or "?")
            answer["hint"] = self.env._("Nothing is promised until then.")
        elif person:
            answer["turn"] = self.env._(
                "It was not sent by the authorised person of your company, %s. Please ask them to send it.", person.name
            )
            answer["hint"] = self.env._("Nothing is promised until then.")
        else:
            answer["turn"] = self.env._("Your company has named no authorised person yet: please have us notified.")
            answer["hint"] = self.env._("Nothing is promised until then.")
        return answer

    def _support_portal_describe_turns(self, panel: dict[str, Any]):
        """B-5: while nothing counts nobody has had a turn."""
        if self.bpmsoft_standing in HELD_BACK and self._bpmsoft_is_held():
            return {"spans": [], "totals": []}
        return super()._support_portal_describe_turns(panel)

    def _support_portal_get_rows(self):
        rows = super()._support_portal_get_rows()
        for ticket in self.filtered(lambda ticket: ticket.id in rows and ticket.bpmsoft_standing in HELD_BACK):
            if ticket.support_phase not in facts.ENDED and ticket._bpmsoft_is_held():
                rows[ticket.id].update(next=self.env._("Not taken on yet"), moment=False, late=False, turn="")
        return rows

    def _support_portal_get_facts(self):
        rows = super()._support_portal_get_facts()
        if not self.bpmsoft_ticket:
            return rows
        if self.bpmsoft_ground_id:
            rows.append({"label": self.env._("Why it was refused"), "text": self.bpmsoft_ground_id.customer_text})
        person = self._bpmsoft_get_authorised()
        if person:
            rows.append(
                {
                    "label": self.env._("Authorised person"),
                    "text": self.env._(
                        "%s. What others of your company write here is kept as information.", person.name
                    ),
                }
            )
        if self.bpmsoft_session_ids:
            rows.append({"label": self.env._("Remote sessions"), "text": self._bpmsoft_portal_say_sessions()})
        return rows

    def _bpmsoft_portal_say_sessions(self) -> str:
        """A line a session and, of several, the time they took together."""
        now = fields.Datetime.to_string(self.env["support.event"]._now())
        lines = []
        for session in self.bpmsoft_session_ids.sorted("start"):
            began = self._support_portal_describe_moment(fields.Datetime.to_string(session.start), now)
            if session.stop:
                text = self.env._(
                    "%(when)s: %(length)s",
                    when=began["full"],
                    length=self._support_length(max(60, round(session.hours * 60) * 60)),
                )
            else:
                text = self.env._("%s: goes on now", began["full"])
            lines.append(f"{text} · {session.partner_note}" if session.partner_note else text)
        if len(lines) > 1:
            total = self._support_length(max(60, round(self.bpmsoft_session_hours * 60) * 60))
            lines.append(self.env._("Together: %s", total))
        return "\n".join(lines)

    def _guard_portal_close_stages(self):
        """Only who acts for the client closes; a request that is held back its sender as well."""
        stages = super()._guard_portal_close_stages()
        user = self.env.user
        if not stages or not self.bpmsoft_standing or not user.share or not self._bpmsoft_is_ours():
            return stages
        own = self._bpmsoft_is_held() and user.partner_id == self.bpmsoft_raiser_id
        return stages if own or self._bpmsoft_may_act(user) else stages.browse()

    def _support_portal_may_validate(self, user):
        """B-5, S-5: only who acts for the client accepts and rejects; a link that was passed on does not."""
        allowed = super()._support_portal_may_validate(user)
        if not allowed or not self.bpmsoft_standing or not self._bpmsoft_is_ours():
            return allowed
        if user._is_public():
            return self.partner_id in self._bpmsoft_get_acting()
        return self._bpmsoft_may_act(user)
