"""A small class loses nothing to some kills; `make chaos` is the same with a class of 300, and forty."""

import os
import random
import shutil

import nbformat
import pytest

from benchmarks.hosted import Varied
from tests.chaos.__main__ import Contents, database_of, run
from tests.chaos.judge import Findings
from tests.chaos.plan import KILLS, ONCE, Blow, plan
from tests.server.served import NAME
from tests.server.test_serve import DOUBLE, HALVE
from tests.support.sampling import thorough

ALL = {Blow.CLOCK: 0.4, Blow.CLOCK_RIGHT: 0.5, Blow.DATABASE: 0.7}


@thorough
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_is_lost_and_nothing_is_there_twice(kind, course, tools, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    if kind == "postgresql":
        pytest.importorskip("psycopg", reason="psycopg is not installed: install the extra `postgresql`")
    notebook = nbformat.read(tools.write_hand_in(course, DOUBLE, HALVE, student="x"), as_version=4)
    shutil.rmtree(course.submitted / "x")
    with database_of(kind, course) as database:
        came = run(
            course,
            NAME,
            Contents(Varied(notebook), []),
            database,
            None,
            dict(os.environ),
            seed=1,
            size=15,
            kills=4,
            once=ALL,
            database_seconds=3.0,
        )
    assert came.findings.faults == []
    assert came.findings.counts["attempts, none twice"] == 15


class TestThePlan:
    def test_is_the_same_for_a_seed_and_another_for_another(self):
        first, again, other = (plan(random.Random(seed), 300, 40, ONCE) for seed in (1, 1, 2))
        assert first == again != other

    def test_has_each_kind_as_often_as_any_other_before_the_end(self):
        made = plan(random.Random(1), 300, 40, ONCE)
        kinds = [one.blow for one in made]
        assert [kinds.count(kind) for kind in KILLS] == [8] * 5
        assert [kinds.count(kind) for kind in ONCE] == [1] * 4
        assert made == sorted(made)
        assert made[0].after > 0
        assert made[-1].after < 600


def test_more_than_some_faults_are_told_by_their_number():
    found = Findings()
    found.look("receipts", map(str, range(7)), 10)
    assert found.counts == {"receipts": 3}
    assert found.faults == [*(f"receipts: {one}" for one in range(5)), "receipts: and 2 more"]
