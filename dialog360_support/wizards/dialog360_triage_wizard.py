from odoo import api, fields, models

#: fields of the ticket that triage decides, by the name they have in the wizard
DECIDED = {
    "priority_id": "support_priority_id",
    "kind_id": "support_kind_id",
    "lang_id": "dialog360_lang_id",
    "team_id": "team_id",
    "user_id": "user_id",
}


class Dialog360TriageWizard(models.TransientModel):
    """Severity, who works on it, and the team that takes over (D-9)."""

    _name = "dialog360.triage.wizard"
    _description = "Triage"
    _inherit = ["support.masked.mixin"]

    ticket_id = fields.Many2one("helpdesk.ticket", required=True, readonly=True, ondelete="cascade")
    provider_id = fields.Many2one("support.provider", compute="_compute_provider_id")
    priority_id = fields.Many2one(
        "support.priority",
        string="Severity",
        required=True,
        compute="_compute_priority_id",
        precompute=True,
        store=True,
        readonly=False,
        domain="[('provider_id', '=', provider_id)]",
        ondelete="cascade",
    )
    priority_words = fields.Text(string="That Means", compute="_compute_priority_words")
    kind_id = fields.Many2one(
        "support.kind",
        string="Kind of Request",
        compute="_compute_kind_id",
        precompute=True,
        store=True,
        readonly=False,
        domain="[('provider_id', '=', provider_id)]",
        ondelete="cascade",
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        required=True,
        compute="_compute_team_id",
        precompute=True,
        store=True,
        readonly=False,
        domain="[('support_provider_id', '=', provider_id)]",
        ondelete="cascade",
    )
    lang_ids = fields.Many2many("res.lang", compute="_compute_provider_id", context={"active_test": False})
    lang_id = fields.Many2one(
        "res.lang",
        string="Language",
        compute="_compute_lang_id",
        precompute=True,
        store=True,
        readonly=False,
        domain="[('id', 'in', lang_ids)]",
        context={"active_test": False},
        ondelete="cascade",
    )
    speaking_words = fields.Char(
        string="Who Writes It", compute="_compute_speaking_words", help="Of the team, by the languages they have named."
    )
    is_spoken = fields.Boolean(compute="_compute_speaking_words")
    is_handed = fields.Boolean(compute="_compute_is_handed")
    member_ids = fields.Many2many("res.users", compute="_compute_member_ids")
    user_id = fields.Many2one(
        "res.users",
        string="Works on It",
        compute="_compute_user_id",
        precompute=True,
        store=True,
        readonly=False,
        domain="[('id', 'in', member_ids)]",
        ondelete="cascade",
    )
    note = fields.Text(string="Found So Far", help="For colleagues: what was looked at and what it cannot be.")

    @api.depends("ticket_id")
    def _compute_provider_id(self):
        for wizard in self:
            wizard.provider_id = wizard.ticket_id._filtered_access("read").support_provider_id
            # sudo: which languages the provider serves, whatever the reader may see of its settings
            provider_sudo = wizard.provider_id.sudo()
            wizard.lang_ids = provider_sudo._dialog360_get_langs() if provider_sudo else False

    # one method a field: what is given for one of them says nothing about the others. A client may name any ticket, and
    # nothing is told of one that the user may not read
    @api.depends("ticket_id")
    def _compute_priority_id(self):
        for wizard in self:
            wizard.priority_id = wizard.ticket_id._filtered_access("read").support_priority_id

    @api.depends("ticket_id")
    def _compute_kind_id(self):
        for wizard in self:
            wizard.kind_id = wizard.ticket_id._filtered_access("read").support_kind_id

    @api.depends("ticket_id")
    def _compute_lang_id(self):
        for wizard in self:
            wizard.lang_id = wizard.ticket_id._filtered_access("read").dialog360_lang_id

    @api.depends("ticket_id")
    def _compute_team_id(self):
        for wizard in self:
            wizard.team_id = wizard.ticket_id._filtered_access("read").team_id

    @api.depends("priority_id")
    def _compute_priority_words(self):
        for wizard in self:
            level = wizard.priority_id
            wizard.priority_words = "\n".join(words for words in (level.definition, level.example) if words)

    @api.depends("ticket_id", "team_id", "lang_id", "user_id")
    def _compute_speaking_words(self):
        """D-3: agents are chosen by the language of the ticket."""
        for wizard in self:
            lang, members = wizard.lang_id, wizard.team_id.user_ids
            speakers = wizard.ticket_id._dialog360_get_speakers(members, lang)
            wizard.is_spoken = not lang or (wizard.user_id in speakers if wizard.user_id else bool(speakers))
            if not lang:
                wizard.speaking_words = False
            elif wizard.user_id and wizard.user_id not in speakers:
                others = ", ".join(speakers.mapped("name")) or self.env._("nobody of this team")
                wizard.speaking_words = self.env._(
                    "%(user)s does not write %(lang)s; who does: %(others)s",
                    user=wizard.user_id.name,
                    lang=lang.name,
                    others=others,
                )
            else:
                wizard.speaking_words = ", ".join(speakers.mapped("name")) or self.env._(
                    "Nobody of this team writes %s", lang.name
                )

    @api.depends("team_id", "ticket_id")
    def _compute_is_handed(self):
        for wizard in self:
            wizard.is_handed = wizard.team_id != wizard.ticket_id._filtered_access("read").team_id

    @api.depends("team_id")
    def _compute_member_ids(self):
        for wizard in self:
            wizard.member_ids = wizard.team_id.user_ids.filtered(lambda user: not user.share)

    @api.depends("team_id", "ticket_id")
    def _compute_user_id(self):
        for wizard in self:
            user = wizard.user_id or wizard.ticket_id._filtered_access("read").user_id
            wizard.user_id = user & wizard.team_id.user_ids  # nobody of another team

    def _get_values(self) -> dict:
        """What is to change on the ticket."""
        self.ensure_one()
        return {name: self[own].id for own, name in DECIDED.items() if self[own] != self.ticket_id[name]}

    def action_apply(self):
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._dialog360_triage(self._get_values(), self.note or "")
        if not self.ticket_id.has_access("read"):
            # handed over, it is out of reach: back to the list
            return self.env["ir.actions.act_window"]._for_xml_id("helpdesk_mgmt.helpdesk_ticket_action")
        return {"type": "ir.actions.act_window_close"}
