"""Nobody fills memory or disk with a form: what is larger than forms are is refused before it is read."""

import re

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from autograder.server.accounts.credentials import CHECKS_FORM
from autograder.server.app import make_app
from autograder.server.attempts.bodies import BODY_MAX, STREAMED
from tests.support.school import make_school


@pytest.fixture
def client(tmp_path):
    school = make_school(tmp_path)
    with TestClient(make_app(school.server), base_url=school.server.settings.url) as made:
        yield made, school
    school.database.close()


def parts():
    """Yield a body without a length that says how long it is."""
    for _ in range(BODY_MAX // 50_000 + 2):
        yield b"x" * 50_000


FILE = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'


@pytest.mark.parametrize("signed_in", [True, False])
@pytest.mark.parametrize(
    ("path", "kind", "begin"),
    [
        ("/tokens", "application/x-www-form-urlencoded", b"label="),
        ("/tokens", "multipart/form-data; boundary=x", FILE),
        ("/language", "multipart/form-data; boundary=x", FILE),
        ("/api/v1/me/tokens", "application/json", b'"'),
        ("/api/v1/receipts/verify", "application/json", b'"'),
    ],
)
def test_a_body_without_an_end_is_refused_whoever_sends_it(client, path, kind, begin, signed_in):
    browser, school = client
    headers = {"Content-Type": kind, **(school.bearer("ada") if signed_in else {})}
    answer = browser.post(path, content=iter([begin, *parts()]), headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (413, "More came than this address takes.")


def test_a_form_of_its_size_is_read(client):
    browser, school = client
    answer = browser.post("/tokens", data={"label": "x" * 90}, headers=school.bearer("ada"))
    assert answer.status_code == 200


def test_routes_that_read_their_bodies_themselves_are_named_and_no_others(client):
    app = client[0].app
    reads = set()
    for route in app.routes:
        if isinstance(route, APIRoute) and (route.methods or set()) & {"POST", "PUT"}:
            path = re.sub(r"\{[^}]*\}", "x", route.path)
            whole = route.body_field is not None
            if STREAMED.fullmatch(path):
                reads.add(path)
                assert not whole, f"{path} is read by the framework, and has no bound"
            else:
                assert not getattr(route.endpoint, CHECKS_FORM, False), (
                    f"{path} takes files, and is bounded as forms are"
                )
    assert {"/receipts", "/c/x/x/", "/c/x/staff/people"} <= reads
