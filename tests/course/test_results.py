"""Records: what is written is what is read, and what cannot be read is named."""

from __future__ import annotations

import json

import msgspec
import pytest

from autograder.course.results import (
    SCHEMA_FILE,
    SCHEMA_VERSION,
    Basis,
    Deduction,
    ProblemResult,
    Record,
    RecordError,
    Status,
    TestResult,
    Verdict,
    counted,
    dump_record,
    read_record,
    schema,
    write_record,
)
from autograder.i18n.messages import Message

PASSED = TestResult(
    id="t.py::a", title=Message("Is right."), verdict=Verdict.PASSED, score=2.0, max_score=2.0, basis=Basis.SHIFTED
)
FAILED = TestResult(
    id="t.py::b",
    title=Message("Is \u221e."),
    verdict=Verdict.FAILED,
    score=0.0,
    max_score=1.0,
    message=Message("<b>"),
    hint=Message("h"),
    misconception="m",
)


def record_of(*tests: TestResult) -> Record:
    problem = ProblemResult(
        id="double",
        score=2.0,
        max_score=3.0,
        tests=list(tests),
        deductions=[Deduction(reason=Message("r"), points=0.5)],
        notes=[Message("n")],
    )
    return Record(
        assignment="arithmetic",
        student="ada",
        sha256="0" * 64,
        status=Status.MARKED,
        score=2.0,
        max_score=3.0,
        manual=["why"],
        problems=[problem],
        mended=[],
        notes=[Message("seen")],
        kit_version="0",
        tests_sha256="1",
        environment={"python": "3"},
        seconds=0.1,
    )


def test_the_published_schema_is_what_the_classes_give():
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == schema()


def test_a_record_that_is_written_and_read_back_is_equal(tmp_path):
    record = record_of(PASSED, FAILED)
    file = tmp_path / "new" / "ada.json"
    write_record(record, file)
    assert read_record(file) == record
    assert [path.name for path in file.parent.iterdir()] == ["ada.json"]


