"""What the kit stands on in nbgrader is as it was when it was looked at.

A new nbgrader that changes one of these makes a test fail that names it: read what has changed, compare the module that
is named beside it, then put the new digest here and widen the range of versions in `pyproject.toml`.
"""

from __future__ import annotations

import hashlib
import inspect
import textwrap
from typing import Any

import pytest
from nbgrader import api
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import BaseConverter
from nbgrader.coursedir import CourseDirectory
from nbgrader.nbgraderformat.v3 import MetadataValidatorV3
from nbgrader.plugins.export import CsvExportPlugin
from nbgrader.preprocessors import (
    AssignLatePenalties,
    ClearSolutions,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)

# By what is called, overridden or replaced: the module of the kit that does it, and a digest of nbgrader's code.
SEAMS: dict[Any, tuple[str, str]] = {
    Autograde.init_notebooks: ("nbgrader_plugins/discovery.py", "340b3864fb06"),
    BaseConverter.init_assignment: ("nbgrader_plugins/copying.py", "77428dabf317"),
    BaseConverter.start: ("nbgrader_plugins/copying.py", "13a625747083"),
    BaseConverter.convert_notebooks: ("nbgrader_plugins/refuse.py", "b1e3b8f4ae9c"),
    Autograde.convert_single_notebook: ("nbgrader_plugins/exporter.py", "e5f0fad7cb7e"),
    GenerateFeedback: ("nbgrader_plugins/feedback_exporter.py", "8b8c318191df"),
    OverwriteCells: ("marking/restore.py", "0b4a9da60191"),
    OverwriteKernelspec: ("marking/restore.py", "0618604a4e46"),
    ClearSolutions: ("course/released_notebook.py", "ac21c92e5745"),
    SaveAutoGrades: ("nbgrader_plugins/save_grades.py", "7b0810cdd993"),
    AssignLatePenalties: ("grading/gradebook/entry.py", "e81c2a65e3cc"),
    MetadataValidatorV3: ("marking/cell_metadata.py", "f0199e05efcf"),
    CsvExportPlugin: ("nbgrader_plugins/exports/scores.py", "379535705f52"),
    CourseDirectory.get_existing_timestamp: ("nbgrader_plugins/discovery.py", "f62859cdb0b4"),
}
# The columns of the tables that `grading/gradebook/rows.py` writes, without nbgrader's code.
TABLES = {
    "SubmittedAssignment": "34b895bc238d",
    "SubmittedNotebook": "870072a01109",
    "Grade": "5615fb8faddb",
    "Comment": "418f9ff80093",
    "Student": "3592337f2bff",
}


def digest(text: str) -> str:
    return hashlib.sha256(textwrap.dedent(text).encode()).hexdigest()[:12]


def columns(table: str) -> str:
    found = getattr(api, table).__table__.columns
    return "\n".join(f"{column.name} {type(column.type).__name__} {column.nullable}" for column in found)


@pytest.mark.parametrize("seam", SEAMS, ids=lambda seam: seam.__qualname__)
def test_nbgraders_code_is_what_the_kit_was_written_for(seam):
    module, known = SEAMS[seam]
    # What the kit itself has put there wraps nbgrader's.
    now = digest(inspect.getsource(inspect.unwrap(seam)))
    assert now == known, f"nbgrader's {seam.__qualname__} has changed (now {now}): compare autograder/{module}"


@pytest.mark.parametrize("table", TABLES)
def test_nbgraders_tables_have_the_columns_that_the_kit_writes(table):
    now = digest(columns(table))
    assert now == TABLES[table], f"nbgrader's table {table} has changed (now {now}): compare grading/gradebook/rows.py"
