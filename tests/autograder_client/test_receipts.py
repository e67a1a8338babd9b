"""A receipt proves what it says, without a server, and nothing else does; files are those that it names."""

from __future__ import annotations

import copy
import json
import sys
from typing import Any

import pytest

from autograder.server.attempts.receipts import key_at
from autograder_client.errors import ClientError
from autograder_client.receipts import ReceiptError, canonical, check_files, read, read_receipt, verify

SHA256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"  # of {}

SAID: dict[str, Any] = {
    "server": "https://handin.example.edu",
    "course": "vision",
    "assignment": "rnn_captioning",
    "student": "张伟",
    "attempt": "a" * 32,
    "number": 2,
    "received_at": "2026-11-29T12:00:00+00:00",
    "due_at": None,
    "late_seconds": 0,
    "counts_as": "in time",
    "penalty": 0.0,
    "files": [{"name": "作业.ipynb", "size": 2, "sha256": SHA256}],
    "sha256": SHA256,
}


@pytest.fixture
def key(tmp_path):
    """A server's key."""
    return key_at(tmp_path)


@pytest.fixture
def receipt(key):
    """A receipt that the server has signed."""
    # As it travels.
    return json.loads(json.dumps(key.sign(SAID)))


def test_a_receipt_is_checked_without_the_server(receipt, key):
    assert verify(receipt) == receipt
    assert verify(receipt, key.public)["student"] == "张伟"


def changes():
    for name, value in SAID.items():
        changed = copy.deepcopy(value)
        if name == "files":
            changed[0]["sha256"] = "c" * 64
        yield name, changed if changed != value else (value + 1 if isinstance(value, int | float) else f"{value}x")
    yield "more", "said"
    yield "version", 1.0


@pytest.mark.parametrize(("name", "value"), list(changes()))
def test_whatever_is_changed_or_added_shows(receipt, name, value):
    with pytest.raises(ReceiptError):
        verify({**receipt, name: value})


def test_what_is_left_out_shows(receipt):
    for name in receipt:
        with pytest.raises(ReceiptError):
            verify({one: value for one, value in receipt.items() if one != name})


def test_a_receipt_that_is_signed_with_another_key_is_not_this_servers(tmp_path, key):
    (tmp_path / "other").mkdir()
    forged = key_at(tmp_path / "other").sign(SAID)
    assert verify(forged)  # it holds by itself
    with pytest.raises(ReceiptError, match="not the server's"):
        verify(forged, key.public)
    # With the server's key written into it, the signature does not fit.
    with pytest.raises(ReceiptError, match="was changed"):
        verify({**forged, "public_key": key.public, "key_id": key.id}, key.public)


@pytest.mark.parametrize(
    "odd",
    [
        None,
        [],
        "receipt",
        {},
        {"version": 1, "signature": "", "public_key": "", "key_id": ""},
        {"version": 1, "signature": "?", "public_key": "?", "key_id": "?"},
        {"version": 2, "signature": "AAAA", "public_key": "AAAA", "key_id": "x"},
        {"version": 1, "signature": 7, "public_key": [], "key_id": {}},
    ],
)
def test_what_has_not_the_form_of_a_receipt_is_none(odd):
    with pytest.raises(ReceiptError):
        verify(odd)


@pytest.mark.parametrize("field", ["signature", "public_key"])
def test_a_signature_that_cannot_be_read_proves_nothing(receipt, field):
    with pytest.raises(ReceiptError):
        verify({**receipt, field: "?"})


def test_a_text_that_is_no_unicode_is_no_receipt(receipt):
    with pytest.raises(ReceiptError, match="was changed"):
        verify({**receipt, "student": "\ud800"})


def test_a_receipt_that_says_something_twice_is_none(receipt):
    """A person reads the first; what a parser of JSON takes, and what is signed, is the last."""
    text = json.dumps(receipt)
    assert read(text.encode()) == receipt
    with pytest.raises(ReceiptError, match="twice"):
        read(f'{{"student": "mallory", {text[1:]}'.encode())


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"late_seconds": 0', '"late_seconds": 0.0'),
        lambda text: text.replace('"number": 1', '"number": 1.0'),
        lambda text: text.replace('"number": 1', '"number": true'),
        lambda text: text.replace("\u00e9", "e\u0301"),
        lambda text: text.replace('"number": 1', '"number": NaN'),
    ],
    ids=["float", "float 1", "true", "NFD", "NaN"],
)
def test_what_other_programs_take_for_the_same_is_another_receipt(key, change):
    said = key.sign({"student": "Zo\u00e9", "number": 1, "late_seconds": 0})
    text = json.dumps(said, ensure_ascii=False)
    assert verify(read(text.encode()), key.public) == said
    assert change(text) != text
    with pytest.raises(ReceiptError):
        verify(read(change(text).encode()), key.public)


def test_a_receipt_that_is_nested_without_end_is_none(key):
    for depth in (500, 900, 100_000):
        with pytest.raises((ReceiptError, RecursionError)):
            verify(read(b'{"a":' * depth + b"1" + b"}" * depth), key.public)


def test_what_is_signed_has_one_form(receipt):
    backwards = dict(reversed(receipt.items()))
    assert canonical(backwards) == canonical(receipt)
    assert b"\xe5\xbc\xa0" in canonical(receipt)  # in UTF-8, not escaped
    assert b" " not in canonical({"a": [1, 2]})


def test_what_is_missing_for_it_is_said(receipt, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(ClientError, match="pip install cryptography"):
        verify(receipt)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is not JSON"),
        pytest.param('{"a":' * 100_000, "it is not JSON", id="nested without end"),
        ('{"a": 1, "a": 2}', "the same thing twice"),
        ("[]", "it has no signature"),
        ('{"signature": "", "public_key": ""}', "no signature"),
    ],
)
def test_what_is_no_receipt_is_said(tmp_path, text, said):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(ClientError, match=said):
        read_receipt(tmp_path / "r.json")


def test_a_receipt_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ClientError, match=r"r\.json cannot be read \(No such file"):
        read_receipt(tmp_path / "r.json")


def test_files_are_known_by_their_bytes_whatever_they_are_called(receipt, tmp_path):
    folder = tmp_path / "work"
    (folder / "below").mkdir(parents=True)
    (folder / "below" / "renamed.ipynb").write_text("{}")
    (folder / "more.txt").write_text("more")
    check_files(receipt, [folder])
    check_files(receipt, [folder / "below" / "renamed.ipynb"])
    with pytest.raises(ClientError, match=r"more\.txt is not what was handed in"):
        check_files(receipt, [folder / "more.txt"])
    (folder / "below" / "renamed.ipynb").write_text("{} ")
    with pytest.raises(ClientError, match=r"not found as it was handed in: 作业\.ipynb"):
        check_files(receipt, [folder])


def test_what_was_read_is_what_was_written(receipt, tmp_path):
    (tmp_path / "r.json").write_text(json.dumps(receipt, indent=1, ensure_ascii=False))
    assert read_receipt(tmp_path / "r.json") == receipt
