"""A run's log: JSON lines, also of what parts of the program warn of."""

from __future__ import annotations

import json
import logging
import warnings
from pathlib import Path

from autograder.grading.journal import Journal


def lines(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_each_line_bears_the_run_and_what_is_known(tmp_path):
    file = tmp_path / "logs" / "a.jsonl"
    with Journal(file, "one") as journal:
        journal.tell("sent", id="one-1", student="李")
        journal.add([{"event": "marked", "id": "one-1", "level": "info"}])
    with Journal(file, "two") as journal:
        journal.tell("stopped", level="warning")
    journal.tell("late")  # a thread that is still there loses its line, and nothing else
    found = lines(file)
    assert [(one["run"], one["event"], one["level"]) for one in found] == [
        ("one", "sent", "info"),
        ("one", "marked", "info"),
        ("two", "stopped", "warning"),
    ]
    assert found[0]["student"] == "李"


def test_what_is_warned_of_is_taken_down_and_not_printed(tmp_path, capfd):
    log = logging.getLogger("some.part")
    with Journal(tmp_path / "a.jsonl", "one") as journal, journal.taking("some"):
        log.warning("a worker is slow")
        log.info("nothing")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("a port is taken", UserWarning, stacklevel=1)
        log.warning("a file is gone", extra={"attempt": "4f", "why": OSError("no")})
        try:
            raise ValueError("wrong")
        except ValueError:
            log.exception("failed")
    log.debug("after")
    slow, port, gone, failed = lines(tmp_path / "a.jsonl")
    assert (slow["event"], slow["source"], slow["level"]) == ("a worker is slow", "some.part", "warning")
    assert "UserWarning: a port is taken" in port["event"]
    assert (gone["attempt"], gone["why"], gone["run"]) == ("4f", "no", "one")
    assert "ValueError: wrong" in failed["traceback"]
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("some").propagate


def test_a_full_disk_costs_lines_and_not_the_run():
    with Journal(Path("/dev/full"), "run") as journal:
        for _ in range(1000):
            journal.tell("sent", why="x" * 100)
