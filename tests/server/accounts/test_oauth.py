"""People sign in through JupyterHub and OpenID; nobody becomes another person by it, and requests choose no address."""

import base64
import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from autograder.server.accounts import credentials, oauth, people
from autograder.server.app import make_app
from autograder.server.settings import Kind, Provider, Settings
from autograder.server.tables import Enrolment, Identity, Person, Role
from tests.support.provider import CLIENT, OTHER_KEY, SECRET, LocalProvider
from tests.support.school import make_school

URL = "https://handin.example.edu"
COOKIE = credentials.cookie_name(Settings(url=URL))
STATE_COOKIE = credentials.cookie_name(Settings(url=URL), oauth.STATE_COOKIE)


@pytest.fixture
def school(tmp_path):
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    made = make_school(tmp_path, Settings(url=URL))
    yield made
    made.database.close()


@pytest.fixture
def provider(school, monkeypatch):
    monkeypatch.setattr(oauth, "_kept", {})
    made = LocalProvider(school.clock().timestamp())
    made.start()
    yield made
    made.stop()


@pytest.fixture
def browser(school, provider):
    """Return a function that opens a browser, where providers are set so."""

    def opened(**set_so):
        providers = {
            name: Provider(
                **{"kind": kind, "url": provider.url, "client_id": CLIENT, "client_secret_file": "secret"} | set_so
            )
            for name, kind in (("hub", Kind.JUPYTERHUB), ("campus", Kind.OIDC))
        }
        settings = replace(school.server.settings, providers=providers)
        client = TestClient(make_app(replace(school.server, settings=settings)), URL, follow_redirects=False)
        client.headers["Accept"] = "text/html"
        return client

    return opened


def go_through(client, provider, name="campus", after="/tokens", site="same-origin"):
    """Go to a provider and come back."""
    left = client.get(f"/sign-in/{name}", params={"next": after}, headers={"Sec-Fetch-Site": site} if site else {})
    assert left.status_code == 303, left.text
    state, code = provider.authorize(left.headers["location"])
    return client.get(f"/sign-in/{name}/callback", params={"state": state, "code": code})


def who(client):
    answer = client.get("/api/v1/me")
    return answer.json()["login"] if answer.status_code == 200 else None


@pytest.mark.parametrize("name", ["hub", "campus"])
def test_the_person_of_that_login_signs_in_where_the_settings_say_that_logins_are_the_same(browser, provider, name):
    client = browser(link_by_login=True)
    back = go_through(client, provider, name)
    assert (back.status_code, back.headers["location"]) == (303, "/tokens")
    assert who(client) == "ada"
    flags = back.headers["set-cookie"]
    assert "HttpOnly" in flags
    assert "Secure" in flags
    assert "SameSite=lax" in flags


@pytest.mark.parametrize("name", ["hub", "campus"])
def test_nobody_is_who_they_say_elsewhere_unless_the_settings_say_so(browser, provider, name):
    client = browser()
    back = go_through(client, provider, name)
    assert back.status_code == 403
    assert "Tell your course&#39;s instructor this name" in back.text
    assert who(client) is None


def test_who_is_signed_in_is_linked_and_known_from_then_on(browser, provider, school):
    client = browser()
    with school.database.writing() as session:
        made = people.start_session(session, school.person("ben", session), school.clock(), Settings().sessions)
    client.cookies.set(COOKIE, made.cookie)
    assert go_through(client, provider).status_code == 303
    other = browser()
    assert go_through(other, provider).status_code == 303
    assert (who(client), who(other)) == ("ben", "ben")


