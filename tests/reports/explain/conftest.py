"""A test that is run on functions in this process, and the transcript of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograder.kernel.call_server import Server
from autograder.reports.explain.transcript import RecordingLink, Transcript, ask_solution
from autograder.testing.case import Case, open_case
from autograder.testing.link import LocalLink
from autograder.testing.student import Student


@pytest.fixture
def recorded() -> Callable[..., Transcript]:
    """Return a function that runs a test and returns its transcript, with what the solution replies."""

    def run(test: Callable[[Student], Any], own: dict[str, Any], solution: dict[str, Any]) -> Transcript:
        transcript = Transcript(Case(test="test"))
        link = RecordingLink(LocalLink(Server(own)), transcript)
        with open_case(transcript.case) as case:
            try:
                test(Student(lambda: link, recorded=True))
            except Exception as fault:  # what ends a test is what is explained
                case.fault = fault
        ask_solution(transcript, solution)
        return transcript

    return run
