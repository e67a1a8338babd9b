"""The workflow's steps, run in order on what students push: the summary, the reporter's input, the files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.bundles.github.bundle import BundleRequest, write_bundle
from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.kernel.sandbox.levels import Level, best
from tests.bundles.actions import Runner, StepError

REPOSITORY = "my-course/arithmetic-marking"
RIGHT = ("def double(x): return 2 * x", "def halve(x): return x / 2, 'cache'")
# In the folder in which the job begins: what Python or pip would import or read there.
TRAPS = ("pip.py", "venv.py", "autograder.py", "sitecustomize.py", "json.py", "pip.conf", "pyproject.toml")


@pytest.fixture(scope="module")
def bundled(made_course: Path, tools: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what `autograder bundle github` makes of the tiny course. Nobody changes it."""
    folder = tmp_path_factory.mktemp("github")
    with pytest.MonkeyPatch.context() as patch:
        tools.use(made_course, patch)
        assignment = Assignment(tools.course_of(made_course), tools.name)
        write_bundle(assignment, folder, BundleRequest(REPOSITORY))
    return folder
