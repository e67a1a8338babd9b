"""Browsers sign in by a token that no server's log sees, under a cookie that is new each time, and sign out."""

import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from autograder.server.accounts import people
from autograder.server.accounts.credentials import cookie_name
from autograder.server.app import make_app
from autograder.server.settings import Sessions, Settings
from autograder.server.tables import AuditLine, BrowserSession, Enrolment, Role
from tests.support.school import make_school

URL = "https://handin.example.edu"
COOKIE = cookie_name(Settings(url=URL))


@pytest.fixture
def school(tmp_path):
    made = make_school(tmp_path, Settings(url=URL, sessions=Sessions(wrong_in_ten_minutes=3)))
    yield made
    made.database.close()


@pytest.fixture
def app(school):
    return make_app(school.server)


@pytest.fixture
def client(app):
    made = TestClient(app, URL, follow_redirects=False)
    made.headers["Accept"] = "text/html"
    return made


def sign_in(client, token, **more):
    return client.post("/sign-in", data={"token": token, **more})


def who(client):
    answer = client.get("/api/v1/me")
    return answer.json()["login"] if answer.status_code == 200 else None


def csrf(client):
    return client.get("/api/v1/me").json()["csrf"]


def test_a_token_signs_a_browser_in_and_leads_it_on(client, school):
    answer = sign_in(client, school.tokens["ada"], next="/c/vision/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/c/vision/")
    assert who(client) == "ada"
    assert "no-store" in answer.headers["cache-control"]


def test_the_cookie_is_for_this_server_alone_and_for_no_script(client, school):
    said = sign_in(client, school.tokens["ada"]).headers["set-cookie"]
    parts = {part.strip().lower() for part in said.split(";")[1:]}
    assert parts == {"httponly", "max-age=1209600", "path=/", "samesite=lax", "secure"}
    # No other host of the domain can set it.
    assert said.startswith("__Host-")
    assert school.tokens["ada"] not in said


def test_a_whole_link_may_be_pasted(client, school):
    assert sign_in(client, f" {URL}/sign-in#{school.tokens['ada']}\n").status_code == 303


def test_the_page_of_a_link_signs_nobody_in_by_being_opened(client):
    page = client.get("/sign-in", params={"next": "/c/vision/"})
    assert page.status_code == 200
    assert '<input type="hidden" name="next" value="/c/vision/">' in page.text
    assert "set-cookie" not in page.headers
    assert re.search(r'<input type="password" name="token" required', page.text)


def test_each_sign_in_has_a_cookie_of_its_own_and_ends_the_one_before(client, school):
    sign_in(client, school.tokens["ada"])
    first = client.cookies[COOKIE]
    sign_in(client, school.tokens["ada"])
    assert client.cookies[COOKIE] != first
    client.cookies.set(COOKIE, first)
    assert who(client) is None


def test_who_has_a_link_of_each_of_two_courses_sees_both(client, school):
    made = {}
    with school.database.writing() as session:
        ada = school.person("ada", session)
        session.add(Enrolment(course_id=school.server.courses["other"].id, person_id=ada.id, role=Role.TA))
        for slug, course in school.server.courses.items():
            made[slug] = people.make_token(session, ada, "", school.clock(), opens=[course.id])[1]

    def courses():
        return [one["course"] for one in client.get("/api/v1/me").json()["courses"]]

    sign_in(client, made["vision"])
    assert courses() == ["vision"]
    sign_in(client, made["other"])
    assert courses() == ["vision", "other"]
    # Not of somebody else's browser.
    sign_in(client, school.tokens["ben"])
    sign_in(client, made["other"])
    assert courses() == ["other"]


def test_a_cookie_that_somebody_else_has_set_is_not_taken_over(client, school):
    said = client.post("/sign-in", data={"token": school.tokens["ada"]}, headers={"Cookie": f"{COOKIE}={'A' * 43}"})
    assert "A" * 43 not in said.headers["set-cookie"]
    assert client.get("/api/v1/me", headers={"Cookie": f"{COOKIE}={'A' * 43}"}).status_code == 401


