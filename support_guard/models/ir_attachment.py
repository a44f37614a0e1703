from collections.abc import Callable

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    # The other end of mail.message.attachment_ids, which has none.
    guard_message_ids = fields.Many2many(
        comodel_name="mail.message",
        relation="message_attachment_rel",
        column1="attachment_id",
        column2="message_id",
        string="Messages",
        readonly=True,
        copy=False,
    )

    @api.model
    def _guard_customer_domain(self) -> Domain:
        """G-3: what a customer sees of a ticket's attachments: those of messages that
        are no internal notes, and those a customer has uploaded itself (the form).
        """
        message_domain = self.env["mail.message"]._get_search_domain_share()
        return (
            Domain("res_model", "!=", "helpdesk.ticket")
            | Domain("guard_message_ids", "any!", message_domain)
            | (Domain("guard_message_ids", "=", False) & Domain("create_uid", "any!", [("share", "=", True)]))
        )

    def _guard_hidden_from_customers(self) -> "IrAttachment":
        """Of the attachments, those that belong to a ticket and are internal."""
        of_tickets = self.sudo().filtered(lambda a: a.res_model == "helpdesk.ticket")
        if not of_tickets:
            return self.browse()
        visible = of_tickets.with_context(skip_res_field_check=True).search(
            Domain("id", "in", of_tickets.ids) & self._guard_customer_domain()
        )
        return self.browse((of_tickets - visible).ids)

    def _check_access(self, operation: str) -> tuple[models.BaseModel, Callable[[], AccessError]] | None:
        """G-3: who may read a ticket may not therefore read the attachments of its
        internal notes. (Some modules let portal users read attachments.)
        """
        result = super()._check_access(operation)
        if self.env.su or not self.env.user.share or not self:
            return result
        forbidden = result[0] if result else self.browse()
        hidden = (self - forbidden)._guard_hidden_from_customers()
        if not hidden:
            return result

        def access_error() -> AccessError:
            return AccessError(self.env._("You may not open this file."))

        return forbidden | hidden, result[1] if result else access_error

    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        if not self.env.su and not bypass_access and self.env.user.share:
            domain = Domain(domain) & self._guard_customer_domain()
        return super()._search(
            domain,
            offset,
            limit,
            order,
            active_test=active_test,
            bypass_access=bypass_access,
        )
