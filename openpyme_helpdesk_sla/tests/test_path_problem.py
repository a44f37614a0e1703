from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .path_common import PathCase


@tagged("post_install", "-at_install")
class TestPathProblem(PathCase):
    def validated(self, ticket=None):
        """A support ticket whose workaround the client has validated."""
        ticket = ticket or self.support(description="<p>Press stamp.</p>")
        self.walk(ticket, "enough", "none", "documented", "applied", "asked")
        self.validate(ticket, True)
        return ticket

    # --- O-8 ----------------------------------------------------------------------------------------

    def test_made_and_linked(self):
        """O-8: after a validated workaround a problem is made and linked, once, and the leader is told"""
        ticket = self.validated()
        problem = ticket.support_problem_id
        self.assertTrue(problem.support_is_problem)
        self.assertEqual((problem.team_id, problem.user_id), (ticket.team_id, self.leader))
        self.assertEqual(self.step(ticket), "done")
        last = ticket.sudo().openpyme_path_entry_ids[-1]
        self.assertEqual((last.problem_id, last.user_id), (problem, self.env.ref("base.user_root")))
        self.assertEqual(self.told(ticket, "openpyme_problem"), [self.leader])
        self.assertNotIn(self.customer, problem.sudo().message_follower_ids.partner_id)
        self.assertFalse(self.env["helpdesk.ticket"].with_user(self.customer_user).search([("id", "=", problem.id)]))
        with self.assertRaises(UserError):
            self.validate(ticket, True)
        self.assertEqual(ticket.support_problem_id, problem)
        self.assertEqual(self.states(ticket)["problem"], "done")

    def test_what_the_client_reads_then(self):
        """O-8: the page of the closed request says that the lasting solution is still looked for, until it is there"""
        ticket = self.validated()

        def hint():
            page = ticket.with_user(self.customer_user).sudo()._support_portal_get_page()
            return page["next"]["hint"]

        self.assertEqual(ticket.support_phase, "closed")
        self.assertIn("lasting solution", hint())
        self.assertNotIn(ticket.support_problem_id.number, hint())
        ticket.support_problem_id.stage_id = self.stages["cancelled"]
        self.assertNotIn("lasting solution", hint())

    def test_replica_from_the_scenario(self):
        """O-8, O-9: the replica begins with where and how of the scenario; what came of it somebody has to see"""
        ticket = self.support(
            openpyme_scenario_where="Sales, invoices",
            openpyme_scenario_steps="Press stamp",
            openpyme_scenario_actual="Error 302",
        )
        problem = self.validated(ticket).support_problem_id
        self.assertEqual(
            (problem.openpyme_replica_where, problem.openpyme_replica_how, problem.openpyme_replica_result),
            ("Sales, invoices", "Press stamp", False),
        )
        self.assertTrue(problem.openpyme_replica_needed, "what the client tells is not yet replicated")

    def test_there_is_one(self):
        """O-8: a ticket that has its problem gets no second one"""
        ticket = self.support()
        problem = ticket._support_make_problem()
        self.validated(ticket)
        self.assertEqual(ticket.support_problem_id, problem)
        self.assertFalse(self.told(ticket, "openpyme_problem"))
        self.assertIn(problem.number, ticket.openpyme_path_entry_ids[-1].note)

    def test_told_words(self):
        """O-8: what the leader reads names the problem and what is to be done"""
        ticket = self.validated()
        intents = self.env["support.notification"].sudo().search([("ticket_id", "=", ticket.id)])
        intent = intents.filtered(lambda intent: intent.code == "openpyme_problem")
        self.assertIn(ticket.support_problem_id.number, intent._get_text())
        self.assertIn("record its replica", intent._get_text())

    def test_it_cannot_be_made(self):
        """O-8: when no problem can be made the client's answer stands, and the step is open for whoever repairs it"""
        ticket = self.support()
        self.walk(ticket, "enough", "none", "documented", "applied", "asked")
        # new tickets of this queue would be worked on at once, which no problem may be (O-9)
        self.stages["new"].support_phase = "open"
        self.validate(ticket, True)
        self.assertEqual((ticket.support_validation, self.step(ticket)), ("accepted", "problem"))
        self.assertFalse(ticket.support_problem_id)
        self.assertEqual(self.told(ticket, "openpyme_problem_failed"), [self.leader])
        self.stages["new"].support_phase = "new"
        self.walk(ticket, "linked")
        self.assertTrue(ticket.support_problem_id.support_is_problem)
        self.assertEqual(self.step(ticket), "done")

    # --- O-9 ----------------------------------------------------------------------------------------

    def test_replica_before_work(self):
        """O-9: by form, drag, import, and as a new ticket no problem is worked on before its replica is recorded"""
        problem = self.validated().support_problem_id.with_user(self.agent)
        self.assertTrue(problem.openpyme_replica_needed)
        for code in ("in_work", "waiting", "waiting_other", "validation", "closed"):
            with self.assertRaisesRegex(ValidationError, "nobody has replicated"), self.cr.savepoint():
                problem.stage_id = self.stages[code]
        with self.assertRaises(ValidationError), Form(problem) as form:
            form.stage_id = self.stages["in_work"]
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.raise_ticket(
                "2026-02-10 15:00", support_is_problem=True, partner_id=False, stage_id=self.stages["in_work"].id
            )
        ticket = self.support()
        ticket.stage_id = self.stages["in_work"]
        with self.assertRaisesRegex(ValidationError, "nobody has replicated"), self.cr.savepoint():
            ticket.support_is_problem = True
        project = self.env["project.project"].create({"name": "Rework"})
        task = self.env["project.task"].create({"name": "Mend it", "project_id": project.id})
        with self.assertRaisesRegex(ValidationError, "nobody has replicated"), self.cr.savepoint():
            problem.write({"project_id": project.id, "task_id": task.id})
        with self.assertRaisesRegex(UserError, "is a problem"):
            problem.action_openpyme_path_next()
        problem.write(
            {
                "openpyme_replica_where": "Database of Mesa Foods",
                "openpyme_replica_how": "Press stamp",
                "openpyme_replica_result": "Refused",
            }
        )
        with self.assertRaisesRegex(ValidationError, "nobody has replicated"), self.cr.savepoint():
            problem.stage_id = self.stages["in_work"]
        problem.action_openpyme_record_replica()
        self.assertEqual(problem.openpyme_replica_by_id, self.agent)
        self.assertFalse(problem.openpyme_replica_needed)
        problem.stage_id = self.stages["in_work"]
        self.assertEqual(problem.support_phase, "open")

    def test_replica_is_whole(self):
        """O-9: a replica says where, how and with which result; recorded, it is corrected but not emptied"""
        problem = self.validated().support_problem_id.with_user(self.agent)
        problem.write({"openpyme_replica_where": " ", "openpyme_replica_result": False})
        with self.assertRaisesRegex(UserError, "Where, Result"):
            problem.action_openpyme_record_replica()
        problem.write({"openpyme_replica_where": "Here", "openpyme_replica_result": "Refused"})
        problem.action_openpyme_record_replica()
        with self.assertRaisesRegex(UserError, "already"):
            problem.action_openpyme_record_replica()
        with self.assertRaisesRegex(ValidationError, "not emptied"), self.cr.savepoint():
            problem.openpyme_replica_how = ""
        problem.openpyme_replica_how = "Press stamp twice"
        with self.assertRaisesRegex(UserError, "cannot be entered"):
            problem.openpyme_replica_at = False

    def test_broadcast_to_a_path(self):
        """O-7, E-7.1: clients whose request is still on its path are told of the fix, and the request goes on"""
        problem = self.validated().support_problem_id.with_user(self.agent)
        ticket = self.support(name="No stamp either")
        ticket._support_link_problem(problem)
        action = problem.action_support_broadcast()
        form = Form(self.env[action["res_model"]].with_user(self.agent).browse(action["res_id"]))
        form.text = "The stamps are back."
        broadcast = form.save()
        self.assertTrue(broadcast.resolves)
        self.at(broadcast, "2026-02-10 18:00").action_send()
        line = broadcast.line_ids.filtered(lambda line: line.ticket_id == ticket)
        self.assertEqual(line.state, "told")
        self.assertIn("end of its path", line.reason)
        self.assertNotIn(ticket.support_phase, ("resolved", "closed"))
        self.assertFalse(ticket.support_validation)
        self.assertIn("The stamps are back.", " ".join(ticket.message_ids.mapped("body")))

    def test_only_problems_of_openpyme(self):
        """O-9: incidents need no replica, and neither do the problems of other providers"""
        ticket = self.support()
        with self.assertRaisesRegex(UserError, "no problem"):
            ticket.action_openpyme_record_replica()
        other = self.env["support.provider"].create(
            {"name": "Beta", "code": "beta_test", "calendar_id": self.provider.calendar_id.id}
        )
        team = self.env["helpdesk.ticket.team"].create({"name": "Beta", "support_provider_id": other.id})
        problem = self.raise_ticket("2026-02-10 15:00", team_id=team.id, partner_id=False, support_is_problem=True)
        self.assertFalse(problem.openpyme_replica_needed)
        problem.stage_id = team._get_applicable_stages().filtered(lambda stage: stage.support_phase == "open")[:1]
        self.assertEqual(problem.support_phase, "open")
