from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestCheck(TransactionCase):
    def test_fresh_judopay_has_no_false_alarm(self):
        """E-6.4: Judopay as it is installed, with its roles filled, an administrator and members: nothing is amiss."""
        provider = self.env.ref("judopay_priorities.provider")
        user = (
            self.env["res.users"]
            .with_context(no_reset_password=True)
            .create({"name": "Everybody", "login": "judopay-check", "email": "everybody@judopay.example"})
        )
        missing = {finding.code for finding in self._check(provider)}
        people = {"role_empty", "role_fallback", "rota_gap_empty", "administrator_missing", "queue_without_member"}
        self.assertLessEqual(missing, people)
        self.assertIn("role_empty", missing)
        provider.role_ids.user_ids = user
        provider.administrator_id = user
        provider.team_ids.user_ids = user
        self.assertFalse(self._check(provider).mapped("message"))

    def _check(self, provider):
        self.env["support.finding"].action_check()
        return self.env["support.finding"].search([("provider_id", "=", provider.id)])
