"""The language of a submission is that of the edition that it was made from."""

from __future__ import annotations

import pytest

from autograder.submissions.language import SubmissionText, in_language_of, telling_lines


@pytest.mark.parametrize(
    ("declared", "lines", "language"),
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
    bilingual, declared, lines, language
):
    submission = SubmissionText({"language": declared}, ["\n".join(lines)])
    assert in_language_of(bilingual, submission).language == language
    assert in_language_of(bilingual, SubmissionText("none", [])).language == "en"


def test_an_assignment_of_one_language_asks_nobody(assignment):
    assert in_language_of(assignment, SubmissionText({"language": "zh-CN"}, ["返回 x 的一半"])).language == "en"


def test_short_lines_tell_no_edition():
    assert telling_lines(["x = 1\n    return 2 * x\n", "pass"]) == {"return 2 * x"}
