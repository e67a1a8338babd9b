"""What students did after their mistakes: who had a hint, who had none and why, and whether they were right next."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec
import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from autograder.cli import main
from autograder.course.results import Kind
from autograder.i18n.messages import Message
from autograder.reports.hints.effects import HintFinding, Without, hint_effects
from autograder.reports.hints.report import hint_texts
from autograder.server.app import make_app
from autograder.server.attempts import hints, storage
from autograder.server.tables import Attempt, Event, Job, JobKind, JobState, Marking, State
from tests.support.school import NOON
from tests.support.seeded import NAME, Seeder, notebook, record_of, seed

WITH_HINTS, LATER = (f'<!doctype html><main data-hints="{how}">' for how in ("folded", "later"))
# The second problem is the one that goes wrong.
WRONG, RIGHT = 1, 2
PROBLEM, MISTAKE = "rnn_step_backward", "sum_forgotten"


class Class:
    """A class that makes mistakes; each next attempt comes an hour after the one before."""

    def __init__(self, folder):
        self.seeded = seed(folder, rules='zone = "UTC"\n')
        self.seeder = Seeder(self.seeded.school)
        self.clock = self.seeded.school.clock
        # Those of the seed come before, and are of no interest here.
        self.numbers = {"ada": 3, "ben": 3}
        with self.seeded.school.database.writing() as session:
            for row in session.query(Attempt):
                row.state = State.QUEUED

    def record(self, login: str, right: int, mistake: str = "", kind: Kind = Kind.MISCONCEPTION):
        """Return a record in which so many problems are right, and the next one shows a mistake."""
        made = record_of(self.seeded.assignment, login, right, "off", mistake)
        problems = [
            msgspec.structs.replace(
                one,
                diagnoses=[
                    msgspec.structs.replace(found, hint=Message("Sum over which axis?"), kind=kind)
                    for found in one.diagnoses
                ],
            )
            for one in made.problems
        ]
        return msgspec.structs.replace(made, problems=problems)

    def hand_in(self, login: str, right: int, mistake: str = "", page: str = WITH_HINTS, **more) -> str:
        """Hand in, and return the attempt's id."""
        number = self.numbers[login] = self.numbers.get(login, 0) + 1
        record = self.record(login, right, mistake)
        made = self.seeder.attempt(login, number, self.clock(), notebook(right), record=record, feedback=page, **more)
        self.clock.forward(minutes=30)
        return made

    def read(self, attempt: str) -> None:
        """Let the student open the feedback."""
        database = self.seeded.school.database
        with database.reading() as session:
            marking = session.get_one(Marking, session.get_one(Attempt, attempt).marking_id)
        page = self.seeded.server.storage.marking(marking) / "feedback.html"
        hints.note_read(database, marking, page.read_bytes(), self.clock())
        self.clock.forward(minutes=30)

    def marked_again(self, attempt: str, record) -> None:
        """Let another marking count for an attempt, with what the catalogue names now."""
        with self.seeded.school.database.writing() as session:
            row = session.get_one(Attempt, attempt)
            job = Job(attempt_id=row.id, kind=JobKind.REGRADE, state=JobState.DONE, queued_at=NOON, claim=1, seconds={})
            session.add(job)
            session.flush()
            row.marking_id = self.seeder.marking(session, row, job, record, self.clock(), WITH_HINTS, notebook(WRONG))

    def found(self):
        """Return what is found."""
        with self.seeded.school.database.reading() as session:
            served = self.seeded.course
            finder = hints.Finder(session, self.seeded.server.storage, self.seeded.assignment, served.id)
            return finder.find()

    def events(self, attempt: str) -> list[dict]:
        """Return what is kept of the openings of an attempt's feedback."""
        with self.seeded.school.database.reading() as session:
            found = session.query(Event).filter_by(attempt_id=attempt, kind=hints.READ)
            return [one.data for one in found]


