"""The whole way in a browser: a student works and hands in, a person marks, the student reads what came of it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Locator, Page, Response, expect

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.nbgrader_app import load_config
from autograder.course.paths import KIT_ROOT
from benchmarks.chromium import NAMES, program
from tests.support.jupyter import Server, served

NAME = "rnn_captioning"
pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(program() is None, reason=f"needs Chromium, found as {' or '.join(NAMES)}"),
]
SECONDS = 120
# Nothing is asked of other servers.
QUIET = ("--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",)
NEWS = "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
ANSWER = "Nothing is learned from what follows the end."
# As nbgrader's Validate says it, before each check and each question.
FAILED = "The following cell failed:"
COMMENT = "Say what happens to the **gradients**, too."
POINTS = 5.5


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A page of its own."""
    opened = browser.new_page(viewport={"width": 1280, "height": 1000})
    opened.set_default_timeout(SECONDS * 1000)
    expect.set_options(timeout=SECONDS * 1000)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Course:
    """A course of its own, with this assignment as it is released."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(KIT_ROOT / "source", root / "source")
    wiring = (KIT_ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    # At the best level that the machine offers.
    (root / "nbgrader_config.py").write_text(wiring + "c.MarkCells.weaker_isolation = True\n", encoding="utf-8")
    made = Course(root)
    autograder(made, {}, "release", NAME)
    return made


@pytest.fixture(scope="module")
def data() -> dict[str, str]:
    """Where the pictures are; making them takes half a minute, once."""
    folders = Assignment(Course(KIT_ROOT), NAME).prepare_data()
    return {variable: str(folder) for variable, folder in folders.items()}


class NotebookPage:
    """A notebook that is open in JupyterLab."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        page.goto(address)
        expect(page.get_by_text("| Idle")).to_be_visible()

    def cell(self, text: str) -> Locator:
        """Return the code cell that has the first line of a text."""
        line = self.page.locator(".cm-line").filter(has_text=text.partition("\n")[0])
        return self.page.locator(".jp-Notebook .jp-CodeCell").filter(has=line).first

    def run(self, text: str) -> Locator:
        """Run the code cell that has a text, wait for its end, and return what it shows."""
        cell = self.cell(text)
        cell.locator(".cm-line").first.click()
        self.page.keyboard.press("Shift+Enter")
        expect(cell.locator(".jp-InputPrompt").first).to_have_text(re.compile(r"\[\d+\]:"))
        return cell.locator(".jp-Cell-outputArea")

    def replace_line(self, line: str, lines: list[str]) -> None:
        """Put lines in the place of one, which stands before them."""
        self.page.locator(".cm-line").filter(has_text=line).click()
        for key in ("End", "Shift+Home"):
            self.page.keyboard.press(key)
        for number, text in enumerate(lines):
            if number:
                self.page.keyboard.press("Enter")
            self.page.keyboard.insert_text(text)

    def answer(self, placeholder: str, text: str) -> None:
        """Write a text cell: click it, and press Enter to edit it."""
        rendered = self.page.locator(".jp-RenderedMarkdown")
        rendered.filter(has_text=placeholder).click()
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".jp-MarkdownCell.jp-mod-active .cm-content")).to_be_focused()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Shift+Enter")
        expect(rendered.filter(has_text=text)).to_be_visible()

    def save(self) -> None:
        self.page.keyboard.press("Control+S")
        expect(self.page.locator(".jp-mod-current.jp-mod-dirty")).to_have_count(0)

    def validate(self) -> str:
        """Press nbgrader's Validate, and return what it says."""
        self.page.get_by_role("button", name="Validate").first.click()
        dialog = self.page.locator(".jp-Dialog").filter(has_text="Validation Results")
        said = dialog.inner_text()
        dialog.get_by_role("button", name="Ok").click()
        return said


def solution(function: str) -> list[str]:
    """Return the lines of a solution's function below its docstring, without their first indentation."""
    notebook = nbformat.read(KIT_ROOT / "solutions" / NAME / f"{NAME}.ipynb", as_version=4)
    cell = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == function)
    body = cell.source.rpartition('"""')[2]
    return [line.removeprefix("    ") for line in body.splitlines() if line.strip()]


def released(course: Course, language: str) -> dict[str, str]:
    """Return the released cells that nbgrader knows, by name."""
    notebook = nbformat.read(course.release(NAME, language) / f"{NAME}.ipynb", as_version=4)
    return {
        cell.metadata["nbgrader"]["grade_id"]: cell.source for cell in notebook.cells if "nbgrader" in cell.metadata
    }


