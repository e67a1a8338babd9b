"""Tells which text cells were changed in English since their translation was last touched.

For each pair of text cells, a file beside the assignment's catalogues holds digests of both texts, as they were when a
release was last made. Where the English has changed since and the other text has not, the translation may say what no
longer holds: `autograder release` refuses it until it is touched, or until the author says that it still holds.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from autograder.course.assignment import Assignment
from autograder.course.course import CourseError
from autograder.course.digest import digest_of
from autograder.i18n.editions import LANGUAGE, MARK_SCHEME, PAIR
from autograder.i18n.languages import DEFAULT

FILE = "text_cells.json"
# Enough to tell a text from what it was.
DIGITS = 12
# By language and pair: the digest of the English text, and that of its translation.
Digests = dict[str, dict[str, list[str]]]


def digests_file(assignment: Assignment) -> Path:
    """Return the file that holds the digests."""
    return assignment.folder / "locale" / FILE


def outdated(assignment: Assignment) -> Iterator[str]:
    """Yield a line for each translation whose English text has changed since it was last touched."""
    for language, pair in _outdated(assignment):
        yield (
            f"{pair}: the English changed since {language} was last touched; change that, or say that it still holds: "
            f"`autograder release {assignment.name} --translation-holds {pair}`"
        )


def confirm(assignment: Assignment, pairs: Collection[str]) -> None:
    """Record that the translations of some pairs hold, though their English text has changed.

    Raises:
        CourseError: A name is that of no pair.
    """
    now, known = _digests(assignment), _recorded(assignment)
    if unknown := sorted(set(pairs).difference(*now.values())):
        raise CourseError(
            f"no text cells of {assignment.notebook_file} have the pair {unknown[0]!r} in their metadata: "
            f"`autograder release {assignment.name} --check` names the pairs that need looking at"
        )
    for language, found in now.items():
        known.setdefault(language, {}).update({pair: found[pair] for pair in pairs if pair in found})
    _write(assignment, known)


def record(assignment: Assignment) -> None:
    """Record the texts as they are now; only after `outdated` has found none."""
    if not is_recorded(assignment):
        _write(assignment, _digests(assignment))


def is_recorded(assignment: Assignment) -> bool:
    """Return whether the digests are those of the texts as they are now."""
    return _recorded(assignment) == _digests(assignment)


def _outdated(assignment: Assignment) -> Iterator[tuple[str, str]]:
    known = _recorded(assignment)
    for language, found in _digests(assignment).items():
        for pair, (english, other) in found.items():
            before = known.get(language, {}).get(pair, [english, other])
            if before[0] != english and before[1] == other:
                yield language, pair


def _digests(assignment: Assignment) -> Digests:
    texts: dict[str, dict[str, str]] = {}
    for cell in assignment.source_notebook.cells:
        if PAIR in cell.metadata and LANGUAGE in cell.metadata:
            # Blanks and the ends of lines say nothing; the mark scheme is for staff, who read English.
            text = " ".join(MARK_SCHEME.sub("", cell.source).split())
            digest = digest_of([text.encode()])[:DIGITS]
            texts.setdefault(cell.metadata[LANGUAGE], {})[cell.metadata[PAIR]] = digest
    english = texts.pop(DEFAULT, {})
    return {
        language: {pair: [english[pair], digest] for pair, digest in sorted(found.items()) if pair in english}
        for language, found in sorted(texts.items())
    }


def _recorded(assignment: Assignment) -> Digests:
    file = digests_file(assignment)
    if not file.is_file():
        return {}
    try:
        found: Digests = json.loads(file.read_text(encoding="utf-8"))
        return {
            language: {pair: [str(english), str(other)] for pair, (english, other) in pairs.items()}
            for language, pairs in found.items()
        }
    except (ValueError, AttributeError, TypeError) as fault:
        raise CourseError(
            f"{file} is damaged ({fault}): take it out, and `autograder release` makes it anew"
        ) from fault


def _write(assignment: Assignment, digests: Digests) -> None:
    # A line for each pair, so that two people's changes can be merged.
    languages = []
    for language, pairs in digests.items():
        lines = [f"  {json.dumps(pair, ensure_ascii=False)}: {json.dumps(two)}" for pair, two in sorted(pairs.items())]
        languages.append(f" {json.dumps(language)}: {{\n" + ",\n".join(lines) + "\n }")
    file = digests_file(assignment)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{\n" + ",\n".join(languages) + "\n}\n", encoding="utf-8")
