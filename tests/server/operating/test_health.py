"""Whether the server is ready is told by each thing that it needs, and says what is wrong."""

import sqlite3
from contextlib import closing
from dataclasses import replace

from sqlalchemy import create_engine, text

from autograder.server.database import Database
from autograder.server.operating import health
from autograder.server.operating.health import checks
from autograder.server.server import MarkerStatus, Supervision
from autograder.server.settings import Limits, Settings
from tests.support.school import unserved

KEEP_NOTHING_FREE = Settings(limits=Limits(reserve_bytes=1))


def faults(school, **changed):
    server = replace(school.server, **{"settings": KEEP_NOTHING_FREE, **changed})
    return {one.name: one.fault for one in checks(server) if one.fault}


def test_a_server_that_has_all_it_needs_is_ready(either_school):
    assert faults(either_school) == {}


def test_a_database_that_is_gone_is_said_to_be(either_school, tmp_path):
    for url in (f"sqlite:///{tmp_path}/nowhere/server.db", f"postgresql+psycopg://a@/b?host={tmp_path}"):
        found = faults(either_school, database=Database(url))
        assert set(found) == {"database", "migrations"}
        assert str(tmp_path) not in "".join(found.values())


def test_a_database_that_another_keeps_locked_is_not_waited_for(school, monkeypatch):
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.01)
    with closing(sqlite3.connect(school.database.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "cannot be written to" in faults(school)["database"]
    assert faults(school) == {}


def test_tables_of_another_version_are_seen(either_school):
    engine = create_engine(either_school.database.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    engine.dispose()
    assert faults(either_school) == {"migrations": "is at 0000, not at 0002"}


def test_a_disk_below_its_reserve_is_not_ready(school):
    found = faults(school, settings=Settings(limits=Limits(reserve_bytes=1 << 60)))
    assert "nothing is taken in" in found["disk"]


def test_a_disk_that_is_gone_is_not_ready(school, tmp_path):
    assert "No such file" in faults(school, data=tmp_path / "nowhere")["disk"]


def test_markers_that_end_at_once_are_named_and_those_that_wait_for_work_are_not():
    well = [MarkerStatus("vision", "rnn", alive=True), MarkerStatus("vision", "cnn", alive=False)]
    failing = MarkerStatus("other", "rnn", alive=False, failing=True, restarts=9)

    def said(*markers, watched=True):
        return health.marker_fault(replace(unserved(), supervision=lambda: Supervision(watched, markers)))

    assert said(*well) == ""
    assert "other/rnn" in said(*well, failing)
    assert "vision" not in said(*well, failing)
    assert "nobody watches" in said(*well, watched=False)
