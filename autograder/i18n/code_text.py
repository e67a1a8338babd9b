"""Finds and replaces the texts in a code cell that people read: docstrings, comments, and sentences that checks show.

They are recognised by their place, so that no name and no key is taken for a text: a docstring; a comment; an argument
of `print`, the message of an `assert` or a `raise`; and a keyword argument of three words or more. Replacing them
leaves the code as it is, which is checked.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.i18n.catalogue import Catalogue, CatalogueError

# A piece of a literal, of which several may stand in a row.
PIECE = re.compile(r"""(?P<prefix>[fF]?)(?P<quote>["'])(?P<body>(?:(?!(?P=quote))[^\\\n]|\\.)*)(?P=quote)""")
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
LETTERS = re.compile(r"[^\W\d_]")
WORDS = re.compile(r"[^\W\d_]{2,}")
SENTENCE_WORDS = 3
DELIMITER = "###"  # nbgrader's, which is read by programs
# How lines begin that IPython runs and Python cannot read.
COMMAND = re.compile(r"^[ \t]*[%!]", re.MULTILINE)
DOCUMENTED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module


@dataclass(frozen=True)
class CodeText:
    """One text.

    Attributes:
        kind: ``docstring``, ``comment`` or ``string``.
        text: The text to be translated. A string is as it is written between its quotes, with the fields of f-strings.
        start: Where it begins in the source, in bytes.
        end: Where it ends.
        indent: For a docstring, how far its lines are indented.
        formatted: Whether a string is an f-string.
    """

    kind: str
    text: str
    start: int
    end: int
    indent: int = 0
    formatted: bool = False

    def literal(self, text: str) -> str:
        """Return Python source that holds another text in this one's place."""
        if self.kind == "comment":
            return f"# {text}"
        if self.kind == "docstring":
            lines = text.split("\n")
            inner = [f"{' ' * self.indent}{line}".rstrip() for line in lines[1:]]
            closing = [" " * self.indent] if inner else []
            return '"""' + "\n".join([lines[0], *inner, *closing]) + '"""'
        return f'{"f" if self.formatted else ""}"{text}"'


def code_texts(source: str) -> list[CodeText]:
    """Return the texts of a code cell, in order; none of code that Python cannot read."""
    plain = COMMAND.sub("#", source)
    if len(plain) != len(source):  # an indented magic: none of ours
        return []
    try:
        tree = ast.parse(plain)
    except SyntaxError:
        return []
    places = _Places(source)
    found = [*_docstrings(tree, places), *_strings(tree, places), *_comments(plain, source, places)]
    return sorted(found, key=lambda text: text.start)


def translated(source: str, catalogue: Catalogue) -> str:
    """Return a code cell with its texts in a catalogue's language; texts without a translation stay.

    Raises:
        CatalogueError: A translation would change the code.
    """
    data = source.encode()
    for text in reversed(code_texts(source)):
        if text.text in catalogue:
            literal = text.literal(catalogue.text(text.text))
            changed = data[: text.start] + literal.encode() + data[text.end :]
            if code_of(changed.decode()) != code_of(data.decode()):
                raise CatalogueError(
                    f"the {catalogue.language} translation of {text.text[:60]!r} changes the code: it must keep what "
                    "stands in braces, and hold no double quotes"
                )
            data = changed
    return data.decode()


def code_of(source: str) -> str:
    """Return code without its texts, for comparing; an empty text when Python cannot read it."""
    plain = COMMAND.sub("#", source)
    try:
        tree = ast.parse(plain)
    except SyntaxError:
        return ""
    for node in [*_shown(tree, sentences=False), *filter(None, map(_docstring_of, ast.walk(tree)))]:
        fields = node.values if isinstance(node, ast.JoinedStr) else []
        kept = sorted(ast.dump(field) for field in fields if isinstance(field, ast.FormattedValue))
        node.__class__, node.__dict__ = ast.Constant, {"value": str(kept), "kind": None}
    return ast.dump(tree)


class _Places:
    """Turns lines and columns into positions in bytes."""

    def __init__(self, source: str) -> None:
        self.data = source.encode()
        self.lines = self.data.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Return where a node begins and ends."""
        last, column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[last - 1] + column

    def text(self, start: int, end: int) -> str:
        """Return what stands there."""
        return self.data[start:end].decode()


def _docstring_of(node: ast.AST) -> ast.Constant | None:
    if isinstance(node, DOCUMENTED) and node.body and isinstance(node.body[0], ast.Expr):
        value = node.body[0].value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return value
    return None


def _docstrings(tree: ast.Module, places: _Places) -> Iterator[CodeText]:
    for node in ast.walk(tree):
        if (value := _docstring_of(node)) is not None:
            start, end = places.span(value)
            if places.text(start, end).startswith('"""'):
                yield CodeText("docstring", inspect.cleandoc(str(value.value)), start, end, value.col_offset)


def _comments(plain: str, source: str, places: _Places) -> Iterator[CodeText]:
    rows = source.split("\n")
    for token in tokenize.generate_tokens(io.StringIO(plain).readline):
        row, column = token.start
        if token.type != tokenize.COMMENT or token.string.startswith(DELIMITER) or COMMAND.match(rows[row - 1]):
            continue
        start = places.starts[row - 1] + len(rows[row - 1][:column].encode())
        yield CodeText("comment", token.string.lstrip("# ").rstrip(), start, start + len(token.string.encode()))


def _shown(tree: ast.Module, *, sentences: bool = True) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Yield the strings that are shown; of keyword arguments all, or only sentences, as they are told in English."""
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.Assert) and node.msg is not None:
            given = [node.msg]
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            given = node.exc.args
        elif isinstance(node, ast.Call):
            given = node.args if isinstance(node.func, ast.Name) and node.func.id == "print" else []
            given = [
                *given,
                *(keyword.value for keyword in node.keywords if not sentences or _is_sentence(keyword.value)),
            ]
        for value in given:
            if isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str)):
                yield value


def _is_sentence(node: ast.expr) -> bool:
    text = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    return len(WORDS.findall(text)) >= SENTENCE_WORDS


def _strings(tree: ast.Module, places: _Places) -> Iterator[CodeText]:
    for node in _shown(tree):
        start, end = places.span(node)
        pieces = list(PIECE.finditer(places.text(start, end)))
        text = "".join(piece["body"] for piece in pieces)
        if LETTERS.search(PLACEHOLDER.sub("", text)):
            formatted = any(piece["prefix"] for piece in pieces)
            yield CodeText("string", text, start, end, formatted=formatted)
