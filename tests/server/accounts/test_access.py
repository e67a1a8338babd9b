"""Each route names who may use it; nobody gets further by a role, a course, an id, or another site's page."""

from dataclasses import replace
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from sqlalchemy import update

from autograder.server.accounts.access import (
    Anybody,
    OwnAttempt,
    Staff,
    TheirAttempt,
    UnruledError,
    check_rules,
    public,
    signed_in,
)
from autograder.server.accounts.credentials import Who
from autograder.server.errors import RequestError
from autograder.server.settings import Settings
from autograder.server.tables import Enrolment, Person
from tests.support.school import make_school

URL = "https://handin.example.edu"


@pytest.fixture
def school(tmp_path):
    made = make_school(tmp_path, Settings(url=URL))
    yield made
    made.database.close()


@pytest.fixture
def app(school):
    made = FastAPI(docs_url=None, redoc_url=None)
    made.state.server = school.server

    @made.exception_handler(RequestError)
    def answer(_request, fault):
        return JSONResponse({"kind": fault.kind}, fault.status)

    @made.get("/anybody", dependencies=[Depends(public)])
    def anybody():
        return {}

    @made.api_route("/me", methods=["GET", "POST"])
    def me(who: Annotated[Who, Depends(signed_in)]):
        return {"login": who.person.login}

    @made.get("/c/{course}")
    def course(member: Anybody):
        return {"role": member.role}

    @made.get("/c/{course}/staff")
    def staff(member: Staff):
        return {"role": member.role}

    @made.get("/attempts/{attempt}")
    def attempt(theirs: TheirAttempt):
        return {"own": theirs.own}

    @made.put("/attempts/{attempt}/chosen")
    def choose(_theirs: OwnAttempt):
        return {}

    return made


@pytest.fixture
def client(app):
    with TestClient(app, URL) as made:
        yield made


def statuses(client, school, path, method="GET"):
    """Return what everybody gets: nobody, then each person."""
    headers = {"nobody": {}} | {login: school.bearer(login) for login in school.tokens}
    return {login: client.request(method, path, headers=header).status_code for login, header in headers.items()}


EVERYBODY = dict.fromkeys(["nobody", "ada", "ben", "tom", "ina", "otto", "olga", "root"], 404)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/anybody", dict.fromkeys(EVERYBODY, 200)),
        ("/me", dict.fromkeys(EVERYBODY, 200) | {"nobody": 401}),
        ("/c/vision", EVERYBODY | {"nobody": 401} | dict.fromkeys(["ada", "ben", "tom", "ina", "root"], 200)),
        ("/c/vision/staff", EVERYBODY | {"nobody": 401, "ada": 403, "ben": 403, "tom": 200, "ina": 200, "root": 200}),
        ("/c/nothing", EVERYBODY | {"nobody": 401}),
        ("/attempts/ADA", EVERYBODY | {"nobody": 401, "ada": 200, "tom": 200, "ina": 200, "root": 200}),
        ("/attempts/nothing", EVERYBODY | {"nobody": 401}),
    ],
)
def test_what_each_person_gets(client, school, path, expected):
    path = path.replace("ADA", school.attempt("ada"))
    assert statuses(client, school, path) == expected


def test_only_the_student_chooses_their_attempt(client, school):
    path = f"/attempts/{school.attempt('ada')}/chosen"
    expected = EVERYBODY | {"nobody": 401, "ada": 200, "tom": 403, "ina": 403, "root": 403}
    assert statuses(client, school, path, "PUT") == expected


def test_an_attempt_of_somebody_else_is_answered_as_one_that_is_not_there(client, school):
    theirs = client.get(f"/attempts/{school.attempt('ada')}", headers=school.bearer("ben"))
    missing = client.get(f"/attempts/{'0' * 32}", headers=school.bearer("ben"))
    assert (theirs.status_code, theirs.content) == (missing.status_code, missing.content)


def test_who_has_left_a_course_finds_neither_it_nor_their_attempts(client, school):
    attempt = school.attempt("ada")
    with school.database.writing() as session:
        session.execute(update(Enrolment).values(ended_at=school.clock()))
    for path in ("/c/vision", f"/attempts/{attempt}"):
        assert client.get(path, headers=school.bearer("ada")).status_code == 404


def test_who_is_disabled_is_let_in_nowhere(client, school):
    with school.database.writing() as session:
        session.execute(update(Person).where(Person.login == "ada").values(disabled_at=school.clock()))
    assert client.get("/me", headers=school.bearer("ada")).status_code == 401


def test_a_login_that_the_settings_name_administers(client, school, app):
    app.state.server = replace(school.server, settings=Settings(url=URL, administrators=("ben",)))
    assert client.get("/c/vision/staff", headers=school.bearer("ben")).status_code == 200


def test_an_app_with_a_route_that_names_no_rule_is_refused(app):
    check_rules(app)

    @app.get("/forgotten")
    def forgotten():
        return {}

    with pytest.raises(UnruledError, match="GET /forgotten"):
        check_rules(app)


def test_a_route_that_names_two_rules_is_refused(app):
    app.add_api_route("/both", lambda: {}, dependencies=[Depends(public), Depends(signed_in)])
    with pytest.raises(UnruledError, match="GET /both: 2 rules"):
        check_rules(app)
