"""Runs workflows and composite actions as GitHub's runner does, as far as the kit's own need it, without a network.

https://docs.github.com/actions/reference/workflow-syntax-for-github-actions. Actions of others are stood in for by what
they do for us; packages are taken from this Python's.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+) *\}\}")
UNEQUAL = re.compile(r"([\w.-]+) *!= *'([^']*)'")
# As GitHub starts it for `shell: bash`, and when no shell is named.
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
# A Python that knows no packages, but fills each environment that it makes with those that are pinned beside it.
PYTHON = """#!{python}
import subprocess, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.bundles.github.actions import fill
ended = subprocess.run([{base!r}, *sys.argv[1:]])
if not ended.returncode and sys.argv[1:4] == ["-I", "-m", "venv"]:
    fill(Path(sys.argv[4]), Path({requirements!r}))
sys.exit(ended.returncode)
"""


class StepError(Exception):
    """A step has failed; the message has what it printed."""


def fill(environment: Path, requirements: Path) -> None:
    """Put the packages that a file names into an environment, from those of this Python."""
    (target,) = environment.glob("lib/python3*/site-packages")
    # What an environment has from its beginning is of another version.
    for old in [*target.glob("setuptools*"), *target.glob("_distutils_hack"), *target.glob("pkg_resources")]:
        shutil.rmtree(old)
    for line in requirements.read_text(encoding="utf-8").splitlines():
        distribution = metadata.distribution(re.split(r"[=; ]", line)[0])
        for file in distribution.files or ():
            source = Path(str(distribution.locate_file(file)))
            if ".." in file.parts or not source.is_file() or "__pycache__" in file.parts:
                continue
            place = target / file
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                link(source, place)


def link(source: str | Path, place: str | Path) -> None:
    """Put a file that nobody changes into another place, too."""
    try:
        os.link(source, place, follow_symlinks=False)
    except OSError:  # another file system
        shutil.copy2(source, place)


@dataclass
class Step:
    """What a step gave to those after it."""

    outputs: dict[str, str] = field(default_factory=dict)


@dataclass
class Runner:
    """A machine that runs one job of a repository.

    Attributes:
        home: Everything of it lies here.
        repository: The files of the student's repository.
        actions: Folders of actions, by what `uses` says.
        name: The repository's name.
        run_number: How many times the workflow has been run.
        environment: Variables that all steps have.
    """

    home: Path
    repository: Path
    actions: Mapping[str, Path]
    name: str = "my-course/arithmetic-ada"
    run_number: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    artifacts: dict[str, Path] = field(default_factory=dict)
    reported: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A new job: of those before it nothing is there but the cache.
        for folder in (self.temp, self.workspace):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        (self.home / "cache").mkdir(exist_ok=True)

    @property
    def temp(self) -> Path:
        """The folder that is emptied after each job."""
        return self.home / "_temp"

    @property
    def workspace(self) -> Path:
        """Where the repository is checked out."""
        return self.home / "work"

    def run(
        self, workflow: Path, inputs: Mapping[str, str] | None = None, secrets: Mapping[str, str] | None = None
    ) -> None:
        """Run the one job of a workflow.

        Raises:
            StepError: A step has failed; of those after it, only the ones that always run have been run.
        """
        said = yaml.safe_load(workflow.read_text(encoding="utf-8"))
        (job,) = said["jobs"].values()
        self._steps(job["steps"], inputs or {}, self.workspace, secrets or {})

    def _steps(
        self,
        steps: list[dict[str, Any]],
        inputs: Mapping[str, str],
        action: Path,
        secrets: Mapping[str, str],
    ) -> dict[str, Step]:
        known: dict[str, Step] = {}
        context = {
            "github.action_path": str(action),
            "github.actor": "ada",
            "github.repository": self.name,
            "github.repository_owner": self.name.split("/")[0],
            "github.workspace": str(self.workspace),
            "runner.temp": str(self.temp),
            **{f"inputs.{name}": value for name, value in inputs.items()},
            **{f"secrets.{name}": value for name, value in secrets.items()},
        }
        failed: StepError | None = None
        for number, step in enumerate(steps):
            condition = step.get("if", "")
            if not self._holds(condition, context) or (failed and "always()" not in condition):
                continue
            made = known[step.get("id", f"step {number}")] = Step()
            if "uses" in step:
                settings = {name: fill_in(str(value), context) for name, value in step.get("with", {}).items()}
                variables = {name: fill_in(str(value), context) for name, value in step.get("env", {}).items()}
                made.outputs = self._uses(step["uses"], settings, variables)
            else:
                try:
                    made.outputs = self._run(step, context)
                except StepError as fault:
                    failed = failed or fault
            for name, value in made.outputs.items():
                context[f"steps.{step.get('id')}.outputs.{name}"] = value
        if failed:
            raise failed
        return known

    def _holds(self, condition: str, context: Mapping[str, str]) -> bool:
        for part in filter(None, map(str.strip, condition.split("&&"))):
            unequal = UNEQUAL.fullmatch(part)
            if unequal and context.get(unequal[1], "") == unequal[2]:
                return False
            if not unequal and part != "always()" and not context.get(part):
                return False
        return True

    def _run(self, step: Mapping[str, Any], context: Mapping[str, str]) -> dict[str, str]:
        output, summary = self.temp / "output", self.temp / "summary"
        output.write_text("")
        summary.write_text("")
        given = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_REPOSITORY": self.name,
            "GITHUB_RUN_NUMBER": str(self.run_number),
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
            "PIP_NO_INDEX": "1",
            **self.environment,
            **{name: fill_in(str(value), context) for name, value in step.get("env", {}).items()},
        }
        folder = fill_in(step.get("working-directory", ""), context)
        ran = subprocess.run(
            [*BASH, fill_in(step["run"], context)],
            cwd=self.workspace / folder,
            env=given,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        self.log += ran.stdout + ran.stderr
        self.summary += summary.read_text(encoding="utf-8")
        if ran.returncode:
            raise StepError(f"{step.get('name')}: {ran.returncode}\n{ran.stdout}{ran.stderr}")
        return dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())

    def _uses(self, used: str, settings: dict[str, str], variables: dict[str, str]) -> dict[str, str]:
        name = used.split("@", maxsplit=1)[0]
        kept = self.home / "cache" / settings.get("key", "")
        match name:
            case "actions/checkout":
                shutil.copytree(self.repository, self.workspace, dirs_exist_ok=True, symlinks=True)
            case "actions/setup-python":
                return {"python-path": str(self._python()), "python-version": sys.version.split()[0]}
            case "actions/cache/restore":
                if kept.is_dir():
                    shutil.copytree(kept, settings["path"], symlinks=True, copy_function=link)
                    return {"cache-hit": "true"}
            case "actions/cache/save":
                shutil.copytree(settings["path"], kept, symlinks=True, copy_function=link)
            case "actions/upload-artifact":
                self.artifacts[settings["name"]] = Path(settings["path"])
            case "classroom-resources/autograding-grading-reporter":
                self.reported = report(settings["runners"], variables)
            case _:
                return self._action(self.actions[used], settings)
        return {}

    def _python(self) -> Path:
        python = self.home / "python"
        (action,) = self.actions.values()
        base = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
        root = Path(__file__).parents[3]
        texts = {"root": str(root), "base": str(base), "requirements": str(action / "requirements.txt")}
        python.write_text(PYTHON.format(python=sys.executable, **texts), encoding="utf-8")
        python.chmod(0o755)
        return python

    def _action(self, folder: Path, settings: dict[str, str]) -> dict[str, str]:
        said = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
        inputs = {name: one.get("default", "") for name, one in said["inputs"].items()} | settings
        known = self._steps(said["runs"]["steps"], inputs, folder, {})
        context = {
            f"steps.{name}.outputs.{output}": value
            for name, step in known.items()
            for output, value in step.outputs.items()
        }
        return {name: fill_in(one["value"], context) for name, one in said["outputs"].items()}


def fill_in(text: str, context: Mapping[str, str]) -> str:
    """Return a text with its expressions filled in; what is not known is empty, as GitHub has it."""
    return EXPRESSION.sub(lambda found: context.get(found[1], ""), text)


def report(runners: str, variables: Mapping[str, str]) -> dict[str, Any]:
    """Return what GitHub Classroom's grading reporter makes of its input, as its source does it.

    https://github.com/classroom-resources/autograding-grading-reporter at 43c2d9f: `src/main.js`; what GitHub Classroom
    gets is of `src/notify-classroom.js`, the table in the log of `src/helpers/test-helpers.js`.
    """
    results = [json.loads(base64.b64decode(variables[f"{one.strip().upper()}_RESULTS"])) for one in runners.split(",")]
    total = 0.0
    for one in results:
        for test in one["tests"]:
            total += test["score"]
    table = [
        sum(test["status"] == "pass" for test in one["tests"]) / len(one["tests"]) * one["max_score"] for one in results
    ]
    failed = [status for status in ("fail", "error") if any(one["status"] == status for one in results)]
    most = sum(one["max_score"] for one in results)
    return {"points": total, "most": most, "table": sum(table), "failed": failed[:1], "results": results}
