from typing import Any

from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given, inside
from odoo.exceptions import UserError, ValidationError

from ..const import PROVIDER


class SupportEntitlement(models.Model):
    """The one authorised person of a client (B-5, B-6), and the paid extras that it has bought (B-15).

    The person stands among the engine's authorised contacts, of which there is one here at most. Nobody named: nobody's
    requests are taken on.
    """

    _inherit = "support.entitlement"

    bpmsoft_own = fields.Boolean(compute="_compute_bpmsoft_own")
    bpmsoft_contact_id = fields.Many2one(
        "res.partner", string="Authorised Person", compute="_compute_bpmsoft_contact_id", compute_sudo=True
    )
    bpmsoft_online = fields.Boolean(
        string="Phone and Messengers",
        tracking=True,
        help="The client has bought advice by phone and messenger. Otherwise each has to be agreed on.",
    )
    bpmsoft_registration = fields.Boolean(
        string="Registering Requests",
        tracking=True,
        help="The client has bought that we register requests for it. Otherwise each has to be agreed on.",
    )
    bpmsoft_change_ids = fields.One2many(
        "bpmsoft.contact.change", "entitlement_id", string="Changes of the Authorised Person", readonly=True
    )

    @api.depends("provider_id.code")
    def _compute_bpmsoft_own(self):
        for entitlement in self:
            entitlement.bpmsoft_own = entitlement.provider_id.code == PROVIDER

    @api.depends("contact_ids", "bpmsoft_own")
    def _compute_bpmsoft_contact_id(self):
        for entitlement in self:
            entitlement.bpmsoft_contact_id = entitlement.bpmsoft_own and entitlement._bpmsoft_get_contact()

    def _bpmsoft_get_contact(self):
        """The authorised person, if there is one who is still here."""
        contact = self.contact_ids.filtered("active")[:1]
        return contact if self.provider_id.code == PROVIDER else contact.browse()

    @api.model
    def _bpmsoft_get_current(self, provider, customer):
        """The contract of ``customer``, a commercial partner, that is in force on the provider's own date."""
        if not provider or not customer:
            return self.browse()
        now = self.env["support.event"]._now()
        day = fields.Datetime.context_timestamp(self.with_context(tz=provider.tz or "UTC"), now).date()
        return self._find(provider.id, customer.id, day)

    @api.model
    def _bpmsoft_find_contact(self, provider, address: str):
        """The person of this normalized address who is authorised by exactly one client today; or nobody."""
        entitlements = self.search(
            [
                ("provider_id", "=", provider.id),
                ("is_void", "=", False),
                ("contact_ids.email_normalized", "=", address),
            ],
            limit=20,
        )
        found = entitlements.filtered(
            lambda entitlement: self._bpmsoft_get_current(provider, entitlement.commercial_partner_id) == entitlement
        )
        people = found.contact_ids.filtered(lambda person: person.active and person.email_normalized == address)
        return people if len(people) == 1 else people.browse()

    # --- one at most --------------------------------------------------------------------------------------

    @api.constrains("contact_ids")
    def _check_bpmsoft_contact_ids(self):
        self._bpmsoft_check_one()

    @api.constrains("date_start")
    def _check_bpmsoft_date_start(self):
        self._bpmsoft_check_one()

    @api.constrains("date_end")
    def _check_bpmsoft_date_end(self):
        self._bpmsoft_check_one()

    @api.constrains("partner_id")
    def _check_bpmsoft_partner_id(self):
        self._bpmsoft_check_one()

    @api.constrains("provider_id")
    def _check_bpmsoft_provider_id(self):
        self._bpmsoft_check_one()

    @api.constrains("active")
    def _check_bpmsoft_active(self):
        self._bpmsoft_check_one()

    def _bpmsoft_check_one(self) -> None:
        """B-5: on no day more than one person who is authorised by a client.

        :raise ValidationError: otherwise
        """
        own = self.sudo().filtered(lambda entitlement: entitlement.provider_id.code == PROVIDER)
        if not own:
            return
        others = self.sudo().search(
            [
                ("provider_id", "in", own.provider_id.ids),
                ("commercial_partner_id", "in", own.commercial_partner_id.ids),
                ("contact_ids", "!=", False),
                ("is_void", "=", False),
            ]
        )
        for entitlement in own:
            companies = entitlement.contact_ids.filtered("is_company")
            if companies:
                raise ValidationError(
                    self.env._(
                        "%s is a company: name the one person of it who is authorised.", companies[0].display_name
                    )
                )
            people = entitlement.contact_ids
            if not people or not entitlement.active:
                continue
            for other in others:
                if other.commercial_partner_id == entitlement.commercial_partner_id and entitlement._bpmsoft_meets(
                    other
                ):
                    people |= other.contact_ids
            if len(people) > 1:
                raise ValidationError(
                    self.env._(
                        "%(client)s can have one authorised person at a time, not %(people)s.",
                        client=entitlement.commercial_partner_id.display_name,
                        people=", ".join(people.mapped("name")),
                    )
                )

    def _bpmsoft_meets(self, other) -> bool:
        """Whether both are in force on some day."""
        self.ensure_one()
        return (not self.date_end or not other.date_start or other.date_start <= self.date_end) and (
            not other.date_end or not self.date_start or self.date_start <= other.date_end
        )

    # --- naming and changing --------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        entitlements = super().create(vals_list)
        for entitlement in entitlements.filtered(lambda found: found.bpmsoft_own and found.contact_ids):
            entitlement._bpmsoft_note_change(self.env["res.partner"])
        return entitlements

    def write(self, vals):
        if "contact_ids" not in vals:
            return super().write(vals)
        before = {entitlement: entitlement.contact_ids for entitlement in self if entitlement.bpmsoft_own}
        result = super().write(vals)
        if given(self.env, "bpmsoft_recorded"):
            return result
        for entitlement, people in before.items():
            if entitlement.contact_ids == people:
                continue
            if people and entitlement.contact_ids:
                raise UserError(
                    self.env._(
                        "%(client)s notifies us of another authorised person, and that is recorded: use “Change "
                        "Authorised Person”.",
                        client=entitlement.partner_id.display_name,
                    )
                )
            entitlement._bpmsoft_note_change(people[:1])
        return result

    def _bpmsoft_note_change(self, old) -> None:
        """Write down a naming, or an end, that was entered on the entitlement."""
        self.ensure_one()
        self.env["bpmsoft.contact.change"]._record(self, old, self.contact_ids[:1], kind="direct")
        self.sudo()._bpmsoft_after_change(old, self.contact_ids[:1])

    def _bpmsoft_change_contact(self, new, **notification: Any):
        """From now on ``new`` is the authorised person (B-6), also of contracts that follow on this one. With sudo;
        access is checked by the caller.

        :param notification: see ``bpmsoft.contact.change._record``
        :return: the entry in the history
        """
        self.ensure_one()
        old = self.contact_ids[:1]
        if old == new:
            raise UserError(self.env._("%s is the authorised person already.", new.display_name))
        today = self._get_today()
        siblings = self.search(
            [
                ("provider_id", "=", self.provider_id.id),
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("contact_ids", "in", old.ids),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", today),
            ]
        )
        (self | siblings).with_context(**inside(bpmsoft_recorded=True)).write({"contact_ids": [(6, 0, new.ids)]})
        change = self.env["bpmsoft.contact.change"]._record(self, old, new, kind="notification", **notification)
        self._bpmsoft_after_change(old, new)
        self.message_post(
            body=self.env._(
                "Authorised person: %(old)s → %(new)s. Notified by %(who)s.",
                old=old.display_name or self.env._("nobody"),
                new=new.display_name,
                who=change.notified_by or "",
            )
        )
        return change

    def _bpmsoft_after_change(self, old, new) -> None:
        """Open requests go over to the new person, and what they had sent before is let in."""
        self.ensure_one()
        if not new:
            return
        Ticket = self.env["helpdesk.ticket"]
        domain = [
            ("support_provider_id", "=", self.provider_id.id),
            ("stage_id.closed", "=", False),
        ]
        if old:
            Ticket.search([*domain, ("partner_id", "=", old.id), ("bpmsoft_standing", "!=", "held")])._bpmsoft_give_to(
                new
            )
        Ticket.search([*domain, ("bpmsoft_raiser_id", "=", new.id), ("bpmsoft_standing", "=", "held")])._bpmsoft_let_in(
            new
        )

    def action_bpmsoft_change(self):
        """Open the wizard that records who is authorised from now on (B-6)."""
        self.ensure_one()
        self.check_access("read")
        return self.env["bpmsoft.contact.wizard"]._bpmsoft_get_action(self)

    def _bpmsoft_get_known(self) -> set[str]:
        """Addresses of the client's people that we know: a notification from another one has to be checked."""
        self.ensure_one()
        people = self.env["res.partner"].search([("commercial_partner_id", "=", self.commercial_partner_id.id)])
        return set(people.mapped("email_normalized")) - {False, ""}

    def _bpmsoft_includes(self, extra: str) -> bool:
        """Whether a paid extra (see ``bpmsoft.agreed.extra``) is bought with this contract (B-15)."""
        return bool(self.bpmsoft_registration if extra == "registration" else self.bpmsoft_online)
