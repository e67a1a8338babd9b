"""Says a record's texts in the language of its submission, and keeps their English for staff."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from autograder.course.results import Diagnosis, ProblemResult, TestResult
from autograder.i18n.catalogue import Catalogue
from autograder.i18n.languages import DEFAULT


class Speaker:
    """Says texts in one language, and remembers what each was in English.

    Attributes:
        english: The English of each text that was said, by that text; empty where the language is English.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.english: dict[str, str] = {}

    def say(self, text: str) -> str:
        """Return a text in this language as a plain string; a text that is no message is said as it is."""
        # A message is a str with its template and values, which records must not hold: msgspec writes plain text.
        said = str.__str__(self.catalogue.say(text))
        if said != text and self.catalogue.language != DEFAULT:
            self.english[said] = str.__str__(text)
        return said

    def all(self, texts: Iterable[str]) -> list[str]:
        """Return several texts in this language."""
        return [self.say(text) for text in texts]

    def problem(self, result: ProblemResult) -> ProblemResult:
        """Return what a problem's tests came to, with all its texts in this language."""
        deductions = [msgspec.structs.replace(one, reason=self.say(one.reason)) for one in result.deductions]
        tests = [self._test(test) for test in result.tests]
        diagnoses = [self._diagnosis(one) for one in result.diagnoses]
        return msgspec.structs.replace(
            result, tests=tests, deductions=deductions, notes=self.all(result.notes), diagnoses=diagnoses
        )

    def _test(self, test: TestResult) -> TestResult:
        texts = {name: self.say(getattr(test, name)) for name in ("title", "message", "own", "hint", "asks")}
        return msgspec.structs.replace(test, **texts)

    def _diagnosis(self, one: Diagnosis) -> Diagnosis:
        texts = {name: self.say(getattr(one, name)) for name in ("title", "belief", "hint")}
        return msgspec.structs.replace(one, **texts)
