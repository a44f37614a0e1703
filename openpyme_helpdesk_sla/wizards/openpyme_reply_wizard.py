from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts


class OpenpymeReplyWizard(models.TransientModel):
    """Finds the ticket to which a request is a reply, says what will happen, and does it in one action (O-2)."""

    _name = "openpyme.reply.wizard"
    _description = "Reply to Another Ticket"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    search_words = fields.Char(help="Words of the other ticket, or its number.")
    target_id = fields.Many2one(
        "helpdesk.ticket", string="Is a Reply To", domain="[('id', 'in', candidate_ids)]", ondelete="cascade"
    )
    candidate_ids = fields.Many2many("helpdesk.ticket", compute="_compute_candidate_ids", compute_sudo=False)
    likely_ids = fields.Many2many("helpdesk.ticket", compute="_compute_candidate_ids", compute_sudo=False)
    problem = fields.Text(compute="_compute_effect", compute_sudo=False)
    effect = fields.Text(compute="_compute_effect", compute_sudo=False)
    continues = fields.Boolean(compute="_compute_effect", compute_sudo=False)

    @api.depends("ticket_id", "search_words")
    def _compute_candidate_ids(self):
        Ticket = self.env["helpdesk.ticket"]
        for wizard in self:
            # a client may name any ticket: nothing is told of one that the user may not read
            ticket = wizard.ticket_id._filtered_access("read")
            others = ticket._openpyme_find_others(limit=200) if ticket else []
            wizard.candidate_ids = Ticket.union(*(other for other, _why, _found in others))
            words = (wizard.search_words or "").strip()
            found = ticket._openpyme_find_others(words, limit=8) if ticket else []
            wizard.likely_ids = Ticket.union(*(other for other, _why, _found in found))

    @api.depends("ticket_id", "target_id", "candidate_ids")
    def _compute_effect(self):
        for wizard in self:
            ticket = wizard.ticket_id._filtered_access("read")
            target = wizard.target_id._filtered_access("read")
            wizard.problem = wizard.effect = False
            wizard.continues = False
            if not ticket:
                continue
            if not target:
                if not wizard.candidate_ids:
                    wizard.problem = self.env._("This client has no other ticket.")
                continue
            problems = ticket._openpyme_get_move_obstacles(target)
            if problems:
                wizard.problem = "\n".join(problems)
                continue
            wizard.continues = ticket._openpyme_continues(target)
            wizard.effect = "\n".join(self._describe(ticket, target))

    def _describe(self, ticket, target) -> list[str]:
        """What will happen, in sentences."""
        if ticket._openpyme_continues(target):
            return [
                self.env._(
                    "%(target)s is closed and is not reopened: %(ticket)s stays and is linked to it as its follow-up.",
                    target=target.number,
                    ticket=ticket.number,
                )
            ]
        lines = [
            self.env._(
                "What the client wrote here, with its files, is put into the thread of %s as the client's message.",
                target.number,
            )
        ]
        if target.sudo().support_phase in (facts.CLOSED, facts.CANCELLED):
            lines.append(self.env._("%s is closed: it is reopened.", target.number))
        if ticket.partner_id.email or ticket.partner_email:
            lines.append(self.env._("The client gets a mail with the number %s.", target.number))
        else:
            lines.append(self.env._("The client has no e-mail address, so nobody is told: call, if need be."))
        lines.append(
            self.env._("%s is cancelled. What is written to it afterwards arrives there as well.", ticket.number)
        )
        return lines

    def action_move(self):
        self.ensure_one()
        ticket, target = self.ticket_id, self.target_id
        (ticket | target).check_access("write")
        ticket._openpyme_move_to(target)
        stays = ticket if ticket.sudo().support_origin_id == target else target
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": stays.id,
            "views": [(False, "form")],
        }
