"""Provides the kernel in which people open marked notebooks: sandboxed as for marking, in a folder of its own.

Marked notebooks name it (`autograder.marking.sanitise.KERNEL`), and Jupyter finds it, because it is installed with this
package: ``jupyter/kernel.json`` names `LiveProvisioner`. Files beside the notebook are neither read nor imported.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from autograder.course.assignment import Assignment, assignment_names
from autograder.course.course import Course, CourseError, find_course
from autograder.course.nbgrader_app import load_config
from autograder.kernel.provisioner import ZygoteProvisioner
from autograder.kernel.sandbox.fork import SandboxError
from autograder.marking.execution.isolation import Isolation, admitted, isolation_for
from autograder.marking.execution.launcher import FORKS
from autograder.nbgrader_plugins.mark_cells import MarkCells


class LiveProvisioner(ZygoteProvisioner):
    """A kernel that a person's Jupyter server asks for."""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Set the level of the sandbox and the folders that it shows. Called before `launch_kernel`.

        Raises:
            SandboxError: This system has no sandbox.
            WeakIsolationError: The machine offers less than the full sandbox, and nobody has accepted that.
        """
        folder = Path(kwargs.pop("cwd", None) or ".")  # the notebook's, which may hold anything
        # In a thread, because trying the sandbox and building data take seconds in which the server has others to
        # serve.
        isolation = await asyncio.to_thread(isolation_of, course_around(folder), folder)
        self.kind = isolation.kind
        self.kernel_spec.env = dict(isolation.variables)
        return await super().pre_launch(**kwargs)


def course_around(folder: Path) -> Course:
    """Return the course that Jupyter was started in, or else the one that a notebook's folder lies in.

    Raises:
        CourseError: There is neither.
    """
    try:
        return find_course()
    except CourseError:
        return find_course(folder)


def isolation_of(course: Course, folder: Path) -> Isolation:
    """Return the sandbox of a course's submissions, for the kernel of a notebook.

    Args:
        course: The course.
        folder: The notebook's. Where it is named like no assignment, as that of a hand-in is, the kernel gets the data
            of all, and of packages of one name the first.
    """
    if not FORKS:
        raise SandboxError("kernels can be shut in on Linux only: read the notebook, or choose another kernel for it")
    level = admitted(None, MarkCells(config=load_config(course)).weaker_isolation)
    names = assignment_names(course)
    meant = [folder.name] if folder.name in names else names
    each = [isolation_for(Assignment(course, name), level) for name in meant]
    packages: dict[str, Path] = {}
    for package in (package for one in each for package in one.packages):
        packages.setdefault(package.name, package)
    return Isolation(
        level,
        tuple(dict.fromkeys(path for one in each for path in one.readable)),
        {name: text for one in each for name, text in one.variables.items()},
        tuple(packages.values()),
        tuple(dict.fromkeys(module for one in each for module in one.modules)),
        course.staff,
    )
