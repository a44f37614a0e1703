from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..const import FIRST_LINE, PROVIDER, SECOND_LINE


class HelpdeskTicket(models.Model):
    """What the first line cannot answer goes to technical support, as if it had come there at once (P-12)."""

    _inherit = "helpdesk.ticket"

    plastek_first_line = fields.Boolean(
        string="On the First Line",
        compute="_compute_plastek_first_line",
        groups="base.group_user",
        help="It is with the first line and can be handed over to technical support.",
    )

    @api.depends("support_tier_id", "team_id", "stage_id.support_phase", "support_merged_into_id")
    def _compute_plastek_first_line(self):
        for ticket in self:
            ticket.plastek_first_line = not ticket._plastek_may_not_hand_over()

    def _plastek_may_not_hand_over(self) -> str:
        """Why this ticket cannot be handed over, in the reader's words; empty if it can."""
        self.ensure_one()
        # sudo: what line it is on, whatever the reader knows of the catalogue
        ticket_sudo = self.sudo()
        first_line = self.env.ref("plastek_catalog.team_first_line", raise_if_not_found=False)
        ours = ticket_sudo.support_provider_id.code == PROVIDER
        tier = ticket_sudo.support_tier_id
        if not ours or not (tier.code == FIRST_LINE or (not tier and ticket_sudo.team_id == first_line)):
            return self.env._("%s is not on the first line.", self.number)
        if ticket_sudo.stage_id.support_phase in facts.ENDED or ticket_sudo.support_merged_into_id:
            return self.env._("%s is closed: open it again before you hand it over.", self.number)
        return ""

    def _plastek_get_second_line(self, kind, entry):
        """Queue and role of technical support for a request of this kind and entry, by the rules of P-2.

        :return: ``helpdesk.ticket.team`` and ``support.role``, in superuser mode; either may be empty
        """
        self.ensure_one()
        ticket_sudo = self.sudo()
        values = {
            "plastek_entry_id": entry.id,
            "support_kind_id": kind.id,
            "channel_id": ticket_sudo.channel_id.id,
        }
        found = self.env["plastek.route"]._route(values, *ticket_sudo._plastek_get_words())
        usual = self.env.ref("plastek_catalog.team_support", raise_if_not_found=False)
        return found["team"] or (usual or self.env["helpdesk.ticket.team"]).sudo(), found["role"]

    def _plastek_get_words(self) -> tuple[str, str]:
        """Subject and description as plain text."""
        return self.name or "", html2plaintext(self.description or "")

    def _plastek_hand_over(self, kind, entry, note: str) -> None:
        """P-12: the ticket becomes one of technical support: queue, kind, entry, service and role. Its promises are
        those of that line from the moment the request was raised. Access is checked by the caller.

        :param kind: of the second line
        :param entry: of the classifier; without one the service is the kind's own
        :param note: what the first line knows already
        :raise UserError: when it is not possible, in words for whoever asked
        """
        self.ensure_one()
        refusal = self._plastek_may_not_hand_over()
        if refusal:
            raise UserError(refusal)
        if kind.tier_id.code != SECOND_LINE or kind.provider_id != self.sudo().support_provider_id:
            raise UserError(self.env._("“%s” is no kind of request of technical support.", kind.display_name))
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Say what the first line knows: technical support goes on from there."))
        former, former_role = self.sudo().support_kind_id, self.sudo().plastek_role_id
        team, _role = self._plastek_get_second_line(kind, entry)
        service = entry.sudo().service_id if entry else kind.sudo().service_id
        # sudo: whoever hands over need not see the queue that it goes to, nor the ticket from then on
        ticket_sudo = self.sudo()
        ticket_sudo.write(
            {
                "team_id": team.id,
                "support_kind_id": kind.id,
                "plastek_entry_id": entry.id,
                "support_service_id": service.id,
            }
        )
        ticket_sudo._support_sync()
        self.env["support.page.use"]._settle(self, "not_enough")
        ticket_sudo.message_post(
            body=self.env._(
                "Handed over to technical support, %(team)s: %(kind)s instead of %(former)s. %(note)s",
                team=team.name,
                kind=kind.name,
                former=former.name or self.env._("no kind of request"),
                note=note,
            ),
            author_id=self.env.user.partner_id.id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
        if ticket_sudo.plastek_role_id == former_role:  # another role has been told by now
            ticket_sudo._plastek_tell_role(self.env["support.event"]._now(), again=True)

    def action_plastek_hand_over(self):
        """Open the wizard that hands the request over to technical support."""
        self.ensure_one()
        self.check_access("write")
        return {
            "name": self.env._("Hand Over to Technical Support"),
            "type": "ir.actions.act_window",
            "res_model": "plastek.hand.over.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_ticket_id": self.id},
        }
