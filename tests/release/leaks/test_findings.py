"""A leak is named with its place on one line, and the report says what to do."""

from __future__ import annotations

import pytest

from autograder.release.leaks.findings import (
    EXCERPT,
    MOST,
    Findings,
    Leak,
    LeakError,
    Piece,
    Where,
    leak_report,
    named_cell,
    one_line_excerpt,
)

LEAK = Leak(Where("a.ipynb", "cell 'x' (cell 2)", line=3), "a statement", "y = 1", "Take it out.")


def test_a_place_is_written_from_the_file_to_the_line():
    assert str(Where("a.py")) == "a.py"
    assert str(Where("a.ipynb", "cell 2").within("output 1").within("page").at(4)) == (
        "a.ipynb: cell 2, output 1, page, line 4"
    )
    assert Where("a", line=4).within("metadata").line is None, "the lines of the file are not those of its part"


def test_an_excerpt_is_one_printable_line_and_cut():
    assert one_line_excerpt("a\n  b\x1b[2J") == "a b [2J"
    assert len(one_line_excerpt("x" * 500)) == EXCERPT


def test_a_cell_is_named_by_its_name_and_its_position():
    assert [named_cell("double", 3), named_cell(None, 4)] == ["cell 'double' (cell 3)", "cell 4"]


def test_the_report_has_each_leak_with_its_remedy_and_says_when_there_are_more():
    assert leak_report("week 1", [LEAK]) == (
        "week 1: refused, 1 leak:\n  a.ipynb: cell 'x' (cell 2), line 3: a statement: `y = 1`\n    Take it out."
    )
    report = leak_report("week 1", [LEAK] * (MOST + 2), refused=False)
    assert report.startswith(f"week 1: {MOST + 2} leaks:\n")
    assert report.endswith("\n  and 2 more")
    with pytest.raises(LeakError, match="refused, 1 leak") as raised:
        raise LeakError("week 1", [LEAK])
    assert raised.value.leaks == [LEAK]


def test_findings_have_each_leak_once():
    findings = Findings()
    for _ in range(2):
        findings.add([LEAK, LEAK])
    assert findings.leaks == [LEAK]


def test_prose_is_all_of_a_text_and_of_code_its_comments_and_docstrings():
    text = 'x = 1\n# > a = b\ny = """two\nlines"""\n'
    assert list(Piece(Where("a"), text, code=True).prose()) == [(2, "a = b"), (3, 'y = """two'), (4, 'lines"""')]
    assert [number for number, _ in Piece(Where("a"), text).prose()] == [1, 2, 3, 4]
    assert list(Piece(Where("a"), "<p>x</p>\nbody {").prose()) == []


def test_lines_that_nobody_sees_have_no_number():
    assert Piece(Where("a"), "x\ny").at(2).line == 2
    assert Piece(Where("a"), "x\ny", numbered=False).at(2).line is None
    assert [Piece(Where("a"), "x\n y ").line(number) for number in (2, 9)] == ["y", ""]
