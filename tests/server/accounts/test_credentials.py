"""Who asks is known by a token or a cookie alone; what a browser changes was asked on a page of this server."""

from dataclasses import replace
from typing import Annotated

import msgspec
import pytest
from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient
from sqlalchemy import update

from autograder.server.accounts import people
from autograder.server.accounts.access import signed_in
from autograder.server.accounts.credentials import CSRF_HEADER, Who, cookie_name
from autograder.server.app import make_app
from autograder.server.errors import RequestError
from autograder.server.settings import Limits, Settings
from autograder.server.tables import Token
from tests.support.school import make_school

URL = "https://handin.example.edu"
COOKIE = cookie_name(Settings(url=URL))


@pytest.fixture
def school(tmp_path):
    made = make_school(tmp_path, Settings(url=URL))
    yield made
    made.database.close()


@pytest.fixture
def client(school):
    app = FastAPI(docs_url=None, redoc_url=None)
    app.state.server = school.server

    @app.exception_handler(RequestError)
    def answer(_request, fault):
        return JSONResponse({"kind": fault.kind}, fault.status)

    @app.api_route("/me", methods=["GET", "POST"])
    def me(who: Annotated[Who, Depends(signed_in)]):
        return {"login": who.person.login}

    with TestClient(app, URL) as made:
        yield made


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
        ada = school.person("ada").id, None
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
