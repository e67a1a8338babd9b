"""Whatever stands in an address, a query, a header, a form or a body, the server has an answer, and never fails."""

import re

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from autograder.server.app import make_app
from autograder.server.settings import Limits, Settings
from tests.grading.dumps import new_database
from tests.support.sampling import some, thorough
from tests.support.seeded import Browser, seed

URL = "https://handin.example.edu"
# Whoever asks does so without a pause.
SETTINGS = Settings(url=URL, limits=Limits(changes=1_000_000, at_once=1_000))
# As they stand in an address: numbers that no database holds, ends of texts, folders above, other letters.
VALUES = (
    "0", "-1", "1", "9223372036854775808", "1" * 400, "%00", "a%00b", "%ff%fe", "..", "..%2f..%2fetc%2fpasswd",
    "%2e%2e", "%0d%0aSet-Cookie:x=1", "%E2%80%AE", "%ED%A0%80", "'%22%3Cscript%3E", "x" * 3000, "%25s", "{0}", "nan",
)  # fmt: skip
# As JSON has them.
TEXTS = (
    '"\\u0000"', '"\\ud800"', '"\\u202e\\r\\n"', '""', "null", "true", "1e999", "NaN", "[]", "{}",
    "[" * 5000 + "]" * 5000,
    '"' + "x" * 20_000 + '"', "123456789012345678901234567890", '["\\u0000"]', '["\\ud800"]', '"2026-12-03T23:59"',
    '"9999-12-31T23:59-23:00"', '"0001-01-01T00:00+23:00"',
)  # fmt: skip
QUERY = (
    "student", "language", "before", "action", "q", "sort", "next", "done", "show", "section", "format", "state",
    "code", "error", "down",
)  # fmt: skip
FIELDS = (
    "label", "days", "students", "reason", "text", "problem", "due_at", "receipt", "version", "signature", "who",
    "mistake", "student", "decision", "language", "next", "token", "key",
)  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=thorough)])
def seeded(request, tmp_path_factory):
    url = new_database(request.getfixturevalue("postgres")) if request.param == "postgresql" else None
    made = seed(tmp_path_factory.mktemp("server"), settings=SETTINGS, url=url)
    yield made
    made.school.database.close()


@pytest.fixture(scope="module")
def asking(seeded):
    """Whoever asks: staff, and the student whose attempts there are; what fails is answered 500, and not raised."""
    app = make_app(seeded.server)
    browsers = {}
    for login in ("ina", "ada"):
        client = TestClient(app, URL, follow_redirects=False, raise_server_exceptions=False)
        browsers[login] = Browser(client, seeded, login)
    return app, browsers


def routes(app):
    return [
        (method, one.path) for one in app.routes if isinstance(one, APIRoute) for method in sorted(one.methods or ())
    ]


def known(seeded):
    attempt = next(iter(seeded.attempts.values()))
    return {
        "course": "vision",
        "assignment": "rnn_captioning",
        "attempt": attempt,
        "attempt_id": attempt,
        "provider": "campus",
        "login": "ada",
        "student": "ada",
        "name": "class.html",
        "person": "1",
        "regrade_id": "1",
        "request_id": "1",
        "token_id": "1",
        "token": "1",
    }


def ask(browser, method, path, **more):
    headers = {"X-CSRF-Token": browser.csrf, "Origin": URL, **more.pop("headers", {})}
    return browser.client.request(method, path, headers=headers, **more)


def failures(answers):
    """Return what was asked, of what the server has failed at."""
    return [what for what, answer in answers if answer.status_code >= 500]


def everywhere(asking, seeded, **odd):
    """Yield each route with an address, and the browser of somebody who may use it."""
    app, browsers = asking
    there = known(seeded) | odd
    for method, path in routes(app):
        if not path.endswith("/events") and "sign-out" not in path and "/me/sessions" not in path:
            address = re.sub(r"\{(\w+)[^}]*\}", lambda found: there[found[1]], path)
            own = path.startswith(("/attempts", "/api/v1/attempts")) or path.endswith(("/attempts", "{assignment}/"))
            yield method, path, address, browsers["ada" if own and "staff" not in path else "ina"]


@pytest.mark.parametrize("value", some(VALUES, 4))
def test_odd_values_in_addresses(asking, seeded, value):
    names = {name for _, path in routes(asking[0]) for name in re.findall(r"\{(\w+)", path)}
    answers = [
        (f"{method} {path} {name}", ask(browser, method, address))
        for name in sorted(names)
        for method, path, address, browser in everywhere(asking, seeded, **{name: value})
        if f"{{{name}" in path
    ]
    assert answers
    assert failures(answers) == []


@pytest.mark.parametrize("value", some(VALUES, 3))
def test_odd_values_in_queries_and_headers(asking, seeded, value):
    query = "&".join(f"{name}={value}" for name in QUERY)
    headers = {
        **dict.fromkeys(("Last-Event-ID", "Idempotency-Key"), value[:20]),
        **dict.fromkeys(("Accept-Language", "Accept-Encoding", "Cookie2", "Range", "Referer"), value),
        "Accept": "text/html",
    }
    answers = [
        (path, ask(browser, method, f"{address}?{query}", headers=headers))
        for method, path, address, browser in everywhere(asking, seeded)
        if method == "GET"
    ]
    assert failures(answers) == []


@pytest.mark.parametrize("value", some(VALUES, 3))
def test_odd_values_in_forms(asking, seeded, value):
    body = "&".join(f"{name}={value}" for name in FIELDS)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answers = [
        (f"{method} {path}", ask(browser, method, address, content=body, headers=kind))
        for method, path, address, browser in everywhere(asking, seeded)
        if method == "POST"
    ]
    assert failures(answers) == []


@pytest.mark.parametrize("text", some(TEXTS, 3))
def test_odd_values_in_json(asking, seeded, text):
    whole = "{" + ",".join(f'"{name}":{text}' for name in FIELDS) + "}"
    bodies = (text, whole, *(f'{{"{name}":{text}}}' for name in ("text", "due_at", "reason", "students", "label")))
    kind = {"Content-Type": "application/json"}
    answers = [
        (f"{method} {path} {body[:60]}", ask(browser, method, address, content=body, headers=kind))
        for method, path, address, browser in everywhere(asking, seeded)
        if method not in ("GET", "DELETE") and path.startswith("/api/")
        for body in bodies
    ]
    assert failures(answers) == []
