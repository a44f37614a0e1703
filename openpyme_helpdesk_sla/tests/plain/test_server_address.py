"""O-15: which addresses are taken, and which of them may be asked."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openpyme_helpdesk_sla.tools import address as it


@pytest.mark.parametrize(
    ("text", "host", "port", "tls", "path"),
    [
        ("https://erp.mesa.example", "erp.mesa.example", 443, True, "/"),
        ("http://ERP.Mesa.Example:8069/web/login", "erp.mesa.example", 8069, False, "/web/login"),
        ("https://erp.mesa.example./status?part=db", "erp.mesa.example", 443, True, "/status?part=db"),
        ("https://bücher.example/ñandú", "xn--bcher-kva.example", 443, True, "/%C3%B1and%C3%BA"),
        ("https://straße.example", "xn--strae-oqa.example", 443, True, "/"),
        ("http://[2001:DB8::1]:8080/x", "2001:db8::1", 8080, False, "/x"),
        ("http://[::ffff:192.0.2.7]/", "192.0.2.7", 80, False, "/"),
        ("  https://erp.mesa.example/  ", "erp.mesa.example", 443, True, "/"),
    ],
)
def test_page(text, host, port, tls, path):
    """O-15: a page's address, with names of other alphabets and IPv6"""
    found = it.parse_http(text)
    assert (found.host, found.port, found.tls, found.path) == (host, port, tls, path)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("erp.mesa.example", "scheme"),
        ("ftp://erp.mesa.example", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://erp.mesa.example:70/x", "scheme"),
        ("http:erp.mesa.example", "scheme"),
        ("http://", "host"),
        ("http://user:pw@erp.mesa.example/", "user"),
        ("http://user@erp.mesa.example/", "user"),
        ("http://allowed.example@evil.example/", "user"),
        ("http://erp.mesa.example:0/", "port"),
        ("http://erp.mesa.example:70000/", "port"),
        ("http://erp.mesa.example:/", "port"),
        ("http://erp.mesa.example:8o/", "port"),
        ("http://[::1/", "host"),
        ("http://[fe80::1%25eth0]/", "host"),
        ("http://erp..example/", "host"),
        ("http://-erp.example/", "host"),
        ("http://" + "a" * 64 + ".example/", "host"),
        ("http://127.1/", "number"),
        ("http://2130706433/", "number"),
        ("http://0x7f000001/", "number"),
        ("http://0x7f.0.0.1/", "number"),
        ("http://0177.0.0.1/", "number"),
        ("http://erp.mesa.example/#top", "fragment"),
        ("http://erp.mesa.example\\@evil.example/", "user"),
        ("http://erp.mesa.example/a\\b", "characters"),
        ("http://erp.mesa.example/a b", "characters"),
        ("http://erp.mesa.example/a\r\nHost: evil.example", "characters"),
        ("http://erp.mesa.example/" + "a" * 500, "long"),
        ("http://erp.mesa.example/?token=abc", "query_secret"),
        ("http://erp.mesa.example/?a=1&API_KEY=abc", "query_secret"),
        ("http://erp.mesa.example/?a=1;password=abc", "query_secret"),
        ("http://erp.mesa.example/?x-amz-signature=abc", "query_secret"),
        ("http://erp.mesa.example/?q=4f9d2b7c1e6a8053bb2e9d417c6f0a18", "query_secret"),
        ("http://erp.mesa.example/?4f9d2b7c1e6a8053bb2e9d417c6f0a18", "query_secret"),
        ("http://erp.mesa.example/?%74oken=abc", "query_secret"),
    ],
)
def test_page_refused(text, code):
    """O-15: what is no address, or would put a secret into one, is refused; the secret is not repeated"""
    with pytest.raises(it.AddressError) as caught:
        it.parse_http(text)
    assert caught.value.code == code
    assert "4f9d2b7c" not in caught.value.part
    assert "pw" not in caught.value.part


