"""Those who operate the server ask it without signing in; its measures are for them alone."""

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from autograder.server.app import make_app
from autograder.server.settings import Limits, Settings
from tests.support.school import make_school

TOKEN = "a long random word"
HERE, ELSEWHERE = ("127.0.0.1", 50000), ("192.0.2.7", 50000)


@pytest.fixture
def school(tmp_path):
    made = make_school(tmp_path, Settings(metrics_token=TOKEN, limits=Limits(reserve_bytes=1)))
    yield made
    made.database.close()


def ask(server, path, client=ELSEWHERE, **headers):
    with TestClient(make_app(server), client=client) as asking:
        return asking.get(path, headers=headers)


def test_a_server_that_lives_says_so_and_looks_at_nothing(school, tmp_path):
    assert ask(replace(school.server, data=tmp_path / "gone"), "/healthz").json()["status"] == "alive"


def test_monitors_may_ask_for_the_status_alone(school):
    with TestClient(make_app(school.server), client=ELSEWHERE) as asking:
        assert [asking.head(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


def test_a_server_that_is_ready_says_so_with_each_check(school):
    answer = ask(school.server, "/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert set(answer.json()["checks"]) == {"database", "migrations", "disk", "markers"}


def test_a_server_that_is_not_ready_answers_503_and_says_what_is_wrong(school):
    full = replace(school.server, settings=Settings(limits=Limits(reserve_bytes=1 << 60)))
    answer = ask(full, "/readyz")
    assert answer.status_code == 503
    assert {name: one["ok"] for name, one in answer.json()["checks"].items()} == {
        "database": True,
        "migrations": True,
        "disk": False,
        "markers": True,
    }


def test_measures_are_read_on_this_machine_or_with_the_token(school):
    assert ask(school.server, "/metrics", HERE).status_code == 200
    answer = ask(school.server, "/metrics", Authorization=f"Bearer {TOKEN}")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "autograder_queue_jobs" in answer.text


@pytest.mark.parametrize("client", [HERE, ELSEWHERE])
@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Forwarded-Proto": "https"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"X-Forwarded-For": "", "Authorization": "Bearer wrong"},
    ],
)
def test_nobody_else_learns_that_there_are_measures(school, client, headers):
    assert ask(school.server, "/metrics", client, **headers).status_code == 404


def test_without_a_token_an_empty_one_is_none(school):
    without = replace(school.server, settings=Settings())
    for sent in ("", "Bearer", "Bearer  "):
        assert ask(without, "/metrics", Authorization=sent).status_code == 404
    assert ask(without, "/metrics", client=("testclient", 1)).status_code == 404
