"""The database is made by migrations alone, and keeps times and values as they were given."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from autograder.server import database as module
from autograder.server.database import Database
from autograder.server.tables import Base, Enrolment, Person, Role, Token
from autograder.server.tables import Course as CourseRow


@pytest.fixture
def database(tmp_path):
    made = Database(f"sqlite:///{tmp_path / 'server.db'}")
    made.migrate()
    yield made
    made.close()


def test_migrations_make_the_tables_that_the_code_has(database):
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_rows_of_an_earlier_version_stay_and_mean_the_same(tmp_path):
    """A token of before opens all of its person's courses."""
    made = Database(f"sqlite:///{tmp_path / 'old.db'}")
    made.migrate("0001")
    with made.writing() as session:
        session.execute(text("INSERT INTO person VALUES (1, 'ada', '', '', 0, '2026-11-29', NULL)"))
        session.execute(
            text(
                "INSERT INTO token (id, person_id, digest, hint, label, created_at) "
                "VALUES (1, 1, 'd', 'h', '', '2026-11-29')"
            )
        )
    made.migrate()
    with made.reading() as session:
        found = session.query(Token).one()
        assert (found.person.login, found.opens) == ("ada", None)
    made.close()


def test_migrating_again_changes_nothing(database):
    with database.writing() as session:
        session.add(CourseRow(slug="cs231n", title="", root="/"))
    database.migrate()
    with database.reading() as session:
        assert session.query(CourseRow).count() == 1


def test_times_come_back_in_utc_and_values_as_what_they_were(database):
    noon = datetime(2026, 11, 29, 12, tzinfo=timezone(timedelta(hours=8)))
    with database.writing() as session:
        person, course = Person(login="ada", created_at=noon), CourseRow(slug="cs231n", title="", root="/")
        session.add(Enrolment(person=person, course=course, role=Role.STUDENT, student="ada"))
    with database.reading() as session:
        found = session.query(Enrolment).one()
        assert found.role is Role.STUDENT
        assert found.person.created_at == noon
        assert found.person.created_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database):
    with pytest.raises(StatementError, match="no time zone"), database.writing() as session:
        session.add(Person(login="ada", created_at=datetime(2026, 11, 29)))


def test_what_an_exception_leaves_is_rolled_back(database):
    def fail(session):
        session.add(CourseRow(slug="cs231n", title="", root="/"))
        session.flush()
        raise KeyError

    with pytest.raises(KeyError), database.writing() as session:
        fail(session)
    with database.reading() as session:
        assert session.query(CourseRow).count() == 0


def test_a_writer_reads_nothing_that_another_is_about_to_change(database):
    with database.writing() as first:
        first.add(CourseRow(slug="one", title="", root="/"))
        # A reader beside it sees what was committed, and waits for nobody.
        with database.reading() as second:
            assert second.query(CourseRow).count() == 0


def test_writers_of_one_process_wait_for_each_others_end_and_not_for_sqlite(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "BUSY_SECONDS", 0)
    database = Database(f"sqlite:///{tmp_path / 'server.db'}")
    database.migrate()
    begun, wrote = threading.Event(), []

    def write():
        begun.set()
        with database.writing() as session:
            wrote.append(session.scalar(text("SELECT 1")))

    second = threading.Thread(target=write)
    with database.writing():
        second.start()
        begun.wait()
        second.join(0.2)  # without a turn it has failed by then
        assert wrote == []
    second.join()
    database.close()
    assert wrote == [1]
