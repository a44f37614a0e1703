from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError


class BpmsoftContactChange(models.Model):
    """Who was authorised by a client, and since when: a change of the person with its notification (B-6).

    Written by :meth:`_record` and by nobody else; what was recorded is never changed, a mistake is put right by another
    change.
    """

    _name = "bpmsoft.contact.change"
    _description = "Change of the Authorised Person"
    _order = "id desc"
    _rec_name = "new_name"

    entitlement_id = fields.Many2one(
        "support.entitlement", required=True, readonly=True, ondelete="restrict", index=True
    )
    commercial_partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="entitlement_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [("notification", "By notification"), ("direct", "Entered on the entitlement")], required=True, readonly=True
    )
    moment = fields.Datetime(string="Since", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Recorded By", required=True, readonly=True, ondelete="restrict")
    old_partner_id = fields.Many2one("res.partner", readonly=True, ondelete="set null", index="btree_not_null")
    old_name = fields.Char(string="Until Then", readonly=True)
    new_partner_id = fields.Many2one("res.partner", readonly=True, ondelete="set null", index="btree_not_null")
    new_name = fields.Char(string="From Then On", readonly=True)
    new_email = fields.Char(string="E-mail", readonly=True)
    new_phone = fields.Char(string="Phone", readonly=True)
    notified_by = fields.Char(readonly=True)
    notified_email = fields.Char(string="Notified From", readonly=True)
    notified_at = fields.Datetime(string="Notified", readonly=True)
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null", index="btree_not_null")
    source = fields.Char(string="By Which Message", readonly=True)
    doubt = fields.Char(readonly=True, help="Why the notification was doubted.")
    checked = fields.Text(string="Made Sure By", readonly=True, help="How the doubt was settled.")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(
                self.env._("A change of the authorised person is recorded with its own window, not typed in.")
            )
        return super().create(vals_list)

    def write(self, vals):
        raise UserError(self.env._("What was recorded cannot be changed: record a further change instead."))

    def unlink(self):
        raise UserError(self.env._("What was recorded cannot be deleted: record a further change instead."))

    def copy(self, default=None):
        raise UserError(self.env._("What was recorded cannot be copied."))

    @api.model
    def _record(self, entitlement, old, new, kind: str, **notification: Any):
        """Write a change down, by the user of the environment; access is checked by the caller.

        :param old: ``res.partner``, also empty, as ``new``
        :param notification: ``notified_by``, ``notified_email``, ``notified_at``, ``message_id``, ``source``, ``doubt``
            and ``checked``
        """
        return self.sudo().create(
            {
                "entitlement_id": entitlement.id,
                "commercial_partner_id": entitlement.commercial_partner_id.id,
                "kind": kind,
                "moment": self.env["support.event"]._now(),
                "user_id": self.env.uid,
                "old_partner_id": old.id,
                "old_name": old.name,
                "new_partner_id": new.id,
                "new_name": new.name or self.env._("nobody"),
                "new_email": new.email,
                "new_phone": new.phone,
                **notification,
            }
        )

    @api.model
    def _was_authorised(self, entitlement, partner) -> bool:
        """Whether ``partner`` was the authorised person of the same client before. With sudo."""
        return bool(
            self.search_count(
                [
                    ("commercial_partner_id", "=", entitlement.commercial_partner_id.id),
                    ("entitlement_id.provider_id", "=", entitlement.provider_id.id),
                    ("old_partner_id", "=", partner.id),
                ],
                limit=1,
            )
        )
