"""A regrade shows what would change, changes nothing before it is applied, and is decided once."""

import pytest

from autograder.server.errors import RequestError
from autograder.server.marking import regrade
from autograder.server.tables import Attempt, Job, JobKind, JobState, Marking, Regrade, RegradeState, State
from tests.support.seeded import NAME, Seeder, seed


def start(seeded, students=None) -> int:
    with seeded.school.database.writing() as session:
        course, now = seeded.course.id, seeded.school.clock()
        counted = regrade.counted(session, course, NAME)
        chosen = [one for one in counted if students is None or one.student in students]
        return regrade.start(session, course, NAME, chosen, seeded.school.person("ina").id, "why", now).id


def look(seeded, regrade_id):
    with seeded.school.database.reading() as session:
        return regrade.preview(session, session.get_one(Regrade, regrade_id))


def decide(seeded, regrade_id, what: str):
    with seeded.school.database.writing() as session:
        one, now = session.get_one(Regrade, regrade_id), seeded.school.clock()
        if what == "cancel":
            return regrade.cancel(session, one, now)
        return [row.id for row in regrade.apply(session, seeded.course.rules(NAME), one, now)]


def attempt(seeded, name: str) -> Attempt:
    with seeded.school.database.reading() as session:
        return session.get_one(Attempt, seeded.attempts[name])


def test_it_is_about_what_counts_and_leaves_what_waits_to_be_marked_alone(seeded):
    seen = look(seeded, start(seeded))
    assert sorted(one.attempt.id for one in seen.attempts) == sorted(
        seeded.attempts[name] for name in ("third", "bens", "failed")
    )
    assert all(one.job.kind is JobKind.REGRADE and one.job.state is JobState.QUEUED for one in seen.attempts)
    assert (seen.waiting, seen.moving) == (3, [])


def test_what_would_change_is_told_by_student_problem_and_mistake_and_nothing_has(seeded):
    one = start(seeded, ["ada", "ben"])
    before = attempt(seeded, "third").marking_id
    Seeder(seeded.school).marked_again(one, {"ada": 9, "ben": 3})
    seen = look(seeded, one)
    assert [(row.attempt.student, row.difference) for row in seen.attempts] == [("ben", -12.0), ("ada", 7.5)]
    assert (seen.gained, seen.lost) == (7.5, 12.0)
    assert ("rnn_backward", 0, 1, -10.5) in seen.by_problem
    assert ("rnn_backward: new_mistake", 1, 0) in seen.by_mistake
    assert ("word_embedding_forward: transposed", 0, 1) in seen.by_mistake
    assert attempt(seeded, "third").marking_id == before


def test_applied_it_counts_is_to_be_entered_again_and_still_tells_what_changed(seeded):
    one = start(seeded, ["ada"])
    Seeder(seeded.school).marked_again(one, {"ada": 9})
    told = look(seeded, one)
    assert decide(seeded, one, "apply") == [seeded.attempts["third"]]
    row = attempt(seeded, "third")
    with seeded.school.database.reading() as session:
        assert session.get_one(Marking, row.marking_id).score == 92
    assert (row.entered_at, row.counts) == (None, True)
    seen = look(seeded, one)
    assert seen.regrade.state is RegradeState.APPLIED
    assert [move.difference for move in seen.attempts[0].moves] == [move.difference for move in told.attempts[0].moves]


def test_best_attempts_are_chosen_anew(tmp_path):
    seeded = seed(tmp_path, rules='zone = "UTC"\n[rnn_captioning]\ncounts = "best"\n')
    assert attempt(seeded, "third").counts
    one = start(seeded, ["ada"])
    Seeder(seeded.school).marked_again(one, {"ada": 1})
    decide(seeded, one, "apply")
    assert (attempt(seeded, "second").counts, attempt(seeded, "third").counts) == (True, False)
    seeded.school.database.close()


def test_one_that_the_grader_failed_on_before_is_marked_by_a_regrade(seeded):
    one = start(seeded, ["emeka"])
    Seeder(seeded.school).marked_again(one, {"emeka": 9})
    decide(seeded, one, "apply")
    assert attempt(seeded, "failed").state is State.MARKED


def test_what_the_grader_fails_on_now_keeps_what_it_has(seeded):
    one, before = start(seeded, ["ada", "ben"]), attempt(seeded, "bens").marking_id
    Seeder(seeded.school).marked_again(one, {"ada": 9}, failed=["ben"])
    assert [row.attempt.student for row in look(seeded, one).failed] == ["ben"]
    assert decide(seeded, one, "apply") == [seeded.attempts["third"]]
    assert attempt(seeded, "bens").marking_id == before


def test_it_is_not_applied_before_all_is_marked_and_decided_once(seeded):
    one = start(seeded, ["ada"])
    with pytest.raises(RequestError, match="1 attempts of this regrade are not marked yet"):
        decide(seeded, one, "apply")
    decide(seeded, one, "cancel")
    for what in ("apply", "cancel"):
        with pytest.raises(RequestError, match="This regrade is cancelled already"):
            decide(seeded, one, what)


def test_cancelled_nothing_more_of_it_is_marked(seeded):
    one = start(seeded, ["ada", "ben"])
    with seeded.school.database.writing() as session:
        session.query(Job).filter_by(regrade_id=one).first().state = JobState.LEASED
    decide(seeded, one, "cancel")
    with seeded.school.database.reading() as session:
        assert {job.state for job in session.query(Job).filter_by(regrade_id=one)} == {JobState.CANCELLED}


def test_nothing_to_mark_again_is_told(seeded):
    with pytest.raises(RequestError, match="None of these attempts is marked yet"):
        start(seeded, ["chen"])
