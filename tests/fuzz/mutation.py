"""Draws odd values, and changes right ones at random: bytes, JSON, and Python.

All comes from a plain generator with a seed. A library for testing by properties would shrink what it finds, but cannot
end an input that takes too long or too much memory; and most of what is drawn here is right but for a few places.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any

NUMBERS = (0, 1, -1, 2, 3, 255, 2**31, 2**53 + 1, 2**63, 10**400, -(10**30), 0.0, -0.0, 0.5, 1e308, 5e-324)
NOT_FINITE = (float("nan"), float("inf"), float("-inf"))
TEXTS = (
    "", " ", "a", "\0", "\n", "\r\n", "\u2028", "\ud800", "\udfff\ud800", "\N{SNOWMAN}", "\N{GRINNING FACE}",
    "\x1b]0;x\x07", "\x1b[2J", "<script>", "{x}", "%s", "../..", "__class__", "x" * 5000, "e\u0301",
    "\u202ex", "9" * 5000,
)  # fmt: skip
PIECES = (
    b"",
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\n",
    b"\r",
    b"9",
    b"-",
)
TOKENS = (
    "(", ")", "[", "]", "{", "}", ":", ";", ",", ".", "@", "=", ":=", "->", "**", "*", "\\", "\n",
    "\n    ", "\n\t", "#", "'",
    '"', "'''", '"""', "f'{", "def f(", "class C:", "lambda", "if x:", "else:", "try:", "async ",
    "await ", "yield", "return",
    "global x", "nonlocal x", "import *", "from . import x", "match x:", "case _:", "%", "!", "?",
    "%%time\n", "0x", "1_",
    "1e999", "9" * 5000, "\0", "\f", "\r", "\u2028", "\ud800", "\N{SNOWMAN}", "\u00aa", "\ufeff",
    "# coding: utf-7\n", "print x",
    "raise NotImplementedError", "### BEGIN SOLUTION", "type X = int", "except* E:", "f(*", "...",
    "b'\\xff'", "__import__",
)  # fmt: skip


def odd_value(rng: Random, depth: int = 4) -> Any:
    """Return a value that JSON as Python reads it can hold; numbers may be large, or none."""
    if depth and rng.random() < 0.3:
        several = [odd_value(rng, depth - 1) for _ in range(rng.randrange(4))]
        return rng.choice((several, {rng.choice(TEXTS): value for value in several}))
    plain = (rng.choice(NUMBERS), rng.choice(NUMBERS), rng.choice(NOT_FINITE), rng.choice(TEXTS), rng.choice(TEXTS))
    return rng.choice((None, True, False, *plain, nested(rng, rng.choice((10, 60, 300)))))


def nested(rng: Random, depth: int) -> Any:
    """Return lists and dicts in each other, so deep."""
    value: Any = rng.choice(TEXTS)
    for _ in range(depth):
        value = [value] if rng.random() < 0.5 else {"a": value}
    return value


def mutated_value(rng: Random, value: Any, odds: float = 0.1) -> Any:
    """Return a JSON value of which parts were replaced, lost, doubled, renamed and added."""
    if rng.random() < odds:
        return odd_value(rng)
    if isinstance(value, dict):
        made = {key: mutated_value(rng, one, odds) for key, one in value.items() if rng.random() > odds / 3}
        if made and rng.random() < odds:
            made[rng.choice((*value, *TEXTS))] = rng.choice((*made.values(), odd_value(rng)))
        return made
    if isinstance(value, list | tuple):
        several = [mutated_value(rng, one, odds) for one in value for _ in range(_copies(rng, odds))]
        if rng.random() < odds:
            several.insert(rng.randrange(len(several) + 1), odd_value(rng))
        return several
    return value


def _copies(rng: Random, odds: float) -> int:
    return rng.choice((0, 2, 3)) if rng.random() < odds / 3 else 1


def mutated_bytes(rng: Random, data: bytes, most: int = 6, pieces: Sequence[bytes] = PIECES) -> bytes:
    """Return bytes of which some were changed, lost, doubled and added."""
    made = bytearray(data)
    for _ in range(rng.randrange(1, most + 1)):
        at = rng.randrange(len(made) + 1)
        end = min(len(made), at + rng.choice((0, 1, 2, 4, 8, 40, 400)))
        match rng.randrange(5):
            case 0:
                del made[at:end]
            case 1:
                made[at:at] = made[at:end]
            case 2:
                made[at:end] = rng.choice(pieces)
            case 3:
                made[at:at] = rng.choice(pieces) * rng.choice((1, 2, 50))
            case 4 if at < len(made):
                made[at] = rng.randrange(256)
    return bytes(made)


def mutated_text(rng: Random, text: str, most: int = 6) -> str:
    """Return Python of which letters, words and lines were changed, lost, doubled, moved and added."""
    for _ in range(rng.randrange(1, most + 1)):
        at = rng.randrange(len(text) + 1)
        end = min(len(text), at + rng.choice((0, 1, 2, 5, 20)))
        match rng.randrange(5):
            case 0:
                text = text[:at] + text[end:]
            case 1 | 2:
                text = text[:at] + rng.choice(TOKENS) * rng.choice((1, 1, 1, 2, 150)) + text[end:]
            case 3:
                text = _with_lines_moved(rng, text)
            case 4:
                text = text[:at] + odd_python(rng) + text[end:]
    return text


def _with_lines_moved(rng: Random, text: str) -> str:
    lines = text.split("\n")
    start = rng.randrange(len(lines))
    taken = [" " * rng.choice((0, 0, 1, 4)) + line for line in lines[start : start + rng.randrange(1, 6)]]
    if rng.random() < 0.5:
        del lines[start : start + len(taken)]
    at = rng.randrange(len(lines) + 1)
    return "\n".join([*lines[:at], *taken, *lines[at:]])


def odd_python(rng: Random, depth: int = 4) -> str:
    """Return Python as nobody writes it, most of it right: statements and expressions in each other."""
    if depth == 0:
        return rng.choice(("x", "1", "'a'", "f(x)", "None", "x.y", "x[0]", "..."))

    def inner() -> str:
        return odd_python(rng, depth - 1)

    def block() -> str:
        return inner().replace("\n", "\n    ")

    forms = (
        lambda: f"({inner()} {rng.choice('+-*/@<|&')} {inner()})",
        lambda: f"[{inner()} for x in {inner()} if {inner()}]",
        lambda: f"{{{inner()}: {inner()}, **{inner()}}}",
        lambda: f"(lambda *x, y={inner()}: {inner()})",
        lambda: f"f'{{{inner()}!r:>{{{inner()}}}}}'",
        lambda: f"x = {inner()}\n{inner()}",
        lambda: f"(x := {inner()})",
        lambda: f"\n@{inner()}\ndef f(x: {inner()} = 1, /, *, y):\n    {block()}\n",
        lambda: f"\nclass f({inner()}):\n    {block()}\n",
        lambda: f"\nfor x, *y in {inner()}:\n    {block()}\nelse:\n    {block()}\n",
        lambda: f"\ntry:\n    {block()}\nexcept ({inner()}) as x:\n    {block()}\nfinally:\n    {block()}\n",
        lambda: f"\nwith {inner()} as x, y:\n    {block()}\n",
        lambda: f"\nmatch {inner()}:\n    case {{'a': x, **y}} | [x, y] if {inner()}:\n        pass\n",
        lambda: f"\nif {inner()}:\n    {block()}\nelif {inner()}:\n    {block()}\n",
    )
    return rng.choice(forms)()


def json_bytes(value: Any) -> bytes:
    """Return JSON, with halves of surrogate pairs as escapes, or, like some editors, as bytes that are no UTF-8."""
    return json.dumps(value).encode()
