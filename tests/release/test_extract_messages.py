"""Every text that students can read is found, and has a translation in each language that there is."""

from __future__ import annotations

import ast
import shutil
import subprocess
from functools import cache

import pytest

from autograder.course.assignment import Assignment
from autograder.course.course import Course
from autograder.course.paths import ASSIGNMENTS, KIT_ROOT, PACKAGE
from autograder.i18n.catalogue import DOMAIN, KIT, translations_in
from autograder.i18n.languages import DEFAULT, catalogue_file
from autograder.release import extract_messages
from autograder.release.extract_messages import (
    TEXT_ARGUMENTS,
    assignment_texts,
    kit_texts,
    own_texts,
    texts_of_file,
    update,
)
from autograder.release.translation_check import text_faults

NAMES = sorted(path.parent.name for path in ASSIGNMENTS.glob("*/assignment.toml"))
LOADED = [Assignment(Course(KIT_ROOT), name) for name in NAMES]
LANGUAGES = sorted({language for one in LOADED for language in one.languages} - {DEFAULT})
# Whose texts a catalogue translates, the kit's or an assignment's, and into which language.
CATALOGUES = [
    (owner, language)
    for language in LANGUAGES
    for owner in (None, *(one for one in LOADED if language in one.languages))
]
texts_of_kit = cache(lambda: list(kit_texts()))


@pytest.fixture(params=CATALOGUES, ids=lambda one: f"{one[0].name if one[0] else DOMAIN}-{one[1]}", scope="module")
def catalogue(request):
    """A catalogue's file, its language, and what it has to translate."""
    owner, language = request.param
    folder, name = (KIT, DOMAIN) if owner is None else (owner.folder, owner.name)
    texts = texts_of_kit() if owner is None else list(own_texts(owner, language))
    return catalogue_file(folder, language, name), language, texts


def test_every_text_has_a_translation(catalogue):
    file, _, texts = catalogue
    translations = translations_in(file)
    assert texts
    assert [text for _, text in texts if text not in translations] == []


def test_translations_keep_what_is_filled_in_names_and_numbers(catalogue):
    file, _, _ = catalogue
    assert [fault for text, said in translations_in(file).items() for fault in text_faults(text, said)] == []


def test_catalogues_hold_nothing_else_and_are_as_the_tool_writes_them(catalogue, tmp_path):
    file, language, texts = catalogue
    copy = tmp_path / file.name
    copy.write_bytes(file.read_bytes())
    update(copy, language, texts)
    assert copy.read_bytes() == file.read_bytes()


def test_no_compiled_catalogue_is_in_version_control():
    listed = subprocess.run(["git", "ls-files", "*.mo"], cwd=KIT_ROOT, capture_output=True, text=True, check=False)
    assert listed.stdout == ""


def test_no_text_for_students_is_put_together_where_no_catalogue_can_find_it():
    built = []
    provided = PACKAGE.glob("assignments/*/packages/**/*.py")
    for file in sorted({*PACKAGE.rglob("*.py")} - {*provided}):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            name = node.func.id
            places = TEXT_ARGUMENTS.get(name, (0,) if name == "Rejected" else ())
            given = [node.args[place] for place in places if place < len(node.args)]
            plain = (ast.Constant,) if name == "Rejected" else ()
            built += [
                f"{file.name}:{one.lineno}" for one in given if isinstance(one, (ast.JoinedStr, ast.BinOp, *plain))
            ]
    assert built == []


def test_texts_are_found_in_python_and_in_templates(tmp_path):
    python, template = tmp_path / "a.py", tmp_path / "a.html.j2"
    python.write_text(
        'fail("one", "two" " three", name="no")\nnote(say("four"))\nprint("no")\nself._tell(x, "a", "b", "c")'
    )
    template.write_text('{{ say("five", x="no") }}{% if x %}{{ other("no") }}{{ say(y) }}{% endif %}')
    assert sorted(text for _, text in texts_of_file(python, "a.py")) == ["a", "b", "c", "four", "one", "two three"]
    assert list(texts_of_file(template, "a")) == [("a", "five")]


def test_an_update_adds_what_is_new_drops_what_is_gone_and_marks_what_was_changed(tmp_path):
    file = tmp_path / "locale" / "a.po"
    update(file, "zh-CN", [("x.py", "The bias is missing."), ("x.py", "gone")])
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('missing."\nmsgstr ""', 'missing."\nmsgstr "缺少偏置。"'), encoding="utf-8")
    assert translations_in(file) == {"The bias is missing.": "缺少偏置。"}
    update(file, "zh-CN", [("x.py", "The bias was missing."), ("y.py", "new one")])
    text = file.read_text(encoding="utf-8")
    assert "gone" not in text
    assert 'msgid "new one"\nmsgstr ""' in text
    assert translations_in(file) == {}
    assert "缺少偏置。" in text
    assert "fuzzy" in text


def test_the_tool_updates_the_catalogues_of_all_assignments(bilingual):
    file = catalogue_file(bilingual.folder, "zh-CN", "arithmetic")
    extract_messages.update(file, "zh-CN", assignment_texts(bilingual))
    assert translations_in(file)["Halves {size} numbers."] == "把 {size} 个数减半。"


def test_a_sequel_takes_over_what_was_translated_before_and_its_own_catalogue_lacks_it(bilingual):
    folder = bilingual.folder.with_name("more_arithmetic")
    shutil.copytree(bilingual.folder, folder, ignore=shutil.ignore_patterns("locale"))
    settings = folder / "assignment.toml"
    settings.write_text(f'sequel_of = "{bilingual.name}"\n' + settings.read_text())
    source = bilingual.course.source(bilingual.name)
    shutil.copytree(source, source.with_name(folder.name))
    (source.with_name(folder.name) / f"{bilingual.name}.ipynb").rename(
        source.with_name(folder.name) / f"{folder.name}.ipynb"
    )
    sequel = Assignment(bilingual.course, folder.name)
    said = bilingual.in_language("zh-CN").catalogue
    assert sequel.in_language("zh-CN").catalogue.text("Halves {size} numbers.") == "把 {size} 个数减半。"
    texts = dict.fromkeys(text for _, text in assignment_texts(sequel))
    assert [text for _, text in own_texts(sequel, "zh-CN")] == [text for text in texts if text not in said]
