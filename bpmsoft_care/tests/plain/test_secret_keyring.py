"""B-9: how passwords are sealed, and with which keys."""

import os
import stat
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpmsoft_care.tools.keyring import Keyring, KeyringError, is_private, make_file, make_key, parse_keys, read_file

TICKET = "helpdesk.ticket:1"


@given(st.text(max_size=300))
def test_what_is_sealed_opens_again(text):
    """B-9: whatever is sealed opens with the same key, and nothing of it stands in what is stored"""
    ring = parse_keys(make_key())
    sealed, name = ring.seal(text, TICKET)
    assert ring.open(sealed, name, TICKET) == text
    assert len(text) < 5 or text not in sealed


def test_length_of_usual_passwords_is_one():
    """B-9: a password of 1 and one of 30 characters are sealed to the same length"""
    ring = parse_keys(make_key())
    assert len({len(ring.seal("x" * length, TICKET)[0]) for length in range(1, 31)}) == 1


def test_belongs_to_its_ticket():
    """B-9: a sealed password that is moved to another ticket does not open there"""
    ring = parse_keys(make_key())
    sealed, name = ring.seal("swordfish", TICKET)
    with pytest.raises(KeyringError, match="broken"):
        ring.open(sealed, name, "helpdesk.ticket:2")


def test_another_key_and_damage():
    """B-9: without its key, or damaged, a password does not open, and the error has nothing of it"""
    ring, other = parse_keys(make_key()), parse_keys(make_key())
    sealed, name = ring.seal("swordfish", TICKET)
    with pytest.raises(KeyringError) as caught:
        other.open(sealed, name, TICKET)
    assert caught.value.code == "unknown"
    with pytest.raises(KeyringError) as caught:
        ring.open(sealed[:-4] + "AAAA", name, TICKET)
    assert caught.value.code == "broken"
    assert caught.value.__cause__ is None
    assert "swordfish" not in repr(caught.value)


def test_rotation():
    """B-9: the first key seals, the others still open; what was sealed with one that is gone does not"""
    old, new = make_key(), make_key()
    sealed, name = parse_keys(old).seal("swordfish", TICKET)
    both = parse_keys(f"{new}, {old}")
    assert both.open(sealed, name, TICKET) == "swordfish"
    assert both.seal("x", TICKET)[1] == parse_keys(new).names[0]
    with pytest.raises(KeyringError, match="unknown"):
        parse_keys(new).open(sealed, name, TICKET)


@pytest.mark.parametrize(("text", "code"), [("", "missing"), ("# none yet\n", "missing"), ("password123", "malformed")])
def test_no_key(text, code):
    """B-9: what is no key is said to be none"""
    with pytest.raises(KeyringError) as caught:
        parse_keys(text)
    assert caught.value.code == code


def test_keys_as_they_are_written():
    """B-9: one a line or in a line, with remarks, the same one twice"""
    one, two = make_key(), make_key()
    assert parse_keys(f"# of March\n{one}\n\n{two} {one}\n").keys == (one.encode(), two.encode())


def test_shown_without_keys():
    """B-9: what a log or a debugger shows of a keyring has no key in it"""
    key = make_key()
    assert key not in f"{parse_keys(key)!r} {parse_keys(key)}"


def test_file_is_private(tmp_path):
    """B-9: a new file is read by its owner only, and is found again; its folder, too"""
    path = tmp_path / "desk" / "secret.keys"
    ring = make_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert is_private(path)
    assert read_file(path) == ring
    assert make_file(path) == ring, "the one that is there stays"
    assert [entry.name for entry in path.parent.iterdir()] == ["secret.keys"]
    path.chmod(0o640)
    assert not is_private(path)


def test_file_by_many_at_once(tmp_path):
    """B-9: server processes that need the first key at the same time end with one"""
    path = tmp_path / "secret.keys"
    rings: list[Keyring] = []
    threads = [threading.Thread(target=lambda: rings.append(make_file(path))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({ring.keys for ring in rings}) == 1
    assert len(rings) == 12


def test_file_that_is_not_there(tmp_path):
    """B-9: a file that is missing is said to be, one that is a folder or cannot be made as well"""
    with pytest.raises(KeyringError, match="missing"):
        read_file(tmp_path / "none")
    with pytest.raises(KeyringError, match="unreadable"):
        read_file(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(KeyringError, match="unreadable"):
        make_file(tmp_path / "file" / "secret.keys")
    assert os.listdir(tmp_path) == ["file"]
