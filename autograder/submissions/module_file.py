"""Reads one module file: its text, what it defines, and why Python 3 cannot read it. Nothing of it is run."""

from __future__ import annotations

import ast
import codecs
import io
import re
import textwrap
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from autograder.i18n.messages import Message, gettext_noop, say
from autograder.submissions.checks import LIMITS
from autograder.submissions.definitions import is_stub_line, misplaced_statement, parsed

Function = ast.FunctionDef | ast.AsyncFunctionDef
SOURCE_MAX, BYTES_MAX = LIMITS.source, LIMITS.module
FAULTS = (SyntaxError, ValueError, RecursionError, MemoryError)
# Encodings that people's editors write. Others can be slow to read, or are no text at all (Python has base64 and zip).
# A line for each group of languages.
ENCODINGS = frozenset({
    "utf-8", "utf-8-sig", "ascii",
    "iso8859-1", "iso8859-15", "cp1252", "mac-roman", "cp1250",
    "cp1251", "koi8-r",
    "gb2312", "gbk", "gb18030", "big5",
    "shift_jis", "cp932", "euc_jp",
    "euc_kr", "cp949",
})  # fmt: skip
# What Python says of code that was right in Python 2, and how to repair it. The original course used Python 2.
MENDS = (
    (r"call to 'print'|print", gettext_noop("write print with parentheses: print(x)")),
    (r"call to 'exec'", gettext_noop("write exec with parentheses: exec(text)")),
    (r"inconsistent use of tabs|unindent does not match", gettext_noop("indent with spaces only, four for each level")),
    (r"exception types must be parenthesized", gettext_noop("write except (A, B) or except A as name")),
    (
        r"leading zeros|invalid decimal literal",
        gettext_noop("write numbers without leading zeros and without an L behind them"),
    ),
    (r"null bytes|utf-8|encoding|codec", gettext_noop("save the file as UTF-8")),
    (r"expected an indented block|unexpected indent", gettext_noop("mend the indentation of this line")),
)
LINES = (
    (re.compile(r"^\s*print\b(?!\s*\()"), gettext_noop("write print with parentheses: print(x)")),
    (re.compile(r"^\s*raise\s+\w+\s*,"), gettext_noop("write raise Error(text)")),
    (re.compile(r"^\s*except\s+\w+\s*,"), gettext_noop("write except Error as name")),
    (re.compile(r"<>"), gettext_noop("write != for <>")),
    (re.compile(r"`"), gettext_noop("write repr(x) for the backquotes")),
    (re.compile(r"^[<=>]{7}"), gettext_noop("keep one of the two versions, and delete the marks around them")),
)
OTHERWISE = gettext_noop("mend this line, and import the file with Python 3 before you hand it in")


@dataclass(frozen=True)
class Cut:
    """A piece of a module file.

    Attributes:
        text: Its lines, moved as far to the left as they go.
        first: Number of its first line.
        last: Number of its last line.
        written: Whether it is more than a stub.
    """

    text: str
    first: int
    last: int
    written: bool


Cuts = dict[str, Cut]


@dataclass(frozen=True)
class ModuleText:
    """A module file. No syntax tree is kept, which takes a thousand times the memory of its text.

    Attributes:
        found: Where it was in the submission.
        data: Its bytes.
        text: Its text, empty when it cannot be read at all.
        fault: Why Python 3 cannot read it and how to repair that; None when it can.
        functions: Its functions; the last one of a name, which is what counts.
        methods: The same for its classes, by their names.
    """

    found: str
    data: bytes = field(repr=False)
    text: str
    fault: Message | None = None
    functions: Cuts = field(default_factory=dict, compare=False, repr=False)
    methods: dict[str, Cuts] = field(default_factory=dict, compare=False, repr=False)

    def cut(self, name: str, owner: str | None = None) -> Cut | None:
        """Return the function ``name``, or the method of the class ``owner``.

        A function outside the class is taken where the class has none, because it can be attached to the class in many
        ways. None when the file defines neither.
        """
        methods = self.methods.get(owner, {}) if owner else {}
        return methods.get(name) or self.functions.get(name)

    @property
    def names(self) -> set[str]:
        """The functions and classes that it defines."""
        return {*self.functions, *self.methods}

    @property
    def imports(self) -> frozenset[str]:
        """The parts of the names of everything that it imports."""
        return self._used[0]

    @property
    def numpy(self) -> frozenset[str]:
        """The attributes of numpy that it uses, by numpy's usual names."""
        return self._used[1]

    @cached_property
    def _used(self) -> tuple[frozenset[str], frozenset[str]]:
        return _used(parsed("" if self.fault else self.text) or ast.Module([], []))


