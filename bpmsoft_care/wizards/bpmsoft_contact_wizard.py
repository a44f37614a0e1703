from typing import Any

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import email_normalize

from ..const import PROVIDER

AGENTS = "helpdesk_mgmt.group_helpdesk_user_own"


class BpmsoftContactWizard(models.TransientModel):
    """Records a client's notification that somebody else is authorised from now on (B-6).

    No mail changes it by itself (S-5): an agent records it, and says how a notification was checked that did not come
    from an address of the client that we know.
    """

    _name = "bpmsoft.contact.wizard"
    _description = "Change the Authorised Person"
    _inherit = ["support.masked.mixin"]

    entitlement_id = fields.Many2one("support.entitlement", required=True, ondelete="cascade")
    ticket_id = fields.Many2one("helpdesk.ticket", ondelete="cascade")
    client_id = fields.Many2one(related="entitlement_id.commercial_partner_id", related_sudo=False)
    old_id = fields.Many2one("res.partner", string="Until Now", compute="_compute_old_id")
    notified_by = fields.Char(string="Who Notified Us", required=True)
    notified_email = fields.Char(string="From Address")
    notified_at = fields.Datetime(
        string="When", required=True, default=lambda self: self.env["support.event"]._now(), help="Of the notification."
    )
    message_id = fields.Many2one(
        "mail.message",
        domain="[('model', '=', 'helpdesk.ticket'), ('res_id', '=', ticket_id), "
        "('message_type', '!=', 'notification')]",
        ondelete="set null",
    )
    source = fields.Char(string="By Which Message", help="The mail's subject and date, the letter's number …")
    partner_id = fields.Many2one(
        "res.partner",
        string="Known Contact",
        domain="[('commercial_partner_id', '=', client_id), ('is_company', '=', False)]",
        ondelete="set null",
        help="Empty: a new contact is made of what stands below.",
    )
    name = fields.Char(compute="_compute_contact", store=True, readonly=False)
    email = fields.Char(string="E-mail", compute="_compute_contact", store=True, readonly=False)
    phone = fields.Char(compute="_compute_contact", store=True, readonly=False)
    doubt = fields.Text(compute="_compute_doubt")
    checked = fields.Text(string="How You Made Sure", help="A call to a number that we know, an answer by the client …")
    invite = fields.Boolean(
        string="Then Offer Portal Access", default=True, help="Opens Odoo's own window for portal invitations."
    )

    @api.constrains("notified_at")
    def _check_notified_at(self):
        now = self.env["support.event"]._now()
        if any(wizard.notified_at > now for wizard in self):
            raise ValidationError(self.env._("The notification cannot have come in the future."))

    @api.depends("entitlement_id")
    def _compute_old_id(self):
        for wizard in self:
            entitlement = wizard.entitlement_id._filtered_access("read")
            wizard.old_id = entitlement.sudo().contact_ids[:1] if entitlement else False

    @api.depends("partner_id")
    def _compute_contact(self):
        for wizard in self:
            if wizard.partner_id:
                wizard.name = wizard.partner_id.name
                wizard.email = wizard.partner_id.email
                wizard.phone = wizard.partner_id.phone
            else:
                wizard.name, wizard.email, wizard.phone = wizard.name, wizard.email, wizard.phone

    @api.depends("notified_email", "email", "message_id", "entitlement_id")
    def _compute_doubt(self):
        for wizard in self:
            entitlement = wizard.entitlement_id._filtered_access("read")
            wizard.doubt = bool(entitlement) and wizard._find_doubt(entitlement.sudo())

    @api.onchange("message_id")
    def _onchange_message_id(self):
        if self.message_id:
            self.notified_email = email_normalize(self.message_id.email_from or "")
            self.notified_by = self.notified_by or self.message_id.author_id.name or self.notified_email
            self.notified_at = self.message_id.date

    def _find_doubt(self, entitlement_sudo) -> str:
        """Why the notification has to be checked, in words; empty when it is plausible."""
        sender = email_normalize(self.notified_email or "")
        if not sender:
            return self.env._("Nobody can see which address the notification came from: make sure with the client.")
        if sender == email_normalize(self.email or ""):
            return self.env._("The new person has named themselves: make sure with somebody else of the client.")
        if sender not in entitlement_sudo._bpmsoft_get_known():
            return self.env._(
                "%(address)s is not an address of %(client)s that we know: make sure with the client.",
                address=sender,
                client=entitlement_sudo.commercial_partner_id.display_name,
            )
        return ""

    @api.model
    def _bpmsoft_get_action(self, entitlement, ticket=None) -> dict[str, Any]:
        """Open the window for ``entitlement``; from a ``ticket`` with its sender as the new person."""
        context = {"default_entitlement_id": entitlement.id}
        if ticket:
            raiser_sudo = ticket.sudo().bpmsoft_raiser_id
            context["default_ticket_id"] = ticket.id
            if raiser_sudo and raiser_sudo.commercial_partner_id == entitlement.sudo().commercial_partner_id:
                context["default_partner_id"] = raiser_sudo.id
            else:
                context["default_email"] = ticket.sudo().bpmsoft_raiser_email
                context["default_name"] = raiser_sudo.name
        return {
            "name": self.env._("Change the Authorised Person"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    def action_record(self):
        """The new person is authorised from now on."""
        self.ensure_one()
        if not self.env.user.has_group(AGENTS):
            raise AccessError(self.env._("Only agents of the helpdesk record who is authorised."))
        self.entitlement_id.check_access("read")
        # sudo: agents record a notification, and may neither edit contracts nor contacts otherwise
        entitlement_sudo = self.entitlement_id.sudo()
        if entitlement_sudo.provider_id.code != PROVIDER:
            raise UserError(self.env._("Clients of this provider have no single authorised person."))
        if self.ticket_id:
            self.ticket_id.check_access("write")
        if not (self.source or "").strip() and not self.message_id:
            raise UserError(self.env._("Say by which message the client has notified us, or choose it."))
        doubt = self._find_doubt(entitlement_sudo)
        if doubt and not (self.checked or "").strip():
            raise UserError(self.env._("%s Then say how you made sure.", doubt))
        message_sudo = self.message_id.sudo()
        if message_sudo and (message_sudo.model, message_sudo.res_id) != ("helpdesk.ticket", self.ticket_id.id):
            raise UserError(self.env._("Choose a message of this ticket."))
        person = self._find_person(entitlement_sudo)
        entitlement_sudo._bpmsoft_change_contact(
            person,
            notified_by=self.notified_by,
            notified_email=email_normalize(self.notified_email or "") or self.notified_email,
            notified_at=self.notified_at,
            message_id=message_sudo.id,
            source=self.source or message_sudo.subject or message_sudo.message_id,
            doubt=doubt,
            checked=(self.checked or "").strip() if doubt else False,
        )
        ticket_sudo = self.ticket_id.sudo()
        still_held = ticket_sudo and ticket_sudo.bpmsoft_standing in ("held", "asked")
        if still_held and email_normalize(ticket_sudo.bpmsoft_raiser_email or "") == person.email_normalized:
            ticket_sudo._bpmsoft_let_in(person)
        return self._offer_access(person)

    def _find_person(self, entitlement_sudo):
        """The contact of the client with the data of the notification; made when there is none. With sudo."""
        Partner = self.env["res.partner"].sudo()
        address = email_normalize(self.email or "")
        if not (self.name or "").strip() or not address:
            raise UserError(self.env._("The notification has to name the new person and an e-mail address."))
        client = entitlement_sudo.commercial_partner_id
        values = {"name": self.name.strip(), "email": self.email.strip(), "phone": self.phone or False}
        person = self.partner_id.sudo() or Partner.search(
            [("email_normalized", "=", address), ("commercial_partner_id", "=", client.id), ("is_company", "=", False)],
            limit=1,
        )
        if person:
            if person.commercial_partner_id != client or person.is_company:
                raise UserError(
                    self.env._("%(person)s is no employee of %(client)s.", person=person.name, client=client.name)
                )
            changed = {name: value for name, value in values.items() if value and person[name] != value}
            if "email" in changed and person.user_ids:
                # whoever has a login is reached where the login is
                raise UserError(
                    self.env._(
                        "%s logs in to the portal with another address: have it changed there, or name a new contact.",
                        person.name,
                    )
                )
            person.write(changed)
            return person
        loose = Partner.search([("email_normalized", "=", address), ("is_company", "=", False)], limit=2)
        if loose.filtered(lambda found: found.parent_id or found.user_ids):
            raise UserError(
                self.env._(
                    "%s is the address of a contact of another company: that contact cannot be authorised.", address
                )
            )
        if len(loose) == 1:
            # Odoo made it of a mail: it is this person
            loose.write({**values, "parent_id": client.id})
            return loose
        return Partner.create({**values, "parent_id": client.id, "lang": client.lang})

    def _offer_access(self, person):
        """Odoo's own window for portal invitations, where the user may use it and it is needed."""
        has_access = any(user.active and user.share for user in person.user_ids)
        if not self.invite or has_access:
            return {"type": "ir.actions.act_window_close"}
        if not self.env["portal.wizard"].has_access("create"):
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._(
                        "%s has no portal access. Somebody who manages contacts can grant it on the contact.",
                        person.name,
                    ),
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }
        return self.env["portal.wizard"].with_context(active_ids=person.ids).action_open_wizard()
