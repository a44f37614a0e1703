import pytz
from odoo.http import request


def ticket_sudo(ticket=None):
    """``ticket``, or the model, in superuser mode and in the reader's language and zone.

    Who opens a ticket with a link and no login is told the zone of the browser; without any zone
    the engine tells the provider's.
    """
    user = request.env.user
    zone = (not user._is_public() and user.tz) or request.cookies.get("tz") or ""
    Ticket = request.env["helpdesk.ticket"] if ticket is None else ticket
    return Ticket.sudo().with_context(tz=zone if zone in pytz.all_timezones_set else False)


def page_values(title: str) -> dict:
    """Title and language of a page, which the portal's layout leaves out."""
    lang = request.env.lang or "en_US"
    return {"title": title, "html_data": {"lang": lang.partition("@")[0].replace("_", "-")}}
