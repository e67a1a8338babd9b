"""Checks that the languages of a source notebook say the same: each text has its twin, with the same facts in it.

Sentences cannot be compared. Facts can: formulas, code, numbers, pictures, links, headings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from nbformat import NotebookNode as Cell

from autograder.course.assignment import Assignment
from autograder.i18n.catalogue import Catalogue, CatalogueError
from autograder.i18n.code_text import LETTERS, PLACEHOLDER, code_texts, translated
from autograder.i18n.editions import LANGUAGE, MARK_SCHEME, PAIR
from autograder.i18n.languages import DEFAULT
from autograder.release.translated_cells import outdated

Facts = Counter[tuple[str, str]]

# The kinds of facts by the names that people read, in the order in which they are taken out of a text.
KINDS = (
    ("fenced code", re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)),
    ("formula", re.compile(r"\$\$.+?\$\$", re.DOTALL)),
    ("code", re.compile(r"`[^`\n]+`")),
    ("formula", re.compile(r"\$[^$\n]+\$")),
    ("picture", re.compile(r"!\[[^\]]*\]\(([^)\s]+)[^)]*\)|<img[^>]*src=\"([^\"]+)\"")),
    ("link", re.compile(r"(?<=\])\(([^)\s]+)[^)]*\)|<(https?://[^>]+)>")),
    ("heading", re.compile(r"^#{1,6}(?= )", re.MULTILINE)),
    ("number", re.compile(r"\d+(?:[.,]\d+)*(?:e[-+]?\d+)?")),
)
# Words within a formula are translated like others.
FORMULA_TEXT = re.compile(r"\\text\{([^{}]*)\}")
# In texts without Markdown: names of code, which look like no English word.
NAME = re.compile(r"[A-Za-z]*[_\d]\w*|\b[A-Z][A-Za-z]?\b|\b[a-z]+[A-Z]\w*", re.ASCII)
# English words that could be such names. Unformatted: a list of words reads as a text.
ENGLISH = frozenset({
    "A", "An", "As", "At", "By", "Do", "He", "I", "If", "In", "Is", "It", "No", "Of", "On", "Or", "So", "To", "We",
})  # fmt: skip
WORD = re.compile(r"[A-Za-z_]\w*", re.ASCII)


class TwinError(ValueError):
    """The languages of a source notebook differ; the message names the cells and says what to do."""


def check_twins(assignment: Assignment) -> None:
    """Check that all languages of an assignment's notebook say the same.

    Raises:
        TwinError: They do not.
    """
    faults = list(twin_faults(assignment))
    if faults:
        lines = "\n".join(f"  {fault}" for fault in faults)
        raise TwinError(f"the languages of {assignment.notebook_file} differ:\n{lines}")


def twin_faults(assignment: Assignment) -> Iterator[str]:
    """Yield a line for each thing that is not the same in all languages."""
    cells, languages = assignment.source_notebook.cells, assignment.languages
    if languages == [DEFAULT] and not any(LANGUAGE in cell.metadata for cell in cells):
        return
    for cell in cells:
        yield from _tag_faults(cell, languages)
    tagged = [cell for cell in cells if PAIR in cell.metadata and LANGUAGE in cell.metadata]
    # Twins side by side are one group; two groups of a name are a pair that was torn apart.
    groups = [(name, list(group)) for name, group in groupby(tagged, key=lambda cell: cell.metadata[PAIR])]
    for name, group in groups:
        yield from _pair_faults(name, group, languages)
    for name, count in Counter(name for name, _ in groups).items():
        if count > 1:
            yield f"{name}: its cells do not stand side by side; put them together"
    for language in languages[languages[0] == DEFAULT :]:
        yield from _code_faults(assignment.in_language(language).catalogue, cells)
    yield from outdated(assignment)


def _tag_faults(cell: Cell, languages: list[str]) -> Iterator[str]:
    meta = cell.metadata
    if cell.cell_type == "code":
        if LANGUAGE in meta or PAIR in meta:
            yield f"{cell.id}: code has no language; take language and pair out of its metadata"
    elif (LANGUAGE in meta) != (PAIR in meta):
        yield f"{cell.id}: its metadata must have both language and pair"
    elif LANGUAGE not in meta:
        if has_words(cell.source):
            yield f"{cell.id}: this text has no twin; give it language and pair, and write the cell in the others"
    elif meta[LANGUAGE] not in languages:
        yield f"{cell.id}: {meta[LANGUAGE]!r} is none of the assignment's languages: {', '.join(languages)}"
    elif meta[LANGUAGE] != DEFAULT and "nbgrader" in meta:
        yield f"{cell.id}: what nbgrader knows of a pair stands in its English cell; take it out of this one"


def has_words(source: str) -> bool:
    """Return whether a text cell says anything besides formulas, code and pictures."""
    for _, pattern in KINDS:
        source = pattern.sub(" ", source)
    return LETTERS.search(source) is not None


def _pair_faults(name: str, group: list[Cell], languages: list[str]) -> Iterator[str]:
    given = [cell.metadata[LANGUAGE] for cell in group]
    for language in languages:
        if given.count(language) != 1:
            what = "has no cell" if language not in given else f"has {given.count(language)} cells"
            yield f"{name}: it {what} in {language}; there must be one, beside its twin"
    english = next((cell for cell in group if cell.metadata[LANGUAGE] == DEFAULT), None)
    for twin in group:
        if english is not None and twin is not english:
            if twin.cell_type != english.cell_type:
                yield f"{name}: one of its cells is {english.cell_type}, the other {twin.cell_type}"
            differences = list(differing(facts_in(english.source), facts_in(twin.source, twin.metadata[LANGUAGE])))
            yield from (f"{name}, {twin.metadata[LANGUAGE]}: {line}" for line in differences)


def facts_in(source: str, language: str = DEFAULT) -> Facts:
    """Return the facts that are the same in each language: pairs of kind and text, with how often each occurs.

    A picture of a language has the name of the English one: ``unrolled.zh-CN.svg`` counts as ``unrolled.svg``.
    """
    found: Facts = Counter()
    rest = MARK_SCHEME.sub("", source)
    for kind, pattern in KINDS:
        for match in pattern.finditer(rest):
            text = next((group for group in match.groups() if group), match[0])
            if kind == "picture":
                text = text.replace(f".{language}.", ".")
            found[kind, text] += 1
        rest = pattern.sub("¦", rest)
    return found


def differing(english: Facts, other: Facts) -> Iterator[str]:
    """Yield a line for each fact that only one of two texts has."""
    lacking, further = list((english - other).elements()), list((other - english).elements())
    for kind, text in list(further):
        twin = next((fact for fact in lacking if fact[0] == kind == "formula" and same_formula(fact[1], text)), None)
        if twin is not None:
            lacking.remove(twin)
            further.remove((kind, text))
    for kind, text in sorted(set(lacking)):
        yield f"the {kind} {text!r} is only in {DEFAULT}, or more often there"
    for kind, text in sorted(set(further)):
        yield f"the {kind} {text!r} is not in {DEFAULT}, or less often there"


def same_formula(english: str, other: str) -> bool:
    """Return whether two formulas are the same except for their spacing, and for words that are translated."""
    ours, theirs = FORMULA_TEXT.split(english), FORMULA_TEXT.split(other)
    return len(ours) == len(theirs) and all(
        "".join(one.split()) == "".join(two.split()) or (at % 2 and not two.isascii())
        for at, (one, two) in enumerate(zip(ours, theirs, strict=True))
    )


def _code_faults(catalogue: Catalogue, cells: Iterable[Cell]) -> Iterator[str]:
    for cell in [cell for cell in cells if cell.cell_type == "code"]:
        try:
            translated(cell.source, catalogue)
        except CatalogueError as fault:
            yield f"{cell.id}: {fault}"
        for found in code_texts(cell.source):
            text, language = found.text, catalogue.language
            if text not in catalogue:
                yield (
                    f"{cell.id}, {language}: no translation of the {found.kind} {text[:50]!r}; "
                    "run `python -m autograder.release.extract_messages` and fill it in"
                )
            else:
                yield from (f"{cell.id}, {language}: {line}" for line in text_faults(text, catalogue.text(text)))


def text_faults(english: str, other: str) -> Iterator[str]:
    """Yield a line for each name or number of a text without Markdown that its translation lacks or has on its own."""
    fields = Counter(PLACEHOLDER.findall(english)), Counter(PLACEHOLDER.findall(other))
    if fields[0] != fields[1]:
        yield f"in {english[:50]!r} {sorted(fields[0])} is filled in, in its translation {sorted(fields[1])}"
    ours, theirs = backquoted_names(english), backquoted_names(other)
    for name in sorted(ours - theirs):
        yield f"the translation of {english[:50]!r} lacks {name!r}"
    known = set(WORD.findall(english)) | ours
    for name in sorted((set(WORD.findall(other)) | theirs) - known):
        yield f"the translation of {english[:50]!r} has {name!r}, which is not in it"


def backquoted_names(text: str) -> set[str]:
    """Return the names of code and the numbers in a text."""
    return set(NAME.findall(text)) - ENGLISH | set(re.findall(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?", text))
