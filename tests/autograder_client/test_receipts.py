"""Receipts are checked without a server: who signed, that nothing was changed, and which files they name."""

from __future__ import annotations

import json
import sys

import pytest

from autograder.server.attempts.receipts import key_at
from autograder_client.errors import ClientError
from autograder_client.receipts import check_files, check_signature, read_receipt

SHA256 = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"  # of {}


@pytest.fixture
def key(tmp_path):
    """A server's key."""
    return key_at(tmp_path)


@pytest.fixture
def receipt(key):
    """A receipt that the server has signed."""
    return key.sign({"student": "ada", "number": 1, "files": [{"name": "ü.ipynb", "size": 2, "sha256": SHA256}]})


def test_what_the_server_has_signed_is_right(receipt, key):
    check_signature(receipt)
    check_signature(receipt, key.public)


def test_a_receipt_that_was_changed_is_found_out(receipt):
    with pytest.raises(ClientError, match="the receipt is not as the server made it"):
        check_signature({**receipt, "number": 2})


def test_a_receipt_of_somebody_elses_key_is_found_out(receipt, key, tmp_path):
    (tmp_path / "other").mkdir()
    forged = key_at(tmp_path / "other").sign({"student": "ada", "number": 1, "files": []})
    check_signature(forged)
    with pytest.raises(ClientError, match="it is not from this server"):
        check_signature(forged, key.public)


@pytest.mark.parametrize("field", ["signature", "public_key"])
def test_a_signature_that_cannot_be_read_fits_nothing(receipt, field):
    with pytest.raises(ClientError, match="does not fit"):
        check_signature({**receipt, field: "?"})


def test_what_is_missing_for_it_is_said(receipt, monkeypatch):
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(ClientError, match="pip install cryptography"):
        check_signature(receipt)


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "it is not JSON"), ("[]", "it has no signature"), ('{"signature": "", "public_key": ""}', "no signature")],
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
    with pytest.raises(ClientError, match=r"not found as it was handed in: ü\.ipynb"):
        check_files(receipt, [folder])


def test_what_was_read_is_what_was_written(receipt, tmp_path):
    (tmp_path / "r.json").write_text(json.dumps(receipt, indent=1, ensure_ascii=False))
    assert read_receipt(tmp_path / "r.json") == receipt
