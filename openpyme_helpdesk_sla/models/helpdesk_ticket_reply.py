from datetime import datetime

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import inside
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date, html2plaintext

from ..const import PROVIDER


class HelpdeskTicket(models.Model):
    """A request that turns out to be a reply to another ticket goes to that ticket's thread (O-2).

    Not a merge: two tickets about one thing become one there, with the earliest start; here a mail went astray. What
    the client said is said on the right ticket, at the moment when it was said.
    """

    _inherit = "helpdesk.ticket"

    openpyme_moved_to_id = fields.Many2one(
        "helpdesk.ticket",
        string="Reply To",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="The ticket to whose thread this message of the client was moved.",
    )
    openpyme_moved_ids = fields.One2many(
        "helpdesk.ticket",
        "openpyme_moved_to_id",
        string="Replies Moved Here",
        readonly=True,
        groups="base.group_user",
    )

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | {"openpyme_moved_to_id", "openpyme_moved_ids"}

    def action_openpyme_reply(self):
        """Open the wizard that finds the ticket to which this one is a reply."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Reply to Another Ticket"),
            "type": "ir.actions.act_window",
            "res_model": "openpyme.reply.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id, **self._openpyme_get_reply_defaults()},
        }

    def _openpyme_get_reply_defaults(self) -> dict:
        """The ticket that the request names by its number, chosen beforehand."""
        target_id = self.env.context.get("openpyme_target_id")
        if not target_id:
            own = f"{self.name or ''}\n{html2plaintext(self.description or '')}"
            named = [other for other, _why, _found in self._openpyme_find_others() if other.number in own]
            target_id = named[0].id if len(named) == 1 else False
        return {"default_target_id": target_id} if target_id else {}

    # --- moving -----------------------------------------------------------------------------------

    def _openpyme_get_thread(self):
        """Where this ticket's conversation goes on by now, through replies that were moved and merges; with sudo."""
        self.ensure_one()
        ticket_sudo, seen = self.sudo(), self.browse()
        while ticket_sudo not in seen:
            seen |= ticket_sudo
            ticket_sudo = ticket_sudo.openpyme_moved_to_id or ticket_sudo._support_get_survivor()
        return ticket_sudo

    def _openpyme_get_move_obstacles(self, target) -> list[str]:
        """Why what the client wrote here cannot go to ``target``, in the reader's words; empty: it can."""
        self.ensure_one()
        if not target:
            return [self.env._("Choose the ticket to which this one is a reply.")]
        if target == self:
            return [self.env._("A ticket is no reply to itself: choose another one.")]
        ticket_sudo, target_sudo = self.sudo(), target.sudo()
        if ticket_sudo.openpyme_moved_to_id:
            return [
                self.env._(
                    "%(ticket)s was moved to %(other)s already.",
                    ticket=self.number,
                    other=ticket_sudo.openpyme_moved_to_id.number,
                )
            ]
        problems = []
        if ticket_sudo.support_merged_into_id or self.support_phase in facts.ENDED:
            problems.append(self.env._("%s is over: what was written on it stays where it is.", self.number))
        thread = target._openpyme_get_thread()
        if thread == ticket_sudo:
            problems.append(
                self.env._(
                    "%(target)s was itself moved to %(ticket)s: each would be a reply to the other.",
                    target=target.number,
                    ticket=self.number,
                )
            )
        elif thread != target_sudo:
            problems.append(
                self.env._("%(target)s goes on in %(thread)s: choose that.", target=target.number, thread=thread.number)
            )
        if target_sudo.support_provider_id != ticket_sudo.support_provider_id:
            problems.append(self.env._("%s belongs to another provider.", target.number))
        if target.company_id != self.company_id:
            problems.append(self.env._("%s belongs to another company.", target.number))
        if not self._support_is_same_customer(target):
            problems.append(
                self.env._(
                    "%s is of another client, who would read what this one wrote: choose a ticket of the same client.",
                    target.number,
                )
            )
        return problems

    def _openpyme_continues(self, target) -> bool:
        """Whether a reply to ``target`` goes on in this ticket, as its follow-up: the desk does not reopen what is
        closed (setting *Answer After Closing* of the provider), so what came as a new ticket stays one."""
        self.ensure_one()
        target_sudo = target.sudo()
        closed = target_sudo.support_phase in (facts.CLOSED, facts.CANCELLED)
        return closed and target_sudo.support_provider_id.closed_reply != "reopen"

    def _openpyme_move_to(self, target) -> None:
        """O-2: what the client wrote here goes to the thread of ``target``, the client learns its number, and this
        ticket is cancelled. One transaction; access to both is checked by the caller.

        :raise UserError: when it cannot be done, with the reasons
        """
        self.ensure_one()
        # two who move the same ticket, or two tickets into each other, at once: the second waits and then finds it
        self.env.cr.execute(
            SQL("SELECT id FROM helpdesk_ticket WHERE id = ANY(%s) ORDER BY id FOR UPDATE", list((self | target)._ids))
        )
        (self | target).invalidate_recordset(["openpyme_moved_to_id", "support_merged_into_id", "support_phase"])
        problems = self._openpyme_get_move_obstacles(target)
        if problems:
            raise UserError("\n".join(problems))
        # sudo: columns that follow from this, facts, and attachments of both; whoever may write both may move it
        ticket_sudo, target_sudo = self.sudo(), target.sudo()
        if self._openpyme_continues(target):
            ticket_sudo._openpyme_link_follow_up(target_sudo)
            return
        ticket_sudo._openpyme_carry_words(target_sudo)
        ticket_sudo._openpyme_tell_moved(target_sudo)
        ticket_sudo._support_set({"openpyme_moved_to_id": target_sudo.id})
        stage = self._openpyme_find_stage(ticket_sudo.team_id, facts.CANCELLED)
        if not stage:
            raise UserError(self.env._("The queue has no stage that means cancelled: an administrator adds one."))
        ticket_sudo.with_context(**inside(support_no_template=True)).stage_id = stage
        target_sudo._support_take_people(ticket_sudo)
        for one, text in (
            (
                target_sudo,
                self.env._(
                    "The client's message came as a new request, %s, and was moved here.",
                    ticket_sudo._get_html_link(title=ticket_sudo.number),
                ),
            ),
            (
                ticket_sudo,
                self.env._(
                    "A reply to %s: moved there, and this request cancelled. What is written here from now on goes "
                    "there as well.",
                    target_sudo._get_html_link(title=target_sudo.display_name),
                ),
            ),
        ):
            one._message_log(body=text, author_id=self.env.user.partner_id.id)

    def _openpyme_link_follow_up(self, target_sudo) -> None:
        """The ticket that it answers is closed and is not reopened: this one continues it."""
        self._support_set({"support_origin_id": target_sudo.id})
        self._message_log(
            body=self.env._(
                "A reply to %s, which is closed: this request continues it.",
                target_sudo._get_html_link(title=target_sudo.display_name),
            ),
            author_id=self.env.user.partner_id.id,
        )

    def _openpyme_carry_words(self, target_sudo) -> None:
        """Say on the target what the client said here, with the files, each at its own moment."""
        said = self.support_event_ids.filtered(
            lambda event: (
                event.kind == facts.MESSAGE_IN and event.message_id and not event.message_id.sudo().is_internal
            )
        ).sorted(lambda event: (event.moment, event.id))
        first = said[:1].message_id
        loose = (
            self.env["ir.attachment"].search(
                [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", False)]
            )
            - self.message_ids.attachment_ids
        )
        if not first or self._openpyme_words(first.body) != self._openpyme_words(self.description):
            # by portal or phone: the request itself is no message
            target_sudo._openpyme_hear(
                self.description,
                loose,
                self.partner_id,
                self.partner_email or "",
                self.support_raised or self.create_date,
                self,
            )
            loose = loose.browse()
        for event in said:
            message = event.message_id
            target_sudo._openpyme_hear(
                message.body,
                message.attachment_ids | loose,
                message.author_id,
                message.email_from or "",
                event.moment,
                self,
            )
            loose = loose.browse()

    def _openpyme_words(self, body) -> str:
        return " ".join(html2plaintext(body or "").split())

    def _openpyme_hear(self, body, attachments, author, email: str, moment: datetime, source) -> None:
        """Post on this ticket what its client wrote elsewhere, as the client's message of then: whose turn it is
        and the clocks follow it. Used with sudo."""
        self.ensure_one()
        quiet = self.with_context(**inside(support_no_sync=True))
        message = quiet.message_post(
            body=body or "",
            author_id=author.id,
            email_from=author.email_formatted if author else email,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=attachments.copy({"res_model": self._name, "res_id": self.id}).ids,
        )
        now = self.env["support.event"]._now()
        self._support_add_fact(
            facts.MESSAGE_IN,
            {"message": message.id, "moved": source.id},
            side=facts.CUSTOMER,
            moment=max(self.support_raised or moment, min(moment, now)),
            message_id=message.id,
            key=f"message:{message.id}",
        )
        self._support_customer_wrote(message.with_env(self.env))

    def _openpyme_tell_moved(self, target_sudo) -> None:
        """Tell the client, in the client's language, under which number it goes on."""
        if not self.partner_id and not self.partner_email:
            return
        ticket = self.with_context(lang=self._support_get_customer_lang(), **inside(support_automatic=True))
        ticket.message_post(
            subject=ticket.env._("[%(number)s] Goes on in %(other)s", number=self.number, other=target_sudo.number),
            body=ticket.env._(
                "Your message of %(day)s, “%(subject)s”, belongs to your request %(number)s, “%(name)s”. We have put "
                "it there and answer there; the new number %(own)s is closed. There is nothing for you to do: what "
                "you answer to this mail arrives in %(number)s.",
                day=format_date(ticket.env, self.support_raised or self.create_date),
                subject=self.name,
                number=target_sudo.number,
                name=target_sudo.name,
                own=self.number,
            ),
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.partner_id.ids,
            outgoing_email_to=False if self.partner_id.email else self.partner_email,
            author_id=self.env.user.partner_id.id,
        )

    def _support_customer_wrote(self, message):
        """What the client writes on a ticket that was moved belongs to the other one."""
        if self.openpyme_moved_to_id and self.support_provider_id.code == PROVIDER:
            return self._openpyme_get_thread()._support_repost(message)
        return super()._support_customer_wrote(message)
