from odoo import fields, models


class ResPartner(models.Model):
    """The history of a client's authorised person, seen on the client (B-6)."""

    _inherit = "res.partner"

    bpmsoft_change_ids = fields.One2many(
        "bpmsoft.contact.change",
        "commercial_partner_id",
        string="Authorised Persons",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
