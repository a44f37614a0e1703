"""O-15: one check of one server, against real servers on this machine.

Nothing waits for a fixed time: where a server is slow, it is slower than the deadline by far, and the test asks only
that the probe gave up long before the server would have.
"""

import logging
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest
from local_server import (
    OK,
    LocalServer,
    certificate,
    drip,
    flood,
    hang_up,
    redirect,
    say,
    silence,
)

from openpyme_helpdesk_sla.tools.address import Address, parse_http, parse_rule, parse_tcp
from openpyme_helpdesk_sla.tools.probe import BLIND, DOWN, UP, Target, probe, trust

HERE = [parse_rule("127.0.0.1", "1-65535")]
#: long for a machine that is busy, short for a test
PATIENT = 20.0
#: shorter than anything that is slow here
HASTY = 0.4


@pytest.fixture
def serve():
    made = []

    def make(*args, **kwargs):
        made.append(LocalServer(*args, **kwargs))
        return made[-1]

    yield make
    for server in made:
        server.close()


def ask(server, timeout=PATIENT, path="", rules=HERE, resolver=None, **kwargs):
    target = Target(parse_http(server.url + path), timeout, **kwargs)
    return probe(target, rules, resolver) if resolver else probe(target, rules)


def gives_up(server, **kwargs):
    """The probe ends soon after its deadline, and says that it is the time that was too long."""
    start = time.monotonic()
    answer = ask(server, HASTY, **kwargs)
    assert time.monotonic() - start < 10
    return answer.outcome, answer.code


def test_up(serve):
    """O-15: a page that answers is up, with its status and how long it took"""
    answer = ask(serve())
    assert (answer.outcome, answer.code, answer.status) == (UP, "ok", 200)
    assert answer.millis >= 1


def test_request_tells_nothing(serve, monkeypatch):
    """O-15: a request has no cookie, no credentials, and takes no proxy of the environment"""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    server = serve()
    assert ask(server, path="status?part=db").outcome == UP
    head = server.requests[0]
    assert head.startswith("GET /status?part=db HTTP/1.1\r\n")
    assert f"Host: 127.0.0.1:{server.port}\r\n" in head
    assert "Cookie" not in head
    assert "Authorization" not in head


def test_status(serve):
    """O-15: a status out of the expected range is down; in it, it is up"""
    server = serve(say(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"))
    answer = ask(server)
    assert (answer.outcome, answer.code, answer.status) == (DOWN, "status", 503)
    assert ask(server, low=503, high=503).outcome == UP


def test_text(serve):
    """O-15: the page must have the text, where one is expected"""
    server = serve()
    assert ask(server, text="is well").outcome == UP
    answer = ask(server, text="is ill")
    assert (answer.outcome, answer.code) == (DOWN, "text")


def test_text_in_chunks_and_other_letters(serve):
    """O-15: a text is found across pieces of an answer and in the page's own encoding"""
    page = "¡todo está bien!".encode("latin-1")
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (page[:7], page[7:])) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=iso-8859-1\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert ask(serve(say(head + chunks)), text="está bien").outcome == UP
    odd = OK.replace(b"utf-8", b"no-such-thing")
    assert ask(serve(say(odd)), text="all is well").outcome == UP


def test_big_page(serve):
    """O-15: a page without end is read as far as 512 KiB and no further"""
    server = serve(flood(b"HTTP/1.1 200 OK\r\n\r\n"))
    assert ask(server).outcome == UP
    answer = ask(server, text="not there")
    assert (answer.outcome, answer.code) == (DOWN, "text")


def test_big_head(serve):
    """O-15: a head without end is no answer"""
    server = serve(flood(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"y" * 1000 + b"\r\n"))
    answer = ask(server)
    assert (answer.outcome, answer.code) == (DOWN, "protocol")


def test_continue_for_ever(serve):
    """O-15: a server that says “continue” without end is no answer"""
    server = serve(flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100))
    answer = ask(server)
    assert (answer.outcome, answer.code) == (DOWN, "protocol")


def test_never_answers(serve):
    """O-15: a server that never answers is down when the time is over"""
    assert gives_up(serve(silence)) == (DOWN, "timeout")


def test_slow_drip(serve):
    """O-15: a server that sends a byte now and then is cut off by the deadline of the whole, head and page"""
    assert gives_up(serve(drip(b"HTTP/1.1 200 OK\r\nX: "))) == (DOWN, "timeout")
    assert gives_up(serve(drip(b"HTTP/1.1 200 OK\r\n\r\n")), text="never") == (DOWN, "timeout")


