"""Wires nbgrader to this kit: what a course's ``nbgrader_config.py`` calls. No logic here, but in the modules named."""

from __future__ import annotations

import warnings
from typing import Any

from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ComputeChecksums,
    DeduplicateIds,
    IgnorePattern,
    LimitOutput,
    LockCells,
    SaveCells,
)
from sqlalchemy.exc import SAWarning

from autograder.course.released_notebook import NameStubs
from autograder.i18n.terminal import print_logs
from autograder.marking.cell_metadata import CheckCells
from autograder.marking.restore import PutBackCells
from autograder.nbgrader_plugins.copying import copy_attachments_only
from autograder.nbgrader_plugins.discovery import see_all
from autograder.nbgrader_plugins.exporter import MendingExporter
from autograder.nbgrader_plugins.exports import ExportScores
from autograder.nbgrader_plugins.feedback_exporter import FeedbackExporter, show_refusals
from autograder.nbgrader_plugins.late_days import LateDays
from autograder.nbgrader_plugins.mark_cells import MarkCells
from autograder.nbgrader_plugins.refuse import refuse_unfit
from autograder.nbgrader_plugins.release_steps import (
    AddHeaderFooter,
    AddMarkedPage,
    AddPackages,
    CheckSource,
    RefuseLeaks,
    Solve,
    TakeEdition,
    release_other_languages,
)
from autograder.nbgrader_plugins.save_grades import SaveRecordGrades


def wire(c: Any) -> None:
    """Set in a course's configuration what makes nbgrader release, mark and show with this kit.

    Folders and the database are the course's own to name; what it sets after this call holds.

    Args:
        c: What ``get_config()`` returns in ``nbgrader_config.py``.
    """
    # How nbgrader uses its sessions makes newer SQLAlchemy warn; there is nothing to act on.
    warnings.filterwarnings("ignore", message="Object of type <Submitted", category=SAWarning)

    # Logs name files as students have named them.
    print_logs()

    # Where `Course.solutions` looks for them; nbgrader's own name for the folder is another.
    c.CourseDirectory.solution_directory = "solutions"
    c.GenerateAssignment.preprocessors = [
        CheckSource,
        TakeEdition,
        AddHeaderFooter,
        LockCells,
        NameStubs,
        ClearOutput,
        CheckCellMetadata,
        ComputeChecksums,
        SaveCells,
        ClearHiddenTests,
        ClearMarkScheme,
        ComputeChecksums,
        CheckCellMetadata,
        AddPackages,
        AddMarkedPage,
        RefuseLeaks,
    ]
    # nbgrader makes the default language, this the others.
    c.GenerateAssignment.post_convert_hook = release_other_languages
    c.GenerateSolution.preprocessors = [TakeEdition, LockCells, ClearOutput, Solve, ClearHiddenTests, ClearMarkScheme]
    # The mark scheme of a written question stands below the question, in a cell that is not graded itself.
    c.ClearMarkScheme.enforce_metadata = False

    c.Autograde.sanitize_preprocessors = [
        ClearOutput,
        DeduplicateIds,
        PutBackCells,
        CheckCells,
    ]
    c.Autograde.autograde_preprocessors = [
        MarkCells,
        IgnorePattern,
        ClearMetadataPreprocessor,
        LimitOutput,
        SaveRecordGrades,
        AssignLatePenalties,
        CheckCells,
    ]
    # What late days cost by handing_in.toml; a course without that file has nbgrader's own penalties, by default none.
    c.AssignLatePenalties.plugin_class = LateDays
    # Module files and archives are hand-ins too, though nothing in them is called a notebook.
    see_all()
    # Nothing of them that could do anything comes to lie where people open notebooks.
    copy_attachments_only()
    c.Autograde.pre_convert_hook = refuse_unfit
    c.Autograde.exporter_class = MendingExporter
    c.PutBackCells.add_missing_cells = True
    c.GenerateFeedback.exporter_class = FeedbackExporter
    # Points and comments come from the record and the gradebook; nothing has to be put into the notebook.
    c.GenerateFeedback.preprocessors = []
    # As formgrader's button does. nbgrader would leave a page that is there, whatever was marked or entered since.
    c.GenerateFeedback.force = True
    # Who was refused has a page, too.
    show_refusals()
    # Formgrader shows notebooks with these.
    c.HTMLExporter.filters = {
        "highlight_code": "autograder.nbgrader_plugins.markdown_filters.highlighted",
        "markdown2html": "autograder.nbgrader_plugins.markdown_filters.markdown_html",
        "clean_html": "autograder.nbgrader_plugins.markdown_filters.cleaned",
    }

    # Others, by --exporter=autograder.nbgrader_plugins.exports.NAME: ExportProblems, ExportCanvas, ExportMoodle.
    c.ExportApp.plugin_class = ExportScores
