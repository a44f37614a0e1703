from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import SQL

#: told again so long after the last mail, never more than once an hour
AGAIN = timedelta(days=1)
#: a mail that could not be sent is tried again so much later
RETRY = timedelta(minutes=5)


class SupportAlarm(models.Model):
    """What the watch found and whom it told: one row a trouble, from when it was seen until it was gone (F-8)."""

    _name = "support.alarm"
    _description = "Support Alarm"
    _order = "first desc, id desc"
    _rec_name = "code"
    _log_access = False
    _allow_sudo_commands = False

    code = fields.Char(required=True, readonly=True)
    subject = fields.Char(readonly=True)
    text = fields.Char(readonly=True)
    first = fields.Datetime(string="Seen", readonly=True)
    mailed = fields.Datetime(string="Last Mail", readonly=True)
    cleared = fields.Datetime(string="Gone", readonly=True)

    # one open row a trouble, whichever process sees it first
    _open_unique = models.UniqueIndex("(code, subject) WHERE cleared IS NULL")

    @api.model
    def _update(self, findings: list[dict[str, Any]], now: datetime):
        """Note what is new and what is gone.

        :param findings: see ``support.health._check``; warnings are left out
        :return: mails to be sent by :meth:`_send` once this is committed
        """
        cr = self.env.cr
        troubles = {(one["code"], one["subject"] or ""): one for one in findings if one["level"] == "trouble"}
        # another process may be at it: whoever holds a row tells of it
        cr.execute("SELECT id, code, subject, mailed FROM support_alarm WHERE cleared IS NULL FOR UPDATE SKIP LOCKED")
        known = {(code, subject): (alarm_id, mailed) for alarm_id, code, subject, mailed in cr.fetchall()}
        Health = self.env["support.health"]
        told = []
        for key, finding in troubles.items():
            if key not in known:
                cr.execute(
                    SQL(
                        """INSERT INTO support_alarm (code, subject, text, first, mailed) VALUES (%s, %s, %s, %s, %s)
                           ON CONFLICT DO NOTHING RETURNING id""",
                        *key,
                        Health._get_text(finding)[0],
                        now,
                        now,
                    ),
                    # two processes that notice it at once: the caller lets the other one tell
                    log_exceptions=False,
                )
                if cr.fetchone():
                    told.append(finding)
            elif known[key][1] is None or known[key][1] <= now - AGAIN:
                cr.execute(SQL("UPDATE support_alarm SET mailed = %s WHERE id = %s", now, known[key][0]))
                told.append(finding)
        gone = [alarm_id for key, (alarm_id, _mailed) in known.items() if key not in troubles]
        if gone:
            cr.execute(SQL("UPDATE support_alarm SET cleared = %s WHERE id = ANY(%s)", now, gone))
        self.invalidate_model(flush=False)
        mails = self.env["mail.mail"]
        if told:
            mails |= self._prepare_mails(told, clear=False)
        if gone:
            mails |= self._prepare_mails(self.browse(gone), clear=True)
        return mails

    @api.model
    def _get_recipients(self):
        """Who is told: the providers' administrators, else the database's. **Hook**."""
        providers = self.env["support.provider"].sudo().search([("administrator_id", "!=", False)])
        users = providers.administrator_id.filtered("active")
        found = users.filtered("email")
        if not found:
            found = self.env.ref("base.user_admin").sudo()
        return found.filtered("email")

    @api.model
    def _prepare_mails(self, items, clear: bool):
        """One mail for each administrator, in the own language.

        :param items: findings, or alarms that are gone
        """
        mails = self.env["mail.mail"].sudo()
        server = self.env["ir.mail_server"].sudo()
        base_url = self.env["ir.config_parameter"].sudo().get_param("web.base.url") or ""
        for user in self._get_recipients():
            localised = self.with_context(lang=user.lang, tz=user.tz)
            texts = [(alarm.text, "") for alarm in items] if clear else localised._get_texts(items)
            env = localised.env
            subject = env._("Support desk: in order again") if clear else env._("Support desk: something is wrong")
            if clear:
                intro = env._("This is over:")
            else:
                intro = env._("Promises to customers may not be watched, or people not be told:")
            points = Markup("").join(Markup("<li>%s<br/><em>%s</em></li>") % pair for pair in texts)
            mails |= mails.create(
                {
                    "subject": subject,
                    "body_html": Markup('<p>%s</p><ul>%s</ul><p><a href="%s/support/health">%s</a></p>')
                    % (intro, points, base_url, env._("How the desk runs")),
                    "email_to": user.email_formatted,
                    "email_from": self.env.company.email_formatted or server._get_default_from_address() or user.email,
                    "auto_delete": False,
                    # this watch sends it; Odoo's own queue would do so as well, if it runs
                    "scheduled_date": fields.Datetime.now() + timedelta(days=3),
                    "headers": repr({"Auto-Submitted": "auto-generated"}),
                }
            )
        return mails

    @api.model
    def _get_texts(self, findings: list[dict[str, Any]]) -> list[tuple[str, str]]:
        return [self.env["support.health"]._get_text(finding) for finding in findings]

    @api.model
    def _send(self, mails, now: datetime):
        """Send at once. What could not be sent is told again soon; alarms that are gone are not."""
        mails.send(raise_exception=False)
        refused = mails.exists().filtered(lambda mail: mail.state in ("exception", "outgoing"))
        if refused:
            refused.unlink()
            self.env.cr.execute(
                SQL(
                    "UPDATE support_alarm SET mailed = %s WHERE cleared IS NULL AND mailed = %s",
                    now - AGAIN + RETRY,
                    now,
                )
            )
            self.invalidate_model(flush=False)
