"""Measures say what requests, markers and the queue did, under names that no request makes up."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from autograder.server.app import make_app
from autograder.server.database import Database
from autograder.server.operating.metrics import PHASES, Metrics
from autograder.server.server import MarkerStatus, Supervision
from autograder.server.settings import Limits, Settings
from autograder.server.tables import Job, JobKind, JobState, Marking, State
from tests.support.school import NOON

NAME = "rnn_captioning"
OF = {"course": "vision", "assignment": NAME}


def values(text, name, **labels):
    """Return the values of a measure, by those of its labels that are not given."""
    found = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            if one.name == name and labels.items() <= one.labels.items():
                rest = tuple(value for label, value in one.labels.items() if label not in labels)
                found[rest[0] if len(rest) == 1 else rest] = one.value
    return found


def read(metrics):
    return metrics.text().decode()


@pytest.fixture
def metrics(either_school):
    return Metrics(either_school.server, lambda: 3)


def add_job(school, attempt, **fields):
    with school.database.writing() as session:
        job = Job(**{"attempt_id": attempt, "kind": JobKind.LIVE, "queued_at": NOON, "seconds": {}, **fields})
        session.add(job)
        session.flush()
        return job.id


def add_marking(school, attempt, status="marked", made_at=NOON, job=None, **fields):
    """Add a marking that was finished, of a job that is there or of a new one."""
    job = job or add_job(school, attempt, state=JobState.DONE, **fields)
    with school.database.writing() as session:
        session.add(
            Marking(
                attempt_id=attempt,
                job_id=job,
                claim=1,
                made_at=made_at,
                status=status,
                score=1,
                max_score=1,
                problems={},
                mistakes={},
                kit_version="1",
                basis_sha256="0" * 64,
            )
        )


def test_the_queue_is_told_by_kind_with_the_age_of_its_oldest(either_school, metrics):
    school = either_school
    attempt = school.attempt("ada")
    add_job(school, attempt, state=JobState.QUEUED)
    add_job(school, attempt, state=JobState.QUEUED, queued_at=NOON + timedelta(seconds=40))
    add_job(school, attempt, state=JobState.LEASED)
    add_job(school, attempt, state=JobState.DONE, kind=JobKind.REGRADE)
    school.clock.forward(seconds=60)
    text = read(metrics)
    assert values(text, "autograder_queue_jobs", kind="live") == {"queued": 2, "leased": 1}
    assert values(text, "autograder_queue_jobs", kind="regrade") == {"queued": 0, "leased": 0}
    assert values(text, "autograder_queue_oldest_seconds") == {"live": 60, "regrade": 0}


def test_markings_are_measured_once_and_only_those_since_the_start(either_school):
    school = either_school
    ada, ben = school.attempt("ada"), school.attempt("ben")
    add_marking(school, ada, made_at=NOON - timedelta(days=1))
    metrics = Metrics(school.server, lambda: 0)
    assert values(read(metrics), "autograder_markings_total") == {}
    seconds = {"uploaded": 0.2, "sent": 0.1, "marked": 1.1, "page": 0.3, "written": 0.02, "unknown": 5}
    times = {"begun_at": NOON + timedelta(seconds=2), "finished_at": NOON + timedelta(seconds=3)}
    add_marking(school, ada, seconds=seconds, **times)
    add_marking(school, ben, "rejected", kind=JobKind.REGRADE, **times)
    for _ in range(2):
        text = read(metrics)
        assert values(text, "autograder_markings_total", **OF) == {("live", "marked"): 1, ("regrade", "rejected"): 1}
        assert values(text, "autograder_phase_seconds_sum", **OF, phase="waited") == {(): 4}
        assert values(text, "autograder_phase_seconds_sum", **OF, phase="marked") == {(): 1.1}
        # Regrades are no feedback that somebody waits for.
        assert values(text, "autograder_feedback_seconds_sum", **OF) == {(): 3}
        assert set(values(text, "autograder_phase_seconds_count", **OF)) == set(PHASES)


def test_attempts_markers_disk_and_watchers_are_told_as_they_are(school):
    school.attempt("ada")
    school.attempt("ada", 2, state=State.QUEUED)
    seen = Supervision(True, [MarkerStatus("vision", NAME, alive=True, restarts=2)], {"overdue": 1})
    text = read(Metrics(replace(school.server, slots=4, supervision=lambda: seen), lambda: 3))
    assert values(text, "autograder_attempts", **OF) == {"marked": 1, "queued": 1}
    assert values(text, "autograder_marker_up", **OF) == {(): 1}
    assert values(text, "autograder_marker_restarts_total", **OF) == {(): 2}
    assert values(text, "autograder_stuck_total") == {"overdue": 1}
    assert values(text, "autograder_marking_slots") == {(): 4}
    assert values(text, "autograder_watchers") == {(): 3}
    assert values(text, "autograder_disk_free_bytes")[()] > 0
    assert values(text, "autograder_disk_reserve_bytes") == {(): school.server.reserve}


def test_without_its_database_the_rest_is_still_told(school, tmp_path):
    gone = replace(school.server, database=Database(f"sqlite:///{tmp_path}/nowhere/server.db"))
    text = read(Metrics(gone, lambda: 0))
    assert values(text, "autograder_database_up") == {(): 0}
    assert values(text, "autograder_disk_free_bytes")
    assert values(read(Metrics(school.server, lambda: 0)), "autograder_database_up") == {(): 1}


def test_requests_are_counted_by_the_templates_of_their_routes(school):
    app = make_app(school.server)
    with TestClient(app, client=("127.0.0.1", 1)) as client:
        for number in range(3):
            client.get(f"/api/v1/attempts/{number}/files", headers=school.bearer("ada"))
            client.get(f"/made-up-{number}")
        client.request("BREW", "/healthz")
        text = client.get("/metrics").text
    counted = values(text, "autograder_request_seconds_count")
    assert counted["GET", "/api/v1/attempts/{attempt}/files", "4xx"] == 3
    assert counted["GET", "none", "4xx"] == 3
    assert "made-up" not in text
    assert "BREW" not in text


def test_uploads_are_counted_as_kept_or_by_the_reason_why_not(school):
    full = Settings(limits=Limits(reserve_bytes=1 << 60))
    path = f"/api/v1/courses/vision/assignments/{NAME}/attempts"
    served = {"vision": replace(school.server.courses["vision"], assignments={NAME: object()})}
    app = make_app(replace(school.server, settings=full, courses=served))
    with TestClient(app, client=("127.0.0.1", 1)) as client:
        files = {"files": ("a.ipynb", b"{}")}
        assert client.post(path, files=files, headers=school.bearer("ada")).status_code == 507
        assert client.post(path, files=files).status_code == 401
        text = client.get("/metrics").text
        assert values(text, "autograder_uploads_refused_total") == {"disk-full": 1, "not-signed-in": 1}
        app.state.server = replace(app.state.server, settings=Settings(limits=Limits(reserve_bytes=1)))
        assert client.post(path, files=files, headers=school.bearer("ada")).status_code == 201
        assert values(client.get("/metrics").text, "autograder_uploads_kept_total") == {(): 1}


def test_each_measure_has_a_name_by_the_rules_and_a_text(school):
    text = read(Metrics(school.server, lambda: 0))
    for family in text_string_to_metric_families(text):
        assert re.fullmatch(r"autograder_[a-z_]+", family.name)
        assert family.documentation.endswith("."), family.name
