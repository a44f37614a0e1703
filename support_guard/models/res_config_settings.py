from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    support_guard_upload_max_count = fields.Integer(
        string="Files at a Time",
        config_parameter="support_guard.upload_max_count",
        help="How many files a customer may add to a new ticket or to one message. 0: any number.",
    )
    support_guard_upload_max_mb = fields.Float(
        string="Size of a File (MB)",
        config_parameter="support_guard.upload_max_mb",
        help="The size of one file of a customer. 0: any size.",
    )
    support_guard_upload_max_total_mb = fields.Float(
        string="Size of All Files Together (MB)",
        config_parameter="support_guard.upload_max_total_mb",
        help="The size of the files of one ticket or form together. 0: any size.",
    )
    support_guard_upload_refused_types = fields.Char(
        string="Refused File Types",
        config_parameter="support_guard.upload_refused_types",
        help="Extensions, separated by commas. With “exe” among them, programs are refused whatever their name is.",
    )
    support_guard_upload_check_mail = fields.Boolean(
        string="Incoming Mail too",
        config_parameter="support_guard.upload_check_mail",
        help="Files over the limits are taken off incoming mail. An internal note on "
        "the ticket names them. The mail itself always arrives.",
    )
    support_guard_automatic_hours = fields.Integer(
        string="Hours that Automatic Mail stays with one Ticket",
        config_parameter="support_guard.automatic_hours",
        help="An automatic mail joins the last ticket of its sender when that is "
        "younger than this, or still open. Otherwise it makes a new one.",
    )
    support_guard_automatic_precedence = fields.Char(
        string="Precedence of Automatic Mail",
        config_parameter="support_guard.automatic_precedence",
        help="Values of the Precedence header that mark a mail as automatic, separated "
        "by commas. Take “list” out when customers write through a mailing list.",
    )
