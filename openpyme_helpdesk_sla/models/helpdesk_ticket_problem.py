import logging

from odoo import SUPERUSER_ID, models
from odoo.tools import SQL, html2plaintext
from psycopg2 import OperationalError

from ..tools import path

#: what the scenario (O-6) says of the replica
SCENARIO = {
    "openpyme_replica_where": "openpyme_scenario_where",
    "openpyme_replica_how": "openpyme_scenario_steps",
}
#: percent from which on somebody looks before another problem is made
ALIKE = 40
_logger = logging.getLogger(__name__)


class HelpdeskTicket(models.Model):
    """What follows a validated workaround: a problem ticket, so that the cause is not forgotten (O-8)."""

    _inherit = "helpdesk.ticket"

    def _openpyme_path_after_validation_accepted(self, values, place):
        if place.step != path.PROBLEM:
            return
        alike = [row for row in self._openpyme_find_problems() if row["likeness"] >= ALIKE]
        if alike:
            # maybe it is known: somebody looks, and says so with the last step of the path
            self._openpyme_path_tell(
                self._openpyme_get_leader(), "openpyme_problem_alike", numbers=[row["problem"].number for row in alike]
            )
            return
        try:
            with self.env.cr.savepoint():
                # nobody has pressed a button: least of all the client who has just answered
                self.with_user(SUPERUSER_ID)._openpyme_path_take(path.PROBLEM, "linked")
        except OperationalError:
            raise  # the transaction is lost and is repeated
        except Exception as error:  # noqa: BLE001  the client's answer must not be lost with it
            _logger.warning("No problem ticket for %s: %s", self.number, error)
            self._openpyme_path_tell(self._openpyme_get_leader(), "openpyme_problem_failed")

    def _openpyme_find_problems(self) -> list[dict]:
        """Open problems that may be what is behind this ticket (E-7.1); none when it has one. With sudo: whoever the
        ticket's client is, and whoever has just answered, it is the desk that looks."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        if ticket_sudo.support_problem_id:
            return []
        return ticket_sudo._support_find_problems(limit=5)

    def _openpyme_path_before_problem_linked(self, values, place):
        if values.get("problem"):
            problem = values["problem"]
            problem.check_access("read")
            # the one that others have linked meanwhile stays
            if not self.sudo().support_problem_id:
                self._support_link_problem(problem)
        problem_sudo, made = self._openpyme_ensure_problem()
        if made:
            note = self.env._("Made: %s", problem_sudo.number)
            self._openpyme_path_tell(self._openpyme_get_leader(), "openpyme_problem", number=problem_sudo.number)
        else:
            note = self.env._("There was one already: %s", problem_sudo.number)
        values["note"] = note
        return {"problem_id": problem_sudo.id, "note": note}

    def _openpyme_ensure_problem(self):
        """The problem behind this ticket; if there is none, one is made and linked, once (O-8).

        :return: the problem with sudo, and whether it was made now
        """
        self.ensure_one()
        # whoever comes second waits, and then sees what the first one made
        self.env.cr.execute(SQL("SELECT id FROM helpdesk_ticket WHERE id = %s FOR UPDATE", self.id))
        self.invalidate_recordset(["support_problem_id"])
        ticket_sudo = self.sudo()
        if ticket_sudo.support_problem_id:
            return ticket_sudo.support_problem_id, False
        # in nobody's name: whoever validated is maybe the client, who must neither follow nor see the problem
        maker = ticket_sudo.with_user(SUPERUSER_ID).with_context(
            mail_create_nosubscribe=True, mail_auto_subscribe_no_notify=True
        )
        problem_sudo = maker._support_make_problem({"user_id": self._openpyme_get_leader()[:1].id})
        return problem_sudo.with_env(ticket_sudo.env), True

    def _openpyme_prepare_replica(self) -> dict[str, str]:
        """What the scenario says of where and how, as a start for the replica (O-9). Its result is not taken over: that
        is what somebody has to see for himself."""
        self.ensure_one()
        ticket_sudo = self.sudo()
        values = {replica: ticket_sudo[name] or False for replica, name in SCENARIO.items()}
        if not values["openpyme_replica_how"]:
            values["openpyme_replica_how"] = html2plaintext(ticket_sudo.description or "") or False
        return values

    def _support_prepare_problem(self):
        """O-9: a problem that an agent makes from an incident starts with the replica as well."""
        values = super()._support_prepare_problem()
        return {**values, **self._openpyme_prepare_replica()} if self.sudo().openpyme_ticket else values
