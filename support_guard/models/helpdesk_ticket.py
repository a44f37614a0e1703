import datetime
import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import email_normalize

from .guard_context import given


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"
    # Without it Odoo does not know whom a new ticket is from, and its guard against
    # mail loops never counts them (G-5).
    _primary_email = "partner_email"

    # portal lists, the record rule and the figures of a contact (G-10)
    partner_id = fields.Many2one(index=True)
    commercial_partner_id = fields.Many2one(index=True)
    company_id = fields.Many2one(index=True)
    closed_date = fields.Datetime(compute="_compute_closed_date", store=True, readonly=False)
    # Only the superuser reads it: whoever has it reads and writes as the customer (G-9).
    access_token = fields.Char(groups=fields.NO_ACCESS)
    guard_share_partner_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="helpdesk_ticket_guard_share_rel",
        column1="ticket_id",
        column2="partner_id",
        string="Shared with",
        copy=False,
        help="People outside the customer's company who may read the ticket in the "
        "portal and answer there. A company stands for all its people.",
    )
    category_id = fields.Many2one(index="btree_not_null")
    guard_automatic_sender = fields.Char(
        string="Automatic Mail of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The ticket was made by an automatic mail of this address.",
    )

    # period filters of lists, the loop guard, reports (G-10)
    _guard_create_date_idx = models.Index("(create_date)")

    @api.depends("stage_id")
    def _compute_closed_date(self) -> None:
        """G-10: no closed ticket without a date, no open one with it; however the stage
        has changed: by hand, in the portal or because the team has others.
        """
        now = fields.Datetime.now()
        for ticket in self:
            if not ticket.stage_id.closed:
                ticket.closed_date = False
            elif not ticket.closed_date:
                ticket.closed_date = now

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def write(self, vals):
        watched = {"partner_id", "guard_share_partner_ids"} & vals.keys()
        if not watched:
            return super().write(vals)
        before = {ticket: (ticket.commercial_partner_id, ticket.guard_share_partner_ids) for ticket in self.sudo()}
        result = super().write(vals)
        for ticket_sudo, (customer, shares) in before.items():
            if ticket_sudo.commercial_partner_id != customer:
                ticket_sudo._guard_customer_changed(customer)
            elif shares - ticket_sudo.guard_share_partner_ids:
                # they have seen links that would still let them in
                ticket_sudo._guard_reset_token()
        return result

    # ------------------------------------------------------------
    # Access (G-1, G-3, G-9)
    # ------------------------------------------------------------

    def action_guard_revoke_token(self) -> bool:
        """G-9: every link with a token, in mails and elsewhere, stops working."""
        self.check_access("write")
        self.sudo()._guard_reset_token()
        for ticket in self:
            ticket._message_log(body=self.env._("The links that open this ticket without logging in were revoked."))
        return True

    def _guard_reset_token(self) -> None:
        for ticket in self:
            if ticket.access_token:
                ticket.access_token = str(uuid.uuid4())

    def _guard_customer_changed(self, customer: models.BaseModel) -> None:
        """The ticket has left ``customer``, a commercial partner: its people lose the
        link and hear no more of the ticket, unless it is shared with them.
        """
        self.ensure_one()
        self._guard_reset_token()
        if not customer:
            return
        shared = self.guard_share_partner_ids
        former = self.message_partner_ids.filtered(
            lambda partner: (
                partner.partner_share
                and partner.commercial_partner_id == customer
                and not (partner | customer) & shared
            )
        )
        self.message_unsubscribe(former.ids)

    def _portal_ensure_token(self):
        return super(HelpdeskTicket, self.sudo())._portal_ensure_token()

    def _sign_token(self, pid):
        return super(HelpdeskTicket, self.sudo())._sign_token(pid)

    def _get_share_url(self, redirect=False, signup_partner=False, pid=None, share_token=True):
        if share_token:
            self.check_access("read")
        return super(HelpdeskTicket, self.sudo())._get_share_url(
            redirect=redirect,
            signup_partner=signup_partner,
            pid=pid,
            share_token=share_token,
        )

    def _guard_portal_close_stages(self) -> models.BaseModel:
        """G-1: the stages that the page of the ticket offers to close it with.

        Hook: whoever offers others extends it. Page and route both ask here.
        Called by the portal on a ticket in superuser mode.
        """
        self.ensure_one()
        if self.closed:
            return self.env["helpdesk.ticket.stage"]
        stages = self.team_id.with_company(self.company_id)._get_applicable_stages()
        return stages.filtered("close_from_portal")

    def _guard_customer_attachments(self) -> models.BaseModel:
        """G-3: the attachments that the page of the ticket shows, in superuser mode."""
        self.ensure_one()
        attachments_sudo = self.sudo().attachment_ids
        return attachments_sudo - attachments_sudo._guard_hidden_from_customers()

    def _get_mail_thread_data_attachments(self):
        attachments = super()._get_mail_thread_data_attachments()
        if self.env.user.share:
            attachments -= attachments._guard_hidden_from_customers()
        return attachments

    def _thread_to_store(self, store, fields, *, request_list=None):
        """G-3: with a token a visitor gets the ticket in superuser mode. What only the
        agents' screen asks for is not handed out with it.
        """
        if request_list and self.env.user.share:
            internal = {
                "activities",
                "followers",
                "scheduledMessages",
                "suggestedRecipients",
            }
            request_list = [name for name in request_list if name not in internal]
        return super()._thread_to_store(store, fields, request_list=request_list)

    # ------------------------------------------------------------
    # Mail gateway (G-4, G-5)
    # ------------------------------------------------------------

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        self._guard_check_gateway_user()
        self = self.with_context(guard_inbound=self.env.context.get("guard_inbound", 1))
        values = dict(custom_values or {})
        if msg_dict.get("guard_automatic"):
            values["guard_automatic_sender"] = email_normalize(msg_dict.get("email_from"))
        return super().message_new(msg_dict, custom_values=values)

    def message_update(self, msg_dict, update_vals=None):
        self._guard_check_gateway_user()
        self = self.with_context(guard_inbound=self.env.context.get("guard_inbound", 1))
        return super().message_update(msg_dict, update_vals=update_vals)

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        """G-4: whom a mail names becomes a follower only when it is of the customer.

        The context key ``guard_inbound`` is set while a mail is being processed; code
        that subscribes somebody for a reason of its own sets it to False.
        """
        if not partner_ids or not self.env.context.get("guard_inbound"):
            return super()._message_subscribe(partner_ids, subtype_ids, customer_ids)
        partners_sudo = self.env["res.partner"].sudo().browse(partner_ids)
        for ticket in self:
            customer = ticket.sudo().commercial_partner_id
            own = partners_sudo.filtered(lambda p, customer=customer: customer and p.commercial_partner_id == customer)
            if own:
                super(HelpdeskTicket, ticket)._message_subscribe(own.ids, subtype_ids, customer_ids)
        return True

    @api.model
    def _guard_find_ticket_of_sender(self, email_from: str, custom_values: dict | None) -> "HelpdeskTicket":
        """G-5: the ticket that takes an automatic mail: the last one of the sender that
        is recent or still open, in the team that the mail was sent to.
        """
        sender = email_normalize(email_from)
        if not sender:
            return self.browse()
        get_param = self.env["ir.config_parameter"].sudo().get_param
        try:
            hours = int(get_param("support_guard.automatic_hours") or 24)
        except ValueError:
            hours = 24
        since = self.env.cr.now() - datetime.timedelta(hours=max(1, hours))
        domain = Domain("guard_automatic_sender", "=", sender) & (
            Domain("create_date", ">=", since) | Domain("stage_id.closed", "=", False)
        )
        domain |= Domain("create_date", ">=", since) & Domain("partner_email", "ilike", sender)
        values = custom_values or {}
        for name in ("team_id", "company_id"):
            if values.get(name):
                domain &= Domain(name, "=", values[name])
        for ticket in self.sudo().search(domain, order="id desc", limit=20):
            # "ilike" would take anna@mail.example for hanna@mail.example
            if sender in (
                ticket.guard_automatic_sender,
                email_normalize(ticket.partner_email),
            ):
                return ticket
        return self.browse()

    def _message_track_post_template(self, changes):
        """G-5: nothing is sent in answer to an automatic mail."""
        if given(self.env, "guard_automatic"):
            return True
        return super()._message_track_post_template(changes)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """G-5: an automatic mail is for the agents. Customers who were told of it might
        answer automatically in their turn.
        """
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if (msg_vals or {}).get("guard_automatic") or message.sudo().guard_automatic:
            recipients = [data for data in recipients if not data["share"]]
        return recipients

    def _notify_thread_with_out_of_office(self, message, recipients_data, msg_vals=False, **kwargs):
        if (msg_vals or {}).get("guard_automatic") or message.sudo().guard_automatic:
            return self.env["mail.message"]
        return super()._notify_thread_with_out_of_office(message, recipients_data, msg_vals, **kwargs)

    def _notify_by_email_get_base_mail_values(self, message, recipients_data, additional_values=None):
        """G-5: what we pass on of an automatic mail says that it is one."""
        if message.sudo().guard_automatic:
            values = dict(additional_values or {})
            values["headers"] = {
                **(values.get("headers") or {}),
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
            }
            additional_values = values
        return super()._notify_by_email_get_base_mail_values(
            message, recipients_data, additional_values=additional_values
        )

    # ------------------------------------------------------------
    # Portal
    # ------------------------------------------------------------

    def _guard_check_portal_access(self) -> None:
        """Whether the user may act on the ticket in the portal.

        Hook: raise AccessError to refuse.
        """
        self.ensure_one()
        if self.env.user._is_public():
            raise AccessError(self.env._("Please log in first."))
        self.check_access("read")
