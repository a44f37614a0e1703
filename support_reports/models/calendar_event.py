from odoo import fields, models


class CalendarEvent(models.Model):
    """A service meeting knows its rule and the report that is on it (R-5)."""

    _inherit = "calendar.event"

    support_meeting_id = fields.Many2one(
        "support.meeting",
        string="Service Meeting",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    support_report_id = fields.Many2one(
        "support.report",
        string="Report on It",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    def _support_get_report_file(self):
        """The report's pages that were put on this meeting (``ir.attachment``)."""
        self.ensure_one()
        # sudo: files of a meeting are its attendees'
        files = self.env["ir.attachment"].sudo()
        if not self.sudo().support_report_id:
            return files
        name = self.sudo().support_report_id._get_filename("pdf")
        return files.search([("res_model", "=", self._name), ("res_id", "=", self.id), ("name", "=", name)], limit=1)
