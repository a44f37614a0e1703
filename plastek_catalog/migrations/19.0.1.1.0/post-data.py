"""What a new database is shipped with comes to databases that exist, where nobody decided otherwise (P-2, P-3, P-9)."""

from odoo import SUPERUSER_ID, Command, api
from odoo.addons.support_sla.provider_hooks import extend_template

TEMPLATE = "plastek_catalog.mail_template_acknowledgement"
#: words of entries as they were shipped first, and now
WORDS = {
    "entry_incident": (
        (
            "not added, not written off, error, failure, does not work, points, не начисляются, не списываются, "
            "ошибка, не работает, баллы, no funciona, fallo, puntos"
        ),
        (
            "not added, not taken off, not written off, missing points, error, failure, does not work, "
            "не начисляются, не начислили, не списываются, не списали, ошибка, не работает, пропали баллы, "
            "no funciona, no se suman, no se descuentan, fallo, error, faltan puntos"
        ),
    ),
    "entry_logging": (
        "log, trace, logging, лог, логи, логирование, registro de eventos",
        "log, trace, logging, логи, логирование, журнал событий, registro de eventos",
    ),
}
#: before which sentence of the confirmation of receipt it is said that no time is agreed
BEFORE = "<p>This message was sent automatically."
NO_TIME = """<p t-if="object.plastek_no_service">
                    No time is agreed for this kind of request: we look at it and write to you.
                </p>
                """


def migrate(cr, version):
    """Settings are filled in where they are empty; words and mail are changed where nobody edited them.

    :param cr: cursor of the database
    :param version: the version installed before, "" for none
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})

    def find(name):
        return env.ref(f"plastek_catalog.{name}", raise_if_not_found=False)

    provider, intake = find("provider"), find("role_service_desk_manager")
    if provider and intake and not provider.plastek_intake_role_id:
        provider.plastek_intake_role_id = intake
    for name, (former, words) in WORDS.items():
        entry = find(name)
        if entry and entry.words == former:
            entry.words = words
    correction = find("kind_correction")
    services = [find(f"service_{code}") for code in ("incident", "consultation", "access")]
    if correction and all(services) and not correction._get_services():
        correction.fitting_service_ids = [Command.set([service.id for service in services])]
    extend_template(env, TEMPLATE, BEFORE, NO_TIME, "object.plastek_no_service")
