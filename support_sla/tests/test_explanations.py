import random
import re
from datetime import datetime, timedelta

from odoo.tests import tagged

from ..tools.calendar import OpeningHours
from .common import SupportCase, utc

ZONE = OpeningHours("Europe/London", [])


def said(moment: datetime) -> str:
    """A moment as explanations write it for a reader in London: "Mon 2 Mar 14:00"."""
    day, clock = ZONE.local(int((moment - datetime(1970, 1, 1)).total_seconds()))
    return f"{day:%a} {day.day} {day:%b} {clock // 3600:02}:{clock // 60 % 60:02}"


@tagged("post_install", "-at_install")
class TestExplanations(SupportCase):
    """The words of a panel against what is stored, over lives that nobody has thought out."""

    #: what an agent reads and a customer must not
    INSIDE = ("Acme urgent", "Acme normal", "version", "Up the ladder", "Agent", "Boss")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"].search([("code", "=", "en_US")]).time_format = "%H:%M:%S"
        cls.env["resource.calendar.leaves"].create(
            {
                "name": "Founders' day",
                "calendar_id": cls.calendar.id,
                "date_from": utc("2026-03-26 00:00"),
                "date_to": utc("2026-03-26 23:59:59"),
            }
        )
        cls.env["support.calendar.exception"].create(
            {
                "calendar_id": cls.calendar.id,
                "date": "2026-03-28",
                "name": "Stock-taking",
                "kind": "extra",
                "hour_from": 9,
                "hour_to": 12,
            }
        )

    def live(self, chance: random.Random):
        """A ticket with a life of random facts around the night in which the clocks change; its last moment."""
        moment = utc("2026-03-23 08:00") + timedelta(minutes=chance.randrange(6 * 24 * 60))
        ticket = self.raise_ticket(str(moment), support_priority_id=chance.choice([self.urgent, self.normal]).id)
        for _fact in range(chance.randrange(9)):
            moment += timedelta(minutes=chance.choice([1, 20, 90, 400, 1500]))
            what = chance.choice(["say", "hear", "move", "move", "move", "regrade"])
            if what == "say":
                self.say(ticket, str(moment))
            elif what == "hear":
                self.hear(ticket, str(moment))
            elif what == "regrade":
                self.at(ticket.with_user(self.agent), moment).support_priority_id = chance.choice(
                    [self.urgent, self.normal]
                )
            else:
                self.move(
                    ticket, str(moment), chance.choice(["open", "waiting_customer", "on_hold", "resolved", "open"])
                )
        return ticket, moment + timedelta(minutes=chance.choice([0, 7, 300]))

    def test_words_say_what_is_stored(self):
        """E-4: over random lives (pauses, reopenings, regrades, a holiday, the night in which the clocks change) each
        explanation names the deadline that is stored, every pause and the breach; the customer's says the
        same moments and nothing of the inside"""
        told = 0
        for seed in range(40):
            chance = random.Random(seed)
            ticket, now = self.live(chance)
            self.sweep(now)
            looked = self.at(ticket.with_user(self.agent).with_context(lang="en_US", tz="Europe/London"), now)
            stored = {f"{clock.target_id.id}-{clock.grade}-{clock.round}": clock for clock in ticket.support_clock_ids}
            ours = {clock["key"]: clock for clock in looked._support_get_panel()["clocks"]}
            theirs = {clock["key"]: clock for clock in looked._support_get_panel(portal=True)["clocks"]}
            self.assertLessEqual(theirs.keys(), ours.keys())
            for key, shown in ours.items():
                clock, words = stored[key], " ".join(shown["explain"])
                with self.subTest(seed=seed, metric=clock.metric):
                    self.assertEqual(shown["due"], str(clock.deadline) if clock.deadline else False)
                    self.assertIn(said(clock.start), words)
                    if clock.deadline:
                        self.assertIn(said(clock.deadline), words)
                        told += 1
                    if clock.breached:
                        self.assertIn(said(clock.breached), words)
                    for piece in shown["segments"]:
                        if piece["kind"] == "paused":
                            self.assertTrue(piece["label"], "a pause has its name")
                            self.assertIn(said(utc(piece["start"])), words)
                    position = shown["start"]
                    for piece in shown["segments"]:
                        self.assertEqual(piece["start"], position)
                        position = piece["stop"]
            for key, shown in theirs.items():
                with self.subTest(seed=seed, portal=shown["metric"]):
                    words = " ".join(shown["explain"])
                    self.assertEqual((shown["due"], shown["breached"]), (ours[key]["due"], ours[key]["breached"]))
                    if shown["due"]:
                        self.assertIn(said(utc(shown["due"])), words)
                    moments = re.compile(r"\w{3} \d{1,2} \w{3} \d{2}:\d{2}")
                    self.assertLessEqual(
                        set(moments.findall(words)), set(moments.findall(" ".join(ours[key]["explain"])))
                    )
                    for word in self.INSIDE:
                        self.assertNotIn(word, words)
        self.assertGreater(told, 40)
