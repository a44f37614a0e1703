import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools import facts, history
from .support_context import given

#: A change of one of these may be a fact about the ticket, or bring another policy.
WATCHED = frozenset(
    {
        "stage_id",
        "team_id",
        "user_id",
        "partner_id",
        "category_id",
        "channel_id",
        "company_id",
        "support_priority_id",
        "support_service_id",
        "support_entitlement_id",
        "support_kind_id",
    }
)
#: What facts and clocks come to: written by ``_support_set`` and by nobody's create or write (E-3.9).
DERIVED = frozenset(
    {
        "support_tier_id",
        "support_coverage",
        "support_coverage_note",
        "support_coverage_by_id",
        "support_coverage_at",
        "support_plan_id",
        "support_no_entitlement",
        "support_raised",
        "support_out_of_hours",
        "support_phase",
        "support_match_key",
        "support_version_id",
        "support_agreed",
        "support_next_due",
        "support_next_metric",
        "support_risk_at",
        "support_sla_state",
        "support_breached",
        "support_escalated",
        "support_escalation_step_id",
        "support_escalated_by_id",
        "support_escalated_at",
        "support_acknowledged_by_id",
        "support_acknowledged_at",
        "support_history_reference",
        "support_history_key",
        "support_history_until",
        "support_merged_into_id",
        "support_pause_id",
        "support_resume_at",
        "support_workaround",
        "support_workaround_at",
        "support_outage_start",
        "support_outage_end",
        "support_data_lost",
        "support_outside_id",
        "support_outside_at",
        "support_outside_by_id",
        "support_outside_note",
        "support_form_state",
        "support_form_requested",
        "support_form_completed",
        "support_form_files",
        "support_first_contact",
        "support_secrets_masked",
        "support_mask_checked",
    }
)
#: facts that say how what is over counts, and change no clock
DECISIONS = frozenset({facts.EXCUSED, facts.UNEXCUSED, facts.MERGED})
SLA_STATES = [
    ("none", "No SLA"),
    ("running", "On time"),
    ("to_agree", "To be agreed"),
    ("no_time", "No working time"),
    ("paused", "Paused"),
    ("breached", "Breached"),
    ("done", "Done"),
]


