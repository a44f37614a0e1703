"""S-6: calls with a secret among their arguments are logged without them."""

import logging

from bpmsoft_care.tools.quiet import LEFT_OUT, QuietCalls


class Params:
    """As the server hands over the arguments of a call."""

    def __init__(self, args, kwargs):
        self.args, self.kwargs = args, kwargs

    def __str__(self):
        return f"{self.args!r} {self.kwargs!r}"


def say(*args):
    record = logging.LogRecord("odoo.service.model", logging.DEBUG, __file__, 1, "call %s.%s(%s)", args, None)
    assert QuietCalls({"account_password"}).filter(record)
    return record.getMessage()


def test_secret_is_left_out():
    """S-6: however deep the secret is, nothing of the arguments is written"""
    told = say("helpdesk.ticket()", "create", Params([[{"name": "x", "account_password": "swordfish"}]], {}))
    assert told == f"call helpdesk.ticket().create({LEFT_OUT})"
    told = say(
        "helpdesk.ticket()", "load", Params([], {"fields": ["name", "account_password"], "data": [["x", "fish"]]})
    )
    assert "fish" not in told


def test_other_calls_are_told():
    """S-6: everything else is logged as it was"""
    assert say("res.partner(1,)", "write", Params([{"name": "Swordfish"}], {})) == (
        "call res.partner(1,).write([{'name': 'Swordfish'}] {})"
    )
    record = logging.LogRecord("x", logging.INFO, __file__, 1, "nothing", (), None)
    assert QuietCalls({"account_password"}).filter(record)
    assert record.getMessage() == "nothing"