@pytest.mark.parametrize(
    "after", ["https://evil.example", "//evil.example", "/\\evil", "/\tx", "/a\r\nSet-Cookie: x=y", ""]
)
def test_nobody_is_led_elsewhere(client, school, after):
    assert sign_in(client, school.tokens["ada"], next=after).headers["location"] == "/"
    assert "evil" not in client.get("/sign-in", params={"next": after}).text


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_sites_page_signs_nobody_in_as_somebody_else(client, school, header):
    answer = client.post("/sign-in", data={"token": school.tokens["ada"]}, headers=header)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_a_wrong_token_is_said_where_it_was_written(client):
    answer = sign_in(client, "agt_wrong", next="/c/vision/")
    assert answer.status_code == 401
    assert "The token is wrong, has been revoked, or has ended." in answer.text
    assert 'value="/c/vision/"' in answer.text
    assert "agt_wrong" not in answer.text


def test_who_guesses_is_slowed_down_and_keeps_nobody_else_out(client, school):
    codes = [sign_in(client, f"agt_{number}").status_code for number in range(5)]
    assert codes == [401, 401, 401, 429, 429]
    answer = client.get("/api/v1/me", headers={"Authorization": "Bearer agt_x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "600")
    assert sign_in(client, school.tokens["ada"]).status_code == 303
    assert client.get("/api/v1/me", headers=school.bearer("ben")).status_code == 200


def test_signing_out_ends_the_session_for_whoever_has_the_cookie(client, school):
    sign_in(client, school.tokens["ada"])
    kept = client.cookies[COOKIE]
    assert client.post("/sign-out").status_code == 403
    assert client.post("/sign-out", data={"csrf": csrf(client)}).headers["location"] == "/sign-in"
    assert COOKIE not in client.cookies
    client.cookies.set(COOKIE, kept)
    assert who(client) is None


def test_signing_out_everywhere_ends_all_browsers_and_no_token(app, client, school):
    other = TestClient(app, URL)
    sign_in(other, school.tokens["ada"])
    sign_in(client, school.tokens["ada"])
    client.post("/sign-out-everywhere", data={"csrf": csrf(client)})
    assert (who(client), who(other)) == (None, None)
    assert client.get("/api/v1/me", headers=school.bearer("ada")).status_code == 200


def test_a_token_that_is_revoked_leaves_browsers_signed_in_until_they_are_signed_out(client, school):
    sign_in(client, school.tokens["ada"])
    number = client.get("/api/v1/me/tokens").json()[0]["id"]
    client.request("DELETE", f"/api/v1/me/tokens/{number}", headers={"X-CSRF-Token": csrf(client)})
    assert who(client) == "ada"
    assert sign_in(client, school.tokens["ada"]).status_code == 401


def test_sign_ins_are_in_the_trail_and_old_sessions_are_not_kept(client, school):
    sign_in(client, school.tokens["ada"])
    client.cookies.clear()
    school.clock.forward(days=2)
    sign_in(client, school.tokens["ben"])
    with school.database.reading() as session:
        trail = session.execute(select(AuditLine.action, AuditLine.object)).all()
        assert [tuple(one) for one in trail] == [("session.begun", "person/ada"), ("session.begun", "person/ben")]
        (row,) = session.scalars(select(BrowserSession)).all()
        assert row.expires_at == school.clock() + timedelta(hours=24)
        assert row.digest == people.digest_of(client.cookies[COOKIE])


def test_a_server_without_tls_can_be_tried_on_this_machine(tmp_path):
    (tmp_path / "plain").mkdir()
    school = make_school(tmp_path / "plain", Settings(url="http://127.0.0.1:8765"))
    client = TestClient(make_app(school.server), "http://127.0.0.1:8765", follow_redirects=False)
    assert "secure" not in sign_in(client, school.tokens["ada"]).headers["set-cookie"].lower()
    assert who(client) == "ada"
    school.database.close()


def test_whoever_guesses_takes_no_turn_of_those_who_write(client, school):
    """While somebody writes, a wrong token is answered: it would wait for as long as a writer of SQLite may take."""
    with school.database.writing():
        assert sign_in(client, "agt_" + "x" * 43).status_code == 401
    assert sign_in(client, school.tokens["ada"]).status_code == 303
