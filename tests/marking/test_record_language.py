"""A record is said in the submission's language as plain text, and keeps the English of what it says."""

from __future__ import annotations

from typing import Any

from autograder.course.results import Confidence, Deduction, Diagnosis, Kind, ProblemResult, TestResult, Verdict
from autograder.i18n.catalogue import ENGLISH, Catalogue
from autograder.i18n.messages import say
from autograder.marking.record_language import Speaker

CHINESE = Catalogue("zh-CN", {"{name}: {count} off": "{name}：{count} 个不对", "Look.": "请看。"})


def test_a_problems_texts_are_all_said_and_their_english_is_kept():
    names = ("title", "message", "hint", "asks")
    texts: dict[str, Any] = {name: say("{name}: {count} off", name=name, count=1) for name in names}
    test = TestResult(id="t", verdict=Verdict.FAILED, score=0, max_score=1, **texts)
    deduction = Deduction(reason=say("Look."), points=1)
    result = ProblemResult(id="p", score=0, max_score=1, tests=[test], deductions=[deduction], notes=[say("Look.")])
    speaker = Speaker(CHINESE)
    said = speaker.problem(result)
    assert [getattr(said.tests[0], name) for name in texts] == [f"{name}：1 个不对" for name in texts]
    assert (said.deductions[0].reason, said.notes) == ("请看。", ["请看。"])
    assert all(type(text) is str for text in (said.tests[0].title, *said.notes))
    assert speaker.english == {"请看。": "Look.", **{f"{name}：1 个不对": f"{name}: 1 off" for name in texts}}
    english = Speaker(ENGLISH)
    assert english.problem(result).tests[0].title == "title: 1 off"
    assert english.english == {}


def test_what_is_behind_a_failure_is_said_as_well():
    one = Diagnosis(
        name="sign", kind=Kind.PATTERN, confidence=Confidence.CERTAIN, title=say("Look."), belief="", hint=say("Look.")
    )
    said = Speaker(CHINESE).problem(ProblemResult(id="p", score=0, max_score=1, tests=[], diagnoses=[one]))
    assert (said.diagnoses[0].title, said.diagnoses[0].hint, said.diagnoses[0].name) == ("请看。", "请看。", "sign")


def test_text_without_a_translation_is_plain_text_and_has_no_english_of_its_own():
    speaker = Speaker(CHINESE)
    found = speaker.all([say("{name} is None", name="dx"), "what a student wrote"])
    assert found == ["dx is None", "what a student wrote"]
    assert {type(text) for text in found} == {str}
    assert speaker.english == {}
