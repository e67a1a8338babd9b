"""Each planted leak is named with its place; innocent edits and the release as it is are let pass."""

from __future__ import annotations

import pytest

from autograder.release.leaks.check import find_leaks
from tests.release.leaks.innocent import INNOCENTS
from tests.release.leaks.planted import PLANTS
from tests.release.leaks.trial import found, found_after, found_in_files, found_in_source, names
from tests.release.leaks.workshop import assignment, released
from tests.support.sampling import some, thorough


@pytest.mark.parametrize("plant", some(PLANTS.all, 9), ids=lambda plant: plant.name)
def test_a_planted_leak_is_named_with_its_place_and_what_to_do(plant):
    leaks = found(plant)
    assert names(plant, leaks), "\n".join(map(str, leaks)) or "nothing was found"


@pytest.mark.parametrize("edit", some(INNOCENTS.all, 3), ids=lambda edit: edit.name)
def test_an_innocent_edit_is_let_pass(edit):
    assert found_after(edit) == []


@thorough
def test_stubs_still_fail_their_checks_after_all_edits_that_change_what_is_run():
    def all_of_them(notebook):
        for edit in INNOCENTS.all:
            if edit.runs:
                edit.make(notebook)

    assert found_in_source(all_of_them, runs=True) == []


def test_every_file_of_code_that_staff_keep_of_an_assignment_is_found_among_the_students_files():
    folders = [assignment().folder / name for name in ("hidden", "misconceptions", "right")]
    kept = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    files = {f"cs231n/notes_{number}.py": file.read_bytes() for number, file in enumerate(kept)}
    assert len(files) > 100
    assert set(files) - {leak.where.file for leak in found_in_files(files)} == set()


def test_the_release_as_it_is_passes_whole():
    findings = find_leaks([assignment()], released().items())
    assert (findings.leaks, findings.notes, findings.files) == ([], [], len(released()))


def test_each_kind_of_plant_is_told_from_the_others():
    assert len(PLANTS.all) >= 30
    assert len(INNOCENTS.all) >= 10
    assert len({plant.name for plant in PLANTS.all}) == len(PLANTS.all)
