"""A receipt proves what it says, offline, and nothing else does."""

import copy
import json
import stat
from typing import Any

import pytest

from autograder.course.course import CourseError
from autograder.server.attempts import receipts
from autograder.server.attempts.receipts import KEY_FILE, ReceiptError, as_text, canonical, key_at, verify

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
    "files": [{"name": "作业.ipynb", "size": 3, "sha256": "b" * 64}],
    "sha256": "b" * 64,
}


@pytest.fixture
def key(tmp_path):
    return key_at(tmp_path)


@pytest.fixture
def receipt(key):
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
    with pytest.raises(ReceiptError, match="not this server's"):
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
def test_what_is_no_receipt_is_said_to_be_none(odd):
    with pytest.raises(ReceiptError):
        verify(odd)


def test_a_text_that_is_no_unicode_is_no_receipt(receipt):
    with pytest.raises(ReceiptError, match="was changed"):
        verify({**receipt, "student": "\ud800"})


def test_the_key_is_made_once_and_nobody_else_may_read_it(tmp_path):
    first = key_at(tmp_path)
    assert key_at(tmp_path).public == first.public
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [KEY_FILE]


def test_a_damaged_key_is_never_replaced(tmp_path):
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(CourseError, match="put it back from the backup"):
        key_at(tmp_path)
    assert (tmp_path / KEY_FILE).read_bytes() == b"short"


def test_a_receipt_that_says_something_twice_is_none(receipt):
    """A person reads the first; what a parser of JSON takes, and what is signed, is the last."""
    text = json.dumps(receipt)
    assert receipts.read(text.encode()) == receipt
    with pytest.raises(ReceiptError, match="twice"):
        receipts.read(f'{{"student": "mallory", {text[1:]}'.encode())


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
    assert receipts.verify(receipts.read(text.encode()), key.public) == said
    assert change(text) != text
    with pytest.raises(ReceiptError):
        receipts.verify(receipts.read(change(text).encode()), key.public)


def test_a_receipt_that_is_nested_without_end_is_none(key):
    for depth in (500, 900, 100_000):
        with pytest.raises((ReceiptError, RecursionError)):
            receipts.verify(receipts.read(b'{"a":' * depth + b"1" + b"}" * depth), key.public)


def test_what_is_signed_has_one_form(receipt):
    backwards = dict(reversed(receipt.items()))
    assert canonical(backwards) == canonical(receipt)
    assert b"\xe5\xbc\xa0" in canonical(receipt)  # in UTF-8, not escaped
    assert b" " not in canonical({"a": [1, 2]})


def test_the_printed_receipt_holds_what_is_signed(receipt):
    text = as_text(receipt)
    signed = next(line for line in text.splitlines() if line.startswith("{"))
    signature = text.splitlines()[-1].removeprefix("signature ")
    assert verify({**json.loads(signed), receipts.SIGNATURE: signature}) == receipt
    assert "作业.ipynb  3 bytes" in text
