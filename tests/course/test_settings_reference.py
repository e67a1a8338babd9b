"""The schema and the page of all keys are what the classes say, and the assignments of this repository fit them."""

from __future__ import annotations

import json
import tomllib

import pytest

from autograder.course.assignment_settings import AssignmentSettings
from autograder.course.paths import ASSIGNMENTS
from autograder.course.settings_reference import PAGE, SCHEMA_FILE, page, schema, tables

MADE = "run python -m autograder.course.settings_reference"
FILES = sorted(ASSIGNMENTS.glob("*/assignment.toml"))


def test_the_schema_is_made_from_the_classes():
    assert json.loads(SCHEMA_FILE.read_text(encoding="utf-8")) == schema(), MADE


def test_the_page_has_the_tables_of_all_keys():
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), MADE
    assert text.count("| must be given |") == tables().count("| must be given |") > 0


def test_every_key_has_a_description_and_an_example():
    for row in (line for line in tables().splitlines() if line.startswith("| `")):
        _, _, meaning, _, example, _ = row.split(" | ") if row.count(" | ") == 5 else ["", *row.split(" | "), ""]
        assert meaning, row
        assert example, row


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_editors_find_the_schema_from_an_assignment_of_this_repository(file):
    line = file.read_text(encoding="utf-8").partition("\n")[0]
    assert (file.parent / line.removeprefix("#:schema ")).resolve() == SCHEMA_FILE
    known = schema()["$defs"][AssignmentSettings.__name__]["properties"]
    assert not set(tomllib.loads(file.read_text(encoding="utf-8"))) - set(known)
