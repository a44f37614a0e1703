class PagesMixin:
    """Knowledge pages beside the invented provider of the engine's tests."""

    @classmethod
    def make_page(cls, name="Balance of a card", content="<p>Sign in; the balance stands at the top.</p>", **vals):
        return (
            cls.env["document.page"]
            .with_user(cls.manager)
            .create(
                {
                    "name": name,
                    "content": content,
                    "support_use": "answer",
                    "support_state": "published",
                    "company_id": False,
                    **vals,
                }
            )
        )

    def uses(self, page):
        """What was counted for a page: outcome, number of the ticket or nothing, user."""
        rows = self.env["support.page.use"].sudo().search([("page_id", "=", page.id)], order="id")
        return [(row.outcome, row.ticket_id.number or "", row.user_id.name) for row in rows]
