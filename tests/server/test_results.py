"""What a marking came to is kept once, whole, by whoever still holds the claim."""

from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError

from autograder.course.handing_in import Rules
from autograder.grading.task import Reply
from autograder.i18n.messages import say
from autograder.server import queue, results
from autograder.server.database import Database
from autograder.server.storage import FEEDBACK
from autograder.server.tables import Attempt, Job, Marking, State
from tests.server.test_queue import Line
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
    whole = Database.writing

    @contextmanager
    def cut(database):
        with whole(database) as session:
            yield session
        raise OperationalError("COMMIT", {}, ConnectionError())

    with monkeypatch.context() as patched:
        patched.setattr(Database, "writing", cut)
        with pytest.raises(OperationalError):
            keep(line, claim)
    assert keep(line, claim)
    assert page_of(line, attempt_id) == "a page"
