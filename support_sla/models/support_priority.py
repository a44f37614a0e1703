from odoo import api, fields, models
from odoo.fields import Domain


class SupportPriority(models.Model):
    """A level in a provider's own words (PS1, SL_1, severity 1 …), mapped to the stock stars."""

    _name = "support.priority"
    _inherit = ["support.used.mixin"]
    _description = "Support Priority"
    _order = "provider_id, sequence, id"
    _rec_names_search = ("code", "name")

    provider_id = fields.Many2one("support.provider", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10, help="The most urgent level comes first.")
    code = fields.Char(required=True, help="As the provider writes it, for example PS1.")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    stars = fields.Selection(
        [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Very High")],
        default="1",
        required=True,
        help="The helpdesk's own stars that tickets of this level show.",
    )
    definition = fields.Text(translate=True, help="When this level applies, shown to agents and customers.")
    example = fields.Text(translate=True)
    portal_visible = fields.Boolean(default=True, help="Customers may propose this level.")

    _code_unique = models.Constraint(
        "UNIQUE(provider_id, code)", "Two priorities of a provider cannot have the same code."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for priority in self:
            priority.display_name = f"{priority.code} {priority.name}" if priority.code else priority.name

    @api.model
    def _search_display_name(self, operator, value):
        """“PS1 Critical”, as lists and exports show it, is found as well: what was exported can be imported."""
        domain = super()._search_display_name(operator, value)
        if operator not in ("=", "in", "like", "ilike", "=like", "=ilike"):
            return domain
        for text in [value] if isinstance(value, str) else (value or ()):
            code, blank, name = text.partition(" ") if isinstance(text, str) else ("", "", "")
            if blank and name:
                like = "=" if operator == "in" else operator
                domain |= Domain("code", "=", code) & Domain("name", like, name)
        return domain

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result
