"""A receipt is checked on a page, and so are the files that it names."""

import json

import pytest

from autograder.server.tables import Attempt
from tests.support.seeded import notebook


@pytest.fixture
def receipt(seeded):
    with seeded.school.database.reading() as session:
        return session.get_one(Attempt, seeded.attempts["first"]).receipt


def files_of(receipt, *files):
    return [("receipt", ("receipt.json", json.dumps(receipt).encode())), *(("files", one) for one in files)]


def test_a_genuine_receipt_is_told_with_the_files_that_it_names(browser, receipt):
    page = browser("ada").post("/receipts", files_of(receipt, ("mine.ipynb", notebook(2)), ("other.ipynb", b"x"))).text
    assert "mine.ipynb is what was handed in, byte for byte." in page
    assert "other.ipynb is not what was handed in" in page
    assert "The files are not those of the receipt" in page
    assert "This receipt is genuine" in browser("ada").post("/receipts", files_of(receipt)).text


def test_a_receipt_can_be_pasted(browser, receipt):
    page = browser("ada").post("/receipts", [("receipt", ("", b""))], text=json.dumps(receipt))
    assert "This receipt is genuine" in page.text


@pytest.mark.parametrize("change", [{"number": 9}, {"student": "eve"}, {"signature": "AAAA"}, {"public_key": "AAAA"}])
def test_a_changed_receipt_does_not_hold(browser, receipt, change):
    page = browser("ada").post("/receipts", files_of({**receipt, **change}))
    assert "This receipt does not hold" in page.text


@pytest.mark.parametrize("text", ["", "{", "[]", "5", "[" * 9000])
def test_what_is_no_receipt_is_told(browser, text):
    page = browser("ada").post("/receipts", [("receipt", ("r.json", text.encode()))])
    assert page.status_code == 200
    assert "This receipt does not hold" in page.text


def test_nothing_of_what_was_checked_stays(seeded, browser, receipt):
    browser("ada").post("/receipts", files_of(receipt, ("mine.ipynb", b"x")))
    assert not list(seeded.server.data.glob("scratch-*"))


def test_a_student_reads_how_to_check_a_receipt_without_the_server(browser):
    page = browser("ada").get("/receipts").text
    assert "autograder-client receipt verify receipt.json" in page
    assert '<a href="/client/">' in page
