from odoo import api, fields, models
from odoo.exceptions import UserError


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

    @api.model_create_multi
    def create(self, vals_list):
        texts = super().create(vals_list)
        texts._refuse_sent()
        return texts

    def write(self, vals):
        self._refuse_sent()
        result = super().write(vals)
        self._refuse_sent()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        self._refuse_sent()

    def _refuse_sent(self) -> None:
        """:raise UserError: when it is of a broadcast that is no draft any more"""
        if not self.env.su and any(text.broadcast_id.state != "draft" for text in self):
            raise UserError(self.env._("What was sent cannot be changed."))
