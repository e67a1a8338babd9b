"""Records: what is written is what is read, and what cannot be read is named."""

from __future__ import annotations

import json

import msgspec
import pytest

from autograder.course.results import (
    SCHEMA_FILE,
    Basis,
    Deduction,
    ProblemResult,
    Record,
    RecordError,
    Status,
    TestResult,
    Verdict,
    dump_record,
    read_record,
    schema,
    write_record,
)

PASSED = TestResult(
    id="t.py::a", title="Is right.", verdict=Verdict.PASSED, score=2.0, max_score=2.0, basis=Basis.SHIFTED
)
FAILED = TestResult(
    id="t.py::b",
    title="Is \u221e.",
    verdict=Verdict.FAILED,
    score=0.0,
    max_score=1.0,
    message="<b>",
    hint="h",
    misconception="m",
)


def record_of(*tests: TestResult) -> Record:
    problem = ProblemResult(
        id="double",
        score=2.0,
        max_score=3.0,
        tests=list(tests),
        deductions=[Deduction(reason="r", points=0.5)],
        notes=["n"],
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
        notes=["seen"],
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
    assert (form["schema_version"], form["status"]) == (1, "marked")
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
    write_record(msgspec.structs.replace(record_of(PASSED), schema_version=2), file)
    with pytest.raises(RecordError, match=r"ada\.json has schema version 2; this kit reads 1"):
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
