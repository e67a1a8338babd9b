"""The `autograder` command: exit codes and what it says."""

from __future__ import annotations

import gc
import json
import os
import shlex
import subprocess
import sys
from typing import Any

import psutil
import pytest

from autograder import __version__
from autograder.cli import main, parser
from autograder.commands.common import importing
from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.course.results import read_record
from autograder.kernel.sandbox.fork import SandboxError
from autograder_client.cli import STOPPED

ANY_LEVEL = "--allow-weaker-isolation"
# Clears the screen, by one byte and by two; turns the direction.
CODES = "\\x9b2J\\x1b[2J\\u202e"
DOUBLE = "def double(x): return 2 * x"


def test_the_version_is_printed(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.strip() == __version__


# argparse has no other way to its commands.
COMMANDS: dict[str, Any] = vars(parser())["_subparsers"]._group_actions[0].choices
PLACES = {
    f"bundle {name}": made for name, made in vars(COMMANDS["bundle"])["_subparsers"]._group_actions[0].choices.items()
}


@pytest.mark.parametrize("name", [*COMMANDS, *PLACES])
def test_the_help_of_a_command_says_what_it_does_what_each_option_does_and_has_an_example_that_can_be_given(name):
    made = (COMMANDS | PLACES)[name]
    assert len(made.description.split()) > 10
    assert [action.dest for action in made._actions if not action.help or len(action.help.split()) < 3] == []
    examples = [line for line in made.epilog.splitlines() if line.startswith("  autograder ")]
    assert examples
    for line in examples:
        assert line.startswith(f"  autograder {name}")
        assert parser().parse_args(shlex.split(line)[1:]).run


def test_examples_stand_line_by_line_and_descriptions_are_wrapped(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "70")
    with pytest.raises(SystemExit):
        main(["grade", "--help"])
    lines = capsys.readouterr().out.splitlines()
    assert "  autograder grade ps1 --what-if" in lines
    assert max(map(len, lines)) <= 70


@pytest.mark.parametrize("arguments", [[], ["unheard-of"], ["mark"], ["mark", "arithmetic"]])
def test_bad_usage_ends_with_two(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: autograder" in capsys.readouterr().err


def test_mark_ends_with_zero_whatever_the_score_and_writes_record_notebook_and_page(
    course, hand_in, scratch, tmp_path, capsys
):
    file = hand_in(DOUBLE)
    assert (
        main(
            [
                "mark",
                "arithmetic",
                str(file),
                ANY_LEVEL,
                "--json",
                str(tmp_path / "r.json"),
                "--notebook",
                str(tmp_path / "n.ipynb"),
                "--html",
                str(tmp_path / "p.html"),
            ]
        )
        == 0
    )
    assert "Score: 4 of 10 so far, 3 wait for a person" in capsys.readouterr().out
    assert read_record(tmp_path / "r.json").score == 4
    assert "hidden_tests" not in (tmp_path / "n.ipynb").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "n.ipynb").read_text(encoding="utf-8"))["cells"]
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "<strong>4</strong> of 10 so far, 3 wait for a person" in page
    assert "not written yet" in page


