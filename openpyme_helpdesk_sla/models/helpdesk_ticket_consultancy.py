from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given, inside
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError, ValidationError
from odoo.tools.misc import babel_locale_parse

from .openpyme_session import GENERAL, INDIVIDUAL
from .support_entitlement import SPECIAL

CONSULTANCY = "consultancy"


class HelpdeskTicket(models.Model):
    """Consultancy: the client is invited to the general sessions until the topic was covered (O-11).

    What a ticket's step is follows from its invitations and from nothing else.
    """

    _inherit = "helpdesk.ticket"

    openpyme_topic_id = fields.Many2one(
        "openpyme.topic", string="Topic", ondelete="restrict", tracking=True, groups="base.group_user"
    )
    openpyme_invitation_ids = fields.One2many(
        "openpyme.invitation",
        "ticket_id",
        string="Sessions",
        readonly=True,
        # a colleague outside the desk reads own tickets, and no invitations
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_step = fields.Selection(
        [
            ("to_invite", "To be invited"),
            ("invited", "Invited to a general session"),
            ("individual", "Individual session planned"),
            ("individual_over", "To be invited to a general session again"),
            ("again", "Invited to a general session again"),
            ("covered", "Topic covered"),
        ],
        string="Consultancy",
        compute="_compute_openpyme_step",
        store=True,
        index="btree_not_null",
        copy=False,
        groups="base.group_user",
    )
    openpyme_session_steps = fields.Json(
        string="Way to the Session",
        compute="_compute_openpyme_session_steps",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_special = fields.Boolean(compute="_compute_openpyme_special", groups="base.group_user")

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"openpyme_step"}

    @api.depends("support_provider_id.code", "support_kind_id.code", "openpyme_invitation_ids.state")
    def _compute_openpyme_step(self):
        for ticket in self:
            ticket.openpyme_step = ticket._openpyme_find_step() if ticket.openpyme_kind == CONSULTANCY else False

    def _openpyme_find_step(self) -> str:
        self.ensure_one()
        counted = self.openpyme_invitation_ids.filtered(lambda invitation: invitation.state != "withdrawn").sorted("id")
        if any(invitation.state == "covered" for invitation in counted):
            return "covered"
        last = counted[-1:]
        apart = counted.filtered(lambda invitation: invitation.kind == INDIVIDUAL)
        if not last:
            return "to_invite"
        if last.kind == INDIVIDUAL:
            return "individual" if last.state == "invited" else "individual_over"
        if last.state == "invited":
            return "again" if apart else "invited"
        return "individual_over" if apart else "to_invite"

    @api.depends("support_entitlement_id.openpyme_account_kind")
    def _compute_openpyme_special(self):
        for ticket in self:
            ticket.openpyme_special = ticket.sudo().support_entitlement_id.openpyme_account_kind == SPECIAL

    @api.depends("openpyme_step", "openpyme_special", "openpyme_invitation_ids.answer")
    @api.depends_context("lang")
    def _compute_openpyme_session_steps(self):
        for ticket in self:
            ticket.openpyme_session_steps = ticket._openpyme_describe_steps() if ticket.openpyme_step else []

    def _openpyme_describe_steps(self) -> list[dict[str, Any]]:
        """The way of a request of consultancy, for the widget ``support_stepper``."""
        self.ensure_one()
        invitations = self.openpyme_invitation_ids.filtered(lambda entry: entry.state != "withdrawn").sorted("id")
        general = invitations.filtered(lambda entry: entry.kind == GENERAL)
        apart = invitations.filtered(lambda entry: entry.kind == INDIVIDUAL)
        before = general.filtered(lambda entry: not apart or entry.id < apart[0].id)
        after = general - before
        step = self.openpyme_step
        over = step == "covered"
        with_apart = bool(apart) or self.openpyme_special

        def describe(key: str, label: str, state: str, of):
            entry = of[-1:]
            return {
                "key": key,
                "label": label,
                "state": state,
                "by": entry.session_id.name or "",
                "at": fields.Datetime.to_string(entry.start) if entry else False,
                "note": dict(entry._fields["answer"]._description_selection(self.env)).get(entry.answer, "")
                if entry
                else "",
                "round": len(of),
            }

        def state_of(now: tuple[str, ...], of) -> str:
            if step in now:
                return "current"
            if of:
                return "done"
            return "skipped" if over else "open"

        steps = [
            describe("invited", self.env._("Invited"), state_of(("to_invite", "invited"), before), before),
        ]
        if with_apart:
            steps += [
                describe("individual", self.env._("Individual session"), state_of(("individual",), apart), apart),
                describe("again", self.env._("Invited again"), state_of(("individual_over", "again"), after), after),
            ]
        steps.append(describe("covered", self.env._("Topic covered"), "done" if over else "open", invitations.browse()))
        return steps

    # --- what cannot be ---------------------------------------------------------------------------

    @api.constrains("stage_id")
    def _check_openpyme_covered(self):
        """O-11: a request of consultancy ends once its topic was covered, whichever way it is moved.

        A client who needs it no more may close it, and it may be cancelled or merged.
        """
        if given(self.env, "support_no_notify") or self._support_get_side() == facts.CUSTOMER:
            return
        for ticket_sudo in self.sudo():
            if (
                ticket_sudo.openpyme_kind == CONSULTANCY
                and ticket_sudo.stage_id.support_phase in (facts.RESOLVED, facts.CLOSED)
                and ticket_sudo.openpyme_step != "covered"
                and not ticket_sudo.support_merged_into_id
            ):
                raise ValidationError(
                    self.env._(
                        "%s is consultancy: it closes once its topic was covered in a session. Invite the client to "
                        "the next general session, or cancel the request.",
                        ticket_sudo.display_name,
                    )
                )

    def _support_after_facts(self, rows, now):
        result = super()._support_after_facts(rows, now)
        ended = {row["ticket_id"] for row in rows if row["kind"] == facts.PHASE} & {
            ticket.id for ticket in self if ticket.support_phase in facts.ENDED and ticket.openpyme_step
        }
        if ended and not given(self.env, "support_no_notify"):
            pending = self.browse(ended).openpyme_invitation_ids.filtered(lambda entry: entry.state == "invited")
            coming = pending.filtered(lambda entry: entry.session_id.start > now)
            pending.write({"state": "withdrawn"})
            coming._tell("cancelled")
        return result

    # --- inviting --------------------------------------------------------------------------------

    def action_openpyme_invite(self):
        """Open the wizard that invites the client to the next general session."""
        return self._openpyme_open_invite(GENERAL)

    def action_openpyme_individual(self):
        """Open the wizard that plans a session for this client alone, where the account allows it."""
        return self._openpyme_open_invite(INDIVIDUAL)

    def _openpyme_open_invite(self, kind: str) -> dict[str, Any]:
        self.ensure_one()
        name = self.env._("Invite to a Session") if kind == GENERAL else self.env._("Individual Session")
        action = self._support_open_wizard("openpyme.invite.wizard", name)
        action["context"]["default_kind"] = kind
        return action

    def _openpyme_get_invite_obstacle(self, session, topic) -> str:
        """Why the client of this ticket cannot be invited, in words; empty if it can be (O-11).

        :param session: ``openpyme.session``, or empty when none is planned
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo.openpyme_kind != CONSULTANCY:
            return self.env._("This is not a request of consultancy: classify it first.")
        if ticket_sudo.support_phase in facts.ENDED:
            return self.env._("This request is over.")
        if not ticket_sudo.partner_id:
            return self.env._("It has no contact who could be invited: enter one first.")
        if not (ticket_sudo.partner_id.email or ticket_sudo.partner_email):
            return self.env._("%s has no e-mail address: enter it first.", ticket_sudo.partner_id.display_name)
        if ticket_sudo.openpyme_invitation_ids.filtered(lambda entry: entry.state == "invited"):
            return self.env._("The client is invited to a session already: wrap that one up first.")
        if ticket_sudo.openpyme_step == "covered":
            return self.env._("The topic was covered already.")
        if not session:
            return self.env._("No general session is planned: plan one first, then invite.")
        if session.state != "planned" or session.start <= self.env["support.event"]._now():
            return self.env._("“%s” has begun already, or was called off.", session.name)
        if session._is_of_others(ticket_sudo.commercial_partner_id):
            return self.env._("This session is held for another client alone: choose a general session.")
        company = session.sudo().company_id
        if company and ticket_sudo.company_id and company != ticket_sudo.company_id:
            return self.env._("This session is held by %s, another company than that of the request.", company.name)
        if not topic:
            return self.env._("Say which topic it is about.")
        return ""

    def _openpyme_get_individual_obstacle(self) -> str:
        """Why no session can be held for this client alone, in words; empty if it can (O-11)."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo.openpyme_kind != CONSULTANCY:
            return self.env._("This is not a request of consultancy: classify it first.")
        if ticket_sudo.support_entitlement_id.openpyme_account_kind != SPECIAL:
            return self.env._("This is a general account: it is invited to the general sessions.")
        if not ticket_sudo.openpyme_invitation_ids.filtered(
            lambda entry: entry.kind == GENERAL and entry.state != "withdrawn"
        ):
            return self.env._("Invite the client to a general session first: a step is not skipped.")
        return ""

    def _openpyme_invite(self, session, topic):
        """Invite the client of this ticket, alone and by an own mail; access is checked by the caller.

        :raise UserError: when it cannot be invited
        """
        self.ensure_one()
        obstacle = self._openpyme_get_invite_obstacle(session, topic)
        if obstacle:
            raise UserError(obstacle)
        ticket_sudo = self.sudo()
        if ticket_sudo.openpyme_topic_id != topic:
            ticket_sudo.openpyme_topic_id = topic
        if topic not in session.topic_ids:
            session.sudo().topic_ids = [fields.Command.link(topic.id)]
        again = bool(ticket_sudo.openpyme_invitation_ids)
        invitation = ticket_sudo.env["openpyme.invitation"].create(
            {
                "session_id": session.id,
                "ticket_id": self.id,
                "partner_id": ticket_sudo.partner_id.id,
                "topic_id": topic.id,
            }
        )
        self._openpyme_write(invitation, "again" if again else "invited")
        return invitation

    def _openpyme_invite_next(self, topic) -> str:
        """Invite to the next general session if there is one.

        :return: what was done, in words
        """
        self.ensure_one()
        session = self.env["openpyme.session"].sudo()._find_next(topic, company=self.sudo().company_id)
        obstacle = self._openpyme_get_invite_obstacle(session, topic)
        if obstacle:
            return obstacle
        self._openpyme_invite(session, topic)
        return self.env._(
            "Invited to “%(session)s”, %(when)s.", session=session.name, when=self._openpyme_when(session)
        )

    # --- words -----------------------------------------------------------------------------------

    def _openpyme_get_url(self) -> str:
        return f"{self.get_base_url()}/my/ticket/{self.id}"

    def _openpyme_get_zone(self) -> str:
        """The client's own zone, else that of the provider."""
        self.ensure_one()
        return self.partner_id.tz or self.support_provider_id.tz or "UTC"

    def _openpyme_when(self, session, zone: str | None = None) -> str:
        """When a session is, in the language of the context and with the zone's name."""
        self.ensure_one()
        zone = zone or self.env.context.get("tz") or self.env.user.tz or self._openpyme_get_zone()
        locale = babel_locale_parse(self.env.lang or "en_US")
        start = session.start.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        stop = session.stop.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
        return self.env._(
            "%(day)s, %(start)s to %(stop)s (%(zone)s)",
            day=format_date(start.date(), "full", locale=locale),
            start=format_time(start.time(), "short", locale=locale),
            stop=format_time(stop.time(), "short", locale=locale),
            zone=zone,
        )

    def _openpyme_write(self, invitation, occasion: str, **values: Any):
        """Write to the client about a session, in the client's language and zone; nobody else is named.

        :param occasion: invited, again, moved, cancelled, covered
        """
        self.ensure_one()
        ticket = self.sudo().with_context(lang=self.sudo()._support_get_customer_lang())
        entry = invitation.sudo().with_env(ticket.env)
        session = entry.session_id
        when = ticket._openpyme_when(session, ticket._openpyme_get_zone())
        subject = {
            "invited": ticket.env._("[%(number)s] Invitation: %(session)s", number=ticket.number, session=session.name),
            "again": ticket.env._(
                "[%(number)s] Invitation to another session: %(session)s", number=ticket.number, session=session.name
            ),
            "moved": ticket.env._("[%(number)s] Changed: %(session)s", number=ticket.number, session=session.name),
            "cancelled": ticket.env._(
                "[%(number)s] Called off: %(session)s", number=ticket.number, session=session.name
            ),
            "covered": ticket.env._("[%(number)s] Covered: %(topic)s", number=ticket.number, topic=entry.topic_id.name),
        }[occasion]
        body = ticket.env["ir.qweb"]._render(
            "openpyme_helpdesk_sla.session_message",
            {
                "ticket": ticket,
                "session": session,
                "topic": entry.topic_id.name,
                "when": when,
                "occasion": occasion,
                "url": ticket._openpyme_get_url(),
                "alone": session.kind == INDIVIDUAL,
            },
            lang=ticket.env.lang,
        )
        files = []
        if occasion != "covered":
            summary = ticket.env._(
                "%(provider)s: %(session)s", provider=ticket.support_provider_id.name, session=session.name
            )
            content = entry._make_file(occasion == "cancelled", summary, entry.topic_id.name)
            files.append(("session.ics", content))
        author = self.env.user.partner_id
        # a client who calls it off by closing the ticket is told by the desk, not by the own name
        staff = not self.env.user.share and not self.env.user._is_superuser()
        return ticket.with_context(**inside(support_automatic=not staff)).message_post(
            subject=subject,
            body=body,
            message_type="comment" if staff else "auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=entry.partner_id.ids,
            outgoing_email_to=False if entry.partner_id.email else ticket.partner_email,
            author_id=author.id if staff else self.env.ref("base.partner_root").id,
            attachments=files,
            email_layout_xmlid="mail.mail_notification_light",
        )

    # --- what the client sees --------------------------------------------------------------------

    def _support_portal_get_page(self):
        return {**super()._support_portal_get_page(), "openpyme_session": self._openpyme_portal_describe_session()}

    def _openpyme_portal_describe_session(self) -> dict[str, Any] | bool:
        """The session to which the client of this ticket is invited, in plain words; False when there is none.

        :return: ``name``, ``when``, ``topic``, ``host``, ``link``, ``answer`` (yes, no or ""), ``alone``
        """
        self.ensure_one()
        now = self.env["support.event"]._now()
        pending = self.sudo().openpyme_invitation_ids.filtered(
            lambda entry: entry.state == "invited" and entry.session_id.stop > now
        )[:1]
        if not pending:
            return False
        session = pending.session_id
        link = session.link or ""
        return {
            "name": session.name,
            "when": self._openpyme_when(session),
            "topic": pending.topic_id.name,
            "host": session.host_id.name or "",
            # nothing but a web address becomes a link
            "link": link if link.startswith(("https://", "http://")) else "",
            "answer": pending.answer or "",
            "open": session.start > now,
            "alone": session.kind == INDIVIDUAL,
        }

    def _openpyme_answer_invitation(self, answer: str) -> str:
        """The client says yes or no on the page of the ticket; access to it is checked by the caller.

        :return: what the page says then
        :raise UserError: for whoever reads the ticket and is not its client (S-1), or when it comes too late
        """
        self.ensure_one()
        self._openpyme_portal_refuse_others()
        pending = self.sudo().openpyme_invitation_ids.filtered(lambda entry: entry.state == "invited")[:1]
        if not pending:
            raise UserError(self.env._("This session has begun already, or was called off."))
        pending._answer(answer)
        if answer == "yes":
            return self.env._("Thank you. We expect you in the session.")
        return self.env._("Thank you for telling us. If the topic stays open, you are invited to the next session.")
