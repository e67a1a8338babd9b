"""Students read what is marked and for how much, and nothing by which they could pass a test without the work."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.course.problem import Problem
from autograder.i18n.messages import Message
from autograder.release.marked_page import FILE, Section, costs_nothing, costs_something, looks_with
from autograder.testing.declared import DeclaredTest


def test_the_page_that_tells_what_is_marked_has_every_share_its_sentence_and_no_values(bilingual):
    english, chinese = (
        (bilingual.course.release("arithmetic", language) / FILE).read_text(encoding="utf-8")
        for language in bilingual.languages
    )
    assert '<html lang="en">' in english
    assert '<html lang="zh-CN">' in chinese
    for text in (
        "Doubles random numbers.",
        "Halves 3 numbers.",
        "Return half of x, and a cache.",
        "Marked by a person.",
    ):
        assert text in english
    for text in ("把随机数加倍。", "把 3 个数减半。", "返回 x 的一半，以及缓存。", "人工评分。", "不扣分"):
        assert text in chinese
    assert "<td>2</td><td>Doubles one and two.</td>" in english
    assert 'rowspan="3"' in english
    for secret in ("linspace", "np.", "4.0", "rng", "reference"):
        assert secret not in english


def test_tests_that_rest_on_one_sentence_share_its_row():
    shares = [
        DeclaredTest(Message(title), 1, Message(asks)) for title, asks in (("a", "One."), ("b", "One."), ("c", "Two."))
    ]
    section = Section(Problem("double", 4, "test_double", ("double",), False), shares, [])
    assert [(str(share.title), rows) for share, rows in section.rows] == [("a", 2), ("b", 0), ("c", 1)]


@pytest.mark.parametrize(
    ("backwards", "cell", "earlier", "caches"),
    [
        ((), "return x", [], False),
        (("f_backward",), "out, cache", ["earlier", "caches"], True),
        ((None,), "f(x)", ["earlier"], False),
    ],
    ids=["nothing", "a pair", "a function alone"],
)
def test_what_the_assignment_has_none_of_is_not_promised(backwards, cell, earlier, caches):
    assignment: Any = SimpleNamespace(
        stand_ins=[SimpleNamespace(backward=backward) for backward in backwards],
        notebook=SimpleNamespace(cells=[SimpleNamespace(source=cell)]),
    )
    costs = " ".join(costs_something(assignment, {"returned"}))
    assert [word for word in ("earlier", "caches") if word in costs] == earlier
    assert ("Any kind of cache" in " ".join(costs_nothing(assignment, {"close"}))) == caches


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (set(), []),
        ({"close", "returned"}, ["array operations", "float32", "NaN", "More values"]),
        ({"same"}, ["dictionary"]),
        ({"Layer"}, ["array operations", "float32", "NaN", "More values"]),
    ],
    ids=["nothing", "arrays", "text and lists", "gradients"],
)
def test_of_arrays_and_other_values_is_spoken_where_tests_look_at_some(seen, said):
    assignment: Any = SimpleNamespace(stand_ins=[], notebook=SimpleNamespace(cells=[]))
    text = " ".join([*costs_nothing(assignment, seen), *costs_something(assignment, seen)])
    words = ("array operations", "float32", "dictionary", "NaN", "More values")
    assert [word for word in words if word in text] == said
    assert "progress bars" in text


def test_what_tests_look_with_is_what_they_and_their_shared_modules_import(tmp_path):
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden" / "test_f.py").write_text("from numpy import array\nfrom autograder.testing import same\n")
    (tmp_path / "shared.py").write_text("from autograder.testing import (\n    returned as values,\n)\n")
    assignment: Any = SimpleNamespace(hidden=tmp_path / "hidden", shared_files=lambda: [tmp_path / "shared.py"])
    assert looks_with(assignment) == {"same", "returned"}
