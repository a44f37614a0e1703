import logging
from datetime import date, datetime, timedelta

import pytz
from dateutil.relativedelta import relativedelta
from odoo import api, models
from odoo.addons.support_sla.models.support_time import from_instant, to_instant
from odoo.addons.support_sla.tools import rota
from odoo.fields import Domain
from odoo.tools import SQL
from psycopg2 import IntegrityError, OperationalError

from .support_report_figures import midnight

_logger = logging.getLogger(__name__)

#: after a downtime reports are made about so many months back
LOOK_BACK = 6
#: bounces come late; so long a report that was sent is still looked at
BOUNCES = timedelta(days=14)


class SupportReport(models.Model):
    """Making, releasing and sending reports by itself, and reminding of those that wait (R-3)."""

    _inherit = "support.report"

    @api.model
    def _cron_reports(self):
        """Scheduled action: make what is due, send what was released, look what became of it, remind."""
        now = self.env["support.event"]._now()
        for provider in self.env["support.provider"].search([("report_monthly", "=", True)]):
            for month in self._get_due_months(provider, now):
                for customer in self._find_customers(provider, month):
                    self._make_safely(provider, customer, month, now)
        self._send_released(now)
        self._watch_delivery(now)
        self._remind(now)

    # --- what is due ----------------------------------------------------------------------------------

    @api.model
    def _get_due_months(self, provider, now: datetime) -> list[date]:
        """Months that are over for ``provider`` and whose next month's first working day has begun, oldest first."""
        zone = provider.tz or "UTC"
        today = pytz.utc.localize(now).astimezone(pytz.timezone(zone)).date()
        this_month = today.replace(day=1)
        since = (provider.report_since or this_month).replace(day=1)
        due = []
        for back in range(LOOK_BACK, 0, -1):
            month = this_month - relativedelta(months=back)
            if month >= since and self._get_working_start(provider, month + relativedelta(months=1)) <= now:
                due.append(month)
        return due

    @api.model
    def _get_working_start(self, provider, month: date) -> datetime:
        """When the first working day of ``month`` begins (naive UTC); its first midnight where none is known, as at a
        desk that never closes or one without any hours."""
        first = midnight(month, provider.tz or "UTC")
        opening = rota.next_day_opening(provider.calendar_id._sla_hours(), to_instant(first) - 1)
        return first if opening is None else from_instant(opening)

    @api.model
    def _find_customers(self, provider, month: date):
        """Customers with an entitlement in the month, or tickets raised in it, that have no report about it yet; one
        that was made while the month was running counts as none."""
        last = month + relativedelta(months=1, days=-1)
        zone = provider.tz or "UTC"
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT found.customer FROM (
                       SELECT commercial_partner_id AS customer FROM support_entitlement
                       WHERE provider_id = %(provider)s AND active AND is_void IS NOT TRUE AND date_start <= %(last)s
                         AND (date_end IS NULL OR date_end >= %(first)s)
                       UNION
                       SELECT commercial_partner_id FROM helpdesk_ticket
                       WHERE support_provider_id = %(provider)s AND support_is_problem IS NOT TRUE
                         AND support_raised >= %(start)s AND support_raised < %(stop)s
                   ) AS found
                   WHERE found.customer IS NOT NULL AND NOT EXISTS (
                       SELECT FROM support_report AS report
                       WHERE report.customer_id = found.customer AND report.provider_id = %(provider)s
                         AND report.month = %(first)s AND report.is_preview IS NOT TRUE)
                   ORDER BY found.customer""",
                provider=provider.id,
                first=month,
                last=last,
                start=midnight(month, zone),
                stop=midnight(last + timedelta(days=1), zone),
            )
        )
        return self.env["res.partner"].browse(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _make_safely(self, provider, customer, month: date, now: datetime):
        """One report, with whoever has to release it told; what fails is kept as a report that says so."""
        zone = self._get_zone(provider, customer)
        if self._get_bounds(month, zone)[1] > now:
            return  # the month is not over yet where the customer is
        try:
            with self.env.cr.savepoint():
                report = self._get_or_make(provider, customer, month, now)
                if report.is_preview:
                    report._make_figures(now)
                report._settle_release(now)
        except OperationalError:
            raise  # the transaction is lost: the next run starts afresh
        except IntegrityError:
            _logger.info("Somebody else has just made the report of %s about %s", customer.id, month)
        except Exception as error:  # one customer's report must not keep the others from theirs
            _logger.exception("The report of customer %s about %s could not be made", customer.id, month)
            self._keep_failure(provider, customer, month, str(error))
        self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _keep_failure(self, provider, customer, month: date, error: str):
        zone = self._get_zone(provider, customer)
        start, stop = self._get_bounds(month, zone)
        values = {"state": "failed", "trouble": "figures", "trouble_detail": error[:500]}
        known = self.search(
            [("customer_id", "=", customer.id), ("provider_id", "=", provider.id), ("month", "=", month)], limit=1
        )
        if known:
            known.write({**values, "made": stop})
            report = known
        else:
            report = self.create(
                {
                    **values,
                    "customer_id": customer.id,
                    "provider_id": provider.id,
                    "month": month,
                    "start": start,
                    "stop": stop,
                    "zone": zone,
                    "lang": self._get_lang(customer),
                }
            )
            report.responsible_id = report._find_responsible()
        report._ask_responsible(self.env._("The figures of this report could not be read"))

    def _settle_release(self, now: datetime):
        """Release it by itself where the provider wants that, else ask the responsible."""
        self.ensure_one()
        if self.provider_id.report_release == "automatic":
            self._release(now)
            return
        responsible = self.responsible_id
        localised = self.with_context(lang=responsible.lang or self.env.lang)
        self._ask_responsible(localised.env._("Look at this report and release it"))

    def _ask_responsible(self, summary: str):
        """An activity for whoever answers for it; where nobody does, for the desk's administrator."""
        self.ensure_one()
        user = self.responsible_id or self.provider_id.administrator_id or self.env.ref("base.user_admin")
        known = self.activity_ids.filtered(lambda activity: activity.user_id == user and activity.summary == summary)
        if not known:
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo", user_id=user.id, summary=summary
            )

    def _close_activities(self, feedback: str):
        self.activity_ids.action_feedback(feedback=feedback)

    # --- sending --------------------------------------------------------------------------------------

    def _keep_pdf(self):
        """The pages as they are released, kept beside the frozen figures."""
        self.ensure_one()
        self.env["ir.attachment"].sudo().create(
            {
                "name": self._get_filename("pdf"),
                "raw": self._render_pdf(),
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
                "res_field": False,
            }
        )

    def _get_kept_pdf(self):
        """The kept pages (``ir.attachment``), none of a draft."""
        self.ensure_one()
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("name", "=", self._get_filename("pdf")),
                ],
                order="id",
                limit=1,
            )
        )

    @api.model
    def _send_released(self, now: datetime):
        waiting = [("state", "=", "released"), ("message_id", "=", False)]
        for report in self.search(waiting, order="id", limit=200):
            if not report.try_lock_for_update() or report.state != "released" or report.message_id:
                continue
            try:
                with self.env.cr.savepoint():
                    report._send(now)
            except OperationalError:
                raise
            except Exception as error:  # one that cannot be sent must not keep the others
                _logger.exception("The report %s could not be sent", report.id)
                report._fail("mail", str(error), now)
            self.env["ir.cron"]._commit_progress(1)

    def _send(self, now: datetime):
        """Hand it to the mail server, for every contact that has an address."""
        self.ensure_one()
        contacts = self.contact_ids.filtered("active")
        if not contacts:
            self._fail("no_contact", "", now)
            return
        silent = contacts.filtered(lambda contact: not contact.email_normalized)
        reached = contacts - silent
        if not reached:
            self._fail("no_address", ", ".join(silent.mapped("name")), now)
            return
        subject, body = self._get_mail()
        sender = (self.provider_id.company_id or self.env.company).partner_id
        if not sender.email:  # nobody could send in its name
            sender = self.env.ref("base.partner_root")
        message = self.with_context(lang=self.lang).message_notify(
            partner_ids=reached.ids,
            subject=subject,
            body=body,
            author_id=sender.id,
            attachment_ids=self._get_kept_pdf().ids,
            force_send=False,
            email_layout_xmlid="mail.mail_notification_light",
        )
        values = {"message_id": message.id}
        if silent:
            # sent to the others; whoever got nothing stays visible
            values.update(trouble="no_address", trouble_detail=", ".join(silent.mapped("name")))
            self._ask_responsible(self._say_trouble("no_address"))
        self.write(values)
        self.env["support.health"]._wake("support_reports.ir_cron_reports", now + timedelta(minutes=5))

    def _say_trouble(self, trouble: str) -> str:
        labels = dict(self._fields["trouble"]._description_selection(self.env))
        return self.env._("This report was not delivered: %s", labels[trouble])

    def _fail(self, trouble: str, detail: str, now: datetime):
        """It stays visible as undelivered, and the responsible is asked to do something about it."""
        self.ensure_one()
        self.write({"state": "failed", "trouble": trouble, "trouble_detail": detail[:500] or False, "reminded": now})
        user = self.responsible_id
        self._ask_responsible(self.with_context(lang=user.lang or self.env.lang)._say_trouble(trouble))

    @api.model
    def _watch_delivery(self, now: datetime):
        """What became of the mails: sent, refused, or returned days later."""
        domain = Domain("message_id", "!=", False) & (
            Domain("state", "=", "released") | (Domain("state", "=", "sent") & Domain("sent_at", ">=", now - BOUNCES))
        )
        reports = self.search(domain, order="id", limit=500)
        told = reports.message_id.notification_ids.grouped("mail_message_id")
        for report in reports:
            rows = told.get(report.message_id, self.env["mail.notification"])
            bad = rows.filtered(lambda row: row.notification_status in ("exception", "bounce", "canceled"))
            if bad:
                names = ", ".join(bad.res_partner_id.mapped("name"))
                reason = next((row.failure_reason for row in bad if row.failure_reason), "")
                report._fail("mail", f"{names}: {reason}" if reason else names, now)
            elif report.state == "released" and all(row.notification_status == "sent" for row in rows):
                report.write({"state": "sent", "sent_at": now})
                report._message_log(
                    body=self.env._("Sent to %s", ", ".join(rows.res_partner_id.mapped("display_name")))
                )

    @api.model
    def _remind(self, now: datetime):
        """Remind whoever answers for them of reports that wait or were not delivered."""
        reports = self.search(
            Domain("provider_id.report_reminder_days", ">", 0)
            & Domain("is_preview", "=", False)
            & (Domain("state", "in", ("draft", "failed")) | Domain("trouble", "!=", False)),
            order="id",
            limit=500,
        )
        for report in reports:
            since = report.reminded or report.made or report.create_date
            if now - since < timedelta(days=report.provider_id.report_reminder_days):
                continue
            user = report.responsible_id or report.provider_id.administrator_id
            report.reminded = now
            if user:
                localised = report.with_context(lang=user.lang or self.env.lang)
                said = (
                    localised._say_trouble(report.trouble) if report.trouble else localised.env._("It waits for you.")
                )
                localised.message_notify(
                    partner_ids=user.partner_id.ids,
                    subject=localised.env._("Reminder: %s", localised.display_name),
                    body=said,
                    email_layout_xmlid="mail.mail_notification_light",
                )
