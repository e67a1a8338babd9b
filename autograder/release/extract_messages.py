"""Finds all texts that students can read, and brings the catalogues up to date with them.

    python -m autograder.release.extract_messages

New texts are added without a translation, and texts that no longer exist are removed. Translations of texts that were
changed a little are kept, marked as doubtful (``fuzzy``) until somebody has read them.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from autograder.course.assignment import Assignment, assignment_names
from autograder.course.assignment_settings import FILE, read_assignment_settings
from autograder.course.course import find_course
from autograder.course.misconceptions import FOLDER, misconceptions
from autograder.course.paths import KIT_ROOT, PACKAGE
from autograder.i18n.catalogue import DOMAIN, KIT
from autograder.i18n.code_text import code_texts
from autograder.i18n.languages import DEFAULT, catalogue_file

# Which arguments of which functions are texts for students, counted from 0. Hidden tests know `gettext_noop` as `mark`.
TEXT_ARGUMENTS = {
    "say": (0,),
    "gettext_noop": (0,),
    "mark": (0,),
    "note": (0,),
    "NotRun": (0,),
    "fail": (0, 1),
    "CheckFailed": (0, 1),
    "_tell": (1, 2, 3),
}
WIDTH = 116
# No dates and no versions in it: the same texts give the same bytes.
HEADER = """\
# {name}: what students read, in {language}. See docs/reference/languages.md.
msgid ""
msgstr ""
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
Found = Iterable[tuple[str, str]]


def kit_texts() -> Iterator[tuple[str, str]]:
    """Yield the kit's own texts for students: where each stands, and the text."""
    for file in [*sorted(PACKAGE.rglob("*.py")), *sorted(PACKAGE.rglob("*.j2"))]:
        if "assignments" not in file.relative_to(PACKAGE).parts:
            yield from texts_of_file(file, file.relative_to(KIT_ROOT).as_posix())


def assignment_texts(assignment: Assignment) -> Iterator[tuple[str, str]]:
    """Yield an assignment's own texts for students."""
    settings = read_assignment_settings(assignment.settings_file)
    for text in (settings.title, *(one for texts in settings.not_punished.values() for one in texts)):
        if text:
            yield FILE, text
    known = {one.file: one for problem in misconceptions(assignment).values() for one in problem}
    for file in assignment.staff_files():
        shown = file.relative_to(assignment.folder).as_posix()
        if file in known:
            yield from ((shown, text) for text in (known[file].belief, known[file].hint, known[file].note))
        elif "demo_class" not in file.parts:
            yield from texts_of_file(file, shown)
    for file in sorted(assignment.hidden.glob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        yield from ((f"hidden/{file.name}", text) for text in (*titles(tree), *citations(tree)))
    for problem in misconceptions(assignment).values():
        yield from ((f"{FOLDER}/{one.problem}/{one.file.name}", one.title) for one in problem)
    yield from notebook_texts(assignment.source_notebook)


def notebook_texts(notebook: nbformat.NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield the texts in a source notebook's code."""
    for cell in notebook.cells:
        for found in code_texts(cell.source) if cell.cell_type == "code" else ():
            yield cell.id, found.text


def texts_of_file(file: Path, shown: str) -> Iterator[tuple[str, str]]:
    """Yield the texts that are passed to the functions in `TEXT_ARGUMENTS`, in a Python file or a template."""
    text = file.read_text(encoding="utf-8")
    for name, arguments in template_calls(text) if file.suffix == ".j2" else calls(text):
        for place in TEXT_ARGUMENTS.get(name, ()):
            given = arguments[place] if place < len(arguments) else None
            if isinstance(given, str) and given:
                yield shown, given


def calls(source: str) -> Iterator[tuple[str, list[object]]]:
    """Yield the calls in Python source: the function's name, and the arguments that are constants; None for others."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield name, [getattr(argument, "value", None) for argument in node.args]


def template_calls(source: str) -> Iterator[tuple[str, list[object]]]:
    """Yield the calls in a template, as `calls` does."""
    for call in Environment().parse(source).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            yield call.node.name, [getattr(argument, "value", None) for argument in call.args]


def titles(tree: ast.Module) -> Iterator[str]:
    """Yield the lines of hidden tests that students read: the first lines of their docstrings."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield inspect.cleandoc(ast.get_docstring(node) or node.name).split("\n")[0]


def citations(tree: ast.Module) -> Iterator[str]:
    """Yield the sentences that hidden tests cite: as text, or by a name that the file gives it."""
    names = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "asks" and isinstance(node.value, ast.Constant):
            yield str(node.value.value)
    # A name in capital letters whose text is a sentence is a citation, wherever it is used.
    yield from (text for name, text in names.items() if name.isupper() and text.endswith("."))


def update(file: Path, language: str, found: Found) -> None:
    """Bring a catalogue's file up to date with the texts that there are; the same texts give the same bytes."""
    locale = language.replace("-", "_")
    template = Catalog(charset="utf-8")
    for place, text in found:
        template.add(text, locations=[(place, 0)])
    kept = Catalog(locale=locale, charset="utf-8")
    if file.is_file():
        with file.open("rb") as stream:
            kept = read_po(stream, locale=locale)
    kept.update(template)
    kept.obsolete.clear()
    made = Catalog(locale=locale, charset="utf-8")
    for one in kept:
        if one.id:
            made.add(one.id, one.string, locations=one.locations, flags=one.flags - {"python-brace-format"})
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        stream.write(HEADER.format(name=file.stem, language=language, locale=locale).encode())
        write_po(stream, made, width=WIDTH, include_lineno=False, omit_header=True)


def own_texts(assignment: Assignment, language: str) -> Iterator[tuple[str, str]]:
    """Yield an assignment's texts, without those that a sequel takes over, translated, from an earlier assignment."""
    said = [one.in_language(language).catalogue for one in assignment.earlier[:1] if language in one.languages]
    yield from (found for found in assignment_texts(assignment) if not any(found[1] in catalogue for catalogue in said))


def update_catalogues() -> None:
    """Update all catalogues."""
    course = find_course()
    loaded = [Assignment(course, name) for name in assignment_names(course)]
    for language in sorted({language for one in loaded for language in one.languages} - {DEFAULT}):
        # An installed kit is nobody's to write into.
        if course.root == KIT_ROOT:
            update(catalogue_file(KIT, language, DOMAIN), language, kit_texts())
        for one in loaded:
            if language in one.languages:
                update(catalogue_file(one.folder, language, one.name), language, own_texts(one, language))


if __name__ == "__main__":
    update_catalogues()
