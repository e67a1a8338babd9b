"""A deploy in the middle of a rush: the server is stopped and started while students hand in, and nothing is lost."""

import json
import shutil
import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import func, select

from autograder.course.course import Course
from autograder.server.tables import Attempt, Job, JobState, Marking
from autograder_client import receipts
from tests.server.served import ATTEMPTS, MOST, serving, wait_until_entered, watch
from tests.server.test_serve import DOUBLE, HALVE, WRONG
from tests.support.sampling import thorough

STUDENTS = ("ada", "ben", "cleo")


@pytest.fixture
def course(made_course, tmp_path):
    shutil.copytree(made_course, tmp_path / "made")
    return Course(tmp_path / "made" / "course")


class Rush:
    """Students who hand in one after the other, until the server does not answer.

    Args:
        served: The server.
        notebooks: What they hand in.
    """

    def __init__(self, served, notebooks):
        self.receipts, self.refused, self.unanswered = [], [], {}
        self.going = threading.Barrier(len(STUDENTS) + 1, timeout=MOST)
        self._served, self._notebooks = served, notebooks
        self._programs = {login: served.person(login) for login in STUDENTS}

    def hand_in(self, login):
        """Hand in until there is no answer; that one is to be sent again, with its key."""
        for number in range(10_000):
            key, body = uuid.uuid4().hex, self.body(number, login)
            try:
                answer = self._programs[login].post(
                    ATTEMPTS, files={"files": ("w.ipynb", body)}, headers={"Idempotency-Key": key}
                )
            except httpx.TransportError:
                self.unanswered[login] = (key, body)
                return
            if number == 1:
                self.going.wait()
            (self.receipts if answer.status_code == 201 else self.refused).append(answer.json())

    def body(self, number, login):
        """Return a notebook that nobody has handed in yet."""
        notebook = json.loads(self._notebooks[number % len(self._notebooks)].read_bytes())
        notebook["metadata"]["number"] = f"{login} {number}"
        return json.dumps(notebook).encode()


@thorough
def test_a_deploy_in_the_middle_of_a_rush_loses_nothing(course, tools, tmp_path):
    notebooks = [
        tools.write_hand_in(course, DOUBLE, halve, student=f"written{number}")
        for number, halve in enumerate((HALVE, WRONG))
    ]
    with serving(course) as first, ThreadPoolExecutor(len(STUDENTS)) as pool:
        rush = Rush(first, notebooks)
        students = [pool.submit(rush.hand_in, login) for login in STUDENTS]
        # All of them are in the middle of it.
        rush.going.wait()
        first.process.terminate()
        for one in students:
            one.result(MOST)
        assert "Stopping" in first.stop()
        assert first.process.returncode == 0
        with first.database.reading() as session:
            assert session.scalar(select(func.count()).where(Job.state == JobState.LEASED)) == 0
    assert {one["title"] for one in rush.refused} <= {"too many waiting"}
    with serving(course) as second:
        for login, (key, body) in rush.unanswered.items():
            # As any client does: the same key, whether it had come or not.
            answer = second.person(login).post(
                ATTEMPTS, files={"files": ("w.ipynb", body)}, headers={"Idempotency-Key": key}
            )
            if answer.status_code in (200, 201):
                rush.receipts.append(answer.json())
        newest = {one["student"]: one for one in sorted(rush.receipts, key=lambda one: one["number"])}
        public = second.person("ada").get("/api/v1/receipt-key").json()["public_key"]
        for receipt in rush.receipts:
            receipts.verify(receipt, public)
            assert "marked" in watch(second.person(receipt["student"]), receipt["attempt"])
        for login, receipt in newest.items():
            assert wait_until_entered(second.person(login), receipt["attempt"])["counts"]
        with second.database.reading() as session:
            kept = set(session.scalars(select(Attempt.id)))
            assert kept == {one["attempt"] for one in rush.receipts}
            marked = Counter(session.scalars(select(Marking.attempt_id)))
        # Each once: what was given back had not been kept.
        assert marked == dict.fromkeys(kept, 1)
