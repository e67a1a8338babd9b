"""nbgrader's steps for a release: what each adds, and what each refuses."""

from __future__ import annotations

import nbformat
import pytest
from traitlets.config import Config

from autograder.i18n.editions import LANGUAGE
from autograder.nbgrader_plugins import release_steps
from autograder.nbgrader_plugins.release_steps import AddMarkedPage, AddPackages, RefuseLeaks, release_other_languages
from autograder.release.marked_page import FILE


def test_only_the_code_of_a_package_is_for_students(course, assignment):
    for name in (
        "__pycache__/layers.pyc",
        ".ipynb_checkpoints/layers-checkpoint.py",
        "datasets/coco_captioning/x.h5",
        "datasets/.cache/a.py",
    ):
        file = course.root / "cs231n" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    resources = {"nbgrader": {"assignment": "arithmetic"}}
    _, resources = AddPackages().preprocess(assignment.notebook, resources)
    assert "cs231n/layers.py" in resources["outputs"]
    assert not [name for name in resources["outputs"] if "/." in name or "__pycache__" in name or name.endswith(".h5")]


def test_a_release_is_refused_for_what_is_in_any_of_its_files(course, assignment, monkeypatch):
    monkeypatch.chdir(course.root)
    looked_at = {}
    monkeypatch.setattr(release_steps, "refuse_files", lambda _assignment, files, *_arguments: looked_at.update(files))
    copied = course.release("arithmetic") / "data.txt"
    copied.write_bytes(b"copied")
    names = {"assignment": "arithmetic", "notebook": "arithmetic", "student": "."}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("new = 1")])
    config = Config({"CourseDirectory": {"root": str(course.root)}})
    RefuseLeaks(config=config).preprocess(notebook, {"nbgrader": names, "outputs": {"added.txt": b"added"}})
    assert (looked_at["data.txt"], looked_at["added.txt"]) == (b"copied", b"added")
    assert b"new = 1" in looked_at["arithmetic.ipynb"], "the notebook that will be written, not an earlier one"


def test_the_page_of_what_is_marked_is_in_the_notebooks_language(bilingual, monkeypatch):
    monkeypatch.chdir(bilingual.course.root)
    notebook = nbformat.v4.new_notebook(metadata={LANGUAGE: "zh-CN"})
    _, resources = AddMarkedPage().preprocess(notebook, {"nbgrader": {"assignment": "arithmetic"}})
    assert '<html lang="zh-CN">' in resources["outputs"][FILE].decode()


def test_a_fault_in_another_language_is_logged_because_nbgrader_goes_on(course, monkeypatch, caplog):
    def fail(_assignment):
        raise ValueError("no translation")

    monkeypatch.chdir(course.root)
    monkeypatch.setattr(release_steps, "_release_others", fail)
    with pytest.raises(ValueError, match="no translation"):
        release_other_languages("arithmetic", ".", [])
    assert "the releases in other languages could not be made; run autograder release" in caplog.text


def test_other_languages_replace_their_old_releases_and_nothing_else(bilingual, monkeypatch):
    course = bilingual.course
    monkeypatch.chdir(course.root)
    english, chinese = (course.release("arithmetic", language) for language in bilingual.languages)

    def build(made, target):
        for folder in (target / "release", target / "solutions"):
            folder.mkdir(parents=True)
            (folder / "made.txt").write_text(made.language)
        places = course.release("arithmetic", made.language), course.solutions("arithmetic", made.language)
        return dict(zip(places, (target / "release", target / "solutions"), strict=True))

    monkeypatch.setattr(release_steps, "build_language", build)
    before = sorted(english.rglob("*")), sorted(course.solutions("arithmetic", "zh-CN").rglob("*"))
    release_other_languages("arithmetic", ".", [])
    assert [file.name for file in chinese.iterdir()] == ["made.txt"]
    assert (sorted(english.rglob("*")), sorted(course.solutions("arithmetic", "zh-CN").rglob("*"))) == before
