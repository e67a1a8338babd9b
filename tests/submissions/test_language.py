"""The language of a submission is that of the edition that it was made from."""

from __future__ import annotations

import pytest

from autograder.submissions import language
from autograder.submissions.language import SubmissionText, in_language_of, telling_lines


@pytest.mark.parametrize(
    ("declared", "lines", "expected"),
    [
        ("zh-CN", [], "zh-CN"),
        ("en", ["返回 x 的两倍。", '"""返回 x 的一半，以及缓存。"""'], "en"),
        ("de", ['"""返回 x 的一半，以及缓存。"""'], "zh-CN"),
        (["zh-CN"], ['"""Return x times two."""'], "en"),
        (None, ["x = 1", '    """返回 x 的一半，以及缓存。"""'], "zh-CN"),
        (None, ["x = 1"], "en"),
        (None, [], "en"),
    ],
)
def test_a_hand_ins_language_is_what_its_metadata_say_or_else_what_it_shares_with_an_edition(
    bilingual, declared, lines, expected
):
    submission = SubmissionText({"language": declared}, ["\n".join(lines)])
    assert in_language_of(bilingual, submission).language == expected
    assert in_language_of(bilingual, SubmissionText("none", [])).language == "en"


def test_the_texts_for_an_assignment_of_one_language_are_not_compared(assignment, monkeypatch):
    monkeypatch.setattr(language, "telling_lines", lambda _texts: pytest.fail("compared"))
    assert in_language_of(assignment, SubmissionText({"language": "zh-CN"}, ["返回 x 的一半"])).language == "en"


def test_short_lines_tell_no_edition():
    assert telling_lines(["x = 1\n    return 2 * x\n", "pass"]) == {"return 2 * x"}
