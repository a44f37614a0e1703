from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SupportCase, utc


@tagged("post_install", "-at_install")
class TestReviewEngine(SupportCase):
    """Holes that a second pair of eyes found in the recorder, the sweep and the configuration."""

    def kinds(self, ticket):
        return ticket.support_event_ids.sorted("id").mapped("kind")

    def test_step_that_regrades_ends_its_own_chain(self):
        """E-5.3, E-3.3: a step that changes the priority, or parks the ticket, leaves no step of what no longer runs"""
        self.chain.step_ids[1].priority_id = self.normal
        ticket = self.raise_ticket("2026-03-02 09:00")  # due 14:00
        self.say(ticket, "2026-03-02 09:05")
        self.sweep("2026-03-02 14:00:01")
        self.assertEqual(ticket.support_priority_id, self.normal)
        ended = ticket.support_clock_ids.filtered(lambda clock: clock.state == "cancelled")
        self.assertTrue(ended)
        self.assertFalse(ended.filtered("sweep_at"))
        self.sweep("2026-03-02 16:00")
        self.assertNotIn("Second", ticket.support_escalation_ids.step_id.mapped("name"))

    def test_step_that_pauses_waits(self):
        """E-5.3, E-3.1: a step that parks the ticket where its promise is paused holds the next step back"""
        hold = self.env.ref("support_sla.pause_hold")
        self.policy.target_ids.filtered(lambda target: target.metric == "resolution").pause_reason_ids = hold
        self.chain.step_ids[1].stage_id = self.stages["on_hold"]
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:05")
        self.sweep("2026-03-02 14:00:01")
        self.assertEqual(self.clock(ticket, "resolution").state, "paused")
        self.sweep("2026-03-02 16:00")
        self.assertNotIn("Second", ticket.support_escalation_ids.step_id.mapped("name"))

    def test_answer_to_many_at_once(self):
        """E-1.2: an answer sent from the list to several tickets at once is an answer to each of them"""
        tickets = self.raise_ticket("2026-03-02 09:00") | self.raise_ticket("2026-03-02 09:00")
        composer = (
            self.at(self.env["mail.compose.message"].with_user(self.agent), "2026-03-02 09:10")
            .with_context(active_ids=tickets.ids)
            .create(
                {
                    "composition_mode": "mass_mail",
                    "model": "helpdesk.ticket",
                    "res_ids": repr(tickets.ids),
                    "subject": "We know",
                    "body": "<p>The line is down, we are on it.</p>",
                    "auto_delete": False,
                }
            )
        )
        composer._action_send_mail()
        for ticket in tickets:
            self.assertEqual(self.clock(ticket, "first_response").stopped, utc("2026-03-02 09:10"))

    def test_template_of_a_stage_is_no_answer(self):
        """E-1.2: the template that a stage sends is no response, the same template sent by an agent is one"""
        template = self.env["mail.template"].create(
            {
                "name": "We are on it",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "On it",
                "body_html": "<p>We are on it.</p>",
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        self.stages["open"].mail_template_id = template
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.env.cr.flush()
        self.move(ticket, "2026-03-02 09:02", "open")
        self.env.cr.flush()
        mails = self.env["mail.mail"].search([("model", "=", ticket._name), ("res_id", "=", ticket.id)])
        self.assertIn("We are on it", "".join(mails.mapped("body_html")))
        self.assertEqual(self.clock(ticket, "first_response").state, "running")
        composer = self.at(self.env["mail.compose.message"].with_user(self.agent), "2026-03-02 09:10").create(
            {"model": ticket._name, "res_ids": repr(ticket.ids), "template_id": template.id}
        )
        composer._action_send_mail()
        self.assertEqual(self.clock(ticket, "first_response").stopped, utc("2026-03-02 09:10"))

    def test_requester_with_internal_user(self):
        """E-1.2: a colleague who raises a ticket is its customer: what they write is no response to themselves"""
        colleague = self._make_user("colleague", "base.group_user")
        ticket = self.raise_ticket("2026-03-02 09:00", partner_id=colleague.partner_id.id)
        self.at(ticket.sudo(), "2026-03-02 09:05").message_post(
            body="Still broken",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=colleague.partner_id.id,
        )
        self.assertEqual(self.clock(ticket, "first_response").state, "running")
        self.assertIn("message_in", self.kinds(ticket))

    def test_empty_message_is_no_response(self):
        """E-1.2: a message without a word and without an attachment is not substantive"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:05", body="")
        self.assertEqual(self.clock(ticket, "first_response").state, "running")

    def test_answer_to_a_cancelled_ticket(self):
        """E-3.4: the customer's answer to a cancelled ticket makes a follow-up as one to a closed ticket does"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.move(ticket, "2026-03-02 09:10", "cancelled")
        self.hear(ticket, "2026-03-02 09:30")
        self.assertEqual(len(ticket.support_follow_up_ids), 1)

    def test_one_follow_up(self):
        """E-3.4: who writes twice after closing has one follow-up, with both messages and what was attached, and
        hears of it"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.move(ticket, "2026-03-02 09:10", "closed")
        for minute in (30, 40):
            self.at(ticket.sudo(), f"2026-03-02 09:{minute}").message_post(
                body=f"Again, {minute}",
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                author_id=self.customer.id,
                attachments=[(f"{minute}.txt", b"log")],
            )
        follow_up = ticket.support_follow_up_ids
        self.assertEqual(len(follow_up), 1)
        self.assertIn("Again, 30", follow_up.description)
        self.assertIn("Again, 40", "".join(follow_up.message_ids.mapped("body")))
        self.assertEqual(sorted(follow_up.attachment_ids.mapped("name")), ["30.txt", "40.txt"])
        self.assertIn(self.customer, follow_up.message_partner_ids)

    def test_follow_up_of_a_refused_customer_is_kept(self):
        """E-3.4, E-6.1: what a customer without entitlement writes after closing is not lost, and not measured"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.move(ticket, "2026-03-02 09:10", "closed")
        self.provider.entitlement_mode = "refuse"
        self.hear(ticket, "2026-03-02 09:30")
        self.assertTrue(ticket.support_follow_up_ids.support_no_entitlement)
        self.assertFalse(ticket.support_follow_up_ids.support_clock_ids)

    def test_acknowledging_does_not_invent_readers(self):
        """E-5.4, E-3.9: acknowledging leaves on record which steps reached nobody"""
        self.first_role.user_ids = False
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.say(ticket, "2026-03-02 09:05")
        self.sweep("2026-03-02 13:50:01")
        self.at(ticket.with_user(self.agent), "2026-03-02 14:00").action_support_acknowledge()
        states = ticket.support_escalation_ids.sorted("id").mapped("state")
        self.assertEqual(states, ["empty", "empty", "acknowledged"])

    def test_a_call_of_the_customer(self):
        """E-1.7: the customer who calls with what we waited for has answered"""
        self.policy.write({"target_ids": [Command.create({"metric": "customer_answer", "amount": 4})]})
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.move(ticket, "2026-03-02 09:10", "waiting_customer")
        wizard = self.at(self.env["support.call.wizard"].with_user(self.agent), "2026-03-02 10:00").create(
            {"ticket_id": ticket.id, "moment": utc("2026-03-02 09:50"), "direction": "in", "note": "It is the red one"}
        )
        wizard.action_log()
        self.assertEqual(self.clock(ticket, "customer_answer").stopped, utc("2026-03-02 09:50"))
        self.assertEqual(self.clock(ticket, "first_response").stopped, utc("2026-03-02 09:50"))

    def test_escalation_wizard_shows_who_is_on_call(self):
        """E-5.4: the wizard names whom the step will tell, the rota included"""
        night = self._make_user("night", "helpdesk_mgmt.group_helpdesk_user")
        self.env["support.role.duty"].create(
            {
                "role_id": self.first_role.id,
                "user_id": night.id,
                "start": utc("2026-03-02 09:00"),
                "stop": utc("2026-03-02 15:00"),
            }
        )
        self.chain.step_ids.reach = "on_call"
        ticket = self.raise_ticket("2026-03-02 09:00")
        Wizard = self.at(self.env["support.escalate.wizard"].with_user(self.agent), "2026-03-02 09:15")
        wizard = Wizard.create({"ticket_id": ticket.id, "reason": "Now"})
        self.assertEqual(wizard.partner_ids, night.partner_id)

    def test_stage_gets_another_phase(self):
        """E-3.2: when the administrator says that a stage waits for the customer, tickets standing there pause"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.move(ticket, "2026-03-02 09:10", "open")
        self.assertEqual(self.clock(ticket, "resolution").state, "running")
        self.at(self.stages["open"], "2026-03-02 10:00").support_phase = "waiting_customer"
        self.assertEqual(ticket.support_phase, "waiting_customer")
        self.assertEqual(self.clock(ticket, "resolution").paused_since, utc("2026-03-02 10:00"))

    def test_customer_moves_to_another_company(self):
        """E-6.1: when a contact changes companies, new tickets find the entitlement of the new one at once"""
        self.provider.entitlement_mode = "warn"
        other = self.env["res.partner"].create({"name": "Southwind", "is_company": True})
        entitlement = self.env["support.entitlement"].create(
            {"provider_id": self.provider.id, "partner_id": self.company_a.id, "date_start": "2026-01-01"}
        )
        self.assertEqual(self.raise_ticket("2026-03-02 09:00").support_entitlement_id, entitlement)
        stranger = self.env["res.partner"].create({"name": "Anton", "parent_id": other.id})
        self.assertFalse(self.raise_ticket("2026-03-02 09:00", partner_id=stranger.id).support_entitlement_id)
        self.company_a.parent_id = other  # bought by Southwind
        self.company_a.is_company = False
        self.env.flush_all()
        self.assertEqual(entitlement.commercial_partner_id, other)
        self.customer.parent_id = other
        self.assertEqual(self.raise_ticket("2026-03-02 09:10").support_entitlement_id, entitlement)

    def test_chain_of_a_used_policy(self):
        """E-5.3: choosing another chain on the policy's form is a matter of today and makes no new version"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        version = ticket.support_version_id
        target = self.policy.target_ids.filtered(lambda target: target.metric == "first_response")
        self.policy.write({"target_ids": [Command.update(target.id, {"chain_id": self.chain.id})]})
        self.assertEqual(self.policy.current_version_id, version)
        self.sweep("2026-03-02 09:30:01")
        self.assertEqual(ticket.support_escalation_ids.clock_id.metric, "first_response")

    def test_targets_replaced_at_once(self):
        """E-3.5: replacing all targets of a used policy makes a new version and leaves tickets theirs"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        version = ticket.support_version_id
        before = version.target_ids
        self.policy.write(
            {
                "target_ids": [
                    Command.clear(),
                    Command.create({"metric": "first_response", "amount": 1, "unit": "hours"}),
                ]
            }
        )
        self.assertNotEqual(self.policy.current_version_id, version)
        self.assertEqual(version.target_ids, before)
        self.assertEqual(self.policy.target_ids.mapped("amount"), [1])

    def test_nothing_slips_into_a_used_version(self):
        """E-3.3: a version that tickets run on takes no new target, loses none to another and is not regraded"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        version = ticket.support_version_id
        Target = self.env["support.target"].with_user(self.manager)
        containment = {"policy_id": self.policy.id, "metric": "containment", "amount": 1}
        unused = self.env["support.policy"].create({"name": "Unused", "provider_id": self.provider.id})
        attempts = {
            "added": lambda: Target.create({**containment, "version_id": version.id}),
            "moved": lambda: (
                version.target_ids[0].with_user(self.manager).write({"version_id": unused.current_version_id.id})
            ),
            "regraded": lambda: version.with_user(self.manager).write({"regrade": "from_change"}),
        }
        for name, attempt in attempts.items():
            with self.subTest(name), self.assertRaisesRegex(Exception, "Tickets run on"):
                attempt()
        added = Target.create(containment)
        self.assertEqual(added.version_id, self.policy.current_version_id)
        self.assertNotEqual(added.version_id, version)

    def test_ticket_moved_to_another_company(self):
        """E-3.9: whoever sees a ticket sees its clocks, events and escalations, after a move between companies too"""
        company = self.env["res.company"].create({"name": "Acme North"})
        there = self._make_user("there", "helpdesk_mgmt.group_helpdesk_user")
        there.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        ticket = self.raise_ticket("2026-03-02 09:00")
        ticket.company_id = company
        self.env.flush_all()
        seen = ticket.with_user(there).with_company(company)
        self.env.invalidate_all()
        self.assertTrue(seen.support_clock_ids.mapped("state"))
        self.assertTrue(seen.support_event_ids.mapped("kind"))

    def test_follower_without_helpdesk_rights(self):
        """E-3.9: a colleague who follows a ticket opens it; the inside of its promises is for the helpdesk"""
        colleague = self._make_user("colleague", "base.group_user")
        ticket = self.raise_ticket("2026-03-02 09:00", partner_id=colleague.partner_id.id)
        self.env.flush_all()
        self.env.invalidate_all()
        seen = ticket.with_user(colleague)
        self.assertNotIn("support_panel", seen.fields_get())
        views = seen.get_views([(self.env.ref("helpdesk_mgmt.ticket_view_form").id, "form")])
        names = views["models"]["helpdesk.ticket"]["fields"]
        seen.web_read({name: {} for name in names})

    def test_follower_of_the_team_sees_the_clocks(self):
        """E-3.9: an agent for personal tickets who follows another one sees its clocks with it"""
        single = self._make_user("single", "helpdesk_mgmt.group_helpdesk_user_own")
        ticket = self.raise_ticket("2026-03-02 09:00", user_id=self.agent.id)
        ticket.message_subscribe(single.partner_id.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        seen = ticket.with_user(single)
        self.assertTrue(seen.name)
        self.assertTrue(seen.support_clock_ids.mapped("state"))
        self.assertTrue(seen.support_event_ids.mapped("kind"))

    def test_archived_ticket_tells_nobody(self):
        """E-5.1, E-3.1: what was archived, spam for example, is not escalated; restored, it is late as it was"""
        ticket = self.raise_ticket("2026-03-02 09:00")  # due 14:00
        self.at(ticket, "2026-03-02 09:05").action_archive()
        self.at(ticket, "2026-03-02 09:06").message_post(body="Spam again", subtype_xmlid="mail.mt_note")
        self.sweep("2026-03-02 16:00")
        self.assertFalse(ticket.support_escalation_ids)
        self.at(ticket, "2026-03-02 16:10").action_unarchive()
        self.sweep("2026-03-02 16:11")
        self.assertEqual(self.clock(ticket, "resolution").breached, utc("2026-03-02 14:00"))
        self.assertTrue(ticket.support_escalation_ids)

    def test_facts_of_two_transactions_collide(self):
        """E-3.1: a fact touches its ticket, so that of two recorded at the same time the second is repeated and
        sees the first"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.env.flush_all()
        self.env.cr.execute("SELECT ctid FROM helpdesk_ticket WHERE id = %s", (ticket.id,))
        (before,) = self.env.cr.fetchone()
        self.at(ticket, "2026-03-02 09:05")._support_add_fact("note")
        self.env.cr.execute("SELECT ctid FROM helpdesk_ticket WHERE id = %s", (ticket.id,))
        self.assertNotEqual(self.env.cr.fetchone(), (before,))

    def test_confirmation_to_the_address_on_the_ticket(self):
        """E-1.1: a customer known by name only is confirmed at the address that the ticket names"""
        self.provider.acknowledgement_template_id = self.env["mail.template"].create(
            {
                "name": "Confirmation",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "subject": "Received",
                "body_html": "<p>We have it.</p>",
            }
        )
        nameless = self.env["res.partner"].create({"name": "No address"})
        ticket = self.raise_ticket("2026-03-02 09:00", partner_id=nameless.id, partner_email="typed@northwind.example")
        intent = self.env["support.notification"].search([("ticket_id", "=", ticket.id)])
        intent._deliver()
        self.assertIn("typed@northwind.example", "".join(mail.email_to or "" for mail in intent._get_mails()))

    def test_trying_again_does_not_post_again(self):
        """E-5.2: trying a message again that was posted, and whose mail was refused, sends the mail only"""
        ticket = self.raise_ticket("2026-03-02 09:00")
        self.sweep("2026-03-02 13:50:01")
        intent = self.env["support.notification"].search([("ticket_id", "=", ticket.id), ("kind", "=", "escalation")])
        intent._deliver()
        message = intent.message_id
        intent.state = "failed"
        intent.with_user(self.manager).action_retry()
        intent._deliver_safely(utc("2026-03-02 13:51"))
        self.assertEqual((intent.state, intent.message_id), ("handed", message))

    def test_nobody_who_has_left_is_told(self):
        """E-3.3: the notice of a promise late at regrade goes to the team's leader when the assignee has left"""
        self.team.user_id = self.agent
        ticket = self.raise_ticket("2026-03-02 09:00", user_id=self.boss.id)
        self.boss.active = False
        self.assertEqual(ticket._support_get_recipient(), self.agent)
        self.agent.active = False
        self.assertFalse(ticket._support_get_recipient())

    def test_entitlement_values_are_kept(self):
        """E-6.1: a ticket keeps entitlement and plan as they were when it was raised: a contract that is upgraded
        or archived later takes no promise away from it"""
        self.provider.entitlement_mode = "refuse"
        gold, silver = self.env["support.plan"].create(
            [{"provider_id": self.provider.id, "name": name} for name in ("Gold", "Silver")]
        )
        self.policy.plan_id = gold
        entitlement = self.env["support.entitlement"].create(
            {
                "provider_id": self.provider.id,
                "partner_id": self.company_a.id,
                "date_start": "2026-01-01",
                "plan_id": gold.id,
            }
        )
        ticket = self.raise_ticket("2026-03-02 09:00")
        for change in ({"plan_id": silver.id}, {"active": False}):
            entitlement.write(change)
            self.move(ticket, "2026-03-02 09:10", "open" if "plan_id" in change else "waiting_customer")
            self.assertEqual((ticket.support_entitlement_id, ticket.support_plan_id), (entitlement, gold), change)
            self.assertEqual(self.clock(ticket, "resolution").ending, False)
        self.assertFalse(ticket.support_no_entitlement)
        self.at(ticket, "2026-03-02 09:20").partner_id = self.env["res.partner"].create({"name": "Somebody else"})
        self.assertTrue(ticket.support_no_entitlement)

    def test_pause_reason_in_use(self):
        """E-3.2: a reason that pauses a promise is neither deleted nor given another code"""
        reason = self.env.ref("support_sla.pause_customer").with_user(self.manager)
        with self.assertRaisesRegex(UserError, "is paused by this reason"):
            reason.unlink()
        with self.assertRaisesRegex(UserError, "is paused by this reason"):
            reason.code = "client"
        reason.name = "Their turn"
        self.assertEqual(reason._get_labels()["customer"], "Their turn")

    def test_exported_file_is_imported_again(self):
        """S-7: a file as lists export it comes in again, with levels by the words that are shown; a row that fails says
        why it does, also when the import looks at it twice"""
        ticket = self.raise_ticket("2026-03-02 09:00", name="Printer")
        names = ["name", "description", "team_id", "partner_id", "support_priority_id"]
        rows = ticket.export_data(names)["datas"]
        self.assertEqual(rows[0][-1], "P1 Urgent")
        Ticket = self.env["helpdesk.ticket"].with_user(self.manager)
        answer = Ticket.load(names, rows)
        self.assertFalse(answer["messages"])
        self.assertEqual(Ticket.browse(answer["ids"]).support_priority_id, self.urgent)
        vals = {"name": "Twice", "description": "x", "team_id": self.team.id}
        given = dict(vals)
        Ticket.create(given)
        self.assertEqual(given, vals, "what is filled in is none of the caller's business")
        Priority = self.env["support.priority"]
        for text in ("P1", "Urgent", "P1 Urgent"):
            found = Priority.search([("display_name", "=", text), ("provider_id", "=", self.provider.id)])
            self.assertEqual(found, self.urgent, text)
