"""Open tickets with nothing but a date to agree on are shown as such from the start (E-8)."""


def migrate(cr, version):
    """Set the state that ``_support_summarise`` gives since this version.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    cr.execute(
        """UPDATE helpdesk_ticket AS ticket SET support_sla_state = 'to_agree', support_next_metric = clock.metric
           FROM support_clock AS clock
           WHERE clock.ticket_id = ticket.id AND clock.state IN ('running', 'paused') AND clock.hold = 'to_agree'
             AND clock.side = 'provider' AND ticket.support_next_due IS NULL
             AND ticket.support_sla_state IN ('running', 'paused')"""
    )
