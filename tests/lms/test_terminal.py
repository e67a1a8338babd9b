"""What was taken in is printed, and everything that was not, with the reason."""

from __future__ import annotations

from autograder.cli import main
from autograder.lms.collect import CollectReport
from autograder.lms.place import Became
from autograder.lms.terminal import print_collected
from tests.support.downloads import Canvas, Student, write


def test_a_report_in_the_terminal(capsys):
    report = CollectReport(
        became={"ada": Became.NEW, "ben": Became.REPLACED, "cyd": Became.NEW},
        left={"eve\x1b[31m": "its name\nleads out"},
        late=["ben"],
        untimed="nothing says when",
        entered=[f"s{at:02}" for at in range(25)],
        missing=["dan"],
    )
    print_collected("sums", report)
    said = capsys.readouterr()
    assert "sums: 3 hand-ins collected (2 new, 1 replaced)" in said.out
    assert "new in the gradebook: 25: s00, s01," in said.out
    assert "s19 and 5 more\n" in said.out
    assert "late, and nobody knows by how much: 1: ben." in said.out
    assert said.err == "left out: eve\\u001b[31m: its name\\nleads out\n"


def test_the_command_ends_with_1_where_something_was_left_out(course, tmp_path, capsys):
    ada = Student(101, 11, "Ada", "Lovelace", "ada", "s1", {"arithmetic.ipynb": b"x"})
    site = Canvas([ada])
    site.hand_in()
    zipped = str(write(tmp_path, "submissions.zip", site.zipped()))
    assert main(["collect", "canvas", "arithmetic", zipped]) == 1
    assert "left out: lovelaceada (101): the gradebook has no student" in capsys.readouterr().err
    roster = str(write(tmp_path, "grades.csv", site.gradebook("Arithmetic", 13.0)))
    # The one assignment need not be named.
    assert main(["collect", "canvas", zipped, "--roster", roster]) == 0
    assert "arithmetic: 1 hand-ins collected (1 new)" in capsys.readouterr().out
    assert main(["collect", "moodle", zipped, "--roster", roster]) == 2
    assert "autograder collect: " in capsys.readouterr().err
