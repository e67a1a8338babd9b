"""What students write is printed without what a terminal would obey."""

from __future__ import annotations

import json
import logging
import sys

import pytest
from markupsafe import Markup, escape

from autograder.course.results import Record, Status
from autograder.grading.journal import Journal
from autograder.i18n.messages import Message
from autograder.i18n.terminal import PrintableRecord, on_one_line, printable, printable_json
from autograder.reports.terminal import print_record

# Sets the title, clears the screen, names a link, turns the direction, hides, deletes; one byte instead of two.
CODES = "\x1b]0;x\x07\x1b[2J\x1b]8;;http://x\x1b\\\u202e\u200b\x08\x7f\x9b2J\r"


def test_every_character_of_a_text_is_seen():
    assert printable("r\u00e9sum\u00e9 \u56fe\n  x") == "r\u00e9sum\u00e9 \u56fe\n  x"
    assert printable("\x1b[2J\u202e\t\u3000.") == "\\u001b[2J\\u202e  ."
    assert printable(CODES).isprintable()
    assert on_one_line("a\n[Autograde | ERROR] b") == "a\\n[Autograde | ERROR] b"


def test_every_character_of_json_is_seen_and_it_says_the_same():
    written = json.dumps({"said": f"{CODES}r\u00e9sum\u00e9\u3000\U000e0001"}, ensure_ascii=False, indent=1)
    shown = printable_json(written)
    assert shown.replace("\n", "").isprintable()
    assert "r\u00e9sum\u00e9" in shown
    assert json.loads(shown) == json.loads(written)


@pytest.mark.parametrize("text", ["<b>", "<b>\n"])
def test_a_text_that_was_marked_as_html_is_escaped_again(text):
    assert escape(printable(Markup(text))) == f"&lt;b&gt;{text[3:]}"


def test_a_record_on_the_terminal_holds_no_codes_and_no_markup(capsys):
    print_record(
        Record(
            assignment="a",
            student=f"[red]{CODES}",
            sha256="",
            status=Status.MARKED,
            score=0.0,
            max_score=0.0,
            notes=[Message(CODES)],
            mended=[Message(CODES)],
            kit_version="0",
            tests_sha256="",
            environment={},
            seconds=0.0,
        )
    )
    shown = capsys.readouterr().out
    assert shown.replace("\n", "").isprintable()
    assert "[red]" in shown


@pytest.mark.parametrize("logged", [("Copying %s", f"{CODES}\n[Autograde | ERROR] forged"), (f"Skipping {CODES}",)])
def test_a_log_line_holds_no_codes_and_is_one(logged):
    record = PrintableRecord("nbgrader", logging.INFO, "", 0, logged[0], tuple(logged[1:]), None)
    assert logging.Formatter().format(record).isprintable()


def test_neither_does_the_traceback_below_it():
    try:
        raise ValueError(CODES)
    except ValueError:
        record = PrintableRecord("nbgrader", logging.INFO, "", 0, "failed", (), sys.exc_info())
    assert logging.Formatter().format(record).replace("\n", "").isprintable()


def test_the_journal_of_a_run_holds_none_either_and_can_be_read_back(tmp_path):
    with Journal(tmp_path / "log.jsonl", "run") as journal:
        journal.tell("refused", name=f"{CODES}\U000e0001\u56fe")
    (line,) = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert line.isprintable()
    assert json.loads(line)["name"] == f"{CODES}\U000e0001\u56fe"
