"""Makes the pictures that README and docs show: ``make pictures``, or ``python -m docs.make_pictures``.

The demo marks its class in a temporary folder. Chromium then opens what people would open: a hand-in in JupyterLab,
its feedback page, and the class report. Each is kept in light and in dark, cut to what matters. So the pictures are
of what the kit shows now; make them again when it has changed.

Chromium is the system's (``chromium``, ``chromium-browser`` or ``google-chrome``), or else the one that
``playwright install chromium`` has fetched.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat
from nbclient import NotebookClient
from PIL import Image
from playwright.sync_api import Error, FloatRect, Page, ViewportSize

from autograder.course.cells import grade_id
from autograder.course.paths import KIT_ROOT
from benchmarks.chromium import NoChromium, chromium
from docs import walkthrough

PICTURES = KIT_ROOT / "docs" / "pictures"
ASSIGNMENT = "rnn_captioning"
# The folder of the walk-through's course.
WALKTHROUGH = "walkthrough"
# The student whose mistake makes the same story in all pictures, the problem that it is in, and the cells that say it.
STUDENT, PROBLEM = "dana", "word_embedding_backward"
NEEDED = ("setup", "tools", "word_embedding_forward", PROBLEM, f"test_{PROBLEM}")
# Of the browser's window, in CSS pixels: JupyterLab draws no cell below it.
HEIGHT = 1200
# A picture has twice as many pixels, for sharp text.
SCALE = 2
# Text of one page needs few colours; a PNG of 64 has a third of the bytes.
COLOURS = 64
MOST_BYTES = 120_000
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


class PictureError(Exception):
    """A picture cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class Shot:
    """One picture.

    Attributes:
        name: Its file's name, without the ending.
        address: What the browser opens.
        window: The width of the browser's window, in CSS pixels.
        part: The CSS selector of the element that is shown.
        height: Of the picture, from the element's upper edge, in CSS pixels; less when the element ends before.
        clicked: The CSS selector of what is clicked before, if anything.
    """

    name: str
    address: str
    window: int
    part: str
    height: int
    clicked: str = ""


