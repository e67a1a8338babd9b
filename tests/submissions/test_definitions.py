"""What a cell defines is told from its text."""

from __future__ import annotations

import re

import pytest

from autograder.submissions.definitions import compiles, definitions, unreadable


def names(source: str) -> list[str]:
    return [found.name for found in definitions(source)]


@pytest.mark.parametrize(
    ("source", "defined"),
    [
        ("def f(): pass", ["f"]),
        ("async def f(): pass", ["f"]),
        ("f = g = lambda x: x", ["f", "g"]),
        ("if True:\n    def f(): pass\nelse:\n    def g(): pass", ["f", "g"]),
        ("try:\n    import x\nexcept ImportError:\n    def f(): pass", []),
        ("@method_of(Model)\ndef loss(self): pass", ["Model.loss"]),
        ("def loss(self): pass", ["loss"]),
        ("Model.loss = loss", ["Model.loss"]),
        ("class Model(Model):\n    def loss(self): pass", ["Model", "Model.loss"]),
        ("def outer():\n    def f(): pass", ["outer"]),
        ("loss, grads = model.loss()", []),
        ("%matplotlib inline\n!ls\ndef f(): pass", ["f"]),
        ("%%time\ndef f(): pass", ["f"]),
        ("x = (5\n     % 3)\ndef f(): pass", ["x", "f"]),
        ("def f(:\n    broken", ["f"]),
        ("@method_of(Model)\ndef loss(self:\n", ["Model.loss"]),
        ("print 'two'\ndef f(): pass", ["f"]),
    ],
)
def test_names_at_the_top_level_are_found(source, defined):
    assert names(source) == defined


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("def f():\n    raise NotImplementedError('f: replace this line')", False),
        ("def f():\n    '''Doc.'''\n    raise NotImplementedError", False),
        ("def f():\n    '''Doc.'''", False),
        ("def f():\n    pass", False),
        ("def f():\n    return 1", True),
        ("def f():\n    x = 1\n    raise NotImplementedError", True),
    ],
)
def test_a_stub_is_told_from_what_was_written(source, written):
    assert [found.written for found in definitions(source)] == [written]


def test_layout_and_comments_change_no_meaning():
    one, other = definitions("def f(x):\n    return x  # same"), definitions("def f( x ):\n\n    return (x)")
    assert one[0].text == other[0].text
    assert one[0].text != definitions("def f(x):\n    return -x")[0].text


@pytest.mark.parametrize(
    ("source", "runs"),
    [
        ("x = 1", True),
        ("    x = 1", True),
        ("%time x", True),
        ("await x", True),
        ("    return x", False),
        ("x = (", False),
    ],
)
def test_what_runs_in_jupyter_compiles(source, runs):
    assert compiles(source) is runs


@pytest.mark.parametrize(
    "source",
    ["x = " + "-" * 3000 + "1", "x = " + "(" * 3000, "x\0y", "if x: pass\n" + "elif x: pass\n" * 4000, "@a\n" * 60_000],
    ids=["deep", "brackets", "nul", "chain", "decorators"],
)
def test_code_that_is_hard_to_parse_stops_nothing(source):
    assert all(isinstance(found.text, str) for found in definitions(source))
    assert compiles(source) in (True, False)


def test_a_cell_is_parsed_and_not_compiled_which_could_take_any_memory():
    levels = 30  # more than Python compiles; it doubles the code of a finally block at each
    lines = [" " * level + "try: x\n" + " " * level + "finally:\n" + " " * level + " x" for level in range(levels)]
    assert compiles("\n".join(lines))


@pytest.mark.parametrize(
    ("source", "runs"),
    [
        ("return x", False),
        ("    return x", False),
        ("if x:\n    break", False),
        ("for x in y:\n    pass\nelse:\n    continue", False),
        ("for x in y:\n    def f():\n        break", False),
        ("class A:\n    return x", False),
        ("while x:\n    for y in z:\n        pass\n    else:\n        break", True),
        ("async def f():\n    try:\n        return x\n    except E:\n        return y", True),
        ("await x", True),
    ],
)
def test_what_parses_but_stands_in_a_wrong_place_does_not_run(source, runs):
    assert compiles(source) == runs


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f():\n    return 1", None),
        ("  def f(x):\n    return (x\n", r"SyntaxError: .* \(line 2\)"),
        ("%matplotlib inline\nx = 1", None),
        ("%%time\ndef f():\nreturn 1", r"IndentationError: .* \(line 3\)"),
        ("x = 1\nreturn x", r"SyntaxError: outside its block \(line 2\)"),
        ("(" * 10_000, r"\w+Error.*"),
    ],
)
def test_what_keeps_python_from_reading_a_cell_is_told_with_its_line(source, said):
    found = unreadable(source)
    assert found is said if found is None or said is None else re.fullmatch(said, found)


def test_what_a_name_means_is_told_without_layout_and_of_the_statement_alone():
    one, other = definitions("ü = 'ä'; f = lambda x: x; y = 1")[1], definitions("f = lambda   x: x  # y")[0]
    assert one.means == "f = lambda x: x"
    assert one.text == other.text
    method = definitions("class A:\n    @late\n    def f(self):\n        return 1\n")[1]
    assert method.means == "@late\ndef f(self):\n    return 1"


@pytest.mark.parametrize(
    "source",
    [
        "a = 1;" * 300,
        "a.b = 1; " * 300,
        "f=" * 300 + "1",
        "def f(): 1\n" * 300,
        "def f(): 1\n" * 300 + "(",
        "if x: a = 1\n" * 300,
    ],
)
def test_what_is_told_of_a_cell_takes_no_more_room_than_the_cell(source):
    assert sum(len(found.means) for found in definitions(source)) <= 2 * len(source)


def test_line_ends_of_any_system_end_lines():
    (found,) = [one for one in definitions("class C:\r def f(self):\r  return 1\r") if one.name.endswith("f")]
    assert found.written
