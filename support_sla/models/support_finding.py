import logging
from collections import defaultdict
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .support_sweep import CONFLICTS

_logger = logging.getLogger(__name__)

RANKS = {"error": 1, "warning": 2, "hint": 3}
#: when the configuration was checked last, among the system parameters; naive UTC text
CHECKED = "support_sla.configuration_checked"
#: how often the weekly check begins again because somebody was checking at the same time
RETRIES = 5


class SupportFinding(models.Model):
    """Something amiss in the configuration, found by ``support.check`` (E-6.4).

    Stored under a key that stays the same from check to check, so that one can be accepted with a reason and the
    weekly check tells only of what is new. The words are made when they are read, in the reader's language. A
    finding that no longer holds is deleted; written by :meth:`_check` and the acceptance wizard alone.
    """

    _name = "support.finding"
    _description = "Configuration Finding"
    _order = "accepted, rank, provider_id, id"
    _rec_name = "code"
    _allow_sudo_commands = False

    key = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True)
    severity = fields.Selection(
        [("error", "Error"), ("warning", "Warning"), ("hint", "Hint")], required=True, readonly=True
    )
    rank = fields.Integer(readonly=True)
    provider_id = fields.Many2one("support.provider", ondelete="cascade", readonly=True, index="btree_not_null")
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    data = fields.Json(readonly=True)
    message = fields.Char(string="What Is Amiss", compute="_compute_message")
    advice = fields.Char(string="What to Do", compute="_compute_message")
    found = fields.Datetime(string="Found First", readonly=True)
    told = fields.Boolean(readonly=True)
    accepted = fields.Boolean(string="Accepted as It Is", readonly=True)
    accepted_reason = fields.Char(string="Accepted Because", readonly=True)
    accepted_by_id = fields.Many2one("res.users", readonly=True)
    has_remedy = fields.Boolean(compute="_compute_has_remedy")

    _key_unique = models.UniqueIndex("(key)")

    @api.depends("code", "data", "provider_id.name")
    @api.depends_context("lang")
    def _compute_message(self):
        texts = self.env["support.check"]._get_texts()
        # one prefetch for all records of a model, however many findings name them
        ids = defaultdict(set)
        for finding in self:
            ids[finding.res_model].update((finding.data or {}).get("ids", ()))
            for value in (finding.data or {}).values():
                if isinstance(value, dict):
                    ids[value["model"]].update(value["ids"])
        names: dict[str, dict[int, str]] = {}
        for model, found in ids.items():
            if model in self.env:
                # sudo: what a finding is about is named to whoever may read the finding
                records = self.env[model].sudo().with_context(active_test=False).browse(sorted(found)).exists()
                names[model] = {record.id: record.display_name for record in records}
        for finding in self:
            message, advice = texts.get(finding.code) or (finding.code, "")
            values = defaultdict(str, provider=finding.provider_id.name or "")
            data = finding.data or {}
            values["record"] = self._join(names.get(finding.res_model), data.get("ids", ()))
            for name, value in data.items():
                values[name] = self._join(names.get(value["model"]), value["ids"]) if isinstance(value, dict) else value
            finding.message = message % values
            finding.advice = advice % values

    @api.depends("message")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for finding in self:
            finding.display_name = finding.message

    @staticmethod
    def _join(names: dict[int, str] | None, ids) -> str:
        return ", ".join(sorted((names or {}).get(record_id, "?") for record_id in ids))

    # --- checking ---------------------------------------------------------------------------------

    @api.model
    def _check(self):
        """Check the whole configuration and store what was found; all findings there are now.

        Of two checks at once the second waits here for the first, and then begins again with what the first found in
        sight: PostgreSQL calls that a serialization failure, upon which Odoo repeats a request and :meth:`_cron_check`
        itself.
        """
        self._note_check()
        found = {finding["key"]: finding for finding in self.env["support.check"]._run()}
        findings_sudo = self.sudo()
        known = {finding.key: finding for finding in findings_sudo.search([])}
        findings_sudo.browse(finding.id for key, finding in known.items() if key not in found).unlink()
        now = self.env["support.event"]._now()
        for key in found.keys() & known.keys():
            values = {name: found[key][name] for name in ("severity", "provider_id", "res_id", "data")}
            current = known[key]
            before = {
                "severity": current.severity,
                "provider_id": current.provider_id.id,
                "res_id": current.res_id or False,
                "data": current.data,
            }
            if values != before:
                current.write({**values, "rank": RANKS[values["severity"]]})
        findings_sudo.create(
            [
                {**finding, "rank": RANKS[finding["severity"]], "found": now}
                for key, finding in found.items()
                if key not in known
            ]
        )
        return findings_sudo.search([("key", "in", list(found))])

    @api.model
    def _note_check(self):
        """Write down when this check took place: one row that all checks write to, so that they take turns."""
        # by SQL, as it is read: a parameter that is set through the ORM empties the caches of all server processes
        self.env.cr.execute(
            SQL(
                """INSERT INTO ir_config_parameter (key, value, create_uid, write_uid, create_date, write_date)
                   VALUES (%(key)s, %(now)s, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                   ON CONFLICT (key) DO UPDATE
                   SET value = excluded.value, write_uid = excluded.write_uid, write_date = excluded.write_date""",
                key=CHECKED,
                now=fields.Datetime.to_string(self.env["support.event"]._now()),
                uid=self.env.uid,
            ),
            log_exceptions=False,
        )
        self.env["ir.config_parameter"].invalidate_model(flush=False)

    @api.model
    def action_check(self, provider_id: int | bool = False):
        """Check now and show the findings: the menu, the address /odoo/support-check and the button on the provider.

        Nothing else leads to the list, so that an empty one always means that somebody has looked.
        """
        self._refuse_others()
        self._check()
        action = self.env["ir.actions.actions"]._for_xml_id("support_sla.support_finding_action")
        action["target"] = "main"
        if provider_id:
            action.update(domain=[("provider_id", "=", provider_id)], target="current")
        return action

    def action_check_again(self):
        """Check again and stay on the list."""
        self._refuse_others()
        self._check()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _refuse_others(self):
        self.check_access("read")
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            raise AccessError(self.env._("The configuration is checked by helpdesk managers."))

    def action_open_record(self):
        """Open what has to be changed, with the reader's own rights."""
        self.ensure_one()
        self.check_access("read")
        if not self.env[self.res_model].has_access("read"):
            raise UserError(self.env._("You may not open this; an administrator of the system can."))
        ids = (self.data or {}).get("ids") or []
        action = {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(self.res_model).name,
            "res_model": self.res_model,
        }
        if self.res_id:
            return {**action, "res_id": self.res_id, "views": [(False, "form")]}
        domain = [("id", "in", ids)] if ids else []
        return {**action, "domain": domain, "views": [(False, "list"), (False, "form")]}

    @api.depends("code")
    def _compute_has_remedy(self):
        remedies = self.env["support.check"]._get_remedies()
        for finding in self:
            finding.has_remedy = finding.code in remedies

    def action_remedy(self):
        """Open what can be done about it, with a preview; nothing is changed yet."""
        self.ensure_one()
        self._refuse_others()
        return getattr(self, self.env["support.check"]._get_remedies()[self.code])()

    def _remedy_impact(self):
        return self.env["support.remap"]._open_for(self.provider_id)

    def action_accept(self):
        """Ask for the reason why this is as it is meant to be."""
        self._refuse_others()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept as It Is"),
            "res_model": "support.finding.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_finding_ids": self.ids},
        }

    def action_reopen(self):
        """What was accepted counts again."""
        self._refuse_others()
        self.sudo().write({"accepted": False, "accepted_reason": False, "accepted_by_id": False})

    def _accept(self, reason: str):
        """For the wizard, after its checks."""
        self.sudo().write({"accepted": True, "accepted_reason": reason, "accepted_by_id": self.env.uid})

    # --- weekly -----------------------------------------------------------------------------------

    @api.model
    def _cron_check(self):
        """Scheduled action, weekly: check, and tell each administrator what is new; nothing new, nothing told.

        Hints are shown and not told.
        """
        for attempt in range(RETRIES + 1):
            try:
                found = self._check()
                break
            except CONFLICTS as error:
                # crons get no retry from Odoo
                self.env.cr.rollback()
                self.env.transaction.reset()
                if attempt == RETRIES:
                    raise
                _logger.info("The weekly check begins again, somebody was checking: %s", error)
        fresh = found.filtered(lambda finding: not finding.told and not finding.accepted and finding.severity != "hint")
        by_administrator: dict[Any, Any] = defaultdict(self.browse)
        for finding in fresh:
            user = finding.provider_id.administrator_id.filtered("active") or self.env.ref("base.user_admin")
            by_administrator[user] |= finding
        for user, findings in by_administrator.items():
            self._tell(user, findings)
        fresh.write({"told": True})

    @api.model
    def _tell(self, user, findings):
        reader = self.with_context(lang=user.lang or self.env.lang)
        body = reader.env["ir.qweb"]._render(
            "support_sla.finding_body",
            {"findings": findings.with_env(reader.env), "url": self.get_base_url() + "/odoo/support-check"},
            lang=user.lang,
        )
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=reader.env._("The support configuration needs a look"),
            body=body,
        )
