from odoo.tests import Form


class DecisionMixin:
    """Deciding by button and wizard, and the client's answer as the portal takes it."""

    def open_wizard(self, ticket, moment, user=None, action="decide_source"):
        ticket = self.at(ticket.with_user(user or self.agent), moment)
        opened = getattr(ticket, f"action_bpmsoft_{action}")()
        return Form(ticket.env[opened["res_model"]].with_context(**opened["context"]))

    def fill(self, form, source, answers=None, amount=None, terms="", **values):
        """``answers``: one letter each, y or n, to what is asked in order; ``amount``, ``terms``: of what is paid."""
        form.source_id = self.ref_(f"source_{source}")
        names = ("described", "deviates", "repeatable", "findable")
        for name, answer in zip(names, answers or "", strict=False):
            setattr(form, name, {"y": "yes", "n": "no"}[answer])
        for position in range(len(form.line_ids)):
            with form.line_ids.edit(position) as line:
                if line.is_paid and amount is not None:
                    line.amount = amount
                if line.is_paid and terms:
                    line.terms = terms
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def decide(self, ticket, source, answers=None, moment="2026-03-02 08:00", user=None, **kwargs):
        form = self.fill(self.open_wizard(ticket, moment, user), source, answers, **kwargs)
        form.save().action_decide()
        self.settle()
        return ticket.sudo().bpmsoft_offer_id

    def answer(self, ticket, offer, kind=None, comment="", user=None, moment="2026-03-03 08:00"):
        """What the portal does for ``user``; ``kind``: of the option that is accepted, None declines."""
        option = offer.option_ids.filtered(lambda option: option.kind == kind)
        page = self.at(ticket.with_user(user or self.customer_user).sudo(), moment)
        said = page._bpmsoft_portal_answer(offer.id, option.id, "accept" if kind else "decline", comment)
        self.settle()
        return said

    def watch(self, moment):
        self.at(self.env["bpmsoft.watch"].sudo(), moment)._cron_watch()
