from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import JudopayCase, utc


@tagged("post_install", "-at_install")
class TestFix(JudopayCase):
    """The way of an incident to its fix (J-13), and how a workaround ends what a critical one demands (J-12)."""

    def workaround(self, ticket, moment, failed=False, user=None, **values):
        ticket = self.at(ticket.with_user(user or self.agent), moment)
        action = ticket.action_support_workaround_failed() if failed else ticket.action_support_workaround()
        wizard = ticket.env[action["res_model"]].with_context(**action["context"])
        wizard.create({"text": "Take payments by link", **values}).action_apply()

    def request(self, ticket, moment, user=None, **values):
        ticket = self.at(ticket.with_user(user or self.agent), moment)
        action = ticket.action_judopay_defect()
        ticket.env[action["res_model"]].with_context(**action["context"]).create(values).action_apply()

    def said(self, ticket):
        return [
            str(message.body)
            for message in ticket.message_ids
            if message.message_type == "comment" and not message.subtype_id.internal
        ]

    def portal_facts(self, ticket, moment):
        page = self.at(ticket.with_user(self.merchant_user).sudo(), moment)._support_portal_get_page()
        return {fact["label"]: fact["text"] for fact in page["facts"]}

    def test_the_whole_way(self):
        """J-13: a workaround is sought, a fix requested, its release named and changed: each is on the ticket, the
        merchant is told and reads it on the portal"""
        ticket = self.propose("2026-02-10 10:00", "PS3")
        self.assertIn("workaround", ticket.judopay_fix_missing)
        self.workaround(ticket, "2026-02-10 11:00")
        self.assertNotIn("workaround", ticket.judopay_fix_missing)
        self.request(ticket, "2026-02-10 12:00", defect_ref="DEF-77")
        self.assertIn("release", ticket.judopay_fix_missing)
        self.assertIn("DEF-77", self.said(ticket)[0])
        self.assertIn("which release", self.said(ticket)[0])
        self.request(ticket, "2026-02-10 13:00", target_release="26.3", release_date="2036-03-02")
        self.assertFalse(ticket.judopay_fix_missing)
        self.assertIn("comes with release 26.3", self.said(ticket)[0])
        self.assertNotIn("DEF-77", self.said(ticket)[0], "said before")
        self.request(ticket, "2026-02-10 14:00", target_release="26.4", release_date=False)
        self.assertIn("now comes with release 26.4", self.said(ticket)[0])
        facts = self.portal_facts(ticket, "2026-02-10 15:00")
        self.assertEqual(facts["Workaround until the fix comes"], "Take payments by link")
        self.assertEqual(facts["Fix requested"], "DEF-77")
        self.assertEqual(facts["Comes with release"], "26.4")
        self.request(ticket, "2026-02-10 16:00", target_release=False)
        self.assertIn("not come with release 26.4 any more", self.said(ticket)[0])

    def test_waiting_for_a_release(self):
        """J-13: agents find what waits for a release, and group it by release"""
        ticket = self.propose("2026-02-10 10:00", "PS4")
        self.request(ticket, "2026-02-10 12:00", defect_ref="DEF-77", target_release="26.3", tell=False)
        self.assertEqual(self.said(ticket), [])
        waiting = [("judopay_defect_ref", "!=", False), ("closed", "=", False)]
        self.assertIn(ticket, ticket.search(waiting))
        groups = ticket._read_group([("id", "=", ticket.id)], ["judopay_target_release"], ["__count"])
        self.assertEqual(groups, [("26.3", 1)])
        self.move(ticket, "2026-02-10 13:00", "closed")
        self.assertNotIn(ticket, ticket.search(waiting))

    def test_unchanged_is_not_told(self):
        """J-13: saving the same again tells the merchant nothing"""
        ticket = self.propose("2026-02-10 10:00", "PS3")
        self.request(ticket, "2026-02-10 12:00", defect_ref="DEF-77")
        said = len(self.said(ticket))
        self.request(ticket, "2026-02-10 12:10", note="Asked again")
        self.assertEqual(len(self.said(ticket)), said)

    def test_none_was_found(self):
        """J-13: that a workaround was sought and there is none is said too, until there is one"""
        ticket = self.propose("2026-02-10 10:00", "PS3")
        self.request(ticket, "2026-02-10 12:00", defect_ref="DEF-77", target_release="26.3", no_workaround=True)
        self.assertFalse(ticket.judopay_fix_missing)
        self.assertTrue(ticket.judopay_no_workaround)

    def test_not_for_critical(self):
        """J-13: the fix of a PS1 does not wait for a release; confirmed lower, it may"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.assertFalse(ticket.judopay_fix_missing)
        with self.assertRaisesRegex(UserError, "confirm a lower priority"):
            self.request(ticket, "2026-02-10 10:10", defect_ref="DEF-77")
        self.confirm(ticket, "2026-02-10 10:20", "PS2")
        self.request(ticket, "2026-02-10 10:30", defect_ref="DEF-77")
        self.assertEqual(ticket.judopay_defect_ref, "DEF-77")

    def test_wrong_input(self):
        """J-13: no reference, a day without a release, a day gone by, a closed ticket: each says so"""
        ticket = self.propose("2026-02-10 10:00", "PS3")
        for values, words in (
            ({"defect_ref": "  "}, "reference"),
            ({"defect_ref": "D", "release_date": "2036-03-02"}, "Name the release"),
            ({"defect_ref": "D", "target_release": "26.3", "release_date": "2020-03-02"}, "in the past"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, words):
                self.request(ticket, "2026-02-10 12:00", **values)
        self.assertFalse(ticket.judopay_defect_ref)
        self.move(ticket, "2026-02-10 13:00", "closed")
        with self.assertRaisesRegex(UserError, "closed"):
            self.request(ticket, "2026-02-10 14:00", defect_ref="D")

    def test_workaround_ends_the_need_of_somebody_dedicated(self):
        """J-12: with a workaround nobody has to be dedicated any more; when it fails, somebody has to again"""
        ticket = self.propose("2026-02-10 10:00", "PS1").with_user(self.roles["it"])
        lacking = [("judopay_lacks_dedicated", "=", True)]
        self.assertTrue(ticket.judopay_lacks_dedicated)
        self.workaround(ticket, "2026-02-10 10:20")
        self.assertFalse(ticket.judopay_lacks_dedicated)
        self.assertNotIn(ticket, ticket.search(lacking))
        self.workaround(ticket, "2026-02-10 10:30", failed=True, text="Links fail, too")
        self.assertTrue(ticket.judopay_lacks_dedicated)
        self.assertIn(ticket, ticket.search(lacking))
        with self.assertRaisesRegex(ValidationError, "nobody was dedicated"), self.cr.savepoint():
            self.move(ticket, "2026-02-10 10:40", "closed")


@tagged("post_install", "-at_install")
class TestRecovery(JudopayCase):
    """An outage of the service: restored within an hour, day and night, without a minute of data lost (J-18)."""

    def outage(self, ticket, moment, **values):
        ticket = self.at(ticket.with_user(self.agent), moment)
        action = ticket.action_support_outage()
        wizard = ticket.env[action["res_model"]].with_context(**action["context"])
        wizard.create({"began": utc(moment), **values}).action_apply()

    def restored(self, ticket, moment, **values):
        ticket = self.at(ticket.with_user(self.agent), moment)
        action = ticket.action_support_restored()
        wizard = ticket.env[action["res_model"]].with_context(**action["context"])
        wizard.create({"loss": "none", **values}).action_apply()

    def verdicts(self, ticket):
        self.env.invalidate_all()
        return [(row.recovery_verdict, row.data_verdict) for row in ticket.support_outage_ids]

    def test_down_since_is_proposed(self):
        """J-18: the wizard proposes since when the service is down: the merchant's own answer, else the raising"""
        for since, began in ((False, "2026-02-10 10:00"), ("2026-02-10 09:40:00", "2026-02-10 09:40")):
            ticket = self.raise_ticket("2026-02-10 10:00", "PS1", judopay_form_since=since)
            action = self.at(ticket, "2026-02-10 10:30").action_support_outage()
            wizards = self.at(self.env[action["res_model"]].with_user(self.agent), "2026-02-10 10:30")
            wizard = Form(wizards.with_context(**action["context"]))
            self.assertEqual(wizard.began, utc(began))

    def test_every_level(self):
        """J-18: whatever the level of the ticket, an outage is to be restored an hour after its begin"""
        for code in self.priorities:
            with self.subTest(code):
                ticket = self.propose("2026-02-10 10:00", code)
                self.outage(ticket, "2026-02-10 10:05")
                self.assertEqual(self.clock(ticket, "recovery").deadline, utc("2026-02-10 11:05"))

    def test_at_night_and_on_a_holiday(self):
        """J-18: the hour runs at night, at the weekend, on a bank holiday and when the clocks go back"""
        for moment, due in (
            ("2026-02-10 23:30", "2026-02-11 00:30"),
            ("2026-02-14 12:00", "2026-02-14 13:00"),
            ("2026-05-25 09:00", "2026-05-25 10:00"),
            ("2026-10-25 00:30", "2026-10-25 01:30"),
        ):
            with self.subTest(moment):
                ticket = self.propose(moment, "PS2")
                self.outage(ticket, moment)
                self.assertEqual(self.clock(ticket, "recovery").deadline, utc(due))
                self.sweep(due)
                self.assertFalse(self.clock(ticket, "recovery").breached)
                self.sweep(utc(due).replace(second=1))
                self.assertEqual(self.clock(ticket, "recovery").breached, utc(due))

    def test_verdicts(self):
        """J-18: restored in the last second without loss is kept; a minute of data is one too many"""
        ticket = self.propose("2026-02-10 22:00", "PS1")
        self.outage(ticket, "2026-02-10 22:10")
        self.restored(ticket, "2026-02-10 23:10")
        self.assertEqual(self.verdicts(ticket), [("kept", "kept")])
        self.assertEqual(ticket.support_outage_ids.allowed, 0)
        other = self.propose("2026-02-10 22:00", "PS1")
        self.outage(other, "2026-02-10 22:10")
        self.restored(other, "2026-02-10 23:11", loss="some", lost=1)
        self.assertEqual(self.verdicts(other), [("missed", "missed")])

    def test_waiting_for_the_merchant_does_not_stop_it(self):
        """J-18: a service that is down is down for everybody: the hour does not wait for one merchant"""
        ticket = self.propose("2026-02-10 10:00", "PS1")
        self.outage(ticket, "2026-02-10 10:05")
        self.move(ticket, "2026-02-10 10:10", "with_customer")
        self.assertEqual(self.clock(ticket, "recovery").state, "running")


