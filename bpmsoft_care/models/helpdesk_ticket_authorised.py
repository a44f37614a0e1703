import json
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize

from ..const import PROVIDER

#: not from the authorised person; the authorised person is asked whether it is theirs; registered by us, not agreed on
HELD, ASKED, UNAGREED = "held", "asked", "unagreed"
#: nothing is promised, and no place in line taken
HELD_BACK = frozenset({HELD, ASKED, UNAGREED})
AUTHORISED, REGISTERED, PASSED, CONFIRMED = "authorised", "registered", "passed", "confirmed"
#: where a request can stand that nobody has taken on
PATIENT_PHASES = frozenset({facts.NEW, facts.CLOSED, facts.CANCELLED})
#: written by the methods here, and by those that decide, alone
COLUMNS = frozenset(
    {
        "bpmsoft_standing",
        "bpmsoft_hold_reason",
        "bpmsoft_raiser_id",
        "bpmsoft_raiser_email",
        "bpmsoft_decided_by_id",
        "bpmsoft_decided_at",
        "bpmsoft_decision_note",
    }
)


class HelpdeskTicket(models.Model):
    """Requests come from the one authorised employee of the client; all others are held back (B-5).

    Who has sent a request is judged once, when it is raised, whichever way it came. What is held back has no clock and
    no place in line until an agent, or the authorised person, decides (see :mod:`.helpdesk_ticket_held`).
    """

    _inherit = "helpdesk.ticket"

    bpmsoft_standing = fields.Selection(
        [
            (AUTHORISED, "From the authorised person"),
            (REGISTERED, "Registered for the client"),
            (PASSED, "Let through"),
            (CONFIRMED, "Confirmed by the authorised person"),
            (HELD, "Held: not authorised"),
            (ASKED, "Held: authorised person is asked"),
            (UNAGREED, "Held: paid extra not agreed"),
        ],
        string="Sender",
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups="base.group_user",
        help="Whether the request came from the client's authorised person, and what became of it if not.",
    )
    bpmsoft_hold_reason = fields.Selection(
        [
            ("colleague", "Somebody else of the client"),
            ("former", "The former authorised person"),
            ("nobody", "The client has no authorised person"),
            ("no_contract", "The client has no contract in force"),
            ("outsider", "Unknown sender"),
        ],
        string="Held Because",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )
    bpmsoft_raiser_id = fields.Many2one(
        "res.partner",
        string="Sent By",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
    )
    bpmsoft_raiser_email = fields.Char(string="Sent From", copy=False, readonly=True, groups="base.group_user")
    bpmsoft_decided_by_id = fields.Many2one(
        "res.users", string="Decided By", copy=False, readonly=True, ondelete="set null", groups="base.group_user"
    )
    bpmsoft_decided_at = fields.Datetime(string="Decided", copy=False, readonly=True, groups="base.group_user")
    bpmsoft_decision_note = fields.Text(string="Decided Because", copy=False, readonly=True, groups="base.group_user")
    bpmsoft_held = fields.Boolean(
        string="Held Back", compute="_compute_bpmsoft_held", search="_search_bpmsoft_held", groups="base.group_user"
    )
    bpmsoft_authorised_id = fields.Many2one(
        "res.partner", string="Authorised Person", compute="_compute_bpmsoft_authorised_id", groups="base.group_user"
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | COLUMNS

    @api.model
    def _support_get_watched(self):
        return super()._support_get_watched() | {"bpmsoft_standing"}

    @api.depends("bpmsoft_standing")
    def _compute_bpmsoft_held(self):
        for ticket in self:
            ticket.bpmsoft_held = ticket.bpmsoft_standing in HELD_BACK

    def _search_bpmsoft_held(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("bpmsoft_standing", "in" if True in value else "not in", list(HELD_BACK))]

    @api.depends("partner_id", "support_provider_id", "support_entitlement_id")
    def _compute_bpmsoft_authorised_id(self):
        for ticket in self:
            # sudo: who it is may be known to whoever works on the request
            ticket.bpmsoft_authorised_id = ticket.sudo()._bpmsoft_get_authorised()

    # --- who may --------------------------------------------------------------------------------------

    def _bpmsoft_is_ours(self) -> bool:
        """Whether it is a client's request to this provider; a problem behind several is nobody's. With sudo."""
        self.ensure_one()
        return self.support_provider_id.code == PROVIDER and self._support_needs_entitlement()

    def _bpmsoft_is_held(self) -> bool:
        self.ensure_one()
        return self.bpmsoft_standing in HELD_BACK and self._bpmsoft_is_ours()

    def _bpmsoft_get_entitlement(self):
        """The client's contract today; that of the ticket once there is none any more. With sudo."""
        self.ensure_one()
        Entitlement = self.env["support.entitlement"]
        current = Entitlement._bpmsoft_get_current(self.support_provider_id, self.commercial_partner_id)
        return current or self.support_entitlement_id

    def _bpmsoft_get_authorised(self):
        """The one person who acts for the ticket's client now (B-5, B-6), whoever did when it was raised; or nobody.
        With sudo."""
        self.ensure_one()
        if self.support_provider_id.code != PROVIDER:
            return self.env["res.partner"]
        return self._bpmsoft_get_entitlement()._bpmsoft_get_contact()

    def _bpmsoft_get_acting(self):
        """Whose messages and decisions count on this ticket: the authorised person, and whose request was let through.
        While no such person is named, the one whom the ticket is for. With sudo."""
        self.ensure_one()
        acting = self._bpmsoft_get_authorised() or self.partner_id
        if self.bpmsoft_standing == PASSED:
            acting |= self.bpmsoft_raiser_id
        return acting

    def _bpmsoft_may_act(self, user) -> bool:
        """Whether ``user``, logged in on the portal, accepts and decides for the ticket's client (B-5, B-6, S-5).

        Colleagues and former authorised persons read and no more; so does who has only a link. With sudo.
        """
        self.ensure_one()
        if user._is_public() or not user.share or self._bpmsoft_is_held():
            return False
        return user.partner_id in self._bpmsoft_get_acting()

    # --- who has sent it ------------------------------------------------------------------------------

    def _support_admit(self, now: datetime):
        """B-5: judged once, when the request is raised or comes from another provider; what was registered for a client
        also when the client, or what was agreed with it, changes (B-15)."""
        result = super()._support_admit(now)
        if given(self.env, "support_no_notify") or self.support_history_until or not self._bpmsoft_is_ours():
            return result
        if not self.bpmsoft_standing:
            values = self._bpmsoft_judge() if self._bpmsoft_is_new() else {}
            if values:
                self._support_set(values)
                if values["bpmsoft_standing"] == HELD:
                    self._bpmsoft_tell_held()
        elif self.bpmsoft_standing == UNAGREED and not self._bpmsoft_get_missing_extras():
            self._support_set({"bpmsoft_standing": REGISTERED})
            self._support_add_fact(facts.ADMITTED)
        return result

    def _bpmsoft_is_new(self) -> bool:
        """Whether it is being raised, or has just come to this provider or to another client. What was worked on before
        anybody was judged goes on as it is."""
        if not self.support_phase:
            return True
        recorded = json.loads(self.support_match_key or "{}")
        return (
            recorded.get("provider_id") != self.support_provider_id.id
            or (recorded.get("entitlement_id") or False) != self.support_entitlement_id.id
        )

    def _bpmsoft_judge(self) -> dict[str, Any]:
        """Who has sent this request, as values of the ticket; nothing for what no client has sent."""
        self.ensure_one()
        Partner = self.env["res.partner"]
        user = self.env.user
        raiser = given(self.env, "bpmsoft_raiser")
        if raiser:
            partner, email = Partner.browse(raiser["partner_id"] or []), raiser["email"]
        elif given(self.env, "support_by_mail") and self.support_origin_id and not user.share:
            # what was merged goes on apart: it is as good as it was
            return {"bpmsoft_standing": self.support_origin_id.bpmsoft_standing or AUTHORISED}
        elif given(self.env, "support_by_mail"):
            partner, email = self.partner_id, self.partner_email
        elif user.share and not user._is_superuser():
            partner, email = user.partner_id, ""
        elif user._is_superuser() and self._support_get_side() == facts.CUSTOMER:
            partner, email = self.partner_id, ""
        elif self._support_get_side() == facts.SYSTEM:
            return {}
        else:
            return self._bpmsoft_judge_registered()
        if partner.with_context(active_test=True).user_ids.filtered(lambda found: not found.share):
            return self._bpmsoft_judge_registered()  # a colleague passed on what a client had sent
        address = email_normalize(email or "") or ""
        values = {"bpmsoft_raiser_id": partner.id, "bpmsoft_raiser_email": address or partner.email_normalized}
        authorised = self._bpmsoft_get_authorised()
        if not authorised and address:
            authorised = self._bpmsoft_find_by_address(address)
        if authorised and (address == authorised.email_normalized if address else partner == authorised):
            return {**values, "bpmsoft_standing": AUTHORISED}
        return {
            **values,
            "bpmsoft_standing": HELD,
            "bpmsoft_hold_reason": self._bpmsoft_find_hold_reason(partner, authorised),
        }

    def _bpmsoft_find_by_address(self, address: str):
        """The authorised person whose address a mail came from, where Odoo took it for somebody else's or nobody's."""
        found = self.env["support.entitlement"]._bpmsoft_find_contact(self.support_provider_id, address)
        if found:
            self._support_set({"partner_id": found.id})
            self._support_settle_entitlement()
        return found

    def _bpmsoft_find_hold_reason(self, partner, authorised) -> str:
        entitlement = self._bpmsoft_get_entitlement()
        if not partner or (not entitlement and not partner.parent_id and not partner.is_company):
            return "outsider"
        if not entitlement:
            return "no_contract"
        if not authorised:
            return "nobody"
        if self.env["bpmsoft.contact.change"]._was_authorised(entitlement, partner):
            return "former"
        return "colleague"

    def _bpmsoft_judge_registered(self) -> dict[str, Any]:
        """B-15: a colleague has entered it for the client; internal tickets are nobody's request."""
        customer = self.commercial_partner_id
        if not customer or customer == (self.company_id or self.env.company).partner_id:
            return {}
        return {"bpmsoft_standing": UNAGREED if self._bpmsoft_get_missing_extras() else REGISTERED}

    # --- what is held back ----------------------------------------------------------------------------

    def _support_starts_clocks(self):
        return super()._support_starts_clocks() and not self._bpmsoft_is_held()

    def _support_takes_place(self):
        return super()._support_takes_place() and not self._bpmsoft_is_held()

    def _support_may_acknowledge(self):
        return super()._support_may_acknowledge() and not self.sudo()._bpmsoft_is_held()

    def _support_form_applies(self):
        return super()._support_form_applies() and not self.sudo()._bpmsoft_is_held()

    @api.model
    def _support_form_get_dependencies(self):
        return [*super()._support_form_get_dependencies(), "bpmsoft_standing"]

    def _support_get_merge_obstacles(self, survivor):
        problems = super()._support_get_merge_obstacles(survivor)
        for ticket in (self | survivor).sudo().filtered(lambda ticket: ticket._bpmsoft_is_held()):
            problems.append(self.env._("%s is held back: decide about it first, or close it.", ticket.number))
        return problems

    def _support_may_escalate(self):
        refusal = super()._support_may_escalate()
        ticket_sudo = self.sudo()
        if refusal or not ticket_sudo._bpmsoft_is_ours():
            return refusal
        if ticket_sudo._bpmsoft_is_held():
            return self.env._("This request is held back: nothing is promised yet that could be escalated.")
        user = self.env.user
        if user.share and not user._is_superuser() and not ticket_sudo._bpmsoft_may_act(user):
            return self.env._("Only the authorised person of the client escalates.")
        return ""

    @api.constrains("stage_id")
    def _check_bpmsoft_held(self):
        """B-5, B-15: nobody works on what is held back, whichever way it is moved; it can be closed."""
        for ticket in self.sudo():
            if (
                ticket.support_raised
                and ticket.stage_id.support_phase not in PATIENT_PHASES
                and not ticket.support_merged_into_id
                and ticket._bpmsoft_is_held()
            ):
                raise ValidationError(ticket._bpmsoft_say_obstacle())

    @api.constrains("support_is_problem")
    def _check_bpmsoft_problem(self):
        """B-5: what is held back is not worked on as a problem behind other requests either."""
        for ticket in self.sudo():
            if (
                ticket.support_is_problem
                and ticket.bpmsoft_standing in HELD_BACK
                and ticket.support_provider_id.code == PROVIDER
            ):
                raise ValidationError(ticket._bpmsoft_say_obstacle())

    def _bpmsoft_say_obstacle(self) -> str:
        """Why nobody can work on this ticket yet, and what to do, for agents."""
        self.ensure_one()
        if self.bpmsoft_standing == UNAGREED:
            return self.env._(
                "%(ticket)s: %(extras)s is a paid extra that the contract of %(client)s does not include. Record what "
                "was agreed with the client first.",
                ticket=self.number,
                extras=self._bpmsoft_name_extras(self._bpmsoft_get_missing_extras()),
                client=self.commercial_partner_id.display_name or "",
            )
        if self.bpmsoft_standing == ASKED:
            return self.env._(
                "%(ticket)s: %(person)s was asked whether this is a request of theirs, and has not answered yet.",
                ticket=self.number,
                person=self._bpmsoft_get_authorised().name or self.env._("the authorised person"),
            )
        return self.env._(
            "%s was not sent by the client's authorised person: decide first what becomes of it.", self.number
        )

    def _support_say_unpromised(self):
        if self.sudo()._bpmsoft_is_held():
            return self.sudo()._bpmsoft_say_obstacle()
        return super()._support_say_unpromised()

    # --- what others write ----------------------------------------------------------------------------

    def _support_classify(self, message):
        """B-5: what somebody else of the client, or the former authorised person, writes is kept as information. It
        starts, stops and opens nothing."""
        kind = super()._support_classify(message)
        ticket_sudo = self.sudo()
        if kind != facts.MESSAGE_IN or not ticket_sudo.bpmsoft_standing or not ticket_sudo._bpmsoft_is_ours():
            return kind
        if ticket_sudo._bpmsoft_is_from_acting(message):
            return kind
        return None

    def _bpmsoft_is_from_acting(self, message) -> bool:
        acting = self._bpmsoft_get_acting()
        if message.author_id in acting:
            return True
        address = email_normalize(message.email_from or "")
        # somebody else's contact is somebody else, whatever the header says
        return not message.author_id and bool(address) and address in acting.mapped("email_normalized")

    def _support_hear(self, message, kind=None):
        result = super()._support_hear(message, kind)
        ticket_sudo = self.sudo()
        if (
            kind
            or not ticket_sudo.bpmsoft_standing
            or not ticket_sudo._bpmsoft_is_ours()
            or super()._support_classify(message) != facts.MESSAGE_IN
            or ticket_sudo._bpmsoft_is_from_acting(message)
        ):
            return result
        ticket_sudo._bpmsoft_keep_information(message)
        return result

    def _bpmsoft_keep_information(self, message) -> None:
        """Colleagues see that the message has set nothing in motion; after the end it becomes a request, held back."""
        self.ensure_one()
        if (
            self.support_phase in (facts.CLOSED, facts.CANCELLED)
            and self.support_provider_id.closed_reply == "follow_up"
        ):
            self._support_make_follow_up(message)
            return
        if self._bpmsoft_is_held():
            return
        self._message_log(
            body=self.env._(
                "The message of %(sender)s is kept as information: only %(person)s acts for this client.",
                sender=message.author_id.display_name or message.email_from or "?",
                person=", ".join(self._bpmsoft_get_acting().mapped("name")) or self.env._("the authorised person"),
            )
        )
