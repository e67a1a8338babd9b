"""Makes Jupyter servers open a class's submissions in the sandbox, whichever kernel a notebook names.

A source notebook, which its author runs, finds the packages of its assignment, as a student's does in the release.

``jupyter/jupyter_server_config.json``, installed with this package, names `ClassroomKernels` to the servers of its
environment. It has to lie in ``etc/jupyter`` under this very name: from files in ``jupyter_server_config.d`` Jupyter
takes extensions alone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from autograder.course.assignment import Assignment
from autograder.course.course import CONFIG, Course, CourseError, find_course
from autograder.marking.sanitise import KERNEL

if TYPE_CHECKING:
    from jupyter_server.utils import ApiPath


class ClassroomKernels(AsyncMappingKernelManager):
    """Starts stock kernels, except for notebooks in the folders of a class; source notebooks find their packages."""

    async def _async_start_kernel(
        self, *, kernel_id: str | None = None, path: ApiPath | None = None, **settings: Any
    ) -> str:
        """Start a kernel for what lies in the folder ``path`` of the server, and return its id."""
        # The name in the notebook is the student's to choose, so it must not decide.
        folder = None if path is None else Path(self.cwd_for_path(path))
        if folder is not None and in_classroom(folder):
            settings["kernel_name"] = KERNEL["name"]
        elif folder is not None and (places := packages_of_source(folder)):
            env = settings.get("env") or os.environ
            known = filter(None, [env.get("PYTHONPATH")])
            settings["env"] = {**env, "PYTHONPATH": os.pathsep.join([*map(str, places), *known])}
        started: str = await super()._async_start_kernel(kernel_id=kernel_id, path=path, **settings)
        return started

    # As jupyter_server itself does: callers use the public name, and its own code the private one.
    start_kernel = _async_start_kernel  # type: ignore[assignment]  # as there


def in_classroom(folder: Path) -> bool:
    """Return whether a folder belongs to a class: Python would import what students have put there.

    A classroom may be a link to another disk, so the parents of both the given and the resolved folder are looked at.
    """
    places = [place for way in (folder, folder.resolve()) for place in (way, *way.parents)]
    return any(place == Course(place.parent).classroom and (place.parent / CONFIG).is_file() for place in places)


def packages_of_source(folder: Path) -> list[Path]:
    """Return the folders in which a source notebook finds its assignment's packages; none for another notebook.

    Args:
        folder: The notebook's.
    """
    try:
        course = find_course(folder)
        below = folder.resolve().relative_to(course.source("").resolve())
        packages = Assignment(course, below.parts[0]).package_folders
    except (CourseError, ValueError, IndexError):
        return []
    return list(dict.fromkeys(package.parent for package in packages.values()))
