"""Texts that take long to read, if anything about reading them is not linear: of cells, of module files, of answers.

Each function makes one kind of text, of about as many characters as it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

Make = Callable[[Random, int], str]


def repeated(piece: str) -> Make:
    """Return what repeats a piece."""
    return lambda _rng, size: piece * (size // len(piece))


def around(opening: str, middle: str, closing: str) -> Make:
    """Return what puts a piece within others, as deep as the size allows."""

    def make(_rng: Random, size: int) -> str:
        depth = size // (len(opening) + len(closing))
        return opening * depth + middle + closing * depth

    return make


def stairs(line: str, last: str = "pass") -> Make:
    """Return what puts a statement into another one, each on a line that is indented further."""

    def make(_rng: Random, size: int) -> str:
        depth = int((2 * size) ** 0.5)
        return "".join(f"{' ' * level}{line}\n" for level in range(depth)) + " " * depth + last

    return make


def noise(letters: str) -> Make:
    """Return what draws letters."""
    return lambda rng, size: "".join(rng.choices(letters, k=size))


def numbered(piece: str) -> Make:
    """Return what repeats a piece with another number in each."""

    def make(_rng: Random, size: int) -> str:
        return "".join(piece.format(number) for number in range(size // len(piece)))

    return make


def within(before: str, piece: str, after: str) -> Make:
    """Return what repeats a piece between two others."""
    return lambda _rng, size: before + piece * (size // len(piece)) + after


FUNCTION = "def rnn_step_forward(x, prev_h, Wx, Wh, b):\n"
CODE: dict[str, Make] = {
    # many
    "statements_on_a_line": repeated("a=1;"),
    "assignments": numbered("a{0} = {0}\n"),
    "one_name_assigned": repeated("a = 1\n"),
    "lines": repeated("\n"),
    "functions": numbered("def f{0}(): return {0}\n"),
    "one_function_again": repeated("def rnn_forward(): 1\n"),
    "functions_on_lines_of_a_broken_cell": lambda _rng, size: "def f(): 1\n" * (size // 11) + "(",
    "methods": within("class CaptioningRNN:\n", " def loss(self): 1\n", ""),
    "targets": within("", "a=", "1"),
    "attributes_assigned": numbered("a.b{0}=1;"),
    "imports": numbered("import a{0}\n"),
    "stars": repeated("from a import *\n"),
    "decorators": within("", "@f\n", "def g(): 1"),
    "decorators_without_a_function": repeated("@f\n"),
    "decorators_on_a_line": within("@f(", "a,", "b)\ndef g(): 1"),
    "comments": repeated("# a comment\n"),
    "docstrings": repeated('"""doc"""\n'),
    "arguments": lambda _rng, size: f"def f({','.join(f'a{one}' for one in range(size // 7))}): pass",
    "globals": within("def f():\n", " global a\n", " a = 1"),
    "elif": within("if a: 1\n", "elif a: 1\n", ""),
    "conditions": numbered("if a{0}:\n b{0} = a{0}\n"),
    "augmented": numbered("a{0} += 1\n"),
    "with": repeated("with a as b: c = b\n"),
    "lambdas": numbered("f{0} = lambda x=[]: x\n"),
    "breaks": repeated("break\n"),
    "handlers": within("try: 1\n", "except A: 1\n", ""),
    "cases": within("match a:\n", " case 1: 1\n", ""),
    # deep
    "parentheses": around("(", "1", ")"),
    "open_parentheses": repeated("("),
    "brackets_of_three_kinds": around("([{", "1", "}])"),
    "calls": around("f(", "1", ")"),
    "calls_in_a_row": within("f", "()", ""),
    "attributes": within("a", ".b", ""),
    "subscripts": within("a", "[0]", " = 1"),
    "sums": within("1", "+1", ""),
    "powers": within("1", "**1", ""),
    "minuses": within("", "-", "1"),
    "nots": within("", "not ", "1"),
    "conditional_expressions": within("", "1 if a else ", "1"),
    "lambdas_in_lambdas": within("", "lambda:", "1"),
    "comparisons": within("a", "<a", ""),
    "comprehensions": around("[", "1", " for a in b]"),
    "formatted": around('f"{', "1", '}"'),
    "if_stairs": stairs("if a:"),
    "function_stairs": stairs("def f():"),
    "class_stairs": stairs("class A:"),
    "with_stairs": stairs("with a:"),
    "for_stairs": stairs("for a in b:"),
    "try_stairs": stairs("try:"),
    # long
    "name": repeated("a"),
    "number": repeated("9"),
    "fraction": within("1.", "1", "e5"),
    "text": within("a = '", "x", "'"),
    "open_text": within("a = '", "x", ""),
    "open_long_text": within('"""', "x\n", ""),
    "escapes": within("a = '", "\\n", "'"),
    "backslashes": repeated("\\"),
    "joined_lines": within("a = 1", "+ \\\n1", ""),
    "texts_in_a_row": within("a = ", "'b' ", ""),
    "blanks": repeated(" "),
    "blanks_before_a_word": within("", " ", "x"),
    "tabs": repeated("\t"),
    "blanks_behind_lines": repeated("x        \n"),
    "indented_comments": numbered("{0:>9}#\n"),
    "line_ends": repeated("\r"),
    "form_feeds": repeated("\x0c"),
    "separators": repeated("a\u2028"),
    # wide
    "wide_letters": repeated("\U00020000"),
    "wide_names": repeated("变量 = 1\n"),
    "combining": within("a", "\u0301", " = 1"),
    "right_to_left": repeated("# \u202e\u2066 text\n"),
    # odd
    "nul": repeated("a\0"),
    "halves": repeated("\ud800"),
    "bytes_order": repeated("\ufeff"),
    "magics": repeated("%time x\n"),
    "quiet_magics": repeated("%matplotlib inline\n"),
    "cell_magics": repeated("%%time\n"),
    "shell": repeated("!ls\n"),
    "shell_values": repeated("a = !ls\n"),
    "magic_values": repeated("a = %time\n"),
    "helps": repeated("a?\n"),
    "question_marks": repeated("?"),
    "quoted_calls": repeated(",f a b\n"),
    "prompts": repeated(">>> a\n"),
    "ipython_prompts": numbered("In [{0}]: a\n"),
    "percent_and_blanks": within("%", " ", "x"),
    "colons": repeated(":"),
    "conflicts": repeated("<<<<<<< a\nb\n=======\nc\n>>>>>>> d\n"),
    "open_conflicts": repeated("<<<<<<< a\n"),
    "print_statements": repeated("print 1\n"),
    "stub_lines": within(FUNCTION, '    raise NotImplementedError("x")\n', ""),
    "answer_comments": within(FUNCTION, "    # YOUR CODE HERE\n", "    return 1"),
    "hidden_tests_marks": repeated("### BEGIN HIDDEN TESTS\n"),
    "hidden_tests": repeated("### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS\n"),
    "mark_scheme_marks": repeated("### BEGIN MARK SCHEME\n"),
    "tokens": noise("ab(){}[]:;=+-*@\"'\\#\n %!?.,0"),
    "characters": noise("\0\t\n\r\x1b !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~\x85\xa0\u2028\ufeff"),
}
MARKDOWN: dict[str, Make] = {
    "stars": repeated("*a "),
    "double_stars": repeated("**a "),
    "brackets": repeated("["),
    "links": repeated("[a]("),
    "open_links": repeated("[a"),
    "pictures": repeated("![a]("),
    "quotes": repeated(">"),
    "quoted_lines": stairs(">", "a"),
    "lists": stairs("- a", "b"),
    "headings": repeated("# a\n"),
    "ticks": numbered("`{0}"),
    "dollars": repeated("$a"),
    "double_dollars": repeated("$$a\n"),
    "begins": repeated("\\begin{a}"),
    "tags": repeated("<a>"),
    "open_tags": repeated("<"),
    "nested_tags": around("<b>", "a", "</b>"),
    "table_tags": repeated("<table><td>"),
    "comments": repeated("<!--"),
    "entities": repeated("&a"),
    "tables": repeated("|a|b|\n|-|-|\n"),
    "definitions": numbered("[a{0}]: b\n"),
    "fences": repeated("```\na\n"),
    "underscores": repeated("_"),
    "blank_lines": repeated(" \n"),
    "addresses": repeated("http://a "),
    "backslashes": repeated("\\"),
    "characters": noise("*_[]()<>`#$\\!-+=|~&;:. \n\tab1"),
}