def test_mark_ends_with_two_when_it_is_no_hand_in_and_says_why(course, tmp_path, capsys):
    file = tmp_path / "ada.ipynb"
    file.write_text("no notebook")
    assert (
        main(
            [
                "mark",
                "arithmetic",
                str(file),
                "--json",
                str(tmp_path / "r.json"),
                "--html",
                str(tmp_path / "p.html"),
                ANY_LEVEL,
            ]
        )
        == 2
    )
    assert "could not be marked" in (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "Rejected: ada.ipynb is not a Jupyter notebook" in " ".join(capsys.readouterr().out.split())
    assert read_record(tmp_path / "r.json").status == "rejected"


@pytest.mark.parametrize("form", ["json", "junit", "markdown", "html", "notebook"])
def test_mark_prints_one_form_in_place_of_the_table(course, hand_in, scratch, form, capfdbinary):
    file = hand_in(f"{DOUBLE}\n\ndef halve(x):\n    raise ValueError('{CODES}')  # {CODES}")
    assert main(["mark", "arithmetic", str(file), ANY_LEVEL, "--student", "b\u00e9a", f"--{form}", "-"]) == 0
    begins = {"json": b"{", "junit": b"<?xml", "markdown": b"# Feedback", "html": b"<!", "notebook": b"{"}
    printed = capfdbinary.readouterr().out
    assert printed.lstrip().startswith(begins[form])
    assert b"Score: 4 of 10" not in printed
    # A terminal would obey them.
    assert all(letter.isprintable() or letter == "\n" for letter in printed.decode().replace("\u200b", ""))
    assert ("b\u00e9a".encode() in printed) is (form != "notebook")


def test_mark_prints_no_two_forms_at_once(course, hand_in, capsys):
    assert main(["mark", "arithmetic", str(hand_in(DOUBLE)), ANY_LEVEL, "--json", "-", "--html", "-"]) == 2
    assert "only one can be printed: give --json or --html a file" in capsys.readouterr().err


def test_mark_says_which_file_cannot_be_written(course, hand_in, scratch, tmp_path, capsys):
    (tmp_path / "file").touch()
    within = tmp_path / "file" / "junit.xml"
    assert main(["mark", "arithmetic", str(hand_in(DOUBLE)), ANY_LEVEL, "--junit", str(within)]) == 2
    assert f"--junit cannot write {within}" in capsys.readouterr().err


REFUSED = """
import sys, threading
from autograder import cli
from autograder.kernel import zygote_client

code = cli.main(["mark", "rnn_captioning", sys.argv[1], "--allow-weaker-isolation"])
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join()
print(*(client._zygote.pid for client in zygote_client._clients.values()))
sys.exit(code)
"""


def test_what_a_command_imports_is_not_looked_through_by_the_collector_which_goes_on():
    gc.unfreeze()
    with importing():
        assert not gc.isenabled()
    assert (gc.isenabled(), gc.get_freeze_count() > 0) == (True, True)
    gc.unfreeze()


def test_what_was_started_ahead_for_a_hand_in_that_is_refused_ends_with_the_command(tmp_path):
    # In a fresh clone it is built first, which takes longer than any command may here.
    Assignment(Course(KIT_ROOT), "rnn_captioning").prepare_data()
    file = tmp_path / "ada.ipynb"
    file.write_text("no notebook")
    command = [sys.executable, "-c", REFUSED, str(file)]
    ended = subprocess.run(command, cwd=KIT_ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 2, ended.stderr
    (zygote,) = map(int, ended.stdout.splitlines()[-1].split())
    assert not psutil.pid_exists(zygote)


def test_mark_ends_with_two_where_isolation_is_weaker_than_full_and_nobody_allowed_it(course, hand_in, capsys):
    assert main(["mark", "arithmetic", str(hand_in(DOUBLE)), "--level", "off"]) == 2
    said = capsys.readouterr().err
    assert "would be marked at isolation level off, less than full" in said
    assert "autograder doctor" in said
    assert ANY_LEVEL in said


def test_mark_ends_with_three_when_no_kernel_can_be_shut_in(course, hand_in, capsys, monkeypatch):
    def no_kernel(*_arguments):
        raise SandboxError("mount: refused")

    monkeypatch.setattr("autograder.marking.notebook_runner.Session", no_kernel)
    assert main(["mark", "arithmetic", str(hand_in(DOUBLE)), ANY_LEVEL]) == 3
    assert "mount: refused" in capsys.readouterr().err


def test_mark_ends_with_three_when_the_grader_is_at_fault(course, assignment, hand_in, scratch):
    assignment.hidden_file("double").write_text("1 / 0")
    assert main(["mark", "arithmetic", str(hand_in(DOUBLE)), ANY_LEVEL]) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mark", "arithmetic", "nowhere.ipynb", ANY_LEVEL], "autograder mark: no hand-in nowhere.ipynb"),
        (["mark", "geometry", "x.ipynb", ANY_LEVEL], "autograder mark: no assignment 'geometry': there are arithmetic"),
        (["release", "geometry"], "autograder release: no assignment 'geometry': there are arithmetic"),
        (
            ["report", "arithmetic", "--years"],
            "autograder report: --years says what --against names: give both, such as --against FOLDER --years",
        ),
    ],
)
def test_what_is_missing_ends_with_two_and_is_named(course, capsys, arguments, message):
    assert main(arguments) == 2
    assert capsys.readouterr().err.strip() == message


@pytest.mark.usefixtures("leaks_elsewhere")
def test_release_check_ends_with_zero_or_one(course, capsys):
    assert main(["release", "--check"]) == 0
    assert "arithmetic: release and solutions are what the source gives" in capsys.readouterr().out
    (course.release("arithmetic") / "requirements.txt").unlink()
    assert main(["release", "--check", "arithmetic"]) == 1
    said = capsys.readouterr().err
    assert "release/arithmetic/requirements.txt: is missing" in said
    assert "arithmetic: release and solutions in en ..." in said.splitlines()


@pytest.mark.parametrize("other", ["--check", "--check-folder=x"])
def test_release_refuses_to_check_and_to_record_a_translation_at_once(course, capsys, other):
    with pytest.raises(SystemExit):
        main(["release", "arithmetic", other, "--translation-holds", "title"])
    assert "--translation-holds: not allowed with argument --check" in capsys.readouterr().err


@pytest.mark.usefixtures("leaks_elsewhere")
def test_release_makes_both_folders_and_says_where(course, capsys):
    (course.release("arithmetic") / "requirements.txt").unlink()
    assert main(["release", "arithmetic"]) == 0
    out = capsys.readouterr().out
    assert str(course.release("arithmetic")) in out
    assert str(course.solutions("arithmetic")) in out
    assert (course.release("arithmetic") / "requirements.txt").is_file()


def test_release_of_a_faulty_source_ends_with_one_and_says_why(course, assignment, capsys):
    text = assignment.notebook_file.read_text(encoding="utf-8")
    assignment.notebook_file.write_text(text.replace("### END SOLUTION", "", 1), encoding="utf-8")
    assert main(["release", "arithmetic"]) == 1
    assert "autograder release:" in capsys.readouterr().err


def test_a_command_that_is_stopped_by_hand_says_so_without_a_traceback(monkeypatch, capsys):
    def stopped(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("autograder.commands.marking.run_doctor", stopped)
    assert main(["doctor"]) == STOPPED
    # What a command starts ahead of itself takes its time, too.
    monkeypatch.setattr("autograder.commands.marking.start_forks", stopped)
    assert main(["grade", "none"]) == STOPPED
    assert capsys.readouterr().err == "autograder: stopped\n" * 2


def test_a_reader_who_has_seen_enough_is_no_fault(tmp_path):
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "autograder.cli", "init", "cs101"]
    ended = subprocess.run(command, cwd=tmp_path, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (ended.returncode, ended.stderr) == (STOPPED, "")
