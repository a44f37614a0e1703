from odoo import fields, models


class HelpdeskTicket(models.Model):
    """Where a ticket that was imported with its past comes from (E-3.10). Written by the import only."""

    _inherit = "helpdesk.ticket"

    support_history_reference = fields.Char(
        string="Reference Elsewhere",
        copy=False,
        readonly=True,
        groups="base.group_user",
        index="btree_not_null",
        help="The ticket's number in the helpdesk it was imported from.",
    )
    support_history_key = fields.Char(copy=False, readonly=True, groups="base.group_system")
    support_history_until = fields.Datetime(
        string="Imported",
        copy=False,
        readonly=True,
        help="What was due before this moment is history: it is measured, and nobody is told of it.",
    )
    support_history_row_ids = fields.One2many(
        "support.history.row",
        "ticket_id",
        string="Imported Events",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )

    # a ticket of another helpdesk is imported once, whoever does it and how often
    _support_history_key_unique = models.UniqueIndex(
        "(support_history_key) WHERE support_history_key IS NOT NULL", "This ticket was imported already."
    )
