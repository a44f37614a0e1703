from datetime import datetime, time, timedelta

import pytz
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.bpmsoft_decision import ANSWERS
from ..tools import decision


class BpmsoftDecideWizard(models.TransientModel):
    """Names the source of a problem, answers what matters about it, and shows what follows before it is confirmed.

    B-12. What follows is read from the decision table again when it is confirmed: nothing that a client sends can make
    a paid option free.
    """

    _name = "bpmsoft.decide.wizard"
    _description = "Decide About the Source"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    offer_id = fields.Many2one("bpmsoft.offer", string="Offer Seen", ondelete="cascade")
    source_id = fields.Many2one("bpmsoft.source")
    hint = fields.Text(related="source_id.description")
    asks_described = fields.Boolean(compute="_compute_outcome_id")
    asks_defect = fields.Boolean(compute="_compute_outcome_id")
    described = fields.Selection(ANSWERS, string="Described in the technical design?")
    deviates = fields.Selection(ANSWERS, string="Deviates from the documented behaviour?")
    repeatable = fields.Selection(ANSWERS, string="Can it be repeated?")
    findable = fields.Selection(ANSWERS, string="Can its cause be found?")
    defect = fields.Selection(ANSWERS, string="Is a Defect", compute="_compute_outcome_id")
    outcome_id = fields.Many2one("bpmsoft.outcome", compute="_compute_outcome_id")
    obstacle = fields.Text(compute="_compute_outcome_id")
    fixer = fields.Selection(related="outcome_id.fixer")
    payer = fields.Selection(related="outcome_id.payer")
    text = fields.Text(string="Told to the Client", compute="_compute_text", store=True, readonly=False)
    line_ids = fields.One2many(
        "bpmsoft.decide.wizard.line",
        "wizard_id",
        string="Offered to the Client",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    is_paid = fields.Boolean(compute="_compute_line_ids", store=True)
    valid_until = fields.Datetime(compute="_compute_valid_until", store=True, readonly=False)
    words = fields.Text(string="Add to the Message", help="The client reads it.")
    note = fields.Text(string="How It Was Found", help="For colleagues; the client does not read it.")
    is_again = fields.Boolean(compute="_compute_is_again")
    reason = fields.Text(string="Why Anew", help="The client reads it.")
    consequence = fields.Text(compute="_compute_consequence")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        ticket = self.env["helpdesk.ticket"].browse(values.get("ticket_id"))
        former = ticket._filtered_access("read").sudo().bpmsoft_decision_id
        for name in ("source_id", "described", "deviates", "repeatable", "findable"):
            if former and name in fields:
                values[name] = former[name].id if name == "source_id" else former[name]
        return values

    def _get_answers(self) -> dict[str, str | None]:
        """What was answered of what is asked; answers to questions that no longer stand there do not count."""
        self.ensure_one()
        rows = self.source_id._get_rows() if self.source_id else []
        described = (self.described or None) if decision.asks_described(rows) else None
        answers: dict[str, str | None] = {"described": described}
        asked = decision.asks_defect(rows, described)
        for name in ("deviates", "repeatable", "findable"):
            answers[name] = (self[name] or None) if asked else None
        answers["defect"] = decision.is_defect(*(answers[n] for n in ("deviates", "repeatable", "findable")))
        return answers

    @api.depends("source_id", "described", "deviates", "repeatable", "findable")
    def _compute_outcome_id(self):
        for wizard in self:
            source = wizard.source_id
            rows = source._get_rows() if source else []
            answers = wizard._get_answers()
            wizard.asks_described = decision.asks_described(rows)
            wizard.asks_defect = decision.asks_defect(rows, answers["described"])
            wizard.defect = answers["defect"]
            answered = (not wizard.asks_described or answers["described"]) and (
                not wizard.asks_defect or answers["defect"]
            )
            outcome = self.env["bpmsoft.outcome"]
            wizard.obstacle = False
            if source and answered:
                outcome = source._find_outcome(answers["described"], answers["defect"])
                if not outcome:
                    wizard.obstacle = source._say_hole(answers["described"], answers["defect"])
            wizard.outcome_id = outcome

    def _get_lang(self) -> str:
        """The language in which the client is written to."""
        ticket = self.ticket_id._filtered_access("read")
        return ticket.sudo()._support_get_customer_lang() if ticket else self.env.lang

    @api.depends("outcome_id")
    def _compute_text(self):
        for wizard in self:
            wizard.text = wizard.outcome_id.with_context(lang=wizard._get_lang()).text

    @api.depends("outcome_id")
    def _compute_line_ids(self):
        for wizard in self:
            options = wizard.outcome_id.option_ids
            if wizard.line_ids.option_id != options:
                ticket = wizard.ticket_id._filtered_access("read")
                currency = (ticket.company_id or self.env.company).currency_id
                wizard.line_ids = [Command.clear()] + [
                    Command.create({"option_id": option.id, "currency_id": currency.id}) for option in options
                ]
            wizard.is_paid = any(options.mapped("is_paid"))

    @api.depends("is_paid")
    def _compute_valid_until(self):
        for wizard in self:
            if wizard.is_paid and not wizard.valid_until:
                wizard.valid_until = wizard._get_default_end()

    def _get_default_end(self) -> datetime:
        """The end of the day, in the provider's zone, after as many days as the provider says; naive UTC."""
        provider_sudo = self.ticket_id._filtered_access("read").sudo().support_provider_id
        zone = pytz.timezone(provider_sudo.tz or "UTC")
        now = self.env["support.event"]._now()
        day = pytz.utc.localize(now).astimezone(zone).date() + timedelta(days=provider_sudo.bpmsoft_offer_days or 14)
        return zone.localize(datetime.combine(day, time(23, 59))).astimezone(pytz.utc).replace(tzinfo=None)

    @api.depends("ticket_id")
    def _compute_is_again(self):
        for wizard in self:
            wizard.is_again = bool(wizard.ticket_id._filtered_access("read").sudo().bpmsoft_decision_id)

    @api.depends("outcome_id", "is_paid", "ticket_id")
    def _compute_consequence(self):
        for wizard in self:
            ticket_sudo = wizard.ticket_id._filtered_access("read").sudo()
            before = ticket_sudo.bpmsoft_offer_id
            parts = []
            if not wizard.outcome_id or not ticket_sudo:
                wizard.consequence = False
                continue
            if before.state == "accepted":
                parts.append(
                    self.env._("What %s has accepted holds no more and is replaced.", before.partner_id.name or "")
                )
            if before.state == "open":
                parts.append(self.env._("The offer that the client has not answered yet is replaced."))
            if wizard.is_paid:
                who = ", ".join(ticket_sudo._bpmsoft_get_deciders().mapped("name"))
                parts.append(
                    self.env._("Work on a solution waits until %s accepts on the portal.", who)
                    if who
                    else self.env._("Nobody of the client can accept it: name a contact on the entitlement first.")
                )
            else:
                parts.append(self.env._("Nothing has to be accepted: work can go on."))
            wizard.consequence = " ".join(parts)

    def action_decide(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        source = self.source_id
        if not source:
            raise UserError(self.env._("Say where the problem lies: choose its source."))
        rows = source._get_rows()
        answers = self._get_answers()
        if decision.asks_described(rows) and not answers["described"]:
            raise UserError(self.env._("Answer whether it is described in the technical design."))
        if decision.asks_defect(rows, answers["described"]) and not answers["defect"]:
            raise UserError(
                self.env._(
                    "Answer the three questions about the defect: deviates, can be repeated, cause can be found."
                )
            )
        outcome = source._find_outcome(answers["described"], answers["defect"])
        if not outcome:
            raise UserError(source._say_hole(answers["described"], answers["defect"]))
        if not (self.text or "").strip():
            raise UserError(self.env._("Tell the client what was found."))
        ticket._bpmsoft_decide_source(
            {"source_id": source.id, **answers},
            outcome,
            self._prepare_options(outcome),
            seen=self.offer_id.id,
            text=self.text.strip(),
            words=self.words or "",
            note=self.note or "",
            reason=self.reason or "",
            valid_until=self.valid_until,
        )
        return {"type": "ir.actions.act_window_close"}

    def _prepare_options(self, outcome) -> list[dict]:
        """What is offered, in the client's language: from the table, with prices and details from the lines."""
        lines = {line.option_id: line for line in self.line_ids}
        currency = (self.ticket_id.company_id or self.env.company).currency_id
        empty = self.env["bpmsoft.decide.wizard.line"]
        prepared = []
        for option in outcome.with_context(lang=self._get_lang()).option_ids:
            line = lines.get(option, empty)
            prepared.append(
                {
                    "sequence": option.sequence,
                    "kind": option.kind,
                    "name": option.name,
                    "doer": option.doer,
                    "description": (line.description or "").strip() or False,
                    "is_paid": option.is_paid,
                    "amount": line.amount if option.is_paid else 0,
                    "currency_id": (line.currency_id or currency).id if option.is_paid else False,
                    "terms": (line.terms or "").strip() or False if option.is_paid else False,
                }
            )
        return prepared
