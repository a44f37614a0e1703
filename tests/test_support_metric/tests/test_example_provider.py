import configparser
import json
import re
import subprocess
import tempfile
from pathlib import Path

from odoo.addons.test_support_faults.tests.server import Database, needed
from odoo.tests import BaseCase, tagged
from odoo.tools.misc import file_path

#: a fenced block whose first line names the file it is
BLOCK = re.compile(
    r"^```(?:python|xml)\n(?:# |<!-- )(harbour_care/\S+?)(?: -->)?\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
LIMIT = 60

#: Runs in ``odoo shell``: install, raise, remove; what was found goes into a file.
SESSION = """
import json
from datetime import datetime
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

database, found = env.cr.dbname, {}

def desk(moment):
    return api.Environment(Registry(database).cursor(), SUPERUSER_ID, {"support_now": datetime.fromisoformat(moment)})

env["ir.module.module"].update_list()
env["ir.module.module"].search([("name", "=", "harbour_care")]).button_immediate_install()

# Friday afternoon in winter: Lisbon is on UTC
env = desk("2026-01-09 17:30:00")
queue = env.ref("harbour_care.queue")
customer = env["res.partner"].create({"name": "Quay Company"})
values = {"name": "The crane stands", "description": "Since noon.", "team_id": queue.id}
ticket = env["helpdesk.ticket"].create(
    {**values, "partner_id": customer.id, "support_priority_id": env.ref("harbour_care.urgent").id}
)
unknown = env["helpdesk.ticket"].create(values)
found["due"] = {clock.metric: str(clock.deadline) for clock in ticket.support_clock_ids}
found["held back"] = len(unknown.support_clock_ids)
found["explained"] = [clock["explain"] for clock in ticket._support_get_panel()["clocks"]]
env.cr.commit()
env = desk("2026-01-13 17:30:01")
env["support.sweep"]._cron_sweep()
found["steps"] = env["support.escalation"].search([("ticket_id", "=", ticket.id)]).mapped("step_id.name")
env = desk("2026-01-13 17:31:00")
unknown = env["helpdesk.ticket"].browse(unknown.id)
unknown.partner_id = customer.id
found["known later"] = sorted(unknown.support_clock_ids.mapped("metric"))
env.cr.commit()

env["ir.module.module"].search([("name", "=", "harbour_care")]).button_immediate_uninstall()
env = desk("2026-01-14 12:00:00")
env["support.sweep"]._cron_sweep()
ticket = env["helpdesk.ticket"].browse(ticket.id)
found["after"] = {clock.metric: str(clock.breached or "") for clock in ticket.support_clock_ids}
found["troubles"] = env["support.trouble"].search_count([])
env["helpdesk.ticket"].create({"name": "Another", "description": "Elsewhere."})
env.cr.commit()
with open(__ANSWER__, "w") as answer:
    json.dump(found, answer)
"""


@tagged("post_install", "-at_install")
class TestExampleProvider(BaseCase):
    """The provider that DEVELOP.md shows, as an addon of a real Odoo."""

    def test_what_the_book_says_works(self):
        """E-4, E-2.1, F-12: the example of DEVELOP.md has at most 60 lines, installs into a desk that runs, promises
        what it says on its own hours, holds back what its rule holds back, escalates, and is removed again while a
        ticket of it is open: the ticket and its verdicts stay"""
        book = Path(file_path("support_sla/readme/DEVELOP.md")).read_text()
        files = dict(BLOCK.findall(book))
        self.assertEqual(
            set(files), {f"harbour_care/{name}" for name in ("__manifest__.py", "__init__.py", "data/harbour_care.xml")}
        )
        # with the line that names the file
        self.assertLessEqual(sum(len(text.splitlines()) + 1 for text in files.values()), LIMIT)
        found = self._live(files)
        self.assertEqual(found["due"], {"first_response": "2026-01-12 09:30:00", "resolution": "2026-01-13 17:30:00"})
        self.assertEqual(found["held back"], 0)
        self.assertTrue(all(found["explained"]))
        self.assertEqual(sorted(found["steps"]), ["Tell", "Warn"])
        self.assertEqual(found["known later"], ["first_response", "resolution"])
        self.assertEqual(found["after"], {"first_response": "2026-01-12 09:30:00", "resolution": "2026-01-13 17:30:00"})
        self.assertEqual(found["troubles"], 0)

    def _live(self, files: dict[str, str]) -> dict:
        """Write the addon into a folder of its own and go through :data:`SESSION` with it."""
        folder = Path(tempfile.mkdtemp(prefix="harbour-"))
        for name, text in files.items():
            file = folder / "addons" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        parser = configparser.ConfigParser(interpolation=None)
        parser.read(needed("SUPPORT_ODOO_CONF"))
        parser["options"]["addons_path"] += f",{folder / 'addons'}"
        with open(folder / "odoo.conf", "w") as handle:
            parser.write(handle)
        (folder / "odoo.conf").chmod(0o600)
        database = Database("test_support_metric_example")
        self.addCleanup(database.drop)
        database.copy_from(needed("SUPPORT_TEMPLATE_DB"))
        answer = folder / "answer.json"
        done = subprocess.run(
            [needed("SUPPORT_ODOO_BIN"), "shell", "-c", folder / "odoo.conf", "-d", database.name, "--no-http"],
            input=SESSION.replace("__ANSWER__", repr(str(answer))),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        self.assertTrue(answer.exists(), (done.stdout + done.stderr)[-3000:])
        return json.loads(answer.read_text())
