"""Every route of the server, with everybody who could ask; made from the table of routes, so that none is left out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from inspect import iscoroutinefunction

import pytest
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import update

from autograder.server.accounts import people
from autograder.server.accounts.access import Access, Rule, rules_of
from autograder.server.accounts.credentials import CHECKS_FORM, SAFE_METHODS, cookie_name
from autograder.server.app import make_app
from autograder.server.settings import Sessions, Settings
from autograder.server.tables import STAFF, Enrolment, Person, Role
from tests.support.school import PEOPLE, make_school, unserved

URL = "https://handin.example.edu"
# Whoever is disabled has a wrong token, again and again.
SETTINGS = Settings(url=URL, sessions=Sessions(wrong_in_ten_minutes=10_000))
# Whoever asks is a token's or a browser's person; the first is nobody.
EVERYBODY = ("nobody", *PEOPLE, "gone", "disabled")
# What anybody may ask for, who has not signed in: no more than this.
FOR_ANYBODY = {
    "GET /healthz",
    "GET /readyz",
    "HEAD /healthz",
    "HEAD /readyz",
    "GET /api/v1/openapi.json",
    "GET /api/v1/receipt-key",
    "POST /api/v1/receipts/verify",
    "GET /sign-in",
    "POST /sign-in",
    "GET /sign-in/{provider}",
    "GET /sign-in/{provider}/callback",
    "POST /language",
    "GET /static/{name}",
    "GET /favicon.ico",
    "GET /client/",
    "GET /client/{name}",
}
# What staff alone may see or change, by words in the address.
OF_STAFF = re.compile(r"/staff|/roster|/audit|/extensions|/regrades|/queue|/submissions|/people|/mark-again")


@dataclass(frozen=True)
class Asked:
    """A route, with what its rule says.

    Attributes:
        name: Its methods and its path.
        access: Its rule.
    """

    name: str
    access: Access

    @property
    def method(self) -> str:
        return self.name.split()[0]

    def path(self, attempt: str) -> str:
        """Return its path in the course ``vision``, for ada's attempt."""
        known = {"course": "vision", "attempt": attempt, "assignment": "rnn_captioning", "provider": "campus"}
        return re.sub(r"\{(\w+)[^}]*\}", lambda found: known.get(found[1], "1"), self.name.split()[-1])

    def expected(self, login: str) -> int:
        """Return what somebody gets; 200 is for whoever comes as far as the route's own function."""
        rule = self.access.rule
        if rule is Rule.PUBLIC:
            return 200
        if rule is Rule.OPERATOR:  # all of them ask from elsewhere
            return 404
        if login in ("nobody", "disabled"):
            return 401
        if rule in (Rule.COURSE, Rule.ATTEMPT):
            return self._expected_in_course(login)
        return 200 if rule is Rule.SIGNED_IN or login == "root" else 403

    def _expected_in_course(self, login: str) -> int:
        role, course = PEOPLE.get(login, (None, ""))
        if login == "root":
            role, course = Role.INSTRUCTOR, "vision"
        if course != "vision":
            return 404
        if self.access.rule is Rule.ATTEMPT and role is Role.STUDENT:
            return 200 if login == "ada" else 404
        return 200 if role in self.access.roles else 403


def routes() -> list[Asked]:
    """Return the routes of the app, each with its one rule."""
    return [Asked(name, rule) for name, (rule,) in rules_of(make_app(unserved()))]


ROUTES = routes()


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    made = make_school(tmp_path_factory.mktemp("server"), SETTINGS)
    with made.database.writing() as session:
        for login in ("gone", "disabled"):
            person = Person(login=login, created_at=made.clock())
            session.add(person)
            session.flush()
            ended = made.clock() if login == "gone" else None
            course = made.server.courses["vision"].id
            session.add(
                Enrolment(course_id=course, person_id=person.id, role=Role.INSTRUCTOR, student="", ended_at=ended)
            )
            _, made.tokens[login] = people.make_token(session, person, "", made.clock())
        session.execute(update(Person).where(Person.login == "disabled").values(disabled_at=made.clock()))
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def attempt(school):
    return school.attempt("ada")


@pytest.fixture(scope="module")
def client(school):
    """The app, whose routes do nothing but say that somebody has come as far as them."""
    app = make_app(school.server)
    own = [(route, route.dependant.call) for route in app.routes if isinstance(route, APIRoute)]
    for route, _ in own:
        route.dependant.call = reached if iscoroutinefunction(route.endpoint) else reached_in_thread
    with TestClient(app, URL, follow_redirects=False) as made:
        yield made
    # All apps of this process have the same routes.
    for route, call in own:
        route.dependant.call = call


