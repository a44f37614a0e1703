from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from .common import BpmsoftCase, utc
from .decision_common import DecisionMixin

#: source, answers (described, deviates, repeatable, findable) → who fixes, who pays, what is offered
TABLE = [
    ("own_project", "yyyy", "us", "service", ["fix"]),
    ("own_project", "ynyy", "us", "client", ["advice", "change"]),
    ("own_project", "yyny", "us", "client", ["advice", "change"]),
    ("own_project", "yyyn", "us", "client", ["advice", "change"]),
    ("own_project", "n", "us", "client", ["change"]),
    ("own_product", "", "us", "service", ["fix"]),
    ("contractor_project", "", "contractor", "client", ["advice", "change"]),
    ("client_project", "", "client", "client", ["advice", "change"]),
    ("vendor_product", "", "vendor", "other", ["help"]),
    ("partner_product", "", "partner", "other", ["help"]),
    ("client_infrastructure", "", "responsible", "other", ["advice", "help"]),
    ("third_party_provider", "", "responsible", "other", ["advice", "help"]),
    ("adjacent_software", "", "responsible", "other", ["advice", "help"]),
    ("vendor_cloud", "", "vendor", "other", ["help"]),
]


class TestDecision(DecisionMixin, BpmsoftCase):
    """Where the problem lies and what follows; paid work waits for the client's word (B-12). Mon 2 March 2026."""

    def setUp(self):
        super().setUp()
        self.ticket = self.raise_ticket("2026-03-02 07:00", user_id=self.agent.id)
        self.move(self.ticket, "2026-03-02 07:10", "in_work")
        self.analysis = self.ref_("stage_analysis")
        #: everything that says "started" or "done" without the client's word
        self.closed_stages = [self.stages[code] for code in ("in_work", "resolved", "closed")]

    def message_of(self, words):
        return self.ticket.message_ids.filtered(lambda message: words in (message.body or ""))

    # --- the table ---------------------------------------------------------------------------------------

    def test_table_as_shipped(self):
        """B-12: every row of the table: who fixes, who pays, what the client is offered; only paid ones wait"""
        for source, answers, fixer, payer, kinds in TABLE:
            with self.subTest(source=source, answers=answers):
                form = self.fill(self.open_wizard(self.ticket, "2026-03-02 08:00"), source, answers, amount=100)
                self.assertEqual((form.fixer, form.payer), (fixer, payer))
                self.assertFalse(form.obstacle)
                if self.ticket.bpmsoft_decision_id:
                    form.reason = "Looked at it again."
                form.save().action_decide()
                offer = self.ticket.bpmsoft_offer_id
                self.assertEqual(offer.option_ids.sorted("sequence").mapped("kind"), kinds)
                paid = "change" in kinds
                self.assertEqual((offer.is_paid, offer.state), (paid, "open" if paid else "free"))
                self.assertEqual(self.ticket.support_phase, "waiting_customer" if paid else "open")
        self.assertEqual(self.ticket.bpmsoft_decision_ids.sorted("number").mapped("number"), list(range(1, 15)))

    def test_only_what_matters_is_asked(self):
        """B-12: the agent is asked what a row distinguishes and sees what follows before anything is confirmed"""
        form = self.open_wizard(self.ticket, "2026-03-02 08:00")
        form.source_id = self.ref_("source_vendor_product")
        self.assertEqual((form.asks_described, form.asks_defect), (False, False))
        self.assertTrue(form.outcome_id)
        form.source_id = self.ref_("source_own_project")
        self.assertEqual((form.asks_described, form.asks_defect, bool(form.outcome_id)), (True, False, False))
        form.described = "yes"
        self.assertTrue(form.asks_defect)
        form.deviates = form.repeatable = "yes"
        self.assertFalse(form.outcome_id)
        form.findable = "yes"
        self.assertEqual((form.defect, form.outcome_id), ("yes", self.ref_("outcome_own_project_defect")))
        self.assertIn("Nothing has to be accepted", form.consequence)
        form.findable = "no"
        self.assertEqual((form.defect, form.outcome_id), ("no", self.ref_("outcome_own_project_no_defect")))
        self.assertIn("waits until Irtysh Project Office accepts", form.consequence)
        self.assertEqual(form.valid_until, utc("2026-03-16 20:59"))
        form.described = "no"
        self.assertEqual((form.asks_defect, form.outcome_id), (False, self.ref_("outcome_own_project_not_described")))
        self.assertFalse(self.ticket.bpmsoft_decision_ids)

    def test_recorded_as_it_was(self):
        """B-12: the decision keeps who, when, the answers, what followed and its words; the table is edited later"""
        self.decide(self.ticket, "own_project", "yyny", amount=900, note="Looked at the log of the process.")
        decision = self.ticket.bpmsoft_decision_id
        row = self.ref_("outcome_own_project_no_defect")
        text = row.text
        row.with_user(self.manager).write({"text": "Something else", "payer": "other"})
        self.ref_("source_own_project").with_user(self.manager).name = "Ours"
        self.assertEqual((decision.user_id, decision.moment, decision.number), (self.agent, utc("2026-03-02 08:00"), 1))
        self.assertEqual(
            (decision.described, decision.deviates, decision.repeatable, decision.findable, decision.defect),
            ("yes", "yes", "no", "yes", "no"),
        )
        self.assertEqual((decision.text, decision.payer, decision.source_name), (text, "client", "Our project work"))
        self.assertEqual(decision.note, "Looked at the log of the process.")
        self.assertNotIn("log of the process", self.message_of("We have found").body)
        for attempt in (
            lambda: decision.write({"note": "x"}),
            decision.unlink,
            lambda: decision.create({"ticket_id": self.ticket.id}),
            lambda: self.ticket.bpmsoft_offer_id.write({"state": "accepted"}),
            lambda: self.ticket.bpmsoft_offer_id.option_ids.write({"is_paid": False}),
            lambda: self.ticket.with_user(self.manager).write({"bpmsoft_offer_state": "accepted"}),
            lambda: self.ticket.with_user(self.manager).write({"bpmsoft_offer_id": False}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                attempt()

    def test_no_row(self):
        """B-12: no row for a source or its answers: refused in words for the administrator, and found by the check"""
        self.ref_("outcome_own_project_not_described").with_user(self.manager).active = False
        source = self.env["bpmsoft.source"].with_user(self.manager).create({"name": "The weather"})
        form = self.open_wizard(self.ticket, "2026-03-02 08:00")
        form.source_id = source
        self.assertIn("no row for “The weather”", form.obstacle)
        form.source_id = self.ref_("source_own_project")
        form.described = "no"
        self.assertIn("no row for “Our project work” (not described", form.obstacle)
        wizard = form.save()
        with self.refused("An administrator adds it under Configuration"):
            wizard.action_decide()
        self.assertEqual((wizard.source_id, wizard.described), (self.ref_("source_own_project"), "no"))
        self.assertFalse(self.ticket.bpmsoft_decision_id)
        found = [found for found in self.env["support.check"]._run() if found["code"] == "bpmsoft_no_outcome"]
        self.assertEqual(
            {(found["res_id"], found["data"]["case"]) for found in found},
            {
                (source.id, "no row at all"),
                (self.ref_("source_own_project").id, "not described in the technical design"),
            },
        )

    def test_check_of_the_table(self):
        """B-12: as shipped the check finds nothing; a row that offers nothing and a queue that cannot wait are found"""
        codes = lambda: {found["code"] for found in self.env["support.check"]._run()}  # noqa: E731
        self.assertFalse({code for code in codes() if code.startswith("bpmsoft_no_")})
        self.ref_("outcome_vendor_cloud_help").option_ids.unlink()
        self.stages["waiting"].support_phase = "on_hold"
        self.assertLessEqual({"bpmsoft_no_option", "bpmsoft_no_waiting"}, codes())
        self.env["bpmsoft.source"].search([]).active = False
        self.assertIn("bpmsoft_no_source", codes())

    def test_table_is_edited(self):
        """B-12: the manager edits the table; contradictions and what is in use are refused"""
        source = Form(self.env["bpmsoft.source"].with_user(self.manager))
        source.name = "Mobile app"
        with source.outcome_ids.new() as row:
            row.payer, row.text = "client", "It lies in the app."
            with row.option_ids.new() as option:
                option.kind, option.name, option.doer = "change", "Paid change", "We"
                self.assertTrue(option.is_paid)
        source = source.save()
        with self.refused("can be paid", ValidationError), self.env.cr.savepoint():
            source.outcome_ids.payer = "service"
        with self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017  the unique index says so
            source.outcome_ids.copy()
        form = self.open_wizard(self.ticket, "2026-03-02 08:00")
        form.source_id = source
        self.assertTrue(form.is_paid)
        self.decide(self.ticket, "vendor_cloud")
        with self.refused("in use|is used"):
            self.ref_("source_vendor_cloud").with_user(self.manager).unlink()
        with self.assertRaises(UserError):
            source.with_user(self.agent).write({"name": "Mine"})

    # --- a paid option comes before work -------------------------------------------------------------------

    def test_offered(self):
        """B-12: the client is told what was found, what can be done, by whom, for how much, until when and where"""
        self.customer.lang = "en_US"
        with self.mock_mail_gateway():
            offer = self.decide(self.ticket, "contractor_project", amount=1200, terms="as used", words="Call me.")
        self.assertEqual(self.ticket.stage_id, self.stages["waiting"])
        [mail] = [mail for mail in self._new_mails if self.customer in mail.recipient_ids]
        for words in (
            "Project work of another contractor",
            "Advice",
            "free of charge",
            "Paid change",
            "1,200.00",
            "as used",
            "Call me.",
            "Irtysh Project Office",
            "Mon 16 Mar",
            f"/my/ticket/{self.ticket.id}#bpmsoft_offer",
        ):
            self.assertIn(words, mail.body_html)
        self.assertEqual((offer.amount, offer.valid_until), (1200, utc("2026-03-16 20:59")))

    def test_work_waits(self):
        """B-12: before the client has accepted, work starts by no way: form, drag, import, RPC, lane, turn"""
        self.decide(self.ticket, "own_project", "n", amount=900)
        agent = self.ticket.with_user(self.agent)
        for stage in self.closed_stages:
            with self.refused("has not accepted the paid offer yet", ValidationError), self.env.cr.savepoint():
                form = Form(agent)
                form.stage_id = stage
                form.save()
            with self.refused("on the portal", ValidationError), self.env.cr.savepoint():
                agent.write({"stage_id": stage.id})  # drag on the board, and RPC
            result = agent.load(["id", "stage_id/.id"], [[self.xmlid(), str(stage.id)]])
            self.assertFalse(result["ids"])
            self.assertIn("has not accepted", result["messages"][0]["message"])
        # the system itself, when it is the ticket's turn in line
        self.ref_("stage_analysis").active = False
        self.assertIn("has not accepted", self.ticket.sudo()._support_start_place())
        self.ref_("stage_analysis").active = True
        self.assertEqual(self.ticket.stage_id, self.stages["waiting"])
        # what is no work is not refused
        for stage in (self.analysis, self.stages["waiting_other"], self.stages["new"], self.stages["cancelled"]):
            with self.subTest(stage=stage.name), self.env.cr.savepoint():
                agent.write({"stage_id": stage.id})

    def xmlid(self):
        name = f"__test__.ticket_{self.ticket.id}"
        if not self.env.ref(name, raise_if_not_found=False):
            self.env["ir.model.data"].create(
                {"module": "__test__", "name": name.split(".")[1], "model": "helpdesk.ticket", "res_id": self.ticket.id}
            )
        return name

    def test_several_at_once(self):
        """B-12: one of several tickets that are moved together waits for its client: none is moved"""
        other = self.raise_ticket("2026-03-02 07:00", partner_id=self.stranger_user.partner_id.id)
        self.decide(self.ticket, "own_project", "n", amount=900)
        with self.refused(self.ticket.number, ValidationError), self.env.cr.savepoint():
            (other | self.ticket).with_user(self.agent).write({"stage_id": self.stages["in_work"].id})

    def test_accepted(self):
        """B-12: accepted on the portal by the authorised contact: recorded, the agent is told, work may start"""
        offer = self.decide(self.ticket, "contractor_project", amount=1200)
        self.answer(self.ticket, offer, "change", "Please do it this week.")
        self.assertEqual((offer.state, offer.partner_id), ("accepted", self.customer))
        self.assertEqual((offer.answered, offer.choice_id.kind), (utc("2026-03-03 08:00"), "change"))
        self.assertEqual(self.ticket.bpmsoft_offer_state, "accepted")
        message = self.message_of("I accept: Paid change")
        self.assertEqual(message.author_id, self.customer)
        self.assertIn("Please do it this week.", message.body)
        self.assertEqual(self.told(self.ticket, "bpmsoft_accepted"), [self.agent])
        self.assertEqual(self.ticket.stage_id, self.stages["in_work"])
        with self.refused("does not wait for an answer"):
            self.answer(self.ticket, offer, "change")

    def test_free_option_chosen(self):
        """B-12: of several options the client takes the free one: work goes on without the paid one"""
        offer = self.decide(self.ticket, "contractor_project", amount=1200)
        self.answer(self.ticket, offer, "advice")
        self.assertEqual((offer.state, offer.choice_id.kind, offer.amount), ("free", "advice", 0))
        self.assertEqual(self.ticket.stage_id, self.stages["in_work"])
        self.assertEqual(self.told(self.ticket, "bpmsoft_chosen"), [self.agent])

    def test_declined(self):
        """B-12: declined with a comment: nothing paid starts, the request can be resolved without it or offered anew"""
        offer = self.decide(self.ticket, "own_project", "n", amount=900)
        with self.refused("why you decline"):
            self.answer(self.ticket, offer)
        self.answer(self.ticket, offer, comment="Too dear.")
        self.assertEqual((offer.state, offer.comment), ("declined", "Too dear."))
        self.assertEqual(self.ticket.stage_id, self.analysis)  # it is the provider's turn, and no work
        self.assertEqual(self.told(self.ticket, "bpmsoft_declined"), [self.agent])
        with self.refused("has declined", ValidationError), self.env.cr.savepoint():
            self.move(self.ticket, "2026-03-03 09:00", "in_work")
        with self.env.cr.savepoint():
            second = self.decide(
                self.ticket, "own_project", "n", "2026-03-03 09:00", amount=600, reason="Half of it is enough."
            )
            self.assertEqual((offer.state, second.number, second.amount), ("replaced", 2, 600))
            self.assertEqual(self.ticket.bpmsoft_decision_ids, second.decision_id)  # the finding is the same
            self.answer(self.ticket, second, "change", moment="2026-03-04 08:00")
            self.assertEqual(self.ticket.stage_id, self.stages["in_work"])

    def test_declined_and_resolved(self):
        """B-12: what was declined can be resolved without being done"""
        offer = self.decide(self.ticket, "own_project", "n", amount=900)
        self.answer(self.ticket, offer, comment="Not needed any more.")
        self.move(self.ticket, "2026-03-03 09:00", "resolved")
        self.assertEqual(self.ticket.support_phase, "resolved")

    def test_expired(self):
        """B-12: an offer that is not answered in time expires once, client and agent are told; it cannot be accepted"""
        offer = self.decide(self.ticket, "own_project", "n", amount=900)
        with self.refused("has expired"):
            self.answer(self.ticket, offer, "change", moment="2026-03-16 20:59")
        for moment in ("2026-03-16 20:58", "2026-03-16 20:59", "2026-03-17 10:00"):
            self.watch(moment)
            self.assertEqual(offer.state, "open" if moment.endswith("20:58") else "expired")
        self.assertEqual(self.ticket.stage_id, self.analysis)
        with self.refused("does not wait"):
            self.answer(self.ticket, offer, "change", moment="2026-03-17 11:00")
        with self.refused("has expired", ValidationError), self.env.cr.savepoint():
            self.move(self.ticket, "2026-03-17 11:00", "in_work")
        with self.mock_mail_gateway():
            self.deliver()
        told = [mail for mail in self._new_mails if "offer has expired" in (mail.subject or "")]
        self.assertEqual(len([mail for mail in told if self.customer in mail.recipient_ids]), 1)
        self.assertEqual(self.told(self.ticket, "bpmsoft_expired"), [self.agent])

    def test_withdrawn(self):
        """B-12: an offer is withdrawn with a reason, the client is told, and it cannot be accepted any more"""
        offer = self.decide(self.ticket, "own_project", "n", amount=900)
        form = self.open_wizard(self.ticket, "2026-03-02 09:00", action="withdraw")
        with self.assertRaisesRegex(AssertionError, "reason is a required field"):
            form.save()
        form.reason = "We must look again."
        form.save().action_withdraw()
        self.assertEqual((offer.state, offer.end_note), ("withdrawn", "We must look again."))
        self.assertIn("We must look again.", self.message_of("was withdrawn").body)
        with self.refused("does not wait"):
            self.answer(self.ticket, offer, "change")
        with self.refused("was withdrawn", ValidationError), self.env.cr.savepoint():
            self.move(self.ticket, "2026-03-02 10:00", "in_work")
        with self.refused("no offer that waits"):
            form = self.open_wizard(self.ticket, "2026-03-02 10:00", action="withdraw")
            form.reason = "Once more."
            form.save().action_withdraw()

    def test_replaced(self):
        """B-12: a new offer replaces the one before: what the client had on the screen is accepted no more"""
        first = self.decide(self.ticket, "own_project", "n", amount=900)
        second = self.decide(self.ticket, "own_project", "n", "2026-03-02 09:00", amount=1100, reason="Two forms more.")
        self.assertEqual((first.state, second.state), ("replaced", "open"))
        with self.refused("another offer by now"):
            self.answer(self.ticket, first, "change")
        with self.refused("choose one of the options"):
            page = self.at(self.ticket.with_user(self.customer_user).sudo(), "2026-03-03 08:00")
            page._bpmsoft_portal_answer(second.id, first.option_ids.id, "accept", "")
        self.answer(self.ticket, second, "change")
        self.assertEqual((second.state, second.amount), ("accepted", 1100))

    # --- only the authorised contact, only on the portal ------------------------------------------------------

    def test_nobody_else_accepts(self):
        """B-12, B-5: a colleague who is not authorised, another client, an agent and a manager cannot accept"""
        offer = self.decide(self.ticket, "own_project", "n", amount=900)
        for user in (self.colleague_user, self.stranger_user, self.agent, self.manager):
            with self.refused("Only the authorised contact"):
                self.answer(self.ticket, offer, "change", user=user)
        self.assertEqual(offer.state, "open")
        # whoever is authorised from now on decides from now on
        self.entitlement._bpmsoft_change_contact(self.colleague_user.partner_id, notified_by="The office")
        with self.refused("Only the authorised contact of the client can answer this offer: Irtysh Plant"):
            self.answer(self.ticket, offer, "change")
        self.answer(self.ticket, offer, "change", user=self.colleague_user)
        self.assertEqual(offer.partner_id, self.colleague_user.partner_id)

    def test_a_mail_accepts_nothing(self):
        """S-5, B-12: “we accept” by mail, from whatever address, accepts nothing; it tells once where to accept"""
        offer = self.decide(self.ticket, "own_project", "n", amount=900)
        sent = self.message_of("We have found")
        for number, sender in enumerate((self.customer.email, "boss@irtysh.example", self.customer.email)):
            self.mail_in(
                "We accept the offer. Start at once.",
                f"2026-03-02 1{number}:00",
                sender,
                self.address,
                subject=f"Re: {self.ticket_name}",
                headers=f"In-Reply-To: {sent.message_id}\nReferences: {sent.message_id}\n",
            )
            self.settle()
        self.assertEqual(len(self.message_of("We accept the offer.")), 3)  # nothing is lost
        self.assertEqual((offer.state, self.ticket.bpmsoft_offer_state), ("open", "open"))
        self.assertEqual(self.ticket.stage_id, self.analysis)
        with self.refused("has not accepted", ValidationError), self.env.cr.savepoint():
            self.move(self.ticket, "2026-03-02 13:00", "in_work")
        with self.mock_mail_gateway():
            self.deliver()
        told = [
            mail
            for mail in self._new_mails
            if "accepted on the portal" in (mail.subject or "") and self.customer in mail.recipient_ids
        ]
        self.assertEqual(len(told), 1)
        self.assertIn(f"/my/ticket/{self.ticket.id}#bpmsoft_offer", told[0].body_html)
        self.answer(self.ticket, offer, "change")
        self.assertEqual(self.ticket.bpmsoft_offer_state, "accepted")

    def test_no_analysis_stage(self):
        """S-5, B-12: without a stage for analysis a mail leaves the request where it waits, and is kept"""
        self.analysis.active = False
        self.decide(self.ticket, "own_project", "n", amount=900)
        self.say(self.ticket, "2026-03-02 10:00", "We accept.", user=self.customer_user)
        self.assertEqual(self.ticket.stage_id, self.stages["waiting"])
        self.assertTrue(self.message_of("We accept."))

    # --- decided anew ------------------------------------------------------------------------------------------

    def test_free_becomes_paid(self):
        """B-12: a free fix turns out to be paid: work stops until accepted, the client is told, old → new is logged"""
        self.decide(self.ticket, "own_project", "yyyy")
        self.assertEqual(self.ticket.stage_id, self.stages["in_work"])
        with self.refused("why it is decided anew"):
            wizard = (
                self.env["bpmsoft.decide.wizard"]
                .with_user(self.agent)
                .create(
                    {
                        "ticket_id": self.ticket.id,
                        "offer_id": self.ticket.bpmsoft_offer_id.id,
                        "source_id": self.ref_("source_vendor_product").id,
                    }
                )
            )
            wizard.action_decide()
        offer = self.decide(
            self.ticket, "client_project", moment="2026-03-02 09:00", amount=500, reason="The script is your own."
        )
        self.assertEqual((offer.state, self.ticket.stage_id), ("open", self.stages["waiting"]))
        decision = self.ticket.bpmsoft_decision_id
        self.assertEqual(decision.former_id.source_id, self.ref_("source_own_project"))
        self.assertEqual(decision.reason, "The script is your own.")
        message = self.message_of("What was agreed on before holds no more")
        self.assertIn("The script is your own.", message.body)
        note = self.message_of("Our project work → Project work of the client's own team")
        self.assertEqual((note.author_id, note.message_type), (self.agent.partner_id, "notification"))
        with self.refused("has not accepted", ValidationError), self.env.cr.savepoint():
            self.move(self.ticket, "2026-03-02 10:00", "in_work")

    def test_accepted_becomes_free(self):
        """B-12: an accepted paid change turns out to be ours: it costs nothing, the client is told, work goes on"""
        first = self.decide(self.ticket, "own_project", "n", amount=900)
        self.answer(self.ticket, first, "change")
        form = self.fill(self.open_wizard(self.ticket, "2026-03-04 08:00"), "own_product")
        self.assertIn("What Irtysh Project Office has accepted holds no more", form.consequence)
        form.reason = "The product did it."
        form.save().action_decide()
        self.assertEqual((first.state, bool(first.answered)), ("replaced", True))
        self.assertEqual(self.ticket.bpmsoft_offer_state, "free")
        self.assertEqual(self.ticket.stage_id, self.stages["in_work"])
        self.assertTrue(self.message_of("You need not pay for it"))

    def test_open_offer_becomes_free(self):
        """B-12: what waited for the client's word and need not any more goes on"""
        self.decide(self.ticket, "own_project", "n", amount=900)
        self.decide(self.ticket, "own_product", moment="2026-03-02 09:00", reason="The product did it.")
        self.assertEqual(self.ticket.stage_id, self.stages["in_work"])

    def test_accepted_is_offered_anew(self):
        """B-12: another price after the acceptance: work stops until that one is accepted"""
        first = self.decide(self.ticket, "own_project", "n", amount=900)
        self.answer(self.ticket, first, "change")
        self.decide(self.ticket, "own_project", "n", "2026-03-04 08:00", amount=1500, reason="Twice the forms.")
        self.assertEqual(self.ticket.stage_id, self.stages["waiting"])
        with self.refused("has not accepted", ValidationError), self.env.cr.savepoint():
            self.move(self.ticket, "2026-03-04 10:00", "in_work")

    # --- wrong input -----------------------------------------------------------------------------------------

    def test_wrong_offers(self):
        """B-12: no price, a price below nothing, a validity that is over, an unanswered question: refused in words"""

        def confirm(source="own_project", answers="n", **kwargs):
            form = self.fill(self.open_wizard(self.ticket, "2026-03-02 08:00"), source, answers, **kwargs)
            form.save().action_decide()

        with self.refused("Say what “Paid change” costs"):
            confirm()
        with self.refused("less than nothing"):
            confirm(amount=-1)
        with self.refused("in the future"):
            confirm(amount=1, valid_until="2026-03-02 08:00:00")
        Wizard = self.env["bpmsoft.decide.wizard"].with_user(self.agent)
        bare = Wizard.create({"ticket_id": self.ticket.id})
        with self.refused("Say where the problem lies"):
            bare.action_decide()
        bare.source_id = self.ref_("source_own_project")
        with self.refused("described in the technical design"):
            bare.action_decide()
        bare.write({"described": "yes", "deviates": "yes", "repeatable": "yes"})
        with self.refused("three questions"):
            bare.action_decide()
        self.assertFalse(self.ticket.bpmsoft_decision_id)
        confirm(terms="as used, 90 an hour")  # words are enough
        self.assertEqual(self.ticket.bpmsoft_offer_id.option_ids._say_price(), "as used, 90 an hour")

    def test_a_client_of_rpc_makes_nothing_free(self):
        """B-12, S-1: lines that are left out or changed by RPC make no paid option free"""
        wizard = (
            self.env["bpmsoft.decide.wizard"]
            .with_user(self.agent)
            .create(
                {
                    "ticket_id": self.ticket.id,
                    "source_id": self.ref_("source_own_project").id,
                    "described": "no",
                    "text": "It is free.",
                    "line_ids": [(5, 0, 0)],
                    "valid_until": "2027-01-01 10:00:00",
                }
            )
        )
        with self.refused("Say what “Paid change” costs"):
            wizard.action_decide()

    def test_somebody_was_faster(self):
        """B-12: of two who decide at once the second hears of the first"""
        first = self.fill(self.open_wizard(self.ticket, "2026-03-02 08:00"), "own_product").save()
        second = self.open_wizard(self.ticket, "2026-03-02 08:00", self.other_agent)
        second = self.fill(second, "vendor_product").save()
        first.action_decide()
        with self.refused("Agent expert has decided"):
            second.action_decide()

    def test_nobody_could_accept(self):
        """B-12: without a client's contact nothing paid is offered"""
        ticket = self.raise_ticket("2026-03-02 07:00", partner_id=False)
        with self.refused("no client's contact"):
            self.decide(ticket, "own_project", "n", amount=900)

    def test_over(self):
        """B-12: nothing is decided on a request that is over, and nothing accepted on one that was cancelled"""
        offer = self.decide(self.ticket, "own_project", "n", amount=900)
        self.move(self.ticket, "2026-03-02 09:00", "cancelled")
        with self.refused("is over"):
            self.open_wizard(self.ticket, "2026-03-02 10:00")
        with self.refused("does not wait for an answer"):
            self.answer(self.ticket, offer, "change")

    # --- access, the list of managers ----------------------------------------------------------------------------

    def test_access(self):
        """B-12, S-1: customers have no access to any of the models; agents read what belongs to their tickets"""
        self.decide(self.ticket, "own_project", "n", amount=900)
        for model in (
            "bpmsoft.source",
            "bpmsoft.outcome",
            "bpmsoft.outcome.option",
            "bpmsoft.decision",
            "bpmsoft.offer",
            "bpmsoft.offer.option",
            "bpmsoft.decide.wizard",
            "bpmsoft.withdraw.wizard",
        ):
            self.assertFalse(self.env[model].with_user(self.customer_user).has_access("read"), model)
        for name in ("bpmsoft_decision_ids", "bpmsoft_offer_ids", "bpmsoft_offer_state", "bpmsoft_source_id"):
            with self.assertRaises(UserError):
                self.ticket.with_user(self.customer_user).read([name])
        stranger = self.make_agent("stranger", "helpdesk_mgmt.group_helpdesk_user_own")
        for records in (
            self.ticket.bpmsoft_decision_ids,
            self.ticket.bpmsoft_offer_ids,
            self.ticket.bpmsoft_offer_id.option_ids,
        ):
            self.assertFalse(records.with_user(stranger)._filtered_access("read"))
            self.assertTrue(records.with_user(self.agent)._filtered_access("read"))
        with self.assertRaises(UserError):
            self.ticket.with_user(stranger).action_bpmsoft_decide_source()

    def test_paid_work(self):
        """B-12: the list of paid work has every paid offer with its amount and what became of it"""
        first = self.decide(self.ticket, "own_project", "n", amount=900)
        self.answer(self.ticket, first, "change")
        other = self.raise_ticket("2026-03-02 07:00", partner_id=self.stranger_user.partner_id.id)
        second = self.decide(other, "client_project", amount=300)
        free = self.decide(
            self.raise_ticket("2026-03-02 07:30", partner_id=self.stranger_user.partner_id.id), "own_product"
        )
        action = self.ref_("bpmsoft_offer_action")
        Offer = self.env["bpmsoft.offer"].with_user(self.manager)
        shown = Offer.search([("is_paid", "=", True), ("ticket_id", "in", (first | second | free).ticket_id.ids)])
        self.assertEqual(shown, second | first)
        self.assertEqual(action.domain, "[('is_paid', '=', True)]")
        groups = Offer._read_group([("id", "in", shown.ids)], ["state"], ["amount:sum"])
        self.assertEqual(dict(groups), {"accepted": 900, "open": 300})
        self.assertEqual(first.commercial_partner_id, self.irtysh)
