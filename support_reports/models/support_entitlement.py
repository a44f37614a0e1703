from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SupportEntitlement(models.Model):
    """Who of the customer gets the monthly report (R-3)."""

    _inherit = "support.entitlement"

    report_contact_ids = fields.Many2many(
        "res.partner",
        "support_entitlement_report_contact_rel",
        string="Report Contacts",
        domain="[('commercial_partner_id', '=', commercial_partner_id)]",
        help="Get the monthly report by e-mail and find it on the portal.",
    )

    @api.constrains("report_contact_ids", "partner_id")
    def _check_report_contacts(self):
        for entitlement in self:
            strangers = entitlement.report_contact_ids.filtered(
                lambda contact, customer=entitlement.commercial_partner_id: contact.commercial_partner_id != customer
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(contacts)s cannot get reports: not a contact of %(customer)s.",
                        contacts=", ".join(strangers.mapped("display_name")),
                        customer=entitlement.commercial_partner_id.display_name,
                    )
                )
