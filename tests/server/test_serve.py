"""What is handed in at a server comes back as feedback, and is in the gradebook as `autograder grade` has it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from io import BytesIO
from types import SimpleNamespace

import httpx
import pytest
from filelock import FileLock

from autograder.course.course import Course, CourseError
from autograder.course.results import read_record
from autograder.nbgrader_plugins.save_grades import record_file
from autograder.server.attempts.storage import Storage
from autograder.server.marking.supervisor import MarkerSettings
from autograder.server.serve import LOCK, ServeRequest, data_folder, find_courses, set_up
from autograder.server.tables import Job, JobState, Role
from autograder_client import receipts
from tests.grading.dumps import differences, dump, files_of
from tests.server.served import NAME, Served, hand_in, serving, show, wait_until_entered, watch
from tests.support.sampling import thorough

DOUBLE, HALVE = "def double(x): return 2 * x", "def halve(x): return x / 2, None"
WRONG = "def halve(x): return x, None"


@pytest.fixture(scope="module")
def made(made_course, tmp_path_factory):
    root = tmp_path_factory.mktemp("served") / "made"
    shutil.copytree(made_course, root)
    return root


@pytest.fixture(scope="module")
def served(made, tmp_path_factory):
    with serving(Course(made / "course")) as running:
        yield running


@pytest.fixture(scope="module")
def notebooks(made_course, tools, tmp_path_factory):
    """Notebooks to hand in: right, half right, nothing done; and what is none."""
    root = tmp_path_factory.mktemp("notebooks") / "made"
    shutil.copytree(made_course, root)
    course = Course(root / "course")

    def write(name, *sources):
        return tools.write_hand_in(course, *sources, student=name)

    made = SimpleNamespace(right=write("right", DOUBLE, HALVE), half=write("half", DOUBLE, WRONG), none=write("none"))
    made.broken = root / f"{NAME}.ipynb"
    made.broken.write_text("no notebook")
    return made


@pytest.fixture(scope="module")
def make_notebook(made_course, tools, tmp_path_factory):
    """Return a function that writes a notebook with these functions."""
    root = tmp_path_factory.mktemp("written") / "made"
    shutil.copytree(made_course, root)
    return lambda name, *sources: tools.write_hand_in(Course(root / "course"), *sources, student=name)


def test_what_is_handed_in_is_acknowledged_marked_shown_and_entered(served: Served, notebooks):
    ada = served.person("ada")
    answer = hand_in(ada, notebooks.right)
    assert answer.status_code == 201
    receipt = receipts.verify(answer.json(), ada.get("/api/v1/receipt-key").json()["public_key"])
    attempt = receipt["attempt"]
    assert watch(ada, attempt)[:4] == ["received", "queued", "marking", "marked"]
    found = show(ada, attempt)
    assert (found["state"], found["score"], found["max_score"]) == ("marked", 10, 10)
    assert {"uploaded", "sent", "marked", "page", "written"} <= found["seconds"].keys()
    page = ada.get(f"/api/v1/attempts/{attempt}/feedback")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "<html" in page.text
    assert ada.get(f"/api/v1/attempts/{attempt}/files").content == notebooks.right.read_bytes()
    assert wait_until_entered(ada, attempt)["counts"]
    record = read_record(record_file(served.course.records, NAME, "ada"))
    assert (record.score, record.attempt) == (10, 1)


def test_it_says_that_it_is_ready_and_measures_what_its_markers_did(served: Served, notebooks):
    pia = served.person("pia")
    watch(pia, hand_in(pia, notebooks.half).json()["attempt"])
    ready = pia.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready"), ready.text
    measured = httpx.get(f"{served.url}/metrics").text
    assert f'autograder_marker_up{{assignment="{NAME}",course="cs231n"}} 1.0' in measured
    for phase in ("uploaded", "waited", "sent", "marked", "page", "written"):
        assert f'phase="{phase}"' in measured


def test_an_attempt_is_found_in_the_logs_from_upload_to_feedback(served: Served, notebooks):
    lea = served.person("lea")
    answer = hand_in(lea, notebooks.half)
    attempt = answer.json()["attempt"]
    watch(lea, attempt)
    wait_until_entered(lea, attempt)
    page = lea.get(f"/api/v1/attempts/{attempt}/feedback")
    logged = [
        json.loads(line)
        for file in (served.course.classroom / "server" / "logs").glob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    events = [one for one in logged if attempt in json.dumps(one)]
    assert {"received", "sent", "begun", "kept", "entered", "answered"} <= {one["event"] for one in events}
    (received,) = [one for one in events if one["event"] == "received"]
    assert received["request"] == answer.headers["X-Request-Id"]
    paths = {one["path"]: one["request"] for one in events if one["event"] == "answered"}
    assert paths[f"/api/v1/attempts/{attempt}/feedback"] == page.headers["X-Request-Id"]


def test_what_cannot_be_marked_is_refused_with_a_reason(served: Served, notebooks):
    ben = served.person("ben")
    attempt = hand_in(ben, notebooks.broken).json()["attempt"]
    # That it counts, for want of a better one, is told as well, sometimes before the stream ends.
    assert watch(ben, attempt)[:4] == ["received", "queued", "marking", "refused"]
    wait_until_entered(ben, attempt)
    assert ben.get(f"/api/v1/attempts/{attempt}/feedback").status_code == 200
    # The next one is marked, and counts.
    attempt = hand_in(ben, notebooks.half).json()["attempt"]
    watch(ben, attempt)
    assert wait_until_entered(ben, attempt)["score"] == 4


def test_an_archive_and_module_files_are_read_as_on_every_other_way(served: Served, notebooks):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(notebooks.right, "mine/work.ipynb")
    for login, files in (
        ("zoe", [("mine.zip", packed.getvalue())]),
        ("mod", [("rnn_layers.py", f"{DOUBLE}\n{HALVE}\n".encode())]),
        ("two", [("a.ipynb", notebooks.none.read_bytes()), ("b.ipynb", notebooks.right.read_bytes())]),
    ):
        client = served.person(login)
        attempt = hand_in(client, *files).json()["attempt"]
        watch(client, attempt)
        assert (login, wait_until_entered(client, attempt)["score"]) == (login, 10)


def test_the_class_is_left_as_autograder_grade_leaves_it(served: Served, made_course, notebooks, tmp_path):
    """The same files, in the same places, marked by the command."""
    for login, notebook in (("eva", notebooks.half), ("finn", notebooks.none), ("gil", notebooks.broken)):
        client = served.person(login)
        attempt = hand_in(client, notebook).json()["attempt"]
        watch(client, attempt)
        wait_until_entered(client, attempt)
    root = tmp_path / "graded"
    shutil.copytree(made_course, root)
    graded = Course(root / "course")
    students = [folder.name for folder in served.course.submitted.iterdir()]
    refused = [folder.name for folder in served.course.refused.iterdir()]
    assert {"ada", "ben", "eva", "finn", "mod", "two", "zoe"} <= set(students)
    assert "gil" in refused
    shutil.copytree(served.course.submitted, graded.submitted, ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(served.course.refused / "gil", graded.submitted / "gil", dirs_exist_ok=True)
    assert (graded.submitted / "gil" / NAME).exists()
    command = [sys.executable, "-m", "autograder.cli", "grade", NAME, "--jobs", "2"]
    ended = subprocess.run(command, cwd=graded.root, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert differences(left_of(served.course), left_of(graded)) == []


def left_of(course):
    """Return what marking leaves of a class, without what differs between any two markings: times, and marked files."""
    book = dump(f"sqlite:///{course.classroom / 'gradebook.db'}")
    return SimpleNamespace(
        gradebook=book, files=modes(course, "autograded"), refused=modes(course, "submitted"), records={}
    )


def modes(course, folder):
    found = files_of(course.classroom / folder)
    return {name: mode for name, (mode, _) in found.items() if not name.startswith("hal")}


@thorough
def test_autograder_grade_beside_it_finds_nothing_that_has_changed(served: Served, notebooks):
    client = served.person("hal")
    attempt = hand_in(client, notebooks.half).json()["attempt"]
    watch(client, attempt)
    wait_until_entered(client, attempt)
    command = [sys.executable, "-m", "autograder.cli", "grade", NAME, "--student", "hal"]
    # The server holds the class for a moment after it has entered something.
    while True:
        ended = subprocess.run(command, cwd=served.course.root, capture_output=True, text=True, check=False)
        if "is writing" not in ended.stderr:
            break
    assert "1 unchanged" in ended.stdout, ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("what", "line", "score"),
    [
        ("control", "import numpy; open(numpy.__file__, 'rb').read()", 10),
        ("key", "open('{data}/receipt.key', 'rb').read()", 6),
        ("database", "open('{data}/server.db', 'rb').read()", 6),
        ("attempts", "import os; os.listdir('{data}/attempts')", 6),
        ("port", "import socket; socket.create_connection(('127.0.0.1', {port}))", 6),
    ],
)
def test_student_code_reaches_nothing_of_the_server(served: Served, make_notebook, what, line, score):
    """A function that returns what is right, unless it cannot reach something."""
    reach = line.format(data=served.course.classroom / "server", port=served.url.rpartition(":")[2])
    notebook = make_notebook(what, f"def double(x):\n    {reach}\n    return 2 * x", HALVE)
    client = served.person(f"spy-{what}")
    attempt = hand_in(client, notebook).json()["attempt"]
    watch(client, attempt)
    assert show(client, attempt)["score"] == score


@thorough
def test_a_marker_that_is_killed_is_replaced_and_what_it_had_is_marked(served: Served, notebooks):
    client = served.person("ida")
    watch(client, hand_in(client, notebooks.half).json()["attempt"])
    kill_markers(served)
    attempt = hand_in(client, notebooks.right).json()["attempt"]
    assert watch(client, attempt)[-1] == "marked"
    assert show(client, attempt)["number"] == 2


def kill_markers(served: Served) -> None:
    """Kill the processes that mark, at once."""
    listed = subprocess.run(["pgrep", "-P", str(served.process.pid)], capture_output=True, text=True, check=True)
    for pid in map(int, listed.stdout.split()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@thorough
def test_staff_see_all_and_others_nothing(served: Served, notebooks):
    ada, tao = served.person("ada"), served.person("tao", Role.TA)
    attempt = hand_in(ada, notebooks.none).json()["attempt"]
    watch(ada, attempt)
    assert show(tao, attempt)["student"] == "ada"
    for path in ("", "/events", "/files", "/feedback", "/receipt", "/receipt.txt", f"/files/{NAME}.ipynb"):
        assert served.person("kim").get(f"/api/v1/attempts/{attempt}{path}").status_code == 404
        assert tao.get(f"/api/v1/attempts/{attempt}{path}").status_code == 200
    assert hand_in(tao, notebooks.none).status_code == 403


@thorough
def test_a_server_that_is_stopped_gives_back_what_it_has_and_the_next_goes_on(made_course, notebooks, tmp_path):
    root = tmp_path / "made"
    shutil.copytree(made_course, root)
    course = Course(root / "course")
    with serving(course) as first:
        client = first.person("ada")
        attempts = [
            hand_in(client, notebooks.half).json()["attempt"],
            hand_in(client, notebooks.right).json()["attempt"],
        ]
        assert "Stopping" in first.stop()
        assert first.process.returncode == 0
        with first.database.reading() as session:
            assert session.query(Job).filter_by(state=JobState.LEASED).count() == 0
    with serving(course) as second:
        client = second.person("ada")
        for attempt in attempts:
            watch(client, attempt)
            assert show(client, attempt)["state"] == "marked"
        assert wait_until_entered(client, attempts[1])["score"] == 10


class TestSettingUp:
    def test_a_folder_that_is_no_course_is_said_to_be_none(self, tmp_path):
        with pytest.raises(CourseError, match="is no course"):
            find_courses([tmp_path])

    def test_two_courses_need_names_and_a_place(self, tmp_path):
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'x'\n")
        with pytest.raises(CourseError, match="give one another"):
            find_courses([tmp_path / "a", tmp_path / "b"])
        with pytest.raises(CourseError, match="--data"):
            data_folder(ServeRequest([]), {})

    def test_a_name_that_no_address_holds_is_refused(self, tmp_path):
        (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'a/b'\n")
        with pytest.raises(CourseError, match="letters, digits"):
            find_courses([tmp_path])

    def test_nobody_else_looks_into_the_servers_folder(self, tmp_path):
        data = data_folder(ServeRequest([], data=tmp_path / "data"), {})
        assert data.stat().st_mode & 0o077 == 0

    @pytest.fixture
    def request_(self, tmp_path):
        """What serves a course that nobody has released anything in."""
        (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'x'\n")
        return ServeRequest([tmp_path], data=tmp_path / "data", markers=MarkerSettings(weaker=True))

    def refused(self, request, message):
        with pytest.raises(CourseError, match=message), set_up(request):
            pytest.fail("it serves")

    def test_a_second_server_leaves_the_first_ones_folder_alone(self, request_):
        request_.data.mkdir()
        with FileLock(request_.data / LOCK):
            self.refused(request_, "a server runs with this folder already: stop that one")
            assert [one.name for one in request_.data.iterdir()] == [LOCK]
        self.refused(request_, "has no assignment in its gradebook")

    def test_a_database_that_is_not_the_folders_is_refused_before_anything_is_removed(self, request_):
        storage = Storage(request_.data)
        # Cut short, before anything was acknowledged.
        storage.begin_attempt("ab" * 16)
        self.refused(request_, "has no assignment in its gradebook")
        storage.write_marking("cd" * 16, 1, 1, {"record.json": b"{}"})
        self.refused(request_, f"holds attempts, such as {'cd' * 16}, and the database .* knows none")
        assert storage.attempt("ab" * 16).is_dir()

    def test_what_a_killed_server_looked_at_is_removed(self, request_):
        request_.data.mkdir()
        (request_.data / "scratch-x").mkdir()
        (request_.data / "scratch-x" / "large.ipynb").touch()
        self.refused(request_, "has no assignment in its gradebook")
        assert not (request_.data / "scratch-x").exists()
