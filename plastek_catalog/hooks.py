"""What happens once, when Plas-Tek comes and when it goes."""

from markupsafe import Markup
from odoo import api
from odoo.addons.support_sla.provider_hooks import leave, take_aliases

from .const import ALIASES, PROVIDER


def post_init_hook(env: api.Environment) -> None:
    take_aliases(env, "plastek_catalog", ALIASES)


def uninstall_hook(env: api.Environment) -> None:
    keep_corrections(env)
    leave(env, "plastek_catalog", PROVIDER)
    # the columns go with the addon: what they point at would be deleted before them, and refused
    env.flush_all()
    env.cr.execute(
        """UPDATE helpdesk_ticket SET plastek_entry_id = NULL, plastek_guessed_id = NULL
           WHERE plastek_entry_id IS NOT NULL OR plastek_guessed_id IS NOT NULL"""
    )
    env.invalidate_all()


def keep_corrections(env: api.Environment) -> None:
    """Corrections change money: when their model goes, what was corrected, by whom and with whose approval stays on
    their tickets as a note (P-10)."""
    states = dict(env["plastek.correction"]._fields["state"]._description_selection(env))
    corrections_of = env["plastek.correction"].search([("ticket_id", "!=", False)], order="id").grouped("ticket_id")
    for ticket, corrections in corrections_of.items():
        rows = Markup().join(
            Markup("<li>%s</li>")
            % env._(
                "%(number)s, %(what)s: %(before)s → %(after)s. %(reason)s %(state)s; asked for by %(asked)s, decided "
                "by %(decided)s, carried out by %(done)s.",
                number=correction.object_ref,
                what=correction.what,
                before=correction.value_before,
                after=correction.value_after,
                reason=correction.reason,
                state=states[correction.state],
                asked=correction.requested_by_id.name or "–",
                decided=correction.decided_by_id.name or "–",
                done=correction.done_by_id.name or "–",
            )
            for correction in corrections
        )
        ticket._message_log(
            body=Markup("<p>%s</p><ul>%s</ul>")
            % (env._("Corrections of this request when Plas-Tek was removed:"), rows)
        )
