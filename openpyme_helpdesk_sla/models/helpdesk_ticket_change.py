from datetime import datetime

from markupsafe import Markup
from odoo import api, fields, models
from odoo.addons.support_sla.models.support_context import given, inside
from odoo.addons.support_sla.tools import facts
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .openpyme_ticket_step import OVER

CHANGE = "change"
#: what follows from the moves of the steps, and is entered by nobody
DERIVED = frozenset({"openpyme_step_id", "openpyme_change_progress", "openpyme_change_state"})


class HelpdeskTicket(models.Model):
    """A change and its eleven steps (O-12)."""

    _inherit = "helpdesk.ticket"

    openpyme_ticket_step_ids = fields.One2many(
        "openpyme.ticket.step",
        "ticket_id",
        string="Steps",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_move_ids = fields.One2many(
        "openpyme.step.move",
        "ticket_id",
        string="What Happened",
        readonly=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_story_ids = fields.One2many(
        "openpyme.story", "ticket_id", string="User Stories", groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    openpyme_step_id = fields.Many2one(
        "openpyme.change.step",
        string="Step",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        group_expand="_read_group_openpyme_step_id",
        groups="base.group_user",
        help="Where the change stands; empty once all steps are over.",
    )
    openpyme_change_progress = fields.Integer(
        string="Progress of the Change",
        copy=False,
        readonly=True,
        aggregator="avg",
        groups="base.group_user",
        help="Percent of the steps that are over.",
    )
    openpyme_change_state = fields.Selection(
        [("running", "In its steps"), ("over", "All steps over"), ("halted", "No longer a change")],
        string="Change",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )
    openpyme_steps = fields.Json(
        string="Steps of the Change",
        compute="_compute_openpyme_steps",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_current_step_id = fields.Many2one(
        "openpyme.ticket.step",
        string="Current Step",
        compute="_compute_openpyme_steps",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_position = fields.Char(
        string="Step Number",
        compute="_compute_openpyme_steps",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_next = fields.Selection(
        [
            ("start", "Start the Steps"),
            ("story", "Write the User Story"),
            ("tasks", "Create Tasks"),
            ("demo", "Plan the Demo"),
            ("replan", "Move the Demo"),
            ("ask", "Ask the Client"),
            ("wait", "Wait for the Client"),
            ("finish", "Finish Step"),
            ("none", "Nothing"),
        ],
        compute="_compute_openpyme_next",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="What there is to do next in the current step: the one button of the header.",
    )
    openpyme_skippable = fields.Boolean(
        string="May Be Skipped",
        compute="_compute_openpyme_steps",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_missing = fields.Char(
        string="Still Missing",
        compute="_compute_openpyme_next",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_story_id = fields.Many2one(
        "openpyme.story",
        string="User Story",
        compute="_compute_openpyme_story_id",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="The version that is being written, else the one in force.",
    )
    openpyme_story_state = fields.Selection(
        selection=lambda self: self.env["openpyme.story"]._fields["state"]._description_selection(self.env),
        string="State of the User Story",
        compute="_compute_openpyme_story_id",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_story_answer = fields.Selection(
        selection=lambda self: self.env["openpyme.story"]._fields["answer"]._description_selection(self.env),
        string="Client's Word on the Story",
        compute="_compute_openpyme_story_id",
        compute_sudo=True,
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )
    openpyme_story_count = fields.Integer(
        compute="_compute_openpyme_story_id", compute_sudo=True, groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    openpyme_story_preview = fields.Html(
        compute="_compute_openpyme_story_id",
        compute_sudo=True,
        sanitize=False,  # rendered by a template of ours, which escapes what people wrote
        groups="helpdesk_mgmt.group_helpdesk_user_own",
    )

    # --- what there is to see --------------------------------------------------------------------

    @api.depends("openpyme_ticket_step_ids.state", "openpyme_ticket_step_ids.round", "openpyme_ticket_step_ids.note")
    def _compute_openpyme_steps(self):
        for ticket in self:
            steps = ticket.openpyme_ticket_step_ids.sorted(lambda step: (step.sequence, step.id))
            current = steps.filtered(lambda step: step.state == "current")
            ticket.openpyme_steps = [step._describe() for step in steps]
            ticket.openpyme_current_step_id = current
            ticket.openpyme_skippable = current.skippable
            number = list(steps).index(current) + 1 if current else len(steps)
            ticket.openpyme_position = (
                self.env._("%(number)s of %(all)s", number=number, all=len(steps)) if steps else False
            )

    # tasks, stories and the time of a demo are read when the form is: what is next depends on now
    @api.depends("openpyme_change_state", "openpyme_current_step_id", "openpyme_kind")
    def _compute_openpyme_next(self):
        for ticket in self:
            step = ticket.openpyme_current_step_id
            missing = step._get_missing() if step else ""
            action = "finish"
            if ticket._openpyme_may_not_move():
                action, missing = "none", ""
            elif not ticket.openpyme_ticket_step_ids:
                action = "start" if ticket.openpyme_kind == CHANGE else "none"
            elif not step:
                action = "none"
            elif missing and step.needs in ("story", "tasks", "demo"):
                action = step.needs
                if step.needs == "demo" and step.demo_at:
                    action = "replan"  # it is still to come
            elif missing and step.needs == "client":
                action = "wait" if step.asked else "ask"
            ticket.openpyme_next = action
            ticket.openpyme_missing = missing

    @api.depends("openpyme_story_ids.state", "openpyme_story_ids.version", "openpyme_story_ids.answer")
    def _compute_openpyme_story_id(self):
        for ticket in self:
            stories = ticket.openpyme_story_ids.filtered(lambda story: story.state != "replaced")
            story = stories.sorted("version", reverse=True)[:1]
            ticket.openpyme_story_id = story
            ticket.openpyme_story_state = story.state
            ticket.openpyme_story_answer = story.answer
            ticket.openpyme_story_count = len(ticket.openpyme_story_ids)
            ticket.openpyme_story_preview = (
                self.env["ir.qweb"]._render("openpyme_helpdesk_sla.story_preview", {"story": story}) if story else False
            )

    @api.model
    def _read_group_openpyme_step_id(self, steps, domain):
        # all steps are columns of the board, the empty ones too
        return self.env["openpyme.change.step"].search([], limit=100)

    @api.model
    def _support_get_derived(self):
        return super()._support_get_derived() | DERIVED

    # --- steps begin, stand still, are settled ---------------------------------------------------

    def _support_after_look(self, now: datetime):
        """O-12: whatever has become a change takes its steps; one that is none any more keeps them, standing still."""
        result = super()._support_after_look(now)
        if given(self.env, "support_no_notify"):
            return result
        for ticket in self:
            state, is_change = ticket.openpyme_change_state, ticket.openpyme_kind == CHANGE
            if is_change and not state and ticket.support_phase not in (facts.CLOSED, facts.CANCELLED):
                ticket._openpyme_begin_change()
            elif state == "halted" and is_change:
                ticket._openpyme_turn("resume")
            elif state and state != "halted" and not is_change:
                ticket._openpyme_turn("halt")
        return result

    def _openpyme_begin_change(self) -> None:
        """Take a copy of the steps as they are now, in all languages, and begin the first; with sudo."""
        self.ensure_one()
        # the recorder looks at archived tickets too, but archived steps are for nobody
        templates = self.env["openpyme.change.step"].with_context(active_test=True).search([], limit=100)
        if not templates or self.openpyme_ticket_step_ids:
            return
        Step = self.env["openpyme.ticket.step"]
        steps = Step.create(
            [
                {
                    "ticket_id": self.id,
                    "template_id": template.id,
                    "sequence": sequence,
                    "name": template.name,
                    "needs": template.needs,
                    "skippable": template.skippable,
                }
                for sequence, template in enumerate(templates, 1)
            ]
        )
        templates.flush_recordset()
        steps.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE openpyme_ticket_step AS step
                      SET name = template.name, description = template.description, client_text = template.client_text
                     FROM openpyme_change_step AS template
                    WHERE template.id = step.template_id AND step.id = ANY(%s)""",
                steps.ids,
            )
        )
        steps.invalidate_recordset(["name", "description", "client_text"])
        if not self.project_id:
            project = self._openpyme_find_project()
            if project:
                self.project_id = project
        steps[0]._enter()
        self._openpyme_settle_steps()

    def _openpyme_turn(self, kind: str) -> None:
        """A change is no change any more (``halt``), or is one again (``resume``): its steps are kept; with sudo."""
        self.ensure_one()
        self.env["openpyme.step.move"]._record(
            [{"ticket_id": self.id, "kind": kind, "step_id": self.openpyme_current_step_id.id}]
        )
        if kind == "halt":
            text = self.env._(
                "This request is no longer a change. Its steps are kept as they are and stand still; they go on when "
                "it is classified as a change again."
            )
        else:
            text = self.env._("This request is a change again: its steps go on where they stood.")
        self._message_log(body=text)
        self._openpyme_settle_steps()

    def _openpyme_settle_steps(self) -> None:
        """Bring the ticket's columns up to its steps; with sudo."""
        self.ensure_one()
        steps = self.openpyme_ticket_step_ids
        current = steps.filtered(lambda step: step.state == "current")
        over = steps.filtered(lambda step: step.state in OVER)
        state = "running" if current else "over"
        if self.openpyme_kind != CHANGE:
            state = "halted"
        self._support_set(
            {
                "openpyme_step_id": current.template_id.id,
                "openpyme_change_progress": 100 * len(over) // len(steps) if steps else 0,
                "openpyme_change_state": state if steps else False,
            }
        )

    def _openpyme_may_not_move(self) -> str:
        """Why the steps of this change stand still, in words; empty when they can be moved. Read with sudo."""
        self.ensure_one()
        if self.support_merged_into_id:
            return self.env._("This request goes on in %s: take the steps there.", self.support_merged_into_id.number)
        if self.openpyme_kind != CHANGE:
            return self.env._("This request is not classified as a change, so its steps stand still.")
        if self.support_phase in (facts.CLOSED, facts.CANCELLED):
            return self.env._("This request is over. Open it again before its steps go on.")
        return ""

    @api.constrains("stage_id")
    def _check_openpyme_steps(self):
        """O-12: closing a change is no way round its steps."""
        if self._support_get_side() != facts.STAFF or given(self.env, "support_no_notify"):
            return  # a customer may close an own request at any time; silence after the last step may as well
        for ticket in self.filtered(lambda ticket: ticket.stage_id.support_phase in (facts.RESOLVED, facts.CLOSED)):
            ticket_sudo = ticket.sudo()
            step = ticket_sudo.openpyme_current_step_id
            if ticket_sudo.openpyme_kind != CHANGE or not step or ticket_sudo.support_merged_into_id:
                continue
            raise ValidationError(
                self.env._(
                    "%(ticket)s is in step %(position)s, “%(step)s”. Finish its steps, or skip them with a reason; "
                    "cancel it if it is not wanted any more.",
                    ticket=ticket.number,
                    position=ticket_sudo.openpyme_position,
                    step=step.name,
                )
            )

    # --- the user story ---------------------------------------------------------------------------

    def _openpyme_agree_story(self) -> None:
        """The story that was written holds from now on; with sudo."""
        self.openpyme_story_ids.filtered(lambda story: story.state == "draft")._agree_all()

    def _openpyme_get_agreed_story(self):
        """The version in force, or none; with sudo."""
        return self.openpyme_story_ids.filtered(lambda story: story.state == "agreed")[:1]

    # --- the client -------------------------------------------------------------------------------

    def _openpyme_compose(self, text: str, link: bool = False) -> Markup:
        """A message to the client: what somebody wrote, and where to answer."""
        self.ensure_one()
        body = Markup("<p>%s</p>") % Markup("<br/>").join(text.splitlines())
        if link:
            lang = self.partner_id.lang or self.env.lang
            say = self.with_context(lang=lang).env._
            body += Markup('<p><a href="%s">%s</a></p>') % (
                f"{self.get_base_url()}/my/ticket/{self.id}#openpyme_change",
                say("Accept it, or say what is not right"),
            )
        return body

    def _openpyme_say_answer(self, step_name: str, accepted: bool, comment: str, side: str) -> None:
        """The client's answer on the ticket: the client's own message, or a note of who wrote down what was said."""
        self.ensure_one()
        if accepted:
            said = self.env._("Accepted: %s.", step_name)
        else:
            said = self.env._("Not accepted: %s.", step_name)
        body = self._openpyme_compose("\n".join(text for text in (said, comment) if text))
        if side == facts.CUSTOMER:
            self.message_post(body=body, message_type="comment", subtype_xmlid="mail.mt_comment")
        else:
            self.message_post(body=body, message_type="comment", subtype_xmlid="mail.mt_note")

    def _openpyme_after_answer(self, accepted: bool, last: bool) -> None:
        """The ticket waits for the client no longer; once the client has accepted the last step it is closed."""
        self.ensure_one()
        if accepted and last:
            self.with_context(**inside(support_side=self._support_get_side()))._openpyme_enter_phase(facts.CLOSED)
        elif self.support_phase == facts.WAITING_CUSTOMER:
            self._openpyme_enter_phase(facts.OPEN)

    def _openpyme_enter_phase(self, phase: str) -> None:
        """Move the ticket to its team's first stage of ``phase``, if there is one and it is not in that phase."""
        self.ensure_one()
        if self.support_phase == phase:
            return
        stage = self._support_get_phase_stage(phase)
        if stage:
            self.stage_id = stage

    # --- actions ----------------------------------------------------------------------------------

    def action_openpyme_begin(self):
        """Begin the steps of a change that has none: it was one before there were steps."""
        self.ensure_one()
        self.check_access("write")
        ticket_sudo = self.sudo()
        refusal = ticket_sudo._openpyme_may_not_move()
        if refusal:
            raise UserError(refusal)
        if not self.env["openpyme.change.step"].search_count([], limit=1):
            raise UserError(self.env._("There are no steps: an administrator sets them up under Configuration."))
        ticket_sudo._openpyme_begin_change()

    def action_openpyme_finish(self):
        """Finish the current step, with a note or, where something is missing, a reason."""
        return self._openpyme_open_step(self.env._("Finish Step"), "finish")

    def action_openpyme_skip(self):
        self.ensure_one()
        self.check_access("write")
        step_sudo = self.sudo().openpyme_current_step_id
        if step_sudo and not step_sudo.skippable:
            raise UserError(self.env._("“%s” cannot be skipped.", step_sudo.name))
        return self._openpyme_open_step(self.env._("Skip Step"), "skip")

    def action_openpyme_back(self):
        return self._openpyme_open_step(self.env._("Go Back to a Step"), "back")

    def action_openpyme_ask(self):
        return self._openpyme_open_step(self.env._("Ask the Client"), "ask")

    def action_openpyme_told(self):
        return self._openpyme_open_step(self.env._("What the Client Said"), "told")

    def action_openpyme_demo(self):
        return self._openpyme_open_step(self.env._("Demo"), "demo")

    def _openpyme_open_step(self, name: str, move: str) -> dict:
        self.ensure_one()
        self.check_access("write")
        return {
            "name": name,
            "type": "ir.actions.act_window",
            "res_model": "openpyme.step.wizard",
            "view_mode": "form",
            "target": "new",
            # which step was seen when the button was pressed: somebody else may be faster
            "context": {
                "default_ticket_id": self.id,
                "default_step_id": self.openpyme_current_step_id.id,
                "default_move": move,
            },
        }

    def action_openpyme_story(self):
        """Write the user story, or another version of it."""
        self.ensure_one()
        self.check_access("write")
        story = self.openpyme_story_id
        context = {"default_ticket_id": self.id}
        if story.state == "agreed":
            # another version starts from what holds
            context |= {
                f"default_{name}": story[name] for name in ("role", "want", "benefit", "criteria", "out_of_scope")
            }
            context["default_version"] = story.version + 1
        return {
            "name": self.env._("User Story"),
            "type": "ir.actions.act_window",
            "res_model": "openpyme.story",
            "res_id": story.id if story.state == "draft" else False,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }
