from odoo import http
from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.support_guard.controllers.main import _to_id
from odoo.addons.support_sla.controllers.reader import page_values, ticket_sudo
from odoo.exceptions import UserError
from odoo.http import request

PAGE = "/my/support/order"
NOTE_LENGTH = 2000


class BpmsoftOrderPortal(CustomerPortal):
    """The client's authorised person sees the line of its requests and proposes another order (B-11)."""

    def _bpmsoft_get_proposals(self):
        """The model in superuser mode and in the reader's language and zone; accounts are chosen by the reader."""
        return ticket_sudo().env["bpmsoft.order.proposal"]

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "bpmsoft_order_count" in counters:
            accounts = self._bpmsoft_get_proposals()._portal_get_accounts(request.env.user)
            values["bpmsoft_order_count"] = sum(accounts.mapped("waiting_count")) + sum(
                accounts.mapped("in_work_count")
            )
        return values

    def _ticket_get_page_view_values(self, ticket, access_token, **kwargs):
        values = super()._ticket_get_page_view_values(ticket, access_token, **kwargs)
        if values.get("support") and ticket.sudo().support_lane_account_id:
            accounts = self._bpmsoft_get_proposals()._portal_get_accounts(request.env.user)
            if ticket.sudo().support_lane_account_id in accounts:
                values["support"]["bpmsoft_order_url"] = PAGE
        return values

    @http.route(PAGE, type="http", auth="user", website=True, methods=["GET", "POST"], csrf=True)
    def bpmsoft_portal_order(self, account="", order="", move="", note="", act="", **kw):
        """Show the line; arrange it on the page, step by step and without scripts; propose or withdraw an order.

        :param order: ids as the page has them, with commas
        :param move: ``up:<id>`` or ``down:<id>``; nothing is stored
        :param act: ``propose`` or ``withdraw``
        """
        Proposal = self._bpmsoft_get_proposals()
        accounts = Proposal._portal_get_accounts(request.env.user)
        chosen = accounts.filtered(lambda one: one.id == _to_id(account)) or accounts[:1]
        values = {"lines": [], "error": "", "said": "", "note": "", "moved": False}
        status = 200
        wanted = None
        if request.httprequest.method == "POST" and chosen:
            note = note.replace("\0", "").strip()
            wanted = [_to_id(part) for part in str(order)[:5000].split(",")]
            values["note"] = note
            if act:
                try:
                    return self._bpmsoft_act(Proposal, chosen, act, wanted, kw.get("before", ""), note)
                except UserError as error:
                    values["error"], status = str(error), 400
            else:
                wanted, values["moved"] = self._bpmsoft_move(wanted, str(move))
        for one in accounts:
            line = Proposal._portal_describe(one, wanted if one == chosen else None)
            if values["moved"] and one == chosen and line["order"] == wanted:
                place = wanted.index(values["moved"]) + 1
                values["said"] = request.env._(
                    "%(number)s is at place %(place)s now. Nothing is proposed yet.",
                    number=line["line"][place - 1]["number"],
                    place=place,
                )
            values["lines"].append(line)
        values.update(
            support_message=request.session.pop("support_sla_message", None),
            note_length=NOTE_LENGTH,
            page_name="bpmsoft_order",
            **page_values(request.env._("Order of your requests")),
        )
        response = request.render("bpmsoft_care.portal_my_order", values)
        response.status_code = status
        return response

    def _bpmsoft_move(self, wanted: list[int], move: str) -> tuple[list[int], int]:
        """The order with one request a place up or down, and which one that was (0: none)."""
        way, _colon, moved = move.partition(":")
        ticket_id = _to_id(moved)
        if ticket_id not in wanted or way not in ("up", "down"):
            return wanted, 0
        place = wanted.index(ticket_id)
        other = place + (1 if way == "down" else -1)
        if 0 <= other < len(wanted):
            wanted[place], wanted[other] = wanted[other], wanted[place]
        return wanted, ticket_id

    def _bpmsoft_act(self, Proposal, account, act: str, wanted: list[int], before: str, note: str):
        """Propose or withdraw.

        :raise UserError: in words for the client
        """
        partner = request.env.user.partner_id
        if act == "withdraw":
            proposal = Proposal._get_open(account)
            if not proposal:
                raise UserError(request.env._("There is no proposal to withdraw: it was decided already."))
            proposal._withdraw(partner)
            said = request.env._("You have withdrawn the order you proposed.")
        else:
            if len(note) > NOTE_LENGTH:
                raise UserError(request.env._("Please say it in fewer words."))
            shown = [_to_id(part) for part in str(before)[:5000].split(",")]
            Proposal._propose(account, shown, wanted, partner, note)
            said = request.env._("Thank you. We will tell you whether this order suits us.")
        request.session["support_sla_message"] = said
        return request.redirect(PAGE, code=302)
