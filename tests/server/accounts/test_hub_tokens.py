"""A token of JupyterHub's signs programs in where the hub lets it into this service, and nobody else's does."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from autograder.server.accounts import hub_tokens
from autograder.server.app import make_app
from autograder.server.settings import Kind, Provider, Sessions
from autograder.server.tables import Identity, Person
from tests.support.provider import LocalProvider

LET_IN = "access:services!service=handin"


@pytest.fixture
def hub(school):
    made = LocalProvider(school.clock().timestamp())
    made.user |= {"scopes": ["read:users", LET_IN]}
    made.start()
    yield made
    made.stop()


@pytest.fixture
def ask(school, hub):
    """Return a function that asks who one is, with a token, where providers are set so."""
    clients = {}

    def ask(token="access", **set_so):
        key = repr(set_so)
        if key not in clients:
            set_so = {"url": hub.url, "link_by_login": True} | set_so
            provider = Provider(Kind.JUPYTERHUB, client_id="service-handin", client_secret_file="", **set_so)
            settings = replace(
                school.server.settings, providers={"hub": provider}, sessions=Sessions(wrong_in_ten_minutes=999)
            )
            clients[key] = TestClient(make_app(replace(school.server, settings=settings)))
        return clients[key].get("/api/v1/me", headers={"Authorization": f"token {token}"})

    return ask


def test_a_token_of_the_hub_signs_in_as_the_person_of_that_login(ask):
    assert ask().json()["login"] == "ada"


@pytest.mark.parametrize("scopes", [[], ["access:services!service=other"], ["access:servers"], None, LET_IN])
def test_a_token_that_was_given_to_another_service_opens_nothing(ask, hub, scopes):
    hub.user["scopes"] = scopes
    assert ask().status_code == 401


def test_a_token_for_all_services_is_for_this_one(ask, hub):
    hub.user["scopes"] = ["access:services"]
    assert ask().status_code == 200


@pytest.mark.parametrize(
    "user", [{"kind": "service"}, {"kind": None}, {"name": "mallory"}, {"name": ""}, {"name": 7}, {"name": "x" * 300}]
)
def test_who_is_no_person_of_a_course_is_nobody(ask, hub, user):
    hub.user |= user
    assert ask().status_code == 401


def test_a_wrong_token_is_wrong(ask):
    assert ask("wrong").status_code == 401


def test_logins_of_the_hub_are_those_of_rosters_only_where_the_settings_say_so(ask, school):
    assert ask(link_by_login=False).status_code == 401
    with school.database.writing() as session:
        ben = school.person("ben", session).id
        session.add(Identity(provider="hub", subject="ada", person_id=ben, linked_at=school.clock()))
    assert ask(link_by_login=False).json()["login"] == "ben"
    assert ask().json()["login"] == "ben"


def test_who_signs_in_there_under_another_name_is_not_who_has_their_name(ask, school):
    with school.database.writing() as session:
        ada = school.person("ada", session).id
        session.add(Identity(provider="hub", subject="ada2", person_id=ada, linked_at=school.clock()))
    assert ask().status_code == 401


def test_who_is_disabled_is_let_in_no_more(ask, school):
    assert ask().status_code == 200
    with school.database.writing() as session:
        session.execute(update(Person).values(disabled_at=school.clock()))
    assert ask().status_code == 401


def test_the_hub_is_asked_once_in_a_while(ask, hub, monkeypatch):
    for _ in range(3):
        ask()
        ask("wrong")
    assert len(hub.asked) == 2
    monkeypatch.setattr(hub_tokens, "KEPT_SECONDS", -1)
    ask("other")
    ask("other")
    assert len(hub.asked) == 4


def test_tokens_of_this_servers_own_are_shown_to_no_hub(ask, hub, school):
    assert ask(school.tokens["ben"]).json()["login"] == "ben"
    assert ask("agt_" + "A" * 43).status_code == 401
    assert hub.asked == []


def test_with_several_hubs_a_token_is_shown_to_none_of_them(school, hub):
    """Whoever is shown it can use it at the hub that it is of."""
    hubs = {
        name: Provider(Kind.JUPYTERHUB, hub.url, "service-handin", "", link_by_login=True) for name in ("hub", "lab")
    }
    settings = replace(school.server.settings, providers=hubs)
    client = TestClient(make_app(replace(school.server, settings=settings)))
    said = client.get("/api/v1/me", headers={"Authorization": "token access"})
    assert (said.status_code, hub.asked) == (401, [])
    assert said.json()["detail"].startswith("This server knows more than one JupyterHub")
    assert "Make a new one on the page of your tokens" in said.json()["what_to_do"]
    assert client.get("/api/v1/me", headers=school.bearer("ada")).json()["login"] == "ada"


def test_beside_other_providers_the_only_hub_is_asked(school, hub):
    providers = {
        "university": Provider(Kind.OIDC, "https://login.example.edu", "handin", ""),
        "hub": Provider(Kind.JUPYTERHUB, hub.url, "service-handin", "", link_by_login=True),
    }
    client = TestClient(make_app(replace(school.server, settings=replace(school.server.settings, providers=providers))))
    assert client.get("/api/v1/me", headers={"Authorization": "token access"}).json()["login"] == "ada"
    assert len(hub.asked) == 1


@pytest.mark.parametrize("answer", [(500, {}, b"{}"), (302, {"Location": "/"}, b""), (200, {}, b"[]"), (200, {}, b"x")])
def test_a_hub_that_answers_nonsense_is_not_said_to_be_a_wrong_token(ask, hub, answer):
    hub.answers["/hub/api/user"] = answer
    said = ask()
    assert said.status_code == 503
    assert said.json()["detail"] == "JupyterHub could not be asked whose token this is."
    assert int(said.headers["retry-after"]) >= 30
    hub.answers.clear()
    assert ask().status_code == 200


def test_a_hub_that_is_gone_keeps_nobody_with_an_own_token_out(ask, school):
    assert ask(url="http://127.0.0.1:9").status_code == 503
    assert ask(school.tokens["ada"], url="http://127.0.0.1:9").status_code == 200


def test_whoever_floods_the_hub_with_made_up_tokens_keeps_no_thread_from_others(hub, school, monkeypatch):
    """A hub answers slowly: those that wait for their turn are few, and wait without one."""
    monkeypatch.setattr(hub_tokens, "TURN_SECONDS", 0.01)
    provider = Provider(Kind.JUPYTERHUB, hub.url, "service-handin", "", link_by_login=True)
    server = replace(school.server, settings=replace(school.server.settings, providers={"hub": provider}))
    app, hubs = make_app(server), server.hub_tokens

    async def ask(token):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8765") as client:
            return (await client.get("/api/v1/me", headers={"Authorization": f"token {token}"})).status_code

    async def flood():
        before = await ask("access")
        async with AsyncExitStack() as busy:
            for number in range(hub_tokens.AT_ONCE):
                await busy.enter_async_context(hubs.turn({"hub": provider}, f"made up {number}"))
            # What the hub has said lately, and the server's own, need no turn.
            return before, await ask("made-up"), await ask("access"), await ask(school.tokens["ben"])

    assert asyncio.run(flood()) == (200, 503, 200, 200)
    assert len(hub.asked) == 1
