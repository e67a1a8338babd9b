"""A release is refused when the languages of its source do not say the same, and the cell is named."""

from __future__ import annotations

import nbformat
import pytest

from autograder.cli import main
from autograder.course.assignment import Assignment
from autograder.release.release import check_current, release
from autograder.release.translation_check import TwinError, differing, facts_in, text_faults, twin_faults

ENGLISH = """## Title
At most $10^{-8}$ of $W_{\\text{proj}}$, see `f(x)` and [it](https://a.org/b), 50 captions ![p](fig.png).
$$a = \\underbrace{b}_{\\text{from outside}}$$
```
code
```
"""
CHINESE = """## 标题
参见 `f(x)` 和[它](https://a.org/b)，$W_{\\text{proj}}$ 至多 $10^{-8}$，50 句 ![图](fig.png)。
$$a = \\underbrace{b}_{\\text{来自外部}}$$
```
code
```
"""


def faults_of(english: str, chinese: str) -> list[str]:
    return list(differing(facts_in(english), facts_in(chinese)))


def test_twins_may_say_things_in_another_order_and_translate_words_in_formulas():
    assert faults_of(ENGLISH, CHINESE) == []


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("10^{-8}", "10^{-7}", "formula"),
        ("{proj}", "{embed}", "formula"),
        ("b}_", "c}_", "formula"),
        ("`f(x)`", "`f(y)`", "code"),
        ("`f(x)`", "f(x)", "code"),
        ("a.org/b", "a.org/c", "link"),
        ("50", "51", "number"),
        ("fig.png", "fig2.png", "picture"),
        ("\ncode\n", "\nCode\n", "fenced code"),
        ("## ", "### ", "heading"),
    ],
)
def test_what_is_no_language_must_be_the_same(old, new, kind):
    assert old in CHINESE
    assert any(line.startswith(f"the {kind} ") for line in faults_of(ENGLISH, CHINESE.replace(old, new, 1)))


def test_a_picture_may_have_one_for_each_language():
    chinese = facts_in(CHINESE.replace("fig.png", "fig.zh-CN.png"), "zh-CN")
    assert list(differing(facts_in(ENGLISH), chinese)) == []
    assert list(differing(facts_in(ENGLISH), facts_in(CHINESE.replace("fig.png", "fig.de.png"), "zh-CN"))) != []


@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("{name} 的形状是 {shape}，不是 max_length 1e3", None),
        ("{name} 的形状不是 max_length 1e3", "is filled in"),
        ("{name} 的形状是 {shape}，不是 1e3", "lacks 'max_length'"),
        ("{name} 的形状是 {shape}，不是 max_length 1e4", "has '1e4'"),
        ("{name} 的 shape 是 {shape}，不是 max_length 1e3", None),
        ("{name} 的 Gestalt 是 {shape}，不是 max_length 1e3", "has 'Gestalt'"),
    ],
)
def test_names_numbers_and_fields_of_texts_must_be_the_same(translation, fault):
    found = list(text_faults("{name} has shape {shape}, not max_length 1e3", translation))
    assert bool(found) == (fault is not None)
    assert fault is None or any(fault in line for line in found)


def edit(assignment: Assignment, change) -> Assignment:
    notebook = nbformat.read(assignment.notebook_file, as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    change(notebook, cells)
    nbformat.write(notebook, assignment.notebook_file)
    return Assignment(assignment.course, assignment.name)


def untag(_notebook, cells):
    del cells["title"].metadata["language"], cells["title"].metadata["pair"]


def drop(notebook, cells):
    notebook.cells.remove(cells["title-zh"])


def part(notebook, cells):
    notebook.cells.remove(cells["title-zh"])
    notebook.cells.append(cells["title-zh"])


def foreign(_notebook, cells):
    cells["title-zh"].metadata["language"] = "de"


def half(_notebook, cells):
    del cells["title-zh"].metadata["pair"]


def tag_code(_notebook, cells):
    cells["setup"].metadata.update(language="en", pair="setup")


def graded(_notebook, cells):
    cells["why-zh"].metadata["nbgrader"] = dict(cells["why"].metadata["nbgrader"])


def other_number(_notebook, cells):
    cells["title-zh"].source = "# 运算 2"


def untranslated(_notebook, cells):
    cells["double"].source = cells["double"].source.replace("two.", "2.")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (untag, "title: this text has no twin"),
        (drop, "title: it has no cell in zh-CN"),
        (part, "title: its cells do not stand side by side"),
        (foreign, "title-zh: 'de' is none of the assignment's languages"),
        (half, "title-zh: its metadata must have both language and pair"),
        (tag_code, "setup: code has no language"),
        (graded, "why-zh: what nbgrader knows of a pair stands in its English cell"),
        (other_number, "title, zh-CN: the number '2' is not in en"),
        (untranslated, "double, zh-CN: no translation of the docstring 'Return x times 2.'"),
    ],
)
def test_each_fault_names_its_cell(bilingual, change, message):
    found = list(twin_faults(edit(bilingual, change)))
    assert any(line.startswith(message) for line in found), found


def test_a_faulty_source_is_refused_and_the_old_releases_stay(bilingual, capsys):
    assert list(twin_faults(bilingual)) == []
    folders = [bilingual.course.release(bilingual.name, language) for language in bilingual.languages]
    before = [(folder / "arithmetic.ipynb").read_bytes() for folder in folders]
    changed = edit(bilingual, other_number)
    for refused in (release, check_current):
        with pytest.raises(TwinError, match="title, zh-CN"):
            refused(changed)
    assert main(["release", "arithmetic", "--check"]) == 1
    assert "title, zh-CN: the number '2' is not in en" in capsys.readouterr().err
    assert [(folder / "arithmetic.ipynb").read_bytes() for folder in folders] == before


def test_an_assignment_in_one_language_needs_no_twins(assignment):
    assert list(twin_faults(assignment)) == []
