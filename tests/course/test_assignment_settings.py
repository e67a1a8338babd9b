"""In assignment.toml nothing has to be set; what does not fit is told with its key, what was expected, an example."""

from __future__ import annotations

import re

import pytest

from autograder.course.assignment_settings import AssignmentSettings, Hints, read_assignment_settings
from autograder.course.course import CourseError


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        file = tmp_path / "assignment.toml"
        file.write_text(text, encoding="utf-8")
        return read_assignment_settings(file)

    return read_text


def test_an_empty_file_is_a_whole_one(read):
    settings = read("")
    assert settings.languages == ["en"]
    assert settings.requirements == ["numpy>=1.26", "jupyter>=1.1"]
    assert settings.feedback.hints is Hints.FOLDED
    assert settings == AssignmentSettings()


def test_what_is_set_is_read(read):
    settings = read(
        """
        title = "Numbers"
        packages = ["numbers_kit"]
        [feedback]
        hints = "second-attempt"
        [needs]
        loss = "step"
        [[modules]]
        file = "numbers_kit/layers.py"
        class = "Model"
        problems = ["step"]
        """
    )
    assert settings.feedback.hints is Hints.SECOND_ATTEMPT
    assert settings.needs == {"loss": "step"}
    assert (settings.modules[0].owner, settings.modules[0].problems) == ("Model", ["step"])


STEP = """
[[stand_ins]]
function = "f"
takes = { x = "N" }
gives = "N"
used_by = ["g"]
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('packages = "kit"', 'packages: expected is a list, and there is a text; for example packages = ["mypackage"]'),
        ('packages = ["kit", 3]', "packages: expected is a text, and there is a whole number; for example packages"),
        ('titel = "x"', "there is no key titel: did you mean title? Keys are title, languages"),
        ("[feedback]\nhint = 1", "feedback: there is no key hint: did you mean hints? Keys are hints"),
        (
            '[feedback]\nhints = "never"',
            "feedback: hints: 'never' is none of folded, shown, second-attempt; for",
        ),
        (
            "needs = 3",
            "needs: expected is a table, and there is a whole number; for example needs = { train",
        ),
        ("[needs]\nloss = 3", "needs: expected is a text, and there is a whole number"),
        ('[not_punished]\nloss = "x"', "not_punished: expected is a list, and there is a text; for example"),
        ("[[modules]]\nproblems = []", '[[modules]] 1: file is missing; for example file = "mypackage/layers.py"'),
        ('[[modules]]\nfile="a/b.py"\nproblems=[]\nowner="C"', "[[modules]] 1: there is no key owner: Keys are file"),
        (
            STEP + STEP.replace('"N" }', "1 }"),
            "[[stand_ins]] 2: takes: expected is a text, and there is a whole",
        ),
        (STEP.replace('gives = "N"', "gives = 1"), "gives: expected is a text or a list, and there is a whole number"),
        (STEP.replace('"f"', "[1]"), "[[stand_ins]] 1: function: expected is a text, and there is a list"),
        ("[stand_ins]\npair = 1", "stand_ins: expected is a list, and there is a table; for example [[stand_ins]]"),
        ("title = x", "is no TOML (Invalid value (at line 1, column 9)): mend that place, then try again; texts"),
        ("languages = []", 'languages: en must come first, and each language once; for example languages = ["en", '),
        ('languages = ["zh-CN", "en"]', "languages: en must come first"),
        ('packages = ["my-kit"]', "packages: 'my-kit' is no name of a package; for example"),
        ('[[modules]]\nfile="layers.py"\nproblems=[]', "file: 'layers.py' is no Python file of a package; for example"),
        ('packages=["a"]\n[[modules]]\nfile="a/../b.py"\nproblems=[]', "'a/../b.py' is no Python file of a package"),
        ('[[modules]]\nfile="kit/a.py"\nproblems=[]', 'packages is empty; for example packages = ["kit"]'),
        (
            'packages=["a"]\n[[modules]]\nfile="b/c.py"\nproblems=[]',
            'packages has only a; for example packages = ["a", "b"]',
        ),
    ],
)
def test_what_does_not_fit_is_told_with_what_to_write(read, tmp_path, text, told):
    with pytest.raises(CourseError, match=re.escape(told)) as caught:
        read(text)
    assert str(caught.value).startswith(str(tmp_path / "assignment.toml"))