async def reached(**_given):
    return JSONResponse({})


def reached_in_thread(**_given):
    return JSONResponse({})


def outcome(answer):
    """Return the status; a request that lacks something of its own has come past the rule."""
    return 200 if answer.status_code == 422 and "invalid" in answer.text else answer.status_code


@pytest.fixture(scope="module")
def cookies(school):
    """What a browser of each person's sends along."""
    made = {}
    with school.database.writing() as session:
        for login in school.tokens:
            found = people.start_session(session, school.person(login, session), school.clock(), SETTINGS.sessions)
            made[login] = {
                "Cookie": f"{cookie_name(SETTINGS)}={found.cookie}",
                "X-CSRF-Token": found.row.csrf,
                "Origin": URL,
            }
    return made


@pytest.mark.parametrize("asked", ROUTES, ids=lambda one: one.name)
def test_everybody_gets_what_the_rule_says(client, school, attempt, cookies, asked):
    got, expected = {}, {}
    for login in EVERYBODY:
        for by in ("token", "browser"):
            headers = {} if login == "nobody" else school.bearer(login) if by == "token" else cookies[login]
            answer = client.request(asked.method, asked.path(attempt), headers=headers)
            got[login, by], expected[login, by] = outcome(answer), asked.expected(login)
    assert got == expected


IN_COURSES = [one for one in ROUTES if one.access.rule in (Rule.COURSE, Rule.ATTEMPT)]


@pytest.mark.parametrize("asked", IN_COURSES, ids=lambda one: one.name)
def test_a_course_or_an_attempt_that_is_not_there_is_answered_as_one_of_others(client, school, asked):
    theirs = asked.path("0" * 32).replace("/vision", "/other")
    missing = asked.path("1" * 32).replace("/vision", "/nothing")
    for login in ("ada", "ina"):
        answers = [client.request(asked.method, path, headers=school.bearer(login)) for path in (theirs, missing)]
        assert {one.status_code for one in answers} == {404}
        said = [{**one.json(), "request_id": ""} for one in answers if "json" in one.headers["content-type"]]
        assert said[:1] == said[1:]


CHANGING = [one for one in ROUTES if one.method not in SAFE_METHODS and one.access.rule is not Rule.PUBLIC]


@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
@pytest.mark.parametrize("asked", CHANGING, ids=lambda one: one.name)
def test_a_browser_changes_nothing_without_the_token_of_a_page(client, school, attempt, cookies, asked, kind):
    login = next(login for login in PEOPLE if asked.expected(login) == 200)
    headers = {"Cookie": cookies[login]["Cookie"], "Content-Type": kind}
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--\r\n' if "multipart" in kind else b""
    answer = client.request(asked.method, asked.path(attempt), headers=headers, content=body)
    if "multipart" in kind and reads_form(client, asked):
        # It looks at the form itself, which its own tests try; what another site sends, it does not get to see.
        headers["Origin"] = "https://evil.example"
        answer = client.request(asked.method, asked.path(attempt), headers=headers, content=body)
    assert answer.status_code == 403
    assert "forged" in answer.text or "did not come from a page" in answer.text


def reads_form(client, asked):
    (route,) = [
        one
        for one in client.app.routes
        if isinstance(one, APIRoute) and one.path == asked.name.split()[-1] and asked.method in (one.methods or ())
    ]
    return getattr(route.endpoint, CHECKS_FORM, False)


def test_only_these_routes_are_for_anybody():
    assert {one.name for one in ROUTES if one.access.rule is Rule.PUBLIC} == FOR_ANYBODY


def test_no_student_gets_what_is_for_staff():
    for one in ROUTES:
        if OF_STAFF.search(one.name):
            assert set(one.access.roles) <= set(STAFF), one.name
            assert one.access.roles, one.name


def test_a_student_alone_does_what_counts_as_theirs():
    for one in ROUTES:
        if one.method not in SAFE_METHODS and (one.name.endswith(("/chosen", "/attempts", "{assignment}/"))):
            assert one.access.roles == (Role.STUDENT,), one.name


def test_the_table_has_all_kinds_of_rules():
    counted = Counter(one.access.rule for one in ROUTES)
    assert min(counted[rule] for rule in (Rule.PUBLIC, Rule.SIGNED_IN, Rule.COURSE, Rule.ATTEMPT)) >= 5
