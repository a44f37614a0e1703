from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytz
from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import format_datetime, plaintext2html

from ..tools import facts
from .request_form import FILES, SECRET, askable, is_secret
from .support_context import given, inside
from .support_form_field import Question, RequestForm

#: How much of an answer a message about it repeats; the whole answer is on the ticket.
QUOTE_LENGTH = 500


class HelpdeskTicket(models.Model):
    """The form of a provider on a ticket: what is answered, what is missing, who was asked for it (J-9, J-15)."""

    _inherit = "helpdesk.ticket"

    support_form_state = fields.Selection(
        [("incomplete", "Incomplete"), ("complete", "Complete")],
        string="Request Form",
        compute="_compute_support_form_state",
        store=True,
        copy=False,
        index="btree_not_null",
        help="Whether everything that the provider needs to know is answered. Empty: it asks nothing.",
    )
    support_form_files = fields.Boolean(string="Has Files", copy=False, readonly=True)
    support_form_requested = fields.Datetime(
        string="Form Asked For", copy=False, readonly=True, help="When the customer was asked to complete the form."
    )
    support_form_completed = fields.Datetime(
        string="Form Completed", compute="_compute_support_form_completed", store=True, copy=False
    )
    support_form_missing = fields.Char(string="Missing", compute="_compute_support_form_missing")
    support_form_progress = fields.Char(string="Answered", compute="_compute_support_form_missing")

    @api.depends(
        lambda self: [
            "support_provider_id",
            "support_priority_id",
            "support_form_files",
            *self._support_form_get_dependencies(),
        ]
    )
    def _compute_support_form_state(self):
        for ticket in self:
            if not ticket._support_form_get_needed():
                ticket.support_form_state = False
            else:
                ticket.support_form_state = "incomplete" if ticket._support_form_get_missing() else "complete"

    @api.depends("support_form_state")
    def _compute_support_form_completed(self):
        now = self.env["support.event"]._now()
        for ticket in self:
            if ticket.support_form_state == "complete":
                ticket.support_form_completed = ticket.support_form_completed or now
            else:
                ticket.support_form_completed = False

    @api.depends(lambda self: ["support_form_state", *self._support_form_get_dependencies()])
    @api.depends_context("lang")
    def _compute_support_form_missing(self):
        for ticket in self:
            needed = ticket._support_form_get_needed()
            missing = ticket._support_form_get_missing()
            ticket.support_form_missing = ", ".join(question.short for question in missing)
            ticket.support_form_progress = bool(needed) and self.env._(
                "%(answered)s of %(all)s", answered=len(needed) - len(missing), all=len(needed)
            )

    def _valid_field_parameter(self, field, name):
        return name == "support_secret" or super()._valid_field_parameter(field, name)

    @api.model
    def _support_form_get_dependencies(self) -> list[str]:
        """Every field that a provider may ask for: which of them it does ask for are records. Secrets are not among
        them: whether one is there, its addon knows, and adds the field that says so."""
        return [name for name in askable(self._fields) if not is_secret(self._fields[name])]

    # --- what is asked, and what is answered -----------------------------------------------------

    def _support_form_get_definition(self) -> RequestForm:
        self.ensure_one()
        return self.env["support.form.field"]._get_form(self.support_provider_id.id)

    def _support_form_applies(self) -> bool:
        """Whether the provider needs its form on this ticket. **Hook**: a provider that asks by more than the
        level (the kind of request …) narrows it, and adds to :meth:`_support_form_get_dependencies`."""
        self.ensure_one()
        priorities = self._support_form_get_definition().priorities
        return not priorities or self.support_priority_id.id in priorities

    def _support_form_get_needed(self) -> list[Question]:
        """Questions that have to be answered on this ticket for its form to be complete."""
        self.ensure_one()
        if not self.support_provider_id:
            return []
        needed = [question for question in self._support_form_get_definition().questions if question.need != "optional"]
        return needed if needed and self._support_form_applies() else []

    def _support_form_get_missing(self) -> list[Question]:
        return [question for question in self._support_form_get_needed() if not self._support_form_has(question)]

    def _support_form_has(self, question: Question) -> bool:
        """Whether a question is answered. **Hook** for answers that are kept in another way, as secrets are."""
        self.ensure_one()
        value = self.support_form_files if question.name == FILES else self[question.name]
        return bool(value.strip() if isinstance(value, str) else value)

    def _support_form_is_open(self) -> bool:
        """Whether something is missing that can still be given."""
        self.ensure_one()
        return self.support_form_state == "incomplete" and not self._support_form_is_closed()

    def _support_form_is_pending(self) -> bool:
        """Whether the customer was asked for the form and has not completed it."""
        self.ensure_one()
        return bool(self.support_form_requested) and self._support_form_is_open()

    def _support_form_is_closed(self) -> bool:
        self.ensure_one()
        return self.stage_id.closed or self.support_phase in (facts.CLOSED, facts.CANCELLED)

    def _support_form_note_files(self):
        """Files came to these tickets or left them. Used with sudo."""
        tickets = self.filtered("support_provider_id")
        if not tickets:
            return
        groups = (
            self.env["ir.attachment"]
            .sudo()
            ._read_group(
                [("res_model", "=", "helpdesk.ticket"), ("res_id", "in", tickets.ids), ("res_field", "=", False)],
                ["res_id"],
            )
        )
        having = {res_id for (res_id,) in groups}
        for ticket in tickets:
            ticket._support_set({"support_form_files": ticket.id in having})

    # --- asking the customer ---------------------------------------------------------------------

    def _support_request_form(self, reason: str = "", side: str = facts.SYSTEM) -> bool:
        """Ask the customer to complete the form; until that is done it is *pending* (J-15, B-8, D-13).

        The desk writes by itself, in the customer's language and with the way to the form; that is no answer to
        the customer (E-1.2). Asked already, complete, closed, or nothing to ask: nothing happens.
        Access is checked by the caller.

        :param reason: why, as a code for :meth:`_support_form_say_reason` or a sentence that the customer reads
        :param side: ``staff``: an agent asks in words of their own, so the desk sends nothing
        :return: whether the form was asked for now
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo.support_form_requested or not ticket_sudo._support_form_is_open():
            return False
        if given(self.env, "support_no_notify"):
            return False  # history: what is past is not asked for
        now = self.env["support.event"]._now()
        ticket_sudo._support_set({"support_form_requested": now})
        reachable = ticket_sudo.partner_id or ticket_sudo.partner_email
        if side != facts.STAFF and reachable and ticket_sudo._support_may_acknowledge():
            self.env["support.notification"]._enqueue(
                [
                    {
                        "ticket_id": self.id,
                        "kind": "form",
                        "partner_id": ticket_sudo.partner_id.id,
                        "data": {"reason": reason},
                        "key": f"form:{now}",
                    }
                ]
            )
        return True

    def _support_form_say_reason(self, reason: str) -> str:
        """Why the customer is asked, in the language of the environment. **Hook**: a provider answers for its codes."""
        self.ensure_one()
        return reason

    def _support_form_render_request(self, reason: str) -> Markup:
        """The message that asks for the form, in the language of the environment."""
        self.ensure_one()
        return self.env["ir.qweb"]._render(
            "support_sla.request_form_message",
            {
                "ticket": self,
                "reason": self._support_form_say_reason(reason),
                "title": self._support_form_get_definition().title,
                "missing": [question.label for question in self._support_form_get_missing()],
                "url": self._support_form_get_url() if self.partner_id else "",
            },
            lang=self.env.lang,
        )

    def _support_get_customer_lang(self) -> str:
        """The language in which the customer is written to."""
        self.ensure_one()
        return self.partner_id.lang or self.company_id.partner_id.lang or self.env.lang or "en_US"

    def _support_form_get_url(self) -> str:
        """Where the customer completes the form, for whoever is logged in. The link in a customer's own mail opens
        it without a login, see :meth:`_notify_by_email_render_layout`."""
        self.ensure_one()
        return f"{self.get_base_url()}/my/ticket/{self.id}/form"

    def _notify_by_email_render_layout(self, message, recipients_group, msg_vals=False, render_values=None):
        """The token of a ticket stands in no message, where others would read it (G-9): the links to the customer's
        pages get it in the mail to the ticket's own customer only, as Odoo's own button does."""
        body = super()._notify_by_email_render_layout(
            message, recipients_group, msg_vals=msg_vals, render_values=render_values
        )
        if len(self) != 1 or recipients_group.get("notification_group_name") != "portal_customer":
            return body
        for url in self._support_get_customer_urls():
            plain = Markup('href="%s"') % url
            if plain in body:
                page, mark, place = url.partition("#")
                # sudo: only the superuser reads it (G-9); the mail goes to the customer whose link it is
                token = self.sudo()._portal_ensure_token()
                body = body.replace(plain, Markup('href="%s?access_token=%s%s%s"') % (page, token, mark, place))
        return body

    def _support_get_customer_urls(self) -> list[str]:
        """Addresses that the ticket's own customer opens from a mail without a login. **Hook**: an addon adds its
        own, as they stand in its messages."""
        self.ensure_one()
        return [self._support_form_get_url()]

    def action_support_ask(self):
        """Open the wizard that asks the customer for what is missing (J-11, B-8, D-13)."""
        return self._support_open_wizard("support.ask.wizard", self.env._("Ask for Information"))

    # --- the page of the form in the portal -------------------------------------------------------

    def _support_portal_may_complete(self, user) -> bool:
        """Whether ``user``, who may open the ticket's page, answers the form as well; the public user came with the
        link of the customer's own mail. **Hook**, called with sudo: a provider may be stricter."""
        self.ensure_one()
        return True

    def _support_portal_describe_request_form(self) -> dict[str, Any]:
        """The form of this ticket in words, for the portal: the box on the ticket's page and the form's own.

        Runs in superuser mode as :mod:`.helpdesk_ticket_portal` does, in the reader's language and zone.

        :return: ``title``, ``state`` (incomplete, complete or False), ``open`` (whether it can be answered),
            ``answered``, ``total``, ``missing`` (words), ``asked`` (whether somebody waits for it), ``fields`` (as
            :meth:`_support_portal_form_fields`, with ``value`` as typed and ``said`` in words), ``files`` (question or
            False)
        """
        self.ensure_one()
        definition = self._support_form_get_definition() if self.support_provider_id else None
        if not definition or not definition.questions:
            return {"state": False, "open": False, "fields": [], "files": False}
        needed = self._support_form_get_needed()
        missing = self._support_form_get_missing()
        specs = self._support_form_describe(definition.questions)
        for spec in specs:
            spec["value"] = self._support_form_to_input(spec)
            if spec["type"] == SECRET:
                spec["kept"] = any(
                    question.name == spec["name"] and self._support_form_has(question)
                    for question in definition.questions
                )
                spec["required"] = spec["required"] and not spec["kept"]
            spec["said"] = self._support_form_say(spec) if spec["value"] or spec.get("kept") else ""
        return {
            "title": definition.title,
            "state": self.support_form_state,
            "open": not self._support_form_is_closed(),
            "answered": len(needed) - len(missing),
            "total": len(needed),
            "missing": [question.short for question in missing],
            "asked": bool(self.support_form_requested),
            "fields": [spec for spec in specs if spec["type"] != FILES],
            "files": next((spec for spec in specs if spec["type"] == FILES), False),
        }

    @api.model
    def _support_form_describe(self, questions: Sequence[Question], provider=None) -> list[dict[str, Any]]:
        """Questions as :meth:`_support_portal_form_fields` declares them."""
        provider = provider or self.support_provider_id
        zone = self._support_portal_in_zone(provider).env.context.get("tz") or "UTC"
        specs = []
        for question in questions:
            spec = {
                "name": question.name,
                "label": question.label,
                "type": question.type,
                "required": question.need == "refuse",
                "later": question.need == "complete",
                "help": question.help,
            }
            if question.type == "selection":
                spec["options"] = self._fields[question.name]._description_selection(self.env)
            if question.type == "datetime":
                spec.update(past=question.past, zone=self._support_portal_get_city(zone))
            specs.append(spec)
        return specs

    def _support_form_to_input(self, spec: Mapping[str, Any]) -> str:
        """The stored answer as a form sends it."""
        self.ensure_one()
        if spec["type"] in (FILES, SECRET):
            return ""
        value = self[spec["name"]]
        if spec["type"] == "boolean":
            return "1" if value else ""
        if not value:
            return ""
        if spec["type"] == "datetime":
            return self._support_form_get_local(value).strftime("%Y-%m-%dT%H:%M")
        return str(value)

    def _support_form_get_local(self, value: datetime) -> datetime:
        zone = self._support_portal_in_zone(self.support_provider_id).env.context.get("tz") or "UTC"
        return pytz.utc.localize(value).astimezone(pytz.timezone(zone))

    def _support_form_read(self, post: Mapping[str, Any], files: int) -> tuple[dict[str, Any], list[str]]:
        """What a customer changes with what was posted, and what is wrong with it.

        A form that was open while somebody else answered takes nothing of that back: only what differs from what
        the form had shown (``was_<name>``) is taken.

        :param files: how many files come with it
        :return: values of the ticket, and sentences
        """
        self.ensure_one()
        values: dict[str, Any] = {}
        errors: list[str] = []
        applies = self._support_form_applies()
        questions = self._support_form_get_definition().questions
        for spec in self._support_form_describe(questions):
            name = spec["name"]
            spec["required"] = spec["required"] and applies
            if spec["type"] == FILES:
                if spec["required"] and not (files or self.support_form_files):
                    errors.append(self.env._("Please add at least one file: %s", spec["label"]))
                continue
            if name not in post and not (spec["type"] == "boolean" and post.get("support_form")):
                continue
            if spec["type"] == SECRET:
                # nothing typed leaves what is kept as it is
                kept = any(question.name == name for question in questions if self._support_form_has(question))
                spec["required"] = spec["required"] and not kept
                value, error = self._support_portal_read_field(spec, post)
                errors += [error] if error else []
                if value:
                    values[name] = value
                continue
            shown = self._support_form_to_input(spec)
            sent = str(post.get(name) or "").replace("\r\n", "\n").strip()
            was = str(post.get(f"was_{name}", shown)).replace("\r\n", "\n").strip()
            value, error = self._support_portal_in_zone(self.support_provider_id)._support_portal_read_field(spec, post)
            if error and (sent != shown or not sent):
                errors.append(error)
            elif sent != was and sent != shown.strip():
                values[name] = value
        return values, errors

    def _support_form_answer(self, values: Mapping[str, Any], files: Sequence[tuple[str, bytes]], author, email: str):
        """Take a customer's answers, and say so on the ticket in the customer's name, so that everything happens
        that happens when a customer writes. Called with sudo by the portal, which has checked access.

        :param values: of :meth:`_support_form_read`
        :param files: names and contents
        :param author: contact in whose name it is said; may be empty
        :param email: of an author without a contact
        """
        self.ensure_one()
        if not values and not files:
            return self.env["mail.message"]
        ticket = self.with_context(**inside(support_side=facts.CUSTOMER))
        before = ticket.support_form_state
        ticket.write(dict(values))
        specs = [
            spec
            for spec in ticket._support_form_describe(ticket._support_form_get_definition().questions)
            if spec["name"] in values
        ]
        title = ticket._support_form_get_definition().title
        if values:
            head = self.env._("%s: I have added this.", title)
        else:
            head = self.env._("%s: I have added files.", title)
        message = ticket.message_post(
            body=Markup("<p>%s</p>%s") % (head, ticket._support_form_quote(specs)),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=author.id,
            email_from=author.email_formatted if author else email,
            attachments=list(files),
        )
        if before == "incomplete" and ticket.support_form_state == "complete":
            ticket._message_log(body=self.env._("%s: complete.", title))
        return message

    def _support_form_quote(self, specs: Sequence[Mapping[str, Any]]) -> Markup:
        rows = Markup()
        for spec in specs:
            text = self._support_form_say(spec)
            if len(text) > QUOTE_LENGTH:
                text = f"{text[:QUOTE_LENGTH]}…"
            rows += Markup("<li><b>%s</b><br/>%s</li>") % (spec["label"], plaintext2html(text, container_tag=False))
        return Markup("<ul>%s</ul>") % rows if specs else Markup()

    def _support_form_say(self, spec: Mapping[str, Any]) -> str:
        """An answer in words. **Hook**: what must not be repeated in a message is said otherwise, as secrets are."""
        self.ensure_one()
        if spec["type"] == SECRET:
            return self.env._("(kept encrypted, not shown)")
        value = self[spec["name"]]
        match spec["type"]:
            case "boolean":
                return self.env._("yes") if value else self.env._("no")
            case "selection":
                return dict(spec["options"]).get(value) or self.env._("(empty)")
            case "datetime" if value:
                zone = self._support_portal_in_zone(self.support_provider_id).env.context.get("tz") or "UTC"
                return self.env._(
                    "%(time)s (%(zone)s)",
                    time=format_datetime(self.env, value, tz=zone, dt_format="d MMM y HH:mm"),
                    zone=spec["zone"],
                )
        return str(value) if value else self.env._("(empty)")
