from odoo import fields, models


class SupportBroadcastText(models.Model):
    """The words of a broadcast in another language."""

    _name = "support.broadcast.text"
    _description = "Words of a Broadcast"
    _order = "lang_id, id"
    _rec_name = "lang_id"

    broadcast_id = fields.Many2one("support.broadcast", required=True, ondelete="cascade", index=True)
    lang_id = fields.Many2one("res.lang", string="Language", required=True, ondelete="cascade")
    text = fields.Text(string="For the Customers", help="Empty: customers of this language read the main text.")

    _lang_unique = models.UniqueIndex("(broadcast_id, lang_id)", "A language can have one text only.")
