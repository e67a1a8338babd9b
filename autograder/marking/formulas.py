r"""Makes MathML of TeX formulas when a page is made: it shows them without a network and without a script.

The converter is math-core, which writes MathML Core, what browsers draw. A formula is a student's text like any other:
what cannot be converted is shown as it was typed. math-core calls itself for each level of nesting, where Python's own
limit doesn't count, and a formula that is deep enough ends the process: with a stack of 1 MB from 700 braces on.
`BRACES_MAX` keeps far away from that, and no formula of a course has nearly as many.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape

import nh3
from math_core import LatexToMathML

FORMULA_MAX, BRACES_MAX = 800, 120
# A short text can define commands that write long ones; each of the steps takes time.
EXPANSIONS_MAX = 100
MATHML_MAX = 40_000
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


def formula_html(tex: str, *, block: bool = False) -> str:
    r"""Return a formula as MathML, or as code where it cannot be converted.

    Args:
        tex: The formula without its delimiters.
        block: Whether it stands in a line of its own.
    """
    made = _mathml(tex.strip(), block)
    if made is None:
        mark = "$$" if block else "$"
        return f"<code>{escape(mark + tex + mark)}</code>"
    return made


def _mathml(tex: str, block: bool) -> str | None:
    if not 0 < len(tex) <= FORMULA_MAX or tex.count("{") > BRACES_MAX:
        return None
    try:
        made = _converter().convert_with_local_state(tex, displaystyle=block)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a fault of a library in Rust is no Exception
        return None
    return CLEANER.clean(ALIGNED.sub(r'<mtd class="\1">', made)) if len(made) <= MATHML_MAX else None
