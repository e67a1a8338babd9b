"""A submission is read in a child process: a notebook, or module files, whichever hold more code."""

from __future__ import annotations

import os

import nbformat
import pytest

from autograder.release.module_release import make
from autograder.submissions import read as read_module
from autograder.submissions.checks import IntakeLimits, Rejected
from autograder.submissions.child_process import FORKS
from autograder.submissions.collect import collect
from autograder.submissions.module_notebook import NOT_SUBMITTED
from autograder.submissions.read import RepairedSubmission, read_here, read_submission
from tests.submissions.module_files import BOTH, DOUBLE, FILE, HALVE, sources, write


def test_what_a_child_reads_is_what_this_process_would_read(assignment, hand_in, module_folder, tools):
    damaged = hand_in(double=DOUBLE, edit=lambda notebook: notebook.cells.remove(tools.cell_named(notebook, "setup")))
    assert read_submission(assignment, damaged).mended
    for path in (damaged, module_folder):
        here, there = read_here(assignment, collect(path)), read_submission(assignment, path)
        assert (here.data, here.notebook, here.mended) == (there.data, there.notebook, there.mended)
        assert here.assignment.language == there.assignment.language
        assert (here.modules and here.modules.plan()) == (there.modules and there.modules.plan())


def test_a_refusal_in_the_child_is_one_here_and_can_be_translated(assignment, tmp_path):
    (tmp_path / "ada.ipynb").write_text("%PDF")
    with pytest.raises(Rejected, match=r"ada\.ipynb is not a Jupyter notebook but a PDF") as caught:
        read_submission(assignment, tmp_path / "ada.ipynb")
    assert caught.value.args[0].template == "{name} is not a Jupyter notebook{kind}: {again}"


@pytest.mark.skipif(not FORKS, reason="submissions are read in this process here")
def test_what_takes_too_long_to_read_is_refused(assignment, hand_in, monkeypatch):
    def endless(*_):
        while True:
            pass

    monkeypatch.setattr(read_module, "read_here", endless)
    with pytest.raises(Rejected, match=r"reading arithmetic\.ipynb took more than 0\.1 seconds"):
        read_submission(assignment, hand_in(), IntakeLimits(seconds=0.1))


@pytest.mark.skipif(not FORKS, reason="submissions are read in this process here")
def test_the_code_of_a_submission_is_parsed_in_no_process_of_the_graders(assignment, hand_in, monkeypatch):
    def here(assignment, *_):
        return RepairedSubmission(assignment, str(os.getpid()).encode(), nbformat.v4.new_notebook(), [])

    monkeypatch.setattr(read_module, "read_here", here)
    assert read_submission(assignment, hand_in()).data != str(os.getpid()).encode()


def test_a_path_that_does_not_exist_is_no_submission(assignment, tmp_path):
    with pytest.raises(FileNotFoundError, match="no hand-in"):
        read_submission(assignment, tmp_path / "none")


def test_a_notebook_with_as_much_code_wins_over_files_and_one_without_does_not(assignment, hand_in):
    file = hand_in(double=DOUBLE, halve=HALVE)
    write(file.parent, {FILE: BOTH})
    assert read_submission(assignment, file.parent).modules is None
    hand_in()
    assert read_submission(assignment, file.parent).modules is not None
    hand_in(double=DOUBLE)
    assert "Code was found in a notebook as well" in str(read_submission(assignment, file.parent).modules.notes[-1])


def test_the_provided_package_beside_a_notebook_is_no_hand_in_of_module_files(assignment, course, hand_in):
    file = hand_in(double=DOUBLE)
    provided = (course.release("arithmetic") / FILE).read_text(encoding="utf-8")
    write(file.parent, {FILE: provided})
    assert read_submission(assignment, file.parent).modules is None


def test_an_answer_in_the_notebook_that_came_along_is_shown(assignment, module_folder, course, tools):
    make(assignment, course.release("arithmetic"), course.module_release("arithmetic"))
    notebook = nbformat.read(course.module_release("arithmetic") / "arithmetic.ipynb", as_version=4)
    nbformat.write(notebook, module_folder / "arithmetic.ipynb")
    assert sources(read_submission(assignment, module_folder).notebook)["why"] == NOT_SUBMITTED
    tools.cell_named(notebook, "why").source = "Because of that."
    nbformat.write(notebook, module_folder / "arithmetic.ipynb")
    assert sources(read_submission(assignment, module_folder).notebook)["why"] == "Because of that."


def test_the_notebook_that_checks_module_files_is_no_hand_in_without_them(assignment, course):
    make(assignment, course.release("arithmetic"), course.module_release("arithmetic"))
    with pytest.raises(Rejected, match=rf"only checks what is written in module files: hand in {FILE} with it"):
        read_submission(assignment, course.module_release("arithmetic") / "arithmetic.ipynb")
