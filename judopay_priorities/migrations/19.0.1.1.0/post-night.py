"""J-14, J-16: what a new database is shipped with comes to databases that exist, where nobody decided otherwise."""

from odoo import SUPERUSER_ID, api
from odoo.addons.support_sla.provider_hooks import extend_template

#: before which sentence of the confirmation of receipt the night is told of
BEFORE = "<p>This message was sent automatically."
NIGHT = """<t t-set="night" t-value="object._judopay_describe_night(object.support_raised)"></t>
                <p t-if="night['text']" t-out="night['text']"></p>
                """


def migrate(cr, version):
    """Settings are filled in where they are empty, the mail is changed where nobody edited it.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})

    def find(name):
        return env.ref(f"judopay_priorities.{name}", raise_if_not_found=False)

    on_call, critical, provider = find("role_on_call"), find("priority_ps1"), find("provider")
    if on_call and not on_call.rota_hours:
        on_call.rota_hours = "closed"
    if on_call and critical and not critical.judopay_night_role_id:
        critical.judopay_night_role_id = on_call
    representative = find("role_service_representative")
    if provider and representative and not provider.round_role_id:  # J-16
        provider.round_role_id = representative
    extend_template(env, "judopay_priorities.mail_template_acknowledgement", BEFORE, NIGHT, "_judopay_describe_night")
