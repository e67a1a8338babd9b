"""Cuts an answer into units: small things that two answers may have in common.

There are four kinds. A *structure* is a statement whose names are taken out: it survives renaming, reordering and new
comments. A *name* is one that the student chose. A *text* is a comment, a string, or a sentence of a written answer. A
*layout* is a statement to the blank: some of those who wrote the same tokens set blanks, quotes and lines the same way.
Code is cut into tokens, not parsed: it need not be right.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec
from pygments.lexers import PythonLexer
from pygments.token import Comment, Name, Number, String, Token, _TokenType

# The lexer is made here, once: it reads its tables when the first one is made, and units are cut in a child process.
LEXER = PythonLexer(stripnl=False, ensurenl=True)
QUOTES = frozenset({"'", '"', "'''", '"""'})
OPENING, CLOSING = frozenset("([{"), frozenset(")]}")
COMPOUND = frozenset({
    "if", "elif", "else", "for", "while", "try", "except", "finally", "with", "def", "class", "async",
})  # fmt: skip
# Fewer tokens leave no choice: `h = h0`, `return dW`.
STRUCTURE_MIN, LAYOUT_MIN = 6, 6
# Letters and digits of a text: shorter ones are labels.
TEXT_MIN = 6
SENTENCE_MIN = 20
SENTENCE = re.compile(r"[.!?;。！？；\n]+")
WORDS = re.compile(r"\w+")
# What a text without code names as a program does: with a capital, a digit or an underscore, or short.
LIKE_A_NAME = re.compile(r"(?<!\w)(?:[^\W\d]\w{0,2}|[^\W\d]\w*?[A-Z\d_]\w*)(?!\w)")


class UnitKind(StrEnum):
    """What a unit is."""

    STRUCTURE = "structure"
    NAME = "name"
    TEXT = "text"
    LAYOUT = "layout"


class Unit(msgspec.Struct, frozen=True, array_like=True):
    """Something that two answers may have in common.

    Attributes:
        kind: What it is.
        key: Equal for equal units of a kind.
        within: The tokens that a layout is made of; empty for other kinds.
    """

    kind: UnitKind
    key: str
    within: str = ""


class Found(msgspec.Struct, frozen=True, array_like=True):
    """A unit and where it stands: the first and the last of its lines, from 1."""

    unit: Unit
    first: int
    last: int


@dataclass(frozen=True)
class BaseCode:
    """What all students were given, and what says nothing of where code came from.

    Attributes:
        names: Names in provided code, and in its texts.
        strings: The strings in it.
        units: The units that it is made of.
    """

    names: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    units: frozenset[Unit] = frozenset()


LANGUAGE_NAMES = frozenset(dir(builtins)) | frozenset(keyword.kwlist) | {"self", "cls", "np", "numpy"}


@dataclass(frozen=True)
class _Token:
    kind: _TokenType
    text: str
    line: int


@dataclass
class _Statement:
    """Tokens of one statement; ``text`` is how it is written, without comments."""

    tokens: list[_Token] = field(default_factory=list)
    text: str = ""

    @property
    def is_text(self) -> bool:
        return all(token.kind in String for token in self.tokens)


def units_of_code(source: str, given: BaseCode) -> list[Found]:
    """Return the units of code, in its order; what is given is left out."""
    statements, comments = _statements(source)
    counted: Counter[Unit] = Counter()
    found = []
    for one in [*_of_statements(statements, given), *comments]:
        if one.unit in given.units:
            continue
        # The second of two equal statements is a unit of its own.
        counted[one.unit] += 1
        times = counted[one.unit]
        repeated = one.unit.kind is UnitKind.STRUCTURE and times > 1
        unit = msgspec.structs.replace(one.unit, key=f"{one.unit.key} #{times}") if repeated else one.unit
        found.append(Found(unit, one.first, one.last))
    return sorted(found, key=lambda one: (one.first, one.last))


def units_of_text(source: str, given: BaseCode) -> list[Found]:
    """Return the units of a written answer: its sentences."""
    found, start = [], 0
    for end in [*SENTENCE.finditer(source), None]:
        sentence = source[start : end.start() if end else len(source)]
        key = _text_key(sentence)
        unit = Unit(UnitKind.TEXT, key)
        if len(key.replace(" ", "")) >= SENTENCE_MIN and unit not in given.units:
            skipped = len(sentence) - len(sentence.lstrip())
            first = source.count("\n", 0, start + skipped) + 1
            found.append(Found(unit, first, first + sentence.strip().count("\n")))
        start = end.end() if end else len(source)
    return found


def given_of(codes: Iterable[str], texts: Iterable[str]) -> BaseCode:
    """Return what is given in provided code and in texts."""
    codes, texts = [*codes], [*texts]
    names: set[str] = set()
    strings: set[str] = set()
    for kind, text in (token for code in codes for token in LEXER.get_tokens(code)):
        if kind in Name:
            names.add(text)
        elif kind in String:
            strings.add(text)
        if kind in String or kind in Comment:
            names.update(LIKE_A_NAME.findall(text))
    names.update(name for text in texts for name in LIKE_A_NAME.findall(text))
    # Structures depend on which names are given, so units are cut when all of these are known.
    known = BaseCode(frozenset(names), frozenset(strings))
    units = {one.unit for code in codes for one in units_of_code(code, known)}
    units |= {one.unit for text in texts for one in units_of_text(text, known)}
    return BaseCode(known.names, known.strings, frozenset(units))


