"""The zip that an instructor uploads: what is in it, and what is not."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import zipfile
from typing import Any

import msgspec
import pytest

from autograder.bundles.gradescope.bundle import BundleRequest, Settings, fetch_wheels, write_bundle
from autograder.bundles.wheels import kit
from autograder.cli import main
from autograder.course.course import CourseError
from autograder.course.handing_in import read_rules
from tests.bundles.test_wheels import FILES, TWO

RULES = """
zone = "Asia/Shanghai"

[arithmetic]
due = 2026-12-01T23:59:00
late_days = 3
penalty_per_day = 0.1
shows = "after_due"
"""


@pytest.fixture
def packed(assignment, tmp_path):
    def make(**asked: Any) -> zipfile.ZipFile:
        write_bundle(assignment, tmp_path / "made.zip", BundleRequest(**asked))
        return zipfile.ZipFile(tmp_path / "made.zip")

    return make


def test_both_programs_are_at_its_root_and_can_be_run(packed):
    with packed() as made:
        for name in ("setup.sh", "run_autograder"):
            assert made.getinfo(name).external_attr >> 16 == 0o755
            assert b"\r" not in made.read(name)


def test_the_kit_is_a_wheel_and_what_it_needs_is_pinned(packed):
    with packed() as made:
        assert f"wheels/kit/{kit().file_name}" in made.namelist()
        lines = made.read("requirements.txt").decode().splitlines()
        assert "wheels/complete" not in made.namelist()
        assert made.read("python-version").decode().count(".") == 2
    assert lines
    assert all(line.count("==") == 1 for line in lines)


def test_the_rules_go_with_it(packed, assignment):
    (assignment.course.root / "handing_in.toml").write_text(RULES)
    with packed(unisolated=True) as made:
        settings = msgspec.json.decode(made.read("settings.json"), type=Settings)
    assert settings.assignment == "arithmetic"
    assert settings.unisolated
    assert settings.rules == read_rules(assignment.course)["arithmetic"]


def test_nobody_else_can_read_it(packed, tmp_path):
    packed().close()
    assert stat.S_IMODE((tmp_path / "made.zip").stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.glob("*.draft")] == []


def test_the_same_assignment_gives_the_same_bytes(packed, tmp_path):
    packed().close()
    before = (tmp_path / "made.zip").read_bytes()
    packed().close()
    assert (tmp_path / "made.zip").read_bytes() == before


def test_what_was_there_stays_when_something_is_missing(packed, assignment, tmp_path):
    packed().close()
    before = (tmp_path / "made.zip").read_bytes()
    (assignment.course.root / "nbgrader_config.py").unlink()
    with pytest.raises(CourseError, match="in the course's folder"):
        packed()
    assert (tmp_path / "made.zip").read_bytes() == before


@pytest.fixture
def index(tmp_path, monkeypatch):
    """Let pip take wheels from a folder alone."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_wheels_are_fetched_by_pip(index, tmp_path):
    (index / TWO.file_name).write_bytes(TWO.wheel(FILES))
    with pytest.raises(CourseError, match=r"pip could not fetch .* Python 3\.12 .*math-core.*without --wheels"):
        fetch_wheels(["two-parts==1.2"], "3.12", tmp_path)
    other = type(TWO)("math-core", "0.9", "None.", ">=3.9", ())
    (index / other.file_name).write_bytes(other.wheel({"math_core.py": b""}))
    found = fetch_wheels(["two-parts==1.2", "math-core==0.9"], "3.12", tmp_path)
    assert [one.name for one in found] == [other.file_name, TWO.file_name]


def test_the_command_says_where_it_is_and_that_it_is_secret(assignment, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(assignment.course.root)
    assert main(["bundle", "gradescope", "arithmetic", "--python", "3.12"]) == 0
    said = capsys.readouterr()
    assert "made arithmetic-gradescope.zip" in said.out
    assert "to Gradescope alone" in said.out
    assert "no salt of its own" in said.err
    with zipfile.ZipFile("arithmetic-gradescope.zip") as made:
        assert made.read("python-version").decode().startswith("3.12.")


@pytest.mark.parametrize("version", ["3", "3.9", "3.x", "three.twelve", "3.12.1"])
def test_a_version_that_the_kit_does_not_run_on_is_refused(version, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["bundle", "gradescope", "arithmetic", "--python", version])
    assert ended.value.code == 2
    assert "write it as 3.12" in capsys.readouterr().err


def test_the_shell_can_read_its_programs(packed, tmp_path):
    with packed() as made:
        made.extractall(tmp_path / "out")
    subprocess.run(["bash", "-n", str(tmp_path / "out" / "setup.sh")], check=True)
    subprocess.run(["sh", "-n", str(tmp_path / "out" / "run_autograder")], check=True)
    assert json.loads((tmp_path / "out" / "settings.json").read_bytes())["assignment"] == "arithmetic"
    assert os.listdir(tmp_path / "out" / "course")
