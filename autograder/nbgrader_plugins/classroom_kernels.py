"""Jupyter servers' kernels: what a class handed in is opened in the sandbox, whichever kernel its notebook names.

``jupyter/jupyter_server_config.json``, installed with this package, names `ClassroomKernels` to the servers of its
environment. It has to lie in ``etc/jupyter`` under this very name: from files in ``jupyter_server_config.d`` Jupyter
takes extensions alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from autograder.course.course import CONFIG, Course
from autograder.marking.sanitise import KERNEL


class ClassroomKernels(AsyncMappingKernelManager):  # type: ignore[misc]
    """Starts stock kernels, but for the folders of a class."""

    async def _async_start_kernel(
        self, *, kernel_id: str | None = None, path: str | None = None, **settings: Any
    ) -> str:
        """Start a kernel for what lies in the folder ``path`` of the server, and return its id."""
        if path is not None and in_classroom(Path(self.cwd_for_path(path))):
            settings["kernel_name"] = KERNEL["name"]
        started: str = await super()._async_start_kernel(kernel_id=kernel_id, path=path, **settings)
        return started

    start_kernel = _async_start_kernel


def in_classroom(folder: Path) -> bool:
    """Return whether a folder belongs to a class: Python would import what students have put there.

    A classroom may be a link to another disk: so both ways to the folder are gone back.
    """
    places = [place for way in (folder, folder.resolve()) for place in (way, *way.parents)]
    return any(place == Course(place.parent).classroom and (place.parent / CONFIG).is_file() for place in places)
