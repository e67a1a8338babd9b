"""A page says why something is not possible and what to do; programs get the same as JSON."""

from datetime import timedelta

import pytest
from fastapi import Request

from autograder.i18n.messages import say
from autograder.server.errors import RequestError
from autograder.server.pages.faults import TITLES, fault_page, wants_page
from tests.support.school import NOON
from tests.support.seeded import notebook

PAGE = "/c/vision/rnn_captioning/"


def request(path: str = "/c/vision/", method: str = "GET", accept: str = "text/html") -> Request:
    headers = [(b"accept", accept.encode())]
    return Request(
        {"type": "http", "method": method, "path": path, "headers": headers, "query_string": b"", "state": {}}
    )


@pytest.mark.parametrize("kind", TITLES)
def test_each_kind_of_fault_has_a_title_and_says_what_to_do(kind):
    status, name = (kind, "other") if isinstance(kind, int) else (403, kind)
    answer = fault_page(request(), RequestError(status, name, say("It is so."), say("Do this."), retry_after=90))
    text = answer.body.decode()
    assert answer.status_code == status
    assert f"<h1>{TITLES[kind]}</h1>" in text
    assert "It is so." in text
    assert "Do this." in text
    assert "Try again in 1 minute 30 seconds." in text
    assert answer.headers["retry-after"] == "90"


def test_a_page_is_for_browsers_and_never_below_api():
    assert wants_page(request())
    assert not wants_page(request(accept="*/*"))
    assert not wants_page(request("/api/v1/me"))


def test_once_it_is_closed_the_page_says_so_and_takes_nothing(seeded, browser):
    clock = seeded.school.clock
    clock.now = NOON + timedelta(days=3)
    try:
        ada, ben = browser("ada"), browser("ben")
        page = ada.get(PAGE).text
        assert "Handing in closed at" in page
        assert 'type="file"' not in page
        assert "What you have handed in stays below" in page
        answer = ada.post(PAGE, {"files": ("a.ipynb", notebook(1, "# late"))})
        assert answer.status_code == 403
        assert "<h1>Handing in is closed</h1>" in answer.text
        # Whose due time was put off can still hand in.
        assert 'type="file"' in ben.get(PAGE).text
    finally:
        clock.now = NOON


def test_what_is_late_is_said_with_what_it_costs(seeded, browser):
    clock = seeded.school.clock
    clock.now = NOON + timedelta(days=1)
    try:
        ada = browser("ada")
        assert "Taken until" in ada.get(PAGE).text
        answer = ada.post(PAGE, {"files": ("a.ipynb", notebook(2, "# late"))})
        assert "late: day 1, \N{MINUS SIGN}10 %" in ada.get(answer.headers["location"]).text
    finally:
        clock.now = NOON


@pytest.mark.parametrize("host", ["evil.example", "handin.example.edu"])
def test_an_address_without_its_slash_leads_on_at_this_server_whatever_host_was_named(browser, host):
    answer = browser("ada").get("/c/vision?x=1", headers={"Host": host}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/c/vision/?x=1")
