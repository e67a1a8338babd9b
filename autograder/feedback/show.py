"""Shows what came from a student on the page: text, code and outputs, as HTML in which nothing is alive.

What a kernel sent was cleaned when the notebook was marked; it is cleaned once more here, because a page can be made of
any notebook that lies in the folder. Characters that are not seen, or that turn the direction of writing, are shown as
codes in code and in outputs. `autograder.marking.sanitise` bounds what is looked at; what is longer is shown plain.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from html import escape

import nbformat
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.i18n.catalogue import Catalogue
from autograder.i18n.terminal import printable
from autograder.marking.execution.outcome import Outcome
from autograder.marking.figures import Figures
from autograder.marking.formulas import FORMULA_MAX, Formulas
from autograder.marking.sanitise import (
    CODE_MAX,
    NOTEBOOK_MARKDOWN_MAX,
    PICTURES,
    TEXT_MAX,
    clean_html,
    clean_text,
    picture,
    text_html,
)

NOTHING = Markup()
# Lines and characters of an output that are seen before one opens the rest; lines of code that are shown at all.
LINES, CHARACTERS, CODE_LINES_MAX = 30, 3_000, 1_500
FAULT_MAX = 2_000
# Tags as nh3 writes them, read whole, so that what looks like one in an attribute's value is none; and formulas.
TAG = re.compile(r'<math(?: display="block")?>.*?</math>|<[^<>"]*(?:"[^"]*"[^<>"]*)*>', re.DOTALL)
NAME = re.compile(r"<(/?)([a-z]+)([1-6]?)")
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
ALIGNMENT = re.compile(r"text-align: ?(left|right|center)")
# A formula in a line that is longer, as MathML, can be wider than a phone.
NARROW = 800


@dataclass(frozen=True)
class CodeLine:
    """One line of code: its number, its HTML, and whether a failed test ended there."""

    number: int
    html: Markup
    here: bool = False


@dataclass(frozen=True)
class Output:
    """A part of what a cell showed.

    Attributes:
        html: What is seen at once.
        more: What is seen when one opens it; empty for most.
        title: What one clicks on to do so.
        scrolls: Whether it may be wider than the page.
    """

    html: Markup
    more: Markup = NOTHING
    title: str = ""
    scrolls: bool = False


class Texts:
    """Shows the texts of one notebook; beyond a total length they are shown as they were typed.

    Args:
        catalogue: In the language of the page.
        figures: The course's own figures.

    Attributes:
        formulas: Converts the notebook's formulas.
    """

    def __init__(self, catalogue: Catalogue, figures: Figures) -> None:
        self._room, self._catalogue, self._figures = NOTEBOOK_MARKDOWN_MAX, catalogue, figures
        self.formulas = Formulas()

    def html(self, source: str, attachments: object = None) -> Markup:
        """Return Markdown as HTML whose headings stand below those of the page."""
        self._room -= len(source)
        if self._room < 0:
            return Markup(f"<pre>{escape(printable(source[:TEXT_MAX]))}</pre>")
        return in_page(text_html(source, attachments, self._figures.find, self.formulas), self._catalogue)


def in_page(cleaned: str, catalogue: Catalogue) -> Markup:
    """Return clean HTML as it fits into the page: headings two levels lower, wide formulas scroll, no style is left."""
    return Markup(TAG.sub(lambda found: _tag_in_page(found[0], catalogue), cleaned))


def _tag_in_page(tag: str, catalogue: Catalogue) -> str:
    name = NAME.match(tag)
    if name is None:
        return tag
    if name[2] == "h" and name[3]:
        return f"<{name[1]}h{min(6, int(name[3]) + 2)}{tag[name.end() :]}"
    if name[2] == "math" and (len(tag) >= NARROW or tag.startswith("<math d")):
        # What scrolls must be reached by the keyboard, and have a name then.
        label = escape(catalogue.say("Formula"))
        return f'<span class="wide" tabindex="0" role="group" aria-label="{label}">{tag}</span>'
    return _rewritten(tag, name[2], catalogue) if not name[1] and name[2] in ("td", "th", "img") else tag


def _rewritten(tag: str, name: str, catalogue: Catalogue) -> str:
    """Return the tag of a cell or a picture with other attributes."""
    given = {}
    for one, value in ATTRIBUTE.findall(tag):
        if one != "style":
            given[one] = value
        # The policy of the page refuses a style in an attribute; this attribute says the one thing that tables need.
        elif aligned := ALIGNMENT.match(value):
            given["align"] = aligned[1]
    if name == "img":
        if "src" not in given:
            return ""  # what was not kept
        # Without it a screen reader would read the address.
        given.setdefault("alt", escape(catalogue.say("Picture")))
    return f"<{name}" + "".join(f' {one}="{value}"' for one, value in given.items()) + ">"


def code_lines(source: str, first: int = 1, here: Collection[int] = ()) -> list[CodeLine]:
    """Return the lines of code, coloured when they are not too many.

    Args:
        source: The code.
        first: The number of its first line.
        here: The numbers of lines to point at.
    """
    lines = printable(source.rstrip("\n")).split("\n")[:CODE_LINES_MAX]
    text = "\n".join(lines)
    if len(text) <= CODE_MAX:
        # Pygments ends what it has opened at the end of each line.
        made = highlight(text, PythonLexer(stripnl=False, ensurenl=False), HtmlFormatter(nowrap=True))
        shown = made.rstrip("\n").split("\n") if text.strip() else []
    else:
        shown = [escape(line) for line in lines]
    # A lexer that reads ends of lines in another way must not shift the numbers.
    if len(shown) != len(lines):
        shown = [escape(line) for line in lines]
    return [CodeLine(number, Markup(html), number in here) for number, html in enumerate(shown, start=first)]


def outputs(cell: nbformat.NotebookNode, catalogue: Catalogue, formulas: Formulas) -> list[Output]:
    """Return what a code cell showed."""
    shown = cell.get("outputs", [])
    return [
        _output(output, catalogue, formulas, before)
        for before, output, after in zip([None, *shown], shown, [*shown[1:], None], strict=False)
        if not _interrupted(output, after)
    ]


def _interrupted(output: nbformat.NotebookNode, after: nbformat.NotebookNode | None) -> bool:
    """Return whether an output is the interrupt with which the grader stopped the cell, as the next one says."""
    kinds = [(one.output_type, one.get("ename")) for one in (output, after) if one]
    return kinds == [("error", "KeyboardInterrupt"), ("error", Outcome.STOPPED.value.capitalize())]


def _output(
    output: nbformat.NotebookNode, catalogue: Catalogue, formulas: Formulas, before: nbformat.NotebookNode | None
) -> Output:
    if output.output_type == "stream":
        return _text(output.text, catalogue)
    if output.output_type == "error":
        return _fault(output, catalogue, before if before and _interrupted(before, output) else None)
    return _data(output.get("data", {}), catalogue, formulas)


def _data(data: dict[str, str], catalogue: Catalogue, formulas: Formulas) -> Output:
    for mime in PICTURES:
        if (packed := picture(mime, data.get(mime))) is not None:
            name = escape(catalogue.say("Picture that this cell shows"))
            return Output(Markup(f'<img src="data:{mime};base64,{packed}" alt="{name}">'))
    if html := data.get("text/html"):
        try:
            return Output(in_page(clean_html(html), catalogue), scrolls=True)
        except ValueError:
            return _text(html, catalogue)
    latex = data.get("text/latex", "")
    if tex := _formula(latex):
        return Output(Markup(*formulas.html((tex, True))), scrolls=True)
    return _text(data.get("text/plain") or latex, catalogue)


def _formula(latex: str) -> str:
    """Return what stands between the dollars of a formula that may be converted; an empty text for all else."""
    # Without a pattern, which would look for the dollars from each of them.
    shown = latex.strip()
    tex = shown.strip("$")
    return tex if shown.startswith("$") and shown.endswith("$") and len(tex) <= FORMULA_MAX else ""


def _text(text: str, catalogue: Catalogue) -> Output:
    whole = printable(clean_text(str(text), colours=0)).rstrip("\n")
    lines = whole.split("\n")
    shown, rest = lines[:LINES], lines[LINES:]
    if len("\n".join(shown)) > CHARACTERS:
        more = catalogue.say("{number} more characters", number=len(whole) - CHARACTERS)
        return Output(_pre([whole[:CHARACTERS]]), _pre([whole[CHARACTERS:]]), more)
    more = catalogue.say("{number} more lines", number=len(rest))
    return Output(_pre(shown), _pre(rest) if rest else NOTHING, more)


def _fault(
    output: nbformat.NotebookNode, catalogue: Catalogue, interrupt: nbformat.NotebookNode | None = None
) -> Output:
    """Show what a cell raised, or that it was stopped: ``interrupt`` knows where."""
    name, text = str(output.get("ename", "")), str(output.get("evalue", ""))
    trace, stopped = _trace(output), False
    # For what the grader itself stopped, the text is the whole of it.
    if trace.strip() == text.strip():
        stopped, trace = True, _trace(interrupt) if interrupt else ""
    told = printable(clean_text(text if stopped else f"{name}: {text}" if text else name, colours=0))
    cut = told if len(told) <= FAULT_MAX else f"{told[:FAULT_MAX]} ..."
    html = Markup(f'<pre class="fault">{escape(cut)}</pre>')
    # One that is no longer than the text names no place.
    if trace.strip().count("\n") <= text.strip().count("\n"):
        return Output(html)
    return Output(html, _pre(trace.split("\n")), catalogue.say("Where it happened"))


def _trace(output: nbformat.NotebookNode) -> str:
    return printable(clean_text("\n".join(map(str, output.get("traceback", []))), colours=0))


def _pre(lines: list[str]) -> Markup:
    return Markup(f"<pre>{escape(chr(10).join(lines))}</pre>")
