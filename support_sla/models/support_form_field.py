from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from .request_form import FILES, SECRET, askable, is_secret


class Question(NamedTuple):
    """One question of a provider's form, in the reader's language; without records, so that it can be kept."""

    id: int
    name: str  # the field of helpdesk.ticket it fills, or FILES
    type: str  # char, text, selection, integer, boolean, datetime, FILES or SECRET
    label: str
    short: str  # in a list of what is missing, where questions would read badly
    help: str
    need: str  # refuse, complete, optional
    on_new: bool
    past: bool


class RequestForm(NamedTuple):
    """What a provider asks."""

    title: str
    priorities: frozenset[int]  # ids of the levels it is asked at; empty: at all
    questions: tuple[Question, ...]


class SupportFormField(models.Model):
    """A question that a provider asks about a ticket, and what hangs on its answer (J-9, B-8, O-6, D-13).

    The answer is a field of the ticket itself, so lists, filters, imports and rights work on it as on any other.
    """

    _name = "support.form.field"
    _description = "Question of a Request Form"
    _order = "provider_id, sequence, id"
    _rec_name = "question"

    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    question = fields.Selection(
        selection="_selection_question",
        string="Fills",
        required=True,
        help="The field of the ticket that keeps the answer. “Files” is answered by any file on the ticket.",
    )
    label = fields.Char(
        string="Question", translate=True, help="As customers and agents read it. Empty: the name of the field."
    )
    hint = fields.Text(
        string="Help", translate=True, help="One line below the question. Empty: the help text of the field."
    )
    need = fields.Selection(
        [
            ("refuse", "From the start"),
            ("complete", "To be complete"),
            ("optional", "Optional"),
        ],
        string="Needed",
        default="complete",
        required=True,
        help="From the start: the form comes back while it is empty. To be complete: it may follow later, and the "
        "ticket says that it is missing.",
    )
    on_new = fields.Boolean(
        string="On the New-Ticket Form",
        default=True,
        help="Otherwise it is asked later, on the page of the ticket.",
    )
    past = fields.Boolean(
        string="Not in the Future", default=True, help="For dates: one that is still to come is not understood."
    )

    _question_unique = models.Constraint(
        "UNIQUE(provider_id, question)", "A provider asks for each field of the ticket only once."
    )

    @api.model
    def _selection_question(self) -> list[tuple[str, str]]:
        Ticket = self.env["helpdesk.ticket"]
        names = [(name, Ticket._fields[name]._description_string(self.env)) for name in askable(Ticket._fields)]
        return [(FILES, self.env._("Files")), *sorted(names, key=lambda pair: pair[1].lower())]

    @api.constrains("question", "need", "on_new")
    def _check_question(self):
        known = {name for name, _label in self._selection_question()}
        for row in self:
            if row.question not in known:
                raise ValidationError(self.env._("“%s” cannot be asked for on a form.", row.question))
            if row.question == FILES and row.need == "refuse" and not row.on_new:
                raise ValidationError(
                    self.env._("Files that must be there from the start have to be asked on the new-ticket form.")
                )

    @api.depends("question", "label")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._selection_question())
        for row in self:
            row.display_name = row.label or names.get(row.question, row.question or "")

    # --- CRUD ----------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._settle()
        return rows

    def write(self, vals):
        before = self.provider_id
        result = super().write(vals)
        self._settle(before)
        return result

    def unlink(self):
        providers = self.provider_id
        result = super().unlink()
        self._settle(providers)
        return result

    def _settle(self, providers=None):
        """Forget what was kept of the forms, and look again at the open tickets they are asked on."""
        self.env.registry.clear_cache()
        providers = (providers or self.env["support.provider"]) | self.exists().provider_id
        providers._settle_form()

    # --- reading -------------------------------------------------------------------------------

    @api.model
    @tools.ormcache("provider_id", "self.env.lang")
    def _get_form(self, provider_id: int) -> RequestForm:
        """What a provider asks, in the reader's language; kept, so that raising a ticket costs no query."""
        # sudo: customers are asked, and read no record of the engine
        provider = self.env["support.provider"].sudo().browse(provider_id)
        Ticket = self.env["helpdesk.ticket"]
        names = askable(Ticket._fields)
        questions = []
        for row in self.sudo().search([("provider_id", "=", provider_id)]):
            if row.question == FILES:
                kind, label, hint = FILES, self.env._("Files"), ""
            elif row.question in names:
                field = Ticket._fields[row.question]
                kind = SECRET if is_secret(field) else field.type
                label = field._description_string(self.env)
                hint = field._description_help(self.env) or ""
            else:
                continue  # the addon that brought the field is gone
            questions.append(
                Question(
                    id=row.id,
                    name=row.question,
                    type=kind,
                    label=row.label or label,
                    short=label if not row.label or row.label.endswith("?") else row.label,
                    help=row.hint or hint,
                    need=row.need,
                    on_new=row.on_new,
                    past=row.past,
                )
            )
        return RequestForm(
            title=provider.form_title or self.env._("Request form"),
            priorities=frozenset(provider.form_priority_ids.ids),
            questions=tuple(questions),
        )
