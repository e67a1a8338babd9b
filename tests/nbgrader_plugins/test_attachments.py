"""Of what was handed in, only pictures and plain texts come to lie beside a marked notebook."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from nbgrader.converters import Autograde, GenerateFeedback

from autograder.course.nbgrader_app import ConversionError, load_config, run_converter
from autograder.grading.writer import GradebookWriter
from autograder.nbgrader_plugins.attachments import TEXT_MAX, attachments, sweep

NAME = "arithmetic"
PNG, PDF = b"\x89PNG\r\n\x1a\n" + b"...", b"%PDF-1.7"
FIT = {
    "plot.png": PNG, "images/a plot.PNG": PNG, "images/p.jpg": b"\xff\xd8\xff...", "p.jpeg": b"\xff\xd8\xff...",
    "p.gif": b"GIF89a...", "p.webp": b"RIFF\0\0\0\0WEBP...", "notes.txt": b"mine", "README.md": b"# mine",
    "timestamp.txt": b"2026-03-01 12:00:00 UTC", "\u56fe.png": PNG, "Screenshot at 9.41\u202fAM.png": PNG,
}  # fmt: skip
UNFIT = {
    # run by whoever starts a kernel beside them, or imports anything there
    "ipykernel_launcher.py": b"", "numpy.py": b"", "sitecustomize.py": b"", "cs231n/__init__.py": b"", "x.pth": b"",
    "numpy.cpython-311-x86_64-linux-gnu.so": b"\x7fELF", "numpy.pyc": b"", "a.zip": b"PK",
    # read by whoever imports, or by Jupyter
    "evil.dist-info/entry_points.txt": b"[jupyter_client.kernel_provisioners]", "evil.egg-info/entry_points.txt": b"",
    "share/jupyter/kernels/python3/kernel.json": b"{}", "jupyter_server_config.py": b"", "nbgrader_config.py": b"",
    "jupyter_server_config.json": b"{}", ".ipython/profile_default/startup/notes.txt": b"", ".hidden.txt": b"",
    # hide what is installed
    "numpy/notes.txt": b"", "cs231n/plot.png": PNG, "json/plot.png": PNG,
    # run by a browser
    "arithmetic.html": b"<script>", "plot.svg": b"<svg onload=x>", "script.js": b"", "page.pdf": PDF,
    # not what they are called
    "html.png": b"<script>", "svg.gif": b"<svg>", "page.webp": b"RIFF\0\0\0\0WAVE",
    # not for a terminal
    "a\x1b[2J.txt": b"", "a\u202egnp.txt": b"", "-rf.txt": b"", "a\nb.txt": b"",
    "/".join(["deep" * 20] * 6 + ["a.txt"]): b"", "long.txt": b"x" * (TEXT_MAX + 1), "no_ending": b"",
    "other.ipynb": b"{}",
}  # fmt: skip


def fill(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() or path.is_symlink()}


def test_pictures_and_plain_texts_may_lie_beside_a_notebook(tmp_path):
    fill(tmp_path, FIT)
    assert {str(file.relative_to(tmp_path)) for file in attachments(tmp_path)} == set(FIT)


@pytest.mark.parametrize("name", UNFIT)
def test_what_can_do_something_by_lying_there_may_not(tmp_path, name):
    fill(tmp_path, {name: UNFIT[name]})
    assert attachments(tmp_path) == []


def test_links_may_not(tmp_path):
    secret = fill(tmp_path, {"secret.txt": b"x"}) / "secret.txt"
    folder = tmp_path / "handed"
    folder.mkdir()
    (folder / "a.txt").symlink_to(secret)
    (folder / "b").symlink_to(tmp_path)
    os.link(secret, folder / "c.txt")
    assert attachments(folder) == []


def test_what_earlier_versions_left_is_removed_and_what_is_not_the_students_stays(tmp_path):
    fill(tmp_path, {**FIT, **UNFIT, "arithmetic.ipynb": b"{}", "deep/er/x.py": b""})
    (tmp_path / "link.txt").symlink_to("/")
    sweep(tmp_path, lambda file, folder: file == folder / "arithmetic.ipynb")
    assert names(tmp_path) == {*FIT, "arithmetic.ipynb"}
    assert not (tmp_path / "deep").exists()


@pytest.fixture
def marked(course, tools, scratch):
    """The folder of a marked hand-in, and that of its feedback, of a student who handed in much beside the notebook."""
    fill(tools.write_hand_in(course, student="ada").parent, {**FIT, **UNFIT})
    run_converter(Autograde, load_config(course), NAME)
    run_converter(GenerateFeedback, load_config(course), NAME)
    return course.classroom / "autograded" / "ada" / NAME, course.classroom / "feedback" / "ada" / NAME


def test_nbgrader_copies_nothing_else_and_the_student_has_feedback_whatever_was_handed_in(marked):
    assert [names(folder) for folder in marked] == [{*FIT, "arithmetic.ipynb"}, {*FIT, "arithmetic.html"}]
    assert (marked[1] / "arithmetic.html").read_bytes() != b"<script>"


def test_what_lies_there_from_before_goes_when_either_command_is_run_again(marked, course):
    course.source(NAME).joinpath("given.py").write_text("the instructor's")
    old = {"numpy.py": b"", "given.py": b"the instructor's", "data/x.html": b""}
    for command in (generate_feedback_of_nobody, write_grades):
        for folder in marked:
            fill(folder, old)
        command(course)
        assert [names(folder) for folder in marked] == [
            {*FIT, "arithmetic.ipynb", "given.py"},
            {*FIT, "arithmetic.html"},
        ]


def generate_feedback_of_nobody(course) -> None:
    with pytest.raises(ConversionError, match="No notebooks were matched"):
        run_converter(GenerateFeedback, load_config(course), NAME, "nobody*")


def write_grades(course) -> None:
    with GradebookWriter(course, NAME) as writer:
        writer.sweep()