def test_a_record_is_json_with_the_words_of_the_design():
    form = json.loads(dump_record(record_of(PASSED, FAILED)))
    assert (form["schema_version"], form["status"]) == (2, "marked")
    assert [test["verdict"] for test in form["problems"][0]["tests"]] == ["passed", "failed"]
    assert form["problems"][0]["tests"][0]["basis"] == "shifted"


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-20],
        lambda _text: "",
        lambda _text: "[]",
        lambda text: text.replace('"marked"', '"unheard of"'),
        lambda text: text.replace('"score"', '"scroe"'),
        lambda text: text.replace("2.0", '"2.0"'),
        lambda _text: "\x00",
    ],
    ids=range(7),
)
def test_a_damaged_record_is_an_error_that_names_the_file(tmp_path, damage):
    file = tmp_path / "ada.json"
    write_record(record_of(PASSED), file)
    file.write_text(damage(file.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(RecordError, match=r"ada\.json is not a results record .*: mark the hand-in again"):
        read_record(file)


def test_bytes_that_are_no_text_are_a_damaged_record(tmp_path):
    (tmp_path / "ada.json").write_bytes(b'{"assignment": "\xff"}')
    with pytest.raises(RecordError, match=r"ada\.json"):
        read_record(tmp_path / "ada.json")


def test_a_record_of_another_version_is_an_error_that_names_both(tmp_path):
    file = tmp_path / "ada.json"
    write_record(msgspec.structs.replace(record_of(PASSED), schema_version=3), file)
    with pytest.raises(RecordError, match=r"ada\.json has schema version 3; this kit reads 2"):
        read_record(file)


def version_1(**more):
    test = {"id": "t", "verdict": "failed", "score": 0, "max_score": 1, "title": "标题", "message": "{x} 不对"}
    known = {"name": "n", "kind": "pattern", "confidence": "likely", "title": "标题"}
    problem = {"id": "double", "score": 0, "max_score": 1, "tests": [test], "diagnoses": [known], "notes": ["注"]}
    problem["deductions"] = [{"reason": "标题", "points": 1}]
    names = dict.fromkeys(("assignment", "student", "sha256", "kit_version", "tests_sha256"), "")
    whole = {"status": "marked", "score": 0, "max_score": 1, "environment": {"python": "3"}, "seconds": 1}
    return {
        **names,
        **whole,
        "schema_version": 1,
        "problems": [problem],
        "mended": ["标题"],
        "language": "zh-CN",
        **more,
    }


def test_a_record_of_version_1_is_read_with_the_english_of_its_texts_as_templates(tmp_path):
    file = tmp_path / "ada.json"
    file.write_text(json.dumps(version_1(english={"标题": "Title.", "{x} 不对": "{x} is off"})))
    record = read_record(file)
    (problem,) = record.problems
    test, title = problem.tests[0], Message("Title.")
    assert (record.schema_version, record.language, record.mended) == (SCHEMA_VERSION, "zh-CN", [title])
    assert (test.title, problem.diagnoses[0].title, problem.deductions[0].reason) == (title, title, title)
    assert (str(test.message), problem.notes) == ("{x} is off", [Message("注")])
    write_record(record, file)
    assert read_record(file) == record


@pytest.mark.parametrize("more", [{"english": 3}, {"english": {"标题": 3}}, {"problems": {}}, {"mended": 3}])
def test_a_damaged_record_of_version_1_is_an_error_or_read_without_its_english(tmp_path, more):
    file = tmp_path / "ada.json"
    file.write_text(json.dumps(version_1(**more)))
    if more == {"english": 3}:
        assert str(read_record(file).mended[0]) == "标题"
        return
    with pytest.raises(RecordError, match=r"ada\.json is not a results record"):
        read_record(file)


def test_a_problem_with_a_grader_error_is_unresolved_and_one_without_tests_has_not_passed():
    fault = msgspec.structs.replace(FAILED, verdict=Verdict.GRADER_ERROR)
    assert record_of(PASSED, fault).problems[0].unresolved
    assert not record_of(PASSED, FAILED).problems[0].unresolved
    assert record_of(PASSED).problems[0].passed
    assert not record_of().problems[0].passed


def test_a_problem_is_found_by_its_name():
    assert record_of(PASSED).problem("double").score == 2.0
    assert record_of(PASSED).problem("halve") is None


@pytest.mark.parametrize(
    ("handed_in", "attempts"),
    [
        (["a"], [1]),
        (["a", "a", "b"], [1, 1, 2]),
        (["refused", "a"], [0, 1]),
        (["a", "refused", "refused", "b"], [1, 1, 1, 2]),
        (["a", "refused", "refused", "a", "b"], [1, 1, 1, 1, 2]),
    ],
)
def test_an_attempt_is_a_submission_that_is_marked_and_differs_from_the_one_before(handed_in, attempts):
    before, found = None, []
    for sha256 in handed_in:
        status = Status.REJECTED if sha256 == "refused" else Status.MARKED
        before = counted(msgspec.structs.replace(record_of(), sha256=sha256, status=status), before)
        found.append(before.attempt)
    assert found == attempts


def test_a_refused_hand_in_of_before_attempts_were_counted_is_none(tmp_path):
    form = json.loads(dump_record(msgspec.structs.replace(record_of(), status=Status.REJECTED)))
    del form["attempt"]
    (tmp_path / "ada.json").write_text(json.dumps(form))
    assert counted(record_of(), read_record(tmp_path / "ada.json")).attempt == 1


def test_attempts_are_told_apart_by_all_files_where_both_records_know_them():
    one, other = (msgspec.structs.replace(record_of(), hand_in_sha256=digest) for digest in ("1", "2"))
    assert counted(other, counted(one, None)).attempt == 2
    assert counted(msgspec.structs.replace(other, hand_in_sha256=""), counted(one, None)).attempt == 1
