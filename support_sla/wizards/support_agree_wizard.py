from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..models.support_target import UNCOUNTED
from ..models.support_time import to_instant
from ..tools import facts


class SupportAgreeWizard(models.TransientModel):
    """Enters a date that both sides agreed on, and who agreed (E-3.5)."""

    _name = "support.agree.wizard"
    _description = "Agree on a Date"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    metric = fields.Selection(selection="_selection_metric", string="Promise", required=True)
    until = fields.Datetime(string="Agreed Date", required=True)
    agreed_with = fields.Char(required=True, help="Who agreed on the customer's side, and how.")
    note = fields.Text()

    @api.model
    def _selection_metric(self):
        return self.env["support.target"]._selection_metric()

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        ticket = self.env["helpdesk.ticket"].browse(values.get("ticket_id"))
        waiting = ticket.support_clock_ids.filtered(lambda clock: clock.hold == "to_agree")
        if waiting and "metric" in fields:
            values["metric"] = (waiting.filtered(lambda clock: clock.metric == "resolution") or waiting)[0].metric
        return values

    @api.constrains("metric", "ticket_id")
    def _check_metric(self):
        for wizard in self:
            ticket = wizard.ticket_id
            # of a promise as in the contract the contract may name the time
            timed = (ticket.sudo().support_agreed or {}).keys()
            if not ticket.support_version_id.target_ids.filtered(
                lambda target, metric=wizard.metric, timed=timed: (
                    target.metric == metric and target.unit in UNCOUNTED and metric not in timed
                )
            ):
                raise ValidationError(
                    self.env._("This ticket's policy promises a time of its own here: there is no date to agree on.")
                )

    @api.constrains("until")
    def _check_until(self):
        for wizard in self:
            if wizard.until <= fields.Datetime.now():
                raise ValidationError(self.env._("The agreed date must lie in the future."))

    def action_agree(self):
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        ticket._support_add_fact(
            facts.AGREED,
            {"metric": self.metric, "until": to_instant(self.until), "with": self.agreed_with, "note": self.note or ""},
            side=facts.STAFF,
        )
        label = dict(self._selection_metric())[self.metric]
        ticket.message_post(
            body=self.env._(
                "%(promise)s agreed with %(who)s: %(date)s",
                promise=label,
                who=self.agreed_with,
                date=fields.Datetime.context_timestamp(self, self.until).strftime("%Y-%m-%d %H:%M %Z"),
            ),
            subtype_xmlid="mail.mt_note",
            message_type="notification",
        )
        return {"type": "ir.actions.act_window_close"}
