r"""Makes MathML of TeX formulas when a page is made: it shows them without a network and without a script.

The converter is math-core, which writes MathML Core, what browsers draw. A formula is a student's text like any other:
what cannot be converted is shown as it was typed. math-core calls itself for each level of nesting, where Python's own
limit doesn't count, and a formula that is deep enough ends the process: with a stack of 1 MB from 700 braces on. Each
opening bracket that nothing closes doubles its time: 40 take hours. So the formulas of a text are converted in a child
process, within a limit of time. `BRACES_MAX` keeps far away from the depth besides, and no formula of a course has
nearly as many. Where no child can be forked, there is no such limit: a formula with more than `OPENINGS_MAX` brackets,
or one that defines commands, is shown as it was typed there.
"""

from __future__ import annotations

import json
import logging
import re
import time
from functools import cache, lru_cache
from html import escape

import nh3
from math_core import LatexToMathML

from autograder.submissions import child_process
from autograder.submissions.child_process import WorkEnded, WorkFault, in_child

log = logging.getLogger(__name__)

FORMULA_MAX, BRACES_MAX = 800, 120
# A short text can define commands that write long and deep ones. Some of math-core's own commands expand as well.
EXPANSIONS_MAX = 10
MATHML_MAX = 40_000
# Each doubles the time when it is not closed, and so many take some milliseconds.
OPENINGS_MAX = 15
OPENING = re.compile(r"[(\[⟦⟨⟪⟬⟮⌈⌊⌜⌞⎰⟅⦃⦅〈]|\\[lu][a-z]+|\\\{")
DEFINITION = re.compile(r"\\([a-z]*def|let|[a-zA-Z]*command|Declare)")
# For all formulas of a text, of which two hundred as courses have them take a tenth of it.
SECONDS, MEMORY = 0.25, 256 << 20
# A child takes so long by itself. A notebook of a course has formulas in some twenty texts.
FORK_SECONDS, NOTEBOOK_SECONDS = 0.01, 3.0
SWITCHES = {"accent", "accentunder", "displaystyle", "scriptlevel"}
ATTRIBUTES = {
    "math": {"display"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {"form", "largeop", "lspace", "maxsize", "minsize", "movablelimits", "rspace", "stretchy", "symmetric"},
    "mover": SWITCHES,
    "mspace": {"width"},
    "mtable": SWITCHES,
    "munder": SWITCHES,
    "munderover": SWITCHES,
}
TAGS = {
    *ATTRIBUTES, "mn", "mphantom", "mroot", "mrow", "ms", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtd", "mtext",
    "mtr", "mmultiscripts", "mprescripts",
}  # fmt: skip
# A formula must not push what stands around it out of sight.
LENGTH = re.compile(r"-?(?:[0-3](?:\.\d{1,8})?|0?\.\d{1,8})(?:em|ex)?")
WORD = re.compile(r"[a-z]{1,10}|[01]")
# Pages allow no style in an attribute; the alignment of a column is the one that formulas need, and a class can say it.
ALIGNED = re.compile(r'<mtd style="text-align: (left|right)[^"]*">')


def _bounded(_tag: str, _name: str, value: str) -> str | None:
    return value if LENGTH.fullmatch(value) or WORD.fullmatch(value) else None


CLEANER = nh3.Cleaner(
    tags=TAGS, attributes=ATTRIBUTES, attribute_filter=_bounded, allowed_classes={"mtd": {"left", "right"}}
)


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(max_expansions=EXPANSIONS_MAX, fancy_error=False)


class Formulas:
    """Converts the formulas of one notebook; those that come after `NOTEBOOK_SECONDS` are shown as they were typed."""

    def __init__(self) -> None:
        self._left = NOTEBOOK_SECONDS

    def html(self, *formulas: tuple[str, bool]) -> list[str]:
        """Return the formulas of a text as MathML, or as code where they cannot be converted.

        Args:
            formulas: Each without its delimiters, and whether it stands in a line of its own.
        """
        made: list[str | None] = [None] * len(formulas)
        if formulas and self._left > 0:
            try:
                made, seconds = _converted(formulas)
            except WorkFault as fault:  # the machine's, so that it is neither kept nor tried with each text
                log.warning("Formulas are shown as they were typed: %s", fault)
                seconds = self._left
            # Also what was converted before: what a page shows must not depend on the pages that were made before it.
            self._left -= seconds
        return [mathml or _as_typed(*one) for one, mathml in zip(formulas, made, strict=True)]


def _as_typed(tex: str, block: bool) -> str:
    mark = "$$" if block else "$"
    return f"<code>{escape(mark + tex + mark)}</code>"


# The instructor's texts are the same in each submission.
@lru_cache(256)
def _converted(formulas: tuple[tuple[str, bool], ...]) -> tuple[list[str | None], float]:
    """Return the MathML of each formula, None where there is none, and the processor time that it took.

    Raises:
        WorkFault: The child failed by no fault of the formulas'.
    """
    _converter()  # before the fork: the child imports nothing
    try:
        made, seconds = json.loads(in_child(lambda: _as_json(formulas), SECONDS, MEMORY))
    except WorkEnded:
        return [None] * len(formulas), SECONDS
    return made, seconds + FORK_SECONDS


def _as_json(formulas: tuple[tuple[str, bool], ...]) -> bytes:
    started = time.process_time()
    made = [_mathml(tex.strip(), block) for tex, block in formulas]
    return json.dumps([made, time.process_time() - started]).encode()


def _mathml(tex: str, block: bool) -> str | None:
    if not 0 < len(tex) <= FORMULA_MAX or tex.count("{") > BRACES_MAX:
        return None
    if not child_process.FORKS and (len(OPENING.findall(tex)) > OPENINGS_MAX or DEFINITION.search(tex)):
        return None
    try:
        made = _converter().convert_with_local_state(tex, displaystyle=block)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a fault of a library in Rust is no Exception
        return None
    return CLEANER.clean(ALIGNED.sub(r'<mtd class="\1">', made)) if len(made) <= MATHML_MAX else None
