"""Workarounds that were recorded as bare facts are shown as such (E-1.6)."""


def migrate(cr, version):
    """Set the moment of the workaround in force; nobody could say that one failed before this version.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    cr.execute(
        """UPDATE helpdesk_ticket AS ticket SET support_workaround_at = fact.moment
           FROM (SELECT ticket_id, max(moment) AS moment FROM support_event WHERE kind = 'workaround'
                 GROUP BY ticket_id) AS fact
           WHERE fact.ticket_id = ticket.id AND ticket.support_workaround_at IS NULL"""
    )
