"""Changes that no test need notice are read with their reasons; a file that lacks something is refused."""

from __future__ import annotations

import shutil

import pytest

from autograder.course.course import CourseError
from autograder.verification.equivalents import NOT_ASKED, ExplainedChange, explained_changes, explanation
from autograder.verification.mutants import Mutant

CHANGE = ("halve", "return (x / 2, 'cache')", "return (x / 2,)")


def test_an_explanation_is_of_one_change_of_one_function(assignment):
    known = explained_changes(assignment)
    assert known == [ExplainedChange(NOT_ASKED, *CHANGE, "Nothing asks for the cache again.")]
    function, before, after = CHANGE
    assert explanation(Mutant(function, "result", before, after, ""), known) is known[0]
    for other in (("double", before, after), (function, "pass", after), (function, before, "pass")):
        assert explanation(Mutant(other[0], "result", *other[1:], ""), known) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[equivalent]", "is no TOML"),
        ("[[same]]\nfunction = 'f'", r"has \[\[same\]\]: only"),
        ("[[equivalent]]\nfunction = 'f'", "number 1 of .* must have the texts function, before, after, reason"),
        ("[[equivalent]]\nfunction = 'f'\nbefore = ''\nafter = ''\nreason = ' '", "has no reason"),
    ],
)
def test_a_file_of_explanations_that_lacks_something_is_refused(assignment, text, message):
    (assignment.folder / "equivalent.toml").write_text(text)
    with pytest.raises(CourseError, match=message):
        explained_changes(assignment)
    shutil.rmtree(assignment.folder)
    assert explained_changes(assignment) == []
