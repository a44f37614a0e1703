"""What happens once, when problems and knowledge go."""

from odoo import api
from odoo.addons.support_sla.tools import facts


def uninstall_hook(env: api.Environment) -> None:
    """Tickets work on: nobody waits for a problem any more, and what was a problem gets no promises late."""
    tickets = env["helpdesk.ticket"].sudo().with_context(active_test=False)
    reason = tickets._support_get_problem_reason()
    tickets.search([("support_pause_id", "in", reason.ids)])._support_stop_waiting()
    problems = tickets.search(
        [
            ("support_is_problem", "=", True),
            ("support_phase", "not in", list(facts.ENDED)),
            ("support_version_id", "=", False),
        ]
    )
    if problems:
        problems._support_add_fact(
            facts.EXCLUDED,
            {"metrics": [], "source": "problem", "reason": env._("It was a problem behind other tickets.")},
            side=facts.SYSTEM,
        )
