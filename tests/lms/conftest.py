"""The tiny course, and a class that has handed in on a course site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.lms.collect import CollectReport, CollectRequest, collect_from
from tests.support.downloads import Student, write


@pytest.fixture
def collect(assignment, tmp_path) -> Callable[..., CollectReport]:
    """Return a function that takes in a download: bytes of a zip, or a folder; other files as bytes, too."""

    def run(site: str, download: bytes | Path, roster: bytes | None = None, **more: Any) -> CollectReport:
        path = download if isinstance(download, Path) else write(tmp_path, "download.zip", download)
        pages = [write(tmp_path, f"times{at}.json", page) for at, page in enumerate(more.pop("times", ()))]
        groups = more.pop("groups", None)
        return collect_from(
            assignment,
            CollectRequest(
                site=site,
                path=path,
                roster=write(tmp_path, "roster.csv", roster) if roster is not None else None,
                times=tuple(pages),
                groups=write(tmp_path, "groups.csv", groups) if groups is not None else None,
                **more,
            ),
        )

    return run


@pytest.fixture
def few() -> list[Student]:
    """Three students; the second is late, the third has handed in nothing."""
    files = {"arithmetic.ipynb": b"ada's", "notes.txt": b"mine"}
    return [
        Student(101, 11, "Ada", "Lovelace", "ada", "s1", files),
        Student(102, 12, "Ben", "Babbage", "ben", "s2", {"arithmetic.ipynb": b"ben's"}, hours=-2),
        Student(103, 13, "Cyd", "Curie", "cyd", "s3"),
    ]


def handed_in(course, student: str) -> dict[str, bytes]:
    """Return the files in a student's folder, by their names."""
    folder = course.submitted / student / "arithmetic"
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
