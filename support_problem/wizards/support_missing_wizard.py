from datetime import timedelta

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

#: days until the page is to be there, if nobody says otherwise
DAYS = 7


class SupportMissingWizard(models.TransientModel):
    """A page that was missing on a ticket becomes a draft and somebody's assigned activity (E-7.2)."""

    _name = "support.missing.wizard"
    _description = "Page Missing"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    name = fields.Char(string="Title", required=True)
    use = fields.Selection(
        [("answer", "Answer to a question"), ("solution", "Solution"), ("workaround", "Workaround")],
        required=True,
        default="answer",
    )
    user_id = fields.Many2one(
        "res.users",
        string="To Be Written By",
        required=True,
        compute="_compute_user_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain=lambda self: [("all_group_ids", "in", self.env.ref("helpdesk_mgmt.group_helpdesk_manager").ids)],
    )
    date_deadline = fields.Date(
        string="By", required=True, default=lambda self: fields.Date.context_today(self) + timedelta(days=DAYS)
    )
    note = fields.Text(string="What It Should Say")

    @api.depends("ticket_id")
    def _compute_user_id(self):
        managers = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        for wizard in self:
            # sudo: agents may not read whom the provider names
            named = wizard.ticket_id._filtered_access("read").sudo().support_provider_id.administrator_id
            if wizard.user_id:
                continue
            users = (named | self.env.user).filtered(lambda user: managers in user.sudo().all_group_ids)
            wizard.user_id = users[:1].id

    def action_ask(self):
        self._ask()
        return {"type": "ir.actions.act_window_close"}

    def _ask(self):
        """Make the draft and ask for it.

        :return: the ``document.page``, in superuser mode
        """
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        lang = ticket.sudo().partner_id.lang or self.env.lang
        # sudo: agents do not write pages; what they may say of this one is what stands in the wizard
        page_sudo = (
            self.env["document.page"]
            .sudo()
            .create(
                {
                    "name": self.name,
                    "support_use": self.use,
                    "support_state": "draft",
                    "support_provider_ids": ticket.support_provider_id.ids,
                    "support_kind_ids": ticket.support_kind_id.ids,
                    "support_lang_ids": self.env["res.lang"].search([("code", "=", lang)]).ids,
                    "company_id": ticket.company_id.id,
                }
            )
        )
        if not page_sudo.with_user(self.user_id).has_access("write"):
            raise UserError(self.env._("%s may not write knowledge pages: choose somebody who may.", self.user_id.name))
        page_sudo.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.date_deadline,
            summary=self.env._("Write the page that was missing on %s", ticket.number),
            note=Markup("<p>%s</p><p>%s</p>") % (ticket._get_html_link(), self.note or ""),
            user_id=self.user_id.id,
        )
        ticket.message_post(
            body=self.env._(
                "A page was missing: %(user)s was asked to write “%(page)s”.", user=self.user_id.name, page=self.name
            ),
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
        return page_sudo
