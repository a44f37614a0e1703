from odoo import api
from odoo.fields import Domain


def post_init_hook(env: api.Environment) -> None:
    """Repair what the holes have left in the database."""
    _clear_stale_closed_dates(env)
    _revoke_tokens_of_hidden_attachments(env)


def _clear_stale_closed_dates(env: api.Environment) -> None:
    """G-10: tickets that were reopened before the addon came still carry a date."""
    env.cr.execute(
        """
        UPDATE helpdesk_ticket
           SET closed_date = NULL
         WHERE closed_date IS NOT NULL
           AND stage_id IN (
               SELECT id FROM helpdesk_ticket_stage WHERE closed IS NOT TRUE
           )
        """
    )
    env["helpdesk.ticket"].invalidate_model(["closed_date"])


def _revoke_tokens_of_hidden_attachments(env: api.Environment) -> None:
    """G-3: the portal page had made a token for every attachment, those of internal
    notes too, and whoever has seen such a link could still download the file.
    """
    attachments = env["ir.attachment"].search(
        Domain("res_model", "=", "helpdesk.ticket")
        & Domain("access_token", "!=", False)
        & Domain("res_field", "=", False)
    )
    attachments._guard_hidden_from_customers().write({"access_token": False})
