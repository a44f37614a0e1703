from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import config

from .common import SupportCase, utc

#: where a ticket, or anything said about one, would leave a row
TABLES = (
    "helpdesk_ticket",
    "support_event",
    "support_clock",
    "support_escalation",
    "support_notification",
    "support_trouble",
    "mail_message",
    "mail_mail",
    "mail_activity",
    "mail_followers",
)


@tagged("post_install", "-at_install")
class TestDrill(SupportCase):
    """The manager's rehearsal of a ticket, beside what a real one does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.administrator_id = cls.manager
        cls.env["ir.mail_server"].create({"name": "Sink", "smtp_host": "mail.acme.example"})

    def drill(self, moment: str, user=None, **values):
        """What the manager sees after filling in the form."""
        form = Form(self.env["support.drill"].with_user(user or self.manager))
        form.provider_id = self.provider
        form.preset = "moment"
        form.moment = utc(moment)
        form.priority_id = values.pop("priority_id", self.urgent)
        form.partner_id = self.customer
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def foretold(self, result) -> list[tuple]:
        """Step, planned moment, people and channels: as planned."""
        return [
            (
                entry["step"],
                utc(entry["at"]),
                tuple(sorted({person["id"] for person in entry["people"]})),
            )
            for entry in result["line"]
            if entry["kind"] == "step"
        ]

    def lived(self, ticket) -> list[tuple]:
        return [
            (row.step_id.id, row.due, tuple(sorted(row.partner_ids.ids)))
            for row in ticket.support_escalation_ids.sorted(lambda row: (row.due, row.id))
        ]

    def sweep_minutes(self, start: str, hours: int):
        """The scheduled action every minute, and one second after it when it asked to be woken."""
        moment = utc(start)
        for _minute in range(hours * 60):
            moment += timedelta(minutes=1)
            self.sweep(moment + timedelta(seconds=1))

    def texts(self, result, level=None) -> list[str]:
        return [hole["text"] for hole in result["holes"] if not level or hole["level"] == level]

    def test_as_in_real_life(self):
        """E-5.5: the drill names the very steps, minutes and people that a real ticket and the sweep come to"""
        self.chain.step_ids[1].channel = "both"
        self.chain.step_ids[2].reach = "working_hours"
        self.policy.target_ids.filtered(lambda target: target.metric == "resolution").basis = "always"
        drill = self.drill("2026-03-02 11:00")  # resolution due 15:00, the break is over
        ticket = self.raise_ticket("2026-03-02 11:00")
        self.sweep_minutes("2026-03-02 11:00", 8)
        self.assertEqual(self.foretold(drill.result), self.lived(ticket))
        self.assertEqual(len(self.lived(ticket)), 3)
        missed = [(entry["title"], entry["at"]) for entry in drill.result["line"] if entry["kind"] == "missed"]
        breached = sorted(
            (clock.breached, f"{clock.display_name} is missed") for clock in ticket.support_clock_ids if clock.breached
        )
        self.assertEqual(missed, [(title, fields.Datetime.to_string(at)) for at, title in breached])

    def test_at_night(self):
        """E-5.5, E-5.3: raised in the night, a step for working hours is told at the opening"""
        self.policy.target_ids.filtered(lambda target: target.metric == "resolution").basis = "always"
        self.chain.step_ids.write({"reach": "working_hours"})
        drill = self.drill("2026-03-03 02:00")  # Tuesday, opens at 9
        ticket = self.raise_ticket("2026-03-03 02:00")
        self.sweep_minutes("2026-03-03 02:00", 8)
        self.assertEqual(self.foretold(drill.result), self.lived(ticket))
        self.assertEqual({moment for _step, moment, _people in self.lived(ticket)}, {utc("2026-03-03 09:00")})

    def test_what_people_do(self):
        """E-5.5: with a first response, a wait for the customer and an acknowledgement, as in real life"""
        self.provider.answered_stage_id = self.stages["open"]
        drill = self.drill(
            "2026-03-05 10:00",  # Thursday, open until 20:00
            response_minutes=5,
            wait_minutes=60,
            answer_minutes=120,
            acknowledge_step=2,
        )
        ticket = self.raise_ticket("2026-03-05 10:00")
        self.say(ticket, "2026-03-05 10:05")
        self.move(ticket, "2026-03-05 11:00", "waiting_customer")
        self.hear(ticket, "2026-03-05 12:00")
        self.sweep("2026-03-05 14:51")
        self.sweep("2026-03-05 15:00:01")
        self.at(ticket.with_user(self.agent), "2026-03-05 15:00:01").action_support_acknowledge()
        self.sweep_minutes("2026-03-05 15:00", 4)
        self.assertEqual([step for step, _due, _people in self.lived(ticket)], self.chain.step_ids[:2].ids)
        self.assertEqual(self.foretold(drill.result), self.lived(ticket))
        skipped = [entry for entry in drill.result["line"] if entry["kind"] == "acknowledged"]
        self.assertEqual([entry["step"] for entry in skipped], self.chain.step_ids[2:].ids)
        self.assertEqual(skipped[0]["at"], "2026-03-05 15:30:00")

    def test_a_step_that_changes_the_ticket(self):
        """E-5.5, E-5.3: a step that sets the priority brings other promises, in the drill as in real life"""
        self.chain.step_ids[0].priority_id = self.normal
        drill = self.drill("2026-03-05 10:00")
        ticket = self.raise_ticket("2026-03-05 10:00")
        self.sweep_minutes("2026-03-05 10:00", 9)
        self.assertEqual(self.foretold(drill.result), self.lived(ticket))
        [change] = [entry for entry in drill.result["line"] if entry["kind"] == "changed"]
        self.assertIn("Normal", change["detail"])

    def test_holes_are_named(self):
        """E-5.5: empty roles, people without address, gaps in the rota and users who left are named, with the
        record to mend"""
        night = self._make_user("night", "helpdesk_mgmt.group_helpdesk_user")
        left = self._make_user("left", "helpdesk_mgmt.group_helpdesk_user")
        left.active = False
        self.env["support.role.duty"].create(
            {
                "role_id": self.first_role.id,
                "user_id": night.id,
                "start": utc("2026-03-05 13:00"),
                "stop": utc("2026-03-05 14:00"),
            }
        )
        self.first_role.user_ids |= left
        self.agent.notification_type = self.boss.notification_type = "email"
        self.boss.partner_id.email = False
        self.chain.step_ids[1].reach = "on_call"  # at 14:00, when the rota has just ended
        empty = self._make_role("third")
        self.env["support.escalation.step"].create(
            {"chain_id": self.chain.id, "name": "Third", "delay": 60, "role_id": empty.id, "sequence": 4}
        )
        result = self.drill("2026-03-05 10:00").result
        holes = {hole["text"]: hole for hole in result["holes"]}
        expected = {
            "Gap in the rota of “First”: nobody is on call Thu 5 Mar, 14:00.": ("support.role", self.first_role.id),
            "“First” names users who have left: Left": ("support.role", self.first_role.id),
            "Boss cannot be reached: no e-mail address": ("res.partner", self.boss.partner_id.id),
            "Nobody fills the role “Third”; the next step is taken at once.": ("support.role", empty.id),
            "No confirmation of receipt is sent: the provider has no template for it.": (
                "support.provider",
                self.provider.id,
            ),
        }
        for text, record in expected.items():
            self.assertIn(text, holes)
            self.assertEqual((holes[text]["model"], holes[text]["id"]), record)
        [told] = [entry for entry in result["line"] if entry["kind"] == "administrator"]
        self.assertEqual([person["id"] for person in told["people"]], self.manager.partner_id.ids)
        self.assertFalse([text for text in holes if "mail server" in text])
        self.env["ir.mail_server"].search([]).active = False
        server = {name: config[name] for name in ("smtp_server", "smtp_port")}
        self.addCleanup(config.__setitem__, "smtp_server", server["smtp_server"])
        self.addCleanup(config.__setitem__, "smtp_port", server["smtp_port"])
        config["smtp_server"], config["smtp_port"] = "localhost", 25
        self.assertTrue([text for text in self.texts(self.drill("2026-03-05 10:00").result) if "mail server" in text])

    def test_the_rota_of_that_minute(self):
        """E-5.5: whoever is on call at the very minute is told"""
        night = self._make_user("night", "helpdesk_mgmt.group_helpdesk_user")
        self.env["support.role.duty"].create(
            {
                "role_id": self.first_role.id,
                "user_id": night.id,
                "start": utc("2026-03-05 13:55"),
                "stop": utc("2026-03-05 14:05"),
            }
        )
        self.chain.step_ids.write({"reach": "on_call"})
        people = [people for _step, _at, people in self.foretold(self.drill("2026-03-05 10:00").result)]
        self.assertEqual(people[:2], [tuple(self.agent.partner_id.ids), tuple(night.partner_id.ids)])

    def test_nothing_promised(self):
        """E-5.5: no policy, no entitlement where one is needed, working hours without time: each is said"""
        self.policy.active = self.policy_normal.active = False
        result = self.drill("2026-03-05 10:00").result
        self.assertTrue([text for text in self.texts(result, "danger") if "No policy matches" in text])
        self.policy.active = True
        self.calendar.attendance_ids.unlink()
        result = self.drill("2026-03-05 10:00").result
        self.assertTrue([text for text in self.texts(result, "danger") if "no opening time" in text])
        self.assertTrue([text for text in self.texts(result, "danger") if "Resolution: the working hours" in text])
        self.provider.entitlement_mode = "refuse"
        result = self.drill("2026-03-05 10:00").result
        self.assertIn("no entitlement", self.texts(result, "danger")[0])
        self.assertFalse(result["line"])

    def test_forbidden_by_a_provider(self):
        """E-5.5: a chain that the provider's own rules forbid is shown as not taken"""
        Ticket = type(self.env["helpdesk.ticket"])
        self.patch(Ticket, "_support_allows_step", lambda ticket, step, clock: step.name != "Second")
        result = self.drill("2026-03-05 10:00").result
        self.assertEqual([step for step, _at, _people in self.foretold(result)], self.chain.step_ids[:2].ids)
        [skipped] = [entry for entry in result["line"] if entry["kind"] == "forbidden"]
        self.assertEqual(skipped["step"], self.chain.step_ids[2].id)

    def test_first_rounds_of_an_update(self):
        """E-5.5, E-1.4: of a promise that comes again, the first rounds are shown"""
        result = self.drill("2026-03-05 10:00").result
        [update] = [promise for promise in result["promises"] if promise["label"] == "Status update"]
        # first response at the last moment, 10:30, then each hour
        self.assertEqual([moment["when"][-5:] for moment in update["rounds"]], ["11:30", "12:30", "13:30"])

    def test_presets(self):
        """E-5.5: “tonight” and “the next holiday” are the provider's own, whatever zone the reader is in"""
        self.calendar.tz = "America/Mexico_City"
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Invented Day",
                "calendar_id": self.calendar.id,
                "date_from": "2026-03-16 06:00:00",  # Monday, midnight in Mexico City
                "date_to": "2026-03-17 05:59:59",
            }
        )
        self.env.flush_all()
        drill = self.at(self.env["support.drill"].with_user(self.manager), "2026-03-05 10:00")
        form = Form(drill)
        form.provider_id = self.provider
        form.preset = "night"
        self.assertEqual(form.moment, utc("2026-03-06 08:00"))  # it is four in the morning there
        form.preset = "holiday"
        self.assertEqual(form.moment, utc("2026-03-16 08:00"))
        self.assertIn("America/Mexico_City", form.moment_text)
        form.preset = "now"
        self.assertEqual(form.moment, utc("2026-03-05 10:00"))

    def test_both_zones(self):
        """E-5.5, E-2.7: moments are shown in the reader's zone, with the provider's beside it"""
        self.manager.tz = "America/Mexico_City"
        result = self.drill("2026-03-05 10:00").with_context(tz="America/Mexico_City").result
        self.assertEqual(result["line"][0]["when"], "Thu 5 Mar, 04:00")
        self.assertEqual(result["line"][0]["when_there"], "Thu 5 Mar, 10:00")
        self.assertEqual(result["zone"], "Europe/London")

    def test_stores_and_sends_nothing(self):
        """E-5.5: no ticket, event, clock, escalation, notification or mail, and no number is used up"""
        self.env.flush_all()

        def count():
            self.env.flush_all()
            rows = {}
            for table in TABLES:
                self.env.cr.execute(f"SELECT count(*), max(id) FROM {table}")
                rows[table] = self.env.cr.fetchone()
                self.env.cr.execute(f"SELECT last_value FROM {table}_id_seq")
                rows[f"{table}_id_seq"] = self.env.cr.fetchone()
            sequence = self.env["ir.sequence"].search([("code", "=", "helpdesk.ticket.sequence")])
            rows["number"] = sequence.mapped("number_next_actual")
            return rows

        self.provider.acknowledgement_template_id = self.env["mail.template"].create(
            {"name": "Received", "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"), "subject": "Received"}
        )
        self.chain.step_ids[0].priority_id = self.normal
        before = count()
        with self.assertNoLogs("odoo.addons.mail", "INFO"):
            drill = self.drill("2026-03-05 10:00", response_minutes=5, wait_minutes=60, answer_minutes=90)
            self.assertTrue(drill.result["line"])
        self.assertEqual(count(), before)

    def test_queries_bounded(self):
        """E-5.5, E-10: ten steps more cost no query more"""
        drill = self.drill("2026-03-05 10:00")

        def queries():
            self.env.flush_all()
            drill.invalidate_recordset(["result"])
            start = self.env.cr.sql_log_count
            self.assertTrue(drill.result)
            return self.env.cr.sql_log_count - start

        queries()
        few = queries()
        self.chain.write(
            {
                "step_ids": [
                    (0, 0, {"name": f"Step {n}", "delay": 40 + n, "role_id": self.second_role.id, "sequence": 9})
                    for n in range(10)
                ]
            }
        )
        queries()
        self.assertLessEqual(queries(), few)
        self.assertLess(few, 40)

    def test_only_managers(self):
        """E-5.5, S-1: agents and customers do not see who is told by whom"""
        with self.assertRaises(AccessError):
            self.drill("2026-03-05 10:00", user=self.agent)
