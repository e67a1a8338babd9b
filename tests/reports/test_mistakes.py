"""What is behind wrong answers in a class: by problem, by how many, with what helps to talk about it."""

import msgspec

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.course.results import (
    AnswerSketch,
    Confidence,
    Diagnosis,
    Kind,
    ProblemResult,
    Record,
    Sketch,
    Status,
    TestResult,
    Verdict,
)
from autograder.i18n.messages import Message
from autograder.reports.mistakes import mistakes


def diagnosis(name, confidence=Confidence.CERTAIN, kind=Kind.MISCONCEPTION):
    return Diagnosis(name=name, kind=kind, confidence=confidence, title=Message(f"title of {name}"), tests=["t"])


def record(student, *diagnoses, score=0.0, language="en", verdict=Verdict.FAILED):
    test = TestResult(id="t", title=Message("t"), verdict=verdict, score=score, max_score=14.0)
    problem = ProblemResult(id="rnn_backward", score=score, max_score=14.0, tests=[test], diagnoses=list(diagnoses))
    return Record(
        assignment="rnn_captioning",
        student=student,
        sha256="",
        status=Status.MARKED,
        score=score,
        max_score=14.0,
        problems=[problem],
        kit_version="",
        tests_sha256="",
        environment={},
        seconds=0.0,
        language=language,
    )


def of(*records):
    return mistakes(Assignment(Course(KIT_ROOT), "rnn_captioning"), records)


def test_the_most_frequent_comes_first_and_what_nothing_explains_last():
    found = of(
        record("a", diagnosis("scaled", kind=Kind.PATTERN)),
        record("b", diagnosis("recurrence_lost")),
        record("c"),
        record("d", diagnosis("recurrence_lost", Confidence.LIKELY), diagnosis("scaled", kind=Kind.PATTERN)),
        record("e", diagnosis("recurrence_lost")),
        record("f", score=14.0),
    )
    assert [(one.name, one.students, one.unsure) for one in found] == [
        ("recurrence_lost", ("b", "d", "e"), ("d",)),
        ("scaled", ("a", "d"), ()),
        ("unknown", ("c",), ()),
    ]


def test_a_known_mistake_comes_with_its_note_and_a_pattern_of_the_same_name_without():
    known, pattern = of(
        record("a", diagnosis("recurrence_lost")),
        record("b", diagnosis("recurrence_lost", kind=Kind.PATTERN)),
    )
    assert "never adds it" in known.note
    assert not pattern.note


def test_titles_are_in_english_whatever_the_hand_in_is_in():
    (found,) = of(record("a", diagnosis("recurrence_lost"), language="zh-CN"))
    assert found.title == "title of recurrence_lost"


def test_points_that_no_failed_test_has_cost_are_no_mistake_that_is_not_recognised():
    assert of(record("a", score=13.0, verdict=Verdict.PASSED), record("b", verdict=Verdict.NOT_RUN)) == []


def raising(student, fault):
    failed = record(student)
    test = TestResult(
        id="t",
        title=Message("t"),
        verdict=Verdict.FAILED,
        score=0.0,
        max_score=14.0,
        message=Message("Your code raised {fault}{lines}", {"fault": fault, "lines": ""}),
    )
    problem = ProblemResult(id="rnn_backward", score=0.0, max_score=14.0, tests=[test])
    return msgspec.structs.replace(failed, problems=[problem])


def test_what_no_mistake_explains_goes_by_the_kind_of_failure():
    found = of(raising("a", "ValueError: shapes"), raising("b", "NotImplementedError: here"), record("c"))
    assert [(one.name, one.kind, one.students) for one in found] == [
        ("not_attempted", None, ("b",)),
        ("crashed", None, ("a",)),
        ("unknown", None, ("c",)),
    ]


def test_one_that_never_ends_is_that_and_no_mistake():
    endless = Message("Your code was still running after {seconds:.3g} seconds.", {"seconds": 1.0})
    (problem,) = record("a", diagnosis("recurrence_lost")).problems
    tests = [msgspec.structs.replace(problem.tests[0], message=endless)]
    changed = [msgspec.structs.replace(problem, tests=tests)]
    (found,) = of(msgspec.structs.replace(record("a"), problems=changed))
    assert (found.name, found.students) == ("endless", ("a",))


def same_values(student, *diagnoses, value=1.0):
    made = record(student, *diagnoses)
    answer = AnswerSketch(name="dh", shape=[2], scale=value, sums=[value, 0.5, 0.5, 0.5])
    sketch = Sketch(answers=[answer])
    tests = [msgspec.structs.replace(test, sketch=sketch) for test in made.problems[0].tests]
    return msgspec.structs.replace(made, problems=[msgspec.structs.replace(made.problems[0], tests=tests)])


def test_those_who_return_the_same_wrong_values_are_together_and_the_others_as_one():
    found = of(same_values("a"), same_values("b", value=2.0), same_values("c"), same_values("d", value=3.0))
    assert [(one.name, one.group, one.students, one.seen) for one in found] == [
        ("unknown", 1, ("a", "c"), "dh has wrong values"),
        ("unknown", 0, ("b", "d"), ""),
    ]


def test_one_pattern_may_be_several_mistakes():
    scaled = diagnosis("scaled", kind=Kind.PATTERN)
    found = of(
        *(same_values(student, scaled, value=number) for student, number in zip("abcde", (1, 2, 1, 2, 3), strict=True)),
        same_values("f", scaled, diagnosis("recurrence_lost")),
    )
    assert [(one.name, one.kind, one.group, one.students) for one in found] == [
        ("scaled", Kind.PATTERN, 0, ("e", "f")),
        ("recurrence_lost", Kind.MISCONCEPTION, 0, ("f",)),
        ("scaled", Kind.PATTERN, 1, ("a", "c")),
        ("scaled", Kind.PATTERN, 2, ("b", "d")),
    ]
