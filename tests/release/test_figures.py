"""Diagrams are drawn from the assignment's own script, in each language, and lie beside the source notebook."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import nbformat
import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import KIT_ROOT
from autograder.course.solutions import SourceError
from autograder.i18n.languages import catalogue_file
from autograder.release import figures
from autograder.release.release import StaleError, check_current, release

SCRIPT = """
def plus(say):
    return f"<svg xmlns='http://www.w3.org/2000/svg'><title>{say('Add them.')}</title></svg>\\n"

DIAGRAMS = {"plus": plus}
"""


@pytest.fixture
def drawn(bilingual) -> Assignment:
    """An assignment with one diagram, which a text shows in each language."""
    (bilingual.folder / "diagrams.py").write_text(SCRIPT)
    catalogue = catalogue_file(bilingual.folder, "zh-CN", bilingual.name)
    catalogue.write_text(catalogue.read_text() + '\nmsgid "Add them."\nmsgstr "把它们相加。"\n')
    show(bilingual, "title", "\n\n![a plus](figures/plus.svg)")
    show(bilingual, "title-zh", "\n\n![加号](figures/plus.zh-CN.svg)")
    return Assignment(bilingual.course, bilingual.name)


def show(assignment: Assignment, cell_id: str, text: str) -> None:
    notebook = nbformat.read(assignment.notebook_file, as_version=4)
    next(cell for cell in notebook.cells if cell.id == cell_id).source += text
    nbformat.write(notebook, assignment.notebook_file)


@pytest.mark.usefixtures("leaks_elsewhere")
def test_a_release_draws_the_diagrams_of_all_languages(drawn):
    assert figures.stale(drawn)[0] == "source/arithmetic/figures/plus.svg is not as diagrams.py draws it"
    release(drawn)
    assert figures.stale(drawn) == []
    for language in drawn.languages:
        folder = drawn.course.release(drawn.name, language) / "figures"
        assert "<title>Add them.</title>" in (folder / "plus.svg").read_text(encoding="utf-8")
        assert "<title>把它们相加。</title>" in (folder / "plus.zh-CN.svg").read_text(encoding="utf-8")
    check_current(drawn)
    (drawn.course.source(drawn.name) / "figures" / "plus.svg").write_text("<svg/>")
    with pytest.raises(StaleError, match=r"source/arithmetic/figures/plus\.svg is not as diagrams\.py draws it"):
        check_current(drawn)


def test_a_figure_that_is_shown_and_not_there_is_named(drawn):
    show(drawn, "title", "\n\n![x](figures/minus.svg)")
    assignment = Assignment(drawn.course, drawn.name)
    message = r"title shows figures/minus\.svg, which is not in .*arithmetic: put it there, or draw it in diagrams\.py"
    with pytest.raises(SourceError, match=message):
        figures.draw(assignment)
    assert re.search(message, "\n".join(figures.stale(assignment)))


def test_what_is_drawn_already_is_not_written_again(drawn):
    figures.draw(drawn)
    file = drawn.course.source(drawn.name) / "figures" / "plus.svg"
    before = file.stat().st_mtime_ns
    figures.draw(drawn)
    assert file.stat().st_mtime_ns == before


@pytest.fixture(scope="module")
def captioning() -> Assignment:
    """The kit's own assignment."""
    return Assignment(Course(KIT_ROOT), "rnn_captioning")


def test_the_committed_diagrams_are_as_they_are_drawn(captioning):
    assert figures.stale(captioning) == []


def test_the_committed_diagrams_are_small_load_nothing_and_are_told_in_words(captioning):
    folder = captioning.course.source(captioning.name) / "figures"
    files = sorted(folder.iterdir())
    assert len(files) == 8
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert len(text.encode()) < 6_500
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(text).iter()}
        assert tags <= {"svg", "title", "style", "defs", "marker", "path", "rect", "circle", "text", "tspan"}
        assert "href" not in text
        # The only addresses are those of arrowheads within the drawing.
        assert set(re.findall(r"url\((.)", text)) == {"#"}
    shown = re.findall(
        r"!\[([^\]]+)\]\(figures/([^)]+)\)", "".join(cell.source for cell in captioning.source_notebook.cells)
    )
    assert sorted(name for _, name in shown) == [file.name for file in files]
    assert all(len(words) > 50 for words, _ in shown)
