"""A worker marks from bytes alone, and with nothing else than the grader means."""

from __future__ import annotations

import dataclasses
import gc
import pickle

import nbformat
import pytest

from autograder import __version__
from autograder.course.limits import Limits
from autograder.course.results import Status
from autograder.grading.task import MarkingTask, RunSettings
from autograder.grading.worker import UnfitWorkerError, mark_submission, warm
from autograder.grading.writer import GradebookWriter
from autograder.submissions.collect import SubmittedFiles, collect

DOUBLE, HALVE = "def double(x): return 2 * x", "def halve(x): return x, None"


@pytest.fixture
def settings(assignment):
    with GradebookWriter(assignment.course, assignment.name) as writer:
        return RunSettings(
            assignment=assignment.name,
            cells=writer.cells(),
            limits=Limits(),
            level=None,
            weaker=True,
            all_cells=False,
            kit_version=__version__,
            tests_sha256=assignment.tests_sha256,
            salt_fingerprint=assignment.course.salt_fingerprint,
        )


@pytest.fixture
def task(hand_in):
    return MarkingTask("run-1", "ada", collect(hand_in(DOUBLE, HALVE).parent))


@pytest.fixture
def thawed():
    """Let the collector look at everything again when a test is over."""
    yield
    gc.unfreeze()


def test_a_worker_that_is_ready_does_not_go_through_what_it_has_loaded_again(settings, thawed, scratch):
    gc.unfreeze()
    warm(settings)
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000


def test_a_reply_holds_record_notebook_comments_and_log_and_can_travel(settings, task, course, scratch):
    (course.classroom / "submitted" / "ada" / "arithmetic" / "arithmetic.ipynb").unlink()  # it is not looked at
    before = sorted(course.classroom.rglob("*"))
    warm(settings)
    reply = pickle.loads(
        pickle.dumps(mark_submission(pickle.loads(pickle.dumps(task)), pickle.loads(pickle.dumps(settings))))
    )
    assert (reply.id, reply.record.student, reply.record.score, reply.record.max_score) == ("run-1", "ada", 4, 10)
    assert reply.comments == {"double": None, "halve": None, "why": "No response."}
    cells = nbformat.reads(reply.notebook.decode(), as_version=4).cells
    assert any("visible check of double" in str(cell.get("outputs")) for cell in cells)
    said = {line["event"]: line for line in reply.log}
    assert said["marked"]["id"] == "run-1"
    assert said["marked"]["cells_cpu"] >= 0
    assert said["marked"]["calls_cpu"] > 0
    assert sorted(course.classroom.rglob("*")) == before


def test_where_somebody_waits_the_page_comes_with_the_reply(settings, task, thawed, scratch):
    asked = dataclasses.replace(settings, pages=True)
    warm(asked)  # with a rehearsal, of which nothing is kept
    reply = mark_submission(dataclasses.replace(task, attempt=3), asked)
    assert reply.record.attempt == 3
    assert "<html" in str(reply.page)
    assert 'id="halve"' in str(reply.page)
    assert mark_submission(task, settings).page is None


def test_what_is_no_hand_in_is_refused(settings):
    reply = mark_submission(
        MarkingTask("run-1", "ada", SubmittedFiles("arithmetic", {"arithmetic.ipynb": b"no notebook"})), settings
    )
    assert (reply.record.status, reply.notebook, reply.record.student) == (Status.REJECTED, None, "ada")


def test_without_running_it_a_hand_in_is_made_ready_for_a_person(settings, task):
    reply = mark_submission(task, settings, run=False)
    assert reply.record.status is Status.GRADER_ERROR
    assert [problem.unresolved for problem in reply.record.problems] == [True, True]
    cells = nbformat.reads(reply.notebook.decode(), as_version=4).cells
    assert DOUBLE in [cell.source for cell in cells]
    assert not any(cell.get("outputs") for cell in cells)


@pytest.mark.parametrize(
    ("name", "said"),
    [("kit_version", "version of the kit"), ("tests_sha256", "hidden tests"), ("salt_fingerprint", "salt")],
)
def test_a_worker_with_something_else_refuses(settings, task, name, said):
    with pytest.raises(UnfitWorkerError, match=rf"another .*{said}.* \(.*\) than the grader \(another\)"):
        mark_submission(task, dataclasses.replace(settings, **{name: "another"}))
