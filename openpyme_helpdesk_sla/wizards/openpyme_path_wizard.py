from datetime import timedelta
from typing import Any

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..tools import path

#: days until a missing page is to be there, if nobody says otherwise
DAYS = 7


class OpenpymePathWizard(models.TransientModel):
    """One step of the guided path: what is asked, what can be answered, what has to be given with it (O-7)."""

    _name = "openpyme.path.wizard"
    _description = "Next Step of the Path"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, ondelete="cascade")
    # as whoever answers has seen it: somebody else may answer meanwhile
    number = fields.Integer(compute="_compute_step", compute_sudo=False, store=True, readonly=False)
    step_id = fields.Many2one(
        "openpyme.path.step",
        compute="_compute_step",
        compute_sudo=False,
        store=True,
        readonly=False,
        ondelete="cascade",
    )
    step_code = fields.Char(compute="_compute_step_code")
    question = fields.Text(related="step_id.question")
    obstacle = fields.Char(compute="_compute_obstacle")
    answer_count = fields.Integer(compute="_compute_step_code")
    offered_ids = fields.Many2many("openpyme.path.answer", compute="_compute_offered_ids")
    withheld = fields.Char(compute="_compute_offered_ids", help="Why an answer of this step is not offered.")
    answer_id = fields.Many2one(
        "openpyme.path.answer",
        compute="_compute_answer_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('id', 'in', offered_ids)]",
        ondelete="cascade",
    )
    hint = fields.Text(related="answer_id.hint")
    needs_page = fields.Boolean(compute="_compute_needs")
    needs_note = fields.Boolean(compute="_compute_needs")
    needs_person = fields.Boolean(compute="_compute_needs")
    needs_writer = fields.Boolean(compute="_compute_needs")
    needs_designer = fields.Boolean(compute="_compute_needs")
    told = fields.Boolean(compute="_compute_needs", help="The client reads what is written here.")
    missing = fields.Char(compute="_compute_told_before", help="What of the scenario is missing.")
    told_before = fields.Html(compute="_compute_told_before", string="What Is Known", sanitize=False)
    scenario = fields.Html(compute="_compute_told_before", sanitize=False)
    search_text = fields.Char(string="Look For", help="Empty: the ticket's own words are what is looked for.")
    found_ids = fields.Many2many("document.page", compute="_compute_found_ids")
    page_id = fields.Many2one(
        "document.page",
        compute="_compute_page_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('id', 'in', found_ids)]",
        ondelete="cascade",
    )
    page_content = fields.Html(string="What It Says", related="page_id.content", related_sudo=False)
    person_id = fields.Many2one(
        "res.users",
        string="Applied By",
        domain=lambda self: [
            ("share", "=", False),
            ("all_group_ids", "in", self.env.ref("helpdesk_mgmt.group_helpdesk_user_own").ids),
        ],
        ondelete="cascade",
    )
    designer_id = fields.Many2one(
        "res.users",
        string="Who Designed It",
        compute="_compute_designer_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain="[('share', '=', False)]",
        ondelete="cascade",
        help="Somebody else applies it. Empty: not known.",
    )
    found_problem_ids = fields.Many2many("helpdesk.ticket", compute="_compute_found_problem_ids")
    problem_id = fields.Many2one(
        "helpdesk.ticket",
        string="Is It One of These Problems?",
        domain="[('id', 'in', found_problem_ids)]",
        ondelete="cascade",
        help="Empty: it is none of them, and a new problem is made.",
    )
    title = fields.Char(compute="_compute_writer_id", compute_sudo=False, store=True, readonly=False)
    writer_id = fields.Many2one(
        "res.users",
        string="To Be Written By",
        compute="_compute_writer_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        domain=lambda self: [("all_group_ids", "in", self.env.ref("helpdesk_mgmt.group_helpdesk_manager").ids)],
        ondelete="cascade",
    )
    deadline = fields.Date(string="By", default=lambda self: fields.Date.context_today(self) + timedelta(days=DAYS))
    note = fields.Text(compute="_compute_note", compute_sudo=False, store=True, readonly=False)
    proposed = fields.Text(compute="_compute_note", compute_sudo=False, store=True, readonly=False)

    def _get_ticket(self):
        """The ticket, if the user may work on it: a client may name any."""
        return self.ticket_id._filtered_access("write")

    @api.depends("ticket_id")
    def _compute_step(self):
        for wizard in self:
            ticket_sudo = wizard._get_ticket().sudo()
            wizard.step_id = ticket_sudo.openpyme_path_step_id
            wizard.number = len(ticket_sudo.openpyme_path_entry_ids) + 1 if ticket_sudo else 0

    @api.depends("step_id")
    def _compute_step_code(self):
        for wizard in self:
            wizard.step_code = wizard.step_id.code
            wizard.answer_count = len(wizard.step_id.answer_ids)

    @api.depends("ticket_id", "step_id")
    def _compute_obstacle(self):
        for wizard in self:
            ticket = wizard._get_ticket()
            wizard.obstacle = (
                (ticket._openpyme_path_get_obstacle() or ticket._openpyme_path_get_wait()) if ticket else ""
            )

    @api.depends("ticket_id", "step_id")
    def _compute_offered_ids(self):
        for wizard in self:
            ticket = wizard._get_ticket()
            left_out, wizard.withheld = wizard._withhold(ticket) if ticket else (set(), False)
            wizard.offered_ids = wizard.step_id.answer_ids.filtered(lambda answer, out=left_out: answer.code not in out)

    @api.model
    def _withhold(self, ticket) -> tuple[set[str], str | bool]:
        """Answers that would only be refused, and why."""
        match ticket.sudo().openpyme_path_step_id.code:
            case path.SCENARIO if ticket.support_form_state == "incomplete":
                return {"understood"}, self.env._(
                    "That the template is filled in can be said once nothing of it is missing. If the rest cannot be "
                    "had, say why it is enough."
                )
            case path.EXECUTE if not ticket._openpyme_path_may_apply():
                return {"works", "fails"}, self.env._(
                    "Whether it works is said by %s, who applies it.", ticket.sudo().openpyme_executor_id.name
                )
        return set(), False

    @api.depends("step_id", "offered_ids")
    def _compute_answer_id(self):
        for wizard in self:
            answers = wizard.offered_ids
            wizard.answer_id = answers if len(answers) == 1 else wizard.answer_id & answers

    @api.depends("step_id", "answer_id")
    def _compute_needs(self):
        for wizard in self:
            key = (wizard.step_id.code, wizard.answer_id.code)
            needs = path.NEEDS.get(key, frozenset())
            wizard.needs_page = path.PAGE_CHOSEN in needs
            wizard.needs_note = path.NOTE in needs
            wizard.needs_person = path.PERSON in needs
            wizard.needs_writer = path.WRITER in needs
            wizard.needs_designer = key == (path.DESIGN, "answered")
            wizard.told = key in ((path.TELL, "told"), (path.ASK, "asked"))

    @api.depends("ticket_id", "step_id")
    def _compute_told_before(self):
        for wizard in self:
            ticket = wizard._get_ticket()
            code = wizard.step_id.code
            wizard.missing = ticket.support_form_missing if ticket and code in (path.SCENARIO, path.SEND) else False
            wizard.told_before = wizard._say_before(ticket, code) if ticket else False
            # known already: it is there for whoever wants to read it again, and is not in the way
            folded = code in (path.SOLUTION, path.WORKAROUND, path.SEND)
            wizard.scenario = wizard._say_rows(ticket._openpyme_get_scenario()) if ticket and folded else False

    @api.depends("ticket_id", "step_id")
    def _compute_designer_id(self):
        for wizard in self:
            if wizard.designer_id or wizard.step_id.code != path.DESIGN:
                continue
            ticket = wizard._get_ticket()
            asked_sudo = ticket._openpyme_path_get_task().user_ids if ticket else self.env["res.users"]
            wizard.designer_id = asked_sudo if len(asked_sudo) == 1 else False

    @api.depends("ticket_id", "step_id")
    def _compute_found_problem_ids(self):
        for wizard in self:
            ticket = wizard._get_ticket() if wizard.step_id.code == path.PROBLEM else wizard.ticket_id.browse()
            found = [row["problem"].id for row in ticket._openpyme_find_problems()] if ticket else []
            wizard.found_problem_ids = self.env["helpdesk.ticket"].browse(found)._filtered_access("read")

    @api.model
    def _say_before(self, ticket, code: str) -> Markup | bool:
        """What is known at this step: the scenario, or what was chosen and said before."""
        rows: list[tuple[str, str]] = []
        if code == path.SCENARIO:
            rows = ticket._openpyme_get_scenario()
        elif code in (path.TELL, path.ASK):
            said_sudo = ticket._openpyme_path_get_choice()
            rows = [(self.env._("What colleagues have written (the client does not read it)"), said_sudo.note or "")]
            rows = rows if said_sudo.note else []
        elif code in (path.APPLY, path.EXECUTOR, path.EXECUTE):
            choice_sudo = ticket._openpyme_path_get_choice()
            if choice_sudo.page_id:
                return Markup("<h4>%s</h4>%s") % (choice_sudo.page_id.name, choice_sudo.page_id.content or "")
            rows = [(choice_sudo.answer_id.name, choice_sudo.note or "")] if choice_sudo else []
        elif code == path.VALIDATION and ticket.sudo().support_validation_note:
            rows = [(self.env._("What the client was asked to check"), ticket.sudo().support_validation_note)]
        return self._say_rows(rows)

    @api.model
    def _say_rows(self, rows: list[tuple[str, str]]) -> Markup | bool:
        items = [
            Markup("<p><strong>%s</strong><br/>%s</p>") % (label, plaintext2html(text, container_tag=False))
            for label, text in rows
        ]
        return Markup("").join(items) or False

    @api.depends("ticket_id", "search_text", "step_id", "answer_id")
    def _compute_found_ids(self):
        for wizard in self:
            ticket = wizard._get_ticket()
            wizard.found_ids = (
                ticket._openpyme_path_find_pages(wizard.step_id.code, wizard.search_text or "")
                if ticket and wizard.needs_page
                else False
            )

    @api.depends("found_ids")
    def _compute_page_id(self):
        for wizard in self:
            if wizard.page_id not in wizard.found_ids:
                wizard.page_id = wizard.found_ids[:1]

    @api.depends("ticket_id", "answer_id")
    def _compute_writer_id(self):
        for wizard in self:
            ticket = wizard._get_ticket()
            if not ticket or not wizard.needs_writer:
                continue
            wizard.title = wizard.title or ticket.name
            if not wizard.writer_id:
                # whoever the wizard of missing pages proposes
                wizard.writer_id = self.env["support.missing.wizard"].new({"ticket_id": ticket.id}).user_id

    @api.depends("ticket_id", "answer_id")
    def _compute_note(self):
        for wizard in self:
            ticket = wizard._get_ticket()
            proposal = wizard._propose_note(ticket) if ticket and wizard.answer_id else False
            if not wizard.note or wizard.note == wizard.proposed:
                # what somebody has typed stays, whatever answer they look at next
                wizard.note = proposal
            wizard.proposed = proposal

    def _propose_note(self, ticket) -> str | bool:
        """What is probably to be written with this answer: what was said before."""
        entries_sudo = ticket.sudo().openpyme_path_entry_ids
        choice_sudo = ticket._openpyme_path_get_choice()
        match self.step_id.code, self.answer_id.code:
            case ("design", "answered"):
                return ticket._openpyme_path_get_task().openpyme_path_answer or False
            case ("apply", "applied"):
                return choice_sudo.note or choice_sudo.page_id.support_text or choice_sudo.page_id.name or False
            case ("page", "assigned"):
                return choice_sudo.note or False
            case ("ask", "asked"):
                # what the client was told already; what colleagues wrote for each other is not sent by one click
                last = entries_sudo.filtered(lambda entry: entry.step_id.code in (path.TELL, path.APPLY))[-1:]
                return last.note if last.step_id.code == path.TELL else False
        return False

    def _prepare_values(self) -> dict[str, Any]:
        """What goes with the answer, for ``_openpyme_path_take``: nothing that was left over from another answer."""
        values: dict[str, Any] = {"note": self.note or ""}
        if self.needs_page:
            values["page"] = self.page_id
        if self.needs_person:
            values["person"] = self.person_id
        if self.needs_designer:
            values["designer"] = self.designer_id
        if self.problem_id and self.step_id.code == path.PROBLEM:
            values["problem"] = self.problem_id
        if self.needs_writer:
            values.update(writer=self.writer_id, title=self.title, deadline=self.deadline)
        return values

    def action_take(self):
        """Record the answer."""
        self.ensure_one()
        ticket = self.ticket_id
        ticket.check_access("write")
        if not self.answer_id:
            raise UserError(self.env._("Choose an answer first."))
        step, answer = self.step_id.code, self.answer_id.code
        if self.answer_id.step_id != self.step_id:
            raise UserError(self.env._("“%s” is no answer to this step.", self.answer_id.name))
        if step == path.VALIDATION:
            ticket._openpyme_path_answer_validation(answer, self.number, self.note or "")
        else:
            ticket._openpyme_path_take(step, answer, self.number, self._prepare_values())
        return {"type": "ir.actions.act_window_close"}

    def action_ask(self):
        """Ask the client for what is missing of the scenario."""
        self.ensure_one()
        return self.ticket_id.action_support_ask()

    def action_take_and_go_on(self):
        """Record the answer and open the next step, if it is for people of the desk."""
        action = self.action_take()
        ticket = self.ticket_id
        if ticket.openpyme_path_mode == "next":
            return ticket.action_openpyme_path_next()
        return action
