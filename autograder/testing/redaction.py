"""Decides what may be shown of an exception that student code raised while a hidden test called it.

All of it comes from the student's process, which knows the inputs of the test: its text, its class's name, even the
lines that are said to be the student's own. What is shown is enough to find a mistake by, and no way to print inputs.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Mapping
from itertools import count
from types import MappingProxyType

from autograder.i18n.messages import Message, say

# Enough for numpy's messages about shapes, and too little for an array.
TEXT_MAX = 300
NAME_MAX = 60
NAME_DIGITS_MAX = 3
# Shapes and positions take at most this many numbers; inputs take more.
NUMBERS_MAX = 12
ANY_NUMBER = re.compile(r"\d*\.\d+(?:[eE][-+]?\d+)?|\d+(?:\.|[eE][-+]?\d+)?")
SHORT_NUMBER = re.compile(r"\d{1,4}\.?")
# Encoded data, such as base64; no word is as long.
ENCODED = re.compile(r"[A-Za-z0-9+/=_-]{40,}")
LEFT_OUT = "…"
LINE = re.compile(r"(?P<function>[^,\n]{1,100}), line (?P<number>\d{1,5}): (?P<code>.*)")
LINE_MAX = 300
SCOPES = frozenset({"<module>", "<lambda>", "<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>"})


def shown_text(text: str) -> str:
    """Return an exception's text, cut, without fractions, long numbers, many numbers or encoded data."""
    numbers = count()

    def short(found: re.Match[str]) -> str:
        keeps = SHORT_NUMBER.fullmatch(found[0]) and next(numbers) < NUMBERS_MAX
        return found[0] if keeps else LEFT_OUT

    # Cut first, so that the time of the patterns is bounded.
    cut = text if len(text) <= TEXT_MAX else text[:TEXT_MAX] + LEFT_OUT
    return ENCODED.sub(LEFT_OUT, ANY_NUMBER.sub(short, cut))


def shown_name(name: str) -> str:
    """Return the name of an exception's class, or a plain one where the name says more than that."""
    # A class can be made with any name, inputs written as digits among them.
    plain = name.isidentifier() and len(name) <= NAME_MAX and sum(map(str.isdigit, name)) <= NAME_DIGITS_MAX
    return name if plain else "Exception"


def exception_name(name: str) -> str | Message:
    """Return the name of an exception of Python's; code may have made up any other."""
    known = getattr(builtins, name, None)
    return name if isinstance(known, type) and issubclass(known, BaseException) else say("an exception")


class SubmissionCode:
    """The code of a submission, to distinguish its lines from made-up ones.

    Args:
        cells: The source of each of its cells.
        modules: Texts of the module files that its cells import, by the names that tracebacks show.
    """

    def __init__(self, cells: Iterable[str], modules: Mapping[str, str] = MappingProxyType({})) -> None:
        texts = [*(("", text) for text in cells), *modules.items()]
        self._lines = {
            (file, number, line.strip())
            for file, text in texts
            # As the kernel keeps them: IPython splits cells at every separator there is, Python does not.
            for number, line in enumerate(text.split("\n") if file else text.splitlines(), start=1)
        }
        self._names = SCOPES.union(*(re.findall(r"\w+", text) for _, text in texts))

    def holds(self, line: str) -> bool:
        """Return whether a line is in the submission.

        Args:
            line: ``function, line N: code`` or ``function in FILE, line N: code``, as `autograder.kernel.call_server`
                writes.
        """
        found = LINE.fullmatch(line)
        if found is None:
            return False
        function, _, file = found["function"].partition(" in ")
        number, code = int(found["number"]), found["code"]
        # The name of a function is text as well, and code can make functions with any name.
        if function not in self._names:
            return False
        # The kernel cuts longer lines, so that only their beginning can be compared.
        if len(line) < LINE_MAX:
            return (file, number, code) in self._lines
        return any((of, at) == (file, number) and whole.startswith(code) for of, at, whole in self._lines)
