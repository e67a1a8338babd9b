"""Somebody sees of an attempt what the rules show them, and where it is in the queue."""

import pytest

from autograder.server.attempts import queue
from autograder.server.attempts.attempt_view import view, views
from autograder.server.attempts.receipts import key_at
from autograder.server.server import Server
from autograder.server.tables import Attempt, State
from tests.server.marked import NAME, make_marked
from tests.support.school import NOON


@pytest.fixture
def ours(assignment, tmp_path):
    made = make_marked(assignment, tmp_path / "data")
    yield made
    made.database.close()


@pytest.fixture
def server(ours, tmp_path):
    return Server(
        tmp_path / "data", ours.database, {"cs231n": ours.course}, key_at(tmp_path / "data"), clock=ours.clock
    )


def seen(ours, server, attempt_id, staff=False):
    with ours.database.reading() as session:
        return view(server, session, session.get_one(Attempt, attempt_id), staff=staff, now=ours.clock())


def write_rules(ours, text):
    (ours.course.course.root / "handing_in.toml").write_text(f'zone = "UTC"\n[{NAME}]\n{text}\n')


def test_points_are_shown_with_the_phases_of_the_marking(ours, server):
    found = seen(ours, server, ours.mark("ada", double=1)).as_json("cs231n")
    assert (found["state"], found["score"], found["max_score"], found["counts"]) == ("marked", 7, 10, True)
    assert found["problems"] == {"double": [1, 4], "halve": [6, 6]}
    assert found["seconds"]["marked"] == 1.0
    assert (found["place"], found["expected_seconds"]) == (None, None)


def test_what_the_rules_keep_for_later_is_for_staff_alone(ours, server):
    write_rules(ours, 'due = 2026-11-29T18:00:00\nshows = "after_due"')
    attempt_id = ours.mark("ada")
    assert seen(ours, server, attempt_id).as_json("cs231n")["score"] is None
    assert seen(ours, server, attempt_id, staff=True).as_json("cs231n")["score"] == 10
    ours.clock.forward(hours=7)
    assert seen(ours, server, attempt_id).as_json("cs231n")["score"] == 10


@pytest.mark.parametrize(("counts", "told"), [("best", [None, None]), ("last", [False, True])])
def test_which_attempt_is_the_best_tells_of_points_and_is_seen_with_them(ours, server, counts, told):
    """Whoever sees that a new attempt counts knows that it has more points, and can climb to all of them."""
    write_rules(ours, f'due = 2026-11-29T18:00:00\nshows = "after_due"\ncounts = "{counts}"')
    ids = [ours.mark("ada", 1, double=1), ours.mark("ada", 2)]
    ours.entering.enter_all()

    def told_of(name, **how):
        return [seen(ours, server, one, **how).as_json("cs231n")[name] for one in ids]

    assert (told_of("counts"), told_of("entered")) == (told, told)
    assert told_of("counts", staff=True) == told_of("entered", staff=True) == [False, True]
    ours.clock.forward(hours=7)
    assert told_of("counts") == told_of("entered") == [False, True]


def test_who_waits_sees_a_place_which_is_computed_once_for_all(ours, server, monkeypatch):
    computed = []
    places = queue.places
    monkeypatch.setattr("autograder.server.attempts.queue.places", lambda *all_: computed.append(1) or places(*all_))
    waiting = [ours.put(student) for student in ("ada", "ben", "cyd")]
    assert [seen(ours, server, one).place.ahead for one in waiting] == [0, 1, 2]
    assert len(computed) == 1
    # One that is new is not made to wait for that.
    assert seen(ours, server, ours.put("dan")).place.ahead == 3
    assert len(computed) == 2
    with ours.database.reading() as session:
        rows = session.query(Attempt).order_by(Attempt.received_at).all()
        assert [one.place.ahead for one in views(server, session, rows, staff=True, now=NOON)] == [0, 1, 2, 3]
    assert all(one.state is State.QUEUED for one in rows)
