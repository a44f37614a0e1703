from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup
from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given, inside
from odoo.addons.support_sla.models.support_time import to_instant
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .bpmsoft_offer import OFFER_STATES

#: what decisions and offers come to: entered by nobody
DECIDED = frozenset(
    {"bpmsoft_decision_id", "bpmsoft_source_id", "bpmsoft_offer_id", "bpmsoft_offer_state", "bpmsoft_offer_until"}
)


class HelpdeskTicket(models.Model):
    """Where the problem lies, what follows, and that paid work waits for the client's acceptance (B-12)."""

    _inherit = "helpdesk.ticket"

    bpmsoft_decision_ids = fields.One2many(
        "bpmsoft.decision",
        "ticket_id",
        string="Decisions",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    bpmsoft_offer_ids = fields.One2many(
        "bpmsoft.offer", "ticket_id", string="Offers", readonly=True, groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    bpmsoft_decision_id = fields.Many2one(
        "bpmsoft.decision",
        string="Decision",
        copy=False,
        readonly=True,
        ondelete="restrict",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="What was decided last about the source of the problem.",
    )
    bpmsoft_source_id = fields.Many2one(
        "bpmsoft.source",
        string="Source of the Problem",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    bpmsoft_offer_id = fields.Many2one(
        "bpmsoft.offer",
        string="Offer",
        copy=False,
        readonly=True,
        ondelete="restrict",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="What the client was offered last.",
    )
    bpmsoft_offer_state = fields.Selection(
        OFFER_STATES,
        string="Offer State",
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups="base.group_user",
    )
    bpmsoft_offer_until = fields.Datetime(
        string="Offer Valid Until", copy=False, readonly=True, groups="base.group_user"
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | DECIDED

    # --- no paid work before it is accepted --------------------------------------------------------

    def _bpmsoft_say_wait(self) -> str:
        """Why work on the solution waits for the client's word, in words; empty when it does not. With sudo."""
        self.ensure_one()
        offer = self.bpmsoft_offer_id
        if not offer._is_unsettled():
            return ""
        match offer.state:
            case "declined":
                return self.env._("The client has declined the paid offer: make another one, or resolve without it.")
            case "withdrawn":
                return self.env._("The paid offer was withdrawn and nothing is accepted: make a new one.")
            case "expired":
                return self.env._("The paid offer has expired without an answer: make a new one.")
        return self.env._(
            "The client has not accepted the paid offer yet. It can be accepted on the portal, by the client's "
            "authorised contact, until %s.",
            self._support_when(to_instant(offer.valid_until)),
        )

    def _bpmsoft_refuses_stage(self, stage) -> bool:
        """Whether a stage would be work on the solution, or its end, that the client has not accepted yet; with sudo.

        Analysis goes on at any time. What was declined, withdrawn or has expired can be resolved without being done.
        """
        self.ensure_one()
        offer = self.bpmsoft_offer_id
        if not offer._is_unsettled() or self.support_merged_into_id:
            return False
        if stage.support_phase == facts.OPEN:
            return not stage.bpmsoft_analysis
        return stage.support_phase in (facts.RESOLVED, facts.CLOSED) and offer.state == "open"

    @api.constrains("stage_id")
    def _check_bpmsoft_work(self):
        """B-12: a paid option is accepted before work starts, whichever way a ticket gets to its stage."""
        if given(self.env, "support_no_notify"):
            return
        side = self._support_get_side()
        for ticket in self:
            ticket_sudo = ticket.sudo()
            stage = ticket_sudo.stage_id
            if not ticket_sudo._bpmsoft_refuses_stage(stage):
                continue
            if side == facts.CUSTOMER and stage.support_phase == facts.CLOSED:
                continue  # a customer may close an own request at any time
            raise ValidationError(
                self.env._(
                    "%(ticket)s cannot go to “%(stage)s”. %(why)s",
                    ticket=ticket.number,
                    stage=stage.name,
                    why=ticket_sudo._bpmsoft_say_wait(),
                )
            )

    def _support_get_answered_stage(self):
        """B-12: an answer by mail starts no paid work: it is looked at where analysis is done, or where it waits."""
        stage = super()._support_get_answered_stage()
        if not stage or not self._bpmsoft_refuses_stage(stage):
            return stage
        return self._bpmsoft_get_analysis_stage()

    def _bpmsoft_get_analysis_stage(self):
        """The queue's first stage for analysis, or none."""
        stages = self.team_id._get_applicable_stages()
        return stages.filtered(lambda stage: stage.support_phase == facts.OPEN and stage.bpmsoft_analysis)[:1]

    def _support_get_merge_obstacles(self, survivor):
        """B-12: what the client has not accepted on one request is not worked on under the name of another."""
        problems = super()._support_get_merge_obstacles(survivor)
        for ticket in (self - survivor).sudo():
            offer = ticket.bpmsoft_offer_id
            if offer.state == "open":
                problems.append(
                    self.env._(
                        "The client has not answered the paid offer on %s yet: withdraw it first.", ticket.number
                    )
                )
            elif offer._is_unsettled() and not survivor.sudo().bpmsoft_offer_id._is_unsettled():
                problems.append(
                    self.env._(
                        "Nothing is accepted of the paid offer on %(ticket)s, and %(other)s could be worked on: "
                        "resolve %(ticket)s without it.",
                        ticket=ticket.number,
                        other=survivor.number,
                    )
                )
        return problems

    # --- deciding ------------------------------------------------------------------------------------

    def action_bpmsoft_decide_source(self):
        """Name the source of the problem and see what follows, before it is put to the client."""
        return self._bpmsoft_open("bpmsoft.decide.wizard", self.env._("Decide"))

    def action_bpmsoft_withdraw(self):
        """Take an offer back that the client has not answered, with a reason."""
        return self._bpmsoft_open("bpmsoft.withdraw.wizard", self.env._("Withdraw the Offer"))

    def _bpmsoft_open(self, model: str, name: str) -> dict[str, Any]:
        action = self._support_open_wizard(model, name)
        ticket_sudo = self.sudo()
        refusal = ticket_sudo._bpmsoft_may_not_decide()
        if refusal:
            raise UserError(refusal)
        # what was seen when the button was pressed: somebody else may be faster
        action["context"]["default_offer_id"] = ticket_sudo.bpmsoft_offer_id.id
        return action

    def _bpmsoft_may_not_decide(self) -> str:
        """Why nothing can be decided or estimated on this ticket, in words; empty if it can. With sudo."""
        self.ensure_one()
        if not self.bpmsoft_ticket:
            return self.env._("%s is no request of BPMSoft customer care.", self.number)
        if self.support_merged_into_id:
            return self.env._("This request goes on in %s: do it there.", self._support_get_survivor().number)
        if self.support_phase in facts.ENDED:
            return self.env._("%s is over. Open it again first.", self.number)
        return ""

    def _bpmsoft_take(self):
        """This ticket in superuser mode, its row locked and read anew, if it can be decided or estimated.

        :raise UserError: when it cannot
        """
        self.ensure_one()
        self.check_access("write")
        self.env.cr.execute(SQL("SELECT id FROM helpdesk_ticket WHERE id = %s FOR UPDATE", self.id))
        ticket_sudo = self.sudo()
        ticket_sudo.invalidate_recordset()
        refusal = ticket_sudo._bpmsoft_may_not_decide()
        if refusal:
            raise UserError(refusal)
        return ticket_sudo

    def _bpmsoft_claim(self, offer_id: int | bool):
        """This ticket in superuser mode, its row locked, if it can be decided and the offer is the one that was seen.

        :raise UserError: when it cannot, or somebody else was first
        """
        ticket = self._bpmsoft_take()
        current = ticket.bpmsoft_offer_id
        if (current.id or False) != (offer_id or False):
            raise UserError(
                self.env._(
                    "%(who)s has decided about %(ticket)s meanwhile: close this window and look at it again.",
                    who=current.user_id.name or "",
                    ticket=self.number,
                )
            )
        return ticket

    def _bpmsoft_decide_source(
        self,
        answers: Mapping[str, Any],
        outcome,
        options: Sequence[dict[str, Any]],
        *,
        seen: int | bool = False,
        text: str = "",
        words: str = "",
        note: str = "",
        reason: str = "",
        valid_until: datetime | None = None,
    ):
        """Record where the problem lies and put to the client what follows (B-12).

        :param answers: ``source_id`` and, where they were asked, ``described``, ``deviates``, ``repeatable``,
            ``findable`` (yes or no), ``defect``
        :param outcome: row of the decision table
        :param options: values of ``bpmsoft.offer.option``, in the client's language
        :param seen: id of the offer that whoever decides has seen
        :param text: what the client is told of the finding; ``words``: what the agent adds
        :param note: for colleagues; ``reason``: why it is decided anew
        :param valid_until: naive UTC, of an offer with something paid
        :return: the offer
        :raise UserError: when it cannot be, in a sentence
        """
        ticket = self._bpmsoft_claim(seen)
        former, before = ticket.bpmsoft_decision_id, ticket.bpmsoft_offer_id
        paid = any(option["is_paid"] for option in options)
        now = self.env["support.event"]._now()
        ticket._bpmsoft_check_offer(options, paid, valid_until, now)
        vals = {**answers, "outcome_id": outcome.id}
        same = bool(former) and former._is_same(vals)
        if former and not reason.strip():
            raise UserError(self.env._("Say why it is decided anew: the client and your colleagues read it."))
        # what stands in decisions and offers is no message: it is masked here
        text, words, note, reason = (self._support_mask_said(said) for said in (text, words, note, reason))
        Decision, Offer = self.env["bpmsoft.decision"], self.env["bpmsoft.offer"]
        decision = former
        if not same:
            decision = Decision._record(
                {
                    **vals,
                    "ticket_id": ticket.id,
                    "number": len(ticket.bpmsoft_decision_ids) + 1,
                    "former_id": former.id,
                    "source_name": outcome.with_context(lang=ticket._support_get_customer_lang()).source_id.name,
                    "fixer": outcome.fixer,
                    "payer": outcome.payer,
                    "text": text,
                    "note": note.strip() or False,
                    "reason": reason.strip() or False,
                }
            )
        before.filtered(lambda offer: offer.state != "replaced")._end("replaced", reason.strip())
        before.flush_recordset()  # one open offer at a time, in the database as well
        offer = Offer._make(
            {
                "ticket_id": ticket.id,
                "number": len(ticket.bpmsoft_offer_ids) + 1,
                "decision_id": decision.id,
                "words": words.strip() or False,
                "valid_until": valid_until,
                "options": options,
            }
        )
        ticket._bpmsoft_settle_offer(offer)
        if offer.state == "open":
            self.env["bpmsoft.watch"]._wake_at(offer.valid_until)
        ticket._bpmsoft_log_decision(decision, former, offer, before)
        self._bpmsoft_tell_offer(offer, before, reason)
        ticket._bpmsoft_move_after_offer(offer, before)
        return offer

    def _bpmsoft_check_offer(
        self, options: Sequence[dict[str, Any]], paid: bool, valid_until: datetime | None, now: datetime
    ) -> None:
        """:raise UserError: when this cannot be put to the client"""
        self.ensure_one()
        if not options:
            raise UserError(self.env._("This row of the decision table offers nothing. An administrator completes it."))
        for option in options:
            if not option["is_paid"]:
                continue
            if option["amount"] < 0:
                raise UserError(self.env._("“%s” cannot cost less than nothing.", option["name"]))
            if not option["amount"] and not (option["terms"] or "").strip():
                raise UserError(self.env._("Say what “%s” costs: an amount, or words.", option["name"]))
        if not paid:
            return
        if not valid_until or valid_until <= now:
            raise UserError(self.env._("Say until when the paid offer can be accepted: a moment in the future."))
        if not self._bpmsoft_get_deciders():
            raise UserError(
                self.env._(
                    "%s has no client's contact who could accept a paid offer on the portal. Name one on the "
                    "entitlement first.",
                    self.number,
                )
            )

    def _bpmsoft_settle_offer(self, offer) -> None:
        """Bring the ticket's columns up to its offer; with sudo."""
        self.ensure_one()
        decision = offer.decision_id
        self._support_set(
            {
                "bpmsoft_decision_id": decision.id,
                "bpmsoft_source_id": decision.source_id.id,
                "bpmsoft_offer_id": offer.id,
                "bpmsoft_offer_state": offer.state,
                "bpmsoft_offer_until": offer.valid_until if offer.state == "open" else False,
            }
        )

    def _bpmsoft_move_after_offer(self, offer, before) -> None:
        """What waits for the client's word is no longer worked on; what waited for it and need not any more goes on."""
        self.ensure_one()
        if offer.state == "open":
            stage = self._support_get_phase_stage(facts.WAITING_CUSTOMER)
            if not stage and self._bpmsoft_refuses_stage(self.stage_id):
                stage = self._bpmsoft_get_analysis_stage() or self._support_get_phase_stage(facts.NEW, facts.ON_HOLD)
                if not stage:
                    raise UserError(
                        self.env._(
                            "The queue “%s” has no stage in which a request waits for the client. An administrator "
                            "adds one.",
                            self.team_id.name,
                        )
                    )
        elif before.state == "replaced" and before.is_paid and self.support_phase == facts.WAITING_CUSTOMER:
            stage = self._support_get_answered_stage()
        else:
            return
        if stage and stage.support_phase != self.support_phase:
            # not refused by the client's queue: it stands in line where others come first (B-11)
            self.with_context(**inside(support_side=facts.SYSTEM)).stage_id = stage

    def _bpmsoft_log_decision(self, decision, former, offer, before) -> None:
        """A note for colleagues: from what to what, and why."""
        labels = dict(self.env["bpmsoft.outcome"]._fields["payer"]._description_selection(self.env))
        lines = []
        if decision != former:
            case = decision.source_id._say_case(decision.described, decision.defect)
            name = f"{decision.source_id.name} ({case})" if case else decision.source_id.name
            if former:
                lines.append(
                    self.env._(
                        "Source of the problem: %(before)s → %(after)s",
                        before=former.source_id.name,
                        after=name,
                    )
                )
            else:
                lines.append(self.env._("Source of the problem: %s", name))
            lines.append(self.env._("Who pays: %s", labels.get(decision.payer, "")))
        states = dict(self.env["bpmsoft.offer"]._fields["state"]._description_selection(self.env))
        lines.append(self.env._("Offer %(number)s: %(state)s", number=offer.number, state=states.get(offer.state, "")))
        if before.answered:
            lines.append(self.env._("What the client had answered to the former offer holds no more."))
        lines += [text for text in (decision.note if decision != former else "", offer.decision_id.reason) if text]
        self._message_log(
            body=Markup("<br/>").join(lines),
            author_id=self.env.user.partner_id.id,
        )

    # --- telling the client ----------------------------------------------------------------------------

    def _bpmsoft_get_url(self, anchor: str) -> str:
        return f"{self.get_base_url()}/my/ticket/{self.id}#{anchor}"

    def _bpmsoft_get_readers(self):
        """Whom messages about offers and estimates go to: the ticket's customer and who decides for the client."""
        self.ensure_one()
        return self.partner_id | self._bpmsoft_get_deciders().filtered("email")

    def _bpmsoft_tell_offer(self, offer, before, reason: str) -> None:
        """Put the offer to the client: a message by whoever decided, in the client's language."""
        ticket_sudo = self.sudo()
        lang = ticket_sudo._support_get_customer_lang()
        localised = ticket_sudo.with_context(lang=lang)
        zone = ticket_sudo.partner_id.tz or ticket_sudo.support_provider_id.tz
        page = localised.with_context(tz=zone)._bpmsoft_portal_describe_offer(
            fields.Datetime.to_string(self.env["support.event"]._now())
        )
        body = self.env["ir.qweb"]._render(
            "bpmsoft_care.offer_message",
            {
                "ticket": localised,
                "offer": page,
                "reason": reason.strip() if before else "",
                "stopped": offer.state == "open" and before.state == "replaced",
                "freed": offer.state == "free" and before.is_paid,
                "url": self._bpmsoft_get_url("bpmsoft_offer"),
            },
            lang=lang,
        )
        self.with_context(lang=lang).message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=ticket_sudo._bpmsoft_get_readers().ids,
        )

    def _support_after_facts(self, rows, now):
        """B-12, S-5: a mail accepts nothing; whoever writes while an offer is open is told where to accept, once."""
        result = super()._support_after_facts(rows, now)
        if given(self.env, "support_no_notify"):
            return result
        wrote = {row["ticket_id"] for row in rows if row["kind"] == facts.MESSAGE_IN}
        intents = [
            {
                "ticket_id": ticket.id,
                "kind": "bpmsoft_where",
                "partner_id": ticket.partner_id.id,
                "key": f"bpmsoft_where:{ticket.bpmsoft_offer_id.id}",
            }
            for ticket in self
            if ticket.id in wrote and ticket.bpmsoft_offer_state == "open"
        ]
        if intents:
            self.env["support.notification"]._enqueue(intents)
        return result

    def _bpmsoft_tell_responsible(self, code: str, key: str, **data: Any) -> dict[str, Any]:
        """An intent for whoever works on the ticket, for its lead, or for the administrator where there is neither."""
        intent = self._support_tell_administrator(code, key=key, **data)
        recipient = self._support_get_recipient()
        if recipient:
            intent["partner_id"] = recipient.partner_id.id
        return {**intent, "kind": "role"}

    # --- withdrawing, expiring ---------------------------------------------------------------------------

    def _bpmsoft_withdraw(self, reason: str, seen: int | bool) -> None:
        """Take an open offer back; the client is told.

        :raise UserError: when there is none, or no reason is given
        """
        ticket = self._bpmsoft_claim(seen)
        offer = ticket.bpmsoft_offer_id
        if offer.state != "open":
            raise UserError(self.env._("There is no offer that waits for the client."))
        reason = reason.strip()
        if not reason:
            raise UserError(self.env._("Say why it is withdrawn: the client reads it."))
        reason = self._support_mask_said(reason)
        offer._end("withdrawn", reason)
        ticket._bpmsoft_settle_offer(offer)
        lang = ticket._support_get_customer_lang()
        say = self.with_context(lang=lang).env._
        lines = [
            say("Our offer on %s was withdrawn and cannot be accepted any more.", ticket.number),
            reason,
        ]
        self.with_context(lang=lang).message_post(
            body=Markup("<p>%s</p>") % Markup("<br/>").join(lines),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=ticket._bpmsoft_get_readers().ids,
        )
        ticket._bpmsoft_go_on()

    def _bpmsoft_go_on(self) -> None:
        """The ticket waits for the client's word no longer: it is looked at where analysis is done. With sudo."""
        self.ensure_one()
        if self.support_phase != facts.WAITING_CUSTOMER:
            return
        stage = self._support_get_answered_stage()
        if stage and stage != self.stage_id:
            self.with_context(**inside(support_side=facts.SYSTEM)).stage_id = stage

    def _bpmsoft_expire(self, now: datetime) -> None:
        """The offer's time is over: client and whoever works on the ticket are told once. With sudo, row locked."""
        self.ensure_one()
        offer = self.bpmsoft_offer_id
        if offer.state != "open" or offer.valid_until > now:
            return
        offer._end("expired", "")
        self._bpmsoft_settle_offer(offer)
        key = f"bpmsoft_expired:{offer.id}"
        self.env["support.notification"]._enqueue(
            [
                {"ticket_id": self.id, "kind": "bpmsoft_expired", "partner_id": self.partner_id.id, "key": key},
                self._bpmsoft_tell_responsible("bpmsoft_expired", f"{key}:staff"),
            ]
        )
        self._bpmsoft_go_on()

    # --- who decides for the client, in words --------------------------------------------------------------

    def _support_get_notice(self, portal: bool) -> str:
        notice = super()._support_get_notice(portal)
        if portal:
            return notice
        said = self.sudo()._bpmsoft_say_wait()
        return " ".join(sentence for sentence in (notice, said) if sentence)
