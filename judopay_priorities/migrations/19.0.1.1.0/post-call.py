"""The call that goes with a PS1 (J-8), for databases that were there before it."""

from odoo import SUPERUSER_ID, api
from odoo.addons.support_sla.provider_hooks import extend_template

#: before which part of the confirmation of receipt the merchant is asked to call
BEFORE = "<p t-if=\"object.support_next_metric == 'first_response'"
CALL = """<t t-set="call" t-value="object._judopay_get_call_line()"></t>
                <p t-if="call">
                    <strong>Please call us as well, now: <t t-out="call['label']">24-hour line</t>
                    <a t-att-href="call['url']" t-out="call['value']">+44 20 7946 0000</a>.</strong>
                    A <t t-out="call['level']">PS1 Critical</t> ticket goes together with a call; if you have called
                    already, you need not call again. Your ticket and its times run in any case.
                </p>
                """


def migrate(cr, version):
    """PS1 asks for a call and the mail says so, where nobody edited it; open tickets follow.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})

    def find(name):
        return env.ref(f"judopay_priorities.{name}", raise_if_not_found=False)

    critical, line = find("priority_ps1"), find("contact_line")
    if critical and line and not critical.judopay_call_point_id:
        critical.judopay_call_point_id = line
    extend_template(env, "judopay_priorities.mail_template_acknowledgement", BEFORE, CALL, "_judopay_get_call_line")
