"""The server's log is JSON lines, in which an attempt is found by its id."""

import json
import logging

from autograder.server.operating import log
from autograder.server.operating.log import LOGS, logging_to, roll

SOURCE = logging.getLogger("autograder.server.example")


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_what_happens_is_a_line_of_json_in_the_servers_folder(tmp_path, capfd):
    with logging_to(tmp_path):
        SOURCE.info("received", extra={"attempt": "4f", "request": "a1", "student": "李\n"})
        SOURCE.debug("left out")
        logging.getLogger("another.part").info("left out")
        logging.getLogger("another.part").warning("a part warns")
    SOURCE.info("after")
    received, warned = lines((tmp_path / LOGS / "server.jsonl").read_text(encoding="utf-8"))
    assert received.pop("time").endswith("+00:00")
    assert received == {
        "level": "info",
        "event": "received",
        "source": SOURCE.name,
        "attempt": "4f",
        "request": "a1",
        "student": "李\n",
    }
    assert (warned["level"], warned["event"]) == ("warning", "a part warns")
    # Who has started it sees what is wrong, and no line for each request.
    assert [one["event"] for one in lines(capfd.readouterr().err)] == ["a part warns"]


def test_in_a_container_all_of_it_goes_to_stderr(tmp_path, capfd):
    with logging_to(None):
        SOURCE.info("received", extra={"attempt": "4f"})
    (line,) = lines(capfd.readouterr().err)
    assert line["attempt"] == "4f"
    assert not list(tmp_path.iterdir())


def test_a_traceback_is_in_its_line(tmp_path):
    with logging_to(tmp_path):
        try:
            raise ValueError("wrong")
        except ValueError:
            SOURCE.exception("failed")
    (line,) = lines((tmp_path / LOGS / "server.jsonl").read_text(encoding="utf-8"))
    assert "ValueError: wrong" in line["traceback"]


def test_a_large_log_is_put_aside_and_nothing_is_deleted(tmp_path, monkeypatch):
    monkeypatch.setattr(log, "ROLL_BYTES", 10)
    file = tmp_path / "vision-rnn.jsonl"
    for text in ("small", "large enough"):
        file.write_text(text)
        roll(file)
    (aside,) = tmp_path.iterdir()
    assert aside.name.startswith("vision-rnn.2")
    assert aside.suffix == ".jsonl"
    assert aside.read_text() == "large enough"
    roll(file)  # which is not there
