from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SupportCase, utc

#: a Friday; open Fri 08–15, then Mon 08–12 and 13–17
NOW = "2026-03-06 09:00"


@tagged("post_install", "-at_install")
class TestRota(SupportCase):
    """Who is on call when, where nobody is, and filling a rota."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls._make_role("oncall")
        cls.role.rota_hours = "closed"
        cls.role.fallback_role_id = cls.second_role
        cls.night = cls._make_user("night", "helpdesk_mgmt.group_helpdesk_user")

    def duty(self, user, start: str, stop: str, role=None):
        return (
            self.env["support.role.duty"]
            .with_user(self.manager)
            .create({"role_id": (role or self.role).id, "user_id": user.id, "start": utc(start), "stop": utc(stop)})
        )

    def picture(self, user=None, now: str = NOW):
        return self.at(self.role.with_user(user or self.agent), now).get_rota_picture()

    # --- gaps -------------------------------------------------------------------------------------

    def test_gaps_in_words(self):
        """J-14, P-1: agents read from when until when nobody is on call, and who stands in"""
        self.duty(self.night, "2026-03-06 15:00", "2026-03-07 12:00")
        self.duty(self.night, "2026-03-09 17:00", "2026-04-06 09:00")
        picture = self.picture()
        self.assertEqual(
            [gap["text"] for gap in picture["gaps"]],
            [
                "Sat 7 Mar 12:00 – Mon 9 Mar 08:00: nobody; “Second” stands in.",
                "Mon 9 Mar 12:00 – Mon 9 Mar 13:00: nobody; “Second” stands in.",
            ],
        )
        monday = next(day for day in picture["days"] if day["day"] == "2026-03-09")
        self.assertEqual(
            [(bar["kind"], bar["start"], bar["who"]) for bar in monday["bars"]],
            [("gap", 0, ""), ("gap", 12 * 3600, ""), ("duty", 17 * 3600, "Night")],
        )

    def test_the_rota_ends(self):
        """J-14: where the rota ends, one sentence says from when on nobody is on call"""
        self.duty(self.night, "2026-03-06 15:00", "2026-03-10 09:00")
        self.agent.tz = "Europe/Madrid"
        picture = self.picture()
        self.assertEqual(
            picture["gaps"],
            [
                {
                    "text": "From Tue 10 Mar 18:00 on: nobody; “Second” stands in.",
                    "local": "from Tue 10 Mar 19:00 in your zone",
                }
            ],
        )
        self.assertEqual(picture["more"], 0)

    def test_gaps_in_the_zone_of_the_reader(self):
        """J-14, E-2.7: who sits elsewhere reads the gap in the own zone as well"""
        self.duty(self.night, "2026-03-06 15:00", "2026-03-07 12:00")
        self.duty(self.night, "2026-03-09 08:00", "2026-04-06 09:00")
        self.agent.tz = "Europe/Madrid"
        (gap,) = self.picture()["gaps"]
        self.assertEqual(gap["local"], "Sat 7 Mar 13:00 – Mon 9 Mar 09:00 in your zone")

    def test_nobody_at_all(self):
        """J-14: a rota without anybody says so in one sentence, with what happens then"""
        self.assertEqual(self.picture()["empty"], "Nobody is on call in these weeks; “Second” stands in.")
        self.role.fallback_role_id = False
        self.assertIn("nobody is told", self.picture()["empty"])
        self.role.user_ids = self.boss
        self.assertIn("told instead: Boss", self.picture()["empty"])

    def test_which_hours(self):
        """J-14, P-1: around the clock, outside of the working hours, or none, as the role says"""
        start, stop = utc("2026-03-06 09:00"), utc("2026-03-06 16:00")
        for cover, gaps in (
            ("closed", [(utc("2026-03-06 15:00"), stop)]),
            ("always", [(start, stop)]),
            ("none", []),
            (False, []),
        ):
            with self.subTest(cover):
                self.role.rota_hours = cover
                self.assertEqual(self.role._get_rota_gaps(start, stop), gaps)
        self.duty(self.night, "2026-03-06 09:00", "2026-03-06 12:00")
        # nobody said which hours, but there is a rota: all of them
        self.assertEqual(self.role._get_rota_gaps(start, stop), [(utc("2026-03-06 12:00"), stop)])

    def test_who_left_leaves_a_gap(self):
        """J-14: the turn of somebody who has left is a gap"""
        self.duty(self.night, "2026-03-06 15:00", "2026-04-06 09:00")
        self.assertFalse(self.picture()["gaps"])
        self.night.active = False
        self.assertTrue(self.picture()["gaps"])

    def test_check_uses_the_same_hours(self):
        """J-14, E-6.4: the configuration check misses nobody in hours that the rota need not cover"""
        # every night and weekend of two weeks
        self.duty(self.night, "2026-03-06 15:00", "2026-03-09 08:00")
        self.duty(self.night, "2026-03-09 17:00", "2026-03-24 09:00")
        finding = self.env["support.finding"].with_context(support_now=utc(NOW))._check()
        found = finding.filtered(
            lambda finding: finding.provider_id == self.provider and finding.code.startswith("rota_gap")
        )
        self.assertEqual(found.code, "rota_gap_fallback")
        self.assertIn("2026-03-09 12:00 to 2026-03-09 13:00 (Europe/London)", found.message)
        self.assertIn("“Second” stands in", found.message)
        self.duty(self.night, "2026-03-09 12:00", "2026-03-09 13:00")
        finding = self.env["support.finding"].with_context(support_now=utc(NOW))._check()
        self.assertFalse(
            finding.filtered(
                lambda finding: finding.provider_id == self.provider and finding.code.startswith("rota_gap")
            )
        )

    # --- turns ------------------------------------------------------------------------------------

    def test_overlap_says_who(self):
        """J-14: who enters a turn that is taken reads whose it is, from when until when in the own zone"""
        self.duty(self.night, "2026-03-06 15:00", "2026-03-09 08:00")
        self.manager.tz = "Europe/Madrid"
        expected = "Night is already on call for “Oncall” from Fri 6 Mar 2026 16:00 to Mon 9 Mar 2026 09:00"
        with self.assertRaisesRegex(ValidationError, expected):
            self.duty(self.boss, "2026-03-08 15:00", "2026-03-10 08:00")

    def test_one_turn_after_the_other(self):
        """J-14: a turn may begin at the very moment at which another ends, and other roles have their own rota"""
        self.duty(self.night, "2026-03-06 15:00", "2026-03-09 08:00")
        self.duty(self.boss, "2026-03-09 08:00", "2026-03-10 08:00")
        self.duty(self.boss, "2026-03-06 15:00", "2026-03-09 08:00", role=self.first_role)

    def test_swap(self):
        """J-14: a manager swaps a turn by choosing the other person; from then on that one is told"""
        duty = self.duty(self.night, "2026-03-06 15:00", "2026-03-09 08:00")
        ticket = self.raise_ticket("2026-03-07 10:00")
        with Form(duty) as form:
            form.user_id = self.boss
        partners = self.role._get_partners(ticket, utc("2026-03-07 10:00"), on_call=True)
        self.assertEqual(partners, self.boss.partner_id)

    def test_agents_read(self):
        """J-14: agents read the rota and its gaps, managers change it, customers see nothing of it"""
        duty = self.duty(self.night, "2026-03-06 15:00", "2026-03-09 08:00")
        self.assertTrue(self.env["support.role"].with_user(self.agent).get_rotas())
        self.assertEqual(duty.with_user(self.agent).user_id, self.night)
        with self.assertRaises(AccessError):
            duty.with_user(self.agent).user_id = self.boss
        with self.assertRaises(AccessError):
            self.role.with_user(self.agent).action_fill_rota()
        portal = self._make_user("portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self.env["support.role"].with_user(portal).get_rotas()

    # --- filling ----------------------------------------------------------------------------------

    def wizard(self, **values):
        role = self.at(self.role.with_user(self.manager), NOW)
        action = role.action_fill_rota()
        form = Form(role.env[action["res_model"]].with_context(**action["context"]))
        for user in values.pop("users", self.night | self.boss):
            with form.person_ids.new() as person:
                person.user_id = user
        for name, value in values.items():
            setattr(form, name, value)
        return form

    def test_fill(self):
        """J-14: people take turns from handover to handover, at the same clock time over the change to summer time"""
        form = self.wizard(handover="0", hour=9.0, first=date(2026, 3, 16), last=date(2026, 4, 6))
        shown = [(turn["user_id"], turn["start"]) for turn in form.turn_ids._records]
        self.assertEqual(len(shown), 3)
        wizard = form.save()
        wizard.action_fill()
        self.assertRecordValues(
            self.role.duty_ids.sorted("start"),
            [
                {"user_id": self.night.id, "start": utc("2026-03-16 09:00"), "stop": utc("2026-03-23 09:00")},
                {"user_id": self.boss.id, "start": utc("2026-03-23 09:00"), "stop": utc("2026-03-30 08:00")},
                {"user_id": self.night.id, "start": utc("2026-03-30 08:00"), "stop": utc("2026-04-06 08:00")},
            ],
        )
        self.assertEqual(wizard.made_count, 3)

    def test_proposes_what_comes_next(self):
        """J-14: the wizard goes on where the rota ends"""
        self.duty(self.night, "2026-03-09 09:00", "2026-03-16 09:00")
        form = self.wizard()
        self.assertEqual((form.first, form.last), (date(2026, 3, 16), date(2026, 6, 8)))

    def test_taken_turns(self):
        """J-14: what is in the way is named in the preview, and nothing at all is stored"""
        self.duty(self.agent, "2026-03-25 09:00", "2026-03-26 09:00")
        form = self.wizard(first=date(2026, 3, 16), last=date(2026, 4, 6))
        self.assertIn("Agent is already on call for “Oncall” from Wed 25 Mar 2026 09:00", form.problem)
        with self.assertRaisesRegex(UserError, "Agent is already on call"):
            form.save().action_fill()
        self.assertEqual(len(self.role.duty_ids), 1)

    def test_bad_dates(self):
        """J-14: a rota that ends before it begins is refused in words while typing and when filling"""
        form = self.wizard(first=date(2026, 3, 16), last=date(2026, 3, 10))
        self.assertIn("end after it begins", form.problem)
        with self.assertRaisesRegex(ValidationError, "end after it begins"):
            form.save().action_fill()

    def test_nobody_chosen(self):
        """J-14: without people the wizard says what is missing"""
        with self.assertRaisesRegex(UserError, "Choose who takes turns"):
            self.wizard(users=()).save().action_fill()

    def test_undo(self):
        """J-14: one button takes out what a run put in; a turn that was swapped since stays"""
        wizard = self.wizard(first=date(2026, 3, 16), last=date(2026, 4, 6)).save()
        wizard.action_fill()
        own = self.duty(self.agent, "2026-04-07 09:00", "2026-04-08 09:00")
        swapped = self.role.duty_ids.sorted("start")[1]
        swapped.with_user(self.manager).user_id = self.agent
        wizard.action_undo()
        self.assertEqual(self.role.duty_ids, swapped | own)
        self.assertFalse(self.role.rota_run_ids)

    def test_undo_leaves_the_past(self):
        """J-14: who was on call remains known; only turns that are not over are taken out"""
        wizard = self.wizard(first=date(2026, 3, 16), last=date(2026, 4, 6)).save()
        wizard.action_fill()
        with self.assertRaises(AccessError):
            wizard.run_id.with_user(self.agent).action_undo()
        self.at(wizard.run_id, "2026-03-24 10:00").action_undo()
        self.assertEqual(self.role.duty_ids.mapped("start"), [utc("2026-03-16 09:00")])
