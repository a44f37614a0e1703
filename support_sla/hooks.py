"""What happens once, when the engine comes and when it goes."""

from odoo.tools import SQL

from .tools import facts

#: What the stages that the helpdesk ships mean; an administrator's own stages follow their flags.
STOCK_PHASES = {
    "helpdesk_ticket_stage_new": facts.NEW,
    "helpdesk_ticket_stage_in_progress": facts.OPEN,
    "helpdesk_ticket_stage_awaiting": facts.WAITING_CUSTOMER,
    "helpdesk_ticket_stage_done": facts.CLOSED,
    "helpdesk_ticket_stage_cancelled": facts.CANCELLED,
    "helpdesk_ticket_stage_rejected": facts.CANCELLED,
}


def post_init_hook(env):
    for name, phase in STOCK_PHASES.items():
        stage = env.ref(f"helpdesk_mgmt.{name}", raise_if_not_found=False)
        if stage:
            stage.support_phase = phase
    # tickets from before the engine are not measured: what happened to them was not recorded
    env.cr.execute(
        SQL(
            """UPDATE helpdesk_ticket AS ticket
               SET support_raised = ticket.create_date, support_phase = stage.support_phase
               FROM helpdesk_ticket_stage AS stage
               WHERE stage.id = ticket.stage_id AND ticket.support_raised IS NULL"""
        )
    )
    env["helpdesk.ticket"].invalidate_model()
    env["resource.calendar"]._sla_settle()


def uninstall_hook(env):
    """Columns and tables go with the addon; the counters it kept in the parameters go here."""
    env["ir.config_parameter"].search([("key", "=like", "support_sla.%")]).unlink()
