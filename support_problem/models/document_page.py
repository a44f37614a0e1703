from collections.abc import Iterable

from odoo import api, fields, models
from odoo.addons.support_sla.tools import likeness
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import html2plaintext, is_html_empty
from odoo.tools.mail import html_sanitize

#: what pages can be sent to customers; of a workaround they are told that it is not permanent
ANSWERING = ("answer", "solution", "workaround")
#: so many words of what somebody wrote are compared; the rest says the same again
MOST_WORDS = 40
#: a word in a title or among the search words is worth as much as three in the text
TITLE, TEXT, ENOUGH = 3, 1, 3
#: what a page is worth more when it was written for the ticket's kind of request
KIND = 4
#: among so many pages it is looked
COMPARED = 2000


def read_words(text: str, most: int = MOST_WORDS) -> tuple[str, ...]:
    """The words of a text of any length, folded as :mod:`likeness` does, each once, the first ``most`` of them."""
    found: dict[str, None] = {}
    parts = text.split()
    for start in range(0, len(parts), likeness.MOST_WORDS):
        found.update(dict.fromkeys(likeness.words(" ".join(parts[start : start + likeness.MOST_WORDS]))))
        if len(found) >= most:
            break
    return tuple(found)[:most]


class DocumentPage(models.Model):
    """A page that answers tickets, or customers before they write one (E-7.2, P-12).

    A page whose use is ``none`` is the business of whoever writes the house's documents, and none of ours.
    """

    _inherit = "document.page"

    support_use = fields.Selection(
        [
            ("none", "Not for support"),
            ("answer", "Answer to a question"),
            ("solution", "Solution"),
            ("workaround", "Workaround"),
        ],
        string="Use in Support",
        required=True,
        default="none",
        index=True,
        tracking=True,
        help="A workaround is not permanent, and customers are told so.",
    )
    support_state = fields.Selection(
        [("draft", "Draft"), ("published", "Published")],
        string="State",
        required=True,
        default="draft",
        tracking=True,
        help="Drafts are found neither by agents on a ticket nor by customers.",
    )
    support_provider_ids = fields.Many2many(
        "support.provider",
        "document_page_support_provider_rel",
        string="Providers",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Empty: for tickets of every provider.",
    )
    support_kind_ids = fields.Many2many(
        "support.kind",
        "document_page_support_kind_rel",
        string="Kinds of Request",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="On tickets of these kinds the page is offered first, whatever words they use.",
    )
    support_lang_ids = fields.Many2many(
        "res.lang",
        "document_page_support_lang_rel",
        string="Languages",
        # a page in a language that is not installed is not one for everybody
        context={"active_test": False},
        help="The language that the page is written in. Empty: for everybody.",
    )
    support_words = fields.Char(
        string="Search Words", help="Words by which people ask for it, beside those of title and text."
    )
    support_portal = fields.Boolean(
        string="On the Portal",
        tracking=True,
        help="Customers of the providers find it as they type a new ticket. Only answers are shown to customers.",
    )
    support_text = fields.Text(compute="_compute_support_text", store=True, compute_sudo=True)
    support_page_use_ids = fields.One2many(
        "support.page.use", "page_id", string="Uses", groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    support_sent_count = fields.Integer(
        string="Sent", compute="_compute_support_counts", groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    support_helped_count = fields.Integer(
        string="Helped",
        compute="_compute_support_counts",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Tickets that it settled, and customers who said that it answers their question.",
    )
    support_validated_count = fields.Integer(
        string="Validated", compute="_compute_support_counts", groups="helpdesk_mgmt.group_helpdesk_user_own"
    )
    support_success = fields.Float(
        string="Success",
        compute="_compute_support_counts",
        groups="helpdesk_mgmt.group_helpdesk_user_own",
        help="Of the customers who were asked to check it and answered, the share who accepted it.",
    )

    @api.depends("support_use")
    def _compute_content(self):
        result = super()._compute_content()
        for page in self.filtered(lambda page: page.support_use != "none" and page.content):
            # what was written before the page was for support, or past the ORM
            page.content = html_sanitize(page.content)
        return result

    @api.depends("history_head.content", "support_use")
    def _compute_support_text(self):
        for page in self:
            content = page.history_head.content if page.support_use != "none" else ""
            page.support_text = html2plaintext(content)[:10000] if content else False

    @api.depends("support_page_use_ids.outcome", "support_page_use_ids.validation")
    def _compute_support_counts(self):
        # sudo: how often, of all tickets, whatever tickets the reader may see
        groups = (
            self.env["support.page.use"]
            .sudo()
            ._read_group([("page_id", "in", self.ids)], ["page_id", "outcome"], ["__count"])
        )
        counts = {(page.id, outcome): count for page, outcome, count in groups}
        answers = (
            self.env["support.page.use"]
            .sudo()
            ._read_group(
                [("page_id", "in", self.ids), ("validation", "in", ("accepted", "rejected"))],
                ["page_id", "validation"],
                ["__count"],
            )
        )
        answered = {(page.id, validation): count for page, validation, count in answers}
        for page in self:
            of_page = {outcome: count for (page_id, outcome), count in counts.items() if page_id == page.id}
            page.support_sent_count = sum(of_page.get(outcome, 0) for outcome in ("sent", "solved", "not_enough"))
            page.support_helped_count = of_page.get("solved", 0) + of_page.get("helped", 0)
            accepted = answered.get((page.id, "accepted"), 0)
            page.support_validated_count = accepted + answered.get((page.id, "rejected"), 0)
            page.support_success = accepted / page.support_validated_count if page.support_validated_count else 0

    def _support_check_content(self) -> None:
        # no constraint of the ORM: a page's content is written after those were asked
        for page in self:
            if page.support_use == "none" or page.support_state != "published":
                continue
            if page.type != "content" or is_html_empty(page.content):
                raise ValidationError(
                    self.env._("“%s” says nothing yet: write the page before it is published.", page.name)
                )

    @api.constrains("support_portal", "support_use")
    def _check_support_portal(self):
        for page in self:
            if page.support_portal and page.support_use != "answer":
                raise ValidationError(
                    self.env._("“%s” is no answer to a question: only answers are shown to customers.", page.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        default = self.env.context.get("default_support_use") or "none"
        pages = super().create(
            [
                {**vals, "content": html_sanitize(vals["content"])}
                if vals.get("content") and vals.get("support_use", default) != "none"
                else vals
                for vals in vals_list
            ]
        )
        pages._support_check_content()
        return pages

    def write(self, vals):
        others = self.filtered(lambda page: page.support_use == "none")
        use = vals.get("support_use")
        if use == "none" and others != self and not self.env.user.has_group("document_page.group_document_editor"):
            raise UserError(
                self.env._("Archive the page instead: without a use in support you could not see it any more.")
            )
        if vals.get("content") and (others != self or use not in (None, "none")):
            clean = {**vals, "content": html_sanitize(vals["content"])}
            ours = self if use not in (None, "none") else self - others
            super(DocumentPage, ours).write(clean)
            result = super(DocumentPage, self - ours).write(vals)
        else:
            result = super().write(vals)
        if use not in (None, "none"):
            for version in others.history_ids.filtered("content"):
                version.content = version.content  # writing sanitizes it
        if vals.keys() & {"content", "support_state", "support_use", "type"}:
            self._support_check_content()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # sudo: also of tickets that the user may not see
        used = self.env["support.page.use"].sudo().search([("page_id", "in", self.ids)], limit=1).page_id
        if used:
            raise UserError(
                self.env._("“%s” was sent or read already, and that is counted. Archive it instead.", used.name)
            )

    # --- finding ----------------------------------------------------------------------------------

    @api.model
    def _support_get_domain(self, uses: Iterable[str], providers, lang: str | None, company) -> Domain:
        """Published pages of these uses.

        :param providers: for whose tickets; pages of no particular provider are for all
        :param lang: code as ``en_US``; pages in another language are left out. None: whatever language
        :param company: of the reader; superuser mode knows no record rules
        """
        domain = (
            Domain("type", "=", "content")
            & Domain("active", "=", True)
            & Domain("support_state", "=", "published")
            & Domain("support_use", "in", list(uses))
            & Domain("company_id", "in", [False, company.id])
            & (Domain("support_provider_ids", "=", False) | Domain("support_provider_ids", "in", providers.ids))
        )
        if lang:
            spoken = f"{lang.partition('_')[0]}%"
            domain &= Domain("support_lang_ids", "=", False) | Domain("support_lang_ids.code", "=like", spoken)
        return domain

    @api.model
    def _support_find(self, text: str, domain: Domain, limit: int, kind=None):
        """Pages of ``domain`` that are about ``text`` or for ``kind``, the closest first; access is the environment's.

        :param kind: a ``support.kind`` or nothing
        """
        typed = read_words(text)
        found = []
        for page in self.search(domain, limit=COMPARED):
            worth = page._support_weigh(typed) if typed else 0
            # sudo: kinds that the reader may not read count all the same
            of_kind = bool(kind) and kind in page.sudo().support_kind_ids
            if worth >= ENOUGH or of_kind:
                found.append((-worth - KIND * of_kind, page.name.casefold(), page.id))
        return self.browse(page_id for _worth, _name, page_id in sorted(found)[:limit])

    def _support_weigh(self, typed: Iterable[str]) -> int:
        """How much of what somebody wrote is on this page, the most telling place of each word counted."""
        self.ensure_one()
        # alike words have their first letters in common: only these are compared
        known: dict[str, list[tuple[str, int]]] = {}
        for text, worth in (
            (f"{self.name} {(self.support_words or '').replace(',', ' ')}", TITLE),
            (self.support_text or "", TEXT),
        ):
            for word in read_words(text, 400):
                known.setdefault(word[: likeness.LEAST_LENGTH], []).append((word, worth))
        return sum(
            max(
                (worth for other, worth in known.get(word[: likeness.LEAST_LENGTH], ()) if likeness.alike(word, other)),
                default=0,
            )
            for word in typed
        )

    # --- buttons ----------------------------------------------------------------------------------

    def action_support_publish(self):
        self.write({"support_state": "published"})

    def action_support_withdraw(self):
        self.write({"support_state": "draft"})

    def action_support_uses(self):
        """Open the tickets and readers that the page was used for."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("support_problem.support_page_use_action")
        return {**action, "domain": [("page_id", "=", self.id)], "context": {}}
