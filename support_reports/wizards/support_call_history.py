from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytz
import xlsxwriter
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date, format_datetime

from ..models.support_report_figures import midnight
from ..models.support_report_xlsx import Sheets

#: more tickets than anybody reads; a shorter period has to be chosen
MOST = 5000


class SupportCallHistory(models.TransientModel):
    """The call history on request: of a customer and a period, or of chosen tickets (R-4).

    Reads with the access of whoever asks: nobody finds a ticket here that is not open to him elsewhere.
    """

    _name = "support.call.history"
    _description = "Call History"

    customer_id = fields.Many2one("res.partner", help="With all contacts of its company.")
    provider_id = fields.Many2one("support.provider")
    date_from = fields.Date(
        string="From", required=True, default=lambda self: fields.Date.context_today(self).replace(day=1)
    )
    date_to = fields.Date(string="Until", help="The last day. Empty: until today.")
    ticket_ids = fields.Many2many("helpdesk.ticket", string="Chosen Tickets")
    ticket_count = fields.Integer(compute="_compute_content", string="Tickets")
    content = fields.Html(compute="_compute_content", sanitize=False)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for history in self:
            if history.date_to and history.date_to < history.date_from:
                raise ValidationError(self.env._("The period ends before it begins."))

    @api.depends("customer_id", "provider_id", "date_from", "date_to", "ticket_ids")
    @api.depends_context("lang", "tz", "uid")
    def _compute_content(self):
        for history in self:
            values = history._get_page_values("screen")
            history.ticket_count = len(values["rows"])
            history.content = self.env["ir.qweb"]._render("support_reports.history_page", values)

    # --- what it shows --------------------------------------------------------------------------------

    @api.model
    def _get_zone(self) -> str:
        """The reader's zone."""
        zone = self.env.context.get("tz") or self.env.user.tz
        return zone if zone in pytz.all_timezones_set else "UTC"

    @api.model
    def _find(self, first: date, last: date | None, domain: Domain):
        """Tickets that the reader may see, raised from ``first`` to ``last`` (None: until now) in the reader's zone.

        :raise UserError: when there are more than anybody reads
        """
        zone = self._get_zone()
        domain &= Domain("support_provider_id", "!=", False) & Domain("support_raised", ">=", midnight(first, zone))
        if last:
            domain &= Domain("support_raised", "<", midnight(last + timedelta(days=1), zone))
        found = self.env["helpdesk.ticket"].search(domain, order="support_raised, id", limit=MOST + 1)
        if len(found) > MOST:
            raise UserError(self.env._("These are more than %s tickets: choose a shorter period.", MOST))
        # sudo: customers do not read what became of a ticket; one that was merged is told of with the other
        return found.filtered(lambda ticket: not ticket.sudo().support_merged_into_id)

    def _get_tickets(self):
        self.ensure_one()
        if self.ticket_ids:
            return self.ticket_ids.sorted(lambda ticket: (ticket.support_raised or ticket.create_date, ticket.id))
        if not self.date_from:
            return self.env["helpdesk.ticket"]
        domain = Domain.TRUE
        if self.customer_id:
            domain &= Domain("commercial_partner_id", "=", self.customer_id.commercial_partner_id.id)
        if self.provider_id:
            domain &= Domain("support_provider_id", "=", self.provider_id.id)
        return self._find(self.date_from, self.date_to, domain)

    @api.model
    def _describe(self, tickets, first: date | bool, last: date | bool, mode: str) -> dict[str, Any]:
        """What the templates work with, in the reader's language and zone."""
        zone = self._get_zone()
        now = self.env["support.event"]._now()
        rows = self.env["support.report.figures"]._make_history(tickets, zone, self.env.lang or "en_US", now)
        if first:
            until = format_date(self.env, last) if last else self.env._("until now")
            period = f"{format_date(self.env, first)} – {until}"
        else:
            period = self.env._("Chosen tickets")

        def when(text: str) -> str:
            return format_datetime(self.env, text, tz=zone, dt_format="short") if text else ""

        return {
            "rows": rows,
            "period": period,
            "zone": zone,
            "when": when,
            "mode": mode,
            # one's own page may open every ticket in it
            "f": {"doors": {f"ticket-{row['id']}": [row["id"]] for row in rows}},
        }

    def _get_page_values(self, mode: str) -> dict[str, Any]:
        self.ensure_one()
        chosen = bool(self.ticket_ids)
        first = False if chosen else self.date_from
        values = self._describe(self._get_tickets(), first, self.date_to, mode)
        who = [self.customer_id.commercial_partner_id.name, self.provider_id.name]
        return {**values, "who": " · ".join(part for part in who if part)}

    @api.model
    def _to_pdf(self, values: dict[str, Any]) -> bytes:
        return self.env["support.pdf"].sudo()._render("support_reports.history_pdf", values, self.env.lang)

    @api.model
    def _to_xlsx(self, values: dict[str, Any]) -> bytes:
        file = BytesIO()
        book = xlsxwriter.Workbook(file)
        zone = pytz.timezone(values["zone"])

        def local(text: str):
            if not text:
                return None
            moment = fields.Datetime.to_datetime(text)
            return pytz.utc.localize(moment).astimezone(zone).replace(tzinfo=None)

        sheets = Sheets(book, "yyyy-mm-dd hh:mm", "yyyy-mm-dd")
        self.env["report.support_reports.report_monthly"]._write_history(sheets, values["rows"], local)
        book.close()
        return file.getvalue()

    # --- buttons --------------------------------------------------------------------------------------

    @api.model
    def action_open(self):
        """Open the wizard: for the tickets chosen in a list, or to choose customer and period."""
        self.check_access("create")
        ids = self.env.context.get("active_ids") if self.env.context.get("active_model") == "helpdesk.ticket" else []
        tickets = self.env["helpdesk.ticket"].browse(ids or []).exists()
        tickets.check_access("read")
        companies = tickets.commercial_partner_id
        history = self.create(
            {
                "ticket_ids": [(6, 0, tickets.ids)],
                "customer_id": companies.id if len(companies) == 1 else False,
                "date_from": fields.Date.context_today(self) - relativedelta(months=1),
            }
        )
        return history._reopen()

    def _reopen(self):
        return {
            "name": self.env._("Call History"),
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "current",
        }

    def action_show(self):
        """Show the period that was chosen."""
        self.ensure_one()
        return self._reopen()

    def action_forget_chosen(self):
        """All tickets of customer and period in place of the chosen ones."""
        self.ensure_one()
        self.ticket_ids = False
        return self._reopen()

    def action_open_door(self, key: str):
        """One of the tickets shown."""
        self.ensure_one()
        self.check_access("read")
        ids = [ticket.id for ticket in self._get_tickets() if f"ticket-{ticket.id}" == key]
        if not ids:
            raise UserError(self.env._("This ticket is not shown here."))
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_ticket_action")
        action.update(res_id=ids[0], views=[(False, "form")], view_mode="form", context={})
        return action

    def action_pdf(self):
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/support/history/{self.id}/pdf", "target": "self"}

    def action_xlsx(self):
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/support/history/{self.id}/xlsx", "target": "self"}

    # --- portal ---------------------------------------------------------------------------------------

    @api.model
    def _support_portal_read(self, date_from: str, date_to: str, provider: str) -> dict[str, Any]:
        """The reader's own tickets of a period, as plain words. Bad input is said and kept.

        :param date_from: ISO dates as a browser sends them; empty: three months ago
        :param date_to: empty: until now
        :param provider: an id as text; empty: all
        """
        today = fields.Datetime.context_timestamp(
            self.with_context(tz=self._get_zone()), self.env["support.event"]._now()
        ).date()
        answer: dict[str, Any] = {"date_from": date_from, "date_to": date_to, "error": "", "rows": [], "query": ""}
        mine = self.env["helpdesk.ticket"].search([("support_provider_id", "!=", False)], limit=MOST)
        # sudo: the names of the providers that the reader has tickets with
        providers = mine.sudo().support_provider_id
        chosen = providers.filtered(lambda one: str(one.id) == provider)
        answer["providers"] = [{"id": one.id, "name": one.name} for one in providers]
        answer["provider_id"] = chosen.id
        try:
            first = date.fromisoformat(date_from) if date_from else today - relativedelta(months=3)
            last = date.fromisoformat(date_to) if date_to else None
            if not 1970 <= first.year < 2200 or (last and not 1970 <= last.year < 2200):
                raise ValueError
        except ValueError:
            return {**answer, "error": self.env._("Please give both days as dates.")}
        answer["date_from"] = first.isoformat()
        if last and last < first:
            return {**answer, "error": self.env._("The period ends before it begins.")}
        domain = Domain("support_provider_id", "=", chosen.id) if chosen else Domain.TRUE
        try:
            tickets = self._find(first, last, domain)
        except UserError as error:
            return {**answer, "error": str(error)}
        found = self._describe(tickets, first, last or False, "portal")
        query = f"/my/support/history?date_from={first}&date_to={last or ''}&provider={chosen.id or ''}"
        return {**answer, **found, "query": query, "who": self.env.user.partner_id.commercial_partner_id.name}

    @api.model
    def _support_portal_make(self, asked: dict[str, Any], extension: str) -> bytes:
        values = {**asked, "mode": "pdf"}
        return self._to_pdf(values) if extension == "pdf" else self._to_xlsx(values)