def test_who_was_linked_by_one_courses_link_is_nobody_elses_person(browser, provider, school):
    """An instructor signs in by a link that they have made for a login of another course's, and links themselves."""
    taken, mine = browser(), browser()
    vision, other = (school.server.courses[slug].id for slug in ("vision", "other"))

    def signed(client, login, opens):
        with school.database.writing() as session:
            person = school.person(login, session)
            made = people.start_session(session, person, school.clock(), Settings().sessions, opens)
        client.cookies.set(COOKIE, made.cookie)

    def courses(client):
        return [one["course"] for one in client.get("/api/v1/me").json()["courses"]]

    with school.database.writing() as session:
        session.add(Enrolment(course_id=other, person_id=school.person("ina", session).id, role=Role.TA))
    signed(taken, "ina", [other])
    assert go_through(taken, provider).status_code == 303
    assert (who(taken), courses(taken)) == ("ina", ["other"])
    # Who is that person by another course's link is linked there all the same.
    provider.claims["sub"] = "s-2"
    signed(mine, "ina", [vision])
    assert go_through(mine, provider).status_code == 303
    assert (who(mine), courses(mine)) == ("ina", ["vision"])
    # And, once they have shown that they are it in both, in both.
    again = browser()
    signed(again, "ina", [other])
    assert go_through(again, provider).status_code == 303
    again = browser()
    assert go_through(again, provider).status_code == 303
    assert courses(again) == ["vision", "other"]
    # By its own login a provider answers for all of them.
    provider.claims |= {"sub": "s-1", "preferred_username": "ina"}
    sure = browser(link_by_login=True)
    assert go_through(sure, provider).status_code == 303
    assert courses(sure) == ["vision", "other"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
def test_no_other_site_links_who_is_signed_in_to_its_own_author(browser, provider, school, site):
    """It has signed the browser in at the provider as somebody else before."""
    client = browser()
    with school.database.writing() as session:
        made = people.start_session(session, school.person("ben", session), school.clock(), Settings().sessions)
    client.cookies.set(COOKIE, made.cookie)
    assert go_through(client, provider, site=site).status_code == 403
    with school.database.reading() as session:
        assert session.query(Identity).count() == 0


def test_a_browser_that_names_the_page_alone_is_believed(browser, provider, school):
    client = browser()
    with school.database.writing() as session:
        made = people.start_session(session, school.person("ben", session), school.clock(), Settings().sessions)
    client.cookies.set(COOKIE, made.cookie)
    for page, status in (("https://handin.example.edu.evil.example/", 403), (f"{URL}/sign-in", 303)):
        client.headers["Referer"] = page
        assert go_through(client, provider, site="").status_code == status


def test_who_is_on_no_roster_is_told_what_to_do(browser, provider):
    provider.user["name"] = "mallory"
    back = go_through(browser(link_by_login=True), provider, "hub")
    assert back.status_code == 403
    assert "You are mallory at hub, and this server knows nobody of that name." in back.text


def test_a_name_that_the_provider_gave_to_somebody_else_is_not_who_had_it(browser, provider):
    assert go_through(browser(link_by_login=True), provider).status_code == 303
    provider.claims["sub"] = "s-2"
    assert go_through(browser(link_by_login=True), provider).status_code == 403


def test_who_is_disabled_does_not_come_in_this_way(browser, provider, school):
    assert go_through(browser(link_by_login=True), provider).status_code == 303
    with school.database.writing() as session:
        session.execute(update(Person).values(disabled_at=school.clock()))
    assert go_through(browser(link_by_login=True), provider).status_code == 403


def test_a_service_of_the_hub_is_no_person(browser, provider):
    provider.user["kind"] = "service"
    assert go_through(browser(link_by_login=True), provider, "hub").status_code == 403


@pytest.mark.parametrize(("verified", "status"), [(True, 303), (False, 403), (None, 403), ("true", 403)])
def test_an_address_is_a_login_only_when_it_was_verified(browser, provider, verified, status):
    provider.claims |= {"email": "ADA", "email_verified": verified}
    assert go_through(browser(link_by_login=True, login_claim="email"), provider).status_code == status


def test_a_login_may_be_told_besides_the_token(browser, provider):
    provider.claims["preferred_username"] = None
    provider.metadata["userinfo_endpoint"] = f"{provider.url}/userinfo"
    assert go_through(browser(link_by_login=True), provider).status_code == 303


def test_what_is_told_of_another_person_is_no_word_about_this_one(browser, provider):
    provider.claims |= {"preferred_username": None, "sub": "s-9"}
    provider.metadata["userinfo_endpoint"] = f"{provider.url}/userinfo"
    assert go_through(browser(link_by_login=True), provider).status_code == 403


def test_the_secret_is_sent_as_the_provider_says(browser, provider):
    provider.metadata["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    assert go_through(browser(link_by_login=True), provider).status_code == 303


def test_the_browser_is_sent_with_state_nonce_and_challenge_and_back_to_one_address(browser, provider):
    left = browser().get("/sign-in/campus", params={"redirect_uri": "https://evil.example", "next": "/"})
    asked = {name: values[0] for name, values in parse_qs(urlsplit(left.headers["location"]).query).items()}
    assert asked["redirect_uri"] == f"{URL}/sign-in/campus/callback"
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    # No other host of the domain can set it.
    assert left.headers["set-cookie"].startswith("__Host-")
    assert "Path=/;" in left.headers["set-cookie"]


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": ["another"]},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 201},
        {"azp": "another"},
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_signs_nobody_in(browser, provider, claims):
    provider.claims |= claims
    client = browser(link_by_login=True)
    assert go_through(client, provider).status_code == 502
    assert who(client) is None


@pytest.mark.parametrize(
    ("algorithm", "key"), [("none", None), ("HS256", None), ("RS256", OTHER_KEY)], ids=["none", "HS256", "RS256"]
)
def test_an_id_token_that_others_could_sign_signs_nobody_in(browser, provider, algorithm, key):
    provider.algorithm, provider.key = algorithm, key
    assert go_through(browser(link_by_login=True), provider).status_code == 502


@pytest.mark.parametrize("wrong", ["state", "no state", "no cookie", "damaged", "other provider", "no code", "denied"])
def test_what_was_not_begun_in_this_browser_signs_nobody_in(browser, provider, wrong):
    client = browser(link_by_login=True)
    state, code = provider.authorize(client.get("/sign-in/campus").headers["location"])
    said = {"state": state, "code": code}
    where = "campus"
    match wrong:
        case "state":
            said["state"] = "A" * 43
        case "no state":
            del said["state"]
        case "no cookie":
            client.cookies.clear()
        case "damaged":
            client.cookies.clear()
            client.cookies.set(STATE_COOKIE, base64.urlsafe_b64encode(json.dumps({"state": state}).encode()).decode())
        case "other provider":
            where = "hub"
        case "no code":
            del said["code"]
        case "denied":
            said = {"state": state, "error": "access_denied"}
    back = client.get(f"/sign-in/{where}/callback", params=said)
    assert back.status_code == (403 if wrong in ("no code", "denied") else 400)
    assert who(client) is None


def test_a_code_signs_in_once(browser, provider):
    client = browser(link_by_login=True)
    state, code = provider.authorize(client.get("/sign-in/campus").headers["location"])
    cookie = client.cookies[STATE_COOKIE]
    assert client.get("/sign-in/campus/callback", params={"state": state, "code": code}).status_code == 303
    assert STATE_COOKIE not in client.cookies
    client.cookies.set(STATE_COOKIE, cookie)
    assert client.get("/sign-in/campus/callback", params={"state": state, "code": code}).status_code == 502


@pytest.mark.parametrize(
    "after", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x"]
)
def test_nobody_is_led_elsewhere_afterwards(browser, provider, after):
    assert go_through(browser(link_by_login=True), provider, after=after).headers["location"] == "/"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("token_endpoint", "http://169.254.169.254/latest"),
        ("jwks_uri", "file:///etc/passwd"),
        ("userinfo_endpoint", "http://localhost:9/"),
        ("authorization_endpoint", "javascript:alert(1)"),
        ("authorization_endpoint", None),
        ("issuer", "https://evil.example"),
    ],
)
def test_a_provider_leads_this_server_to_no_service_within(browser, provider, place, value):
    provider.metadata[place] = value
    assert browser().get("/sign-in/campus").status_code == 502


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
@pytest.mark.parametrize(
    "answer",
    [
        (302, {"Location": "/elsewhere"}, b""),
        (500, {}, b"{}"),
        (200, {}, b"not JSON"),
        (200, {}, b"[]"),
        (200, {}, b'{"access_token": 7}'),
    ],
)
def test_a_provider_that_answers_nonsense_is_an_error_that_people_can_read(browser, provider, path, answer):
    provider.answers[path] = answer
    client = browser(link_by_login=True)
    left = client.get("/sign-in/campus")
    if left.status_code == 303:
        state, code = provider.authorize(left.headers["location"])
        left = client.get("/sign-in/campus/callback", params={"state": state, "code": code})
    assert left.status_code == 502
    assert "campus could not be asked who you are." in left.text
    assert "/elsewhere" not in [asked for asked, _ in provider.asked]


def test_a_provider_that_is_gone_is_an_error_that_people_can_read(browser):
    assert browser(url="http://127.0.0.1:9").get("/sign-in/campus").status_code == 502


def test_only_providers_of_the_settings_are_there(browser):
    assert browser().get("/sign-in/other").status_code == 404
    assert browser().get("/sign-in/other/callback").status_code == 404


def test_what_is_kept_is_who_was_linked_and_no_token_of_the_provider(browser, provider, school):
    go_through(browser(link_by_login=True), provider)
    with school.database.reading() as session:
        (row,) = session.query(Identity).all()
        assert (row.provider, row.subject, row.person_id) == ("campus", "s-1", school.person("ada").id)
