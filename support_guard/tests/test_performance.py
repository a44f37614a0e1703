from odoo.tests import tagged, warmup

from .common import GuardCase


@tagged("post_install", "-at_install")
class TestPerformance(GuardCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, mail_create_nosubscribe=True)
        )

    @warmup
    def test_create(self):
        """G-10: making a ticket costs what it costs without the addon."""
        self.env.flush_all()
        with self.assertQueryCount(CREATE):
            self.make_ticket("Cheap", self.alder_user.partner_id)
            self.env.flush_all()

    @warmup
    def test_stage(self):
        """G-10: so does moving it to another stage."""
        ticket = self.alder_ticket
        stage_id = self.stage_done.id
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(STAGE):
            ticket.write({"stage_id": stage_id})
            self.env.flush_all()


CREATE = 20
STAGE = 20