def test_harmless_query():
    """O-15: a parameter that is no secret stays"""
    assert it.parse_http("https://erp.mesa.example/?db=production&monkey=1").path == "/?db=production&monkey=1"


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("db.mesa.example:5432", "db.mesa.example", 5432),
        ("[2001:db8::1]:22", "2001:db8::1", 22),
        ("10.0.0.9:1", "10.0.0.9", 1),
    ],
)
def test_port(text, host, port):
    """O-15: host and port of a TCP check"""
    found = it.parse_tcp(text)
    assert (found.host, found.port) == (host, port)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("db.mesa.example", "port_missing"),
        ("2001:db8::1", "port_missing"),
        ("2001:db8::1:22", "port_missing"),
        ("[2001:db8::1]", "port_missing"),
        ("db.mesa.example:0", "port"),
        ("db.mesa.example:70000", "port"),
        ("db.mesa.example:-1", "port"),
        ("db.mesa.example:٢٢", "port"),
        ("db.mesa.example:", "port"),
        ("http://db.mesa.example:80", "scheme"),
        ("root:pw@db.mesa.example:22", "user"),
        (":22", "host"),
        ("127.1:22", "number"),
    ],
)
def test_port_refused(text, code):
    """O-15: a TCP address without a port, or with one that is none, is refused"""
    with pytest.raises(it.AddressError) as caught:
        it.parse_tcp(text)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "ports", "code"),
    [
        ("", "80", "empty"),
        ("erp.mesa.example", "", "ports"),
        ("erp.mesa.example", "0", "ports"),
        ("erp.mesa.example", "443-80", "ports"),
        ("erp.mesa.example", "80,x", "ports"),
        ("*.example", "80", "host"),
        ("*", "80", "host"),
        ("10.0.0.1/8", "80", "network"),
        ("10.0.0.0/33", "80", "network"),
        ("::ffff:10.0.0.0/104", "80", "network"),
        ("127.1", "80", "network"),
    ],
)
def test_rule_refused(text, ports, code):
    """O-15: a line of the list that means nothing, or nearly everything, is refused"""
    with pytest.raises(it.AddressError) as caught:
        it.parse_rule(text, ports)
    assert caught.value.code == code


def rules(*lines):
    return [it.parse_rule(*line) for line in lines]


def ip(text):
    return ipaddress.ip_address(text)


def test_names():
    """O-15: a name is allowed by itself or by its domain, for its ports alone; nothing that only looks like it"""
    some = rules(("erp.mesa.example", "443"), ("*.rio.example", "80, 8000-8100"))
    assert it.takes_address("erp.mesa.example", 443, some)
    assert not it.takes_address("erp.mesa.example", 80, some)
    assert it.takes_address("a.b.rio.example", 8050, some)
    assert not it.takes_address("rio.example", 80, some)
    assert not it.takes_address("evilrio.example", 80, some)
    assert not it.takes_address("erp.mesa.example.evil.example", 443, some)


def test_public_address_of_an_allowed_name():
    """O-15: an allowed name may resolve to a public address; an address in digits needs its own line"""
    named = rules(("erp.mesa.example", "443"))
    assert it.takes_ip(ip("8.8.8.8"), 443, named, named=True)
    assert not it.takes_ip(ip("8.8.8.8"), 443, named, named=False)
    assert it.takes_ip(ip("8.8.8.8"), 443, rules(("8.8.8.0/24", "443")), named=False)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.1.2.3",
        "172.20.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "::1",
        "fe80::1",
        "fd00:ec2::254",
        "fec0::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::7f00:1",
        "ff02::1",
    ],
)
def test_what_is_not_public(text):
    """O-15: loopback, private, link-local, metadata and what embeds them: no name and no wide network opens them"""
    wide = rules(
        ("erp.mesa.example", "1-65535"), ("0.0.0.0/0", "1-65535"), ("::/0", "1-65535"), ("0.0.0.0/1", "1-65535")
    )
    assert not it.takes_ip(ip(text), 80, wide, named=True)
    assert not it.takes_ip(ip(text), 80, wide, named=False)


def test_private_network_that_is_named():
    """O-15: a private network counts where the list names it, for its ports"""
    some = rules(("10.20.0.0/16", "8069"), ("127.0.0.1/32", "8069"), ("fd00:1::/32", "22"))
    assert it.takes_ip(ip("10.20.3.4"), 8069, some, named=False)
    assert it.takes_ip(ip("10.20.3.4"), 8069, some, named=True)
    assert not it.takes_ip(ip("10.20.3.4"), 22, some, named=False)
    assert not it.takes_ip(ip("10.21.0.1"), 8069, some, named=True)
    assert it.takes_ip(ip("::ffff:127.0.0.1"), 8069, some, named=False)
    assert not it.takes_ip(ip("127.0.0.2"), 8069, some, named=False)
    assert it.takes_ip(ip("fd00:1::5"), 22, some, named=False)


@given(st.ip_addresses())
def test_nothing_without_a_list(some):
    """O-15: an empty list allows no address in digits"""
    assert not it.takes_ip(some, 80, [], named=False)


@given(st.text(max_size=80))
def test_never_another_error(text):
    """O-15: whatever is typed is an address or an AddressError, never a crash"""
    for parse in (it.parse_http, it.parse_tcp, lambda some: it.parse_http("http://" + some)):
        try:
            found = parse(text)
        except it.AddressError:
            continue
        assert found.host.isascii()
        assert found.path.isascii()
        assert "\n" not in found.path
        assert 1 <= found.port <= 65535