@pytest.fixture
def class_(tmp_path, monkeypatch):
    # What a test writes need not outlive a power cut.
    monkeypatch.setattr(storage, "sync", lambda _: None)
    made = Class(tmp_path)
    yield made
    made.seeded.school.database.close()


def after(class_, right: int, page: str = WITH_HINTS, login: str = "ada") -> None:
    """Let a student make the mistake, read about it, and hand in again."""
    class_.read(class_.hand_in(login, WRONG, MISTAKE, page))
    class_.hand_in(login, right)


def test_who_read_a_hint_has_had_it_and_their_next_attempt_tells_whether_they_fixed_the_problem(class_):
    after(class_, RIGHT)
    after(class_, WRONG, login="ben")
    found = class_.found()
    assert [(one.problem, one.mistake, one.attempt, one.fixed, one.without) for one in found.retries] == [
        (PROBLEM, MISTAKE, 4, True, None),
        (PROBLEM, MISTAKE, 4, False, None),
    ]
    (hint,) = found.hints.values()
    assert (hint.title, hint.text, hint.kind) == ("Does sum_forgotten.", "Sum over which axis?", Kind.MISCONCEPTION)


def test_who_was_told_that_a_hint_comes_later_had_none_by_setting(class_):
    after(class_, RIGHT, LATER)
    assert [one.without for one in class_.found().retries] == [Without.SETTING]


def test_whose_mistake_had_no_name_when_they_read_had_none_by_edition(class_):
    first = class_.hand_in("ada", WRONG)
    class_.read(first)
    class_.hand_in("ada", RIGHT)
    assert class_.found().retries == []
    class_.marked_again(first, class_.record("ada", WRONG, MISTAKE))
    assert [(one.mistake, one.without) for one in class_.found().retries] == [(MISTAKE, Without.EDITION)]


def test_what_the_catalogue_names_since_is_named_without_marking_again(class_, monkeypatch):
    first = class_.hand_in("ada", WRONG)
    class_.read(first)
    class_.hand_in("ada", RIGHT)
    monkeypatch.setattr(hints, "named_anew", lambda *_: class_.record("ada", WRONG, MISTAKE))
    assert (PROBLEM, MISTAKE) in class_.found().hints


def test_who_did_not_open_it_before_handing_in_again_is_in_neither_group(class_):
    first = class_.hand_in("ada", WRONG, MISTAKE)
    class_.hand_in("ada", RIGHT)
    class_.read(first)
    class_.read(class_.hand_in("ben", WRONG, MISTAKE))
    found = class_.found()
    assert found.retries == []
    assert (found.unopened[PROBLEM, MISTAKE], found.stopped[PROBLEM, MISTAKE]) == (1, 1)


def test_the_next_attempt_is_the_next_that_could_be_marked_and_of_a_problem_on_which_the_grader_failed_nothing_is_known(
    class_,
):
    class_.read(class_.hand_in("ada", WRONG, MISTAKE))
    class_.hand_in("ada", RIGHT, state=State.REFUSED)
    third = class_.hand_in("ada", RIGHT)
    assert [one.fixed for one in class_.found().retries] == [True]
    with class_.seeded.school.database.writing() as session:
        marking = session.get_one(Marking, session.get_one(Attempt, third).marking_id)
        marking.problems = {**marking.problems, PROBLEM: [None, marking.problems[PROBLEM][1]]}
    assert class_.found().retries == []


def test_what_is_not_begun_is_no_mistake_and_a_lost_record_is_counted(class_):
    first = class_.hand_in("ada", WRONG)
    class_.marked_again(first, class_.record("ada", WRONG, "not_attempted", Kind.NOT_ATTEMPTED))
    class_.read(first)
    after(class_, RIGHT, login="ben")
    found = class_.found()
    assert (list(found.hints), found.unread) == ([(PROBLEM, MISTAKE)], 0)
    with class_.seeded.school.database.reading() as session:
        marking = session.get_one(Marking, session.get_one(Attempt, first).marking_id)
    (class_.seeded.server.storage.marking(marking) / "record.json").unlink()
    assert class_.found().unread == 1


