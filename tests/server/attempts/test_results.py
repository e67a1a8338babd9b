"""What a marking came to is kept once, whole, by whoever still holds the claim."""

import pytest

from autograder.course.handing_in import Rules
from autograder.course.results import Status, read_record
from autograder.grading.task import Reply
from autograder.i18n.messages import say
from autograder.server.attempts import queue, results
from autograder.server.attempts.storage import FEEDBACK
from autograder.server.tables import Attempt, Event, Job, JobKind, JobState, Marking, State
from tests.server.attempts.test_queue import Line
from tests.server.marked import make_marked, record_of
from tests.support.school import lost_as_it_commits
from tests.support.seeded import refused_record


@pytest.fixture
def line(either_school):
    return Line(either_school)


def keep(line, claim, page="a page"):
    reply = Reply("id", refused_record("ada", say("no notebook")), None, page=page)
    storage = line.school.server.storage
    return results.keep(line.database, storage, Rules(), claim, reply, {}, line.clock)


def page_of(line, attempt_id):
    with line.database.reading() as session:
        marking = session.get_one(Marking, session.get_one(Attempt, attempt_id).marking_id)
        assert session.query(Marking).count() == 1
    return (line.school.server.storage.marking(marking) / FEEDBACK).read_text()


def test_what_a_stale_claim_brings_is_dropped_with_its_files(line):
    attempt_id = line.put("ada")
    (old,) = line.take()
    line.clock.forward(minutes=2)
    with line.database.writing() as session:
        queue.again(session, session.get_one(Job, old.job_id), line.clock(), "", counts=False)
    (new,) = line.take(owner="m2")
    assert not keep(line, old, "of the old one")
    assert keep(line, new)
    assert page_of(line, attempt_id) == "a page"
    assert line.state(attempt_id) is State.REFUSED
    assert not line.school.server.storage.marking_folder(attempt_id, old.job_id, old.number).exists()


def test_what_is_kept_again_because_the_connection_was_lost_as_it_committed_stays(line, monkeypatch):
    attempt_id = line.put("ada")
    (claim,) = line.take()
    with lost_as_it_commits(monkeypatch):
        keep(line, claim)
    assert keep(line, claim)
    assert page_of(line, attempt_id) == "a page"


@pytest.fixture
def ours(assignment, tmp_path):
    made = make_marked(assignment, tmp_path / "data")
    yield made
    made.database.close()


def markings(ours):
    with ours.database.reading() as session:
        return session.query(Marking).all()


def test_files_row_state_and_event_come_together(ours):
    attempt_id = ours.put("ada")
    assert ours.finish(ours.take(), record_of("ada", double=1))
    attempt, (marking,) = ours.attempt(attempt_id), markings(ours)
    assert (attempt.state, attempt.marking_id, attempt.counts) == (State.MARKED, marking.id, True)
    assert (marking.score, marking.max_score, marking.waits) == (7, 10, True)
    assert marking.problems == {"double": [1, 4], "halve": [6, 6]}
    folder = ours.storage.marking(marking)
    assert read_record(folder / "record.json").score == 7
    assert (folder / "feedback.html").read_text() == "<html>"
    with ours.database.reading() as session:
        job = session.query(Job).one()
        assert (job.state, job.seconds["marked"]) == (JobState.DONE, 1.0)
        assert [one.kind for one in session.query(Event)] == ["queued", "marking", "marked", "counts"]


def test_what_is_refused_or_failed_is_told_apart(ours):
    refused, failed = ours.put("ada"), ours.put("ben")
    assert ours.finish(ours.take(), record_of("ada", status=Status.REJECTED))
    assert ours.finish(ours.take(), record_of("ben", status=Status.GRADER_ERROR))
    assert ours.attempt(refused).state is State.REFUSED
    assert ours.attempt(failed).state is State.FOR_A_PERSON
    assert not ours.attempt(failed).counts


def test_a_regrade_changes_nothing_that_a_student_sees(ours):
    attempt_id = ours.mark("ada", double=1)
    before = ours.attempt(attempt_id)
    with ours.database.writing() as session:
        queue.put(session, before, JobKind.REGRADE, ours.clock())
    assert ours.finish(ours.take(), record_of("ada", double=4))
    after = ours.attempt(attempt_id)
    assert [one.score for one in markings(ours)] == [7, 10]
    assert (after.state, after.marking_id) == (before.state, before.marking_id)


def test_a_transaction_that_fails_leaves_the_job_to_be_done_again(ours, monkeypatch):
    ours.put("ada")
    claim = ours.take()

    def fail(*_arguments):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("autograder.server.attempts.results.recount", fail)
        with pytest.raises(RuntimeError):
            ours.finish(claim)
    assert markings(ours) == []
    assert ours.finish(claim)
