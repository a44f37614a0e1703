from datetime import date, datetime, timedelta
from typing import Any

import pytz
from dateutil.relativedelta import relativedelta
from markupsafe import Markup
from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import inside
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import format_date

from .support_report_figures import Period, midnight

#: what whoever may write a report edits; everything else follows from verbs
EDITABLE = frozenset({"contact_ids", "responsible_id"})


class SupportReport(models.Model):
    """What one customer gets from one provider about one month (R-1, R-3).

    The figures are read once and kept as they were. A draft may be made anew, as a further version; what was released
    never changes. Rows are made by the scheduled action or asked for with :meth:`_get_or_make`.
    """

    _name = "support.report"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Monthly Report"
    _order = "month desc, provider_id, customer_id, id desc"

    kind = fields.Selection([("monthly", "Monthly report")], required=True, readonly=True, default="monthly")
    customer_id = fields.Many2one("res.partner", required=True, readonly=True, ondelete="restrict", index=True)
    provider_id = fields.Many2one("support.provider", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="provider_id.company_id", store=True)
    month = fields.Date(required=True, readonly=True, help="The first day of the month that it is about.")
    start = fields.Datetime(required=True, readonly=True)
    stop = fields.Datetime(required=True, readonly=True, help="When the month ends where the customer is.")
    zone = fields.Char(string="Time Zone", required=True, readonly=True, help="The customer's: its months are meant.")
    lang = fields.Char(string="Language", required=True, readonly=True)
    state = fields.Selection(
        [("draft", "Draft"), ("released", "Released"), ("sent", "Sent"), ("failed", "Undelivered")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    version = fields.Integer(readonly=True, default=0, help="How often its figures were made.")
    made = fields.Datetime(string="Figures of", readonly=True, help="When the figures were read.")
    is_preview = fields.Boolean(
        string="Until Now",
        compute="_compute_is_preview",
        store=True,
        help="The month was still running when the figures were read.",
    )
    figures = fields.Json(readonly=True)
    raised_count = fields.Integer(string="Raised", readonly=True)
    resolved_count = fields.Integer(string="Resolved", readonly=True)
    open_count = fields.Integer(string="Open at the End", readonly=True)
    late_count = fields.Integer(string="Promises Late", readonly=True)
    kept_percent = fields.Float(string="Kept (%)", readonly=True, aggregator=None, digits=(5, 1))
    kept_text = fields.Char(string="Promises Kept", compute="_compute_kept_text")
    contact_ids = fields.Many2many(
        "res.partner",
        "support_report_contact_rel",
        string="Sent To",
        domain="[('commercial_partner_id', '=', customer_id)]",
        help="Report contacts of the customer's entitlements; whoever releases the report may choose others.",
    )
    responsible_id = fields.Many2one(
        "res.users", domain="[('share', '=', False)]", tracking=True, index="btree_not_null", help="Releases it."
    )
    released_by_id = fields.Many2one(
        "res.users", readonly=True, help="Empty: released by itself, as the provider wants."
    )
    released_at = fields.Datetime(string="Released On", readonly=True)
    sent_at = fields.Datetime(string="Sent On", readonly=True)
    message_id = fields.Many2one("mail.message", readonly=True, ondelete="set null", index="btree_not_null")
    trouble = fields.Selection(
        [
            ("no_contact", "Nobody to send it to"),
            ("no_address", "A contact without an address"),
            ("mail", "The mail did not go through"),
            ("figures", "The figures could not be read"),
        ],
        string="Not Delivered Because",
        readonly=True,
        index="btree_not_null",
    )
    trouble_detail = fields.Char(string="More About It", readonly=True)
    reminded = fields.Datetime(readonly=True, help="When the responsible was reminded last.")
    content = fields.Html(compute="_compute_content", sanitize=False, string="Report")

    # a report asked for twice is one
    _once = models.UniqueIndex(
        "(customer_id, provider_id, month, kind)", "There is a report of this customer about this month: open it."
    )

    @api.depends("made", "stop")
    def _compute_is_preview(self):
        for report in self:
            report.is_preview = bool(report.made and report.stop and report.made < report.stop)

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_kept_text(self):
        for report in self:
            total = (report.figures or {}).get("total") or {}
            if total.get("percent") is None:
                report.kept_text = self.env._("nothing came due")
                continue
            report.kept_text = self.env._("%(kept)s of %(all)s", kept=total["kept"], all=total["kept"] + total["late"])

    @api.depends("customer_id.name", "provider_id.name", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for report in self:
            report.display_name = " · ".join(
                part
                for part in (
                    report.provider_id.name,
                    report.customer_id.name,
                    format_date(self.env, report.month, date_format="LLLL y") if report.month else "",
                )
                if part
            )

    @api.depends("figures", "version")
    def _compute_content(self):
        for report in self:
            report.content = report._render_page("screen") if report.figures else False

    @api.constrains("contact_ids", "customer_id")
    def _check_contacts(self):
        for report in self:
            strangers = report.contact_ids.filtered(
                lambda contact, customer=report.customer_id: contact.commercial_partner_id != customer
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(contacts)s cannot get this report: not a contact of %(customer)s.",
                        contacts=", ".join(strangers.mapped("display_name")),
                        customer=report.customer_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Reports are made from what the desk has recorded: ask for one by month."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            # what threads and activities keep on a record is theirs
            own = {name for name in vals if name == "message_id" or not name.startswith(("activity_", "message_"))}
            if own - EDITABLE:
                raise UserError(self.env._("A report follows from what the desk has recorded and cannot be edited."))
            if "contact_ids" in vals and self.filtered(lambda report: report.state in ("released", "sent")):
                raise UserError(self.env._("This report is on its way already: its contacts stay as they were."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_released(self):
        if self.filtered("released_at"):
            raise UserError(self.env._("A report that was released is kept."))

    def copy(self, default=None):
        raise UserError(self.env._("A report cannot be copied: there is one for each customer and month."))

    # --- making it ------------------------------------------------------------------------------------

    @api.model
    def _get_zone(self, provider, customer) -> str:
        """The customer's zone, else the provider's."""
        zones = (customer.tz, provider.tz)
        return next((zone for zone in zones if zone in pytz.all_timezones_set), "UTC")

    @api.model
    def _get_lang(self, customer) -> str:
        installed = {code for code, _name in self.env["res.lang"].get_installed()}
        return customer.lang if customer.lang in installed else self.env["res.users"].browse(1).lang or "en_US"

    @api.model
    def _get_bounds(self, month: date, zone: str) -> tuple[datetime, datetime]:
        """When the month of ``month`` begins and ends in ``zone``, naive UTC."""
        first = month.replace(day=1)
        return midnight(first, zone), midnight(first + relativedelta(months=1), zone)

    @api.model
    def _get_or_make(self, provider, customer, month: date, now: datetime):
        """The report of a customer about a month, made if there is none yet (R-1); in superuser mode.

        :param month: any day of it
        :param now: naive UTC; of a month that is running then the report is a preview, which cannot be released
        :raise UserError: for a month that has not begun
        """
        customer = customer.commercial_partner_id
        first = month.replace(day=1)
        zone = self._get_zone(provider, customer)
        start, stop = self._get_bounds(first, zone)
        if start >= now:
            raise UserError(
                self.env._(
                    "%s has not begun yet: choose a month with something to tell.",
                    format_date(self.env, first, date_format="LLLL y"),
                )
            )
        reports = self.sudo()
        report = reports.search(
            [
                ("customer_id", "=", customer.id),
                ("provider_id", "=", provider.id),
                ("month", "=", first),
                ("kind", "=", "monthly"),
            ]
        )
        if report:
            return report
        # not the sender of mails about a report: nobody follows one by having asked for it
        report = reports.with_context(mail_create_nosubscribe=True).create(
            {
                "customer_id": customer.id,
                "provider_id": provider.id,
                "month": first,
                "start": start,
                "stop": stop,
                "zone": zone,
                "lang": self._get_lang(customer),
            }
        )
        report.contact_ids = report._find_contacts()
        report.responsible_id = report._find_responsible()
        report._make_figures(now)
        return report

    def _get_period(self, now: datetime) -> Period:
        self.ensure_one()
        return Period(
            provider=self.provider_id,
            customer=self.customer_id,
            start=self.start,
            stop=min(self.stop, now.replace(microsecond=0) + timedelta(seconds=1)),
            zone=self.zone,
            lang=self.lang,
        )

    def _make_figures(self, now: datetime):
        """Read the figures and freeze them as the next version; of a draft only."""
        self.ensure_one()
        if self.released_at:
            raise UserError(self.env._("A report that was released never changes."))
        maker = self.env["support.report.figures"].with_context(**inside(support_now=now))
        found = maker._make(self._get_period(now))
        total = found["total"]
        self.sudo().write(
            {
                "figures": found,
                "version": self.version + 1,
                "made": now,
                "raised_count": found["counts"]["raised"],
                "resolved_count": found["counts"]["resolved"],
                "open_count": found["counts"]["open_after"],
                "late_count": total["late"],
                "kept_percent": total["percent"] or 0,
                "trouble": False,
                "trouble_detail": False,
                "state": "draft",
            }
        )

    def _get_entitlements(self):
        """What the customer had bought from the provider in the month."""
        self.ensure_one()
        period = self._get_period(self.stop)
        return self.env["support.report.figures"].sudo()._find_entitlements(period)

    def _find_contacts(self):
        return self._get_entitlements().report_contact_ids.filtered(
            lambda contact: contact.active and contact.commercial_partner_id == self.customer_id
        )

    def _find_responsible(self):
        """Who releases it: of the provider's role, else its administrator; none where nobody is named."""
        self.ensure_one()
        role, seen = self.provider_id.report_role_id, self.env["support.role"]
        entitlements = self._get_entitlements()
        while role and role not in seen:
            named = {
                "account_leader": entitlements.account_leader_id,
                "success_manager": entitlements.success_manager_id,
            }.get(role.source, role.user_ids)
            user = self._filter_readers(named or role.user_ids)[:1]
            if user:
                return user
            seen |= role
            role = role.fallback_role_id
        return self._filter_readers(self.provider_id.administrator_id)[:1]

    def _filter_readers(self, users):
        """Of ``users`` those who can be asked to look at reports."""
        return users.filtered(
            lambda user: user.active and not user.share and user.has_group("helpdesk_mgmt.group_helpdesk_user_own")
        )

    # --- verbs ----------------------------------------------------------------------------------------

    def _check_may_release(self):
        """:raise AccessError: for whoever is neither manager nor responsible for all of these reports"""
        self.check_access("read")
        manager = self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager")
        if not self.env.su and not manager and any(report.responsible_id != self.env.user for report in self):
            raise AccessError(self.env._("Only the responsible or a helpdesk manager may do this with a report."))

    def action_remake(self):
        """Read the figures of these drafts again: a further version."""
        self._check_may_release()
        now = self.env["support.event"]._now()
        for report in self:
            report.sudo()._make_figures(now)
            report.sudo()._message_log(
                body=self.env._("Figures read again: version %s.", report.version),
                author_id=self.env.user.partner_id.id,
            )

    def action_release(self):
        """Release these drafts: they never change any more and are sent to the customer's report contacts (R-3)."""
        self._check_may_release()
        self.sudo()._release(self.env["support.event"]._now(), self.env.user)

    def _release(self, now: datetime, user=None):
        for report in self.filtered(lambda report: not report.released_at):
            if not report.figures:
                raise UserError(self.env._("%s has no figures yet: make them again.", report.display_name))
            if report.is_preview:
                raise UserError(
                    self.env._(
                        "%s was made while the month was running. When it is over, make the figures again, then "
                        "release it.",
                        report.display_name,
                    )
                )
            report.write({"state": "released", "released_at": now, "released_by_id": user.id if user else False})
            report._keep_pdf()
            report._close_activities(self.env._("Released"))
        self.env["support.health"]._wake("support_reports.ir_cron_reports")

    def action_send_again(self):
        """Send what could not be delivered, to the contacts as they are now."""
        self._check_may_release()
        failed = self.sudo().filtered(lambda report: report.released_at and report.trouble)
        failed.write({"state": "released", "trouble": False, "trouble_detail": False, "message_id": False})
        self.env["support.health"]._wake("support_reports.ir_cron_reports")

    def action_take_contacts(self):
        """Take the report contacts from the customer's entitlements again."""
        self._check_may_release()
        for report in self.sudo():
            if report.state in ("draft", "failed"):
                report.contact_ids = report._find_contacts()

    def action_open_door(self, key: str):
        """The tickets behind a figure, as far as the reader may see them.

        :param key: ``doors`` of the frozen figures, or ``ticket-<id>`` for one
        :raise UserError: for a key that the report does not have
        """
        self.ensure_one()
        self.check_access("read")
        figures = self.sudo().figures or {}
        ids = (figures.get("doors") or {}).get(key)
        if ids is None and key.startswith("ticket-") and key[7:].isdecimal():
            known = {row["id"] for row in figures.get("tickets") or ()}
            ids = [int(key[7:])] if int(key[7:]) in known else None
        if ids is None:
            raise UserError(self.env._("This report has no such figure."))
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_ticket_action")
        action.update(domain=[("id", "in", ids)], context={"active_test": False}, name=self.display_name)
        if key.startswith("ticket-"):
            action.update(res_id=ids[0], views=[(False, "form")], view_mode="form")
        return action

    def action_pdf(self):
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/support/reports/{self.id}/pdf", "target": "self"}

    def action_xlsx(self):
        self.ensure_one()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/support/reports/{self.id}/xlsx", "target": "self"}

    # --- for customers --------------------------------------------------------------------------------

    @api.model
    def _support_portal_find(self, partner):
        """Released reports that ``partner`` may read on the portal (R-9); in superuser mode, newest first.

        Those of its own company: who gets them, and whom an entitlement of the month or of today authorises. An
        entitlement that names nobody authorises everybody of the customer, as elsewhere.
        """
        reports = self.sudo().search(
            [("customer_id", "=", partner.commercial_partner_id.id), ("released_at", "!=", False)]
        )
        if not reports:
            return reports
        today = self.env["support.event"]._now().date()
        entitlements = (
            self.env["support.entitlement"]
            .sudo()
            .search(
                Domain("provider_id", "in", reports.provider_id.ids)
                & Domain("commercial_partner_id", "=", partner.commercial_partner_id.id)
                & Domain("is_void", "=", False)
            )
        )

        def authorises(entitlement, report) -> bool:
            if entitlement.provider_id != report.provider_id:
                return False
            last = report.month + relativedelta(months=1, days=-1)
            end = entitlement.date_end or date.max
            in_force = entitlement.date_start <= today <= end
            if not in_force and not (entitlement.date_start <= last and end >= report.month):
                return False
            return not entitlement.contact_ids or partner in entitlement.contact_ids

        return reports.filtered(
            lambda report: partner in report.contact_ids or any(authorises(one, report) for one in entitlements)
        )

    # --- words ----------------------------------------------------------------------------------------

    def _get_filename(self, extension: str) -> str:
        self.ensure_one()
        return f"{self.provider_id.code}-{self.month:%Y-%m}-{self.customer_id.id}.{extension}"

    def _get_mail(self) -> tuple[str, Markup]:
        """Subject and body of the mail to the customer, in the report's language."""
        self.ensure_one()
        told = self.with_context(lang=self.lang)
        values: dict[str, Any] = {**told._get_page_values("mail")}
        subject = told.env._(
            "%(provider)s: your support in %(month)s", provider=values["f"]["provider"], month=values["f"]["month"]
        )
        body = told.env["ir.qweb"]._render("support_reports.report_mail", values, lang=self.lang)
        return subject, Markup(body)  # noqa: S704  rendered by QWeb, which escapes
