from .common import OpenpymeCase, utc
from .plain.local_server import LocalServer


class ServerCase(OpenpymeCase):
    """Servers of two accounts that are watched; what they ask are real servers on this machine."""

    @classmethod
    def make_data(cls):
        super().make_data()
        cls.allowed = cls.env["openpyme.allowed.address"].create({"pattern": "127.0.0.1", "ports": "1-65535"})

    def serve(self, *args, **kwargs):
        server = LocalServer(*args, **kwargs)
        self.addCleanup(server.close)
        return server

    def add_server(self, local, moment="2026-02-10 10:00", user=None, **vals):
        """A server that is watched, added by the leader of its account."""
        values = {
            "name": "ERP production",
            "partner_id": self.mesa.id,
            "address": local.url if local else "http://127.0.0.1:1/",
            **vals,
        }
        return self.at(self.env["openpyme.server"].with_user(user or self.leader), moment).create(values).sudo()

    def look(self, moment, limit=16):
        """What the scheduled action does at ``moment``, without its commits; how many were asked."""
        moment = utc(moment) if isinstance(moment, str) else moment
        servers = self.at(self.env["openpyme.server"].sudo(), moment)
        jobs = servers._claim(moment, limit)
        answers = servers._probe_all(jobs, self.env["openpyme.allowed.address"]._get_rules())
        for job in servers._sort_jobs(jobs, answers):
            servers._settle_safely(job, answers[job.server_id])
        return len(jobs)

    def tickets(self, server):
        return self.env["helpdesk.ticket"].search([("openpyme_server_id", "in", server.ids)], order="id")

    def notes(self, ticket):
        """What monitoring wrote on a ticket, the oldest first."""
        robot = self.env.ref("base.partner_root")
        messages = ticket.message_ids.sorted("id").filtered(
            lambda message: message.author_id == robot and message.subtype_id == self.env.ref("mail.mt_note")
        )
        return [str(message.body) for message in messages if message.message_type == "comment"]
