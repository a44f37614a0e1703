from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase, tagged

from .common import PASSWORD, OpenpymeCase, OpenpymeMixin, utc


@tagged("post_install", "-at_install")
class TestLanes(OpenpymeCase):
    """O-10: support one by one per account; change one by one, or as many at once as agreed."""

    def start(self, ticket, moment="2026-02-10 16:00", user=None):
        self.at(ticket.with_user(user or self.agent), moment).stage_id = self.stages["in_work"]

    def stage(self, ticket, code, moment="2026-02-10 17:00", user=None):
        self.at(ticket.with_user(user or self.agent), moment).stage_id = self.stages[code]

    def three(self, kind="support", **vals):
        return [
            self.raise_ticket(f"2026-02-10 15:0{minute}", kind, name=f"Request {minute}", **vals) for minute in range(3)
        ]

    def account(self, ticket):
        return ticket.sudo().support_lane_account_id

    def make_special(self, number):
        self.entitlement.write({"openpyme_account_kind": "special", "work_limit": number})

    # --- refused, by any way in ------------------------------------------------------------------

    def test_one_more_is_refused(self):
        """O-10: starting a second support request of an account is refused; the reason names the one in work"""
        first, second, _third = self.three()
        self.start(first)
        with self.assertRaisesRegex(UserError, rf"{first.number}.*is in work"), self.cr.savepoint():
            self.start(second)
        with self.assertRaisesRegex(UserError, "one after another"), self.cr.savepoint():
            form = Form(second.with_user(self.agent))
            form.stage_id = self.stages["in_work"]
            form.save()
        answer = second.with_user(self.agent).load(
            [".id", "stage_id/.id"], [[str(second.id), str(self.stages["in_work"].id)]]
        )
        self.assertIn("one after another", str(answer["messages"]))
        with self.assertRaisesRegex(UserError, "one after another"), self.cr.savepoint():
            # what the desk raises itself needs no review
            self.env["helpdesk.ticket"].with_user(self.agent).with_context(openpyme_reviewed=True).create(
                {
                    "name": "One more",
                    "description": "<p>x</p>",
                    "team_id": self.team.id,
                    "partner_id": self.customer.id,
                    "support_kind_id": self.kinds["support"].id,
                    "stage_id": self.stages["in_work"].id,
                }
            )
        self.assertEqual(second.stage_id, self.stages["new"])
        self.assertEqual(second.support_lane_state, "waiting")

    def test_each_account_has_its_own(self):
        """O-10: another account and another kind are not held up"""
        first, _second, _third = self.three()
        self.start(first)
        other = self.raise_ticket("2026-02-10 15:10", "support", partner_id=self.stranger_user.partner_id.id)
        change = self.raise_ticket("2026-02-10 15:10", "change")
        unsorted = self.raise_ticket("2026-02-10 15:10")
        for ticket in (other, change):
            self.start(ticket)
            self.assertEqual(ticket.stage_id, self.stages["in_work"])
        self.assertFalse(unsorted.support_lane_state)
        colleague = self.make_customer(self.mesa, "office@mesa.example", "Mesa Office")
        same = self.raise_ticket("2026-02-10 15:20", "support", partner_id=colleague.partner_id.id)
        with self.assertRaises(UserError):
            self.start(same)

    def test_place_is_kept_while_the_customer_answers(self):
        """O-10: a request that waits for the customer is still the one in work; a resolved one is not"""
        first, second, _third = self.three()
        self.start(first)
        self.stage(first, "waiting")
        with self.assertRaises(UserError), self.cr.savepoint():
            self.start(second)
        self.stage(first, "validation", "2026-02-10 18:00")
        self.start(second, "2026-02-10 18:10")
        self.assertEqual(second.support_lane_state, "in_work")

    def test_special_account_as_agreed(self):
        """O-10: changes of a special account run as many at once as agreed; its support stays one by one"""
        self.make_special(2)
        first, second, third = self.three("change")
        self.start(first)
        self.start(second)
        with self.assertRaisesRegex(
            UserError, f"2 of the requests of .* may be in work.*{first.number}.*{second.number}"
        ):
            self.start(third)
        one, two, _three = self.three("support")
        self.start(one)
        with self.assertRaisesRegex(UserError, "one after another"):
            self.start(two)

    def test_general_account_has_no_number(self):
        """O-10: a number left over on a general account counts for nothing; a special one needs one"""
        self.make_special(3)
        self.entitlement.openpyme_account_kind = "general"
        first, second, _third = self.three("change")
        self.start(first)
        with self.assertRaises(UserError), self.cr.savepoint():
            self.start(second)
        with self.assertRaisesRegex(ValidationError, "special account needs the number"):
            self.entitlement_rio.with_user(self.manager).openpyme_account_kind = "special"

    def test_limit_lowered_below_what_is_in_work(self):
        """O-10: a limit lowered below what is in work stops nothing, starts nothing new, and says so"""
        self.make_special(2)
        first, second, third = self.three("change")
        self.start(first)
        self.start(second)
        self.entitlement.with_user(self.manager).work_limit = 1
        account = self.account(first)
        self.assertEqual(first.support_lane_state, "in_work")
        self.assertEqual(second.support_lane_state, "in_work")
        self.assertEqual(account.standing, "over")
        self.assertIn("nothing is stopped", account.with_user(self.agent).standing_text)
        self.stage(first, "cancelled")
        with self.assertRaises(UserError), self.cr.savepoint():
            self.start(third, "2026-02-10 18:00")
        self.stage(second, "cancelled", "2026-02-10 18:10")
        self.start(third, "2026-02-10 18:20")
        self.assertEqual(third.support_lane_state, "in_work")

    # --- the line --------------------------------------------------------------------------------

    def test_line_and_offer_once(self):
        """O-10: who waits stands in line by the moment raised; when one ends, the next is offered exactly once"""
        first, second, third = self.three()
        self.assertEqual([ticket.support_lane_position for ticket in (first, second, third)], [1, 2, 3])
        second.user_id = third.user_id = self.leader
        self.start(first)
        self.assertEqual([ticket.support_lane_position for ticket in (first, second, third)], [0, 1, 2])
        self.assertEqual(second.support_lane_text, "Next in line")
        self.stage(first, "validation")
        self.assertEqual(self.told(second, "lane_offer"), [self.leader])
        self.assertEqual(self.told(third, "lane_offer"), [])
        self.assertEqual(second.support_lane_text, "Next in line, can begin")
        # whatever else happens meanwhile: it is not offered again
        self.stage(first, "closed", "2026-02-10 18:00")
        third.with_user(self.agent).name = "Still waiting"
        self.assertEqual(len(self.told(second, "lane_offer")), 1)
        with self.mock_mail_gateway():
            self.deliver()
        mail = self._new_mails.filtered(lambda mail: second.number in (mail.subject or ""))
        self.assertIn("it is its turn", mail.subject)

    def test_started_by_itself(self):
        """O-10: where the queue says so the next one is started; what keeps it from starting is told, not raised"""
        self.ref_("lane_support").with_user(self.manager).offer = "start"
        first, second, third = self.three()
        self.start(first)
        self.stage(first, "validation")
        self.assertEqual(second.stage_id, self.stages["in_work"])
        self.assertEqual(second.support_lane_state, "in_work")
        self.assertEqual(third.stage_id, self.stages["new"])
        self.assertFalse(self.told(second, "lane_offer"))

    def test_put_in_the_queue(self):
        """O-10: a queue that queues puts the ticket back in line, says so on it, and pauses what it says"""
        self.ref_("lane_support").with_user(self.manager).excess = "queue"
        first, second, _third = self.three()
        self.start(first)
        self.start(second)
        self.assertEqual(second.stage_id, self.stages["new"])
        self.assertEqual(second.support_lane_state, "waiting")
        self.assertIn("waits its turn", second.message_ids[0].body)
        reasons = [
            (event.kind, event.data.get("reason"))
            for event in second.sudo().support_event_ids
            if event.kind in ("pause", "resume")
        ]
        self.assertEqual(reasons, [("pause", "queue")])
        self.stage(first, "cancelled")
        kinds = second.sudo().support_event_ids.filtered(lambda event: event.data and event.data.get("reason"))
        self.assertEqual(kinds.sorted("id").mapped("kind"), ["pause", "resume"])

    def test_clock_in_line(self):
        """O-10, B-11: only the promises that name the queue stand still in line; reaction runs on"""
        policy = self.env["support.policy"].create(
            {
                "name": "Promises",
                "provider_id": self.provider.id,
                "target_ids": [
                    (0, 0, {"metric": "first_response", "amount": 4, "unit": "hours"}),
                    (
                        0,
                        0,
                        {
                            "metric": "resolution",
                            "amount": 8,
                            "unit": "hours",
                            "pause_reason_ids": [(6, 0, self.env.ref("support_sla.pause_queue").ids)],
                        },
                    ),
                ],
            }
        )
        self.assertTrue(policy)
        first, second, _third = self.three()
        self.start(first, "2026-02-10 16:00")
        self.assertEqual(self.clock(second, "resolution").state, "paused")
        self.assertEqual(self.clock(second, "first_response").state, "running")
        self.stage(first, "validation", "2026-02-10 20:00")
        # in line from the first minute on: eight hours from 14:00 of Mexico on, four of them tomorrow from 09:00 on
        clock = self.clock(second, "resolution")
        self.assertEqual((clock.state, clock.deadline), ("running", utc("2026-02-11 19:00")))

    def test_customer_answers_while_another_is_in_work(self):
        """O-10: what a customer sets in motion by mail is never refused: the request waits its turn"""
        first, second, _third = self.three()
        self.stage(second, "waiting", "2026-02-10 15:30")
        self.start(first)
        self.at(second.sudo(), "2026-02-10 17:00").message_post(
            body="Here it is.",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            author_id=self.customer.id,
            email_from=self.customer.email,
        )
        self.assertEqual(second.stage_id, self.stages["new"])
        self.assertEqual(second.support_lane_state, "waiting")

    def test_reopened_takes_its_place(self):
        """O-10: a request that is reopened while another one is in work goes to the head of the line"""
        first, second, third = self.three()
        self.start(first)
        self.stage(first, "validation")
        self.start(second, "2026-02-10 18:00")
        self.say(first, "2026-02-10 18:30", "It is back.", user=self.customer_user)
        self.assertEqual(first.stage_id, self.stages["new"])
        self.assertEqual([ticket.support_lane_position for ticket in (first, third)], [1, 2])

    def test_set_aside(self):
        """O-10: a change in the backlog gives its place back and stands in no line until it is taken up again"""
        first, second, _third = self.three("change")
        self.start(first)
        self.stage(first, "backlog")
        self.assertEqual((first.support_lane_state, first.support_lane_position), ("aside", 0))
        self.start(second, "2026-02-10 18:00")
        with self.assertRaises(UserError), self.cr.savepoint():
            self.start(first, "2026-02-10 18:10")
        self.stage(first, "new", "2026-02-10 18:20")
        self.assertEqual((first.support_lane_state, first.support_lane_position), ("waiting", 1))

    def test_leaves_and_enters(self):
        """O-10: merged, moved to another customer, another kind or archived: it leaves one line, enters another"""
        first, second, third = self.three()
        self.start(first)
        fourth = self.raise_ticket("2026-02-10 15:04", "support", name="Request 4")
        second.with_user(self.agent).support_kind_id = self.kinds["change"]
        self.assertEqual(second.support_lane_position, 1)
        self.assertEqual(self.account(second).lane_id, self.ref_("lane_change"))
        self.assertEqual([third.support_lane_position, fourth.support_lane_position], [1, 2])
        third.with_user(self.agent).partner_id = self.stranger_user.partner_id
        self.assertEqual(self.account(third).partner_id, self.rio)
        self.assertEqual(fourth.support_lane_position, 1)
        fourth.user_id = self.leader
        first.with_user(self.manager).action_archive()
        self.assertFalse(first.support_lane_state)
        self.assertEqual(self.told(fourth, "lane_offer"), [self.leader])

    def test_merged_leaves(self):
        """O-10: a request that is merged into another one leaves the line"""
        first, second, third = self.three()
        self.start(first)
        second.with_user(self.agent)._support_merge_into(first.with_user(self.agent))
        self.assertFalse(second.support_lane_state)
        self.assertEqual(third.support_lane_position, 1)

    def test_classified_while_in_work(self):
        """O-10: a request that turns out to be support while another one is in work gets in line, without an error"""
        first, _second, _third = self.three()
        self.start(first)
        late = self.raise_ticket("2026-02-10 15:30", "consultancy")
        self.start(late)
        self.classify(late, "2026-02-10 15:40", "support")
        self.assertEqual((late.support_lane_state, late.stage_id), ("waiting", self.stages["new"]))

    def test_rule_on_running_desk(self):
        """O-10: a queue that is switched on finds what is in work; nothing is stopped"""
        lane = self.ref_("lane_support")
        lane.active = False
        first, second, third = self.three()
        self.start(first)
        self.start(second)
        self.assertFalse(first.support_lane_state)
        lane.with_user(self.manager).active = True
        self.assertEqual(
            [ticket.support_lane_state for ticket in (first, second, third)], ["in_work", "in_work", "waiting"]
        )
        self.assertEqual(first.stage_id, self.stages["in_work"])
        with self.assertRaisesRegex(ValidationError, "take the same kind"):
            lane.copy({"name": "Another"})

    def test_operation_stopped_goes_first(self):
        """O-10, O-5: a request with high impact goes to the head of the line, whenever it was raised and judged"""
        first, second, third = self.three()
        self.start(first)
        third.with_user(self.leader).openpyme_impact_id = self.impacts["high"]
        self.settle()
        self.assertEqual([ticket.support_lane_position for ticket in (third, second)], [1, 2])
        fourth = self.raise_ticket("2026-02-10 15:30", "support", impact="high", name="Request 4")
        self.settle()
        self.assertEqual([ticket.support_lane_position for ticket in (third, fourth, second)], [1, 2, 3])
        third.with_user(self.leader).openpyme_impact_id = self.impacts["low"]
        self.settle()
        self.assertEqual([ticket.support_lane_position for ticket in (fourth, second, third)], [1, 2, 3])

    # --- the order by agreement ------------------------------------------------------------------

    def test_reorder(self):
        """O-10, B-11: the order is changed by agreement, recorded with who agreed on each ticket whose place changes"""
        first, second, third = self.three()
        self.start(first)
        fourth = self.raise_ticket("2026-02-10 15:05", "support", name="Request 4")
        account = self.account(first).with_user(self.agent)
        wizard = (
            self.env["support.reorder.wizard"]
            .with_user(self.agent)
            .with_context(**account.action_reorder()["context"])
            .create({"agreed_with": "Mesa Till", "note": "On the phone"})
        )
        self.assertEqual(wizard.line_ids.ticket_id, second | third | fourth)
        wizard.line_ids.filtered(lambda line: line.ticket_id == fourth).sequence = 0
        wizard.action_reorder()
        self.assertEqual([ticket.support_lane_position for ticket in (fourth, second, third)], [1, 2, 3])
        fact = fourth.sudo().support_event_ids.filtered(lambda event: event.kind == "reordered")
        self.assertEqual(fact.data, {"from": 3, "to": 1, "agreed_with": "Mesa Till", "note": "On the phone"})
        self.assertEqual(fact.user_id, self.agent)
        # who comes later stands behind what was agreed, however early it was raised
        late = self.raise_ticket("2026-02-10 15:00", "support", name="Request 5")
        self.assertEqual(late.support_lane_position, 4)
        self.assertIn("Mesa Till", account.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "line has changed"):
            account._support_reorder(first.ids, "Mesa Till")
        with self.assertRaisesRegex(UserError, "who agreed"):
            account._support_reorder(late.ids, " ")

    def test_strictly_in_order(self):
        """O-10, B-11: where the order is strict nobody passes somebody who is ready; a change by agreement allows it"""
        self.ref_("lane_support").in_order = True
        _first, second, third = self.three()
        with self.assertRaisesRegex(UserError, "is before it"), self.cr.savepoint():
            self.start(second)
        account = self.account(second)
        account._support_reorder(third.ids, "Mesa Till")
        self.start(third)
        self.assertEqual(third.support_lane_state, "in_work")

    # --- who may -----------------------------------------------------------------------------------

    def test_places_are_not_entered(self):
        """O-10: nobody types a place in; nobody writes a customer's line; agents do not edit the rules"""
        first, _second, _third = self.three()
        for values in ({"support_lane_state": "in_work"}, {"support_lane_rank": -5}, {"support_lane_held": True}):
            with self.assertRaises(UserError), self.cr.savepoint():
                first.with_user(self.agent).write(values)
        account = self.account(first)
        with self.assertRaises(AccessError):
            account.with_user(self.manager).write({"revision": 5})
        with self.assertRaises(AccessError):
            self.ref_("lane_support").with_user(self.agent).at_once = 9
        with self.assertRaises(AccessError):
            account.with_user(self.customer_user).read(["partner_id"])

    def test_words_for_the_customer(self):
        """O-10: the customer reads the place in plain words, and nothing of what others' requests are"""
        first, second, third = self.three()
        self.start(first)
        foreign = self.raise_ticket("2026-02-10 14:00", "support", partner_id=self.stranger_user.partner_id.id)
        self.start(foreign)
        said = [fact["text"] for fact in third.with_user(self.customer_user).sudo()._support_portal_get_facts()]
        self.assertIn("Second in line. One request of yours is being worked on.", said)
        said = [fact["text"] for fact in second.sudo()._support_portal_get_facts()]
        self.assertIn("Next in line. One request of yours is being worked on.", said)


@tagged("post_install", "-at_install")
class TestLanePortal(OpenpymeMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_data()

    def test_page(self):
        """O-10: the page of a waiting request says which place it has"""
        first = self.raise_ticket("2026-02-10 15:00", "support")
        second = self.raise_ticket("2026-02-10 15:01", "support")
        self.at(first.with_user(self.agent), "2026-02-10 15:10").stage_id = self.stages["in_work"]
        self.say(second, "2026-02-10 15:20")  # nothing else is promised for now
        self.authenticate(self.customer_user.login, PASSWORD)
        page = self.url_open(f"/my/ticket/{second.id}").text
        self.assertIn("Next in line. One request of yours is being worked on.", page)
        self.assertIn("Your request waits its turn", page)
