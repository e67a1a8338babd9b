"""A server signs receipts with a key that is made once, and prints them so that what was signed is there."""

import json
import stat

import pytest

from autograder.course.course import CourseError
from autograder.server.attempts.receipts import KEY_FILE, as_text, key_at
from autograder_client.receipts import SIGNATURE, verify

SAID = {
    "server": "https://handin.example.edu",
    "course": "vision",
    "assignment": "rnn_captioning",
    "student": "张伟",
    "attempt": "a" * 32,
    "number": 2,
    "received_at": "2026-11-29T12:00:00+00:00",
    "due_at": None,
    "counts_as": "in time",
    "files": [{"name": "作业.ipynb", "size": 3, "sha256": "b" * 64}],
}


@pytest.fixture
def key(tmp_path):
    return key_at(tmp_path)


@pytest.fixture
def receipt(key):
    # As it travels.
    return json.loads(json.dumps(key.sign(SAID)))


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


def test_the_printed_receipt_holds_what_is_signed(receipt):
    text = as_text(receipt)
    signed = next(line for line in text.splitlines() if line.startswith("{"))
    signature = text.splitlines()[-1].removeprefix("signature ")
    assert verify({**json.loads(signed), SIGNATURE: signature}) == receipt
    assert "作业.ipynb  3 bytes" in text
