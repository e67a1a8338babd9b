"""The commands for terminals: what they print, where they write, and how they end."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from autograder.cli import main as kit
from autograder_client.cli import STOPPED, main
from autograder_client.http import Server
from autograder_client.settings import Settings, folder
from tests.support.seeded import NAME, notebook


@pytest.fixture
def work(tmp_path) -> Path:
    """A notebook that is handed in."""
    file = tmp_path / "work" / f"{NAME}.ipynb"
    file.parent.mkdir()
    file.write_bytes(notebook(6))
    return file


def test_submit_says_what_was_taken_and_keeps_the_receipt_beside_it(sign_in, work, capsys):
    sign_in("ada")
    assert main(["submit", NAME, str(work)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("handed in: attempt 4 of rnn_captioning, 2026-11-29T12:00:00")
    receipt = Path(said[2].removeprefix("receipt: "))
    assert receipt.parent == work.parent
    assert main(["receipt", "verify", str(receipt), str(work)]) == 0
    said = capsys.readouterr().out
    assert "attempt 4 of rnn_captioning, ada" in said
    assert "The files are those that were handed in." in said


def test_the_kits_own_command_does_the_same(sign_in, work, capsys):
    sign_in("ben")
    assert kit(["submit", NAME, str(work), "--course", "vision"]) == 0
    assert "handed in: attempt 3" in capsys.readouterr().out


def test_wait_tells_each_change_and_ends_with_the_last_one(sign_in, work, capsys, monkeypatch):
    sign_in("ada")
    states = iter([("queued", None), ("queued", None), ("marking", None), ("marked", 90.5)])
    json_of = Server.json

    def seen(self, path, **more):
        told = json_of(self, path, **more)
        if path.startswith("/api/v1/attempts/"):
            told["state"], told["score"] = next(states)
            told |= {"max_score": 92.0, "waits_for_a_person": True, "place": 0, "expected_seconds": 2.4}
        return told

    monkeypatch.setattr(Server, "json", seen)
    monkeypatch.setattr("autograder_client.commands.POLL_SECONDS", 0)
    assert main(["submit", NAME, str(work), "--wait"]) == 0
    assert [line.partition(": ")[2] for line in capsys.readouterr().out.splitlines()[3:]] == [
        "queued, place 1, about 2 s",
        "being marked",
        "marked, 90.5 of 92 points so far",
    ]


def test_status_tells_the_rules_and_the_attempts(sign_in, capsys):
    sign_in("ada")
    assert main(["status", NAME]) == 0
    said = capsys.readouterr().out
    assert "It is due at 2026-12-13 23:59 (UTC); the server's clock counts." in said
    assert "2026-11-28 16:00:00 UTC  attempt 2: marked, 50 of 92 points so far" in said


def test_feedback_is_written_and_opened(sign_in, tmp_path, capsys, monkeypatch):
    sign_in("ada")
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert main(["feedback", NAME, "--attempt", "2", "--to", str(tmp_path / "f.html"), "--open"]) == 0
    assert "<title>Feedback</title>" in (tmp_path / "f.html").read_text()
    assert opened == [(tmp_path / "f.html").as_uri()]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["status", "other"], "no assignment other in vision: there are rnn_captioning"),
        (["feedback", NAME, "--attempt", "77"], "there is no feedback page yet"),
        (["submit", NAME, "none.ipynb"], "none.ipynb cannot be read"),
        (["status", "--course", "other"], "There is nothing at this address."),
        (["status", "--server", "http://127.0.0.1:9/?x"], "is no address of a server"),
    ],
    ids=" ".join,
)
def test_what_is_wrong_ends_with_two_and_a_sentence(sign_in, capsys, arguments, said):
    sign_in("ada")
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_server_that_is_not_there_ends_with_four(sign_in, capsys, monkeypatch):
    sign_in("ada")
    # Longer than anybody's patience: it is not tried again.
    monkeypatch.setattr("autograder_client.http.PAUSE_SECONDS", 60.0)
    monkeypatch.setenv("AUTOGRADER_SERVER", "http://127.0.0.1:9")
    assert main(["status", "--course", "vision"]) == 4
    assert "status: http://127.0.0.1:9 cannot be reached" in capsys.readouterr().err


def test_an_answer_of_another_kind_ends_with_two_and_without_a_traceback(sign_in, capsys, monkeypatch):
    sign_in("ada")
    monkeypatch.setattr(Server, "json", lambda self, path, **more: [{"other": 1}])
    assert main(["status", "--course", "vision"]) == 2
    assert "The server answers in a way that this client does not know" in capsys.readouterr().err


@pytest.mark.parametrize("link", [False, True])
def test_sign_in_tries_the_token_and_keeps_it(handin, capsys, monkeypatch, link):
    token = handin.token("ada")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{token}\n"))
    assert main(["sign-in", f"{handin.url}/sign-in#{token}" if link else f"{handin.url}/"]) == 0
    assert "signed in as ada" in capsys.readouterr().out
    assert Settings.found() == Settings(handin.url, token)


def test_a_wrong_token_is_not_kept(handin, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("wrong\n"))
    assert main(["sign-in", handin.url]) == 2
    assert "The token is wrong" in capsys.readouterr().err
    assert not folder().exists()


def test_what_a_server_says_cannot_change_what_else_is_on_a_terminal(sign_in, capsys, monkeypatch):
    sign_in("ada")
    json_of = Server.json
    monkeypatch.setattr(
        Server,
        "json",
        lambda *asked, **more: [{**one, "title": "\x1b[2J\u202eevil"} for one in json_of(*asked, **more)],
    )
    assert main(["status", "--course", "vision"]) == 0
    assert "\\x1b[2J\\u202eevil" in capsys.readouterr().out


def test_ctrl_c_says_so(sign_in, capsys, monkeypatch):
    def stopped(*_arguments, **_more):
        raise KeyboardInterrupt

    sign_in("ada")
    monkeypatch.setattr(Server, "json", stopped)
    assert main(["status"]) == STOPPED
    assert "stopped" in capsys.readouterr().err
