"""What counts comes into the gradebook once, whatever happens; nothing that waits is forgotten."""

import os
import subprocess
import sys
import threading

import pytest
from nbgrader.api import Gradebook

from autograder.course.results import Status, read_record
from autograder.grading.submitted import Submission
from autograder.grading.writer import ClassBusyError, GradebookWriter
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.server.attempts.counting import to_enter
from autograder.server.attempts.rule_changes import recount_all
from autograder.server.marking import entering as module
from autograder.server.tables import Event
from tests.server.marked import NAME, make_marked

HOLDS = """
import sys
from pathlib import Path
from autograder.grading.writer import alone
lock = alone(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def ours(assignment, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "HOLD_SECONDS", 0.01)
    made = make_marked(assignment, tmp_path / "data")
    yield made
    made.database.close()


def points(ours):
    with Gradebook(f"sqlite:///{ours.course.course.classroom / 'gradebook.db'}") as book:
        return {
            one.student.id: (
                one.score - one.late_submission_penalty,
                one.timestamp.isoformat() if one.timestamp else None,
            )
            for one in book.assignment_submissions(NAME)
        }


def waiting(ours):
    return len(to_enter(ours.database, ours.course.id, NAME))


def test_what_counts_is_in_gradebook_folders_and_records(ours):
    attempt_id = ours.mark("ada", double=1)
    assert ours.entering.enter_all() == 1
    assert points(ours) == {"ada": (7, "2026-11-29T12:00:01")}
    folder = ours.course.course.submitted / "ada" / NAME
    assert sorted(file.name for file in folder.iterdir()) == [f"{NAME}.ipynb", "timestamp.txt"]
    record = read_record(record_file(ours.course.course.records, NAME, "ada"))
    assert (record.score, record.attempt) == (7, 1)
    # So that `autograder grade` sees that nothing has changed.
    assert record.hand_in_sha256 == Submission("ada", folder).digest()
    assert ours.attempt(attempt_id).entered_at == ours.clock()
    with ours.database.reading() as session:
        assert [one.kind for one in session.query(Event)][-1] == "entered"
    assert (waiting(ours), ours.entering.enter_all()) == (0, 0)


def test_a_newer_attempt_takes_the_place_of_an_older_one(ours):
    ours.mark("ada", 1, double=1)
    ours.entering.enter_all()
    ours.mark("ada", 2)
    ours.mark("ben", 1, double=0)
    assert ours.entering.enter_all() == 2
    assert {student: score for student, (score, _) in points(ours).items()} == {"ada": 10, "ben": 6}
    assert read_record(record_file(ours.course.course.records, NAME, "ada")).attempt == 2


def test_what_is_refused_is_set_aside_as_autograder_grade_does(ours):
    ours.mark("ada", status=Status.REJECTED)
    ours.entering.enter_all()
    assert {student: score for student, (score, _) in points(ours).items()} == {"ada": 0}
    assert list((ours.course.course.refused / "ada").iterdir())
    assert not (ours.course.course.submitted / "ada" / NAME).exists()


def test_where_nothing_counts_any_longer_the_gradebook_has_no_points_until_something_does(ours):
    """An extension is taken back, or the rules change, after what it let count was entered."""
    rules = ours.course.course.root / "handing_in.toml"

    def count():
        recount_all(ours.database, ours.course.rules(NAME), ours.course.id, NAME, ours.clock())
        entered = ours.entering.enter_all()
        return entered, {student: score for student, (score, _) in points(ours).items()}

    ours.mark("ada", double=1)
    assert count() == (1, {"ada": 7})
    rules.write_text(f"zone = 'UTC'\n[{NAME}]\ndue = 2026-11-28T12:00:00\n")
    assert count() == (1, {"ada": 0})
    assert count() == (0, {"ada": 0})
    # One that waits for that, and counts again before it was done, stays as it is.
    rules.write_text(f"zone = 'UTC'\n[{NAME}]\ndue = 2026-12-28T12:00:00\n")
    assert count() == (1, {"ada": 7})
    rules.write_text(f"zone = 'UTC'\n[{NAME}]\ndue = 2026-11-28T12:00:00\n")
    recount_all(ours.database, ours.course.rules(NAME), ours.course.id, NAME, ours.clock())
    rules.unlink()
    ours.mark("ada", 2)
    assert count() == (1, {"ada": 10})
    assert count() == (0, {"ada": 10})


def test_an_attempt_whose_files_are_gone_keeps_no_other_from_it(ours):
    gone = ours.mark("ada")
    ours.mark("ben")
    ours.storage.forget_attempt(gone)
    entering = ours.entering
    assert entering.enter_all() == 1
    assert points(ours).keys() == {"ben"}
    assert "No such file" in entering.failed[gone]


def test_while_another_process_writes_it_waits(ours):
    ours.mark("ada")
    lock = ours.course.course.classroom / ".writing"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ClassBusyError):
            ours.entering.enter_all()
        assert waiting(ours) == 1
    assert ours.entering.enter_all() == 1


def test_nobody_is_kept_waiting_when_there_is_nothing_to_enter(ours):
    with GradebookWriter(ours.course.course, NAME):
        assert ours.entering.enter_all() == 0


@pytest.mark.parametrize("moment", ["place", "read_record", "write", "tell"])
def test_whatever_is_cut_short_is_done_again_and_comes_to_the_same(ours, monkeypatch, moment):
    class KilledError(BaseException):
        pass

    def end(*_arguments, **_more):
        raise KilledError

    ours.mark("ada", double=1)
    with monkeypatch.context() as patch:
        place = {"write": "autograder.grading.writer.enter", "tell": "autograder.server.attempts.queue.tell"}
        patch.setattr(place.get(moment, f"autograder.server.marking.entering.{moment}"), end)
        with pytest.raises(KilledError):
            ours.entering.enter_all()
        assert waiting(ours) == 1
    ours.entering.enter_all()
    assert points(ours) == {"ada": (7, "2026-11-29T12:00:01")}
    assert waiting(ours) == 0


def test_one_that_cannot_be_entered_keeps_no_other_from_it(ours):
    with (ours.course.course.root / "nbgrader_config.py").open("a") as config:
        config.write("c.Autograde.create_student = False\n")
    with Gradebook(f"sqlite:///{ours.course.course.classroom / 'gradebook.db'}") as book:
        book.add_student("ben")
    stranger = ours.mark("ada")
    ours.mark("ben")
    entering = ours.entering
    assert entering.enter_all() == 1
    assert points(ours).keys() == {"ben"}
    assert "nbgrader db student add ada" in entering.failed[stranger]
    # It waits, and is looked at again later.
    assert (waiting(ours), entering.enter_all()) == (1, 0)


def test_a_fault_of_the_kits_own_keeps_no_other_from_it_and_is_told(ours, monkeypatch):
    broken = ours.mark("ada")
    ours.mark("ben")
    read = read_record

    def fail(file):
        if broken in str(file):
            raise KeyError("nobody thought of it")
        return read(file)

    monkeypatch.setattr(module, "read_record", fail)
    entering = ours.entering
    assert entering.enter_all() == 1
    assert points(ours).keys() == {"ben"}
    assert "nobody thought of it" in entering.failed[broken]


def test_a_full_disk_is_waited_for(ours, monkeypatch):
    ours.mark("ada")
    entering, failed = ours.entering, threading.Event()

    def full(*_arguments, **_more):
        failed.set()
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(module, "place", full)
        patch.setattr(module, "AGAIN_SECONDS", 0.01)
        entering.start()
        assert failed.wait(60)
    entering.stop()
    assert waiting(ours) + len(points(ours)) >= 1
    entering._stop.clear()
    entering.enter_all()
    assert points(ours).keys() == {"ada"}


def test_an_attempt_that_no_longer_counts_when_it_is_in_is_not_said_to_be(ours, monkeypatch):
    attempt_id = ours.mark("ada", 1)
    write, newer = GradebookWriter.write, []

    def overtaken(*arguments, **more):
        score = write(*arguments, **more)
        if not newer:
            newer.append(ours.mark("ada", 2, double=0))
        return score

    monkeypatch.setattr(GradebookWriter, "write", overtaken)
    ours.entering.enter_all()
    ours.entering.enter_all()
    assert ours.attempt(attempt_id).entered_at is None
    assert points(ours)["ada"][0] == 6
