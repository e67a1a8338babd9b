"""``results.json``: field by field as documented, the points of the record, and what students may see of it."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from typing import Any

import pytest
from markdown_it import MarkdownIt
from msgspec import to_builtins
from msgspec.structs import replace

from autograder.bundles.gradescope.handed import OWN, Handed
from autograder.bundles.gradescope.results import not_taken, results_of, unmarked, write_results
from autograder.course.handing_in import Lateness, Refusal, Rules, Shows, Why
from autograder.course.results import Deduction, Record, Status, Verdict
from autograder.i18n.messages import Message, say
from autograder.kernel.sandbox.levels import Level
from tests.bundles.gradescope.fields import faults
from tests.bundles.gradescope.test_handed import DUE
from tests.support.feedback import NOTHING_WRITTEN, RIGHT, WRONG, problem, record, verdict, worked_on

HOSTILE = "</details><img src=x onerror=alert(1)>\n```\n# [me](https://evil.example) @everyone $x$"
REFUSED = {"status": Status.REJECTED, "manual": [], "max_score": 10.0, "notes": [Message("it is no notebook")]}


@pytest.fixture
def results(assignment):
    def make(marked: Record, handed: Handed | None = None, level: Level = Level.FULL) -> dict[str, Any]:
        notebook = worked_on(assignment) if marked.status is Status.MARKED else None
        return written(results_of(assignment, marked, notebook, handed or Handed(), level))

    return make


def written(results: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(to_builtins(results)))
    return made


def maximum(results: dict[str, Any]) -> float:
    return sum(test.get("max_score", 0.0) for test in results["tests"])


def test_every_field_is_documented_and_the_points_are_the_records(results):
    made = results(record(WRONG, RIGHT))
    assert faults(made) == []
    assert made["score"] == 8.0
    assert made["stdout_visibility"] == "hidden"
    assert "leaderboard" not in made
    assert sum(test.get("score", 0.0) for test in made["tests"]) == 8.0
    assert maximum(made) == 10.0


def test_a_problem_that_lost_points_says_why_above_its_tests(results):
    made = results(record(WRONG, RIGHT))
    assert [(test["number"], test.get("score"), test["status"]) for test in made["tests"]] == [
        ("1", None, "failed"),
        ("1.1", 0, "failed"),
        ("1.2", 2, "passed"),
        ("2.1", 2, "passed"),
        ("2.2", 2, "passed"),
        ("2.3", 2, "passed"),
    ]
    above, failed, passed, *_ = made["tests"]
    assert above["name"] == "double: partly right, 2 / 4"
    assert "Adds two" in above["output"]
    assert failed["name"] == "double: Doubles."
    assert "2 of 2 elements are off" in failed["output"]
    assert "Return x times two" in failed["output"]
    assert failed["tags"] == ["double"]
    assert failed["extra_data"] == {"problem": "double", "verdict": "failed", "basis": "own"}
    assert "output" not in passed


def test_the_top_says_the_score_and_what_to_look_at_first(results):
    output = results(record(WRONG, RIGHT, notes=[Message("a note")], mended=[Message("a cell was missing")]))["output"]
    for said in ("8 of 10 so far, 3 wait for a person", "Look at this first", "a note", "a cell was missing"):
        assert said in output


def test_points_that_were_taken_off_have_a_box(results):
    taken = problem(
        "double", verdict("Doubles."), most=2, deductions=[Deduction(reason=Message("3 returned"), points=1)]
    )
    made = results(record(replace(taken, score=1.0), RIGHT))
    box = made["tests"][1]
    assert (box["number"], box["name"], box["score"], box["max_score"]) == ("1.2", "double: 3 returned", -1.0, 0.0)
    assert sum(test.get("score", 0.0) for test in made["tests"]) == made["score"] == 7.0


def test_what_the_grader_failed_on_has_no_points_and_is_no_zero(results):
    unresolved = problem("double", verdict("Doubles.", Verdict.GRADER_ERROR), verdict("Takes none."), most=4)
    made = results(record(unresolved, RIGHT, status=Status.MARKED))
    box = made["tests"][0]
    assert "score" not in box
    assert box["max_score"] == 4
    assert "no fault of yours" in box["output"]
    assert made["score"] == 6.0
    assert maximum(made) == 10.0
    assert faults(made) == []


def test_what_nobody_wrote_is_asked_for_test_by_test(results):
    empty = problem(
        "double", verdict("Doubles.", Verdict.FAILED, "None", asks=Message("Return twice.")), most=4,
        diagnoses=[NOTHING_WRITTEN],
    )  # fmt: skip
    above, test, *_ = results(record(empty, RIGHT))["tests"]
    assert above["name"] == "double: not written yet, 0 / 4"
    assert "Return twice" in test["output"]


def test_a_share_of_points_that_does_not_end_adds_up(results):
    thirds = [verdict(f"Test {number}", score=10 / 3, max_score=10 / 3) for number in range(3)]
    made = results(record(problem("double", *thirds, most=10), RIGHT))
    assert [test["max_score"] for test in made["tests"][:3]] == [3.3333, 3.3334, 3.3333]
    assert all(test["status"] == "passed" and test["score"] == test["max_score"] for test in made["tests"][:3])
    assert round(maximum(made), 9) == 16.0


def test_what_a_student_wrote_is_no_markup(results):
    hostile = problem("double", verdict("Doubles.", Verdict.FAILED, say("Raised {fault}", fault=HOSTILE)), most=4)
    made = results(record(hostile, RIGHT, notes=[say("Cell {name}", name=HOSTILE)]))
    reader = MarkdownIt("commonmark", {"html": True})
    shown = "".join(
        reader.render(text) for text in (made["output"], *(test.get("output", "") for test in made["tests"]))
    )
    assert "onerror" in shown
    for alive in ("<img", "<a ", "<details", "<h1>me"):
        assert alive not in shown


def test_no_box_is_longer_than_fits(results):
    long = [verdict(f"Test {number}", Verdict.FAILED, "é" * 60_000) for number in range(3)]
    made = results(record(problem("double", *long, most=6), RIGHT, notes=[Message("n" * 900)] * 100))
    assert max(len(test.get("output", "")) for test in made["tests"]) <= 20_010
    assert len(made["output"]) <= 20_010


def test_a_lone_surrogate_can_be_written(results, tmp_path, assignment):
    odd = record(problem("double", verdict("Doubles.", Verdict.FAILED, "\ud800"), most=4), RIGHT)
    made = results_of(assignment, odd, worked_on(assignment), Handed(), Level.FULL)
    write_results(made, tmp_path / "results.json")
    assert json.loads((tmp_path / "results.json").read_bytes())["score"] == 6.0


def test_lateness_is_taken_off_the_total_and_said(results):
    handed = Handed(Rules(due=DUE, late_days=3, penalty_per_day=0.1), Lateness(90_000, 2, 0.2))
    made = results(record(WRONG, RIGHT), handed)
    assert made["score"] == 6.4
    for said in (r"6\.4 of 10 so far", "1.6", "day 2", "2026-12-01 15:59"):
        assert said in made["output"]
    assert (made["extra_data"][OWN]["late_days"], made["extra_data"][OWN]["late_penalty"]) == (2, 1.6)


def test_the_due_time_is_said_in_the_courses_zone_or_else_in_gradescopes(results):
    pacific = DUE.astimezone(timezone(timedelta(hours=-8)))
    for zone, said in (("UTC", "2026-12-01 07:59"), ("Asia/Shanghai", "2026-12-01 23:59")):
        handed = Handed(Rules(due=pacific, zone=zone), Lateness(60, 1, 0.0))
        assert said in results(record(RIGHT), handed)["output"]


@pytest.mark.parametrize("level", [Level.NO_USERNS, Level.OFF])
def test_a_weaker_sandbox_is_said(results, level):
    made = results(record(RIGHT), level=level)
    assert f"isolation level {level}" in made["output"]
    assert made["extra_data"][OWN]["isolation"] == level
    assert "isolation" not in results(record(RIGHT))["output"]


def test_feedback_after_the_due_time_gives_nothing_away_before(results):
    made = results(record(WRONG, RIGHT), Handed(Rules(shows=Shows.AFTER_DUE)))
    assert made["visibility"] == "after_due_date"
    assert "8" not in made["output"]
    assert "double" not in made["output"]


def test_points_alone_are_shown_where_the_rules_say_so(results):
    made = results(record(WRONG, RIGHT), Handed(Rules(shows=Shows.COUNTS_ONLY)))
    assert [(test["name"], test["score"], test["max_score"]) for test in made["tests"]] == [
        ("double", 2, 4),
        ("halve", 6, 6),
    ]
    assert not [test for test in made["tests"] if test.get("output") or test.get("extra_data")]
    assert "Tests passed: 4 of 5" in made["output"]
    assert "Look at" not in made["output"]


def test_hints_wait_for_the_attempt_of_the_rules(results):
    handed = Handed(Rules(hints=2))
    first, second = (results(record(WRONG, RIGHT, attempt=number), handed)["tests"][0]["output"] for number in (1, 2))
    assert "Try 5" not in first
    assert "Try 5" in second


def test_it_is_in_the_language_of_the_hand_in(bilingual):
    made = results_of(bilingual, record(WRONG, RIGHT, language="zh-CN"), worked_on(bilingual), Handed(), Level.OFF)
    assert "请先看这里" in made.output
    assert "沙箱" in made.output
    assert made.tests[0].name.startswith("double：") or "部分正确" in made.tests[0].name


def test_what_cannot_be_read_has_no_points_and_its_maximum(results):
    made = results(record(**REFUSED))
    assert faults(made) == []
    assert made["score"] == 0.0
    assert maximum(made) == 10.0
    assert "it is no notebook" in made["output"]
    assert made["extra_data"][OWN]["costs"] is False


def test_what_cannot_be_read_leaves_the_points_of_before(results):
    before = results(record(WRONG, RIGHT))
    made = results(record(**REFUSED), Handed(before=before, costless=("then",)))
    assert faults(made) == []
    assert (made["score"], made["tests"]) == (8.0, before["tests"])
    assert "it is no notebook" in made["output"]
    assert "what you handed in before" in made["output"]
    assert made["extra_data"][OWN]["costless"] == ["then"]


def test_an_attempt_too_many_leaves_the_points_of_before_in_their_language(bilingual):
    refusal = Refusal(Why.TOO_MANY, say("You have used all of your attempts: {count} of {count}.", count=2))
    before = {"score": 3.0, "extra_data": {OWN: {"language": "zh-CN"}}}
    made = written(not_taken(bilingual, Handed(before=before, refusal=refusal)))
    assert faults(made) == []
    assert made["score"] == 3.0
    assert "2/2" in made["output"] or "次数" in made["output"]
    with pytest.raises(ValueError, match="mark it"):
        not_taken(bilingual, Handed())


def test_until_something_is_marked_there_is_a_word_in_each_language_and_no_score(bilingual):
    made = written(unmarked(bilingual))
    assert "no fault of yours" in made["output"]
    assert "不是你的错" in made["output"]
    assert faults(made) == ["neither a score nor tests"]


def test_a_reader_sees_the_old_results_or_the_new_ones(tmp_path, assignment):
    file = tmp_path / "results.json"
    write_results(unmarked(assignment), file)
    before = file.read_bytes()
    with file.open("rb") as opened:
        write_results(results_of(assignment, record(RIGHT), worked_on(assignment), Handed(), Level.FULL), file)
        assert opened.read() == before
    assert json.loads(file.read_bytes())["score"] == 6.0
    assert [one.name for one in tmp_path.iterdir() if one.is_file() and "results" in one.name] == ["results.json"]