@pytest.mark.parametrize("path", ["/attempts/{}/feedback", "/api/v1/attempts/{}/feedback"])
def test_that_a_student_opens_it_is_kept_once_and_what_staff_open_is_not(class_, path):
    attempt, school = class_.hand_in("ada", WRONG, MISTAKE, LATER), class_.seeded.school
    with TestClient(make_app(class_.seeded.server), base_url=class_.seeded.server.settings.url) as client:
        for login, kept in (("tom", 0), ("ada", 1), ("ada", 1)):
            assert client.get(path.format(attempt), headers=school.bearer(login)).status_code == 200
            assert len(class_.events(attempt)) == kept
    (event,) = class_.events(attempt)
    assert event["hints"] is False


def test_a_student_reads_though_it_cannot_be_noted(class_, monkeypatch):
    attempt = class_.hand_in("ada", WRONG, MISTAKE)

    def full():
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(class_.seeded.school.database, "writing", full)
    class_.read(attempt)
    assert class_.events(attempt) == []


def test_a_simulated_class_gets_its_known_effect_back_from_the_servers_own_rows(class_):
    chance = np.random.default_rng(7)
    # Of 100 who make the mistake, 75 fix it with a hint, 30 without; another mistake's hint does nothing.
    for index in range(112):
        mistake, page = ("sum_forgotten", "transposed")[index % 2], (WITH_HINTS, LATER)[index // 2 % 2]
        share = 0.75 if (mistake, page) == ("sum_forgotten", WITH_HINTS) else 0.3
        class_.clock.now = NOON + timedelta(days=index)
        class_.read(class_.hand_in(f"s{index}", WRONG, mistake, page))
        class_.hand_in(f"s{index}", RIGHT if chance.random() < share else WRONG)
    found = class_.found()
    together, works, idle = hint_effects(found)
    assert together.hint is None
    assert works.hint.mistake == "sum_forgotten"
    assert works.finding is HintFinding.MORE
    assert works.difference.low <= 0.45 <= works.difference.high
    assert idle.finding is HintFinding.NONE
    assert idle.difference.low <= 0 <= idle.difference.high
    told = json.loads(hint_texts(class_.seeded.assignment, found)["hints.json"])
    assert told["students"] == 112
    assert [one["finding"] for one in told["hints"][1:]] == ["fixed more often with it", "no difference is told"]


def test_the_command_makes_a_page_and_tables_beside_the_class_report(class_, monkeypatch, capsys):
    seeded = class_.seeded
    root = seeded.course.course.root
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.CourseDirectory.course_id = 'vision'\n")
    after(class_, RIGHT)
    monkeypatch.chdir(root)
    record = class_.record("ada", WRONG, MISTAKE)
    folder = seeded.course.course.records / NAME
    folder.mkdir(parents=True)
    (folder / "ada.json").write_bytes(msgspec.json.encode(record))
    assert main(["report", NAME, "--hints"]) == 2
    assert "is no folder of a grading server's" in capsys.readouterr().err
    assert main(["report", NAME, "--data", str(seeded.server.data)]) == 2
    assert "give --hints, too" in capsys.readouterr().err
    code = main(["report", NAME, "--hints", "--data", str(seeded.server.data), "--other-points"])
    printed = capsys.readouterr()
    assert code == 0, printed.err
    reports = root / "classroom" / "reports" / NAME
    assert 'href="hints.html"' in (reports / "class.html").read_text()
    assert "all 1 had the hint" in (reports / "hints.html").read_text()
    assert (reports / "hints.csv").read_text().splitlines()[1].startswith(f"{PROBLEM},{MISTAKE},misconception,")