def test_text_before_the_drip(serve):
    """O-15: a page is read no further than to the text that was looked for"""
    assert ask(serve(drip(b"HTTP/1.1 200 OK\r\n\r\nall is well")), text="well").outcome == UP


def test_hangs_up(serve):
    """O-15: a server that closes without a word is down"""
    answer = ask(serve(hang_up))
    assert (answer.outcome, answer.code) == (DOWN, "empty")


def test_speaks_something_else(serve):
    """O-15: what is no HTTP is down"""
    answer = ask(serve(say(b"SSH-2.0-OpenSSH_9.2\r\n")))
    assert (answer.outcome, answer.code) == (DOWN, "protocol")
    answer = ask(
        serve(say(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")), text="a"
    )
    assert answer.outcome == DOWN


def test_closed_port(serve):
    """O-15: nobody listens: down, as a page and as a port"""
    server = serve()
    server.close()
    assert ask(server).code == "closed"
    answer = probe(Target(parse_tcp(f"127.0.0.1:{server.port}"), PATIENT), HERE)
    assert (answer.outcome, answer.code) == (DOWN, "closed")


def test_open_port(serve):
    """O-15: a port that takes a connection is up, and nothing is said to it"""
    server = serve()
    answer = probe(Target(parse_tcp(f"127.0.0.1:{server.port}"), PATIENT), HERE)
    assert (answer.outcome, answer.code) == (UP, "ok")
    assert not server.requests


def test_port_that_takes_nobody():
    """O-15: a port whose queue is full is down when the time is over"""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        crowd = []
        try:
            for _number in range(4):
                one = socket.socket()
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
                crowd.append(one)
            answer = probe(Target(parse_tcp(f"127.0.0.1:{port}"), HASTY), HERE)
        finally:
            for one in crowd:
                one.close()
    assert (answer.outcome, answer.code) == (DOWN, "timeout")


def test_redirects(serve):
    """O-15: three redirects are followed, a fourth is not; a loop ends"""
    last = serve()
    urls = [last.url]
    for _hop in range(4):
        urls.append(serve(redirect(urls[-1])).url)
    assert probe(Target(parse_http(urls[3]), PATIENT), HERE).outcome == UP
    assert probe(Target(parse_http(urls[4]), PATIENT), HERE).code == "redirects"
    loop = serve()
    loop.behaviour = redirect("/again")
    answer = ask(loop)
    assert (answer.outcome, answer.code) == (DOWN, "redirects")
    assert loop.connections == 4


def test_redirect_not_followed(serve):
    """O-15: where redirects are not to be followed, the redirect itself is the answer"""
    server = serve(redirect("http://127.0.0.1:1/"))
    assert ask(server, follow=False).outcome == UP
    assert ask(server, follow=False, high=299).code == "status"


def test_redirect_elsewhere(serve):
    """O-15: no redirect leads to an address that is not allowed, by name, in digits or by another port"""
    inner = serve()
    rules = []
    for location in (
        f"http://127.0.0.2:{inner.port}/",
        f"http://localhost:{inner.port}/",
        "http://169.254.169.254/latest/meta-data/",
        f"http://[::ffff:127.0.0.2]:{inner.port}/",
        f"//127.0.0.3:{inner.port}/",
        inner.url,
    ):
        server = serve(redirect(location))
        rules = [parse_rule("127.0.0.1", str(server.port))]
        answer = ask(server, rules=rules)
        assert (answer.outcome, answer.code) == (BLIND, "redirect_not_allowed"), location
    assert not inner.connections


def test_redirect_to_nonsense(serve):
    """O-15: a redirect to another kind of address, or with a password in it, is down"""
    for location in ("file:///etc/passwd", "ftp://127.0.0.1/", "http://a:b@127.0.0.1/", "http://[", "http://127.1/"):
        answer = ask(serve(redirect(location)))
        assert (answer.outcome, answer.code) == (DOWN, "redirect"), location


def test_not_allowed(serve):
    """O-15: what is not on the list is not asked at all"""
    server = serve()
    for rules in ([], [parse_rule("127.0.0.1", "1")], [parse_rule("0.0.0.0/0", "1-65535")]):
        answer = ask(server, rules=rules)
        assert (answer.outcome, answer.code) == (BLIND, "not_allowed")
    assert not server.connections


def named(server, host="erp.mesa.example"):
    return Target(Address("http", host, server.port), PATIENT)


def test_name_that_leads_inside(serve):
    """O-15: an allowed name that resolves to the machine itself, or to a private network, is not asked"""
    server = serve()
    name = [parse_rule("erp.mesa.example", "1-65535")]
    for inside in ("127.0.0.1", "::ffff:127.0.0.1", "::1", "10.0.0.1", "169.254.169.254"):
        answer = probe(named(server), name, lambda host, port, ip=inside: [ip])
        assert (answer.outcome, answer.code) == (BLIND, "not_allowed"), inside
    assert not server.connections


def test_name_is_resolved_once(serve):
    """O-15: the connection goes to the very address that was judged, whatever the name says a moment later"""
    server, other = serve(), serve()
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    asked = []

    def changing(host, port):
        asked.append(host)
        return answers.pop(0)

    rules = [parse_rule("erp.mesa.example", "1-65535"), *HERE]
    answer = probe(named(server), rules, changing)
    assert answer.outcome == UP
    assert asked == ["erp.mesa.example"]
    assert f"Host: erp.mesa.example:{server.port}\r\n" in server.requests[0]
    # at the next check the name leads elsewhere, and is judged anew
    assert probe(named(other), rules, changing).outcome == BLIND
    assert not other.connections


def test_one_of_several_addresses(serve):
    """O-15: of several addresses of a name those that are not allowed are left out, and one that is closed is passed"""
    server = serve()
    rules = [parse_rule("erp.mesa.example", "1-65535"), parse_rule("127.0.0.0/30", "1-65535")]
    answer = probe(named(server), rules, lambda host, port: ["127.8.8.8", "127.0.0.2", "127.0.0.1"])
    assert answer.outcome == UP


def test_name_that_does_not_exist(serve):
    """O-15: a name that nobody knows is down"""

    def unknown(host, port):
        raise socket.gaierror(-2, "not known")

    answer = probe(named(serve()), [parse_rule("erp.mesa.example", "1-65535")], unknown)
    assert (answer.outcome, answer.code) == (DOWN, "name")


def test_slow_resolver(serve):
    """O-15: a resolver that takes its time is left behind at the deadline"""
    over = threading.Event()

    def slow(host, port):
        over.wait(30)
        return ["127.0.0.1"]

    target = Target(Address("http", "erp.mesa.example", serve().port), HASTY)
    start = time.monotonic()
    answer = probe(target, [parse_rule("erp.mesa.example", "1-65535"), *HERE], slow)
    took = time.monotonic() - start
    over.set()
    assert (answer.outcome, answer.code) == (DOWN, "timeout")
    assert took < 10


def test_certificate(serve):
    """O-15: a certificate nobody trusts is down, unless it is the server's own and made out to the right name"""
    for name in ("other.example", "127.0.0.1"):
        with certificate(name) as files:
            server = serve(certificate=files)
            answer = ask(server)
            assert (answer.outcome, answer.code) == (DOWN, "certificate")
            own = Path(files[0]).read_text()
            assert ask(server, trusted=own, known_as=name).outcome == UP
            right = ask(server, trusted=own)
            assert (right.code == "ok") is (name == "127.0.0.1"), "the name is looked at as well"
            assert ask(server, trusted=own, known_as="third.example").code == "certificate"


def test_certificate_after_a_redirect(serve):
    """O-15: the name that is known of one server is not taken for another that it redirects to"""
    with certificate("other.example") as files:
        own = Path(files[0]).read_text()
        there = serve(certificate=files)
        server = serve(redirect(there.url), certificate=files)
        assert ask(server, trusted=own, known_as="other.example").code == "certificate"


def test_certificate_is_none(serve):
    """O-15: what cannot be read as a certificate is said, and stops nothing else"""
    with pytest.raises(ValueError, match="no certificate"):
        trust(ssl.create_default_context(), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")


def test_no_tls_there(serve):
    """O-15: https where only http is spoken is down; so is a handshake that never ends"""
    server = serve()
    target = Target(parse_http(server.url.replace("http:", "https:")), PATIENT)
    assert probe(target, HERE).code in ("tls", "empty")
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"https://127.0.0.1:{mute.getsockname()[1]}/"
        start = time.monotonic()
        assert probe(Target(parse_http(url), HASTY), HERE).code == "timeout"
        assert time.monotonic() - start < 10


def test_nothing_is_logged(serve, caplog):
    """O-15: no log has an address or what a server said"""
    with caplog.at_level(logging.DEBUG):
        ask(serve(redirect("http://a:b@127.0.0.1/")))
        ask(serve(hang_up))
    assert not caplog.records