@tagged("post_install", "-at_install")
class TestAdviceOnly(JudopayCase):
    """A merchant's own infrastructure or software (J-20)."""

    def test_advice_only(self):
        """J-20: an agent marks it; nothing is promised any more, whatever the level becomes, nobody is escalated to;
        advice can be given, and the merchant reads why"""
        ticket = self.propose("2026-02-10 10:00", "PS2")
        agent = self.at(ticket.with_user(self.agent), "2026-02-10 10:05")
        action = agent.action_support_outside()
        reason = self.env.ref("judopay_priorities.outside_merchant")
        agent.env[action["res_model"]].with_context(**action["context"]).create(
            {"reason_id": reason.id, "note": "Their firewall"}
        ).action_apply()
        self.assertEqual(agent.support_outside_badge, "Advice only")
        self.assertEqual(self.due(ticket), {"first_response": False, "resolution": False})
        self.confirm(ticket, "2026-02-10 10:10", "PS3")
        self.assertEqual(self.due(ticket), {"first_response": False, "resolution": False})
        self.say(ticket, "2026-02-10 10:20", body="Open port 443")
        self.sweep("2026-02-20 17:00")
        self.assertFalse(ticket.support_breached)
        self.assertFalse(ticket.support_escalation_ids)
        page = self.at(ticket.with_user(self.merchant_user).sudo(), "2026-02-10 10:30")._support_portal_get_page()
        self.assertIn("your own network", page["notice"])
        self.assertIn("Advice only", [fact["label"] for fact in page["facts"]])
        self.assertNotIn("firewall", str(page))
