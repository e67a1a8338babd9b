"""The form of ``results.json``, field by field as Gradescope's documentation has it.

https://gradescope-autograders.readthedocs.io/en/latest/specs/. Of it ``leaderboard`` is left out: nobody's points are
shown to others.
"""

from __future__ import annotations

from typing import Any

import msgspec


class Box(msgspec.Struct, omit_defaults=True):
    """What Gradescope calls a test: one box on the page of results.

    Attributes:
        name: Its title.
        number: What stands in front of the title.
        score: Its points; None: it has none, and only says something.
        max_score: Points that it could have had. Gradescope adds them up and compares them with the assignment's.
        status: ``passed`` or ``failed``; empty: by the points.
        output: What is in it.
        output_format: How that is read; ``md``: as Markdown.
        tags: Words for those who work with the results.
        visibility: Who sees it, and when; empty: as `Results` says.
        extra_data: What is kept with it, and not shown.
    """

    name: str
    number: str
    score: float | None = None
    max_score: float | None = None
    status: str = ""
    output: str = ""
    output_format: str = ""
    tags: list[str] = []
    visibility: str = ""
    extra_data: dict[str, Any] = {}


class Results(msgspec.Struct, omit_defaults=True):
    """What is written for one submission.

    Attributes:
        stdout_visibility: Who sees what the program printed; ``hidden``: staff alone.
        score: All points, whatever the tests add up to; None: Gradescope says that the grader failed.
        execution_time: Seconds.
        output: What stands above the tests.
        output_format: How that is read; ``md``: as Markdown.
        test_output_format: The same for the tests.
        test_name_format: ``text``: nothing in a title is markup.
        visibility: Who sees the tests, and when.
        extra_data: What is kept with it, and not shown.
        tests: The boxes, made now or given back by Gradescope.
    """

    stdout_visibility: str
    score: float | None = None
    execution_time: float | None = None
    output: str = ""
    output_format: str = ""
    test_output_format: str = ""
    test_name_format: str = ""
    visibility: str = ""
    extra_data: dict[str, Any] = {}
    tests: list[Any] = []
