"""Reads a submission of an assignment that has several notebooks: each is chosen, repaired, and joined with the others.

What was not handed in, or cannot be read, is marked as it was released, so that the others are marked all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import nbformat

from autograder.course.assignment import Assignment
from autograder.course.joined_notebooks import join
from autograder.course.released_notebook import as_students_get_them
from autograder.i18n.editions import LANGUAGE
from autograder.i18n.messages import Message, say
from autograder.submissions.archives import Candidate
from autograder.submissions.checks import LIMITS, IntakeLimits, Rejected
from autograder.submissions.collect import SubmittedFiles
from autograder.submissions.repair import Mended, mend
from autograder.submissions.select import CANDIDATES_MAX, best_of, name_likeness, notebooks, told_of

# From this likeness on, a name is the notebook's, but for what browsers and file managers add to names.
SAME_NAME = 2


@dataclass(frozen=True)
class ReadNotebooks:
    """The notebooks of a submission.

    Attributes:
        language: The language of the first that was handed in.
        data: Their bytes.
        notebook: All of them, joined.
        sentences: What was repaired, and which were not handed in.
    """

    language: str
    data: bytes
    notebook: nbformat.NotebookNode
    sentences: list[Message]


def read_notebooks(
    assignment: Assignment, submitted: SubmittedFiles, found: list[Candidate], limits: IntakeLimits = LIMITS
) -> ReadNotebooks:
    """Return the notebooks in what was handed in.

    Args:
        assignment: In any of its languages.
        submitted: The file or folder that was handed in.
        found: The files in it.
        limits: Bounds on what is read.

    Raises:
        Rejected: None of them can be read; the message says why and what to do.
    """
    # A single file is read whatever its name: people rename notebooks to .txt or .json.
    candidates = found if not submitted.folder and len(found) == 1 else notebooks(found)
    chosen = _chosen(assignment, candidates, limits)
    read: dict[str, Mended] = {}
    sentences: dict[str, list[Message]] = {}
    faults: list[Rejected] = []
    for name, part in assignment.parts.items():
        sentences[name] = []
        if name not in chosen:
            wanted = f"{name}.ipynb"
            sentences[name].append(say("{wanted} was not handed in: nothing was marked for it.", wanted=wanted))
            continue
        candidate, told = chosen[name]
        try:
            read[name] = mend(part, candidate.name, candidate.data, limits)
            sentences[name] += [*told, *read[name].sentences]
        except Rejected as fault:
            faults.append(fault)
            sentences[name].append(fault.message)
    if not read:
        raise faults[0] if faults else _no_notebook(assignment, submitted)
    language = next(iter(read.values())).notebook.metadata[LANGUAGE]
    whole = {
        name: read[name].notebook if name in read else _released(part, language)
        for name, part in assignment.parts.items()
    }
    return ReadNotebooks(
        language,
        b"\0".join(candidate.data for candidate, _ in chosen.values()),
        join(assignment.name, whole),
        [say("{notebook}: {what}", notebook=name, what=what) for name, told in sentences.items() for what in told],
    )


def _no_notebook(assignment: Assignment, submitted: SubmittedFiles) -> Rejected:
    wanted = [f"{name}.ipynb" for name in assignment.notebooks]
    return Rejected(
        say(
            "{name} holds no notebook of {title}: hand in {wanted}",
            name=submitted.told,
            title=assignment.title,
            wanted=wanted,
        )
    )


def _released(part: Assignment, language: str) -> nbformat.NotebookNode:
    """Return a notebook as students get it, in the form of one that was handed in."""
    given = as_students_get_them(part.in_language(language))
    return mend(part, part.notebook_name, nbformat.writes(given).encode()).notebook


def _chosen(
    assignment: Assignment, candidates: list[Candidate], limits: IntakeLimits
) -> dict[str, tuple[Candidate, list[Message]]]:
    """Return the file of each notebook, with what people are told of the choice: by its name, then by its cells."""
    chosen: dict[str, tuple[Candidate, list[Message]]] = {}
    free = list(candidates)
    for likeness in (SAME_NAME, 1):
        for name, part in assignment.parts.items():
            alike = [one for one in free if name_likeness(one.file, name) >= likeness][:CANDIDATES_MAX]
            if name in chosen or not alike:
                continue
            best = best_of(part, alike, limits)
            chosen[name] = best, list(told_of(best, alike, f"{name}.ipynb"))
            # Further copies of it are none of another notebook's files.
            free = [one for one in free if one not in alike]
    for name, part in assignment.parts.items():
        if name not in chosen:
            fitting = next((one for one in free[:CANDIDATES_MAX] if _fits(part, one, limits)), None)
            if fitting is not None:
                chosen[name] = fitting, list(told_of(fitting, [fitting], f"{name}.ipynb"))
                free.remove(fitting)
    return {name: chosen[name] for name in assignment.notebooks if name in chosen}


def _fits(part: Assignment, candidate: Candidate, limits: IntakeLimits) -> bool:
    try:
        mend(part, candidate.name, candidate.data, limits)
    except Rejected:
        return False
    return True