class HelpdeskTicket(models.Model):
    """The recorder: sees what changes on a ticket and writes it down as events.

    ``create``, ``write`` and computed changes (a stage that follows the team never passes through
    ``write``) all end in :meth:`_support_sync`, which compares what the ticket *is* with what was
    last *recorded* on it. Nothing else in the house may hook into these three.
    """

    _inherit = "helpdesk.ticket"

    support_provider_id = fields.Many2one(
        "support.provider",
        string="Provider",
        compute="_compute_support_provider_id",
        store=True,
        index="btree_not_null",
    )
    support_priority_id = fields.Many2one(
        "support.priority",
        domain="[('provider_id', '=', support_provider_id)]",
        compute="_compute_support_priority_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="The provider's own level; the stars follow it.",
    )
    support_priority_color = fields.Integer(related="support_priority_id.color", string="Priority Color")
    support_service_id = fields.Many2one(
        "support.service",
        string="Service",
        domain="[('provider_id', '=', support_provider_id)]",
        compute="_compute_support_service_id",
        store=True,
        readonly=False,
        ondelete="restrict",
        tracking=True,
    )
    support_entitlement_id = fields.Many2one(
        "support.entitlement",
        string="Entitlement",
        domain="[('provider_id', '=', support_provider_id), ('commercial_partner_id', '=', commercial_partner_id)]",
        ondelete="restrict",
        copy=False,
        groups="base.group_user",
        help="In force when the ticket was raised; its plan and hours are the ticket's.",
    )
    support_plan_id = fields.Many2one(
        "support.plan", string="Plan", copy=False, readonly=True, ondelete="restrict", groups="base.group_user"
    )
    support_no_entitlement = fields.Boolean(
        string="Without Entitlement", copy=False, readonly=True, groups="base.group_user"
    )
    support_raised = fields.Datetime(string="Raised", copy=False, readonly=True)
    support_phase = fields.Selection(
        selection=lambda self: self.env["helpdesk.ticket.stage"]._selection_support_phase(),
        string="Phase",
        copy=False,
        readonly=True,
        index=True,
        help="What its stage means to the clocks, as last recorded.",
    )
    support_match_key = fields.Char(copy=False, readonly=True, groups="base.group_system")
    support_version_id = fields.Many2one(
        "support.policy.version",
        string="Policy",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    support_agreed = fields.Json(
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Seconds by promise, as the customer's contract gave them when the policy was matched.",
    )
    support_origin_id = fields.Many2one(
        "helpdesk.ticket", string="Follow-up Of", copy=False, readonly=True, index="btree_not_null"
    )
    support_follow_up_ids = fields.One2many("helpdesk.ticket", "support_origin_id", string="Follow-ups")
    support_event_ids = fields.One2many(
        "support.event", "ticket_id", string="Events", readonly=True, groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    support_clock_ids = fields.One2many(
        "support.clock", "ticket_id", string="Clocks", readonly=True, groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    support_escalation_ids = fields.One2many(
        "support.escalation",
        "ticket_id",
        string="Escalations",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    # what the clocks come to, for lists and filters; moments, never "how long from now"
    support_next_due = fields.Datetime(string="Next Due", copy=False, readonly=True)
    support_next_metric = fields.Selection(
        selection=lambda self: self.env["support.target"]._selection_metric(),
        string="Next Promise",
        copy=False,
        readonly=True,
    )
    support_risk_at = fields.Datetime(string="At Risk From", copy=False, readonly=True, groups="base.group_user")
    support_sla_state = fields.Selection(
        SLA_STATES, string="SLA", copy=False, readonly=True, index="btree_not_null", groups="base.group_user"
    )
    support_breached = fields.Boolean(string="Ever Breached", copy=False, readonly=True, groups="base.group_user")

    # "what is due next" over all tickets and per team: the agents' first list
    _support_next_due_idx = models.Index("(support_next_due) WHERE support_next_due IS NOT NULL")

    @api.depends("team_id.support_provider_id")
    def _compute_support_provider_id(self):
        for ticket in self:
            ticket.support_provider_id = ticket.team_id.support_provider_id

    @api.depends("support_provider_id", "support_service_id")
    def _compute_support_priority_id(self):
        for ticket in self:
            provider, service = ticket.support_provider_id, ticket.support_service_id
            recorded = json.loads(ticket.sudo().support_match_key or "{}")
            if recorded and (recorded.get("service_id") or False) != service.id and service.default_priority_id:
                # another service of the catalogue brings its own level
                ticket.support_priority_id = service.default_priority_id
            elif not ticket.support_priority_id or ticket.support_priority_id.provider_id != provider:
                ticket.support_priority_id = service.default_priority_id or provider.default_priority_id

    @api.depends("support_provider_id")
    def _compute_support_service_id(self):
        for ticket in self:
            if ticket.support_service_id.provider_id != ticket.support_provider_id:
                ticket.support_service_id = False

    # apart, because the level follows the service: the one is looked at while the other is still being found
    @api.constrains("support_priority_id", "team_id")
    def _check_support_priority(self):
        self._support_refuse_foreign("support_priority_id")

    @api.constrains("support_service_id", "team_id")
    def _check_support_service(self):
        self._support_refuse_foreign("support_service_id")

    def _support_refuse_foreign(self, name: str):
        """:raise ValidationError: when what the field ``name`` holds belongs to another provider"""
        for ticket in self:
            record = ticket[name]
            if record and record.provider_id != ticket.support_provider_id:
                raise ValidationError(
                    self.env._(
                        "“%(record)s” belongs to %(other)s, this ticket to %(provider)s.",
                        record=record.display_name,
                        other=record.provider_id.name,
                        provider=ticket.support_provider_id.name or self.env._("no provider"),
                    )
                )

    @api.onchange("support_priority_id")
    def _onchange_support_priority_id(self):
        if self.support_priority_id:
            self.priority = self.support_priority_id.stars

    # --- CRUD ----------------------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        # a default, of the context or of a user, would be a way round the check in create()
        derived = self._support_get_derived() | {"support_provider_id"}
        return super().default_get([name for name in fields if name not in derived])

    @api.model_create_multi
    def create(self, vals_list):
        # what is filled in is no business of the caller's: an import tries a row twice
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            self._support_refuse_derived(vals)
            self._support_complete_vals(vals)
        masked = self._support_mask_new(vals_list)
        tickets = super().create(vals_list)
        tickets._support_sync()
        tickets._support_after_create()
        self._support_note_masked({tickets[index].id: findings for index, findings in masked.items()})
        return tickets

    def write(self, vals):
        self._support_refuse_derived(vals)
        vals, masked = self._support_mask_changes(vals)
        result = super().write(vals)
        if not self._support_get_watched().isdisjoint(vals):
            self._support_sync()
        if "active" in vals:
            self._support_sync()  # an archived ticket leaves its customer's queue
            self.sudo()._support_recompute()
        if masked:
            self._support_note_masked(dict.fromkeys(self._support_filter_masking()._ids, masked))
        return result

    def _compute_field_value(self, field):
        result = super()._compute_field_value(field)
        if field.store and field.name in self._support_get_watched():
            # seen by nobody's write(): judged when the transaction ends, unless a write comes first
            pending = self.env.cr.precommit.data.setdefault("support_sla.pending", set())
            ids = [id_ for id_ in self._ids if id_]
            if ids:
                if not pending:
                    self.env.cr.precommit.add(self.env["helpdesk.ticket"]._support_sync_pending)
                pending.update(ids)
        return result

    def unlink(self):
        self.check_access("unlink")  # before a name is told to whoever may not know it (S-1)
        measured = self.sudo().filtered("support_clock_ids")
        if measured:
            raise UserError(
                self.env._(
                    "%s has promises that were measured; what happened cannot be deleted. Archive it instead.",
                    measured[0].display_name,
                )
            )
        return super().unlink()

    @api.model
    def _support_get_derived(self) -> frozenset[str]:
        """Fields that nobody enters, on no way (E-3.9). **Hook**: an addon that keeps on the ticket what its own facts
        or buttons come to adds its fields, and writes them with :meth:`_support_set`."""
        return DERIVED

    @api.model
    def _support_refuse_derived(self, vals: dict[str, Any]):
        """:raise UserError: when ``vals`` set what nobody sets (E-3.9)"""
        derived = sorted(self._support_get_derived() & vals.keys())
        if derived:
            raise UserError(
                self.env._(
                    "“%s” follows from what happens to a ticket; it cannot be entered.",
                    self._fields[derived[0]]._description_string(self.env),
                )
            )

    # --- recording -----------------------------------------------------------------------------

    @api.model
    def _support_complete_vals(self, vals: dict[str, Any]):
        """Fill in the service of the kind of request and the default priority, and let the stars follow it.

        The stock helpdesk assigns a new ticket to whoever creates it: for a mail that is the system
        user, for a portal form the customer. Neither works on tickets of a provider.
        """
        team_id = vals.get("team_id") or self.env.context.get("default_team_id")
        provider = self.env["helpdesk.ticket.team"].sudo().browse(team_id or []).support_provider_id
        if provider and "user_id" not in vals and (self.env.user._is_superuser() or self.env.user.share):
            vals["user_id"] = False
        kind = self.env["support.kind"].sudo().browse(vals.get("support_kind_id") or [])
        if kind.service_id and kind.provider_id == provider and not vals.get("support_service_id"):
            vals["support_service_id"] = kind.service_id.id  # nothing else has named one
        if not vals.get("support_priority_id") and provider:
            service = self.env["support.service"].sudo().browse(vals.get("support_service_id") or [])
            default = service.default_priority_id or provider.default_priority_id
            if default:
                vals["support_priority_id"] = default.id
        if vals.get("support_priority_id") and "priority" not in vals:
            vals["priority"] = self.env["support.priority"].sudo().browse(vals["support_priority_id"]).stars

    @api.model
    def _support_get_watched(self) -> frozenset[str]:
        """Fields a change of which may be a fact about the ticket, or bring another policy. **Hook**: an addon whose
        :meth:`_get_match_values` or :meth:`_support_starts_clocks` look at a field of its own adds it."""
        return WATCHED

    def _get_match_values(self) -> dict[str, Any]:
        """What policies are matched on: ``provider_id`` and the keys of
        ``support.policy._get_match_fields``. **Hook**: addons add keys to both."""
        self.ensure_one()
        return {
            "provider_id": self.support_provider_id.id,
            "priority_id": self.support_priority_id.id,
            "service_id": self.support_service_id.id,
            "plan_id": self.support_plan_id.id,
            "entitlement_id": self.support_entitlement_id.id,
            "team_id": self.team_id.id,
            "category_id": self.category_id.id,
            "channel_id": self.channel_id.id,
        }

    def _support_prepare_agreed(self, version_id: int | None, priority) -> dict[str, int]:
        """What the customer's contract says now about the promises of a version that leave it to the contract.

        Kept in the ``graded`` fact, so that a ticket keeps it whatever is edited later, until it is matched anew.

        :return: seconds by metric; without those about which the contract says nothing: they are by agreement
        """
        self.ensure_one()
        if not version_id:
            return {}
        version = self.env["support.policy.version"]._get_compiled(version_id)
        metrics = [target.metric for target in version.targets if target.contract]
        if not metrics:
            return {}
        times = self._support_get_contract_times(priority)
        return {metric: times[metric] for metric in metrics if times.get(metric)}

    def _support_get_contract_times(self, priority) -> dict[str, int]:
        """Opening seconds by metric that the customer's contract gives this ticket at a level (unit *as in the
        contract*).

        **Hook**: a provider answers from the fields that it puts on the entitlement. Asked with sudo, whenever the
        ticket is matched with a policy that has such a promise; a metric that is not in the answer is by agreement.
        """
        self.ensure_one()
        return {}

    def _support_starts_clocks(self) -> bool:
        """Whether this ticket is to be measured at all. **Hook**: a provider that holds a ticket back
        (not authorised, advice only …) answers False, and no policy matches."""
        self.ensure_one()
        provider = self.support_provider_id
        refused = self.support_no_entitlement and provider.entitlement_mode == "refuse"
        # what is promised stays so when the provider becomes stricter afterwards
        return bool(provider) and (not refused or bool(self.support_version_id))

    @api.model
    def _support_sync_pending(self):
        pending = self.env.cr.precommit.data.pop("support_sla.pending", None)
        if pending:
            self.browse(pending).exists()._support_sync()

    def _support_sync(self):
        """Record what changed since the last look, and bring the clocks up to it.

        Called again without a change in between it does nothing.
        """
        if not self or given(self.env, "support_no_sync"):
            return
        pending = self.env.cr.precommit.data.get("support_sla.pending")
        if pending:
            pending.difference_update(self._ids)
        # sudo: facts are recorded for whoever may change the ticket, mail and portal included
        tickets_sudo = self.sudo().with_context(active_test=False)
        now = self.env["support.event"]._now()
        rows: list[dict[str, Any]] = []
        fresh = tickets_sudo.browse()
        for ticket in tickets_sudo:
            if not ticket.support_raised:
                fresh |= ticket
                ticket._support_raise(now)
            elif ticket.support_match_key:
                ticket._support_settle_entitlement()
            ticket._support_admit(now)
        # before the phase is looked at: what may not be started was not
        places, offered = tickets_sudo._support_take_places(now)
        for ticket in tickets_sudo:
            rows += ticket._support_observe(now)
        rows += places
        if rows:
            self._support_record(rows, fresh, now)
        tickets_sudo._support_after_look(now)
        offered._support_offer_place()

    def _support_raise(self, now: datetime):
        """First look at a ticket: when it was raised, and whether its customer may raise one at all."""
        self.ensure_one()
        self._support_set({"support_raised": given(self.env, "support_raised") or now})
        self._support_settle_entitlement()
        provider = self.support_provider_id
        if self.support_no_entitlement and provider.entitlement_mode == "refuse" and not self._support_keeps_refused():
            raise UserError(
                self.env._(
                    "%(customer)s has no entitlement of %(provider)s in force, so no ticket can be raised.",
                    customer=self.partner_id.commercial_partner_id.name or self.env._("This customer"),
                    provider=provider.name,
                )
            )

    def _support_admit(self, now: datetime) -> None:
        """Called at every look at a ticket, once its customer's entitlement is known and before places are taken and
        facts recorded.

        **Hook**: a provider that takes requests of certain people only, or not before something is agreed, settles
        here, with :meth:`_support_set`, whether this one is held back; :meth:`_support_starts_clocks` and
        :meth:`_support_takes_place` read it. Once it is let in, record the fact ``admitted`` and look again
        (:meth:`_support_take_on`): what is promised counts from then. With sudo; it must be quick for tickets that it
        does not concern. Context ``support_no_notify`` means that nobody is to be told, and nothing held back.

        :param now: naive UTC
        """

    def _support_take_on(self, side: str | None = None) -> None:
        """These tickets were held back and are let in: clocks start now, the confirmation of receipt goes out.

        With sudo; access is checked by the caller, which has made :meth:`_support_starts_clocks` answer True.
        """
        for ticket in self:
            ticket._support_add_fact(facts.ADMITTED, side=side)
        self._support_sync()
        self._support_after_create()

    def _support_settle_entitlement(self):
        """Take the entitlement that was in force when the ticket was raised (E-6.1).

        One that was taken or that an agent chose stays as long as it belongs to the ticket's provider and
        customer, with the plan that it had then, whatever is edited, ended or archived later; when either
        changes (a mail from an unknown address gets its customer later), it is looked up again.
        """
        self.ensure_one()
        Entitlement = self.env["support.entitlement"]
        provider = self.support_provider_id
        customer_id = self.partner_id.commercial_partner_id.id or 0
        chosen = self.support_entitlement_id.id
        periods = Entitlement._get_periods(provider.id, customer_id) if provider else ()
        plans = {entitlement_id: plan_id for entitlement_id, _start, _end, plan_id in periods}
        plan_id = plans.get(chosen)
        recorded = json.loads(self.support_match_key or "{}").get("entitlement_id") or False
        if (
            chosen
            and chosen == recorded
            and (chosen in plans or self.support_entitlement_id._belongs_to(provider.id, customer_id))
        ):
            plan_id = self.support_plan_id.id
        elif chosen not in plans:
            day = fields.Datetime.context_timestamp(self.with_context(tz=provider.tz), self.support_raised).date()
            chosen = Entitlement._find(provider.id, customer_id, day).id if plans else False
            plan_id = plans.get(chosen)
        self._support_set(
            {
                "support_entitlement_id": chosen,
                "support_plan_id": plan_id or False,
                "support_no_entitlement": bool(provider)
                and not chosen
                and provider.entitlement_mode != "ignore"
                and self._support_needs_entitlement(),
            }
        )

    def _support_needs_entitlement(self) -> bool:
        """Whether anybody must have bought support for this ticket (E-6.1). **Hook**: work that no customer raised
        needs no contract."""
        return True

    def _support_keeps_refused(self) -> bool:
        """Whether a ticket is kept although the provider refuses customers without entitlement: a mail
        cannot be refused without being lost, so it is kept, unmeasured, for an agent to decide."""
        return bool(given(self.env, "support_by_mail"))

    def _support_set(self, values: dict[str, Any]):
        """Write the engine's own columns: joins the pending flush and records nothing.

        Only what differs is written. Used with sudo, for one ticket.
        """
        changed = {
            name: value
            for name, value in values.items()
            if self._fields[name].convert_to_cache(value, self) != self._fields[name].convert_to_cache(self[name], self)
        }
        if changed and self.id:
            super().write(changed)
        elif changed:
            self.update(changed)  # a ticket that is only thought of (drill, E-5.5)

    def _support_set_all(self, values_list: Sequence[dict[str, Any]]):
        """:meth:`_support_set` for many tickets at once, in one statement.

        Only rows that differ are written. Used with sudo.

        :param values_list: for each ticket, in order, values of the same columns
        """
        if not self:
            return
        names = list(values_list[0])
        columns = [self._fields[name] for name in names]
        self.flush_recordset()  # what waits in the cache would be written over it later, or be forgotten
        rows = [
            (ticket_id, *(field.convert_to_column(values[field.name], self) for field in columns))
            for ticket_id, values in zip(self._ids, values_list, strict=True)
        ]
        # only names and types of fields of this model are put in; values go in as parameters
        casts = ", ".join(f"%s::{field.column_type[1]}" for field in columns)
        query = f"""
            UPDATE helpdesk_ticket AS ticket
               SET {", ".join(f"{name} = given.{name}" for name in names)}, write_uid = {int(self.env.uid)},
                   write_date = timezone('UTC', now())
              FROM (VALUES %s) AS given (id, {", ".join(names)})
             WHERE ticket.id = given.id
               AND ({", ".join(f"ticket.{name}" for name in names)})
                   IS DISTINCT FROM ({", ".join(f"given.{name}" for name in names)})"""  # noqa: S608
        self.env.cr.execute_values(query, rows, template=f"(%s, {casts})", page_size=5000)
        self.invalidate_recordset([*names, "write_uid", "write_date"], flush=False)
        self.modified(names)

    def _support_observe(self, now: datetime) -> list[dict[str, Any]]:
        """Facts that the ticket shows and that are not yet recorded, as rows for ``support.event._record``.

        Sets the ticket's columns of what was recorded.
        """
        self.ensure_one()
        rows: list[dict[str, Any]] = []
        first = not self.support_phase
        moment = self.support_raised if first else now
        side = self._support_get_side()

        def fact(kind: str, data: dict[str, Any] | None = None, key: str | None = None):
            rows.append(
                {"ticket_id": self.id, "kind": kind, "moment": moment, "side": side, "data": data, "fact_key": key}
            )

        if first:
            fact(facts.RAISED, key="once")
        values: dict[str, Any] = {}
        key_values = self._get_match_values() if self._support_starts_clocks() else {}
        key = json.dumps(key_values, sort_keys=True)
        if key != self.support_match_key:
            before = json.loads(self.support_match_key or "{}")
            values["support_match_key"] = key
            provider_id = self.support_provider_id.id
            if first or before.get("provider_id", provider_id) != provider_id:
                # later edits of the opening hours do not change when it was raised
                values["support_out_of_hours"] = self._support_is_shut(self.support_raised)
            old_priority = before.get("priority_id") or False
            new_priority = self.support_priority_id.id
            if not given(self.env, "support_no_notify"):  # of the past, nothing is refused
                refusal = self._support_refuse_priority(before, first)
                if refusal:
                    raise UserError(refusal)
            if not first and old_priority != new_priority:
                # a ticket that has no level any more is like one that never had any
                values["priority"] = self.support_priority_id.stars or "1"
                # who agreed, and why, where a change is a matter of agreement (B-11)
                agreement = given(self.env, "support_priority_agreed") or {}
                fact(facts.PRIORITY, {"from": old_priority, "to": new_priority, **agreement})
            match = self.env["support.policy"]._match(key_values)
            version_id = match["version"]
            if not first and self._support_keeps_version(match):
                version_id = self.support_version_id.id
            agreed = self._support_prepare_agreed(version_id, self.support_priority_id)
            if first or (version_id or False) != self.support_version_id.id or agreed != (self.support_agreed or {}):
                values.update(support_version_id=version_id, support_agreed=agreed or False)
                graded = {**match, "version": version_id}
                fact(facts.GRADED, {**graded, "agreed": agreed} if agreed else graded)
        phase = self.stage_id.support_phase or facts.NEW
        if phase != self.support_phase:
            values["support_phase"] = phase
            fact(facts.PHASE, {"phase": phase, "stage": self.stage_id.id})
        if values:
            self._support_set(values)
        return rows

    def _support_refuse_priority(self, before: Mapping[str, Any], first: bool) -> str:
        """Why the priority that this ticket has now cannot be, in the reader's words; empty if it can (P-7).

        Asked whichever way it was changed: form, list, drag, import, RPC, mail. A refusal undoes the whole change.
        **Hook**; steps of a chain ask before they change it: :meth:`_support_allows_priority`.

        :param before: what was recorded of the ticket before, with the keys of :meth:`_get_match_values`; empty
            at first
        :param first: the ticket is being raised
        """
        return ""

    def _support_allows_priority(self, priority) -> bool:
        """Whether a step of a chain may give this ticket ``priority``; a step that may not leaves it as it is.
        **Hook**."""
        return True

    def _support_keeps_version(self, match: dict[str, Any]) -> bool:
        """Whether the ticket stays with the version it has: a newer one of the same policy may be
        current, but open tickets keep theirs until an administrator migrates them (E-3.6)."""
        policy = self.support_version_id.policy_id
        return bool(policy) and match["policy"] == policy.id

    def _support_get_side(self) -> str:
        """Who is acting: decides the side of the facts of this transaction."""
        user = self.env.user
        side = given(self.env, "support_side")
        if side:
            return side
        if self.env.uid == 1 or user._is_superuser():
            return facts.SYSTEM
        return facts.CUSTOMER if user.share else facts.STAFF

    def _support_record(self, rows: Sequence[dict[str, Any]], fresh, now: datetime):
        """Write facts down and bring the clocks and columns of their tickets up to them.

        :param rows: see ``support.event._record``
        :param fresh: tickets that have no other facts yet (saves reading them)
        """
        Event = self.env["support.event"].sudo()
        masked = self._support_mask_facts(rows)
        touched = Event._record(rows)
        tickets = self.sudo().browse(sorted({row["ticket_id"] for row in rows} & touched.keys()))
        known = tickets & fresh
        events = Event._read_facts((tickets - known).ids, lock=True)
        order = 0
        for row in rows:
            if row["ticket_id"] in known._ids:
                order += 1
                events.setdefault(row["ticket_id"], []).append(Event._to_fact(row, order))
        # only what was entered late, or a second change within one second, can take a clock away
        doubtful = {}
        for ticket_id in (tickets - known).ids:
            instant = self.env["support.clock"]._get_instant(events[ticket_id], now)
            if any(
                (event.moment < instant or event.kind == facts.OUTAGE_VOID)
                if event.id in touched[ticket_id]
                else event.moment == instant
                for event in events[ticket_id]
            ):
                doubtful[ticket_id] = touched[ticket_id]
        tickets._support_rebuild(events, now, doubtful)
        decided = {row["ticket_id"] for row in rows if row["kind"] in DECISIONS} & events.keys()
        if decided:
            self.env["support.clock"].sudo()._settle_decisions({ticket_id: events[ticket_id] for ticket_id in decided})
        tickets._support_after_facts([row for row in rows if row["ticket_id"] in touched], now)
        self._support_note_masked(masked)

    def _support_after_facts(self, rows: Sequence[dict[str, Any]], now: datetime):
        """Facts about these tickets were recorded and their clocks brought up to them. **Hook**: a provider
        that has to act on a fact (tell somebody, keep a field of its own) does it here, so that it needs to
        override neither ``create`` nor ``write`` and sees what came by mail, portal, import and compute alike.

        Called once for each recording, with sudo. What it changes on a ticket it writes with
        :meth:`_support_set`, or with ``write`` when that is itself to be recorded as facts. Context
        ``support_no_notify`` means that nobody is to be told (history, drill).

        :param rows: see ``support.event._record``; of tickets for which something new was recorded
        """

    def _support_after_look(self, now: datetime) -> None:
        """These tickets were looked at after a change of a watched field, whether it came to a fact or not.

        **Hook**: an addon whose fields are derived from others keeps here, with :meth:`_support_set`, what they were
        derived from: only that way it knows later whether those have changed or somebody else has chosen. Called with
        sudo, after the facts were recorded; it must be quick where nothing changed. Context ``support_no_notify`` means
        that nobody is to be told.

        :param now: naive UTC
        """

    def _support_rebuild(
        self,
        events: dict[int, list[facts.Event]],
        now: datetime,
        doubtful: dict[int, set[int]] | None = None,
        levels: Mapping[int, Sequence[tuple[int, int | None]]] | None = None,
    ):
        """Make the clocks of tickets what their events say, and the tickets' columns what the clocks say.

        :param events: all facts of each ticket
        :param doubtful: tickets whose new facts (by id) may have taken clocks away that existed before
        :param levels: of tickets whose whole past is recorded at once: ``(instant, priority id)`` in order, for a
            clock keeps the priority under which it was made
        """
        Clock = self.env["support.clock"].sudo()
        rows: list[tuple] = []
        shrunk: list[int] = []
        for ticket in self.sudo():
            known = events.get(ticket.id, ())
            readings = Clock._evaluate(known, now)
            context = {
                "priority_id": ticket.support_priority_id.id or None,
                "company_id": ticket.company_id.id,
                "excused": history.excused(known),
                "merged": any(event.kind == facts.MERGED for event in known),
                "missed": Clock._get_missed(readings),
            }
            past_levels = levels.get(ticket.id, ()) if levels else ()
            fresh_rows = [
                Clock._prepare_row(ticket, reading, {**context, **Clock._get_level(reading, past_levels)})
                for reading in readings
            ]
            rows += fresh_rows
            if doubtful and ticket.id in doubtful:
                before = [event for event in events[ticket.id] if event.id not in doubtful[ticket.id]]
                keys = {Clock._get_key(reading) for reading in readings}
                if any(Clock._get_key(reading) not in keys for reading in Clock._evaluate(before, now)):
                    shrunk.append(ticket.id)
            ticket._support_set(ticket._support_summarise(Clock._to_summaries(fresh_rows)))
        Clock._store(rows)
        if shrunk:
            Clock._forget_unborn([row for row in rows if row[0] in shrunk], shrunk)

    def _support_recompute(self, now: datetime | None = None):
        """Bring the clocks up to rules that have changed (steps of a chain, opening hours); finished ones stay."""
        now = now or self.env["support.event"]._now()
        for start in range(0, len(self), 500):
            ids = self.ids[start : start + 500]
            tickets = self.browse(ids)
            tickets._support_rebuild(self.env["support.event"]._read_facts(ids), now)

    def _support_summarise(self, clocks: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """What a ticket's clocks come to, as values of its columns.

        :param clocks: rows with the keys of ``support.clock._SUMMARY``
        """
        ours = [clock for clock in clocks if clock["side"] == "provider"]
        live = [clock for clock in ours if clock["state"] in facts.LIVE]
        running = [clock for clock in live if clock["deadline"] and clock["state"] == facts.RUNNING]
        ahead = [clock for clock in running if not clock["breached"]]
        nearest = min(ahead or running, key=lambda clock: clock["deadline"], default=None)
        risks = [clock["warn_at"] for clock in ahead if clock["warn_at"]]
        open_ended = next((clock for clock in live if clock["hold"] == facts.TO_AGREE), None)
        holds = {clock["hold"] for clock in live}
        if not clocks:
            state = "none" if self.support_provider_id else False
        elif any(clock["breached"] for clock in live):
            state = "breached"
        elif running:
            state = "running"
        elif facts.TO_AGREE in holds:
            # without a moment to count down to, the lists say in words what there is instead (E-8)
            state = "to_agree"
        elif facts.NO_TIME in holds:
            state = "no_time"
        elif any(clock["state"] == facts.PAUSED for clock in live):
            state = "paused"
        elif live:
            state = "none" if holds == {facts.NO_SLA} else "running"
        else:
            state = "done"
        return {
            "support_next_due": nearest["deadline"] if nearest else False,
            "support_next_metric": (nearest or open_ended or {}).get("metric", False),
            "support_risk_at": min(risks) if risks else False,
            "support_sla_state": state,
            "support_breached": any(clock["breached"] for clock in ours),
        }

    def _support_after_create(self):
        """What a raised ticket sets in motion beside its clocks: confirmation of receipt, entitlement."""
        if given(self.env, "support_no_notify"):
            return
        intents = []
        for ticket in self.sudo():
            provider = ticket.support_provider_id
            if not provider:
                continue
            template = provider.acknowledgement_template_id
            if template and (ticket.partner_id or ticket.partner_email) and ticket._support_may_acknowledge():
                intents.append(
                    {
                        "ticket_id": ticket.id,
                        "kind": "acknowledgement",
                        "template_id": template.id,
                        "partner_id": ticket.partner_id.id,
                        "key": "acknowledgement",
                    }
                )
            if ticket.support_no_entitlement and provider.entitlement_mode == "ask" and provider.administrator_id:
                intents.append(ticket._support_tell_administrator("no_entitlement", key="no_entitlement"))
        if intents:
            self.env["support.notification"]._enqueue(intents)

    def _support_may_acknowledge(self) -> bool:
        """Whether a confirmation may go out. Machines get none, or two of them would write for ever (G-5)."""
        return not given(self.env, "guard_automatic") and not given(self.env, "support_no_notify")

    def _support_tell_administrator(self, code: str, key: str | None = None, **data: Any) -> dict[str, Any]:
        """An intent for the provider's administrator, to be given to ``support.notification._enqueue``."""
        self.ensure_one()
        administrator = self.support_provider_id.administrator_id or self.env.ref("base.user_admin")
        return {
            "ticket_id": self.id,
            "kind": "administrator",
            "partner_id": administrator.partner_id.id,
            "code": code,
            "data": data or False,
            "key": key,
        }

    def _support_get_account_leader(self):
        """Who answers for this ticket's customer (E-6.2). **Hook**: a provider that keeps somebody on the ticket."""
        self.ensure_one()
        return self.support_entitlement_id.account_leader_id

    def _support_get_recipient(self):
        """Who hears of what is amiss with the ticket's promises; nobody who has left."""
        self.ensure_one()
        reachable = self._support_filter_reachable
        return reachable(self.user_id) or reachable(self.team_id.user_id)

    def _support_filter_reachable(self, users):
        """Those of ``users`` who are still here and work in the ticket's company: nobody else is told (F-13)."""
        self.ensure_one()
        # sudo: whoever causes a notification need not see the companies of others
        return (
            users.sudo().filtered(lambda user: user.active and self.company_id in user.company_ids).with_env(users.env)
        )

    # --- facts that are not fields ---------------------------------------------------------------

    def _support_add_fact(
        self,
        kind: str,
        data: dict[str, Any] | None = None,
        *,
        side: str | None = None,
        moment: datetime | None = None,
        message_id: int | None = None,
        key: str | None = None,
    ):
        """Record one fact about each of these tickets and bring their clocks up to it.

        The way for addons and buttons; access is checked by the caller.

        :param kind: one of ``tools.facts``
        :param moment: when it took effect (naive UTC); now if not given
        :param key: the same key is the same fact, recorded once
        """
        now = self.env["support.event"]._now()
        # two facts recorded at the same time do not see each other: let the second transaction fail and be repeated
        self.env.cr.execute(
            SQL("UPDATE helpdesk_ticket SET support_raised = support_raised WHERE id = ANY(%s)", list(self.ids))
        )
        self._support_record(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": kind,
                    "moment": moment or now,
                    "side": side or ticket._support_get_side(),
                    "data": data,
                    "message_id": message_id,
                    "fact_key": key,
                }
                for ticket in self
            ],
            self.browse(),
            now,
        )

    def _support_get_events(self) -> list[facts.Event]:
        """This ticket's facts in the order in which they are judged."""
        self.ensure_one()
        events = self.env["support.event"]._read_facts(self.ids)[self.id]
        return sorted(events, key=lambda event: event.order)
