from datetime import datetime

from odoo import api, fields, models
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import ValidationError

from .helpdesk_ticket_authorised import HELD_BACK, REGISTERED, UNAGREED


class HelpdeskTicket(models.Model):
    """Advice by phone and messenger, and registering a request for the client, are paid extras (B-15)."""

    _inherit = "helpdesk.ticket"

    bpmsoft_extra_ids = fields.One2many(
        "bpmsoft.agreed.extra",
        "ticket_id",
        string="Agreed Paid Extras",
        readonly=True,
        copy=False,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    bpmsoft_extra_missing = fields.Char(
        string="Not Agreed",
        compute="_compute_bpmsoft_extra_missing",
        groups="base.group_user",
        help="Paid extras that this request uses, that the contract does not include and nobody has agreed on.",
    )
    bpmsoft_offline_only = fields.Boolean(compute="_compute_bpmsoft_extra_missing", groups="base.group_user")

    @api.depends("channel_id", "partner_id", "support_entitlement_id", "bpmsoft_standing", "bpmsoft_extra_ids")
    @api.depends_context("lang")
    def _compute_bpmsoft_extra_missing(self):
        for ticket in self:
            # sudo: whoever works on a ticket is warned, whatever they may read of the contract
            ticket_sudo = ticket.sudo()
            own = ticket_sudo._bpmsoft_is_ours()
            missing = ticket_sudo._bpmsoft_get_missing_extras() if own else []
            ticket.bpmsoft_extra_missing = ticket_sudo._bpmsoft_name_extras(missing)
            ticket.bpmsoft_offline_only = own and not ticket_sudo._bpmsoft_has_extra("phone")

    def _bpmsoft_has_extra(self, extra: str) -> bool:
        """Whether the contract includes a paid extra, or it was agreed on for this request. With sudo."""
        self.ensure_one()
        return self._bpmsoft_get_entitlement()._bpmsoft_includes(extra) or extra in self.bpmsoft_extra_ids.mapped(
            "extra"
        )

    def _bpmsoft_get_used_extras(self) -> list[str]:
        """The paid extras that this request uses by the way it came."""
        self.ensure_one()
        registered = self.bpmsoft_standing in (False, REGISTERED, UNAGREED) and self.commercial_partner_id
        used = ["registration"] if registered else []
        if self.channel_id.bpmsoft_extra:
            used.append(self.channel_id.bpmsoft_extra)
        return used

    def _bpmsoft_get_missing_extras(self) -> list[str]:
        """Those of :meth:`_bpmsoft_get_used_extras` that nobody has bought or agreed on. With sudo."""
        self.ensure_one()
        return [extra for extra in self._bpmsoft_get_used_extras() if not self._bpmsoft_has_extra(extra)]

    @api.model
    def _bpmsoft_name_extras(self, extras: list[str]) -> str:
        Extra = self.env["bpmsoft.agreed.extra"]
        return ", ".join(Extra._name_extra(extra) for extra in extras)

    @api.constrains("channel_id")
    def _check_bpmsoft_channel(self):
        """B-15: what is worked on does not come to a paid channel unnoticed; what is new is held back instead."""
        for ticket in self.sudo():
            extra = ticket.channel_id.bpmsoft_extra
            if (
                extra
                and ticket.support_raised
                and not ticket.support_history_until
                and ticket.bpmsoft_standing not in HELD_BACK
                and ticket._bpmsoft_is_ours()
                and not ticket._bpmsoft_has_extra(extra)
            ):
                raise ValidationError(ticket._bpmsoft_say_unagreed(extra))

    def _bpmsoft_say_unagreed(self, extra: str) -> str:
        self.ensure_one()
        return self.env._(
            "%(extra)s is a paid extra that the contract of %(client)s does not include. Record what was agreed first, "
            "with “Paid Extra” on the ticket.",
            extra=self._bpmsoft_name_extras([extra]),
            client=self.commercial_partner_id.display_name or self.env._("this client"),
        )

    def _support_refuse_call(self):
        refusal = super()._support_refuse_call()
        if not refusal and self._bpmsoft_is_ours() and not self._bpmsoft_has_extra("phone"):
            return self._bpmsoft_say_unagreed("phone")
        return refusal

    def action_bpmsoft_extra(self):
        """Open the wizard that records what was agreed about a paid extra."""
        action = self._support_open_wizard("bpmsoft.extra.wizard", self.env._("Paid Extra"))
        missing = self.sudo()._bpmsoft_get_missing_extras()
        action["context"]["default_extra"] = missing[0] if missing else "phone"
        return action

    def _bpmsoft_agree_extra(self, extra: str, agreed_with: str, agreed: datetime, terms: str):
        """Record what was agreed about a paid extra; a request that waited for it goes on. Access is checked by the
        caller."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        terms = self._support_mask_said(terms)
        row = ticket_sudo.env["bpmsoft.agreed.extra"].create(
            {
                "ticket_id": self.id,
                "commercial_partner_id": ticket_sudo.commercial_partner_id.id,
                "extra": extra,
                "agreed_with": agreed_with,
                "agreed": agreed,
                "terms": terms,
                "user_id": self.env.uid,
            }
        )
        self.invalidate_recordset(["bpmsoft_extra_ids", "bpmsoft_extra_missing"])
        self._message_log(
            body=self.env._(
                "%(extra)s agreed on with %(who)s: %(terms)s",
                extra=self._bpmsoft_name_extras([extra]),
                who=agreed_with,
                terms=terms,
            ),
            author_id=self.env.user.partner_id.id,
        )
        if ticket_sudo.bpmsoft_standing == UNAGREED and not ticket_sudo._bpmsoft_get_missing_extras():
            self._bpmsoft_decide(REGISTERED, "", facts.STAFF)
        return row
