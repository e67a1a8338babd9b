"""Reads ``assignment.toml``: which keys there are, what each means, and what to write in place of what does not fit.

The schema that editors complete keys with, ``assignment.schema.json``, and the page of all keys in the documentation
are generated from these classes by ``python -m autograder.course.settings_reference``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from autograder.course.course import CourseError
from autograder.course.settings_words import read_toml, told, toml
from autograder.i18n.languages import DEFAULT

FILE = "assignment.toml"
REQUIREMENTS = ("numpy>=1.26", "jupyter>=1.1")


class Hints(StrEnum):
    """When students read the hint of a misconception.

    ``folded``: it is there for who opens it. ``shown``: at once. ``second-attempt``: from the second submission on that
    is marked.
    """

    FOLDED = "folded"
    SHOWN = "shown"
    SECOND_ATTEMPT = "second-attempt"


class FeedbackSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the feedback shows."""

    hints: Annotated[
        Hints,
        Meta(
            description="When students read the hint of a misconception: folded away, at once, or from their second "
            "marked submission on.",
            examples=["second-attempt"],
        ),
    ] = Hints.FOLDED


class StandInSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A function, or a forward and a backward function, that right ones stand in for when an earlier one is wrong."""

    pair: Annotated[
        tuple[str, str] | None,
        Meta(
            description="The names of a forward function, whose last value is its cache, and of its backward function. "
            "Either this or `function`.",
            examples=[["layer_forward", "layer_backward"]],
        ),
    ] = None
    function: Annotated[
        str | None,
        Meta(description="The name of a function that has no backward function.", examples=["one_hot"]),
    ] = None
    takes: Annotated[
        dict[str, str],
        Meta(
            description="The axes of each argument, in the arguments' order. The same name is the same length, `4H` is "
            "four times `H`, `3` is a length, `...` in front is any number of axes, an empty text is a number.",
            examples=[{"x": "N D", "w": "D"}],
        ),
    ]
    integers: Annotated[
        list[str],
        Meta(
            description="The arguments that hold integers: words, labels, indices. One without axes is a size, which "
            "`gives` may name.",
            examples=[["labels"]],
        ),
    ] = []
    gives: Annotated[
        str | list[str],
        Meta(
            description="The axes of the output, the cache left out; a list for several outputs.",
            examples=["N D", ["N H", "N H"]],
        ),
    ]
    used_by: Annotated[
        list[str],
        Meta(description="The problems that are built on it; they come after the functions' own.", examples=[["loss"]]),
    ]


class ModuleSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A file of a package in which students may write their functions, in place of the notebook's cells."""

    file: Annotated[str, Meta(description="Its path below the submission's folder.", examples=["mypackage/layers.py"])]
    problems: Annotated[
        list[str],
        Meta(description="The problems that are solved in it, in the file's order.", examples=[["layer_forward"]]),
    ]
    owner: Annotated[
        str | None,
        Meta(description="The class whose methods they are; left out for functions.", examples=["Model"]),
    ] = msgspec.field(name="class", default=None)


class ModuleTextSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A text that is replaced in the release of module files, where cells to fill in are spoken of."""

    place: Annotated[
        str,
        Meta(description="The `grade_id` of the cell, or the file of the package.", examples=["title"]),
    ]
    old: Annotated[str, Meta(description="The text in the notebook, or in the file.", examples=["in this cell"])]
    new: Annotated[str, Meta(description="What takes its place.", examples=["in mypackage/layers.py"])]
    language: Annotated[
        str | None, Meta(description="The language of the cell; left out for a file.", examples=["en"])
    ] = None


class AssignmentSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What the kit must know of an assignment besides its notebook and its hidden tests. Nothing has to be set."""

    title: Annotated[
        str | None,
        Meta(
            description="What people call the assignment; when it is left out, its name.",
            examples=["Image captioning with recurrent neural networks"],
        ),
    ] = None
    languages: Annotated[
        list[str],
        Meta(description="The languages of the notebook, the source's own first.", examples=[["en", "zh-CN"]]),
    ] = msgspec.field(default_factory=lambda: [DEFAULT])
    sequel_of: Annotated[
        str | None,
        Meta(
            description="The assignment that this one follows: what that one asked for may be given here.",
            examples=["first_steps"],
        ),
    ] = None
    notebooks: Annotated[
        list[str],
        Meta(
            description="The names of its notebooks, in order. Left out, there is one, which is called like the "
            "assignment. Where they are called otherwise, cells and problems are named `<notebook>.<cell>`.",
            examples=[["problem1", "problem2"]],
        ),
    ] = []
    in_kernel: Annotated[
        list[str],
        Meta(
            description="Problems whose check cells give the points, as in plain nbgrader, in place of hidden tests. "
            "Their code runs in the process of the student's, which could change what they see; see "
            "`autograder docs adopting`.",
            examples=[["squares"]],
        ),
    ] = []
    packages: Annotated[
        list[str],
        Meta(
            description="The packages that students import: they go into the release, and are the kit's own when "
            "submissions are marked.",
            examples=[["mypackage"]],
        ),
    ] = []
    requirements: Annotated[
        list[str],
        Meta(description="What the release's `requirements.txt` names.", examples=[["numpy>=1.26", "pandas>=2"]]),
    ] = msgspec.field(default_factory=lambda: [*REQUIREMENTS])
    public: Annotated[
        list[str],
        Meta(
            description="Statements of solutions and hidden tests that students may see all the same: "
            "`autograder release` lets them pass.",
            examples=[["np.add.at(dW, x, dout)"]],
        ),
    ] = []
    not_punished: Annotated[
        dict[str, list[str]],
        Meta(
            description="What costs nothing, problem by problem, for the page that tells students what is marked.",
            examples=[{"layer_forward": ["A loop in place of a matrix product."]}],
        ),
    ] = {}
    needs: Annotated[
        dict[str, str],
        Meta(
            description="A problem that is run only when another one is right, and otherwise takes the share of its "
            "points that the other one got.",
            examples=[{"train": "loss"}],
        ),
    ] = {}
    feedback: Annotated[FeedbackSettings, Meta(description="What the feedback shows.")] = FeedbackSettings()
    stand_ins: Annotated[
        list[StandInSettings],
        Meta(
            description="Functions that right ones stand in for, so that a mistake costs once; see "
            "`autograder docs stand-ins`."
        ),
    ] = []
    modules: Annotated[
        list[ModuleSettings],
        Meta(description="Files in which students may write their functions, in place of the notebook's cells."),
    ] = []
    module_texts: Annotated[
        list[ModuleTextSettings],
        Meta(description="Texts that are replaced in the release of these files."),
    ] = []


def read_assignment_settings(file: Path) -> AssignmentSettings:
    """Read an assignment's settings.

    Args:
        file: Its ``assignment.toml``.

    Raises:
        CourseError: It is no TOML, or does not fit; the text names the file and the key, says what was expected, and
            gives an example.
    """
    try:
        settings = msgspec.convert(read_toml(file), AssignmentSettings)
    except msgspec.ValidationError as fault:
        raise CourseError(f"{file}: {told(str(fault), AssignmentSettings)}") from None
    with naming(file):
        _check(settings)
    return settings


@contextmanager
def naming(file: Path) -> Iterator[None]:
    """Put the file in front of what is said to be wrong with a part of it."""
    try:
        yield
    except CourseError as fault:
        raise CourseError(f"{file}: {fault}") from fault


def _check(settings: AssignmentSettings) -> None:
    """Check what no type says.

    Raises:
        CourseError: Something does not fit.
    """
    if settings.languages[:1] != [DEFAULT] or len({*settings.languages}) < len(settings.languages):
        raise CourseError(
            f"languages: {DEFAULT} must come first, and each language once; for example languages = "
            f'["{DEFAULT}", "zh-CN"]'
        )
    for notebook in settings.notebooks:
        if not notebook or "/" in notebook or notebook.endswith(".ipynb") or settings.notebooks.count(notebook) > 1:
            raise CourseError(
                f"notebooks: {notebook!r} is no name of a notebook, or is there twice: write the names of the files "
                'without .ipynb; for example notebooks = ["problem1", "problem2"]'
            )
    for package in settings.packages:
        if not package.isidentifier():
            raise CourseError(f'packages: {package!r} is no name of a package; for example packages = ["mypackage"]')
    for number, entry in enumerate(settings.modules, start=1):
        parts = entry.file.removesuffix(".py").split("/")
        if len(parts) < 2 or not entry.file.endswith(".py") or not all(part.isidentifier() for part in parts):
            raise CourseError(
                f"[[modules]] {number}: file: {entry.file!r} is no Python file of a package; for example file = "
                '"mypackage/layers.py"'
            )
        if parts[0] not in settings.packages:
            named = f"packages has only {', '.join(settings.packages)}" if settings.packages else "packages is empty"
            raise CourseError(
                f"[[modules]] {number}: file: {entry.file!r} lies in no package that students get: {named}; for "
                f"example packages = {toml([*settings.packages, parts[0]])}"
            )