@contextlib.contextmanager
def lab(folder: Path, scratch: Path, data: dict[str, str], **more: str) -> Iterator[Server]:
    """Run JupyterLab in a folder, without the kit beside it."""
    settings = scratch / NEWS
    settings.parent.mkdir(parents=True)
    settings.write_text('{"fetchNews": "false"}')
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with served(folder, scratch, "jupyterlab", QUIET, {**environment, **data, **more}) as server:
        yield server


def autograder(course: Course, data: dict[str, str], *words: str) -> None:
    environment = {**os.environ, **data, "PYTHONPATH": str(KIT_ROOT)}
    command = [sys.executable, "-m", "autograder.cli", *words]
    subprocess.run(command, cwd=course.root, env=environment, check=True, timeout=600)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_from_the_release_to_the_feedback_page(page, course, data, tmp_path, language):
    student = f"student-{language}".lower()
    folder = tmp_path / "student"
    shutil.copytree(course.release(NAME, language), folder)
    with lab(folder, tmp_path / "jupyter", data) as server:
        work(NotebookPage(page, server.page(f"lab/tree/{NAME}.ipynb")), released(course, language))
    handed_in = course.submitted / student / NAME
    handed_in.mkdir(parents=True)
    shutil.copy(folder / f"{NAME}.ipynb", handed_in)
    autograder(course, data, "grade", NAME, "--student", student)
    with lab(course.root, tmp_path / "staff", data, PYTHONPATH=str(KIT_ROOT)) as server:
        mark(page, server, student)
        make_feedback(page, server, student)
    page.goto((course.classroom / "feedback" / student / NAME / f"{NAME}.html").as_uri())
    expect(page.locator(".score strong")).to_have_text(f"{gradebook_score(course, student):g}")
    card = page.locator("#inline_question_masking")
    expect(card.locator("summary")).to_contain_text(f"{POINTS:g} / 8")
    card.evaluate("card => card.open = true")
    expect(card).to_contain_text("Say what happens to the gradients, too.")


def mark(page: Page, server: Server, student: str) -> None:
    """Mark the written question of a hand-in in formgrader, and leave a comment."""
    # Formgrader is opened out of JupyterLab, where one has logged in.
    page.goto(server.page("lab"))
    page.goto(server.page(f"formgrader/gradebook/{NAME}/{NAME}"))
    page.locator("#main-table tr").filter(has_text=student).locator("a:visible").click()
    expect(page.get_by_text("Mark scheme", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("(BEGIN|END) MARK SCHEME"))).to_have_count(0)
    for field, entered, kind in (
        ("#inline_question_masking", str(POINTS), "grade"),
        ("#inline_question_masking-comment", COMMENT, "comment"),
    ):
        with page.expect_response(partial(saves, kind)) as saved:
            page.locator(field).fill(entered)
            page.keyboard.press("Tab")
        assert saved.value.ok


def saves(kind: str, reply: Response) -> bool:
    """Return whether formgrader answered that it saved a ``grade`` or a ``comment``."""
    return reply.request.method == "PUT" and f"/formgrader/api/{kind}/" in reply.url


def make_feedback(page: Page, server: Server, student: str) -> None:
    """Press formgrader's button that makes a student's feedback page."""
    page.goto(server.page(f"formgrader/manage_submissions/{NAME}"))
    row = page.locator("#main-table tr").filter(has_text=student)
    expect(row).to_contain_text("graded")
    row.locator(".generate-feedback a").click()
    expect(page.get_by_text("Successfully generated feedback")).to_be_visible()


def gradebook_score(course: Course, student: str) -> float:
    """Return a student's points in nbgrader's gradebook."""
    with Gradebook(load_config(course).CourseDirectory.db_url) as book:
        points: float = book.find_submission(NAME, student).score
        return points


def work(notebook: NotebookPage, cells: dict[str, str]) -> None:
    """Write one function and the answer, see what is done and what is open, and save."""
    said = notebook.validate()
    assert said.count(FAILED) == 10
    assert "Traceback" not in said
    for cell in ("setup", "tools"):
        notebook.run(cells[cell])
    notebook.replace_line('raise NotImplementedError("rnn_step_forward', solution("rnn_step_forward"))
    notebook.run(cells["rnn_step_forward"])
    expect(notebook.run(cells["test_rnn_step_forward"])).to_contain_text("✓")
    notebook.answer(cells["inline_question_masking"].strip("*"), ANSWER)
    shown = notebook.run('"captioning_loss, gradients",')
    expect(shown).to_contain_text("✓ rnn_step_forward")
    expect(shown).to_contain_text("· rnn_step_backward")
    counted = re.search('counted="(.*)"', cells["check_all"])
    assert counted is not None
    expect(shown).to_contain_text(counted[1].format(passed=1, all=10))
    notebook.save()
    said = notebook.validate()
    assert 'checking("rnn_step_forward")' not in said
    assert said.count(FAILED) == 8
