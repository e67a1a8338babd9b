"""Releases are built in a scratch folder: nothing of the course is written, and each language has its place."""

from __future__ import annotations

import pytest

from autograder.release import build, leaks, module_release
from autograder.release.build import build_all, build_language, config_for, own_config


@pytest.fixture
def built(monkeypatch):
    """Keep what nbgrader and the leak check would be asked."""
    asked = {"converted": [], "checked": [], "modules": []}
    monkeypatch.setattr(build, "convert", lambda _assignment, config: asked["converted"].append(config))
    monkeypatch.setattr(leaks, "refuse_release", lambda _assignment, folder: asked["checked"].append(folder))
    monkeypatch.setattr(module_release, "make", lambda _a, source, target: asked["modules"].append(target))
    return asked


def test_one_language_is_made_without_the_hook_for_the_others(course, tmp_path):
    config = config_for(course, tmp_path, "zh-CN")
    assert build.HOOK not in own_config(course).GenerateAssignment
    assert config.TakeEdition.language == "zh-CN"
    folders = config.CourseDirectory
    for place in (folders.release_directory, folders.solution_directory, folders.db_url.removeprefix("sqlite:///")):
        assert place.startswith(str(tmp_path))


def test_each_folder_is_named_by_its_place_in_the_course_and_every_release_is_checked(assignment, built, tmp_path):
    course = assignment.course
    made = build_language(assignment, tmp_path / "scratch")
    assert set(made) == {course.release("arithmetic"), course.solutions("arithmetic")}
    assert all(folder.is_relative_to(tmp_path / "scratch") for folder in made.values())
    assert built["checked"] == [made[course.release("arithmetic")]]


def test_module_files_are_made_when_asked_and_where_there_are_any(assignment, built, tmp_path):
    place = assignment.course.module_release("arithmetic")
    assert place not in build_language(assignment, tmp_path)
    assert place in build_language(assignment, tmp_path, modules=True)
    place.mkdir(parents=True)
    made = build_language(assignment, tmp_path)
    assert built["modules"] == [made[place]] * 2
    assert built["checked"][-1] == made[place]


def test_all_languages_have_folders_of_their_own(bilingual, built, tmp_path):
    made = build_all(bilingual, tmp_path)
    assert len(set(made.values())) == len(made) == 2 * len(bilingual.languages)
    assert [config.TakeEdition.language for config in built["converted"]] == bilingual.languages
