from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..models.support_time import from_instant, to_instant
from ..tools import rota

#: how far the wizard proposes to fill
WEEKS = 12


class SupportRotaWizard(models.TransientModel):
    """Fills a rota: people in turn, from one date to another, with a preview and a way back (J-14)."""

    _name = "support.rota.wizard"
    _description = "Fill a Rota"

    def _default_role(self):
        roles = self.env["support.role"].search([("rota_hours", "in", (rota.ALWAYS, rota.CLOSED))])
        return roles if len(roles) == 1 else roles.browse()

    role_id = fields.Many2one(
        "support.role", string="Rota Of", required=True, default=lambda self: self._default_role()
    )
    tz = fields.Selection(related="role_id.provider_id.tz", string="Time Zone")
    person_ids = fields.One2many(
        "support.rota.wizard.person",
        "wizard_id",
        string="In This Order",
        compute="_compute_person_ids",
        store=True,
        readonly=False,
    )
    handover = fields.Selection(
        [
            ("0", "Every Monday"),
            ("1", "Every Tuesday"),
            ("2", "Every Wednesday"),
            ("3", "Every Thursday"),
            ("4", "Every Friday"),
            ("5", "Every Saturday"),
            ("6", "Every Sunday"),
            ("daily", "Every day"),
        ],
        required=True,
        default="0",
    )
    weeks = fields.Integer(string="Weeks a Turn", required=True, default=1)
    hour = fields.Float(string="Handover At", required=True, default=9.0, help="On the clocks of the provider's zone.")
    first = fields.Date(
        string="From",
        required=True,
        compute="_compute_dates",
        store=True,
        readonly=False,
        help="The first turn begins on this day at the handover hour.",
    )
    last = fields.Date(
        string="To",
        required=True,
        compute="_compute_dates",
        store=True,
        readonly=False,
        help="The last turn ends on this day at the handover hour.",
    )
    turn_ids = fields.One2many(
        "support.rota.wizard.turn", "wizard_id", compute="_compute_turn_ids", store=True, string="Preview"
    )
    problem = fields.Text(compute="_compute_turn_ids", store=True)
    run_id = fields.Many2one("support.rota.run", readonly=True)
    made_count = fields.Integer(readonly=True)

    @api.depends("role_id")
    def _compute_person_ids(self):
        for wizard in self:
            users = wizard.role_id.user_ids
            if users and not wizard.person_ids:
                wizard.person_ids = [
                    Command.create({"user_id": user.id, "sequence": number}) for number, user in enumerate(users)
                ]

    @api.depends("role_id", "handover")
    def _compute_dates(self):
        """From the next handover after the last turn there is, for twelve weeks."""
        for wizard in self:
            if wizard.first and wizard.last:
                continue
            hours = wizard.role_id.provider_id.calendar_id._sla_hours()
            now = self.env["support.event"]._now()
            last = max((duty.stop for duty in wizard.role_id.duty_ids), default=now)
            day = hours.local(to_instant(max(now, last)))[0]
            if wizard.handover and wizard.handover != "daily":
                day += timedelta(days=(int(wizard.handover) - day.weekday()) % 7)
            wizard.first = day
            wizard.last = day + timedelta(weeks=WEEKS)

    @api.depends("role_id", "person_ids.user_id", "person_ids.sequence", "handover", "weeks", "hour", "first", "last")
    def _compute_turn_ids(self):
        for wizard in self:
            wizard.problem = False
            turns = []
            try:
                turns = wizard._prepare_turns()
            except ValidationError as error:
                # while typing; filling says it again
                wizard.problem = str(error)
            clashes = list(dict.fromkeys(turn["clash"] for turn in turns if turn["clash"]))
            if clashes:
                wizard.problem = "\n".join(clashes[:3])
            wizard.turn_ids = [Command.clear(), *(Command.create(turn) for turn in turns)]

    def _prepare_turns(self) -> list[dict]:
        """The turns as values of the preview.

        :raises ValidationError: when the dates or the hour make no rota
        """
        self.ensure_one()
        people = self.person_ids.filtered("user_id").sorted(lambda person: (person.sequence, person._origin.id or 0))
        if not (self.role_id and self.first and self.last and people):
            return []
        if not 0 <= self.hour < 24:
            raise ValidationError(self.env._("The handover is at an hour between 00:00 and 23:59."))
        if self.weeks < 1:
            raise ValidationError(self.env._("A turn lasts one week or more."))
        hours = self.role_id.provider_id.calendar_id._sla_hours()
        weekday = None if self.handover == "daily" else int(self.handover or 0)
        try:
            spans = rota.turns(hours, self.first, self.last, round(self.hour * 60) * 60, weekday, self.weeks)
        except ValueError as error:
            raise ValidationError(
                self.env._("The rota has to end after it begins, and may have %s turns at most.", rota.MOST_TURNS)
            ) from error
        role = self.role_id._origin or self.role_id
        existing = role.duty_ids.sorted("start")
        turns = []
        for number, (start, stop) in enumerate(spans):
            opens, closes = from_instant(start), from_instant(stop)
            other = existing.filtered(lambda duty, a=opens, b=closes: duty.start < b and duty.stop > a)[:1]
            turns.append(
                {
                    "user_id": people[number % len(people)].user_id.id,
                    "start": opens,
                    "stop": closes,
                    "clash": other._say_overlap() if other else False,
                }
            )
        return turns

    def action_fill(self):
        """Put the turns of the preview into the rota, all or none, and show what was done."""
        self.ensure_one()
        self.check_access("write")
        turns = self._prepare_turns()
        if not turns:
            raise UserError(self.env._("Choose who takes turns."))
        clash = next((turn["clash"] for turn in turns if turn["clash"]), None)
        if clash:
            raise UserError(clash)
        run = self.env["support.rota.run"].create({"role_id": self.role_id.id, "first": self.first, "last": self.last})
        self.env["support.role.duty"].create(
            [
                {
                    "role_id": self.role_id.id,
                    "user_id": turn["user_id"],
                    "start": turn["start"],
                    "stop": turn["stop"],
                    "run_id": run.id,
                }
                for turn in turns
            ]
        )
        self.write({"run_id": run.id, "made_count": len(turns)})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fill the Rota"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_undo(self):
        """Take out again what was just put in."""
        self.ensure_one()
        return self.run_id.action_undo()
