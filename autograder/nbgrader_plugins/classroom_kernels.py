"""Makes Jupyter servers open a class's submissions in the sandbox, whichever kernel a notebook names.

``jupyter/jupyter_server_config.json``, installed with this package, names `ClassroomKernels` to the servers of its
environment. It has to lie in ``etc/jupyter`` under this very name: from files in ``jupyter_server_config.d`` Jupyter
takes extensions alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from autograder.course.course import CONFIG, Course
from autograder.marking.sanitise import KERNEL

if TYPE_CHECKING:
    from jupyter_server.utils import ApiPath


class ClassroomKernels(AsyncMappingKernelManager):
    """Starts stock kernels, except for notebooks in the folders of a class."""

    async def _async_start_kernel(
        self, *, kernel_id: str | None = None, path: ApiPath | None = None, **settings: Any
    ) -> str:
        """Start a kernel for what lies in the folder ``path`` of the server, and return its id."""
        # The name in the notebook is the student's to choose, so it must not decide.
        if path is not None and in_classroom(Path(self.cwd_for_path(path))):
            settings["kernel_name"] = KERNEL["name"]
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
