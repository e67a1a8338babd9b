"""The images: what goes into them, and as whom they run."""

from __future__ import annotations

import re

import pytest

from autograder.course.paths import KIT_ROOT

TEXT = (KIT_ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
STAGES = {stage.partition("\n")[0].split()[-1]: stage for stage in re.split(r"^FROM ", TEXT, flags=re.MULTILINE)[1:]}
RULES = (KIT_ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")


def test_nothing_goes_into_a_build_but_what_is_named():
    rules = [rule for rule in RULES if rule and not rule.startswith("#")]
    assert rules[0] == "*"
    given = {rule[1:] for rule in rules if rule.startswith("!")}
    assert [name for name in given if not (KIT_ROOT / name).exists()] == []
    assert not given & {"source", "solutions", "classroom", "tests", "release", ".git", ".autograder_salt", "*"}
    copied = set(re.findall(r"^COPY (?!--)(\S+)", TEXT, re.MULTILINE)) - {"."}
    assert copied <= given


@pytest.mark.parametrize("name", ["student", "kit"])
def test_an_image_runs_as_an_ordinary_user(name):
    assert re.findall(r"^USER (.+)$", STAGES[name], re.MULTILINE) == ["1000:1000"]
    assert STAGES[name].index("USER ") > STAGES[name].rindex("\nRUN ")


def test_the_students_image_gets_the_client_alone():
    assert "/wheels/client/" in STAGES["student"]
    assert not re.search(r"/wheels/kit|COPY \.|autograder serve", STAGES["student"])
    assert STAGES["student"].startswith("notebook AS")
    assert "/wheels" not in STAGES["notebook"]