def _module(found: str, data: bytes, text: str, tree: ast.Module) -> ModuleText:
    """Return what is known of a file that Python 3 can read."""
    lines, top = text.split("\n"), list(statements(tree.body))
    classes = [node for node in top if isinstance(node, ast.ClassDef)]
    methods = {node.name: _cuts(lines, statements(node.body)) for node in classes}
    return ModuleText(found, data, text, None, _cuts(lines, top), methods)


def _cuts(lines: list[str], nodes: Iterable[ast.stmt]) -> Cuts:
    # A dict keeps the last of each name, as Python does when it runs the file.
    last = {node.name: node for node in nodes if isinstance(node, Function)}
    return {name: _cut(lines, node) for name, node in last.items()}


def _cut(lines: list[str], node: Function) -> Cut:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    last = node.end_lineno or first
    return Cut(textwrap.dedent("\n".join(lines[first - 1 : last])), first, last, written(node))


def _used(tree: ast.Module) -> tuple[frozenset[str], frozenset[str]]:
    """Return the parts of the names of everything that a file imports, and the attributes of numpy that it uses."""
    imports: set[str] = set()
    numpy: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                imports.update(part for alias in names for part in alias.name.split("."))
            case ast.ImportFrom(module=module, names=names):
                imports.update((module or "").split("."), *(alias.name.split(".") for alias in names))
            case ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name):
                numpy.add(name)
    return frozenset(imports - {""}), frozenset(numpy)


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a file or a class, also those under a condition."""
    waiting = body[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Function | ast.ClassDef):
            handlers = [statement for handler in getattr(node, "handlers", []) for statement in handler.body]
            inner = [getattr(node, "body", []), handlers, getattr(node, "orelse", []), getattr(node, "finalbody", [])]
            waiting.extend([statement for part in inner for statement in part][::-1])


def written(node: Function) -> bool:
    """Return whether a function does more than pass, raise NotImplementedError, or return what it set to nothing."""
    return not all(_idle(statement) for statement in node.body)


def _idle(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise():
            return is_stub_line(node)
        case ast.Assign(value=value) | ast.Return(value=ast.expr() as value):
            names = ast.walk(value)
            return all(isinstance(part, ast.Constant | ast.Tuple | ast.Name | ast.expr_context) for part in names)
        case ast.Return(value=None):
            return True
    return False


def read_text(module: str, found: str, data: bytes) -> ModuleText:
    """Return what a file's bytes hold.

    Args:
        module: The file as people are told, such as ``package/layers.py``.
        found: The file's path in the submission, which may lie in folders and archives.
        data: The file's bytes, or the first ones of a file that is too long.
    """
    too_long = say("{file} has more than {most:,} characters: hand in the code alone", file=module, most=SOURCE_MAX)
    # Before decoding: so long a file is too long in any encoding.
    if len(data) > BYTES_MAX:
        return ModuleText(found, data, "", too_long)
    try:
        text = decoded(data)
    except (UnicodeError, LookupError, SyntaxError) as fault:
        number = data[: getattr(fault, "start", 0)].count(b"\n") + 1
        why = say(
            "{file}, line {number} is not text that Python 3 reads: save the file as UTF-8", file=module, number=number
        )
        return ModuleText(found, data, "", why)
    if len(text) > SOURCE_MAX:
        return ModuleText(found, data, "", too_long)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python warns about is the author's business
            tree = ast.parse(text)
    except FAULTS as fault:
        return ModuleText(found, data, text, _fault(module, text, fault))
    # It is not compiled here: a few lines can be made to take gigabytes. What only compiling shows, the kernel reports.
    if (node := misplaced_statement(tree)) is not None:
        wrong = SyntaxError(f"{type(node).__name__.lower()} in a wrong place", (module, node.lineno, None, None))
        return ModuleText(found, data, text, _fault(module, text, wrong))
    return _module(found, data, text, tree)


def decoded(data: bytes) -> str:
    """Return a file's text, with the line ends of this system.

    Raises:
        UnicodeError: The bytes are not in the encoding that the file names, or that Python takes for granted.
        LookupError: The file names an encoding that is not read.
        SyntaxError: The file names an encoding that does not exist.
    """
    # As Python does: by a byte-order mark, or a comment in the first two lines.
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    if codecs.lookup(encoding).name not in ENCODINGS:
        raise LookupError(encoding)
    return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def _fault(module: str, text: str, fault: BaseException) -> Message:
    what = fault.msg if isinstance(fault, SyntaxError) else str(fault) or type(fault).__name__
    number = (fault.lineno if isinstance(fault, SyntaxError) else None) or 1
    lines = text.split("\n")
    line = lines[number - 1] if number <= len(lines) else ""
    mend = next((how for pattern, how in LINES if pattern.search(line)), None)
    mend = mend or next((how for pattern, how in MENDS if re.search(pattern, what)), OTHERWISE)
    return say(
        "{file}, line {number} is no Python 3 ({fault}): {mend}",
        file=module,
        number=number,
        fault=what.partition(". ")[0][:120],
        mend=Message(mend),
    )
