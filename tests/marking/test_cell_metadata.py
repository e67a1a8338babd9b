"""nbgrader's metadata is checked as nbgrader checks it."""

import nbformat
import pytest
from nbgrader.nbgraderformat import SchemaTooNewError, ValidationError
from nbgrader.preprocessors import CheckCellMetadata

from autograder.marking.cell_metadata import CheckCells

SOUND = {
    "schema_version": 3,
    "grade": True,
    "solution": False,
    "locked": True,
    "task": False,
    "grade_id": "a",
    "points": 1,
}


def notebook(*metas):
    cells = [nbformat.v4.new_code_cell("x", metadata={"nbgrader": meta}) for meta in metas]
    return nbformat.v4.new_notebook(cells=[*cells, nbformat.v4.new_code_cell("y")])


def test_sound_metadata_passes():
    made = notebook(SOUND, {**SOUND, "grade_id": "b"})
    assert CheckCells().preprocess(made, {}) == (made, {})


@pytest.mark.parametrize(
    "metas",
    [
        [{**SOUND, "points": "many"}],
        [{**SOUND, "points": -1}],
        [{**SOUND, "extra": 1}],
        [{**SOUND, "grade_id": ""}],
        [SOUND, SOUND],
        [{name: value for name, value in SOUND.items() if name != "grade"}],
        [{name: value for name, value in SOUND.items() if name != "points"}],
        [{**SOUND, "schema_version": 4}],
    ],
)
def test_damaged_metadata_is_refused_with_nbgraders_own_words(metas):
    with pytest.raises((ValidationError, SchemaTooNewError)) as theirs:
        CheckCellMetadata().preprocess(notebook(*metas), {})
    with pytest.raises(type(theirs.value)) as ours:
        CheckCells().preprocess(notebook(*metas), {})
    assert str(ours.value) == str(theirs.value)
