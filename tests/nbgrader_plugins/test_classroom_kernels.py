"""A folder belongs to a class by where it lies, whatever students have put there."""

from __future__ import annotations

import asyncio
import os
from typing import Any

import pytest
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager

from autograder.course.course import find_course
from autograder.marking.sanitise import KERNEL
from autograder.nbgrader_plugins.classroom_kernels import ClassroomKernels, in_classroom


def test_a_configuration_that_was_handed_in_makes_no_course(course):
    folder = course.submitted / "ada" / "arithmetic"
    for place in (folder, folder.parent):
        place.mkdir(parents=True, exist_ok=True)
        (place / "nbgrader_config.py").write_text("raise SystemExit('run as the person who marks')")
    assert find_course(folder) == course
    assert in_classroom(folder)
    assert not in_classroom(course.root / "source")


def test_a_classroom_on_another_disk_is_one(course, tmp_path):
    disk = tmp_path / "disk"
    course.classroom.rename(disk)
    course.classroom.symlink_to(disk)
    assert in_classroom(course.submitted / "ada")


@pytest.mark.parametrize(
    ("folder", "expected"), [("classroom/submitted/ada/arithmetic", KERNEL["name"]), ("source/arithmetic", "chosen")]
)
def test_the_name_in_a_notebook_decides_outside_a_classroom_only(course, monkeypatch, folder, expected):
    asked = []

    async def start(_self, *, kernel_id=None, path=None, **settings):
        asked.append(settings["kernel_name"])
        return "id"

    monkeypatch.setattr(AsyncMappingKernelManager, "_async_start_kernel", start)
    (course.root / folder).mkdir(parents=True, exist_ok=True)
    kernels = ClassroomKernels(root_dir=str(course.root))
    assert asyncio.run(kernels.start_kernel(path=folder, kernel_name="chosen")) == "id"
    assert asked == [expected]


def test_a_source_notebook_finds_the_packages_of_its_assignment_in_front_of_others(course, monkeypatch):
    asked = []

    async def start(_self, *, kernel_id=None, path=None, **settings):
        asked.append(settings.get("env", {}).get("PYTHONPATH"))
        return "id"

    monkeypatch.setattr(AsyncMappingKernelManager, "_async_start_kernel", start)
    own = course.assignments / "arithmetic" / "packages" / "cs231n"
    own.mkdir(parents=True)
    kernels: Any = ClassroomKernels(root_dir=str(course.root))
    for folder, env in (
        ("source/arithmetic", {"PYTHONPATH": "/mine"}),
        ("source/arithmetic", {"HOME": "/"}),
        ("release/arithmetic", {"HOME": "/"}),
    ):
        asyncio.run(kernels.start_kernel(path=folder, kernel_name="chosen", env=env))
    assert asked == [f"{own.parent}{os.pathsep}/mine", str(own.parent), None]