def make_class(course: Path) -> None:
    """Run the demo in a folder of its own, as `make demo` does in a clone.

    Raises:
        PictureError: The demo failed.
    """
    shutil.copy(KIT_ROOT / "nbgrader_config.py", course)
    for name in ("source", "cs231n"):
        shutil.copytree(KIT_ROOT / name, course / name, ignore=shutil.ignore_patterns("__pycache__"))
    demo = subprocess.run(
        [sys.executable, "-m", "autograder.demo"],
        cwd=course,
        env=environment(course),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if demo.returncode:
        raise PictureError(f"the demo ended with exit code {demo.returncode}:\n{demo.stdout[-2000:]}")


def type_walkthrough(course: Path) -> None:
    """Type the walk-through into a folder of its own.

    Raises:
        PictureError: It did not come to its end.
    """
    (course / WALKTHROUGH).mkdir()
    said: list[str] = []
    walkthrough.type_page(course / WALKTHROUGH, environment(course), lambda _box, printed: said.append(printed))
    if not (course / WALKTHROUGH / walkthrough.COURSE / "classroom" / "reports").is_dir():
        raise PictureError(f"the walk-through did not come to its end:\n{said[-1][-2000:] if said else ''}")


def environment(course: Path) -> dict[str, str]:
    """Return what programs run with: this kit, the public salt, and settings of Jupyter's that are nobody's."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("AUTOGRADER_", "JUPYTER_"))}
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    folders = {f"JUPYTER_{kind}_DIR": str(course / "jupyter" / kind.lower()) for kind in ("CONFIG", "DATA", "RUNTIME")}
    return mine | folders | {"PYTHONPATH": str(KIT_ROOT), "PATH": programs}


def worked_on(course: Path) -> Path:
    """Return a notebook with the cells that the picture shows, as they are when the student has run them."""
    handed_in = course / "classroom" / "submitted" / STUDENT / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(handed_in, as_version=4)
    names = [grade_id(cell) for cell in notebook.cells]
    first, last = names.index(PROBLEM) - 1, names.index(f"test_{PROBLEM}")
    needed = [cell for cell, name in zip(notebook.cells[:first], names, strict=False) if name in NEEDED]
    notebook.cells = [*needed, *notebook.cells[first : last + 1]]
    client = NotebookClient(
        notebook, allow_errors=True, kernel_name="python3", resources={"metadata": {"path": str(course)}}
    )
    client.execute(env=environment(course), stderr=subprocess.DEVNULL)
    notebook.cells = notebook.cells[len(needed) :]
    target = course / "work" / f"{ASSIGNMENT}.ipynb"
    target.parent.mkdir()
    nbformat.write(notebook, target)
    return target


@contextlib.contextmanager
def jupyterlab(course: Path) -> Iterator[str]:
    """Serve a course's folder in JupyterLab, which follows the browser's colour scheme; yields its address and token.

    Raises:
        PictureError: The server ended before it said where it is.
    """
    themes = course / "jupyter" / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    themes.mkdir(parents=True)
    (themes / "themes.jupyterlab-settings").write_text('{"adaptive-theme": true}', encoding="utf-8")
    (themes / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}', encoding="utf-8")
    # It says its address at every level of its log, and little else that would fill the pipe.
    options = ("--no-browser", "--allow-root", "--ServerApp.port=0", "--log-level=ERROR")
    command = [sys.executable, "-m", "jupyterlab", *options]
    with subprocess.Popen(
        command, cwd=course, env=environment(course), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stderr is not None
        try:
            said = []
            for line in server.stderr:
                said.append(line)
                if found := re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", line):
                    yield found[0]
                    return
            raise PictureError(f"JupyterLab did not start:\n{''.join(said[-20:])}")
        finally:
            server.terminate()


def shots(course: Path, lab: str, notebook: Path) -> list[Shot]:
    """Return the pictures to make of a marked class."""
    classroom, typed = course / "classroom", course / WALKTHROUGH / walkthrough.COURSE / "classroom"
    feedback = classroom / "feedback" / STUDENT / ASSIGNMENT / f"{ASSIGNMENT}.html"
    report = classroom / "reports" / ASSIGNMENT / "class.html"
    opened = lab.replace("/lab?", f"/doc/tree/{notebook.relative_to(course).as_posix()}?")
    return [
        Shot("notebook", opened, 1000, ".jp-Notebook", 845, clicked=".jp-CodeCell .cm-content >> nth=0"),
        Shot("feedback", feedback.as_uri(), 1200, f"#{PROBLEM}", 560),
        Shot("report", report.as_uri(), 1280, "body", 900),
        Shot("walkthrough-feedback", typed.joinpath("feedback/chen/columns/columns.html").as_uri(), 900, "body", 760),
        Shot("walkthrough-report", typed.joinpath("reports/columns/class.html").as_uri(), 900, "body", 760),
    ]


def file_of(shot: Shot, scheme: Scheme) -> str:
    """Return the name of a picture's file."""
    return f"{shot.name}{'-dark' if scheme == 'dark' else ''}.png"


def take(page: Page, shot: Shot) -> bytes:
    """Open an address and return the picture of its part, as a PNG.

    Raises:
        PictureError: The part is not there.
    """
    page.goto(shot.address, wait_until="networkidle")
    part = page.locator(shot.part).first
    try:
        part.wait_for()
        if shot.clicked:
            page.locator(shot.clicked).click()
    except Error as fault:
        raise PictureError(f"{shot.name}: {shot.address} does not show {shot.part}: {fault}") from fault
    box = part.bounding_box()
    assert box is not None, "it was waited for until it was seen"
    cut: FloatRect = {**box, "height": min(shot.height, box["height"])}
    return page.screenshot(full_page=True, clip=cut)


def small(png: bytes, name: str) -> bytes:
    """Return a picture with few colours.

    Raises:
        PictureError: It is still too large for a page that loads at once.
    """
    written = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    if written.tell() > MOST_BYTES:
        raise PictureError(
            f"{name}: {written.tell()} bytes, at most {MOST_BYTES} are right for README: show less of it"
        )
    return written.getvalue()


def draw(course: Path, target: Path) -> list[Path]:
    """Make all pictures of a course in which the demo has been run; return their files."""
    made = []
    with jupyterlab(course) as lab, chromium() as browser:
        for shot in shots(course, lab, worked_on(course)):
            for scheme in SCHEMES:
                window: ViewportSize = {"width": shot.window, "height": HEIGHT}
                page = browser.new_page(viewport=window, device_scale_factor=SCALE, color_scheme=scheme)
                file = target / file_of(shot, scheme)
                file.write_bytes(small(take(page, shot), file.name))
                page.close()
                made.append(file)
    return made


def main() -> int:
    """Make the pictures anew and name them."""
    PICTURES.mkdir(exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            make_class(Path(folder))
            type_walkthrough(Path(folder))
            for file in draw(Path(folder), PICTURES):
                print(f"{file.relative_to(KIT_ROOT)}: {file.stat().st_size} bytes")
    except (PictureError, NoChromium) as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
