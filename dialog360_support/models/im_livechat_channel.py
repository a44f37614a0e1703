from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_time import to_instant
from odoo.exceptions import AccessError


class ImLivechatChannel(models.Model):
    """A live chat whose conversations are requests for support: the operators are a team, the visitors its clients
    with chat and nobody else (D-1).
    """

    _inherit = "im_livechat.channel"

    dialog360_team_id = fields.Many2one(
        "helpdesk.ticket.team",
        string="Support Team",
        domain="[('support_provider_id', '!=', False)]",
        ondelete="restrict",
        index="btree_not_null",
        help="Its members take the conversations, and tickets made of them go to its queue. Only clients whose "
        "entitlement has chat get the widget, on the portal.",
    )
    dialog360_partner_id = fields.Many2one(
        "res.partner",
        string="Speaks for the Desk",
        ondelete="restrict",
        context={"active_test": False},
        help="In whose name the chat itself says something: its number, instant answers, the number of a ticket.",
    )
    user_ids = fields.Many2many(compute="_compute_user_ids", store=True, readonly=False)

    @api.depends("dialog360_team_id.user_ids")
    def _compute_user_ids(self):
        for channel in self:
            team = channel.dialog360_team_id
            channel.user_ids = team.user_ids.filtered(lambda user: not user.share) if team else channel.user_ids

    # --- who may chat -----------------------------------------------------------------------------

    def _dialog360_serves(self, user) -> bool:
        """Whether ``user`` may open a conversation here: a logged-in client whose entitlement in force has chat."""
        self.ensure_one()
        # sudo: clients read neither teams nor entitlements
        team_sudo = self.sudo().dialog360_team_id
        if not team_sudo:
            return True
        provider_sudo = team_sudo.support_provider_id
        partner_sudo = user.sudo().partner_id
        if not user.has_group("base.group_portal") or not team_sudo.active or not provider_sudo.active:
            return False
        now = self.env["support.event"]._now()
        day = fields.Datetime.context_timestamp(provider_sudo.with_context(tz=provider_sudo.tz or "UTC"), now).date()
        entitlement_sudo = (
            self.env["support.entitlement"].sudo()._find(provider_sudo.id, partner_sudo.commercial_partner_id.id, day)
        )
        contacts = entitlement_sudo.contact_ids
        return entitlement_sudo.dialog360_chat and (not contacts or partner_sudo in contacts)

    @api.model
    def _dialog360_find(self, user):
        """The live chat that ``user`` may use on the portal, in superuser mode; none for everybody else."""
        if not user.has_group("base.group_portal"):
            return self.sudo().browse()
        channels_sudo = self.sudo().search([("dialog360_team_id", "!=", False)], order="id", limit=20)
        return channels_sudo.filtered(lambda channel: channel._dialog360_serves(user))[:1]

    def _dialog360_is_open(self) -> bool:
        """Whether the provider of the team works now; without hours of its own it always does. With sudo."""
        self.ensure_one()
        calendar = self.dialog360_team_id.support_provider_id.calendar_id
        return not calendar or calendar._sla_hours().is_open(to_instant(self.env["support.event"]._now()))

    @api.depends_context("uid")
    def _compute_available_operator_ids(self):
        """Nobody is there for whom the chat is not meant: so no page offers it and no address opens it."""
        super()._compute_available_operator_ids()
        user = self.env.user
        for channel_sudo in self.sudo().filtered("dialog360_team_id"):
            if (user.share and not channel_sudo._dialog360_serves(user)) or not channel_sudo._dialog360_is_open():
                channel_sudo.available_operator_ids = False

    def _is_livechat_available(self):
        return super()._is_livechat_available() and self._dialog360_serves(self.env.user)

    def _get_operator_info(self, /, **kwargs):
        info = super()._get_operator_info(**kwargs)
        if not self._dialog360_serves(self.env.user):
            # a chatbot that somebody has added is none for them either
            return {**info, "agent": self.env["res.users"], "operator_partner": self.env["res.partner"]}
        return info

    def _get_livechat_discuss_channel_vals(self, /, **kwargs):
        vals = super()._get_livechat_discuss_channel_vals(**kwargs)
        if not self.sudo().dialog360_team_id:
            return vals
        if not self._dialog360_serves(self.env.user):
            raise AccessError(self.env._("This chat is for clients whose contract has it."))
        # sudo: clients count no sequences
        number = self.env["ir.sequence"].sudo().next_by_code("dialog360.chat")
        return {**vals, "dialog360_number": number, "name": f"{number} {vals['name']}"}

    def _dialog360_get_widget(self) -> dict[str, Any]:
        """What the pages of a client tell the widget, as the live chat's own loader does. With sudo."""
        self.ensure_one()
        return {
            "can_load_livechat": True,
            "serverUrl": self.get_base_url(),
            "options": {**self._get_channel_infos(), "default_username": self.env.user.name},
        }