def _statements(source: str) -> tuple[list[_Statement], list[Found]]:
    """Return the statements of code, and its comments as units."""
    statements = [_Statement()]
    comments: list[Found] = []
    depth, line, lambdas = 0, 1, 0
    for kind, text in LEXER.get_tokens(source):
        here, line = line, line + text.count("\n")
        if kind in Comment:
            comments += _text_units(text.lstrip("#!"), here)
            continue
        current = statements[-1]
        blank = kind in Token.Text and not text.strip()
        ends = (blank and "\n" in text and depth == 0) or (text == ";" and depth == 0)
        if ends:
            if current.tokens:
                statements.append(_Statement())
            continue
        current.text += " " if blank and "\n" in text else text
        if blank:
            continue
        current.tokens.append(_Token(kind, text, here))
        depth = max(0, depth + (text in OPENING) - (text in CLOSING))
        lambdas += text == "lambda"
        if text == ":" and depth == 0:
            lambdas -= bool(lambdas)
            if current.tokens[0].text in COMPOUND and not lambdas:
                statements.append(_Statement())
    return [one for one in statements if one.tokens], comments


def _of_statements(statements: Iterable[_Statement], given: BaseCode) -> Iterator[Found]:
    for statement in statements:
        first = statement.tokens[0].line
        last = statement.tokens[-1].line + statement.tokens[-1].text.rstrip("\n").count("\n")
        if statement.is_text:
            yield from _text_units("".join(token.text for token in statement.tokens), first)
            continue
        if statement.tokens[0].text in ("import", "from"):
            continue
        structure, names, strings = _normalised(statement.tokens, given)
        key = " ".join(structure)
        for name, line in names.items():
            yield Found(Unit(UnitKind.NAME, name), line, line)
        for text, line in strings:
            yield from _text_units(text, line)
        if len(structure) >= STRUCTURE_MIN:
            yield Found(Unit(UnitKind.STRUCTURE, key), first, last)
        if len(structure) >= LAYOUT_MIN:
            spelt = " ".join(token.text for token in statement.tokens if token.text not in QUOTES)
            yield Found(Unit(UnitKind.LAYOUT, statement.text.strip(), spelt), first, last)


def _normalised(tokens: list[_Token], given: BaseCode) -> tuple[list[str], dict[str, int], list[tuple[str, int]]]:
    """Return a statement without its names, its own names with their lines, and its own strings."""
    made: list[str] = []
    names: dict[str, int] = {}
    strings: list[tuple[str, int]] = []
    numbers: dict[str, str] = {}
    depth = 0
    tokens = _without_brackets(tokens)
    for place, token in enumerate(tokens):
        before = tokens[place - 1].text if place else ""
        after = tokens[place + 1].text if place + 1 < len(tokens) else ""
        depth += (token.text in OPENING) - (token.text in CLOSING)
        if token.kind in String:
            if token.text in QUOTES or token.kind in String.Affix:
                continue
            if token.text in given.strings:
                made.append(token.text)
            elif not made or made[-1] != "S":
                made.append("S")
            if token.text not in given.strings:
                strings.append((token.text, token.line))
        elif token.kind in Number:
            made.append(_number(token.text))
        elif token.kind in Name and before != "." and not (after == "=" and depth > 0):
            known = token.text in given.names or token.text in LANGUAGE_NAMES
            if not known:
                names.setdefault(token.text, token.line)
            keeps = token.text == "self" or (after == "(" and known)
            made.append(token.text if keeps else numbers.setdefault(token.text, f"V{len(numbers)}"))
        else:
            made.append(token.text)
    return made, names, strings


def _without_brackets(tokens: list[_Token]) -> list[_Token]:
    """Return a statement without brackets around the whole of what it returns or assigns."""
    texts = [token.text for token in tokens]
    start = 1 if texts[0] == "return" else texts.index("=") + 1 if "=" in texts else 0
    if not start or texts[start : start + 1] != ["("] or texts[-1] != ")":
        return tokens
    depth = 0
    for place in range(start, len(texts)):
        depth += (texts[place] in OPENING) - (texts[place] in CLOSING)
        if not depth:
            return [*tokens[:start], *tokens[start + 1 : -1]] if place == len(texts) - 1 else tokens
    return tokens


def _number(text: str) -> str:
    try:
        value = float(text.replace("_", ""))
    except ValueError:
        return text
    return str(int(value)) if value.is_integer() else str(value)


def _text_units(text: str, first: int) -> Iterator[Found]:
    """Yield each line of a text as a unit."""
    for number, line in enumerate(text.split("\n"), start=first):
        key = _text_key(line)
        if len(key.replace(" ", "")) >= TEXT_MIN:
            yield Found(Unit(UnitKind.TEXT, key), number, number)


def _text_key(text: str) -> str:
    """Return a text without capitals, blanks and signs."""
    return " ".join(WORDS.findall(text.lower()))
