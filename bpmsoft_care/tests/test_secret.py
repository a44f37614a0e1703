import os
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo import fields
from odoo.addons.bpmsoft_care.hooks import wipe_secrets
from odoo.addons.bpmsoft_care.tools.keyring import make_key
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, config, mute_logger

from .common import ANSWERS, BpmsoftCase
from .secret_common import CANARY, SecretMixin

T = "2026-03-02"  # a Monday


@tagged("-at_install", "post_install")
class TestSecret(SecretMixin, BpmsoftCase):
    """The account's password of a request: who sees it, what is recorded, when it goes."""

    def setUp(self):
        super().setUp()
        self.ticket = self.raise_as_client(f"{T} 07:00", bpmsoft_password=CANARY)

    # --- the form -----------------------------------------------------------------------------------

    def test_answers_the_form(self):
        """B-9: a password given answers its question of the form; without one the form says that it is missing"""
        self.assertEqual(self.ticket.support_form_state, "complete")
        other = self.raise_as_client(f"{T} 07:00", bpmsoft_password=False)
        self.assertEqual(other.support_form_state, "incomplete")
        self.assertEqual(other.support_form_missing, "Password of this account")
        other.with_user(self.agent).bpmsoft_password = "later-Pass-2"
        self.assertEqual(other.support_form_state, "complete")
        self.assertEqual(self.reveal(other), "later-Pass-2")

    def test_field_keeps_nothing(self):
        """B-9: what is written to the field is answered by no read, web_read, search, group or export of it"""
        self.agent.group_ids |= self.env.ref("base.group_allow_export")
        ticket = self.ticket.with_user(self.agent)
        ticket.write({"bpmsoft_password": f"{CANARY}2"})
        self.assertFalse(ticket.bpmsoft_password)
        saved = ticket.web_save({"bpmsoft_password": f"{CANARY}3"}, {"bpmsoft_password": {}, "name": {}})
        self.assertFalse(saved[0]["bpmsoft_password"])
        answers = (
            ticket.read(),
            ticket.search_read([("id", "=", ticket.id)]),
            ticket.export_data(["name", "bpmsoft_password", "bpmsoft_secret_ids/login"])["datas"],
            ticket.bpmsoft_secret_ids.read(),
            ticket.bpmsoft_secret_ids.export_data(["login", "display_name"])["datas"],
            ticket.copy().read(),
            self.env["helpdesk.ticket"].with_user(self.agent).name_search(CANARY),
        )
        self.assertNotIn(CANARY, str(answers))
        with self.assertRaises(ValueError), mute_logger("odoo.domains"):
            ticket.search([("bpmsoft_password", "=", CANARY)])
        for name in ("sealed", "key_name"):
            for user in (self.agent, self.manager, self.env.ref("base.user_admin")):
                secret = ticket.bpmsoft_secret_ids.with_user(user)
                with self.assertRaises(AccessError), mute_logger("odoo.orm.models", "odoo.models"):
                    secret.read([name])
                with self.assertRaises(AccessError), mute_logger("odoo.orm.models", "odoo.models"):
                    secret.search([(name, "!=", False)])
                with self.assertRaises(UserError), mute_logger("odoo.orm.models", "odoo.models"):
                    secret.export_data([name])
        self.assertFalse(ticket._fields["bpmsoft_password"].exportable)
        self.assertEqual(self.reveal(ticket), f"{CANARY}3")

    def test_copy_asks_again(self):
        """B-9: a copy of a ticket has no password; the row of one cannot be copied"""
        copy = self.ticket.with_user(self.agent).copy()
        self.assertFalse(copy.bpmsoft_password_state)
        self.assertFalse(copy.sudo().bpmsoft_secret_ids)
        with self.refused("asked for again"):
            self.secrets(self.ticket).copy()

    def test_only_requests_of_the_provider(self):
        """B-9: a password for a ticket of somebody else, or one that has ended, is refused with a reason"""
        team = self.env["helpdesk.ticket.team"].create({"name": "Of nobody"})
        with self.refused("BPMSoft only"):
            self.env["helpdesk.ticket"].create(
                {"name": "x", "description": "x", "team_id": team.id, "bpmsoft_password": CANARY}
            )
        self.move(self.ticket, f"{T} 08:00", "closed")
        with self.refused("has ended"):
            self.ticket.with_user(self.agent).bpmsoft_password = CANARY
        with self.refused("has ended"):
            self.ticket.with_user(self.agent).action_bpmsoft_secret()

    # --- who sees it --------------------------------------------------------------------------------

    def test_members_of_the_queue(self):
        """B-9: agents of the ticket's queue see it; one of another queue, a manager and an administrator do not"""
        self.env["helpdesk.ticket.team"].create({"name": "Elsewhere", "user_ids": [(6, 0, self.other_agent.ids)]})
        self.assertEqual(self.reveal(self.ticket), CANARY)
        for user in (self.other_agent, self.manager, self.env.ref("base.user_admin")):
            self.assertFalse(self.secrets(self.ticket).with_env(self.env).with_user(user).may_reveal)
            with self.refused("Only members", AccessError):
                self.reveal(self.ticket, user)
        self.provider.bpmsoft_secret_managers = True
        self.assertEqual(self.reveal(self.ticket, self.manager), CANARY)
        with self.refused("Only members", AccessError):
            self.reveal(self.ticket, self.other_agent)

    def test_member_without_the_ticket(self):
        """B-9: who does not see the ticket does not see its password, member of the queue or not"""
        own = self.make_agent("own", "helpdesk_mgmt.group_helpdesk_user_own")
        self.team.user_ids |= own
        self.ticket.user_id = self.agent
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            self.reveal(self.ticket, own)

    def test_customers_never(self):
        """B-9, S-1: the client's people, strangers, the public see nothing by any call, not even that there is one"""
        users = (self.customer_user, self.colleague_user, self.stranger_user, self.env.ref("base.public_user"))
        self.team.user_ids |= self.customer_user  # by mistake
        for user in users:
            secret = self.secrets(self.ticket).with_env(self.env).with_user(user)
            calls = (
                secret.reveal,
                secret.action_replace,
                secret.action_withdraw,
                lambda secret=secret: secret.read(["login"]),
                lambda secret=secret: secret.search([]),
                lambda user=user: self.env["bpmsoft.secret.log"].with_user(user).search([]),
                lambda user=user: self.env["bpmsoft.secret.wizard"].with_user(user).create({"ticket_id": 1}),
                lambda user=user: self.ticket.with_user(user).action_bpmsoft_secret(),
            )
            for call in calls:
                with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                    call()
        self.assertEqual(self.log(self.ticket), [("kept", "form")])

    # --- what is recorded ---------------------------------------------------------------------------

    def test_each_look_is_recorded(self):
        """B-9: each look is written down with who and when, for managers and, without a name, for the client"""
        for minute in (10, 20):
            secret = self.secrets(self.ticket).with_env(self.env).with_user(self.agent)
            self.at(secret, f"{T} 09:{minute}").reveal()
        rows = self.ticket.with_user(self.manager).bpmsoft_secret_log_ids.filtered(lambda row: row.kind == "looked")
        self.assertEqual(rows.mapped("who"), ["Agent expert"] * 2)
        self.assertEqual(rows.mapped("user_id"), self.agent)
        self.assertEqual([fields.Datetime.to_string(row.moment) for row in rows], [f"{T} 09:20:00", f"{T} 09:10:00"])
        page = self.ticket.sudo().with_context(tz="Europe/Moscow")._support_portal_get_page()
        (row,) = page["bpmsoft_secrets"]
        self.assertEqual(len(row["looks"]), 2)
        self.assertRegex(row["looks"][0], r"^Looked at by the team on .*12:20.*Moscow.*\.$")
        self.assertNotIn("expert", str(page["bpmsoft_secrets"]))
        self.assertNotIn(CANARY, str(page))

    def test_record_is_append_only(self):
        """B-9: nobody writes, changes or deletes what was recorded, in superuser mode neither"""
        self.reveal(self.ticket)
        row = self.ticket.sudo().bpmsoft_secret_log_ids[:1]
        for act in (
            lambda: row.create({"kind": "looked"}),
            lambda: row.write({"who": "nobody"}),
            row.unlink,
            row.copy,
        ):
            with self.assertRaises(UserError):
                act()
        for user in (self.agent, self.manager):
            secret = self.secrets(self.ticket).with_env(self.env).with_user(user)
            for act in (
                lambda secret=secret: secret.write({"state": "kept"}),
                secret.unlink,
                lambda secret=secret: secret.create({"ticket_id": self.ticket.id}),
            ):
                with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                    act()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            row.with_user(self.agent).read(["who"])

    # --- replacing, withdrawing -----------------------------------------------------------------------

    def test_agent_enters_it(self):
        """B-9: what the client tells on the phone is entered by a wizard, which keeps nothing of it itself"""
        ticket = self.raise_ticket(f"{T} 07:00", bpmsoft_password=False).with_user(self.agent)
        action = ticket.action_bpmsoft_secret()
        Wizard = self.env[action["res_model"]].with_user(self.agent).with_context(**action["context"])
        wizard = Wizard.browse(
            Wizard.create({}).web_save({"bpmsoft_password": CANARY}, {"bpmsoft_password": {}})[0]["id"]
        )
        self.assertFalse(wizard.bpmsoft_password)
        self.assertNotIn(CANARY, str(wizard.read()))
        wizard.action_keep()
        self.assertFalse(wizard.exists())
        self.assertEqual(self.reveal(ticket), CANARY)
        self.assertEqual(ticket.support_form_state, "complete")
        self.assertEqual(self.log(ticket), [("kept", "agent"), ("looked", None)])
        empty = Wizard.create({})
        with self.refused("Type the password first"):
            empty.action_keep()

    def test_second_account(self):
        """B-9: a request may have more than one account, each with its password; one replaced is another"""
        action = self.ticket.with_user(self.agent).action_bpmsoft_secret()
        Wizard = self.env[action["res_model"]].with_user(self.agent).with_context(**action["context"])
        Wizard.create({"login": "dba", "system": "Database", "bpmsoft_password": "dba-Pass"}).action_keep()
        secrets = self.secrets(self.ticket)
        self.assertEqual(
            secrets.mapped("display_name"), ["support-visitor on https://crm.irtysh.example", "dba on Database"]
        )
        second = secrets[1].with_env(self.env).with_user(self.agent)
        action = second.action_replace()
        Wizard.with_context(**action["context"]).create({"bpmsoft_password": "dba-Pass-2"}).action_keep()
        self.assertEqual(second.reveal()["secret"], "dba-Pass-2")
        self.assertEqual(second.login, "dba")
        self.assertEqual(len(self.secrets(self.ticket)), 2)
        foreign = self.raise_ticket(f"{T} 07:00")
        with self.refused("another request"):
            Wizard.create({"secret_id": self.secrets(foreign).id})

    def test_client_replaces_and_withdraws(self):
        """B-9: the client replaces a password on the form and takes it back; then the form is incomplete again"""
        answers, errors = self.ticket.sudo()._support_form_read({"bpmsoft_password": " new Pass "}, 0)
        self.assertFalse(errors)
        message = self.ticket.sudo()._support_form_answer(answers, [], self.customer, "")
        self.assertNotIn("new Pass", message.body)
        self.assertIn("kept encrypted", message.body)
        self.assertEqual(self.reveal(self.ticket), " new Pass ", "blanks belong to it")
        answers, errors = self.ticket.sudo()._support_form_read({"bpmsoft_password": ""}, 0)
        self.assertEqual((answers, errors), ({}, []), "nothing typed takes nothing away")
        self.ticket.sudo()._bpmsoft_portal_withdraw(self.secrets(self.ticket).id)
        self.assertFalse(self.secrets(self.ticket))
        self.assertEqual(self.ticket.support_form_state, "incomplete")
        self.assertEqual([kind for kind, _reason in self.log(self.ticket)], ["kept", "replaced", "looked", "withdrawn"])
        with self.refused("not kept any more"):
            self.ticket.sudo()._bpmsoft_portal_withdraw(self.ticket.bpmsoft_secret_ids.id)

    def test_agent_removes_it(self):
        """B-9: an agent removes a password that should not have been given; looking at it says that it is gone"""
        secret = self.secrets(self.ticket).with_env(self.env).with_user(self.agent)
        secret.action_withdraw()
        with self.refused("is gone"):
            secret.reveal()
        self.assertIn(("withdrawn", "agent"), self.log(self.ticket))

    # --- the end --------------------------------------------------------------------------------------

    def assert_wiped(self, ticket, reason, number=None):
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT count(*) FROM bpmsoft_secret WHERE ticket_id = %s AND (sealed IS NOT NULL OR state = 'kept')",
                ticket.id,
            )
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))
        self.assertIn(("wiped", reason), self.log(ticket))

    def test_every_way_to_end(self):
        """B-9: closing and cancelling wipe the password, by RPC and list, by form, by import"""
        for stage in ("closed", "cancelled"):
            for act in (
                lambda ticket, stage: ticket.with_user(self.agent).write({"stage_id": stage.id}),
                lambda ticket, stage: ticket.with_user(self.agent).web_save({"stage_id": stage.id}, {"name": {}}),
                lambda ticket, stage: (
                    self.env["helpdesk.ticket"]
                    .with_user(self.agent)
                    .load([".id", "stage_id/.id"], [[str(ticket.id), str(stage.id)]])
                ),
            ):
                ticket = self.raise_ticket(f"{T} 07:00")
                act(ticket, self.stages[stage])
                self.settle()
                with self.subTest(stage=stage):
                    self.assert_wiped(ticket, stage)
                    self.assertEqual(ticket.support_form_state, "complete", "the form of what is over stays as it was")

    def test_waiting_and_resolved_keep_it(self):
        """B-9: a request that waits or is resolved keeps its password: the client may still reject"""
        for stage in ("in_work", "waiting", "waiting_other", "resolved"):
            self.move(self.ticket, f"{T} 08:00", stage)
            self.assertEqual(self.ticket.bpmsoft_password_state, "kept")
        self.assertEqual(self.reveal(self.ticket), CANARY)

    def test_merged(self):
        """B-9: a request that is merged into another loses its password"""
        other = self.raise_as_client(f"{T} 07:00", bpmsoft_password="other-Pass")
        other._support_merge_into(self.ticket)
        self.settle()
        self.assert_wiped(other, "merged")
        self.assertEqual(self.reveal(self.ticket), CANARY)

    def test_deleted(self):
        """B-9: with a request its password is deleted, and the trace stays, with its number"""
        self.env["support.policy"].search([("provider_id", "=", self.provider.id)]).active = False
        ticket = self.raise_ticket(f"{T} 07:00", bpmsoft_password="other-Pass")
        self.assertFalse(ticket.support_clock_ids)
        number = ticket.number
        ticket.sudo().unlink()
        rows = self.env["bpmsoft.secret.log"].with_user(self.manager).search([("number", "=", number)])
        self.assertEqual(rows.mapped("kind"), ["wiped", "kept"])
        self.assertEqual(rows[0].reason, "deleted")
        self.assertFalse(rows.ticket_id)
        self.assertFalse(self.env["bpmsoft.secret"].sudo().search([("ticket_id", "=", ticket.id)]))

    def test_moved_and_archived(self):
        """B-9: a request that goes to another provider, or into the archive, loses its password"""
        team = self.env["helpdesk.ticket.team"].create({"name": "Of nobody"})
        self.ticket.with_user(self.agent).team_id = team
        self.settle()
        self.assert_wiped(self.ticket, "moved")
        ticket = self.raise_ticket(f"{T} 07:00")
        ticket.active = False
        self.assert_wiped(ticket, "archived")

    def test_behind_the_orm(self):
        """B-9: what was closed behind Odoo's back is wiped by the nightly cleaning"""
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE helpdesk_ticket SET support_phase = 'closed' WHERE id = %s", self.ticket.id))
        self.env.invalidate_all()
        self.env["bpmsoft.secret"]._gc_left_behind()
        self.assert_wiped(self.ticket, "closed")

    def test_reopened(self):
        """B-9: reopened, the request asks its client for the password again, in words that say why"""
        self.move(self.ticket, f"{T} 08:00", "closed")
        self.assertFalse(self.told_to_give(self.ticket))
        self.move(self.ticket, f"{T} 09:00", "in_work")
        self.assertEqual(self.ticket.support_form_missing, "Password of this account")
        intent = self.told_to_give(self.ticket)
        self.assertEqual(len(intent), 1)
        with self.mock_mail_gateway():
            self.deliver()
        body = self.ticket.message_ids.filtered(lambda message: "was removed" in (message.body or "")).body
        self.assertIn("is being worked on again", body)
        self.assertIn("Password of this account", body)
        # anything else that changes asks no second time
        self.ticket.with_user(self.agent).user_id = self.agent
        self.assertEqual(len(self.told_to_give(self.ticket)), 1)

    def told_to_give(self, ticket):
        return self.env["support.notification"].search([("ticket_id", "=", ticket.id), ("kind", "=", "form")])

    def test_uninstalled(self):
        """B-9: before the addon goes, passwords go, and the requests say so"""
        wipe_secrets(self.env(su=True))
        self.assert_wiped(self.ticket, "uninstalled")
        self.assertIn("were removed with the addon", self.ticket.message_ids[0].body)

    # --- keys -----------------------------------------------------------------------------------------

    def codes(self):
        found = self.env["support.check"]._support_check_bpmsoft_secrets(self.env["support.check"]._get_configuration())
        return {finding["code"] for finding in found}

    def sick(self):
        now = self.env["support.event"]._now()
        return {finding["code"] for finding in self.env["support.health"].sudo()._check(now)}

    def test_nothing_in_the_database_opens_it(self):
        """B-9: the row has neither the password nor the key: with another key, all that the database has is useless"""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT row_to_json(s)::text FROM bpmsoft_secret s WHERE ticket_id = %s", self.ticket.id)
        )
        (row,) = self.env.cr.fetchone()
        self.assertNotIn(CANARY, row)
        key = config["bpmsoft_secret_keys"]
        self.assertEqual(self.find_canary(key), [])
        self.set_keys(make_key())
        with self.refused("no longer on the server"):
            self.reveal(self.ticket)

    def test_key_missing(self):
        """B-9: without the key the request can be worked on; looking and giving say what is wrong, checks find it"""
        self.assertNotIn("bpmsoft_secret_lost", self.sick())
        with TemporaryDirectory() as folder:
            self.set_keys("", data_dir=folder)
            with self.refused("key for passwords is missing"):
                self.reveal(self.ticket)
            with self.refused("key for passwords is missing"):
                self.ticket.with_user(self.agent).bpmsoft_password = "x"
            self.assertEqual(os.listdir(folder), [], "no other key is made in place of the one that is missing")
            self.say(self.ticket, f"{T} 08:00")
            self.assertIn("bpmsoft_secret_key_missing", self.codes())
            self.assertIn("bpmsoft_secret_lost", self.sick())
            post = {"bpmsoft_password": "x"}
            errors = self.env["helpdesk.ticket"]._support_portal_check(self.provider, {**ANSWERS, **post})
            self.assertIn("cannot be kept safely", " ".join(errors))
            _values, errors = self.ticket.sudo()._support_form_read(post, 0)
            self.assertIn("cannot be kept safely", " ".join(errors))
            self.move(self.ticket, f"{T} 09:00", "closed")  # a wiped password needs no key
            self.assert_wiped(self.ticket, "closed")

    def test_key_malformed(self):
        """B-9: what is set as a key and is none is found, told, and stops nothing else"""
        self.set_keys("swordfish")
        with self.refused("is no key"):
            self.reveal(self.ticket)
        self.assertIn("bpmsoft_secret_key_malformed", self.codes())
        self.say(self.ticket, f"{T} 08:00")

    def test_wrong_key(self):
        """B-9: with another key the password cannot be opened, which is told and found; a new one can be given"""
        self.set_keys(make_key())
        with self.refused("no longer on the server"):
            self.reveal(self.ticket)
        self.assertIn("bpmsoft_secret_key_unknown", self.codes())
        self.assertIn("bpmsoft_secret_lost", self.sick())
        self.ticket.with_user(self.agent).bpmsoft_password = "again-Pass"
        self.assertEqual(self.reveal(self.ticket), "again-Pass")
        self.assertNotIn("bpmsoft_secret_key_unknown", self.codes())

    def test_key_rotated(self):
        """B-9: a new key is put first, the finding's button renews every password, then the older key can go"""
        old, new = config["bpmsoft_secret_keys"], make_key()
        self.set_keys(f"{new},{old}")
        self.assertEqual(self.reveal(self.ticket), CANARY)
        self.assertIn("bpmsoft_secret_key_older", self.codes())
        self.env["support.finding"]._check()
        finding = (
            self.env["support.finding"].with_user(self.manager).search([("code", "=", "bpmsoft_secret_key_older")])
        )
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            finding.with_user(self.agent).action_remedy()
        answer = finding.action_remedy()
        self.assertIn("older one can go", answer["params"]["message"])
        self.assertFalse(finding.exists())
        self.set_keys(new)
        self.assertEqual(self.reveal(self.ticket), CANARY)
        self.assertFalse({code for code in self.codes() if code.startswith("bpmsoft_secret_key")})

    def test_key_file(self):
        """B-9: where no key is given, the first password makes one in a file of the data folder, for its owner only"""
        self.secrets(self.ticket)._end("withdrawn", "agent")
        with TemporaryDirectory() as folder:
            self.set_keys("", data_dir=folder)
            self.assertFalse({code for code in self.codes() if code.startswith("bpmsoft_secret_key")})
            self.ticket.with_user(self.agent).bpmsoft_password = CANARY
            path = Path(folder) / "bpmsoft_care" / "secret.keys"
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)
            self.assertEqual(self.reveal(self.ticket), CANARY)
            path.chmod(0o644)
            self.assertIn("bpmsoft_secret_key_open", self.codes())
            key = path.read_text()
            self.set_keys("", data_dir="/nowhere", bpmsoft_secret_key_file=str(path))
            self.assertEqual(self.reveal(self.ticket), CANARY)
        self.set_keys("")
        with patch.dict(os.environ, {"BPMSOFT_SECRET_KEYS": key}):
            self.assertEqual(self.reveal(self.ticket), CANARY)

    def test_given_file_is_never_made(self):
        """B-9: a file that the administrator names and that is not there is missing, and not replaced by a new key"""
        self.secrets(self.ticket)._end("withdrawn", "agent")
        with TemporaryDirectory() as folder:
            self.set_keys("", bpmsoft_secret_key_file=f"{folder}/keys")
            with self.refused("key for passwords is missing"):
                self.ticket.with_user(self.agent).bpmsoft_password = "x"
            self.assertEqual(os.listdir(folder), [])

    def test_moved_row(self):
        """B-9: a sealed password that somebody moves to another ticket in the database does not open there"""
        other = self.raise_ticket(f"{T} 07:00")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE bpmsoft_secret SET (sealed, key_name) =
                          (SELECT sealed, key_name FROM bpmsoft_secret WHERE ticket_id = %s)
                   WHERE ticket_id = %s""",
                self.ticket.id,
                other.id,
            )
        )
        self.env.invalidate_all()
        with self.refused("is damaged"):
            self.reveal(other)

    # --- configuration ----------------------------------------------------------------------------------

    def test_queue_without_members(self):
        """B-9: a queue nobody belongs to is found: nobody could look at a password"""
        self.team.user_ids = False
        self.assertIn("bpmsoft_secret_nobody", self.codes())
        self.team.user_ids = self.agent
        self.assertNotIn("bpmsoft_secret_nobody", self.codes())

    def test_seconds(self):
        """B-9: for how long a password is shown is a setting, within bounds"""
        self.provider.with_user(self.manager).bpmsoft_secret_seconds = 45
        secret = self.secrets(self.ticket).with_env(self.env).with_user(self.agent)
        self.assertEqual(secret.reveal()["seconds"], 45)
        with self.refused("5 to 600", ValidationError):
            self.provider.with_user(self.manager).bpmsoft_secret_seconds = 0
