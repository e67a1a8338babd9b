"""The text of a module file: what it defines, and why Python 3 cannot read it."""

from __future__ import annotations

import pytest

from autograder.submissions.module_file import SOURCE_MAX, read_text

CODE = '''
import os


@decorated
def first(x):
    """Do it."""
    return x


if os.name:
    def second(): pass


class Model(object):
    def loss(self):
        return 1

    def loss(self):
        return 2


def sample(self): return 3
'''


def read(text):
    return read_text("cs231n/a.py", "found/a.py", text if isinstance(text, bytes) else text.encode())


def test_a_function_is_cut_with_its_decorators_and_a_method_is_moved_to_the_left():
    module = read(CODE)
    assert module.cut("first").text == '@decorated\ndef first(x):\n    """Do it."""\n    return x'
    assert (module.cut("first").first, module.cut("second").first) == (5, 12)
    assert module.cut("loss", "Model").text == "def loss(self):\n    return 2"
    assert module.cut("sample", "Model").text == "def sample(self): return 3"
    assert module.cut("third") is None


@pytest.mark.parametrize(
    "body",
    ["pass", "'text'", "raise NotImplementedError", "raise NotImplementedError('f: replace this')", "return",
     "a, b = None, None\n    pass\n    return a, b"],
)  # fmt: skip
def test_a_stub_is_not_written(body):
    assert not read(f"def f(x):\n    {body}\n").cut("f").written


@pytest.mark.parametrize("body", ["return x + 1", "raise ValueError", "a = x.copy()\n    return a", "print(x)"])
def test_what_does_something_is_written(body):
    assert read(f"def f(x):\n    {body}\n").cut("f").written


@pytest.mark.parametrize(
    ("text", "line", "mend"),
    [
        ("x = 1\nprint 'x'\n", 2, "write print with parentheses"),
        ("print x\n", 1, "write print with parentheses"),
        ("exec 'x'\n", 1, "write exec with parentheses"),
        ("if 1:\n        x = 1\n\ty = 2\n", 3, "indent with spaces only"),
        ("raise ValueError, 'x'\n", 1, "write raise Error(text)"),
        ("try:\n    pass\nexcept IOError, e:\n    pass\n", 3, "write except Error as name"),
        ("if 1 <> 2: pass\n", 1, "write != for <>"),
        ("x = `1`\n", 1, "write repr(x)"),
        ("x = 0777\n", 1, "without leading zeros"),
        ("x = 1L\n", 1, "without an L behind them"),
        ("<<<<<<< HEAD\nx = 1\n", 1, "keep one of the two versions"),
        ("def f():\nreturn 1\n", 2, "mend the indentation"),
        ("x = (\n", 1, "mend this line"),
        ("return 1\n", 1, "mend this line"),
        ("# \u5faa\u73af\nx = 1\n".encode("gbk"), 1, "save the file as UTF-8"),
        ("x = 1\n".encode("utf-16"), 1, "save the file as UTF-8"),
        (b"# coding: rot13\nx = 1\n", 1, "save the file as UTF-8"),
        (b"# coding: utf-7\nx = 1\n", 1, "save the file as UTF-8"),
        (b"# coding: nonsense\nx = 1\n", 1, "save the file as UTF-8"),
    ],
)
def test_what_python_3_cannot_read_is_told_with_file_line_and_how_to_mend_it(text, line, mend):
    module = read(text)
    assert str(module.fault).startswith(f"cs231n/a.py, line {line} is no")
    assert mend in str(module.fault)
    assert "\n" not in str(module.fault)
    assert module.cut("f") is None


@pytest.mark.parametrize(
    "data", ["\ufeffx = 'ö'\r\ny = 1\r".encode(), "# coding: latin-1\nx = 'ö'\ny = 1".encode("latin-1")]
)
def test_encodings_that_are_named_and_line_ends_of_other_systems_are_read(data):
    module = read(data)
    assert module.fault is None
    assert "x = 'ö'\ny = 1" in module.text


@pytest.mark.parametrize(
    "text", ["a" + ".a" * 90_000, "-" * 190_000 + "1", "(" * 90_000, "if 1: pass\n" + "elif 1: pass\n" * 2000,
             "x" * (SOURCE_MAX + 1), "x = " + "9" * 150_000, "\0"]
)  # fmt: skip
def test_text_made_to_be_hard_to_read_does_no_harm(text):
    module = read(text)
    assert module.names == set()


def test_a_file_is_parsed_and_not_compiled_which_could_take_any_memory():
    levels = 30  # more than Python compiles; it doubles the code of a finally block at each
    lines = [" " * level + "try: x\n" + " " * level + "finally:\n" + " " * level + " x" for level in range(levels)]
    module = read("def f(x):\n return 1\n" + "\n".join(lines))
    assert module.fault is None
    assert module.cut("f").last == 2


def test_what_stands_in_a_wrong_place_is_told_though_it_parses():
    module = read("def f(x):\n    return x\nfor i in ():\n    break\nif 1:\n    continue\nreturn 1\n")
    assert str(module.fault).startswith(
        "cs231n/a.py, line 6 is no Python 3 (continue in a wrong place): mend this line"
    )


def test_imports_are_told_by_all_parts_of_their_names():
    text = "import a.b as c\nfrom .d import e\nfrom f.g import *\ndef h():\n    import i\n"
    assert read(text).imports == {"a", "b", "d", "e", "f", "g", "*", "i"}
