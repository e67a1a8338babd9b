"""The program in the container, without one: what it reads, what it writes, and what it refuses."""

from __future__ import annotations

import json
import os
import shutil
import stat
from typing import Any

import msgspec
import pytest

from autograder.bundles import isolation
from autograder.bundles.gradescope import container
from autograder.bundles.gradescope.bundle import Settings
from autograder.bundles.gradescope.container import PRELIMINARY, Place, main
from autograder.bundles.gradescope.handed import OWN
from autograder.course.handing_in import Rules
from autograder.kernel.sandbox.levels import Level, best
from autograder.marking.mark_file import mark_file
from tests.bundles.gradescope.fields import faults

RIGHT = "def double(x): return 2 * x"
AT = "2026-12-01T12:00:00.000000-08:00"


@pytest.fixture
def place(assignment, tmp_path, monkeypatch):
    """Lay out the folders as Gradescope does."""
    made = Place(tmp_path / "autograder")
    for folder in (made.source, made.submission, made.results.parent):
        folder.mkdir(parents=True)
    shutil.copytree(assignment.course.root, made.course.root)
    set_rules(made, Rules())
    # The program is alone in its container.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.environ["PATH"])
    return made


def set_rules(place: Place, rules: Rules, *, unisolated: bool = False) -> None:
    settings = Settings("arithmetic", rules, unisolated)
    (place.source / "settings.json").write_bytes(msgspec.json.encode(settings))


def tell(place: Place, *before: dict[str, object], **more: object) -> None:
    place.metadata.write_text(json.dumps({"created_at": AT, "previous_submissions": before, **more}))


def results(place: Place) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(place.results.read_bytes())
    return made


def test_a_hand_in_gets_the_points_that_mark_gives_it(place, assignment, hand_in, scratch):
    file = hand_in(RIGHT)
    shutil.copy(file, place.submission)
    tell(place, users=[{"name": "Ada", "email": "ada@x"}])
    assert main(["mark"], place) == 0
    made = results(place)
    assert faults(made) == []
    assert made["score"] == mark_file(assignment, file, level=best())[0].score
    assert made["extra_data"][OWN]["isolation"] == best()


def test_what_is_handed_in_is_not_the_results(place, scratch):
    (place.submission / "results.json").write_text('{"score": 100}')
    assert main(["mark"], place) == 0
    assert results(place)["score"] == 0.0


def test_a_link_out_of_the_submission_is_refused(place, scratch):
    (place.submission / "arithmetic.ipynb").symlink_to(place.course.solutions("arithmetic") / "arithmetic.ipynb")
    assert main(["mark"], place) == 0
    assert results(place)["score"] == 0.0
    assert "could not be marked" in results(place)["output"]


def test_others_are_kept_out_of_metadata_submission_and_results(place, hand_in, scratch):
    if os.getuid() != 0:
        pytest.skip("only root has student code run as another user")
    shutil.copy(hand_in(RIGHT), place.submission)
    tell(place)
    assert main(["mark"], place) == 0
    for path in (place.metadata, place.submission, place.results.parent):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


def test_nothing_is_marked_without_isolation_unless_the_instructor_said_so(place, hand_in, scratch, monkeypatch, capfd):
    shutil.copy(hand_in(RIGHT), place.submission)
    monkeypatch.setattr(isolation, "best", lambda: Level.OFF)
    assert main(["mark"], place) == 1
    assert "--allow-unisolated" in capfd.readouterr().err
    assert not place.results.exists()
    set_rules(place, Rules(), unisolated=True)
    assert main(["mark"], place) == 0
    assert "isolation level off" in results(place)["output"]


def test_what_is_there_stays_when_the_grader_fails(place, hand_in, monkeypatch, capfd):
    shutil.copy(hand_in(RIGHT), place.submission)
    place.results.write_text("preliminary")
    monkeypatch.setattr(container, "mark_file", lambda *_, **__: 1 / 0)
    assert main(["mark"], place) == 1
    assert place.results.read_text() == "preliminary"
    assert "ZeroDivisionError" in capfd.readouterr().err


def test_metadata_that_cannot_be_read_costs_nobody_a_mark(place, hand_in, scratch, capsys):
    shutil.copy(hand_in(RIGHT), place.submission)
    place.metadata.write_text("[]")
    assert main(["mark"], place) == 0
    assert results(place)["score"] > 0
    assert "without what lateness costs" in capsys.readouterr().out


def test_an_attempt_too_many_is_not_run(place, monkeypatch):
    set_rules(place, Rules(in_all=1))
    tell(place, {"submission_time": "2026-12-01T10:00:00-08:00", "score": 3.0, "results": {"score": 3.0, "tests": []}})
    monkeypatch.setattr(container, "mark_file", lambda *_, **__: pytest.fail("it was marked"))
    assert main(["mark"], place) == 0
    assert results(place)["score"] == 3.0


def test_an_image_is_tried_with_the_solution(place, scratch, capsys):
    assert main(["set-up"], place) == 0
    made = json.loads((place.source / PRELIMINARY).read_bytes())
    assert "score" not in made
    assert f"isolation level while the image is built: {best()}" in capsys.readouterr().out


def test_an_image_in_which_the_solution_fails_is_not_taken(place, hand_in, scratch, capfd):
    solved = place.course.solutions("arithmetic") / "arithmetic.ipynb"
    shutil.copy(hand_in("def double(x): return x"), solved)
    assert main(["set-up"], place) == 1
    assert "the solution gets" in capfd.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["unheard-of"], ["mark", "mark"]])
def test_bad_usage_ends_with_two(place, arguments):
    assert main(arguments, place) == 2
