from odoo import api, fields, models
from odoo.exceptions import UserError

#: what the story says; fixed once it is in force
CONTENT = frozenset({"ticket_id", "role", "want", "benefit", "criteria", "out_of_scope"})
#: written by the verbs alone
STEPS = frozenset({"version", "state", "agreed", "agreed_by_id", "answer", "answered", "answered_by_id", "answer_note"})


class OpenpymeStory(models.Model):
    """A version of a change's user story (O-12): who wants what, what for, when it is fulfilled, what is left out.

    The last version can be edited until it is put in force; from then on it is what the client and OpenPyme have agreed
    on, and a change of mind makes another version, with its reason. Earlier versions stay.
    """

    _name = "openpyme.story"
    _description = "User Story"
    _order = "ticket_id, version desc"
    _rec_name = "version"

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade", index=True)
    version = fields.Integer(readonly=True, default=1, aggregator=None)
    state = fields.Selection(
        [("draft", "Being written"), ("agreed", "In force"), ("replaced", "Replaced")],
        default="draft",
        required=True,
        readonly=True,
    )
    reason = fields.Text(string="Why It Changed")
    role = fields.Char(string="As a")
    want = fields.Text(string="I Want")
    benefit = fields.Text(string="So That")
    criteria = fields.Text(string="Acceptance Criteria", help="One in each line: when the change counts as fulfilled.")
    out_of_scope = fields.Text(help="What somebody might expect but is not part of this change.")
    agreed = fields.Datetime(string="In Force Since", readonly=True)
    agreed_by_id = fields.Many2one("res.users", string="Put in Force By", readonly=True, ondelete="restrict")
    answer = fields.Selection(
        [("confirmed", "Confirmed"), ("questioned", "Questioned")], string="Client", readonly=True
    )
    answered = fields.Datetime(string="Client Answered", readonly=True)
    answered_by_id = fields.Many2one("res.partner", readonly=True, ondelete="restrict")
    answer_note = fields.Text(string="Client's Comment", readonly=True)

    _version_unique = models.UniqueIndex("(ticket_id, version)")
    # one that is being written at a time
    _draft_unique = models.UniqueIndex("(ticket_id) WHERE state = 'draft'")

    @api.depends("version")
    def _compute_display_name(self):
        for story in self:
            story.display_name = self.env._("Version %s", story.version)

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        Ticket = self.env["helpdesk.ticket"]
        for vals in vals_list:
            if STEPS & vals.keys():
                raise UserError(self.env._("A user story comes into force by its button alone."))
            ticket = Ticket.browse(vals.get("ticket_id") or self.env.context.get("default_ticket_id"))
            ticket.check_access("write")
            if not ticket.sudo().openpyme_ticket_step_ids:
                raise UserError(self.env._("%s is no change: it has no user story.", ticket.display_name))
            stories = ticket.sudo().openpyme_story_ids
            if any(story.state == "draft" for story in stories):
                raise UserError(self.env._("A version of the user story is being written already. Edit that one."))
            # named, because a default of the context or of a user would be a way round the check
            vals.update(dict.fromkeys(STEPS, False), state="draft")
            vals["version"] = max(stories.mapped("version"), default=0) + 1
            if vals["version"] > 1 and not (vals.get("reason") or "").strip():
                raise UserError(self.env._("Say why the user story changes: clients and colleagues will ask."))
        return super().create(vals_list)

    def write(self, vals):
        if STEPS & vals.keys():
            raise UserError(self.env._("A user story comes into force by its button alone."))
        self.ticket_id.check_access("write")
        fixed = self.filtered(lambda story: story.state != "draft")
        if fixed and (CONTENT | {"reason"}) & vals.keys():
            raise UserError(
                self.env._("Version %s of the user story is in force. Write another version.", fixed[0].version)
            )
        if "ticket_id" in vals:
            raise UserError(self.env._("A user story stays with its change."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.ticket_id.check_access("write")
        if any(story.state != "draft" for story in self):
            raise UserError(self.env._("What was agreed on stays. Write another version instead."))

    def _is_complete(self) -> bool:
        """Whether it says who wants what, what for, and when it is fulfilled; False for none."""
        return bool(self) and not self._get_blank()

    def _get_blank(self) -> list[str]:
        """Names of the fields without which the story says too little, as far as they are empty."""
        self.ensure_one()
        return [name for name in ("role", "want", "benefit", "criteria") if not (self[name] or "").strip()]

    def _say_missing(self) -> str:
        """Labels of what is missing, in the reader's language."""
        return ", ".join(f"“{self._fields[name]._description_string(self.env)}”" for name in self._get_blank())

    def _get_criteria(self) -> list[str]:
        """The acceptance criteria, one after another, without the marks that people put before them."""
        lines = (line.strip().lstrip("-*•").strip() for line in (self.criteria or "").splitlines())
        return [line for line in lines if line]

    def _agree(self) -> None:
        """The story is what holds from now on; access is checked by the caller."""
        self.ensure_one()
        if self.state != "draft":
            return
        if not self._is_complete():
            raise UserError(self.env._("The user story is not complete. Still missing: %s.", self._say_missing()))
        story_sudo = self.sudo()
        former = story_sudo.ticket_id.openpyme_story_ids.filtered(lambda story: story.state == "agreed")
        super(OpenpymeStory, former).write({"state": "replaced"})
        now = self.env["support.event"]._now()
        super(OpenpymeStory, story_sudo).write({"state": "agreed", "agreed": now, "agreed_by_id": self.env.uid})
        self._log("story", self.reason)

    def _agree_all(self) -> None:
        for story in self:
            story._agree()

    def action_agree(self):
        """Put a version that was written later in force; the first one comes into force with its step."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        refusal = self.ticket_id.sudo()._openpyme_may_not_move()
        if refusal:
            raise UserError(refusal)
        if self.state != "draft":
            raise UserError(self.env._("Version %s is not being written any more.", self.version))
        self._agree()
        return {"type": "ir.actions.act_window_close"}

    def _decide(self, confirmed: bool, comment: str) -> None:
        """The client's word on the story in force; in superuser mode, for the user of the portal.

        :raise UserError: when it is not in force, was answered, or a question has no words
        """
        self.ensure_one()
        if self.state != "agreed" or self.answer:
            raise UserError(self.env._("This user story does not wait for an answer. Please read the page again."))
        comment = comment.strip()
        if not confirmed and not comment:
            raise UserError(self.env._("Please say what is missing or not right."))
        super().write(
            {
                "answer": "confirmed" if confirmed else "questioned",
                "answered": self.env["support.event"]._now(),
                "answered_by_id": self.env.user.partner_id.id,
                "answer_note": comment or False,
            }
        )
        self._log("confirm" if confirmed else "question", comment)

    def _log(self, kind: str, note: str | None) -> None:
        self.env["openpyme.step.move"]._record([{"ticket_id": self.ticket_id.id, "kind": kind, "note": note or False}])
