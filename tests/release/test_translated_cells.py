"""A translation whose English has changed since is refused until it is touched, or said to hold."""

from __future__ import annotations

import nbformat
import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.release.release import StaleError, check_current, release
from autograder.release.translated_cells import confirm, digests_file, is_recorded, outdated, record
from autograder.release.translation_check import TwinError, check_twins

FAULT = (
    "title: the English changed since zh-CN was last touched; change that, or say that it still holds: "
    "`autograder release arithmetic --translation-holds title`"
)


@pytest.fixture
def recorded(bilingual):
    """The tiny assignment, whose texts are recorded as they are."""
    record(bilingual)
    return bilingual


def written(assignment, **texts):
    """Return the assignment with other texts in some cells, by their ids with underscores."""
    notebook = nbformat.read(assignment.notebook_file, as_version=4)
    for cell in notebook.cells:
        cell.source = texts.get(cell.id.replace("-", "_"), cell.source)
    nbformat.write(notebook, assignment.notebook_file)
    return Assignment(assignment.course, assignment.name)


def test_what_is_recorded_is_up_to_date_and_recording_again_writes_nothing(recorded):
    assert is_recorded(recorded)
    before = digests_file(recorded).stat().st_mtime_ns
    record(recorded)
    assert digests_file(recorded).stat().st_mtime_ns == before
    assert list(outdated(recorded)) == []


def test_english_that_changed_alone_is_named_with_what_to_do(recorded):
    changed = written(recorded, title="# Arithmetic, newly told")
    assert list(outdated(changed)) == [FAULT]
    with pytest.raises(TwinError, match="title: the English changed since zh-CN was last touched"):
        check_twins(changed)


@pytest.mark.parametrize(
    "texts",
    [{"title": "# Told anew", "title_zh": "# 新的运算"}, {"title_zh": "# 新的运算"}, {"title": "#   Arithmetic\n"}],
    ids=["both changed", "the translation alone", "blanks"],
)
def test_a_translation_that_was_touched_is_recorded_anew(recorded, texts):
    changed = written(recorded, **texts)
    assert list(outdated(changed)) == []
    record(changed)
    assert is_recorded(changed)


def test_an_author_may_say_that_a_translation_holds_which_is_recorded_for_that_pair_alone(recorded):
    changed = written(recorded, title="# Arithmetic!", scheme="### How it's marked")
    confirm(changed, ["title"])
    assert [line.split(":")[0] for line in outdated(changed)] == ["scheme"]


def test_a_pair_that_there_is_not_is_named(recorded):
    with pytest.raises(CourseError, match=r"no text cells of .* have the pair 'tittle'"):
        confirm(recorded, ["tittle"])


def test_the_mark_scheme_is_for_staff_and_needs_no_translation(recorded):
    text = "### How it is marked\n### BEGIN MARK SCHEME\nAnother reason.\n### END MARK SCHEME"
    assert list(outdated(written(recorded, scheme=text))) == []


@pytest.mark.parametrize("content", ["[1]", '{"zh-CN": {"title": ["a"]}}', '{"zh-CN": {"title": ["a", "b", "c"]}}'])
def test_a_file_that_is_damaged_is_named(recorded, content):
    digests_file(recorded).write_text(content)
    with pytest.raises(CourseError, match=r"text_cells.json is damaged .*: take it out"):
        list(outdated(recorded))


@pytest.mark.usefixtures("leaks_elsewhere")
def test_release_refuses_what_changed_alone_takes_the_authors_word_and_check_asks_for_a_record(recorded):
    release(recorded)
    changed = written(recorded, title="# Arithmetic!")
    with pytest.raises(TwinError):
        release(changed)
    release(changed, holds=["title"])
    check_current(changed)
    both = written(changed, title="# Anew", title_zh="# 新的运算")
    with pytest.raises(StaleError, match=r"text_cells\.json: texts were written anew since"):
        check_current(both)
