"""Each route names who may use it; nobody gets further by a role, a course, an id, or another site's page."""

from dataclasses import replace
from typing import Annotated

import msgspec
import pytest
from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from sqlalchemy import update

from autograder.server.accounts import people
from autograder.server.accounts.access import (
    COOKIE,
    CSRF_HEADER,
    Member,
    Theirs,
    UnruledError,
    Who,
    administrator,
    allowed,
    check_rules,
    own_attempt,
    public,
    signed_in,
)
from autograder.server.app import make_app
from autograder.server.errors import RequestError
from autograder.server.settings import Limits, Settings
from autograder.server.tables import Enrolment, Person, Role, Token
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
    def course(member: Annotated[Member, Depends(allowed())]):
        return {"role": member.role}

    @made.get("/c/{course}/staff")
    def staff(member: Annotated[Member, Depends(allowed(Role.TA, Role.INSTRUCTOR))]):
        return {"role": member.role}

    @made.get("/attempts/{attempt}")
    def attempt(theirs: Annotated[Theirs, Depends(own_attempt())]):
        return {"own": theirs.own}

    @made.put("/attempts/{attempt}/chosen")
    def choose(_theirs: Annotated[Theirs, Depends(own_attempt(staff=False))]):
        return {}

    @made.get("/server", dependencies=[Depends(administrator)])
    def server():
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
        ("/server", dict.fromkeys(EVERYBODY, 403) | {"nobody": 401, "root": 200}),
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
    assert client.get("/server", headers=school.bearer("ben")).status_code == 200


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "token"])
def test_programs_send_a_token_as_they_are_used_to(client, school, kind):
    header = {"Authorization": f"{kind} {school.tokens['ada']}"}
    assert client.get("/me", headers=header).json() == {"login": "ada"}


@pytest.mark.parametrize(
    "secret", ["", "x", "agt_" + "A" * 43, "agt_" + "é" * 43, "agt_", "A" * 10_000, "agt_' OR 1=1 --"]
)
def test_a_wrong_token_is_refused_even_where_a_cookie_would_do(client, school, secret):
    header = {"Authorization": b"Bearer " + secret.encode("latin-1"), "Cookie": f"{COOKIE}={signed(school, 'ada')}"}
    assert client.get("/me", headers=header).status_code == (401 if secret else 200)


def test_a_token_that_was_revoked_or_has_ended_is_wrong(client, school):
    with school.database.writing() as session:
        person = school.person("ada", session)
        ending, secret = people.make_token(session, person, "", school.clock(), school.clock())
        assert ending.expires_at == school.clock()
        session.execute(
            update(Token)
            .where(Token.digest == people.digest_of(school.tokens["ada"]))
            .values(revoked_at=school.clock())
        )
    assert client.get("/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert client.get("/me", headers=school.bearer("ada")).status_code == 401


def signed(school, login):
    """Sign a browser in and return its cookie."""
    return session_of(school, login).cookie


def session_of(school, login):
    with school.database.writing() as session:
        person = school.person(login, session)
        return people.start_session(session, person, school.clock(), school.server.settings.sessions)


def test_a_browser_is_known_by_its_cookie_until_it_rests_too_long(client, school):
    client.cookies.set(COOKIE, signed(school, "ada"))
    for _ in range(3):
        school.clock.forward(hours=23)
        assert client.get("/me").status_code == 200
    school.clock.forward(hours=25)
    assert client.get("/me").status_code == 401


def test_a_browser_has_to_sign_in_again_after_two_weeks_however_much_it_is_used(client, school):
    client.cookies.set(COOKIE, signed(school, "ada"))
    seen = []
    for _ in range(15):
        school.clock.forward(hours=23)
        seen.append(client.get("/me").status_code)
    assert seen == [200] * 14 + [401]


def test_what_a_browser_changes_needs_the_token_of_its_pages(client, school):
    made = session_of(school, "ada")
    client.cookies.set(COOKIE, made.cookie)
    other = session_of(school, "ben")
    assert client.post("/me").status_code == 403
    assert client.post("/me", data={"csrf": other.row.csrf}).status_code == 403
    assert client.post("/me", data={"csrf": made.row.csrf}).status_code == 200
    assert client.post("/me", headers={CSRF_HEADER: made.row.csrf}).status_code == 200
    assert client.post("/me", json={}, headers={CSRF_HEADER: b"\xe9"}).status_code == 403


@pytest.mark.parametrize(
    "header", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}]
)
def test_what_a_browser_changes_is_asked_on_a_page_of_this_server(client, school, header):
    made = session_of(school, "ada")
    client.cookies.set(COOKIE, made.cookie)
    assert client.post("/me", headers=header | {CSRF_HEADER: made.row.csrf}).status_code == 403
    assert client.post("/me", headers={"Origin": URL, CSRF_HEADER: made.row.csrf}).status_code == 200


def test_a_program_with_a_token_has_no_pages(client, school):
    assert client.post("/me", headers=school.bearer("ada")).status_code == 200


def test_an_app_with_a_route_that_names_no_rule_is_refused(app):
    check_rules(app)

    @app.get("/forgotten")
    def forgotten():
        return {}

    with pytest.raises(UnruledError, match="GET /forgotten"):
        check_rules(app)


def test_a_route_that_names_two_rules_is_refused(app):
    app.add_api_route("/both", lambda: {}, dependencies=[Depends(public), Depends(administrator)])
    with pytest.raises(UnruledError, match="GET /both: 2 rules"):
        check_rules(app)


def test_secrets_are_not_kept(school):
    session_of(school, "ada")
    kept = b"".join(file.read_bytes() for file in school.server.data.glob("server.db*"))
    assert school.tokens["ada"].encode() not in kept
    assert people.digest_of(school.tokens["ada"]).encode() in kept


class TestTooMuchAtOnce:
    """Requests of one person alone: nobody else waits for them."""

    @pytest.fixture
    def asking(self, school):
        limits = msgspec.structs.replace(Limits(), at_once=2, changes=3)
        settings = replace(school.server.settings, limits=limits)
        server = replace(school.server, settings=settings)
        with TestClient(make_app(server), URL) as client:
            yield client, server

    def test_who_has_too_many_under_way_is_told_to_wait(self, asking, school):
        client, server = asking
        ada = school.person("ada").id
        assert all(server.busy.begin("request", ada, 2) for _ in range(2))
        refused = client.get("/api/v1/me", headers=school.bearer("ada"))
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "6")
        assert client.get("/api/v1/me", headers=school.bearer("ben")).status_code == 200
        server.busy.end("request", ada)
        for _ in range(3):  # each ends
            assert client.get("/api/v1/me", headers=school.bearer("ada")).status_code == 200
        assert client.get("/api/v1/attempts/none", headers=school.bearer("ada")).status_code == 404
        assert client.get("/api/v1/me", headers=school.bearer("ada")).status_code == 200

    def test_a_student_who_changes_things_without_end_is_told_to_wait(self, asking, school):
        client, _ = asking

        def change(login):
            return client.post("/api/v1/me/tokens", json={"label": "x"}, headers=school.bearer(login)).status_code

        assert [change("ada") for _ in range(4)] == [201, 201, 201, 429]
        assert client.get("/api/v1/me", headers=school.bearer("ada")).status_code == 200
        assert [change("ina") for _ in range(4)] == [201] * 4
        school.clock.forward(minutes=11)
        assert change("ada") == 201
